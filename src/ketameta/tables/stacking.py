"""Tables of several subjects below each other, for files that hold one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ketameta.tables.table import Cell, Column, Row, Table


def stacked(tables: Sequence[tuple[str, Table]], subject: Column) -> Table:
    """One table with the rows of all, as files hold them; the first column names the subject.

    A column that a table has not is empty in its rows. Tables that have the subject as a column
    already keep it.

    Parameters
    ----------
    tables
        At least one, each with its subject.
    subject
        The column of subjects.
    """
    plain = [(name, table.for_files()) for name, table in tables]
    found = {column.key: column for _, table in plain for column in table.columns}
    columns = {subject.key: found.pop(subject.key, subject), **found}
    rows = []
    for name, table in plain:
        keys = [column.key for column in table.columns]
        for row in table.rows:
            cells = {subject.key: Cell(name), **dict(zip(keys, row.cells, strict=True))}
            rows.append(Row(tuple(cells.get(key, Cell()) for key in columns), row.kind))
    first = plain[0][1]
    notes = tuple(dict.fromkeys(note for _, table in plain for note in table.notes))
    return replace(first, columns=tuple(columns.values()), rows=tuple(rows), notes=notes)
