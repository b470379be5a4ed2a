"""The form: what is filled in becomes the record, and exporting gives the same form again."""

from __future__ import annotations

import io
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from ketameta.errors import DataError, UsageError
from ketameta.exchange.record_files import write_records
from ketameta.exchange.record_reading import ImportedRecord
from ketameta.exchange.record_sheets import SHEETS
from ketameta.exchange.record_yaml import record_text
from ketameta.exchange.workbook_form import form, read_form
from ketameta.records.yaml_reader import read_yaml

ROOT = Path(__file__).resolve().parents[2]
STUDIES = sorted((ROOT / "studies").glob("*/*.yaml"))


def raw(path: Path) -> dict[str, Any]:
    document = read_yaml(path)
    assert not document.problems
    return dict(document.data)


@cache
def empty_form() -> bytes:
    return form()


def filled(path: Path, **sheets: list[dict[str, Any]]) -> Path:
    """The empty form with rows typed into its sheets, as a person would."""
    book = load_workbook(io.BytesIO(empty_form()))
    for name, rows in sheets.items():
        page = book[name.replace("_", " ")]
        names = [cell.value for cell in page[1]]
        for number, row in enumerate(rows, start=2):
            for column, value in row.items():
                page.cell(number, names.index(column) + 1, value)
    book.save(path)
    return path


SOURCE = {"source": "paper", "locator": "Table 2"}
DOE: dict[str, list[dict[str, Any]]] = {
    "Studies": [
        {
            "id": "doe-2020",
            "status": "included",
            "substance": "alcohol",
            "authors": "Doe J; Roe R",
            "year": 2020,
            "title": "Ketamine: a trial",
            "volume": 42,
            "citation_source": "paper",
            "citation_locator": "title page",
            "design": "parallel",
            "country": "Norway",
            "randomised": "yes",
            "blinded": "participants; outcome assessors",
            "design_source": "paper",
            "design_locator": "Methods",
            "diagnosis": "Alcohol dependence",
            "treatment_seeking": "yes",
            "population_source": "paper",
            "population_locator": "Methods",
        }
    ],
    "Sources": [
        {
            "study": "doe-2020",
            "key": "paper",
            "document": "The paper",
            "level": "primary full text",
        }
    ],
    "Arms": [
        {
            "study": "doe-2020",
            "arm": "ketamine",
            "label": "Ketamine",
            "role": "experimental",
            "drug": "ketamine",
            "enantiomer": "racemic",
            "dose": 0.5,
            "dose_unit": "mg/kg",
            "route": "intravenous",
            "psychotherapy": "none",
            **SOURCE,
        },
        {
            "study": "doe-2020",
            "arm": "saline",
            "label": "Saline",
            "role": "control",
            "control_type": "inert placebo",
            "drug": "saline",
            "enantiomer": "not ketamine",
            "route": "intravenous",
            "psychotherapy": "none",
            **SOURCE,
        },
    ],
    "Outcomes": [
        {
            "study": "doe-2020",
            "outcome": "craving",
            "construct": "craving",
            "definition": "Craving, 0 to 10",
            "better": "lower",
        }
    ],
    "Results": [
        {
            "study": "doe-2020",
            "outcome": "craving",
            "arm": arm,
            "time_label": "week 4",
            "weeks": 4,
            "phase": "end of treatment",
            "kind": "means",
            "n": n,
            "mean": mean,
            "sd": 1.2,
            **SOURCE,
        }
        for arm, n, mean in (("ketamine", 20, "3.10"), ("saline", 19, 4.5))
    ],
}


def test_the_form_filled_in_is_a_record_that_passes_check(tmp_path: Path) -> None:
    records, problems = read_form(filled(tmp_path / "form.xlsx", **DOE))
    assert problems == []
    (written,) = write_records(records, tmp_path / "studies", None)
    assert written.path == tmp_path / "studies" / "alcohol" / "doe-2020.yaml"
    assert written.problems == ()
    data = raw(written.path)
    assert data["citation"]["volume"] == "42"
    assert data["design"]["blinded"] == ["participants", "outcome assessors"]
    (result,) = data["outcomes"][0]["results"]
    assert result["data"]["arms"] == {
        "ketamine": {"n": 20, "mean": Decimal("3.10"), "sd": Decimal("1.2")},
        "saline": {"n": 19, "mean": Decimal("4.5"), "sd": Decimal("1.2")},
    }
    assert str(result["data"]["arms"]["ketamine"]["mean"]) == "3.10"


def test_fill_import_export_import_gives_the_same_yaml(tmp_path: Path) -> None:
    records, _ = read_form(filled(tmp_path / "form.xlsx", **DOE))
    (first,) = write_records(records, tmp_path / "a", None)
    (tmp_path / "again.xlsx").write_bytes(form({"doe-2020": raw(first.path)}))
    again, problems = read_form(tmp_path / "again.xlsx")
    (second,) = write_records(again, tmp_path / "b", None)
    assert problems == []
    assert second.path.read_bytes() == first.path.read_bytes()


def test_every_record_of_the_project_survives_a_workbook_whole(tmp_path: Path) -> None:
    assert len(STUDIES) > 50
    records = {path.stem: raw(path) for path in STUDIES}
    (tmp_path / "all.xlsx").write_bytes(form(records))
    found, problems = read_form(tmp_path / "all.xlsx")
    assert problems == []
    assert [record.study for record in found] == list(records)
    for record in found:
        assert record.data == records[record.study], record.study
        assert record_text(record.data) == record_text(records[record.study])


@pytest.mark.parametrize("path", STUDIES[::6], ids=lambda path: path.stem)
def test_the_text_of_a_record_reads_as_the_record(tmp_path: Path, path: Path) -> None:
    data = raw(path)
    (tmp_path / "x.yaml").write_text(record_text(data), encoding="utf-8")
    assert raw(tmp_path / "x.yaml") == data


def test_decimals_as_printed_survive(tmp_path: Path) -> None:
    data = raw(ROOT / "studies/opioid/jovaisa-2006.yaml")
    data["population"]["age"] = {"mean": Decimal("23.10"), "sd": Decimal("1e-3")}
    data["design"]["follow_up_weeks"] = Decimal("17.300")
    (tmp_path / "x.xlsx").write_bytes(form({data["id"]: data}))
    (record,), _ = read_form(tmp_path / "x.xlsx")
    assert str(record.data["design"]["follow_up_weeks"]) == "17.300"
    assert str(record.data["population"]["age"]["mean"]) == "23.10"
    assert record.data == data


@pytest.mark.parametrize(
    ("sheet", "column", "value", "message"),
    [
        ("Arms", "role", "kontrol", "form.xlsx:Arms!D2: column role: "),
        ("Results", "n", "twenty", 'form.xlsx:Results!Q2: column n: "twenty" is not a number.'),
        (
            "Results",
            "n",
            20.5,
            "form.xlsx:Results!Q2: column n: must be a whole number, found 20.5",
        ),
        ("Results", "mean", "3,1", 'column mean: "3,1" is not a number.'),
        ("Results", "outcome", "x", 'column outcome: no outcome "x" on the sheet Outcomes.'),
        ("Results", "study", "x", 'column study: no study "x" on the sheet Studies.'),
        ("Results", "arm", None, "column arm: is empty. Name the arm of these numbers."),
        ("Results", "weeks", 5, "column weeks: 4 here, but 5 in "),
        ("Results", "source", "elsewhere", "column source: paper here, but elsewhere in "),
        ("Studies", "country", None, "design.country: is required but missing."),
        ("Studies", "year", "MMXX", 'column year: "MMXX" is not a number.'),
    ],
)
def test_what_is_wrong_is_told_with_its_cell(
    tmp_path: Path, sheet: str, column: str, value: Any, message: str
) -> None:
    rows = {name: [dict(row) for row in entries] for name, entries in DOE.items()}
    rows[sheet][0][column] = value
    records, problems = read_form(filled(tmp_path / "form.xlsx", **rows))
    told = [*problems]
    for written in write_records(records, tmp_path / "out", None):
        told += [": ".join(problem) for problem in written.problems]
    assert any(message in line.replace(f"{tmp_path}/", "") for line in told), told


def test_nothing_is_overwritten_and_nothing_half_written(tmp_path: Path) -> None:
    records = [
        ImportedRecord(name, {"id": name, "substance": "alcohol"}) for name in ("a-1", "b-2")
    ]
    (tmp_path / "alcohol").mkdir()
    (tmp_path / "alcohol" / "b-2.yaml").write_text("mine")
    with pytest.raises(UsageError, match=r"b-2\.yaml: exists, and imports overwrite nothing"):
        write_records(records, tmp_path, None)
    assert [path.name for path in (tmp_path / "alcohol").iterdir()] == ["b-2.yaml"]


@pytest.mark.parametrize("name", ["../../evil", "a/b", "A B", ""])
def test_an_id_cannot_leave_the_folder(tmp_path: Path, name: str) -> None:
    record = ImportedRecord(name, {"id": name, "substance": "alcohol"})
    with pytest.raises(DataError, match="is no id"):
        write_records([record], tmp_path / "studies", None)
    assert not list(tmp_path.iterdir())


def test_the_form_has_drop_downs_comments_frozen_heads_and_instructions() -> None:
    book = load_workbook(io.BytesIO(form()))
    assert book.sheetnames == ["Instructions", *SHEETS, "Lists"]
    assert book["Lists"].sheet_state == "hidden"
    for name, columns in SHEETS.items():
        page = book[name]
        assert page.freeze_panes == "B2"
        assert all(page.cell(1, i).comment for i in range(1, len(columns) + 1))
        rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
        for i, column in enumerate(columns, start=1):
            place = page.cell(1, i).column_letter
            rule = rules.get(f"{place}2:{place}2000")
            if column.choices:
                area = rule.formula1.split("!")[1].replace("$", "")
                words = [cell.value for row in book["Lists"][area] for cell in row]
                assert (rule.type, tuple(words)) == ("list", column.choices)
            elif column.kind in ("whole", "number"):
                assert rule.type == ("whole" if column.kind == "whole" else "decimal")


def test_other_workbooks_are_no_form(tmp_path: Path) -> None:
    from openpyxl import Workbook

    Workbook().save(tmp_path / "x.xlsx")
    with pytest.raises(UsageError, match="has no sheet Studies"):
        read_form(tmp_path / "x.xlsx")
    (tmp_path / "empty.xlsx").write_bytes(form())
    with pytest.raises(DataError, match="the sheet Studies holds no study"):
        read_form(tmp_path / "empty.xlsx")
