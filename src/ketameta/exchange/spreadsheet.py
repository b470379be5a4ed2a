"""Sheets of Excel workbooks (.xlsx, .xlsm) as tables; macros and links are never followed.

Values are those that Excel saved. A formula is never computed here: one without a saved value is
an error that names the cell.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from ketameta.errors import DataError, UsageError
from ketameta.exchange.header import check_header
from ketameta.exchange.sheet_survey import Survey, corners, letter, listed, survey
from ketameta.exchange.table import Cell, Table
from ketameta.exchange.workbook_parts import SheetPart, open_parts, sheets
from ketameta.notation.formula_cells import restored

Grid = list[list[Cell]]
_DECIMALS = re.compile(r"#?,?#*0\.(0{1,15})")
"""Formats of numbers with a fixed number of decimals."""


def read_workbook(
    raw: bytes, source: str, sheet: str | None = None, *, rows_needed: bool = True
) -> Table:
    """A sheet as a table: the first row with anything in it holds the names of the columns.

    Parameters
    ----------
    raw
        The file.
    source
        The file as the user wrote it.
    sheet
        Name of the sheet; None for the first that is not hidden.
    rows_needed
        Whether a header without rows is an error.

    Raises
    ------
    UsageError
        When there is no such sheet.
    DataError
        When the file is no workbook, or the sheet no table; the place reads `Sheet1!C7`.
    """
    if not raw:
        raise DataError(f"{source}: the file is empty. Save it again from the program it is from.")
    archive = open_parts(raw, source)
    parts = sheets(archive, source)
    chosen = _chosen(parts, sheet, source)
    seen = survey(archive, chosen.part, source)
    place = f"{source}:{chosen.name}"
    if seen.uncomputed:
        raise DataError(
            f"{source}:{chosen.name}!{seen.uncomputed[0]}: a formula without a saved value "
            f"({listed(seen.uncomputed)}). Open the file in Excel or LibreOffice, save it, and "
            "try again; or paste the values."
        )
    grid = _grid(raw, chosen.name, seen, source)
    table = _table(grid, chosen.name, source, rows_needed=rows_needed)
    notes = [*_notes(seen, table.header_line, place)]
    if sheet is None and len(parts) > 1:
        others = listed(part.name for part in parts if part is not chosen)
        notes.append(f"{source}: read the sheet {chosen.name}; others: {others}.")
    return Table(
        source,
        table.columns,
        table.lines,
        decimal_comma=True,
        notes=tuple(notes),
        counted="row",
        sheet=chosen.name,
        letters=table.letters,
        header_line=table.header_line,
    )


def sheet_names(raw: bytes, source: str) -> tuple[str, ...]:
    """The sheets of a workbook, in order."""
    return tuple(part.name for part in sheets(open_parts(raw, source), source))


def _chosen(parts: Sequence[SheetPart], sheet: str | None, source: str) -> SheetPart:
    if sheet is None:
        return next((part for part in parts if not part.hidden), parts[0])
    for part in parts:
        if part.name.casefold() == sheet.casefold():
            return part
    names = ", ".join(part.name for part in parts)
    raise UsageError(f'{source}: there is no sheet "{sheet}". Its sheets: {names}.')


def _grid(raw: bytes, sheet: str, seen: Survey, source: str) -> Grid:
    """The values of a sheet from A1 to its last cell."""
    from openpyxl import load_workbook

    if not seen.last_row:
        return []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions it does not keep: nothing is written
            book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
            page = book[sheet]
            page.reset_dimensions()
            rows = page.iter_rows(max_row=seen.last_row, max_col=seen.last_column)
            return [[_as_shown(_cell(cell.value), cell) for cell in row] for row in rows]
    except (DataError, MemoryError):
        raise
    except Exception:  # whatever a broken part makes the library raise
        raise DataError(
            f"{source}: the sheet {sheet} cannot be read. Save the file again as .xlsx, or the "
            "sheet as CSV."
        ) from None


def _as_shown(value: Cell, cell: Any) -> Cell:
    """A number with the decimals it is shown with, 14.30, where these are all it has."""
    if not isinstance(value, float):
        return value
    shown = _DECIMALS.fullmatch(cell.number_format or "")
    text = f"{value:.{len(shown[1])}f}" if shown else ""
    return text if shown and float(text) == value else value


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, float):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return float(value)
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return restored(str(value)).strip()


def _table(grid: Grid, sheet: str, source: str, *, rows_needed: bool) -> Table:
    first = next((i for i, row in enumerate(grid) if _holds(row)), None)
    place = f"{source}:{sheet}"
    if first is None:
        raise DataError(f"{place}: the sheet is empty. Give a header row and one row per study.")
    names = [_name(cell) for cell in grid[first]]
    kept = [
        i
        for i, name in enumerate(names)
        if name or any(_holds([_at(row, i)]) for row in grid[first + 1 :])
    ]
    cells = [f"{sheet}!{letter(i + 1)}{first + 1}" for i in kept]
    check_header([names[i] for i in kept], f"{place}:row {first + 1}", cells)
    lines = [i for i in range(first + 1, len(grid)) if _holds(grid[i])]
    if not lines and rows_needed:
        raise DataError(
            f"{place}:row {first + 1}: there are no rows below the header. Give one row per study."
        )
    columns = {names[i]: tuple(_at(grid[line], i) for line in lines) for i in kept}
    return Table(
        source,
        columns,
        tuple(line + 1 for line in lines),
        letters={names[i]: letter(i + 1) for i in kept},
        header_line=first + 1,
    )


def _at(row: list[Cell], column: int) -> Cell:
    return row[column] if column < len(row) else None


def _holds(row: Sequence[Cell]) -> bool:
    return any(cell is not None and cell != "" for cell in row)


def _name(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else " ".join(str(cell).split())


def _notes(seen: Survey, header_line: int, place: str) -> Iterator[str]:
    hidden = [row for row in seen.hidden_rows if header_line < row <= seen.last_row]
    if hidden:
        yield f"{place}: hidden rows were read too: {listed(hidden)}."
    columns = [letter(c) for c in seen.hidden_columns if c <= seen.last_column]
    if columns:
        yield f"{place}: hidden columns were read too: {listed(columns)}."
    merged = [ref for ref in seen.merged if _matters(ref, header_line, seen)]
    if merged:
        yield (
            f"{place}: merged cells hold their value in the first cell only: {listed(merged)}. "
            "Unmerge them and repeat the value if every row needs it."
        )
    if seen.formulas:
        yield f"{place}: {seen.formulas} formulas were read by their saved values."


def _matters(reference: str, header_line: int, seen: Survey) -> bool:
    found = corners(reference)
    return found is None or (found[1][0] >= header_line and found[0][0] <= seen.last_row)
