"""What a sheet holds beside its values: hidden rows and columns, merged cells, open formulas."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from ketameta.errors import DataError
from ketameta.exchange.header import MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from ketameta.exchange.workbook_parts import elements

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


@dataclass(slots=True)
class Survey:
    """Extent and peculiarities of a sheet; rows and columns count from 1.

    Attributes
    ----------
    last_row, last_column
        The last row and column with a value or a formula.
    hidden_rows, hidden_columns
        Those that Excel does not show.
    merged
        Ranges of merged cells, e.g. "A2:A4".
    uncomputed
        Cells with a formula whose value was never saved.
    formulas
        Number of cells with a formula whose saved value is used.
    """

    last_row: int = 0
    last_column: int = 0
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    uncomputed: list[str] = field(default_factory=list)
    formulas: int = 0


def survey(archive: zipfile.ZipFile, part: str, source: str) -> Survey:
    """Look through a sheet once without keeping it.

    Raises
    ------
    DataError
        For a sheet larger than any table of trial results.
    """
    found = Survey()
    row = column = 0
    value = formula = False
    for element in elements(archive, part, source):
        name = element.tag.rpartition("}")[2]
        if name in ("v", "is"):
            value = value or name == "is" or bool(element.text)
        elif name == "f":
            formula = True
        elif name == "c":
            column = _column(element, column)
            _cell(found, element, (row + 1, column), value=value, formula=formula)
            value = formula = False
        elif name == "row":
            row, column = _row(found, element, row), 0
            _refuse_large(found, source)
        elif name == "mergeCell":
            found.merged.append(str(element.get("ref")))
        elif name == "col" and _true(element.get("hidden")):
            low, high = int(element.get("min", "1")), int(element.get("max", "1"))
            found.hidden_columns += range(low, min(high, MAX_COLUMNS) + 1)
    return found


def letter(column: int) -> str:
    """The letter of a column counted from 1: 1 is A, 27 is AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def number(letters: str) -> int:
    """The column that a letter names: A is 1, AA is 27."""
    value = 0
    for character in letters:
        value = value * 26 + ord(character) - ord("A") + 1
    return value


def corners(reference: str) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """First and last (row, column) of a range such as "A2:B4"; None for anything else."""
    found = [_REFERENCE.fullmatch(part) for part in reference.split(":")]
    if len(found) != 2 or found[0] is None or found[1] is None:
        return None
    first, last = ((int(m[2]), number(m[1])) for m in found if m is not None)
    return first, last


def listed(items: Iterable[object], shown: int = 8) -> str:
    """The first of some items, and how many more there are."""
    texts = [str(item) for item in items]
    more = f" and {len(texts) - shown} more" if len(texts) > shown else ""
    return ", ".join(texts[:shown]) + more


def _column(element: Element, before: int) -> int:
    match = _REFERENCE.fullmatch(element.get("r", ""))
    return number(match[1]) if match else before + 1


def _cell(
    found: Survey, element: Element, place: tuple[int, int], *, value: bool, formula: bool
) -> None:
    if not (value or formula):
        return
    match = _REFERENCE.fullmatch(element.get("r", ""))
    row, column = (int(match[2]), number(match[1])) if match else place
    found.last_row = max(found.last_row, row)
    found.last_column = max(found.last_column, column)
    found.formulas += formula and value
    if formula and not value:
        found.uncomputed.append(f"{letter(column)}{row}")


def _row(found: Survey, element: Element, before: int) -> int:
    text = element.get("r", "")
    row = int(text) if text.isdigit() and len(text) < 8 else before + 1
    if _true(element.get("hidden")):
        found.hidden_rows.append(row)
    return row


def _refuse_large(found: Survey, source: str) -> None:
    rows, columns = found.last_row, found.last_column
    if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        raise DataError(
            f"{source}: {rows:,} rows of {columns:,} columns. Is this a table with one row per "
            "study?"
        )


def _true(text: str | None) -> bool:
    return text in ("1", "true")
