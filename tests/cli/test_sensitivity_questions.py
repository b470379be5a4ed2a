"""Kinds of sensitivity that go back to counts and records, for questions of the review."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.reports.real_report import real_inputs

from ketameta.cli.app import cli
from ketameta.sensitivity.fragility import fragility_index

Run = Callable[..., Result]
RunJson = Callable[..., Any]
ROWS = real_inputs().answers[0].main.rows


@pytest.mark.parametrize("kind", ["fragility", "labbe"])
def test_studies_with_counts_are_shown_and_the_others_named(kind: str) -> None:
    line = ["sensitivity", "abstinence-longest", "--kind", kind, "--format", "json"]
    found = CliRunner().invoke(cli, line)
    assert found.exit_code == 0, found.stderr
    counted = [row for row in ROWS if row.experimental.events is not None]
    for row in ROWS:
        if row not in counted:
            assert f"{row.label}: reports an estimate without counts" in found.stderr
    assert all(row.label in found.stdout for row in counted)


def test_the_fragility_of_each_trial_is_the_engines() -> None:
    line = ["sensitivity", "abstinence-longest", "--kind", "fragility", "--format", "json"]
    text = CliRunner().invoke(cli, line).stdout
    for row in ROWS:
        a, c = row.experimental, row.control
        if None in (a.events, a.n, c.events, c.n):
            continue
        direct = fragility_index((a.events, a.n), (c.events, c.n), alpha=0.05)  # type: ignore[arg-type]
        trial = next(t for t in _trials(json.loads(text)) if t["study"] == row.label)
        assert trial["index"] == direct.index


# R 4.2.2, metafor 3.8-1: rma(measure = "OR", ai = c(73, 13, 14), n1i = c(111, 27, 17),
# ci = c(24, 3, 15), n2i = c(100, 28, 23), test = "knha"): log odds ratio and interval.
COUNTED = (1.732186, 0.783693, 2.680678)


def test_the_pool_that_is_fragile_is_said_to_be_of_the_studies_with_counts() -> None:
    words = ["sensitivity", "abstinence-longest", "--kind", "fragility"]
    found = json.loads(CliRunner().invoke(cli, [*words, "--format", "json"]).stdout)
    assert (found["k"], found["without_counts"]) == (3, ["Grabski 2022"])
    pooled = [found["pooled"][name] for name in ("estimate", "ci_low", "ci_high")]
    assert pooled == pytest.approx(COUNTED, abs=1e-6)
    text = " ".join(CliRunner().invoke(cli, words).stdout.split())
    assert "the pooled interval of the 3 studies with counts (OR 5.65 [2.19, 14.59]) holds" in text
    assert "Grabski 2022 has an estimate without counts" in text


def test_a_reverse_index_is_said_to_be_one_in_the_table() -> None:
    words = ["sensitivity", "abstinence-longest", "--kind", "fragility"]
    lines = CliRunner().invoke(cli, words).stdout.splitlines()
    said = {line.split("  ")[0]: "reverse" in line for line in lines if line[-1:].isdigit()}
    assert said == {"Krupitsky 1997": False, "Dakwar 2019": False, "Dakwar 2020": True}


def _trials(found: object) -> list[dict[str, object]]:
    """The list of trials, wherever it stands."""
    if not isinstance(found, dict):
        return []
    for value in found.values():
        rows = value if isinstance(value, list) else []
        if rows and isinstance(rows[0], dict) and "index" in rows[0]:
            return rows
        if nested := _trials(value):
            return nested
    return []


RELAPSE, ABSTINENCE = "studies/alcohol/ash-2020.yaml", "studies/cocaine/birch-2019.yaml"
# Ash: of 17 and 23 people 3 and 8 relapsed, 2 and 1 of them only supposed to have; seen abstinent
# are 14 and 15. Birch: 13 of 27 and 3 of 28 with the people seen, of 30 and 29 randomised.
RELAPSE_SUPPOSED = (
    ("        data:\n", "        unknown_are: counted with the event\n        data:\n"),
    ("{events: 3, n: 17}", "{events: 3, n: 17, unknown: 2}"),
    ("{events: 8, n: 23}", "{events: 8, n: 23, unknown: 1}"),
)
MORE_RANDOMISED = (
    ("n_randomised: 27", "n_randomised: 30"),
    ("n_randomised: 28", "n_randomised: 29"),
    ("enrolled_n: 55", "enrolled_n: 59"),
)
SAME = """study,events_1,n_1,events_2,n_2,missing_1,missing_2
Birch 2019,13,27,3,28,3,1
Ash 2020,14,15,15,22,2,1
"""


def _changed(root: Path, name: str, pairs: tuple[tuple[str, str], ...]) -> None:
    text = (root / name).read_text(encoding="utf-8")
    for before, after in pairs:
        text = text.replace(before, after)
    (root / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("more", [(), ("--imor", "0.5,2"), ("--imor-range", "0.5,2")])
@pytest.mark.parametrize("preset", [(), ("--preset", "revman-5"), ("--preset", "iqwig-6")])
def test_a_question_whose_records_tell_of_the_lost_is_the_table_of_them(
    run_json: RunJson, small_root: Path, more: tuple[str, ...], preset: tuple[str, ...]
) -> None:
    _changed(small_root, RELAPSE, RELAPSE_SUPPOSED)
    _changed(small_root, ABSTINENCE, MORE_RANDOMISED)
    (small_root / "same.csv").write_text(SAME, encoding="utf-8")
    kind = ("--kind", "missing-outcomes", *more, *preset)
    asked = run_json("sensitivity", "abstinence", *kind)
    direct = run_json("sensitivity", "--data", "same.csv", "--measure", "OR", *kind)
    assert {one["label"]: (one["missing_1"], one["missing_2"]) for one in asked["studies"]} == {
        "Birch 2019": (3, 1),
        "Ash 2020": (2, 1),
    }
    first, *rest = asked["rows"]
    assert first["assumption"] == "as-counted"
    assert [row["assumption"] for row in rest] == [row["assumption"] for row in direct["rows"]]
    for one, other in zip(rest, direct["rows"], strict=True):
        for key in ("k", "estimate", "se", "ci_low", "ci_high", "tau2", "q"):
            assert one[key] == pytest.approx(other[key], rel=1e-9, abs=1e-12), key


def test_bounds_of_a_question_lie_around_the_answer(run_json: RunJson, small_root: Path) -> None:
    _changed(small_root, RELAPSE, RELAPSE_SUPPOSED)
    rows = run_json("sensitivity", "abstinence", "--kind", "missing-outcomes")["rows"]
    found = {row["assumption"]: row["estimate"] for row in rows}
    assert found["lowest"] < found["as-counted"] < found["highest"]
    # Those lost count as relapsed in the record, which is nobody of them abstinent.
    assert found["no-events"] == pytest.approx(found["as-counted"], rel=1e-9)


def test_records_that_tell_nothing_of_the_lost_say_what_is_missing(run: Run) -> None:
    done = run("sensitivity", "abstinence-longest", "--kind", "missing-outcomes")
    assert done.exit_code == 0, done.stderr
    text = " ".join(done.stdout.split())
    assert "No assumption varies: no record says how many people" in text
    assert "All 211 people allocated to these arms are in the numbers" in text
    assert "Grabski 2022 As it is. It reports an estimate without counts" in text


def test_means_have_no_missing_events(run: Run) -> None:
    done = run("sensitivity", "days-abstinent", "--kind", "missing-outcomes")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "compares events, so not MD" in done.stderr


def test_assumptions_of_a_question_in_every_form(run: Run, run_json: RunJson) -> None:
    words = ("sensitivity", "abstinence-longest", "--kind", "tornado")
    found = run_json(*words)
    names = [row["assumption"] for row in found["rows"]]
    assert "Grabski 2022: printed interval" in names
    assert [row["swing"] for row in found["rows"]] == sorted(
        (row["swing"] for row in found["rows"]), reverse=True
    )
    whys = {one["assumption"]: one["why"] for one in found["not_varied"]}
    assert "papers misround" in whys["Dakwar 2019: events in ketamine"]
    pooled = run_json("pool", "abstinence-longest")
    assert found["base"]["estimate"] == pytest.approx(pooled["estimate"], rel=1e-12)
    text = run(*words).stdout
    assert "NOT VARIED" in text
    assert run(*words, "--format", "csv").stdout.startswith("question,assumption,description")


def test_a_question_without_assumptions_says_so_and_what_was_looked_for(
    run: Run, tmp_path: Path
) -> None:
    done = run("sensitivity", "retention", "--kind", "tornado")
    assert done.exit_code == 0, done.stderr
    text = " ".join(done.stdout.split())
    assert "No assumption varies" in text
    assert "Looked for: counts worked out from percentages" in text
    drawn = run("plot", "tornado", "retention", "-o", tmp_path / "t.svg")
    assert (drawn.exit_code, (tmp_path / "t.svg").exists()) == (3, False)
    assert "No assumption varies" in drawn.stderr


def test_the_tornado_of_a_question_is_drawn(run: Run, tmp_path: Path) -> None:
    done = run("plot", "tornado", "abstinence-longest", "-o", tmp_path / "t.svg")
    assert done.exit_code == 0, done.stderr
    assert "Tornado diagram of 5 assumptions" in done.stderr


def test_groups_and_orders_of_a_question_are_columns_of_its_studies(run_json: RunJson) -> None:
    words = ("sensitivity", "abstinence-longest", "--kind")
    groups = run_json(*words, "subgroups", "--groups", "substance")["rows"]
    assert {row["group"]: row["k"] for row in groups} == {"alcohol": 3, "cocaine": 1}
    steps = run_json(*words, "cumulative", "--order", "weeks")["rows"]
    assert [row["k"] for row in steps] == [1, 2, 3, 4]
    assert steps[0]["added"] == "Dakwar 2020"
