"""`ketameta reconcile`: presets by hand, differences in words, and what cannot be done."""

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

from ketameta.pooling.presets import PRESETS

Run = Callable[..., Result]
RunJson = Callable[..., Any]
Write = Callable[[str | bytes], Path]

TWO = "study,yi,vi\nA,0,1\nB,2,1\n"
COUNTS = """study,events_1,n_1,events_2,n_2,drug
A,13,27,3,28,x
B,0,17,15,23,x
C,0,5,0,7,y
D,4,20,9,21,y
E,,20,9,21,y
"""
Z, T1 = 1.959963984540054, 12.706204736174707


def test_two_trials_by_hand(run_json: RunJson, table: Write) -> None:
    words = ("--preset", "revman-5,metafor,cochrane-2025")
    found = run_json("reconcile", "--data", table(TWO), *words)
    assert set(found) == key_names("reconcile")
    assert (found["measure"], found["level"], found["excluded"]) == ("GEN", 95, [])
    revman, metafor, cochrane = found["rows"]
    # Q = 2 with 1 degree of freedom: tau2 = (2 - 1) / (2 - 2 / 2) = 1, by REML too; se = 1.
    for row in found["rows"]:
        assert (row["k"], row["estimate"]) == (2, pytest.approx(1, rel=1e-8))
        assert row["tau2"] == pytest.approx(1, rel=1e-6)
        assert row["i2"] == pytest.approx(50, rel=1e-6)
    assert revman["ci_high"] == pytest.approx(1 + Z, rel=1e-12)
    assert metafor["ci_low"] == pytest.approx(1 - Z, rel=1e-6)
    assert cochrane["ci_high"] == pytest.approx(1 + T1, rel=1e-6)
    assert (revman["pi_low"], revman["pi_high"]) == (None, None)
    assert metafor["pi_high"] == pytest.approx(1 + Z * math.sqrt(2), rel=1e-6)
    assert cochrane["pi_low"] == pytest.approx(1 - T1 * math.sqrt(2), rel=1e-6)
    assert revman["differences"] == []
    assert any("Hartung-Knapp" in text for text in cochrane["differences"])
    assert any("prediction" in text for text in metafor["differences"])


def test_all_presets_unless_some_are_named(run_json: RunJson, table: Write) -> None:
    path = table(TWO)
    assert [r["preset"] for r in run_json("reconcile", "--data", path)["rows"]] == [*PRESETS]
    named = run_json("reconcile", "--data", path, "--preset", "Stata, revman5")["rows"]
    assert [row["preset"] for row in named] == ["stata", "revman-5"]


def test_rules_for_zero_cells_decide_which_rows_count(run_json: RunJson, table: Write) -> None:
    words = ("--measure", "OR", "--preset", "revman-5,metafor,statsmodels")
    found = run_json("reconcile", "--data", table(COUNTS), *words)
    assert {row["preset"]: (row["k"], row["left_out"]) for row in found["rows"]} == {
        "revman-5": (3, ["C", "E"]),
        "metafor": (4, ["E"]),
        "statsmodels": (2, ["B", "C", "E"]),
    }
    assert [(x["study"], x["where"]) for x in found["excluded"]] == [("E", "trials.csv:6")]
    first = found["rows"][0]
    assert first["display"]["estimate"] == pytest.approx(math.exp(first["estimate"]), rel=1e-12)


def test_the_level_holds_for_every_interval(run_json: RunJson, table: Write) -> None:
    words = ("--preset", "revman-5", "--level", "90")
    row = run_json("reconcile", "--data", table(TWO), *words)["rows"][0]
    assert row["ci_high"] == pytest.approx(1 + 1.6448536269514722, rel=1e-12)


def test_one_comparison_for_each_value_of_a_column(run_json: RunJson, table: Write) -> None:
    words = ("--measure", "OR", "--preset", "revman-5", "--by", "drug")
    found = run_json("reconcile", "--data", table(COUNTS), *words)
    assert [(one["by"], one["rows"][0]["k"]) for one in found] == [("x", 2), ("y", 1)]


def test_csv_has_a_line_for_every_preset(run: Run, run_json: RunJson, table: Write) -> None:
    words = ("reconcile", "--data", table(COUNTS), "--measure", "OR")
    lines = list(csv.DictReader(io.StringIO(run(*words, "--format", "csv").stdout)))
    same = run_json(*words)["rows"]
    assert [float(line["estimate"]) for line in lines] == [row["estimate"] for row in same]
    assert [line["differences"] for line in lines] == [" ".join(r["differences"]) for r in same]


def test_the_table_a_reader_sees(run: Run, table: Write) -> None:
    words = ("--measure", "OR", "--preset", "revman-5,metafor")
    shown = run("reconcile", "--data", table(COUNTS), *words).stdout
    assert "OR [95% CI]" in shown
    assert "WHAT DIFFERS FROM REVMAN-5, AND WHY" in shown
    assert "It pools 4 estimates instead of 3, with C." in " ".join(shown.split())


@pytest.mark.parametrize(
    ("content", "words", "code", "message"),
    [
        (TWO, ("--preset", "revmen-5"), 2, "preset: there is none called 'revmen-5'. Did you"),
        (TWO, ("--preset", ","), 2, "--preset: none is named."),
        (TWO, ("--preset", "stata,stata"), 2, "--preset: stata is named twice."),
        (COUNTS, (), 2, "trials.csv: the measure is not said."),
        (COUNTS, ("--measure", "MD"), 2, "trials.csv:1: "),
        ("study,yi,vi\nA,x,1\n", (), 3, "trials.csv:2: column yi:"),
        ("study,yi,vi\nA,1,0\n", (), 3, "trials.csv: no row can be analysed as GEN."),
        ("study,yi,vi\nA,1e9,1e-300\nB,-1e9,1\n", (), 3, "trials.csv: the numbers are too far"),
        (
            "study,events_1,n_1,events_2,n_2\nA,0,9,4,9\n",
            ("--measure", "OR"),
            3,
            "trials.csv: reconcile: under Python statsmodels",
        ),
    ],
)
def test_what_cannot_be_done(
    run: Run, table: Write, content: str, words: tuple[str, ...], code: int, message: str
) -> None:
    result = run("reconcile", "--data", table(content), *words)
    assert (result.exit_code, result.stdout) == (code, ""), result.stderr
    assert result.stderr.startswith(message), result.stderr
