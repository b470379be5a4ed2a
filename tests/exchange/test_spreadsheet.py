"""Excel workbooks: what is read, what is said about it, and what is refused unopened."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import DEFUSEDXML, Workbook

from ketameta.errors import DataError, KetametaError, UsageError
from ketameta.exchange.tabular import numbers, read_table

HEAD = ("study", "ai", "n1i", "ci", "n2i")


def book(*rows: tuple[Any, ...], title: str = "Sheet1") -> Workbook:
    made = Workbook()
    made.active.title = title
    for row in rows:
        made.active.append(row)
    return made


def saved(folder: Path, made: Workbook, name: str = "trials.xlsx") -> Path:
    path = folder / name
    made.save(path)
    return path


def refusal(path: Path | str) -> str:
    with pytest.raises(KetametaError) as caught:
        read_table(path)
    return re.sub(r"\S*/(?=\w+\.xls)", "", str(caught.value))


def outcome(path: Path) -> str:
    """The columns of a file, or what is said of it; anything but an error for users escapes."""
    try:
        return repr(dict(read_table(path).columns))
    except KetametaError as error:
        return str(error)


def repacked(path: Path, changes: dict[str, bytes], *, drop: tuple[str, ...] = ()) -> Path:
    """The workbook with some of its parts replaced, added or dropped."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name not in drop}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts | changes).items():
            archive.writestr(name, content)
    return path


def test_openpyxl_uses_defusedxml() -> None:
    assert DEFUSEDXML is True


def test_the_first_sheet_is_read_with_its_places(tmp_path: Path) -> None:
    made = book(HEAD, ("Ærø 2007", 3, 20, 5, 21), ("B", "4", 20.0, None, 19))
    made.create_sheet("Notes")
    table = read_table(saved(tmp_path, made))
    assert table.text("study") == ("Ærø 2007", "B")
    assert numbers(table, ["ai", "n1i"]) == {"ai": [3.0, 4.0], "n1i": [20.0, 20.0]}
    assert table.columns["ci"] == (5.0, None)
    assert table.cell(1, "ci").endswith("trials.xlsx:Sheet1!D3: column ci")
    assert table.where(1).endswith("trials.xlsx:Sheet1:row 3")
    assert table.notes == (f"{tmp_path}/trials.xlsx: read the sheet Sheet1; others: Notes.",)


def test_a_cell_that_is_no_number_is_named_as_excel_names_it(tmp_path: Path) -> None:
    made = book((), ("study", None, "ai"), ("A", None, "twenty"), ("B", None, date(2020, 12, 3)))
    table = read_table(saved(tmp_path, made))
    with pytest.raises(DataError) as caught:
        numbers(table, ["ai"])
    lines = str(caught.value).replace(f"{tmp_path}/", "").splitlines()
    assert [line.split(" Write")[0] for line in lines] == [
        'trials.xlsx:Sheet1!C3: column ai: "twenty" is not a number.',
        'trials.xlsx:Sheet1!C4: column ai: "2020-12-03" is not a number.',
    ]


def test_a_sheet_is_chosen_after_a_number_sign_or_by_name(tmp_path: Path) -> None:
    made = book(("x", "y"), (1, 2))
    made.create_sheet("Data of 2024").append(("x",))
    made["Data of 2024"].append((7,))
    path = saved(tmp_path, made)
    assert read_table(f"{path}#data of 2024").columns == {"x": (7.0,)}
    assert read_table(path, sheet="Data of 2024").columns == {"x": (7.0,)}
    with pytest.raises(UsageError, match=r'no sheet "x"\. Its sheets: Sheet1, Data of 2024\.'):
        read_table(f"{path}#x")
    csv = tmp_path / "trials.csv"
    csv.write_text("x\n1\n")
    with pytest.raises(UsageError, match="have no sheets"):
        read_table(f"{csv}#x")


def test_a_file_whose_own_name_has_a_number_sign_is_that_file(tmp_path: Path) -> None:
    saved(tmp_path, book(("x",), (1,)), "a.xlsx#b.xlsx")
    assert read_table(tmp_path / "a.xlsx#b.xlsx").columns == {"x": (1.0,)}


def test_a_hidden_sheet_is_not_the_first(tmp_path: Path) -> None:
    made = book(("lists",), ("a",), title="Lists")
    made["Lists"].sheet_state = "hidden"
    made.create_sheet("Trials").append(("x",))
    made["Trials"].append((3,))
    assert read_table(saved(tmp_path, made)).columns == {"x": (3.0,)}


def test_hidden_rows_and_merged_cells_are_told_not_dropped(tmp_path: Path) -> None:
    made = book(HEAD, *(("S", i, 20, 5, 21) for i in range(1, 5)))
    made.active.row_dimensions[3].hidden = True
    made.active.column_dimensions["B"].hidden = True
    made.active.merge_cells("A4:A5")
    table = read_table(saved(tmp_path, made))
    assert table.size == 4
    assert table.text("study") == ("S", "S", "S", "")
    said = [note.split("trials.xlsx:")[1] for note in table.notes]
    assert said == [
        "Sheet1: hidden rows were read too: 3.",
        "Sheet1: hidden columns were read too: B.",
        "Sheet1: merged cells hold their value in the first cell only: A4:A5. Unmerge them and "
        "repeat the value if every row needs it.",
    ]


def test_a_formula_without_a_saved_value_is_an_error_with_its_cell(tmp_path: Path) -> None:
    made = book(HEAD, ("A", "=1+2", 20, 5, 21), ("B", 1, "=SUM(B2:B3)", 5, 21))
    assert refusal(saved(tmp_path, made)) == (
        "trials.xlsx:Sheet1!B2: a formula without a saved value (B2, C3). Open the file in Excel "
        "or LibreOffice, save it, and try again; or paste the values."
    )


def test_a_formula_with_a_saved_value_is_that_value(tmp_path: Path) -> None:
    path = saved(tmp_path, book(("x", "y"), (1, "=A2*2")))
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    sheet = re.sub(rb"<f>A2\*2</f><v ?/?>(</v>)?", b"<f>A2*2</f><v>2</v>", sheet)
    table = read_table(repacked(path, {"xl/worksheets/sheet1.xml": sheet}))
    assert table.columns == {"x": (1.0,), "y": (2.0,)}
    assert table.notes[0].endswith("1 formulas were read by their saved values.")


def test_values_keep_their_meaning(tmp_path: Path) -> None:
    made = book(
        ("a", 2020, "b c", "d"),
        (True, date(2020, 1, 31), " x ", "'=1+1"),
        ("#N/A", "007", "1,5", "-3"),
    )
    table = read_table(saved(tmp_path, made))
    assert table.columns == {
        "a": ("TRUE", "#N/A"),
        "2020": ("2020-01-31", "007"),
        "b c": ("x", "1,5"),
        "d": ("=1+1", "-3"),
    }
    assert numbers(table, ["d"][:0]) == {}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ((), "trials.xlsx:Sheet1: the sheet is empty. Give a header row and one row per study."),
        (
            (HEAD,),
            "trials.xlsx:Sheet1:row 1: there are no rows below the header. Give one row per study.",
        ),
        (
            (("a", "b", "a"), (1, 2, 3)),
            'trials.xlsx:Sheet1:row 1: two columns are called "a". Rename one.',
        ),
        (
            (("a", None, "c"), (1, 2, 3)),
            "trials.xlsx:Sheet1:row 1: Sheet1!B1 has no name. Name it or remove it.",
        ),
        (
            ((1, 2), (3, 4)),
            "trials.xlsx:Sheet1:row 1: the first line holds numbers. Put the names of the columns "
            "there.",
        ),
    ],
)
def test_what_is_no_table_is_refused(
    tmp_path: Path, rows: tuple[tuple[Any, ...], ...], message: str
) -> None:
    assert refusal(saved(tmp_path, book(*rows))) == message


@pytest.mark.parametrize(
    "raw", [b"", b"PK\x03\x04rest", b"study,n\nA,1\n", b"\xd0\xcf\x11\xe0" * 9]
)
def test_what_is_no_workbook_is_refused_in_one_sentence(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "trials.xlsx"
    path.write_bytes(raw)
    assert "\n" not in refusal(path)


def test_every_truncation_is_refused_or_whole(tmp_path: Path) -> None:
    path = saved(tmp_path, book(HEAD, ("A", 3, 20, 5, 21)))
    raw = path.read_bytes()
    for size in range(1, len(raw), max(1, len(raw) // 60)):
        path.write_bytes(raw[:size])
        with pytest.raises(DataError):
            read_table(path)


def test_flipped_bytes_never_end_in_a_traceback(tmp_path: Path) -> None:
    path = saved(tmp_path, book(HEAD, ("A", 3, 20, 5, 21)))
    raw = bytearray(path.read_bytes())
    for place in range(0, len(raw), 37):
        broken = raw.copy()
        broken[place] ^= 0xFF
        path.write_bytes(bytes(broken))
        assert "\n" not in outcome(path)


def test_a_zip_bomb_is_not_opened(tmp_path: Path) -> None:
    path = saved(tmp_path, book(HEAD, ("A", 3, 20, 5, 21)))
    bomb = b"<worksheet>" + b" " * 30_000_000 + b"</worksheet>"
    repacked(path, {"xl/worksheets/sheet1.xml": bomb})
    assert path.stat().st_size < 100_000
    assert "which no table of trial results does. It was not opened." in refusal(path)


@pytest.mark.parametrize(
    "declaration",
    [
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
        b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>',
        b'<!doctype x SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
def test_documents_that_declare_entities_are_not_opened(tmp_path: Path, declaration: bytes) -> None:
    path = saved(tmp_path, book(HEAD, ("A", 3, 20, 5, 21)))
    with zipfile.ZipFile(path) as archive:
        strings = archive.read("xl/worksheets/sheet1.xml")
    start = strings.index(b"<worksheet")
    attack = strings[:start] + declaration + strings[start:].replace(b"study", b"&e;", 1)
    repacked(path, {"xl/worksheets/sheet1.xml": attack})
    assert refusal(path).startswith(
        "trials.xlsx: xl/worksheets/sheet1.xml declares a document type"
    )


def test_a_declaration_behind_a_long_comment_resolves_nothing(tmp_path: Path) -> None:
    path = saved(tmp_path, book(HEAD, ("A", 3, 20, 5, 21)))
    with zipfile.ZipFile(path) as archive:
        strings = archive.read("xl/worksheets/sheet1.xml")
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    start = strings.index(b"<worksheet")
    declaration = f'<!--{" " * 9_000}--><!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    attack = strings[:start] + declaration.encode() + strings[start:].replace(b"study", b"&e;", 1)
    repacked(path, {"xl/worksheets/sheet1.xml": attack})
    assert "SECRET" not in outcome(path)


@pytest.mark.parametrize("cell", ["XFD2", "A1048576", "ZZ900000"])
def test_a_far_away_cell_does_not_fill_the_memory(tmp_path: Path, cell: str) -> None:
    made = book(HEAD, ("A", 3, 20, 5, 21))
    made.active[cell] = 1
    message = refusal(saved(tmp_path, made))
    assert "rows of" in message
    assert "columns" in message


def test_another_zip_file_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "trials.xlsx"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../../evil.txt", "x")
    path.write_bytes(buffer.getvalue())
    assert refusal(path) == (
        "trials.xlsx: is a zip file, but not an Excel workbook. Save it as .xlsx."
    )
    assert [item.name for item in tmp_path.iterdir()] == ["trials.xlsx"]
