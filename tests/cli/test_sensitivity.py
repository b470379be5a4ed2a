"""`ketameta sensitivity`: each kind against `pool` on part of the table, or by hand."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from tests.cli.documented_keys import key_names

from ketameta.cli.sensitivity import KINDS
from ketameta.cli.usual_names import USUAL_NAMES

Run = Callable[..., Result]
RunJson = Callable[..., Any]
Write = Callable[[str | bytes], Path]

HEADER = "study,events_1,n_1,events_2,n_2,missing_1,missing_2,year,drug\n"
LINES = (
    "A,13,27,3,28,1,2,2019,x\n",
    "B,14,17,15,23,0,4,2020,x\n",
    "C,13,26,6,27,2,,2007,y\n",
    "D,73,111,24,100,0,0,1997,y\n",
)
TABLE = HEADER + "".join(LINES)
WORDS = ("--measure", "OR")
BRIEF = ("k", "estimate", "se", "ci_low", "ci_high", "p_value", "tau2", "i2", "q", "pi_low")


def same(found: dict[str, Any], pooled: dict[str, Any]) -> None:
    for name in BRIEF:
        assert found[name] == pytest.approx(pooled[name], rel=1e-12, nan_ok=True), name


NEEDED = {"subgroups": ("--groups", "drug")}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "tornado"])
def test_every_kind_in_every_form(run: Run, run_json: RunJson, table: Write, kind: str) -> None:
    words = ("sensitivity", "--data", table(TABLE), *WORDS, "--kind", kind, *NEEDED.get(kind, ()))
    found = run_json(*words)
    assert set(found) <= key_names("sensitivity") | set(USUAL_NAMES.values())
    assert (found["kind"], found["measure"], found["k"]) == (kind, "OR", 4)
    assert run(*words).exit_code == 0
    lines = list(csv.DictReader(io.StringIO(run(*words, "--format", "csv").stdout)))
    assert len(lines) == max(1, len(found["rows"]))
    if kind == "qq":  # three studies or more; both groups have two
        assert run(*words, "--by", "drug").exit_code == 3
        return
    grouped = run_json(*words, "--by", "drug")
    assert [(group["by"], group["k"]) for group in grouped] == [("x", 2), ("y", 2)]


def test_leaving_out_is_pooling_the_rest(run_json: RunJson, table: Write) -> None:
    words = (*WORDS, "--tau2", "DL", "--ci", "wald", "--level", "90")
    found = run_json("sensitivity", "--data", table(TABLE), *words, "--kind", "leave-one-out")
    assert [row["left_out"] for row in found["rows"]] == list("ABCD")
    for i, row in enumerate(found["rows"]):
        rest = HEADER + "".join(line for j, line in enumerate(LINES) if j != i)
        same(row, run_json("pool", "--data", table(rest), *words))


def test_adding_in_order_of_a_column(run_json: RunJson, table: Write) -> None:
    words = ("sensitivity", "--kind", "cumulative", *WORDS, "--data")
    found = run_json(*words, table(TABLE), "--order", "year")
    assert [(row["added"], row["order"]) for row in found["rows"]] == [
        ("D", 1997),
        ("C", 2007),
        ("A", 2019),
        ("B", 2020),
    ]
    same(found["rows"][3], run_json("pool", "--data", "trials.csv", *WORDS))
    same(found["rows"][1], run_json("pool", "--data", table(HEADER + "".join(LINES[2:])), *WORDS))
    by_name = run_json(*words, table(TABLE), "--order", "drug")["rows"]
    assert [row["order"] for row in by_name] == ["x", "x", "y", "y"]


def test_baujat_by_hand(run_json: RunJson, table: Write) -> None:
    path = table("study,yi,vi\nA,0,1\nB,2,1\n")
    words = ("sensitivity", "--data", path, "--kind", "baujat", "--tau2", "EE")
    # Mean 1; each contributes 1 to Q; without one the mean moves by 1 with variance 1.
    for row in run_json(*words)["rows"]:
        assert (row["heterogeneity"], row["influence"]) == (pytest.approx(1), pytest.approx(1))


def test_every_subset_is_there_with_its_members(run_json: RunJson, table: Write) -> None:
    words = ("sensitivity", "--data", table(TABLE), *WORDS, "--kind", "subsets")
    found = run_json(*words)
    assert (found["complete"], found["count"]) == (True, 15)
    assert len({tuple(row["members"]) for row in found["rows"]}) == 15
    whole = next(row for row in found["rows"] if row["k"] == 4)
    pooled = run_json("pool", "--data", "trials.csv", *WORDS)
    assert whole["estimate"] == pytest.approx(pooled["estimate"], rel=1e-9)
    assert run_json(*words, "--sample", "5")["count"] == 5


def test_signs_by_hand(run_json: RunJson, table: Write) -> None:
    path = table("study,yi,vi\nA,1,1\nB,2,1\nC,3,1\n")
    words = ("sensitivity", "--data", path, "--kind", "permutation")
    found = run_json(*words, "--tau2", "EE", "--ci", "wald")
    # Sums of ±1 ±2 ±3: only +6 and -6 are as far from 0, of 8 changes of sign.
    assert (found["p_value"], found["exact"], found["count"]) == (0.25, True, 8)
    assert found["statistic"] == pytest.approx(6 / math.sqrt(3), rel=1e-14)


def test_a_trial_without_an_estimate_still_has_its_fragility(
    run_json: RunJson, table: Write
) -> None:
    words = ("sensitivity", "--kind", "fragility", *WORDS, "--data")
    found = run_json(*words, table(TABLE + "E,0,9,0,9,,,2001,y\n"))
    assert [row["study"] for row in found["rows"]] == list("ABCDE")
    assert found["rows"][0]["p_value"] == pytest.approx(0.002989, abs=5e-7)
    assert [item["study"] for item in found["excluded"]] == ["E"]


def test_bounds_for_missing_outcomes_are_other_tables(run_json: RunJson, table: Write) -> None:
    found = run_json("sensitivity", "--data", table(TABLE), *WORDS, "--kind", "missing-outcomes")
    rows = {row["assumption"]: row for row in found["rows"]}
    assert list(rows) == ["available-case", "no-events", "all-events", "lowest", "highest"]
    same(rows["available-case"], run_json("pool", "--data", "trials.csv", *WORDS))
    counts = "A,14,28,3,30\nB,14,17,15,27\nC,13,26,6,27\nD,73,111,24,100\n"  # C: one cell is empty
    path = table(f"study,events_1,n_1,events_2,n_2\n{counts}")
    same(rows["highest"], run_json("pool", "--data", path, *WORDS))
    assert rows["lowest"]["estimate"] < rows["available-case"]["estimate"]


def test_a_question_of_the_review(run_json: RunJson, small_root: Path) -> None:
    asked = next(q for q in run_json("pool") if q["k"] > 1)["question"]
    found = run_json("sensitivity", asked, "--kind", "leave-one-out", "--tau2", "DL")
    assert found["question"] == asked
    assert len(found["rows"]) == found["k"]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--kind", "jackknife"), 2, "ketameta sensitivity: invalid value for '--kind'"),
        ((), 2, "ketameta sensitivity: missing option '--kind'"),
        (("--kind", "baujat", "--order", "year"), 2, "--order: goes with --kind cumulative."),
        (("--kind", "baujat", "--sample", "3"), 2, "--sample: goes with --kind subsets or"),
        (("--kind", "subsets", "--sample", "0"), 2, "subsets: a sample of 0 is no sample."),
        (("--kind", "fragility", "--alpha", "2"), 2, "--alpha: 2 is not between 0 and 1."),
        (("--kind", "cumulative", "--order", "yea"), 2, 'trials.csv:1: there is no column "yea".'),
        (("--kind", "cumulative", "--order", "missing_2"), 3, "--order missing_2: there is none"),
        (("--kind", "influence", "--ci", "pl", "--tau2", "ML"), 2, "influence: it is defined for"),
        (("--kind", "permutation", "--ci", "kr"), 2, "permutation test: there is no permutation"),
        (("--kind", "baujat", "--tau2", "X"), 2, "tau2 method: there is none called 'X'."),
    ],
)
def test_what_cannot_be_done(
    run: Run, table: Write, words: tuple[str, ...], code: int, message: str
) -> None:
    result = run("sensitivity", "--data", table(TABLE), *WORDS, *words)
    assert (result.exit_code, result.stdout) == (code, ""), result.stderr
    assert result.stderr.startswith(message)


@pytest.mark.parametrize("kind", ["fragility", "missing-outcomes"])
def test_kinds_that_need_counts(run: Run, table: Write, small_root: Path, kind: str) -> None:
    means = table("study,yi,vi\nA,0,1\nB,2,1\n")
    result = run("sensitivity", "--data", means, "--measure", "MD", "--kind", kind)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"--kind {kind}: compares events, so not MD.\n"
    result = run("sensitivity", "--data", means, "--measure", "OR", "--kind", kind)
    assert (result.exit_code, result.stdout) == (3, "")
    result = run(
        "sensitivity",
        "--data",
        table(TABLE.replace("missing", "lost")),
        *WORDS,
        "--kind",
        "missing-outcomes",
    )
    assert result.exit_code == 2
    assert "Not found: missing_1, missing_2." in result.stderr


@pytest.mark.parametrize("kind", KINDS[:6])
@pytest.mark.parametrize(
    "rows",
    ["A,0,1\n", "A,1,1e-16\nB,2,1e16\n", "A,5,1\nB,5,1\nC,5,1\n", "A,1e9,1\nB,1e9,2\nC,1e9,3\n"],
)
def test_few_equal_or_distant_studies(run: Run, table: Write, kind: str, rows: str) -> None:
    path = table(f"study,yi,vi\n{rows}")
    result = run("sensitivity", "--data", path, "--kind", kind, "--format", "json")
    assert result.exit_code in (0, 3), result.stderr
    assert "internal error" not in result.stderr
