"""The workbook to fill in: drop-downs from the vocabulary, checks, comments, and instructions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ketameta.errors import DataError, UsageError
from ketameta.exchange.record_reading import ImportedRecord, records_of
from ketameta.exchange.record_sheets import SHEETS, SheetColumn
from ketameta.exchange.record_workbook import workbook_rows
from ketameta.exchange.sheet_survey import letter
from ketameta.exchange.spreadsheet import read_workbook, sheet_names
from ketameta.exchange.spreadsheet_writing import HEAD_FILL, packed, put

LAST_ROW = 2_000
"""Rows with drop-downs and checks; more rows are read as well."""
_LISTS = "Lists"
_REQUIRED_FILL = "FCE8C8"
_INSTRUCTIONS = (
    "One row per study on the sheet Studies; its id (first-author-year, doe-2020) stands on every "
    "other sheet too.",
    "Fill in what you have read, and nothing from memory. Leave a cell empty if the source does "
    "not say; list on the sheet Missing what it reports but you have not extracted.",
    "Columns with an orange head are needed. Comments on the heads say what belongs in a column; "
    "drop-downs hold the only words allowed.",
    "Sources: every document you read, under a short key. Columns called source hold such a key, "
    "columns called locator the place in the document (Table 2, page 5).",
    "Results: one row per outcome, time point and arm. Number the time points of an outcome with "
    "result 1, 2, ... and repeat what belongs to the time point on the row of each arm.",
    "Write numbers as printed. If the paper says 14.30, give the cell two decimals: they are kept, "
    "and tests of plausibility use them.",
    "Several words in one cell are joined by a semicolon.",
    "Other fields holds what has no column of its own. It is written by ketameta export workbook; "
    "leave it alone unless you know the record's fields (ketameta schema study).",
    "When done: ketameta import workbook FILE. It writes one YAML file per study, overwrites "
    "nothing, and names every cell that is wrong (Arms!F3).",
)


def form(records: Mapping[str, Mapping[str, Any]] | None = None) -> bytes:
    """The workbook, empty or filled with records by id.

    Parameters
    ----------
    records
        Records as their YAML files hold them.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.properties.creator = "ketameta"
    book.properties.title = "Study records"
    first = book.active
    assert first is not None
    _instructions(first)
    lists: dict[tuple[str, ...], str] = {}
    rows = workbook_rows(records or {})
    for name, columns in SHEETS.items():
        page = book.create_sheet(name)
        _head(page, columns)
        for number, row in enumerate(rows[name], start=2):
            for i, column in enumerate(columns, start=1):
                put(page, number, i, row.get(column.name))
        _checks(page, columns, lists)
    _write_lists(book.create_sheet(_LISTS), lists)
    return packed(book)


def read_form(path: Path) -> tuple[list[ImportedRecord], list[str]]:
    """The records in a filled-in workbook, and what is wrong with its cells.

    Raises
    ------
    UsageError
        When there is no such file, or its sheets are not those of the form.
    DataError
        When it cannot be read, or holds no study.
    """
    source = str(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{source}: {error.strerror or 'cannot be read'}. Check the path."
        ) from None
    present = sheet_names(raw, source)
    if "Studies" not in present:
        raise UsageError(
            f"{source}: has no sheet Studies. Is it a form of ketameta template xlsx? For other "
            "tables: ketameta import table."
        )
    tables = {
        name: read_workbook(raw, source, name, rows_needed=False)
        for name in SHEETS
        if name in present
    }
    problems = []
    for name, table in tables.items():
        known = {column.name for column in SHEETS[name]}
        unknown = [column for column in table.columns if column not in known]
        problems += [
            f'{table.head}: no column of the form is called "{column}". It was not read.'
            for column in unknown
        ]
        needed = {column.name for column in SHEETS[name] if not column.path and column.required}
        for column in sorted(needed - set(table.columns)):
            raise UsageError(f'{table.head}: the column "{column}" is gone. Put it back.')
    records, wrong = records_of(tables)
    if not records:
        raise DataError(f"{source}: the sheet Studies holds no study. Fill in a row.")
    return records, [*problems, *wrong]


def _instructions(page: Any) -> None:
    from openpyxl.styles import Alignment, Font

    page.title = "Instructions"
    page.column_dimensions["A"].width = 100
    put(page, 1, 1, "How to fill in this workbook")
    page["A1"].font = Font(bold=True, size=14)
    for row, text in enumerate(_INSTRUCTIONS, start=3):
        put(page, row, 1, text)
        page.cell(row, 1).alignment = Alignment(wrap_text=True, vertical="top")


def _head(page: Any, columns: tuple[SheetColumn, ...]) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill

    for i, column in enumerate(columns, start=1):
        cell = page.cell(1, i, column.name)
        cell.font = Font(bold=True)
        colour = _REQUIRED_FILL if column.required else HEAD_FILL
        cell.fill = PatternFill("solid", fgColor=colour)
        needed = " Needed." if column.required else ""
        cell.comment = Comment(f"{column.meaning}{needed}", "ketameta", width=280, height=90)
        width = 32 if column.kind in ("text", "words") and not column.choices else 14
        page.column_dimensions[letter(i)].width = max(width, len(column.name) + 3)
        if column.name in ("id", "study", "year", "volume", "issue", "pages", "arm", "result"):
            page.column_dimensions[letter(i)].width = 16
    page.freeze_panes = "B2"


def _checks(page: Any, columns: tuple[SheetColumn, ...], lists: dict[tuple[str, ...], str]) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    for i, column in enumerate(columns, start=1):
        if column.choices:
            place = lists.setdefault(column.choices, letter(len(lists) + 1))
            rule = DataValidation(
                "list", formula1=f"{_LISTS}!${place}$1:${place}${len(column.choices)}"
            )
            said = "Choose one of the words in the list."
        elif column.kind in ("whole", "number"):
            rule = DataValidation(
                "whole" if column.kind == "whole" else "decimal",
                operator="between",
                formula1="-1000000",
                formula2="1000000",
            )
            said = "A whole number." if column.kind == "whole" else "A number."
        else:
            continue
        rule.allow_blank = True
        rule.showErrorMessage = True
        rule.errorTitle, rule.error = column.name, said
        rule.add(f"{letter(i)}2:{letter(i)}{LAST_ROW}")
        page.add_data_validation(rule)


def _write_lists(page: Any, lists: dict[tuple[str, ...], str]) -> None:
    page.sheet_state = "hidden"
    for column, choices in enumerate(lists, start=1):
        for row, word in enumerate(choices, start=1):
            put(page, row, column, word)
