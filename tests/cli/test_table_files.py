"""Results of commands as files of Excel, SPSS, Stata, SAS, Parquet, and with tabs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from openpyxl import load_workbook

from ketameta.cli.table_files import TABLE_FILES, table_of
from ketameta.errors import DataError
from ketameta.exchange.tabular import read_table
from ketameta.exchange.writing import WRITERS

Run = Callable[..., Result]
Write = Callable[[str | bytes], Path]

COUNTS = "study,events_1,n_1,events_2,n_2\n=A1+1,13,27,3,28\n007,4,17,5,23\nC,9,50,4,50\n"
OF_TABLES = (
    ("pool", "--measure", "OR"),
    ("effects", "--measure", "OR"),
    ("sensitivity", "--measure", "OR", "--kind", "leave-one-out"),
    ("bias", "--measure", "OR", "--test", "egger"),
)
OF_RECORDS = (("map",), ("map", "--results"), ("grade",), ("durability",))


def test_every_format_that_can_be_written_is_offered() -> None:
    assert set(TABLE_FILES) == set(WRITERS) - {".csv"}


@pytest.mark.parametrize("ending", TABLE_FILES)
@pytest.mark.parametrize("words", OF_TABLES, ids=lambda words: words[0])
def test_the_ending_says_the_program(
    run: Run, table: Write, words: tuple[str, ...], ending: str
) -> None:
    done = run(*words, "--data", table(COUNTS), "-o", f"out{ending}")
    assert (done.exit_code, done.stdout) == (0, ""), done.stderr
    wanted = table_of(run(*words, "--data", table(COUNTS), "--format", "csv").stdout, "out")
    found = read_table(Path(f"out{ending}"))
    assert found.size == wanted.size
    first, column = wanted.variables[0].values[0], next(iter(found.columns.values()))
    assert column[0] == (str(first) if isinstance(column[0], str) else first)


def test_numbers_stay_to_the_last_digit_and_formulas_are_text(run: Run, table: Write) -> None:
    words = ("effects", "--measure", "OR", "--data", table(COUNTS))
    studies = json.loads(run(*words, "--format", "json").stdout)["studies"]
    for ending in TABLE_FILES:
        assert run(*words, "-o", f"out{ending}").exit_code == 0
        found = read_table(Path(f"out{ending}"))
        columns = {name.lower(): cells for name, cells in found.columns.items()}
        numbers = [float(cell) for cell in columns["yi"] if cell is not None]
        exact = 1e-9 if ending == ".por" else 0.0
        assert numbers == pytest.approx([one["yi"] for one in studies], rel=exact, abs=0)
        assert list(columns["study"]) == ["=A1+1", "007", "C"]


@pytest.mark.parametrize("words", OF_RECORDS, ids=" ".join)
def test_tables_of_the_records_too(run: Run, small_root: Path, words: tuple[str, ...]) -> None:
    done = run(*words, "-o", "out.xlsx")
    assert done.exit_code == 0, done.stderr
    assert read_table(Path("out.xlsx")).size
    refused = run(*words, "-o", "out.docx")
    assert refused.exit_code == 2
    assert ".xlsx" in refused.stderr


@pytest.mark.parametrize("ending", TABLE_FILES)
def test_a_table_without_rows_keeps_its_header_as_csv_does(
    run: Run, small_root: Path, ending: str
) -> None:
    for words in (("diff", ".", "."), ("rob",)):
        out = Path(f"{words[0]}{ending}")
        done = run(*words, "-o", out)
        assert (done.exit_code, done.stdout) == (0, ""), done.stderr
        assert f"Written: {out}" in done.stderr
        header = run(*words, "--format", "csv").stdout
        assert header.count("\n") == 1
        assert [v.name for v in table_of(header, "x").variables] == header.strip().split(",")
        with pytest.raises(DataError, match="there are no rows"):
            read_table(out)
    shown = load_workbook("diff.xlsx")["Data"] if ending == ".xlsx" else None
    if shown is not None:
        names = [cell.value for cell in next(shown.iter_rows())]
        assert names == run("diff", ".", ".", "--format", "csv").stdout.strip().split(",")


def test_a_form_that_the_file_cannot_hold(run: Run, table: Write) -> None:
    words = ("pool", "--measure", "OR", "--data", table(COUNTS))
    other = run(*words, "-o", "out.sav", "--format", "json")
    assert (other.exit_code, Path("out.sav").exists()) == (2, False)
