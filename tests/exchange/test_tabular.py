"""Tables from files: what is read, and exactly what is said of a file that cannot be."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from ketameta.errors import DataError, KetametaError, UsageError
from ketameta.exchange.tabular import READERS, Table, numbers, read_table


def written(folder: Path, content: str | bytes, name: str = "trials.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(folder: Path, content: str | bytes, name: str = "trials.csv") -> Table:
    return read_table(written(folder, content, name))


def refusal(folder: Path, content: str | bytes, name: str = "trials.csv") -> str:
    with pytest.raises(KetametaError) as caught:
        read(folder, content, name)
    return str(caught.value).replace(str(folder) + "/", "")


def test_cells_stay_as_written_and_lines_are_counted_in_the_file(tmp_path: Path) -> None:
    table = read(tmp_path, 'study,n\n\n"A, one",007\n\nB,8\n')
    assert table.columns == {"study": ("A, one", "B"), "n": ("007", "8")}
    assert table.lines == (3, 5)
    assert table.where(1).endswith("trials.csv:5")


def test_a_row_that_spans_lines_counts_from_its_first(tmp_path: Path) -> None:
    table = read(tmp_path, 'study,n\n"A\nand B",1\nC,2\n')
    assert table.lines == (2, 4)


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbfstudy,n\nM\xc3\xbcller,8\n",
        "study,n\nMüller,8\n".encode("utf-16"),
        "study\tn\nMüller\t8\n".encode("utf-16"),
        b"study,n\r\nM\xc3\xbcller,8\r\n",
        b"study,n\rM\xc3\xbcller,8\r",
        b"study;n\nM\xc3\xbcller;8\n",
        b"sep=;\nstudy;n\nM\xc3\xbcller;8\n",
        b"study , n \nM\xc3\xbcller , 8 \n",
        b"study,n,,\nM\xc3\xbcller,8,,\n,,,\n",
    ],
    ids=["bom", "utf-16", "excel", "crlf", "cr", "semicolon", "sep=", "spaces", "empty columns"],
)
def test_the_same_table_in_many_disguises(tmp_path: Path, raw: bytes) -> None:
    table = read(tmp_path, raw)
    assert table.columns == {"study": ("Müller",), "n": ("8",)}
    assert table.notes == ()


def test_windows_1252_is_read_and_said(tmp_path: Path) -> None:
    table = read(tmp_path, b"study,n\nM\xfcller,8\n")
    assert table.text("study") == ("Müller",)
    assert table.notes[0].endswith("is not UTF-8 and was read as Windows-1252. Check the accents.")


def test_tsv_and_files_without_extension(tmp_path: Path) -> None:
    assert read(tmp_path, "study\tn\nA, B\t8\n", "trials.tsv").text("study") == ("A, B",)
    assert read(tmp_path, "study,n\nA,8\n", "trials").text("n") == ("8",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "trials.csv:1: the file is empty. Give a header line and one line per study."),
        (" \n \n", "trials.csv:1: the file is empty. Give a header line and one line per study."),
        (
            "study,n\n",
            "trials.csv:1: there are no rows below the header. Give one line per study.",
        ),
        (
            "study,n\nA,1,2\n",
            "trials.csv:2: 3 cells, but the header has 2. Check the line; a comma inside a cell "
            "needs quotation marks.",
        ),
        (
            "study,n\nA,1\nB\n",
            "trials.csv:3: 1 cells, but the header has 2. Check the line; a comma inside a cell "
            "needs quotation marks.",
        ),
        ("study,n,n\nA,1,2\n", 'trials.csv:1: two columns are called "n". Rename one.'),
        ("study,,n\nA,1,2\n", "trials.csv:1: column 2 has no name. Name it or remove it."),
        (
            "1,2\n3,4\n",
            "trials.csv:1: the first line holds numbers. Put the names of the columns there.",
        ),
        (
            'study,n\nA,"1\nB,2\n',
            "trials.csv:2: unexpected end of data. Check for a quotation mark that is not closed.",
        ),
        (b"\x00\x01\x02\xff", "trials.csv: is not a text file. Save the table as CSV (UTF-8)."),
        (b"\x81\x8d" * 9, "trials.csv: is not a text file. Save the table as CSV (UTF-8)."),
        (
            b"PK\x03\x04rest",
            "trials.csv: is a workbook or another zip file, not text. Call it .xlsx if it is a "
            "workbook, or save the sheet as CSV (UTF-8).",
        ),
    ],
)
def test_what_is_no_table_is_refused_with_its_line(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    assert refusal(tmp_path, content) == message


def test_a_cell_too_long_for_a_table_is_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path, f"study,n\n{'x' * 200_000},1\n")
    assert message.startswith("trials.csv:2: field larger than field limit")


def test_files_that_are_not_there(tmp_path: Path) -> None:
    written(tmp_path, "study,n\nA,1\n")
    with pytest.raises(UsageError, match=r"trial\.csv: there is no such file\. Did you mean .*s\."):
        read_table(tmp_path / "trial.csv")
    with pytest.raises(UsageError, match=r"is a folder\. Name a file in it\."):
        read_table(tmp_path)
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(UsageError, match=r"is a folder\. Name a file in it\."):
        read_table(tmp_path / "folder.csv")
    with pytest.raises(UsageError, match=r"does not exist either\."):
        read_table(tmp_path / "nowhere" / "trials.csv")


def test_an_extension_without_reader_names_those_there_are(tmp_path: Path) -> None:
    message = refusal(tmp_path, "x", "trials.ods")
    assert message == (
        "trials.ods: no reader for .ods files. Save the table as CSV (readable: "
        f"{', '.join(READERS)})."
    )
    assert {".csv", ".txt", ".tsv", ".tab"} <= set(READERS)
    assert all(extension.startswith(".") for extension in READERS)


def test_numbers_are_read_in_the_ways_people_write_them(tmp_path: Path) -> None:
    table = read(tmp_path, "x\n1\n-2.5\n+3\n1e-3\n.5\n\u22120.25\n 7 \nNA\n.\nnan\n")
    values = numbers(table, ["x"])["x"]
    assert values[:7] == [1.0, -2.5, 3.0, 0.001, 0.5, -0.25, 7.0]
    assert all(math.isnan(value) for value in values[7:])


def test_no_cell_is_ever_run_or_read_as_python_would(tmp_path: Path) -> None:
    cells = ["=1+1", "1_000", "0x10", "٣", "__import__('os')", "1 000", "12%", "<0.001", "True"]
    table = read(tmp_path, "x\n" + "\n".join(cells) + "\n")
    with pytest.raises(DataError) as caught:
        numbers(table, ["x"])
    lines = str(caught.value).replace(str(tmp_path) + "/", "").splitlines()
    assert lines == [
        f'trials.csv:{i}: column x: "{cell}" is not a number. Write a number with a decimal '
        "point, or leave the cell empty."
        for i, cell in enumerate(cells, start=2)
    ]


def test_many_bad_cells_are_counted_not_all_listed(tmp_path: Path) -> None:
    table = read(tmp_path, "x\n" + "bad\n" * 25)
    with pytest.raises(DataError) as caught:
        numbers(table, ["x"])
    lines = str(caught.value).splitlines()
    assert len(lines) == 21
    assert lines[-1].endswith("trials.csv: and 5 more cells.")


def test_decimal_commas_are_read_where_semicolons_separate(tmp_path: Path) -> None:
    table = read(tmp_path, "study;x;n\nA;1,5;10\nB;-0,25;1200\n")
    assert numbers(table, ["x", "n"]) == {"x": [1.5, -0.25], "n": [10.0, 1200.0]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            'x\n"1,5"\n',
            'trials.csv:2: column x: "1,5" has a comma. Write a decimal point and no thousands '
            "separator.",
        ),
        (
            "x;n\n1,5;1.200\n",
            'trials.csv:2: column n: "1.200" has a decimal point, but "1,5" on line 2 has a '
            "decimal comma. Use one of them throughout.",
        ),
        (
            "x;n\n1,5;1,200\n",
            'trials.csv:2: column n: "1,200" could be 1200 or 1.200. Write it without a thousands '
            "separator, or with a decimal point.",
        ),
    ],
)
def test_commas_that_could_mean_two_things_are_refused(
    tmp_path: Path, content: str, message: str
) -> None:
    table = read(tmp_path, content)
    with pytest.raises(DataError) as caught:
        numbers(table, list(table.columns))
    assert str(caught.value).replace(str(tmp_path) + "/", "") == message


def test_only_the_columns_asked_for_must_hold_numbers(tmp_path: Path) -> None:
    table = read(tmp_path, "x,remark\n1,fine\n")
    assert numbers(table, ["x"]) == {"x": [1.0]}
