"""Individual participant data summarised to arms: who is counted, who is missing and why."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ketameta.errors import DataError, UsageError
from ketameta.exchange.ipd_codes import refuse_implausible, undeclared_codes
from ketameta.exchange.ipd_outcomes import IpdColumns, absent_outcomes, outcome_values
from ketameta.exchange.table import Table
from ketameta.records.problems import did_you_mean


@dataclass(frozen=True, slots=True)
class ArmSummary:
    """One arm at one time.

    `people` are all rows, `n` those with an outcome; `absent` says how many are missing under
    which declared code or reason. `sd` divides by n - 1 and is None for fewer than two people.
    Measurements have mean to maximum, events have `events`.
    """

    outcome: str
    time: str
    arm: str
    people: int
    n: int
    absent: Mapping[str, int] = field(default_factory=dict)
    events: int | None = None
    mean: float | None = None
    sd: float | None = None
    median: float | None = None
    minimum: float | None = None
    maximum: float | None = None

    @property
    def missing(self) -> int:
        """People without an outcome."""
        return self.people - self.n


@dataclass(frozen=True, slots=True)
class IpdSummary:
    """All arms at all times, in the order of the file (times by number where they are numbers)."""

    arms: tuple[ArmSummary, ...]
    notes: tuple[str, ...] = ()


def summarise(table: Table, columns: IpdColumns) -> IpdSummary:
    """Arm-level numbers from one row per person (and time).

    Values that the file declares missing are never counted as numbers; they are listed by their
    label. Codes of arms and times are replaced by their labels where the file has one for each.

    Raises
    ------
    UsageError
        For a column that is not there, and for an event value that never occurs.
    DataError
        For outcomes that are not numbers or not plausible, a person counted twice at one time or
        in two arms, and a table in which no row has an arm.
    """
    for name in (columns.arm, columns.outcome, columns.time, columns.person):
        if name is not None and name not in table.columns:
            hint = did_you_mean(name, table.columns)
            raise UsageError(f'{table.head}: there is no column "{name}". {hint}')
    arms = table.text(columns.arm)
    times = table.text(columns.time) if columns.time else ("",) * table.size
    without = [row for row in range(table.size) if not arms[row]]
    if len(without) == table.size:
        raise DataError(f"{table.source}: column {columns.arm}: no row has an arm. Name another.")
    _refuse_repeats(table, columns, arms, times)
    absent = absent_outcomes(table, columns)
    values = outcome_values(table, columns, absent)
    refuse_implausible(table, columns, values)
    groups: dict[tuple[str, str], list[int]] = {}
    for row in range(table.size):
        if arms[row]:
            groups.setdefault((times[row], arms[row]), []).append(row)
    found = tuple(
        _arm(columns, key, [values[row] for row in rows], [absent.get(row) for row in rows])
        for key, rows in sorted(groups.items(), key=lambda item: _order(item[0], times, arms))
    )
    doubtful = undeclared_codes(table, columns, absent, values)
    return IpdSummary(found, (*_notes(table, columns, without), *doubtful))


def _refuse_repeats(
    table: Table, columns: IpdColumns, arms: Sequence[str], times: Sequence[str]
) -> None:
    if columns.person is None:
        return
    seen: dict[tuple[str, str], int] = {}
    home: dict[str, int] = {}
    for row, person in enumerate(table.text(columns.person)):
        if not person:
            raise DataError(
                f"{table.cell(row, columns.person)}: is empty. Give every row its person."
            )
        if (first := seen.setdefault((person, times[row]), row)) != row:
            hint = "" if columns.time else " Name the column of the time point with --time."
            raise DataError(
                f"{table.where(row)}: person {person} stands in {table.place(first)} too"
                f"{f' at {times[row]}' if times[row] else ''}. Keep one of the rows.{hint}"
            )
        other = home.setdefault(person, row)
        if arms[other] != arms[row]:
            raise DataError(
                f"{table.where(row)}: person {person} is in {arms[row] or 'no arm'}, but in "
                f"{arms[other] or 'no arm'} in {table.place(other)}. Arms of different people are "
                "expected; crossover trials need paired data."
            )


def _arm(
    columns: IpdColumns, key: tuple[str, str], values: Sequence[float], absent: Sequence[str | None]
) -> ArmSummary:
    time, arm = key
    known = sorted(value for value in values if value == value)
    reasons = dict(sorted(Counter(reason for reason in absent if reason is not None).items()))
    n = len(known)
    place = (columns.outcome, time, arm, len(values), n, reasons)
    if columns.event_values:
        return ArmSummary(*place, events=int(sum(known)))
    if not n:
        return ArmSummary(*place)
    mean = math.fsum(known) / n
    squares = math.fsum((value - mean) ** 2 for value in known)
    sd = math.sqrt(squares / (n - 1)) if n > 1 else None
    middle = (known[(n - 1) // 2] + known[n // 2]) / 2
    return ArmSummary(*place, None, mean, sd, middle, known[0], known[-1])


def _order(
    key: tuple[str, str], times: Sequence[str], arms: Sequence[str]
) -> tuple[float, int, int]:
    time, arm = key
    try:
        return (float(time), 0, arms.index(arm))
    except ValueError:
        return (math.inf, times.index(time), arms.index(arm))


def _notes(table: Table, columns: IpdColumns, without: Sequence[int]) -> Iterator[str]:
    if without:
        where = ", ".join(table.place(row) for row in without[:5])
        yield f"{table.source}: {len(without)} rows have no arm and are not counted ({where} ...)."
    if columns.person is None and columns.time is None:
        yield f"{table.source}: every row is taken for another person; --id would check it."
