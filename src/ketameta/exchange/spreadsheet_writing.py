"""Data sets as Excel workbooks: the data on the first sheet, what the columns are on the second."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ketameta.errors import DataError
from ketameta.exchange.data_set import DataSet, Value
from ketameta.exchange.statistical_writing import Encoded
from ketameta.exchange.undated import undated_workbook
from ketameta.notation.formula_cells import neutralised

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MAX_TEXT = 32_767
_NARROW, _WIDE = 9, 48
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
HEAD_FILL = "E8EEF2"


def to_xlsx(data: DataSet) -> Encoded:
    """A workbook with the sheets Data, Columns and Notes; see `to_sheets`."""
    return to_sheets({"Data": data})


def to_sheets(tables: Mapping[str, DataSet]) -> Encoded:
    """A workbook with a sheet per table, then Columns and Notes; header rows stay in sight.

    Parameters
    ----------
    tables
        At least one, by the name of the sheet.

    Raises
    ------
    DataError
        For text that a cell cannot hold.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.properties.creator = "ketameta"
    book.properties.title = "; ".join(data.label for data in tables.values())
    first = book.active
    assert first is not None
    book.remove(first)
    for name, data in tables.items():
        fill_sheet(book.create_sheet(name), [v.name for v in data.variables], _rows(data))
    heads, notes = ["column", "label", "kind", "values", "missing"], ["note"]
    columns: list[tuple[Value, ...]] = [
        (name, v.name, v.label, v.kind, _values(v.kind, v.categories), _reasons(v.reasons))
        for name, data in tables.items()
        for v in data.variables
    ]
    said: list[tuple[Value, ...]] = [
        (name, note) for name, data in tables.items() for note in data.notes
    ]
    if len(tables) == 1:  # the only sheet need not be named
        (only,) = tables.values()
        columns, said, notes = [row[1:] for row in columns], [row[1:] for row in said], [only.label]
    else:
        heads, notes = ["sheet", *heads], ["sheet", *notes]
    fill_sheet(book.create_sheet("Columns"), heads, columns)
    if said:
        fill_sheet(book.create_sheet("Notes"), notes, said)
    return Encoded(packed(book))


def fill_sheet(page: Any, names: list[str], rows: Iterable[tuple[Value, ...]]) -> None:
    """A header and rows, all text as text, with widths that fit."""
    from openpyxl.styles import Alignment, Font, PatternFill

    _append(page, tuple(names), 1)
    for number, row in enumerate(rows, start=2):
        _append(page, row, number)
    for cell in page[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor=HEAD_FILL)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    page.freeze_panes = "A2"
    for column in page.columns:
        longest = max(len(str(cell.value)) for cell in column if cell.value is not None)
        width = max(_NARROW, min(_WIDE, longest + 2))
        page.column_dimensions[column[0].column_letter].width = width


def put(page: Any, row: int, column: int, value: Value | Decimal) -> None:
    """One cell; text stays text, whatever it looks like; a Decimal shows its own decimals."""
    if value is None or value == "":
        return
    cell = page.cell(row, column)
    if not isinstance(value, str):
        cell.value = str(value)  # openpyxl writes numbers with 16 digits, one too few
        cell.data_type = "n"
        if isinstance(value, Decimal) and (digits := -int(value.as_tuple().exponent)) > 0:
            cell.number_format = f"0.{'0' * digits}"
        return
    if len(value) > MAX_TEXT or _CONTROL.search(value):
        wrong = "holds control characters" if _CONTROL.search(value) else "is too long"
        raise DataError(
            f"{page.title}!{cell.coordinate}: the text {wrong} for Excel. Write .csv or .parquet."
        )
    cell.value = neutralised(value)
    cell.data_type = "s"


def packed(book: Any) -> bytes:
    """The bytes of a workbook; the same cells give the same bytes."""
    out = io.BytesIO()
    book.save(out)
    return undated_workbook(out.getvalue())


def _append(page: Worksheet, row: tuple[Value, ...], number: int) -> None:
    for column, value in enumerate(row, start=1):
        put(page, number, column, value)


def _rows(data: DataSet) -> Iterable[tuple[Value, ...]]:
    for row in range(data.size):
        yield tuple(variable.values[row] for variable in data.variables)


def _values(kind: str, categories: tuple[str, ...]) -> str:
    return "; ".join(categories) if kind == "category" else ""


def _reasons(reasons: Any) -> str:
    return "empty: " + " or ".join(reasons.values()) if reasons else ""
