"""Results of commands as files of Excel, SPSS, Stata, SAS, Parquet, and with tabs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from ketameta.cli.table_files import TABLE_FILES, rows_of
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
    wanted = rows_of(run(*words, "--data", table(COUNTS), "--format", "csv").stdout)
    found = read_table(Path(f"out{ending}"))
    assert found.size == len(wanted)
    first, column = next(iter(wanted[0].values())), next(iter(found.columns.values()))
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


def test_nothing_is_not_a_file(run: Run, small_root: Path) -> None:
    done = run("rob", "-o", "out.xlsx")
    assert (done.exit_code, Path("out.xlsx").exists()) == (3, False)
    assert "out.xlsx: there are no rows to write." in done.stderr


def test_files_of_others_stay(run: Run, table: Write) -> None:
    words = ("pool", "--measure", "OR", "--data", table(COUNTS))
    Path("mine.sav").write_bytes(b"precious")
    done = run(*words, "-o", "mine.sav")
    assert (done.exit_code, Path("mine.sav").read_bytes()) == (2, b"precious")
    assert "mine.sav: exists." in done.stderr
    assert run(*words, "-o", "mine.sav", "--force").exit_code == 0
    other = run(*words, "-o", "out.sav", "--format", "json")
    assert (other.exit_code, Path("out.sav").exists()) == (2, False)
