"""Files that are broken or mean harm: one sentence for the user, quickly, and nothing else."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from ketameta.errors import DataError, KetametaError
from ketameta.exchange.tabular import numbers, read_table
from ketameta.exchange.writing import WRITERS, write_table

ROWS = [{"study": f"Study {i}", "yi": i / 7, "n": i} for i in range(30)]


def outcome(path: Path) -> str:
    try:
        return f"{read_table(path).size} rows"
    except KetametaError as error:
        return str(error)


@pytest.mark.parametrize("extension", WRITERS)
def test_damaged_files_of_every_format_are_refused_in_one_line_or_read(
    tmp_path: Path, extension: str
) -> None:
    path = tmp_path / f"t{extension}"
    write_table(ROWS, path)
    whole = path.read_bytes()
    chance = random.Random(20261122)
    for attempt in range(40):
        broken = bytearray(whole)
        if attempt % 2:
            del broken[chance.randrange(1, len(broken)) :]
        for _ in range(0 if attempt % 2 else 3):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        path.write_bytes(bytes(broken))
        assert "\n" not in outcome(path)


@pytest.mark.parametrize(
    "extension", sorted({*WRITERS, ".sas7bdat", ".xlsm"} - {".csv", ".tsv", ".tab"})
)
def test_another_format_under_this_name_is_refused(tmp_path: Path, extension: str) -> None:
    for content in (b"", b"study,yi\nA,1\n", b"%PDF-1.7", b"\x89PNG\r\n", bytes(range(256)) * 20):
        path = tmp_path / f"t{extension}"
        path.write_bytes(content)
        with pytest.raises(DataError) as caught:
            read_table(path)
        assert str(caught.value).startswith(f"{path}: ")
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["t.csv", "t.tsv"])
def test_a_million_columns_are_refused_at_once(tmp_path: Path, name: str) -> None:
    delimiter = "\t" if name.endswith("tsv") else ","
    names = delimiter.join(f"c{i}" for i in range(1_000_000))
    (tmp_path / name).write_text(f"{names}\n1{delimiter}2\n")
    start = time.perf_counter()
    assert outcome(tmp_path / name).endswith(
        "1,000,000 columns. Is this a table with one row per study?"
    )
    assert time.perf_counter() - start < 10


def test_a_name_twice_among_thousands_is_found_quickly(tmp_path: Path) -> None:
    names = [f"c{i}" for i in range(4_999)] + ["c17"]
    (tmp_path / "t.csv").write_text(",".join(names) + "\n")
    assert outcome(tmp_path / "t.csv").endswith('two columns are called "c17". Rename one.')


def test_not_a_number_and_infinity_as_text(tmp_path: Path) -> None:
    write_table(
        [{"x": text} for text in ("nan", "NaN", "1e999", "inf", "-Infinity")], tmp_path / "t.xlsx"
    )
    read = numbers(read_table(tmp_path / "t.xlsx"), ["x"])["x"]
    assert [value != value for value in read] == [True, True, False, False, False]
    assert read[2:] == [float("inf"), float("inf"), float("-inf")]


def test_a_file_too_large_to_be_trial_results_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ketameta.exchange import tabular

    monkeypatch.setattr(tabular, "MAX_BYTES", 1_000)
    (tmp_path / "t.csv").write_text("x\n" + "1\n" * 1_000)
    assert "has 2,002 bytes, which no table of trial results needs" in outcome(tmp_path / "t.csv")


def test_links_to_other_files_are_not_followed(tmp_path: Path) -> None:
    """A cell that links to another workbook has only the value that was saved with it."""
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(("study", "yi"))
    book.active.append(("A", "='[http://127.0.0.1:9/other.xlsx]Sheet1'!A1"))
    book.save(tmp_path / "t.xlsx")
    assert ":Sheet!B2: a formula without a saved value (B2)." in outcome(tmp_path / "t.xlsx")


def test_impossible_dates_do_not_spoil_a_file(tmp_path: Path) -> None:
    import pandas as pd
    import pyreadstat

    frame = pd.DataFrame({"day": [1.0, -2147483648.0], "yi": [0.5, 0.25]})
    pyreadstat.write_xport(frame, str(tmp_path / "t.xpt"), variable_format={"day": "DATE9."})
    table = read_table(tmp_path / "t.xpt")
    assert table.columns["yi"] == (0.5, 0.25)
    assert table.columns["day"] == (1.0, -2147483648.0)
    assert "has impossible dates" in table.notes[0]


def test_old_stata_files_in_windows_letters_are_read_and_said(tmp_path: Path) -> None:
    import pandas as pd

    path = tmp_path / "t.dta"
    frame = pd.DataFrame({"study": ["Müller", "Ærø"], "yi": [0.5, 0.25]})
    frame.to_stata(path, write_index=False, version=114)
    table = read_table(path)
    assert table.text("study") == ("Müller", "Ærø")
