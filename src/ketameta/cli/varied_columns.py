"""Columns that `--vary` fills: those of the measure, with values that they can hold."""

from __future__ import annotations

from collections.abc import Sequence

from ketameta.cli.data_columns import known_column
from ketameta.errors import UsageError
from ketameta.exchange.tabular import Table
from ketameta.measures.catalog import Measure
from ketameta.measures.columns import COLUMNS, Column
from ketameta.measures.derived_columns import relevant_columns
from ketameta.measures.reported_rows import REPORTED
from ketameta.records.problems import did_you_mean


def varied_column(option: str, name: str, entry: Measure, table: Table) -> Column:
    """The column of this name, read as the header of a table is.

    Raises
    ------
    UsageError
        Where effect sizes have none of this name, with what the measure uses.
    """
    column = COLUMNS.get(known_column(name, entry) or "")
    if column is not None:
        return column
    if name in table.columns:
        raise _of_no_use(option, name, entry)
    relevant = relevant_columns((*entry.columns, *REPORTED))
    near = did_you_mean(name, [known for known in COLUMNS if known in relevant])
    raise UsageError(f"{option}: there is no column {name!r}. {near}")


def _of_no_use(option: str, name: str, entry: Measure) -> UsageError:
    return UsageError(
        f"{option}: {entry.code} does not use {name}, so nothing depends on it. It uses "
        f"{', '.join(entry.columns)}."
    )


def demand_variable(option: str, column: Column, entry: Measure, values: Sequence[float]) -> None:
    """Stop where nothing depends on the column, or it cannot hold the values.

    Raises
    ------
    UsageError
        With the columns that the measure uses, or the range of this one.
    """
    if column.name not in relevant_columns((*entry.columns, *REPORTED)):
        raise _of_no_use(option, column.name, entry)
    least = -float("inf") if column.low is None else column.low
    most = float("inf") if column.high is None else column.high
    if not all(least <= value <= most for value in values):
        raise UsageError(
            f"{option}: {column.name} ({column.meaning}) lies {_span(column)}. Give values it can "
            "have."
        )


def _span(column: Column) -> str:
    if column.high is None:
        return f"at {column.low:g} or above"
    return (
        f"at {column.high:g} or below"
        if column.low is None
        else (f"between {column.low:g} and {column.high:g}")
    )
