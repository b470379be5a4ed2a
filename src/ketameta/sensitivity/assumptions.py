"""Tornado: how far does the answer move when each assumption is varied over its plausible range?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ketameta.errors import DataError, KetametaError, UsageError
from ketameta.measures.catalog import measure
from ketameta.measures.conversions import Assumption
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool
from ketameta.pooling.result import PooledResult

Analysis = Callable[[Mapping[str, float]], EffectEstimates | PooledResult]


@dataclass(frozen=True, slots=True)
class TornadoPoint:
    """The pooled result at one value of an assumption.

    Attributes
    ----------
    position
        0 at the low end of the range, 1 at the high end.
    value
        The number supposed; None where several assumptions move together.
    result
        None where the data cannot be analysed at this value; `reason` says why.
    """

    position: float
    value: float | None
    result: PooledResult | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class TornadoBar:
    """One assumption, or several that move together, varied while the others stay.

    Attributes
    ----------
    keys
        The assumptions varied, by the names the caller gave them.
    description
        The sentence for readers.
    points
        From the low to the high end of the range.
    lowest, highest
        Smallest and largest pooled estimate over the range, that of the base included.
    swing
        highest - lowest.
    interval_changes_side
        Whether the interval comes to hold, or to exclude, the null value somewhere.
    """

    keys: tuple[str, ...]
    description: str
    points: tuple[TornadoPoint, ...]
    lowest: float
    highest: float
    swing: float
    interval_changes_side: bool


@dataclass(frozen=True, slots=True)
class Tornado:
    """All bars, the longest first.

    Attributes
    ----------
    base
        The result with every assumption at its value.
    bars
        One per assumption with a range (and per group that moves together).
    not_varied
        Assumptions without a number or without a range: (key, sentence). They are no less
        assumptions.
    """

    base: PooledResult
    bars: tuple[TornadoBar, ...]
    not_varied: tuple[tuple[str, str], ...]


def tornado(
    assumptions: Mapping[str, Assumption],
    analyse: Analysis,
    *,
    choices: PoolingChoices | None = None,
    together: bool = True,
    points: int = 5,
) -> Tornado:
    """Vary each assumption of a meta-analysis over its plausible range.

    Parameters
    ----------
    assumptions
        Every assumption the effect estimates rest on, by a name of its own, for example
        "Smith 2012: correlation".
    analyse
        Effect estimates from the values of all assumptions that have one, by the same names; or
        the pooled result, where they are pooled otherwise than by `choices`.
    choices
        How to pool; None for the defaults.
    together
        Whether assumptions of the same code (the same kind of guess in several studies) are also
        moved from end to end at once: their errors may well be alike.
    points
        Values tried over a range, its two ends included. More than two, because the estimate
        need not move one way only.

    Raises
    ------
    UsageError
        If fewer than two points are asked for.
    DataError
        If the data cannot be analysed with every assumption at its value.

    References
    ----------
    Cochrane Handbook 6.5, section 10.14 (sensitivity analyses); Eschenbach TG. Interfaces
    1992;22:40-46. doi:10.1287/inte.22.6.40 (tornado diagrams).
    """
    if points < 2:
        raise UsageError(f"tornado: {points} points are no range. Give 2 or more.")
    values = {key: one.value for key, one in assumptions.items() if one.value is not None}
    varied = {
        key: one
        for key, one in assumptions.items()
        if key in values and one.low is not None and one.high is not None
    }
    base = _pooled(analyse(values), choices)
    groups: list[tuple[str, ...]] = [(key,) for key in varied]
    if together:
        codes = dict.fromkeys(one.code for one in varied.values())
        same = [tuple(k for k, one in varied.items() if one.code == code) for code in codes]
        groups += [keys for keys in same if len(keys) > 1]
    sweep = _Sweep(varied, values, analyse, choices)
    bars = [_bar(base, sweep, keys, points) for keys in groups]
    bars.sort(key=lambda bar: bar.swing, reverse=True)
    rest = tuple((key, one.description) for key, one in assumptions.items() if key not in varied)
    return Tornado(base, tuple(bars), rest)


@dataclass(frozen=True, slots=True)
class _Sweep:
    varied: Mapping[str, Assumption]
    values: Mapping[str, float]
    analyse: Analysis
    choices: PoolingChoices | None

    def point(self, keys: tuple[str, ...], position: float) -> TornadoPoint:
        moved = dict(self.values)
        for key in keys:
            one = self.varied[key]
            assert one.low is not None
            assert one.high is not None
            moved[key] = one.low + position * (one.high - one.low)
        value = moved[keys[0]] if len(keys) == 1 else None
        try:
            result = _pooled(self.analyse(moved), self.choices)
        except KetametaError as problem:
            return TornadoPoint(position, value, None, str(problem))
        return TornadoPoint(position, value, result)


def _pooled(found: EffectEstimates | PooledResult, choices: PoolingChoices | None) -> PooledResult:
    return found if isinstance(found, PooledResult) else pool(found, choices)


def _bar(base: PooledResult, sweep: _Sweep, keys: tuple[str, ...], points: int) -> TornadoBar:
    found = tuple(
        sweep.point(keys, position) for position in np.linspace(0.0, 1.0, points).tolist()
    )
    results = [base, *(point.result for point in found if point.result is not None)]
    if len({result.measure for result in results}) > 1:
        raise DataError("tornado: the analysis changes its measure with an assumption.")
    estimates = [result.estimate for result in results]
    lowest, highest = min(estimates), max(estimates)
    sides = {_holds_null(result) for result in results}
    text = sweep.varied[keys[0]].description
    if len(keys) > 1:
        text = f"{len(keys)} assumptions of the same kind together: {text}"
    return TornadoBar(keys, text, found, lowest, highest, highest - lowest, len(sides) > 1)


def _holds_null(result: PooledResult) -> bool | None:
    null = measure(result.measure).null
    low, high = result.interval.low, result.interval.high
    return None if null is None or low is None or high is None else low <= null <= high
