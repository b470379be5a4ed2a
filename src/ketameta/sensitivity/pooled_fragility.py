"""How many patients would need another outcome for a pooled interval to gain or lose the null?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketameta.errors import DataError, UsageError
from ketameta.measures.arms import Counts, as_floats
from ketameta.measures.catalog import Measure, measure
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.catalog import tau2_method
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.intervals import critical_value
from ketameta.pooling.settle import settle
from ketameta.pooling.weighted_mean import pooled_means

MOST_CHANGES = 1000
# Effects that differ by less than this share of their mean are equal.
ROUNDING = 1e-15


@dataclass(frozen=True, slots=True)
class OutcomeChange:
    """One patient's outcome changed: in which study (from 0) and group (1 or 2), and how.

    `added` is True where an event replaces a non-event; `low` and `high` are the pooled interval
    after this change and all before it.
    """

    study: int
    group: int
    added: bool
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PooledFragility:
    """Fragility of a meta-analysis of 2x2 tables.

    Attributes
    ----------
    index
        Number of changed outcomes after which the interval gains (or loses) the null value; None
        if that was not reached.
    quotient
        index / number of patients.
    low, high
        The pooled interval as it is, on the analysis scale.
    reversed
        False: the interval excludes the null and comes to hold it. True: the other way round.
    changes
        The changes in order.
    """

    index: int | None
    quotient: float | None
    low: float
    high: float
    reversed: bool
    changes: tuple[OutcomeChange, ...]

    @property
    def estimate(self) -> float:
        """The pooled mean, in the middle of its interval, on the analysis scale."""
        return 0.5 * (self.low + self.high)


def pooled_fragility(
    group_1: Counts,
    group_2: Counts,
    *,
    code: str = "OR",
    choices: PoolingChoices | None = None,
    most: int = MOST_CHANGES,
) -> PooledFragility:
    """Fragility index of a meta-analysis.

    One outcome after the other is changed, each time the one (over all studies and both groups)
    that brings the decisive limit of the pooled interval nearest to the null value, or beyond
    it. Where the interval holds the null, both directions are tried and the shorter one counts.
    Going step by step need not find the fewest changes of all.

    Parameters
    ----------
    group_1, group_2
        Events and people, shape (k,).
    code
        Binary measure: OR, RR, RD, AS or PETO, with its default zero-cell rule.
    choices
        How to pool; the interval may be wald, t or hksj.
    most
        Number of changes after which to give up.

    Raises
    ------
    DataError
        When counts cannot be, or no table gives an estimate.
    UsageError
        For a measure of another kind, or another interval.

    References
    ----------
    Atal I et al. J Clin Epidemiol 2019;111:32-40. doi:10.1016/j.jclinepi.2019.03.012.
    """
    entry, settled = measure(code), settle(choices or PoolingChoices())
    if entry.family != "binary":
        raise UsageError(f"fragility: {entry.code} does not compare events in two groups.")
    if settled.interval not in {"wald", "t", "hksj"}:
        raise UsageError(
            f"fragility: the interval {settled.interval} is not on offer here. Use wald, t or hksj."
        )
    table = _checked(group_1, group_2)
    pooling = _Pooling(entry, settled)
    low, high = (float(limit[0]) for limit in pooling.interval(table[None]))
    if not np.isfinite(low):
        raise DataError("fragility: no table gives an estimate of this measure.")
    null = entry.null or 0.0
    holds = low <= null <= high
    directions = (1.0, -1.0) if holds else ((1.0,) if high < null else (-1.0,))
    paths = [_path(table, pooling, _Goal(null, sign, not holds), most) for sign in directions]
    reached = [path for path in paths if path is not None]
    best = min(reached, key=len) if reached else None
    if best is None:
        return PooledFragility(None, None, low, high, holds, ())
    people = float(table[[1, 3]].sum())
    return PooledFragility(len(best), len(best) / people, low, high, holds, tuple(best))


@dataclass(frozen=True, slots=True)
class _Goal:
    """Which limit must pass the null, and in which direction (+1: upwards)."""

    null: float
    sign: float
    include: bool

    def progress(self, low: FloatArray, high: FloatArray) -> FloatArray:
        """Above 0 where reached."""
        upwards = high if self.include else low
        downwards = low if self.include else high
        return self.sign * ((upwards if self.sign > 0.0 else downwards) - self.null)


@dataclass(frozen=True, slots=True)
class _Pooling:
    entry: Measure
    choices: PoolingChoices

    @np.errstate(all="ignore")
    def interval(self, tables: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Limits of the pooled mean of tables (n, 4, k); nan where nothing can be pooled."""
        a, n1, c, n2 = (tables[:, row] for row in range(4))
        y, v = self.entry.compute()(Counts(a, n1), Counts(c, n2))
        include = np.isfinite(y) & np.isfinite(v) & (v > 0.0)
        y, v = np.where(include, y, 0.0), np.where(include, v, 1.0)
        k, rows = include.sum(axis=1), np.arange(len(include))
        tau2 = np.nan_to_num(tau2_method(self.choices.tau2).function(y, v, None, include))
        mean, se, q = pooled_means(y, v, tau2, include)
        half = critical_value(self.choices.level, None) * se
        if self.choices.interval != "wald":
            # Identical effects have no spread to scale by: the plain standard error, as in `pool`.
            spread = np.ptp(np.where(include, y, y[rows, np.argmax(include, axis=1)][:, None]), 1)
            scaled = (self.choices.interval == "hksj") & (spread > ROUNDING * np.abs(mean))
            factor = np.where(scaled, np.sqrt(q / (k - 1.0)), 1.0)
            for df in np.unique(k[k > 1]).tolist():
                here = k == df
                half[here] = critical_value(self.choices.level, df - 1.0) * (factor * se)[here]
        return mean - half, mean + half


def _path(
    table: FloatArray, pooling: _Pooling, goal: _Goal, most: int
) -> list[OutcomeChange] | None:
    changes: list[OutcomeChange] = []
    while len(changes) < most:
        study, group, step = _neighbours(table)
        if study.size == 0:
            return None
        tables = np.repeat(table[None], study.size, axis=0)
        tables[np.arange(study.size), 2 * group, study] += step
        low, high = pooling.interval(tables)
        progress = np.nan_to_num(goal.progress(low, high), nan=-np.inf)
        best = int(np.argmax(progress))
        if not np.isfinite(progress[best]):
            return None
        table = tables[best]
        changes.append(
            OutcomeChange(
                int(study[best]),
                int(group[best]) + 1,
                bool(step[best] > 0),
                float(low[best]),
                float(high[best]),
            )
        )
        if progress[best] >= 0.0 if goal.include else progress[best] > 0.0:
            return changes
    return None


def _neighbours(table: FloatArray) -> tuple[NDArray[np.intp], NDArray[np.intp], FloatArray]:
    """Every change of a single outcome: study, group (0 or 1) and +1 or -1 event."""
    found = []
    for group in (0, 1):
        events, people = table[2 * group], table[2 * group + 1]
        found += [(i, group, 1.0) for i in np.flatnonzero(events <= people - 1.0)]
        found += [(i, group, -1.0) for i in np.flatnonzero(events >= 1.0)]
    study, groups, step = zip(*found, strict=True) if found else ((), (), ())
    return (
        np.array(study, dtype=np.intp),
        np.array(groups, dtype=np.intp),
        np.array(step, dtype=np.float64),
    )


def _checked(group_1: Counts, group_2: Counts) -> FloatArray:
    table = np.array(as_floats(*group_1, *group_2))
    if table.ndim != 2 or table.shape[1] == 0:
        raise DataError("fragility: give events and people of one or more studies.")
    a, n1, c, n2 = table
    if not np.all(np.isfinite(table)) or np.any(table < 0.0) or np.any((a > n1) | (c > n2)):
        raise DataError(
            "fragility: counts must be finite and not negative, with no more events than people."
        )
    return table
