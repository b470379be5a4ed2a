"""The outcome column of individual participant data: values, events, codes for missing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ketameta.errors import UsageError
from ketameta.exchange.table import Cell, Table, is_missing, numbers

NO_VALUE = "empty"


@dataclass(frozen=True, slots=True)
class IpdColumns:
    """Which columns of a table of people hold what.

    Attributes
    ----------
    arm, outcome
        Columns that every analysis needs; a row is one person at one time.
    time, person
        Columns of the time point and of the person, where there are such.
    event_values
        Values (codes or labels) of the outcome that count as the event; empty for a measurement.
    missing
        Further values that stand for a missing outcome, where the file does not declare them.
    plausible
        The lowest and the highest measurement that there can be, where that is known.
    """

    arm: str
    outcome: str
    time: str | None = None
    person: str | None = None
    event_values: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    plausible: tuple[float, float] | None = None


def absent_outcomes(table: Table, columns: IpdColumns) -> dict[int, str]:
    """Rows without an outcome, each with the code or reason."""
    name = columns.outcome
    coding = table.coding.get(name)
    declared = {} if coding is None else coding.absent
    found: dict[int, str] = {}
    for row, cell in enumerate(table.columns[name]):
        if row in declared:
            found[row] = declared[row]
        elif is_missing(cell):
            text = str(cell).strip() if isinstance(cell, str) else ""
            found[row] = text or NO_VALUE
        elif (said := matched(cell, table, name, columns.missing)) is not None:
            found[row] = f"{said} (said to be missing)"
    return found


def outcome_values(table: Table, columns: IpdColumns, absent: Mapping[int, str]) -> list[float]:
    """The outcome of each row as a number; 1 for the event and 0 for none. NaN where absent."""
    cells = table.columns[columns.outcome]
    present = [row for row in range(table.size) if row not in absent]
    if columns.event_values:
        hits = {
            row: matched(cells[row], table, columns.outcome, columns.event_values)
            for row in present
        }
        _refuse_unknown_events(table, columns, set(hits.values()), [cells[row] for row in present])
        return [
            float(hits.get(row) is not None) if row in hits else math.nan
            for row in range(table.size)
        ]
    kept = {
        columns.outcome: tuple(None if row in absent else cell for row, cell in enumerate(cells))
    }
    plain = replace(table, columns=kept)
    return numbers(plain, [columns.outcome])[columns.outcome]


def matched(cell: Cell, table: Table, name: str, wanted: Sequence[str]) -> str | None:
    """The wanted value that a cell is, by its code or by its label."""
    coding = table.coding.get(name)
    label = None if coding is None or cell is None else coding.values.get(cell)
    texts = {_plain(cell)} | ({label.strip().casefold()} if label else set())
    return next((value for value in wanted if _plain(value) in texts), None)


def _plain(cell: Cell) -> str:
    """A cell for comparing: numbers by value, text without case."""
    text = "" if cell is None else str(cell).strip()
    try:
        number = float(text)
    except ValueError:
        return text.casefold()
    return f"{number:g}" if math.isfinite(number) else text.casefold()


def _refuse_unknown_events(
    table: Table, columns: IpdColumns, hit: set[str | None], cells: Sequence[Cell]
) -> None:
    for value in columns.event_values:
        if value not in hit:
            occurring = sorted({_plain(cell) for cell in cells})[:12]
            raise UsageError(
                f'{table.source}: column {columns.outcome}: "{value}" never occurs. Values: '
                f"{', '.join(occurring) or 'none'}."
            )
