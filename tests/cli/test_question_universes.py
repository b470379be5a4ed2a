"""The multiverse of a question: command, page and figure walk through the same universes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.synthesis.real_answers import answers

from ketameta.cli.app import cli

Run = Callable[..., Result]
RunJson = Callable[..., Any]
LONGEST, REMOVAL = "abstinence-longest", "adverse-event-removal"
NAMES = ("inclusion", "tau2_method", "interval_method", "zero_cells", "k")


def _run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["multiverse", *words])


def _json(*words: str) -> Any:
    done = _run(*words, "--format", "json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("question", [LONGEST, "abstinence-end-of-treatment"])
def test_the_universes_of_the_page(question: str) -> None:
    page = answers()[question].further
    assert page is not None
    found = _json(question)
    assert len(page.universes) >= 10
    assert [
        (*(row[name] for name in NAMES), row["estimate"], row["ci_low"], row["ci_high"])
        for row in found["universes"]
    ] == [
        (
            u.inclusion,
            u.tau2_method,
            u.interval_method,
            u.zero_cells,
            u.k,
            u.estimate,
            u.low,
            u.high,
        )
        for u in page.universes
    ]
    assert tuple(found["merged"]) == page.universes_merged


def test_without_each_value_of_a_column() -> None:
    plain, found = _json(LONGEST), _json(LONGEST, "--without", "design")
    more = {u["inclusion"] for u in found["universes"]} - {
        u["inclusion"] for u in plain["universes"]
    }
    named = {text.split(" with zero cells")[0] for text in found["merged"]}
    rows = answers()[LONGEST].main.rows
    designs = {row.design for row in rows}
    assert len(designs) > 1
    assert {f"design: without {design}" for design in designs} <= more | named
    for design in designs:
        kept = sum(row.design != design for row in rows)
        sizes = {
            u["k"] for u in found["universes"] if u["inclusion"] == f"design: without {design}"
        }
        assert sizes <= {kept}


def test_options_take_the_place_of_the_usual_choices() -> None:
    words = ("--tau2", "DL", "--ci", "wald", "--zero-cells", "none", "--level", "90")
    found = _json(LONGEST, *words)["universes"]
    assert {(u["tau2_method"], u["interval_method"], u["zero_cells"]) for u in found} == {
        ("DL", "wald", "none")
    }
    wide = _json(LONGEST, *words[:-2])["universes"]
    assert found[0]["estimate"] == wide[0]["estimate"]
    assert found[0]["ci_low"] > wide[0]["ci_low"]
    joined = _json(LONGEST, *words, "--preset", "pymare")["universes"]
    assert {u["tau2_method"] for u in joined} == {"ML", "DL"}


def test_a_set_of_one_study_is_named() -> None:
    few = [s for s in answers()[LONGEST].sensitivity if s.k == 1]
    assert few
    text = " ".join(_run(LONGEST).stdout.split())
    assert all(f"{one.title}: fewer than two studies" in text for one in few)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ((LONGEST, "--without", "desin"), 2, 'there is no column "desin". Did you mean'),
        ((LONGEST, "--also", "RR"), 2, "--also: goes with --data."),
        ((LONGEST, "--zero-cells", "x"), 2, "zero cells: there is no rule 'x'."),
        ((REMOVAL,), 3, "The multiverse has no meaning here. Nobody, or everybody,"),
    ],
)
def test_what_a_question_has_not(words: tuple[str, ...], code: int, message: str) -> None:
    done = _run(*words)
    assert (done.exit_code, done.stdout) == (code, "")
    assert message in done.stderr


def test_the_figure_shows_the_same(run: Run, run_json: RunJson, small_root: Path) -> None:
    words = ("abstinence", "--without", "design")
    count = len(run_json("multiverse", *words)["universes"])
    shown = run("plot", "multiverse", *words, "-o", "m.svg")
    assert shown.exit_code == 0, shown.stderr
    assert f"Specification curve of {count} combinations" in shown.stderr
