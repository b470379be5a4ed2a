"""Delimited text (CSV, TSV) from bytes: encoding, delimiter, header and rows, all checked."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator

from ketameta.errors import DataError
from ketameta.exchange.header import MAX_COLUMNS, MAX_ROWS, check_header
from ketameta.exchange.table import Table
from ketameta.notation.formula_cells import restored

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ZIP = b"PK\x03\x04"
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_SEPARATOR_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
ROW_NAMES = "row names"
Row = tuple[int, list[str]]


def read_delimited(raw: bytes, source: str) -> Table:
    """A table whose cells are separated by commas, semicolons or tabs, whichever the header has.

    Raises
    ------
    DataError
        `source:line: ...` for anything that is not a table of text with one header line.
    """
    text, notes = _decoded(raw, source)
    text, first, stated = _without_separator_line(text)
    delimiter = stated or _delimiter(text)
    return _table(_rows(text, delimiter, source, first), source, delimiter, notes)


def read_tabbed(raw: bytes, source: str) -> Table:
    """A table whose cells are separated by tabs; see `read_delimited`."""
    text, notes = _decoded(raw, source)
    return _table(_rows(text, "\t", source, 1), source, "\t", notes)


def _decoded(raw: bytes, source: str) -> tuple[str, tuple[str, ...]]:
    if not raw.strip():
        raise DataError(
            f"{source}:1: the file is empty. Give a header line and one line per study."
        )
    if raw.startswith(_ZIP):
        raise DataError(
            f"{source}: is a workbook or another zip file, not text. Call it .xlsx if it is a "
            "workbook, or save the sheet as CSV (UTF-8)."
        )
    notes: tuple[str, ...] = ()
    try:
        text = _unicode(raw)
    except UnicodeDecodeError:
        try:
            text = raw.decode("cp1252")
        except UnicodeDecodeError:
            raise _not_text(source) from None
        notes = (f"{source}: is not UTF-8 and was read as Windows-1252. Check the accents.",)
    if _CONTROL.search(text):
        raise _not_text(source)
    return text, notes


def _unicode(raw: bytes) -> str:
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(encoding)
    return raw.decode("utf-8")


def _not_text(source: str) -> DataError:
    return DataError(f"{source}: is not a text file. Save the table as CSV (UTF-8).")


def _without_separator_line(text: str) -> tuple[str, int, str | None]:
    """Text without Excel's `sep=;` line, the number of its first line, and that delimiter."""
    head, _, rest = text.partition("\n")
    stated = _SEPARATOR_LINE.fullmatch(head)
    return (rest, 2, stated.group(1)) if stated else (text, 1, None)


def _delimiter(text: str) -> str:
    header = re.sub(r'"[^"]*"', "", text.lstrip().partition("\n")[0])
    return max(_DELIMITERS, key=header.count)


def _rows(text: str, delimiter: str, source: str, first: int) -> Iterator[Row]:
    """Each record with the line it begins on; empty ones are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = first
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begins, [cell.strip() for cell in cells]
            begins = first + reader.line_num
    except csv.Error as error:
        raise DataError(
            f"{source}:{begins}: {error}. Check for a quotation mark that is not closed."
        ) from None


def _table(rows: Iterator[Row], source: str, delimiter: str, notes: tuple[str, ...]) -> Table:
    line, header = next(rows)
    if len(header) > MAX_COLUMNS:
        raise DataError(
            f"{source}:{line}: {len(header):,} columns. Is this a table with one row per study?"
        )
    while header and not header[-1]:
        header.pop()
    if header and not header[0]:  # R's write.csv puts the names of rows there
        header[0] = ROW_NAMES
    header = [restored(name) for name in header]
    check_header(header, f"{source}:{line}", [f"column {i + 1}" for i in range(len(header))])
    lines: list[int] = []
    cells: list[list[str]] = []
    for at, row in rows:
        lines.append(at)
        if len(lines) > MAX_ROWS:
            raise DataError(f"{source}: more than {MAX_ROWS:,} rows. Give the rows of one review.")
        cells.append(_fitted(row, len(header), f"{source}:{at}", _DELIMITERS.get(delimiter)))
    if not lines:
        raise DataError(
            f"{source}:{line}: there are no rows below the header. Give one line per study."
        )
    columns = {name: tuple(restored(row[i]) for row in cells) for i, name in enumerate(header)}
    return Table(source, columns, tuple(lines), delimiter != ",", notes, header_line=line)


def _fitted(row: list[str], width: int, where: str, delimiter: str | None) -> list[str]:
    while len(row) > width and not row[-1]:
        row.pop()
    if len(row) != width:
        hint = f"; a {delimiter} inside a cell needs quotation marks" if delimiter else ""
        raise DataError(
            f"{where}: {len(row)} cells, but the header has {width}. Check the line{hint}."
        )
    return row
