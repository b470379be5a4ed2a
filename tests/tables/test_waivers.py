"""The table of waivers: a row for each finding, none forgotten, with what a reader needs."""

from __future__ import annotations

from pathlib import Path

from tests.records.test_loading import GOOD, evidence_folder
from tests.records.test_waivers import LOPSIDED, waiver

from ketameta.records.store import Evidence, load_evidence
from ketameta.tables.csv import to_csv
from ketameta.tables.waivers import waivers_table


def read(root: Path, text: str) -> Evidence:
    return load_evidence(evidence_folder(root, {"alcohol/doe-2020.yaml": text}))


def test_a_waiver_has_a_row_with_what_it_covers(tmp_path: Path) -> None:
    table = waivers_table(read(tmp_path, LOPSIDED + waiver()))
    (row,) = table.rows
    texts = dict(zip((column.key for column in table.columns), row.cells, strict=True))
    assert texts["label"].text == "Doe 2020"
    assert texts["rule"].text == "R035"
    assert texts["rule"].detail == "A confidence interval is symmetric on its scale."
    assert texts["field"].text == "outcomes.0.results.1.data.ci_low"
    assert texts["finding"].text == "1.00 to 5.25 is not symmetric on the log scale."
    assert [texts[key].text for key in ("reason", "by", "date")] == [
        "So printed",
        "AB",
        "2026-11-20",
    ]
    assert "So printed" in to_csv(table)


def test_a_waiver_that_covers_nothing_is_not_hidden(tmp_path: Path) -> None:
    (row,) = waivers_table(read(tmp_path, GOOD + waiver())).rows
    assert [cell.text for cell in row.cells][4] == "Nothing any more."


def test_a_waiver_of_several_findings_has_a_row_for_each(tmp_path: Path) -> None:
    whole = GOOD.replace("instrument: scale", "instrument: scale\n    steps_per_point: 1")
    odd = whole.replace("n: 30, mean: 14.30", "n: 28, mean: 5.19").replace(
        "n: 30, mean: 9.8,", "n: 28, mean: 5.20,"
    )
    table = waivers_table(read(tmp_path, odd + waiver("R100")))
    assert [row.cells[3].text.rsplit(".", 2)[1] for row in table.rows] == ["ket", "sal"]


def test_without_waivers_the_table_says_so(tmp_path: Path) -> None:
    table = waivers_table(read(tmp_path, GOOD))
    assert table.rows == ()
    assert table.notes == ("No record waives a rule.",)
