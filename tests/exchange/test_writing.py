"""Data sets as files: whatever the format, reading back gives what was written."""

from __future__ import annotations

import io
import math
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ketameta.errors import DataError, UsageError
from ketameta.exchange.data_set import DataSet, Variable, of_rows
from ketameta.exchange.table import Table
from ketameta.exchange.tabular import numbers, read_table
from ketameta.exchange.variable_names import NameRule, allowed_names
from ketameta.exchange.writing import WRITERS, write_table
from ketameta.tables.table import Cell, Column, Row
from ketameta.tables.table import Table as ReportTable

REASONS = {-9: "not given in the sources read", -8: "does not apply"}
TEXTS = ("Ærø 2007", "=cmd|' /C calc'!A0", "Krupitsky, 1997", "'=already", None)
DATA = DataSet(
    "trials",
    "Trials of ketamine, five rows",
    (
        Variable("study", "Study", "text", TEXTS),
        Variable(
            "arm", "What was given", "category", ("ketamine", "saline", "ketamine", None, "+x")
        ),
        Variable("events_1", "Events", "whole", (3, None, 0, None, 7), {1: -9, 3: -8}, REASONS),
        Variable("yi", "Effect", "number", (1 / 3, -1e-70, 1e15 + 0.5, None, -0.0)),
    ),
    (
        "Made for a test.",
        "A second note which is rather longer than eighty bytes, so that it is broken.",
    ),
)
FULL = sorted(set(WRITERS) - {".por"})


def same(table: Table, data: DataSet) -> None:
    assert len(table.columns) == len(data.variables)
    for name, variable in zip(table.columns, data.variables, strict=True):
        if variable.kind in ("text", "category"):
            assert table.text(name) == tuple("" if v is None else v for v in variable.values)
        else:
            for read, written in zip(numbers(table, [name])[name], variable.values, strict=True):
                assert math.isnan(read) if written is None else read == written


@pytest.mark.parametrize("extension", FULL)
def test_what_is_read_back_is_what_was_written(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"trials{extension}"
    assert write_table(DATA, path) == ()
    same(read_table(path), DATA)


@pytest.mark.parametrize("extension", WRITERS)
def test_the_same_table_is_the_same_bytes_whenever_it_is_written(extension: str) -> None:
    made = WRITERS[extension].encode(of_rows([{"n": 3}], name="x", label="x")).content
    now = datetime.now()
    if extension == ".xlsx":
        with zipfile.ZipFile(io.BytesIO(made)) as archive:
            assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            made = archive.read("docProps/core.xml")
        assert made.count(b">1980-01-01T00:00:00Z<") == 2
    stamps = {
        ".sav": (b"01 Jan 8000:00:00", 1),
        ".zsav": (b"01 Jan 8000:00:00", 1),
        ".por": (b"A8/198001016/000\r\n000", 1),
        ".dta": (b"<timestamp>\x1101 Jan 1980 00:00</timestamp>", 1),
        ".xpt": (b"01JAN80:00:00:00", 4),
    }
    stamp, times = stamps.get(extension, (b"1980", made.count(b"1980")))
    assert made.count(stamp) == times
    for words in ("%d %b %y", "%d %b %Y", "%d%b%y", "%Y%m%d", "%Y-%m-%d"):
        assert now.strftime(words).lower().encode() not in made.lower()


def test_a_portable_file_holds_ascii_only_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "trials.por"
    with pytest.raises(DataError, match=r'column study, row 1: "Ærø 2007" has letters'):
        write_table(DATA, path)
    assert not path.exists()
    rows = [{"study": "A", "estimate_1": 0.25}, {"study": "B", "estimate_1": None}]
    plain = of_rows(rows, name="t", label="")
    assert write_table(plain, path) == (
        "Names of SPSS portable have at most 8 letters: estimate_1 as ESTIMATE.",
    )
    same(read_table(path), plain)


@pytest.mark.parametrize("extension", [".sav", ".zsav", ".dta"])
def test_labels_codes_and_missing_reasons_come_back(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"trials{extension}"
    write_table(DATA, path)
    coding = read_table(path).coding
    assert [coding[v.name].label for v in DATA.variables] == [v.label for v in DATA.variables]
    assert coding["arm"].values == {1: "ketamine", 2: "saline", 3: "+x"}
    codes = ("-9", "-8") if "sav" in extension else (".a", ".b")
    assert coding["events_1"].absent == {
        1: f"{codes[0]} (not given in the sources read)",
        3: f"{codes[1]} (does not apply)",
    }


def test_spss_is_told_measurement_level_missing_range_label_and_notes(tmp_path: Path) -> None:
    import pyreadstat

    write_table(DATA, tmp_path / "trials.sav")
    _, meta = pyreadstat.read_sav(str(tmp_path / "trials.sav"), user_missing=True)
    assert meta.file_label == DATA.label
    assert meta.missing_ranges["events_1"] == [{"lo": -9, "hi": -9}, {"lo": -8, "hi": -8}]
    assert meta.variable_measure == {
        "study": "nominal",
        "arm": "nominal",
        "events_1": "scale",
        "yi": "scale",
    }
    assert meta.notes == [
        "Made for a test.",
        "A second note which is rather longer than eighty bytes, so that it is",
        "broken.",
    ]


def test_stata_reads_its_own_file_with_pandas_too(tmp_path: Path) -> None:
    import pandas as pd

    write_table(DATA, tmp_path / "trials.dta")
    frame = pd.read_stata(tmp_path / "trials.dta", convert_categoricals=True)
    assert frame["arm"].astype(object).tolist()[:3] == ["ketamine", "saline", "ketamine"]
    assert frame["yi"].tolist()[:3] == [1 / 3, -1e-70, 1e15 + 0.5]
    assert frame["events_1"].isna().tolist() == [False, True, False, True, False]


def test_sas_transport_is_version_5_until_a_text_is_too_long(tmp_path: Path) -> None:
    path = tmp_path / "t.xpt"
    assert write_table([{"contrast_class": "a", "contrast_classic": "b"}], path) == (
        "Names of SAS transport 5 have at most 8 letters: contrast_class as contrast, "
        "contrast_classic as contras2.",
    )
    assert path.read_bytes().startswith(b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!")
    notes = write_table([{"how": "x" * 201}], path)
    assert notes == (
        "Texts are longer than 200 bytes, so this is version 8: read it with %XPT2LOC.",
    )
    assert path.read_bytes().startswith(b"HEADER RECORD*******LIBV8")
    assert read_table(path).text("how") == ("x" * 201,)


def test_text_that_a_format_cannot_hold_is_refused_with_its_place(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"how": "short"}, {"how": "y" * 2_046}]
    with pytest.raises(DataError, match=r"column how, row 2: 2,046 bytes of text, but Stata holds"):
        write_table(rows, tmp_path / "t.dta")
    with pytest.raises(
        DataError, match=r"column yi, row 1: 1e-100 lies beyond the numbers that SAS"
    ):
        write_table([{"yi": 1e-100}], tmp_path / "t.xpt")
    with pytest.raises(DataError, match=r"column yi, row 1: inf lies beyond the numbers that SPSS"):
        write_table(
            DataSet("t", "", (Variable("yi", "", "number", (math.inf,)),)), tmp_path / "t.sav"
        )
    with pytest.raises(DataError, match=r"Data!A2: the text is too long for Excel"):
        write_table([{"how": "y" * 40_000}], tmp_path / "t.xlsx")
    with pytest.raises(DataError, match=r"Data!A2: the text holds control characters"):
        write_table([{"how": "a\x07"}], tmp_path / "t.xlsx")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("t.sas7bdat", "only SAS itself writes .sas7bdat files. Write .xpt"),
        ("t.xls", "Write .xlsx"),
        ("t.docx", "no writer for .docx files. Writable: .csv, .tsv, .tab, .xlsx, .sav"),
        ("t", "the file has no ending"),
    ],
)
def test_what_cannot_be_written_is_said_with_what_can(
    tmp_path: Path, name: str, message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        write_table(DATA, tmp_path / name)
    assert message in str(caught.value)


def test_nothing_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no columns to write"):
        write_table([], tmp_path / "t.csv")


def test_formulas_are_text_in_every_spreadsheet(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    attacks = ["=1+1", "+A1", "-A1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "-5", "−5", "'-5"]
    write_table([{"=name": text} for text in attacks], tmp_path / "t.csv")
    write_table([{"=name": text.strip()} for text in attacks], tmp_path / "t.xlsx")
    cells = [cell.value for cell in load_workbook(tmp_path / "t.xlsx")["Data"]["A"]]
    assert cells == [
        "'=name",
        "'=1+1",
        "'+A1",
        "'-A1",
        "'@SUM(A1)",
        "'=1",
        "'=1",
        "''=1",
        "-5",
        "−5",
        "''-5",
    ]
    lines = (tmp_path / "t.csv").read_bytes().decode().split("\n")
    assert all(not line.strip('"').startswith(("=", "+", "@", "\t", "\r")) for line in lines)
    for name in ("t.csv", "t.xlsx"):
        assert read_table(tmp_path / name).columns["=name"] == tuple(a.strip() for a in attacks)


def test_rows_report_tables_and_read_tables_are_written_alike(tmp_path: Path) -> None:
    rows = [{"study": "A", "k": 3, "low": float("nan"), "parts": ["x", "y"], "ok": True}]
    write_table(rows, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text() == "study,k,low,parts,ok\nA,3,,x; y,yes\n"
    columns = (Column("study", "Study"), Column("k", "k", audience="files"))
    report = ReportTable("t", "Trials", columns, (Row((Cell("A"), Cell("three", 3))),))
    write_table(report, tmp_path / "b.csv")
    assert (tmp_path / "b.csv").read_text() == "study,k\nA,3\n"
    write_table(read_table(tmp_path / "a.csv"), tmp_path / "c.parquet")
    assert read_table(tmp_path / "c.parquet").text("parts") == ("x; y",)


def test_names_are_unique_reversible_and_allowed() -> None:
    names = ["a", "A", "ärger µ", "1st", "all", "x" * 40, "x" * 41, "", "-", "a2", "n_", "日本"]
    for rule in (NameRule(8), NameRule(32), NameRule(8, capitals=True)):
        chosen = allowed_names(names, rule)
        assert list(chosen) == names
        assert len({value.lower() for value in chosen.values()}) == len(names)
        for value in chosen.values():
            assert 0 < len(value) <= rule.longest
            assert value[0].isalpha()
            assert value.isascii()
            assert value.replace("_", "a").isalnum()
            assert value.lower() not in ("all", "by")
    assert allowed_names(["events_1", "n_1"], NameRule(8)) == {"events_1": "events_1", "n_1": "n_1"}


def test_a_data_set_that_contradicts_itself_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="value and reason disagree"):
        Variable("x", "", "whole", (1,), {0: -9}, REASONS)
    with pytest.raises(ValueError, match="different lengths"):
        DataSet("t", "", (Variable("x", "", "text", ("a",)), Variable("y", "", "text", ())))
    with pytest.raises(ValueError, match="same name"):
        DataSet("t", "", (Variable("x", "", "text", ("a",)), Variable("x", "", "text", ("b",))))
