"""A table of the report, delivered by a command: on the terminal, as JSON, CSV, Markdown, HTML."""

from __future__ import annotations

from typing import Any

from ketameta.cli.document import Block, Column, Grid, Heading, Line, Paragraph, fitted
from ketameta.cli.output import Output
from ketameta.tables.table import Cell, Table

PROSE = 40
"""Longer cells are sentences, which wrap before names do, whatever else the column holds."""


def deliver_table(table: Table, style: str, output: Output) -> None:
    """Write one table as "table", "json", "csv" or "md"; notes follow where they can be read."""
    if style == "json":
        from ketameta.cli.machine_formats import to_json

        output.result(to_json(table_rows(table)))
    elif style == "csv":
        from ketameta.tables.csv import to_csv

        output.result(to_csv(table))
    elif style == "md":
        from ketameta.tables.markdown import to_markdown

        output.result(to_markdown(table.without_places()))
    else:
        from ketameta.cli.terminal import to_terminal

        output.result(to_terminal(list(table_blocks(table, output.width)), output))


def table_rows(table: Table) -> list[dict[str, Any]]:
    """Rows as dictionaries, by the keys of the columns that files hold."""
    stored = table.for_files()
    keys = [column.key for column in stored.columns]
    return [
        {key: _value(cell) for key, cell in zip(keys, row.cells, strict=True)}
        for row in stored.rows
    ]


def _value(cell: Cell) -> Any:
    value = cell.stored
    return None if value == "" else value


def table_blocks(table: Table, width: int) -> tuple[Block, ...]:
    """A heading, the grid, and the notes; a table without rows is its notes alone."""
    if not table.rows:
        return tuple(map(Paragraph, table.notes)) or (Paragraph(f"{table.caption}: none."),)
    notes = tuple(Paragraph(note, "quiet") for note in table.notes)
    return (Heading(table.caption, level=1), table_grid(table, width), *notes)


def table_grid(table: Table, width: int) -> Grid:
    """The rows for reading; columns that are empty throughout are left out."""
    shown = table.for_readers()
    lines = tuple(
        Line(tuple(_text(cell) for cell in row.cells), tone="good" if row.kind == "main" else "")
        for row in shown.rows
    )
    widest = [
        max((len(line.cells[i]) for line in lines), default=0) for i in range(len(shown.columns))
    ]
    columns = tuple(
        Column(
            c.title, right=c.align == "right", firm=c.align != "left" and wide <= PROSE, least=10
        )
        for c, wide in zip(shown.columns, widest, strict=True)
    )
    return fitted(Grid(columns, lines), width, ())


def _text(cell: Cell) -> str:
    marks = " ".join(mark.code for mark in cell.marks)
    text = marks or cell.text
    return f"{text} ({cell.detail})" if cell.detail and text else text or cell.detail
