"""`ketameta sensitivity --kind missing-outcomes` of a table: what is not stated is not nobody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Run = Callable[..., Result]
RunJson = Callable[..., Any]
Write = Callable[[str | bytes], Path]

HEADER = "study,events_1,n_1,events_2,n_2,missing_1,missing_2,yi,vi\n"
WORDS = ("sensitivity", "--measure", "OR", "--kind", "missing-outcomes", "--data")


def test_rows_that_do_not_state_it_stay_and_are_listed(
    run: Run, run_json: RunJson, table: Write
) -> None:
    rows = "A,3,10,5,10,2,1,,\nB,4,12,6,11,,3,,\nC,4,12,6,11,0,0,,\nE,,,,,,,0.3,0.2\n"
    found = run_json(*WORDS, table(HEADER + rows))
    told = {one["label"]: (one["missing_1"], one["varied"]) for one in found["studies"]}
    assert told == {"A": (2, True), "B": (None, False), "C": (0, False), "E": (None, False)}
    highest = {row["assumption"]: row for row in found["rows"]}["highest"]
    text = run(*WORDS, "trials.csv").stdout
    assert "B  As it is. Not stated: missing_1 is empty. Write 0 where nobody is" in text
    assert "E  As it is. It gives an estimate without counts" in text
    # By hand: the two missing of A's first group had the event, the one of its second had not.
    same = "A,5,12,5,11,,,,\nB,4,12,6,11,,,,\nC,4,12,6,11,,,,\nE,,,,,,,0.3,0.2\n"
    pooled = run_json("pool", "--measure", "OR", "--data", table(HEADER + same))
    assert highest["estimate"] == pytest.approx(pooled["estimate"], rel=1e-12)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (",", "No assumption varies: no row says in both missing_1 and missing_2"),
        ("1,", "No assumption varies: no row says in both missing_1 and missing_2"),
        ("0,0", "Everybody's outcome is known, so no assumption about missing outcomes varies."),
    ],
)
def test_nothing_varies_where_nothing_is_stated(
    run: Run, run_json: RunJson, table: Write, cells: str, words: str
) -> None:
    path = table(f"{HEADER}A,3,10,5,10,{cells},,\nB,4,12,6,11,{cells},,\n")
    assert [row["assumption"] for row in run_json(*WORDS, path)["rows"]] == ["available-case"]
    assert words in " ".join(run(*WORDS, path).stdout.split())


@pytest.mark.parametrize("cell", ["2.5", "-2"])
def test_what_is_no_number_of_people(run: Run, table: Write, cell: str) -> None:
    done = run(*WORDS, table(f"{HEADER}A,3,10,5,10,1,0,,\nB,4,12,6,11,{cell},3,,\n"))
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr.startswith(f"trials.csv:3: column missing_1: {cell} is no number of people.")
    assert "Write a whole number, 0 where nobody is missing" in done.stderr


def test_bounds_that_exist_without_any_event(run: Run, run_json: RunJson, table: Write) -> None:
    path = table(f"{HEADER}A,0,10,0,10,2,1,,\nB,0,12,0,11,1,3,,\n")
    found = run_json(*WORDS, path)
    rows = {row["assumption"]: row for row in found["rows"]}
    assert (found["k"], found["excluded"]) == (2, [])
    assert [name for name, row in rows.items() if row["estimate"] is None] == [
        "available-case",
        "no-events",
    ]
    assert rows["no-events"]["reason"].startswith("No study gives an estimate (no events in either")
    pooled = run_json(
        "pool", "--measure", "OR", "--data", table(f"{HEADER}A,2,12,0,11,,,,\nB,1,13,0,14,,,,\n")
    )
    assert rows["highest"]["estimate"] == pytest.approx(pooled["estimate"], rel=1e-12)
    done = run(*WORDS, table(f"{HEADER}A,0,10,0,10,,,,\nB,0,12,0,11,,,,\n"))
    assert done.exit_code == 3
    assert "trials.csv:2: A: no events in either group" in done.stderr


def test_a_row_that_counts_under_some_assumptions_says_so(run: Run, table: Write) -> None:
    path = table(f"{HEADER}A,3,10,5,10,2,1,,\nD,0,9,0,9,1,1,,\n")
    text = " ".join(run(*WORDS, path).stdout.split())
    assert "D Is in under all-events, lowest, highest only: no events in either group" in text
