"""Codes in individual participant data that look like missing values and are not declared so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from ketameta.errors import DataError
from ketameta.exchange.ipd_outcomes import IpdColumns, matched
from ketameta.exchange.table import Table

_SOUNDS_MISSING = re.compile(
    r"missing|refus|not (applicable|available|asked|done|known)|unknown|n/?a\b|lost|drop", re.I
)
_CODE = re.compile(r"-?(7+|8+|9+)|-1")
"""What people write for missing: -9, 99, 888, -777 ..."""
_SMALLEST = 77
"""Positive codes of one digit are values of too many scales."""
_APART = 0.1
"""Of the range of the other values: a positive code that lies nearer may be one of them."""
_SHOWN = 20


def undeclared_codes(
    table: Table, columns: IpdColumns, absent: Mapping[int, str], values: Sequence[float]
) -> Iterator[str]:
    """A sentence for each counted value that seems to mean missing, by its label or its place.

    Parameters
    ----------
    absent
        Rows without an outcome.
    values
        The outcome of each row, NaN where absent; for events 1 and 0.
    """
    coding = table.coding.get(columns.outcome)
    labels = {} if coding is None else coding.values
    counts = Counter(table.columns[columns.outcome])
    where = f"{table.source}: column {columns.outcome}"
    for code, label in labels.items():
        if counts.get(code) and _SOUNDS_MISSING.search(label):
            text = f"{code:g}" if isinstance(code, float) else str(code)
            if matched(code, table, columns.outcome, columns.missing) is None:
                yield (
                    f'{where}: {counts[code]} x {text} is called "{label}", not declared missing, '
                    f"and was counted. If it is: --missing {text}"
                )
    named = {float(code) for code in labels if isinstance(code, int | float)}
    if columns.event_values:
        yield from _beside_events(table, columns, absent, named)
    else:
        yield from _far_away(where, [value for value in values if value == value], named)


def refuse_implausible(table: Table, columns: IpdColumns, values: Sequence[float]) -> None:
    """DataError with every counted value outside the plausible range, where one is declared."""
    if columns.plausible is None:
        return
    low, high = columns.plausible
    outside = [row for row, value in enumerate(values) if value < low or value > high]
    if outside:
        lines = [
            f"{table.cell(row, columns.outcome)}: {values[row]:g} lies outside {low:g} to {high:g} "
            "(--range). Correct it, or say what means missing with --missing."
            for row in outside[:_SHOWN]
        ]
        more = len(outside) - _SHOWN
        raise DataError("\n".join([*lines, f"And {more} more values."][: None if more > 0 else -1]))


def _far_away(where: str, values: Sequence[float], named: set[float]) -> Iterator[str]:
    """Codes below or above all other measurements."""
    suspects = {value for value in values if _is_code(value) and value not in named}
    others = [value for value in values if value not in suspects]
    if not others:
        return
    low, high = min(others), max(others)
    for code in sorted(suspects):
        below = code < 0 and code < low
        above = code >= _SMALLEST and code > high + _APART * (high - low)
        if below or above:
            yield (
                f"{where}: {code:g} occurs {_times(values.count(code))} and lies outside the other "
                f"values ({low:g} to {high:g}), and was counted. If it means missing: "
                f"--missing {code:g}"
            )


def _beside_events(
    table: Table, columns: IpdColumns, absent: Mapping[int, str], named: set[float]
) -> Iterator[str]:
    """Codes above or below all others in a column of events, where they stand for no event."""
    found: Counter[float] = Counter()
    for row, cell in enumerate(table.columns[columns.outcome]):
        if row in absent:
            continue
        hit = matched(cell, table, columns.outcome, columns.event_values)
        try:
            value = float(str(cell).strip())
        except ValueError:
            continue
        if hit is None and _is_code(value) and value not in named:
            found[value] += 1
        elif not _is_code(value):
            found[value] += 0
    others = [value for value, count in found.items() if not count]
    for code, count in sorted(found.items()):
        if count and (not others or code < min(others) or code > max(others)):
            yield (
                f"{table.source}: column {columns.outcome}: {code:g} occurs {_times(count)} and "
                f"was counted as no event. If it means missing: --missing {code:g}"
            )


def _is_code(value: float) -> bool:
    return value.is_integer() and _CODE.fullmatch(f"{value:.0f}") is not None


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
