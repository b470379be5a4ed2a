"""`ketameta effects`: estimates by hand, what each was made from, and rows without one."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from tests.cli.documented_keys import key_names

Run = Callable[..., Result]
RunJson = Callable[..., Any]
Write = Callable[[str | bytes], Path]

TABLE = """study,events_1,n_1,events_2,n_2,yi,vi,estimate,ci_low,ci_high,drug
A,13,27,3,28,,,,,,x
B,0,17,15,23,,,,,,x
C,0,5,0,7,,,,,,y
D,,,,,0.3,0.2,,,,y
E,,,,,,,2,0.5,8,y
"""
Z = 1.959963984540054


def test_rows_are_called_by_study_wherever_that_column_stands(
    run_json: RunJson, table: Write
) -> None:
    path = table("author,yi,vi,study\nDoe,0.1,0.2,Doe 2001\nDoe,0.3,0.2,Doe 2004\n")
    found = run_json("effects", "--data", path, "--measure", "OR")
    assert [row["study"] for row in found["studies"]] == ["Doe 2001", "Doe 2004"]
    named = run_json("effects", "--data", path, "--measure", "OR", "--study", "author")
    assert named["studies"][0]["study"] == "Doe"


def test_estimates_by_hand_with_what_each_was_made_from(run_json: RunJson, table: Write) -> None:
    found = run_json("effects", "--data", table(TABLE), "--measure", "OR")
    assert set(found) == key_names("effects")
    assert (found["measure"], found["k"], found["level"]) == ("OR", 4, 95)
    a, b, d, e = found["studies"]
    # A: ln(13*25 / (14*3)), 1/13 + 1/14 + 1/3 + 1/25; B with 0.5 in every cell.
    assert a["yi"] == pytest.approx(math.log(13 * 25 / (14 * 3)), rel=1e-15)
    assert a["vi"] == pytest.approx(1 / 13 + 1 / 14 + 1 / 3 + 1 / 25, rel=1e-15)
    assert a["sei"] == math.sqrt(a["vi"])
    assert a["ci_high"] == pytest.approx(a["yi"] + Z * a["sei"], rel=1e-14)
    assert a["display"]["estimate"] == pytest.approx(13 * 25 / (14 * 3), rel=1e-14)
    assert (a["n"], a["where"], a["zero_cells_corrected"]) == (55, "trials.csv:2", False)
    assert a["how"] == "computed from events_1, n_1, events_2, n_2"
    assert b["yi"] == pytest.approx(math.log(0.5 * 8.5 / (17.5 * 15.5)), rel=1e-14)
    assert b["vi"] == pytest.approx(1 / 0.5 + 1 / 17.5 + 1 / 15.5 + 1 / 8.5, rel=1e-15)
    assert b["zero_cells_corrected"] is True
    assert b["how"].endswith("; 0.5 added to every cell (only0)")
    assert (d["yi"], d["vi"], d["n"], d["how"]) == (0.3, 0.2, None, "yi and vi as reported")
    assert e["yi"] == pytest.approx(math.log(2), rel=1e-15)
    assert e["vi"] == pytest.approx((math.log(16) / (2 * Z)) ** 2, rel=1e-14)
    assert e["made_from"] == ["estimate", "ci_low", "ci_high"]
    assert found["excluded"] == [
        {
            "study": "C",
            "reason": "no events in either group: no information about the odds ratio",
            "where": "trials.csv:4",
        }
    ]
    assert "zero_cell_correction" in [warning["code"] for warning in found["warnings"]]


def test_the_zero_cell_rule_and_its_amount(run_json: RunJson, table: Write) -> None:
    words = ("effects", "--data", table(TABLE), "--measure", "OR", "--zero-cells", "all")
    first = run_json(*words, "--add", "0.25")["studies"][0]
    assert first["yi"] == pytest.approx(math.log(13.25 * 25.25 / (14.25 * 3.25)), rel=1e-15)
    assert first["how"].endswith("; 0.25 added to every cell (all)")
    none = run_json(*words[:-1], "none")
    assert [study["study"] for study in none["studies"]] == ["A", "D", "E"]


def test_the_formula_of_the_variance(run_json: RunJson, table: Write) -> None:
    path = table("study,m1i,sd1i,n1i,m2i,sd2i,n2i\nA,10,2,20,8,3,30\n")
    words = ("effects", "--data", path, "--measure", "SMD")
    usual, other = run_json(*words), run_json(*words, "--variance", "UB")
    assert usual["studies"][0]["yi"] == other["studies"][0]["yi"]
    assert usual["studies"][0]["vi"] != other["studies"][0]["vi"]
    g = usual["studies"][0]["yi"]
    assert usual["studies"][0]["vi"] == pytest.approx(1 / 20 + 1 / 30 + g**2 / 100, rel=1e-14)
    assert usual["studies"][0]["how"].endswith("; variance LS")
    assert other["studies"][0]["how"].endswith("; variance UB")


def test_one_object_for_each_value_of_a_column(run_json: RunJson, table: Write) -> None:
    found = run_json("effects", "--data", table(TABLE), "--measure", "OR", "--by", "drug")
    assert [(group["by"], group["k"], len(group["excluded"])) for group in found] == [
        ("x", 2, 0),
        ("y", 2, 1),
    ]


def test_csv_has_a_line_for_every_row_at_full_precision(
    run: Run, run_json: RunJson, table: Write
) -> None:
    words = ("effects", "--data", table(TABLE), "--measure", "OR")
    lines = list(csv.DictReader(io.StringIO(run(*words, "--format", "csv").stdout)))
    same = run_json(*words)["studies"]
    assert [line["study"] for line in lines] == ["A", "B", "D", "E", "C"]
    assert [float(line["yi"]) for line in lines[:4]] == [study["yi"] for study in same]
    assert lines[4]["excluded"].startswith("no events in either group")


def test_the_table_a_reader_sees(run: Run, table: Write) -> None:
    shown = run("effects", "--data", table(TABLE), "--measure", "OR").stdout
    assert "OR [95% CI]" in shown
    assert "7.74  [1.88, 31.87]  computed from events_1, n_1, events_2, n_2" in shown
    assert "C  no events in either group" in shown


def test_finished_estimates_need_no_measure(run_json: RunJson, table: Write) -> None:
    found = run_json("effects", "--data", table("study,yi,sei\nA,0.5,0.1\n"))
    assert found["measure"] == "GEN"
    assert found["studies"][0]["vi"] == pytest.approx(0.01, rel=1e-15)
    assert found["studies"][0]["how"] == "yi and vi as given"


@pytest.mark.parametrize(
    ("content", "words", "code", "message"),
    [
        (TABLE, ("--measure", "ORR"), 2, "measure: there is no measure 'ORR'."),
        (TABLE, ("--measure", "OR", "--variance", "LS"), 2, "trials.csv:1: OR: there is no var"),
        (TABLE, ("--measure", "OR", "--zero-cells", "al"), 2, "zero cells: there is no rule"),
        (TABLE, ("--measure", "OR", "--add", "-1"), 2, "zero cells: the amount to add is -1"),
        (TABLE, ("--measure", "OR", "--by", "dru"), 2, 'trials.csv:1: there is no column "dru"'),
        ("study,yi,vi\nA,x,1\n", (), 3, "trials.csv:2: column yi:"),
        ("study,yi,vi\nA,inf,1\n", (), 3, "trials.csv:2: A: yi is inf."),
        ("study,yi,vi\nA,1,0\n", (), 3, "trials.csv: no row can be analysed as GEN."),
        ("", (), 3, "trials.csv:1: the file is empty."),
    ],
)
def test_what_cannot_be_done(
    run: Run, table: Write, content: str, words: tuple[str, ...], code: int, message: str
) -> None:
    result = run("effects", "--data", table(content), *words)
    assert (result.exit_code, result.stdout) == (code, ""), result.stderr
    assert result.stderr.startswith(message)


def test_without_a_table_there_is_nothing_to_do(run: Run, in_folder: Path) -> None:
    result = run("effects", "--measure", "OR")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("estimates: name either a table with --data FILE or a QUEST")


def test_variances_from_tiny_to_huge(run: Run, table: Write) -> None:
    path = table("study,yi,vi\nA,1e9,1e-16\nB,-1e9,1e16\n")
    found = json.loads(run("effects", "--data", path, "--format", "json").stdout)
    assert [study["vi"] for study in found["studies"]] == [1e-16, 1e16]
