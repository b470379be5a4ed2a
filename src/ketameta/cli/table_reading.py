"""A user's table as a command asks for it: which file, which measure, which groups of rows."""

from __future__ import annotations

import sys
from pathlib import Path

from ketameta.cli.data_options import DataRequest
from ketameta.errors import UsageError
from ketameta.exchange.tabular import Table, read_delimited, read_table
from ketameta.measures.catalog import Measure, measure
from ketameta.nearest import nearest_hint
from ketameta.records.problems import did_you_mean

FEW = 20
"""So many columns are listed where none is like the one asked for."""
STANDARD_INPUT = "standard input"


def requested_table(file: Path | None) -> Table:
    """The table in the file asked for, or on standard input.

    Raises
    ------
    UsageError
        Without a file, or for one that does not exist.
    DataError
        For a file that cannot be read as a table.
    """
    if file is None:
        raise UsageError("--data: no file. Name one, or - for standard input.")
    if str(file) == "-":
        return read_delimited(sys.stdin.buffer.read(), STANDARD_INPUT)
    return read_table(file)


def requested_measure(request: DataRequest, table: Table, *, finished: bool) -> Measure:
    """The measure asked for; GEN where the table holds finished estimates.

    Raises
    ------
    UsageError
        For a measure that does not exist, or none where the table does not say it.
    """
    if request.measure is not None:
        return measure(request.measure)
    if finished:
        return measure("GEN")
    raise UsageError(
        f"{table.source}: the measure is not said. Add --measure OR, RR or RD for events, MD or "
        "SMD for means."
    )


def require_column(table: Table, name: str) -> None:
    """UsageError unless the table has this column, with the nearest names."""
    if name not in table.columns:
        hint = (
            did_you_mean(name, table.columns)
            if len(table.columns) <= FEW
            else nearest_hint(
                name, table.columns, listing=f"The table has {len(table.columns)} columns."
            )
        )
        raise UsageError(f'{table.head}: there is no column "{name}". {hint}')


def row_groups(table: Table, by: str | None) -> dict[str | None, tuple[int, ...]]:
    """Rows by the value of a column, None where it is empty; all under None without a column."""
    if by is None:
        return {None: tuple(range(table.size))}
    require_column(table, by)
    groups: dict[str | None, list[int]] = {}
    for row, value in enumerate(table.text(by)):
        groups.setdefault(value or None, []).append(row)
    return {value: tuple(rows) for value, rows in groups.items()}


def group_title(table: Table, by: str | None, value: str | None) -> str:
    """What a group is called in headings."""
    return table.source if by is None else f"{by}: {value or 'no value'}"
