"""Exact conditional odds ratio of sparse 2x2 tables: no correction, no normal approximation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, logsumexp

from ketameta.errors import DataError
from ketameta.measures.arms import as_floats
from ketameta.measures.binary import informative
from ketameta.measures.estimates import FloatArray
from ketameta.measures.level import check_level
from ketameta.pooling.common_effect import Tables
from ketameta.pooling.roots import bracketed_root

WIDEST = 700.0
"""Log odds ratios beyond this are beyond the range of numbers."""


@dataclass(frozen=True, slots=True)
class ExactOddsRatio:
    """A common odds ratio on the log scale, with two exact intervals.

    Limits and estimate are -inf or inf where one group has no event, or only events.

    Attributes
    ----------
    k, labels
        Tables that carry information.
    silent
        Labels of tables in which nobody or everybody had the event: they have no weight here.
    estimate
        Of greatest conditional likelihood.
    exact
        Low and high of the exact interval, which covers at least as often as it says.
    mid_p
        The same counting half of the observed table's probability: narrower, right on average.
    """

    k: int
    labels: tuple[str, ...]
    silent: tuple[str, ...]
    level: float
    estimate: float
    exact: tuple[float, float]
    mid_p: tuple[float, float]


def exact_odds_ratio(tables: Tables, *, level: float = 0.95) -> ExactOddsRatio:
    """Common odds ratio given the margins of every table.

    Parameters
    ----------
    tables
        Whole counts of each study.
    level
        Coverage of the intervals.

    Raises
    ------
    UsageError
        For a level outside (0, 1).
    DataError
        For counts that are not whole, or where no table carries information.

    References
    ----------
    Gart JJ. Biometrika 1970;57:471-475. doi:10.1093/biomet/57.3.471. Berry G, Armitage P.
    Statistician 1995;44:417-423. doi:10.2307/2348891 (mid-P).
    R: `mantelhaen.test(x, exact = TRUE)`, for one table `fisher.test(x)`; both without mid-P.
    """
    check_level(level)
    counts = as_floats(*tables.group_1, *tables.group_2)
    if any(np.any(part != np.floor(part)) for part in counts):
        raise DataError("exact odds ratio: counts must be whole numbers. Use MH-OR.")
    use = informative(tables.group_1, tables.group_2)
    if not use.any():
        raise DataError(
            "exact odds ratio: in every table nobody or everybody had the event, so that none "
            "carries information about a ratio. Report the risks with exact intervals."
        )
    total = _Total.of(*(part[use] for part in counts))
    tail = 0.5 * (1.0 - level)
    names = np.asarray(tables.labels, dtype=object)
    return ExactOddsRatio(
        k=int(use.sum()),
        labels=tuple(names[use]),
        silent=tuple(names[~use]),
        level=level,
        estimate=total.likeliest(),
        exact=total.limits(tail, own=1.0),
        mid_p=total.limits(tail, own=0.5),
    )


@dataclass(frozen=True, slots=True)
class _Total:
    """Events of group 1 in all tables: possible numbers, their log weights, and the observed."""

    values: FloatArray
    log_weights: FloatArray
    observed: float

    @classmethod
    def of(cls, a: FloatArray, n1: FloatArray, c: FloatArray, n2: FloatArray) -> _Total:
        """The convolution of the tables' hypergeometric distributions."""
        weights: FloatArray = np.zeros(1)
        first = 0.0
        for events, size, others, other_size in zip(a, n1, c, n2, strict=True):
            margin = events + others
            low, high = max(0.0, margin - other_size), min(size, margin)
            possible = np.arange(low, high + 1.0)
            own = log_choose(size, possible) + log_choose(other_size, margin - possible)
            weights = _convolved(weights, np.asarray(own - own.max(), dtype=np.float64))
            first += low
        values = np.asarray(first + np.arange(weights.size), dtype=np.float64)
        return cls(values, weights, float(a.sum()))

    def likeliest(self) -> float:
        """Log odds ratio whose expected number is the observed one."""
        if self.observed == self.values[0]:
            return -np.inf
        if self.observed == self.values[-1]:
            return np.inf
        return _root(lambda theta: float(self._shares(theta) @ self.values) - self.observed)

    def limits(self, tail: float, *, own: float) -> tuple[float, float]:
        """Log odds ratios beyond which the tail, with so much of the observed, is too small."""
        above = (self.values > self.observed) + own * (self.values == self.observed)
        below = (self.values < self.observed) + own * (self.values == self.observed)
        low, high = -np.inf, np.inf
        if self.observed > self.values[0]:
            low = _root(lambda theta: float(self._shares(theta) @ above) - tail)
        if self.observed < self.values[-1]:
            high = _root(lambda theta: tail - float(self._shares(theta) @ below))
        return low, high

    def _shares(self, theta: float) -> FloatArray:
        log = self.log_weights + theta * (self.values - self.observed)
        return np.asarray(np.exp(log - logsumexp(log)))


def _convolved(one: FloatArray, two: FloatArray) -> FloatArray:
    """Log weights of a sum from those of its parts."""
    found = np.full(one.size + two.size - 1, -np.inf)
    for i, weight in enumerate(two):
        part = found[i : i + one.size]
        np.logaddexp(part, one + weight, out=part)
    return found


def _root(function: Callable[[float], float]) -> float:
    """Where a rising function crosses 0, its bracket found by doubling."""
    low, high = -1.0, 1.0
    while function(low) > 0.0 and low > -WIDEST:
        low *= 2.0
    while function(high) < 0.0 and high < WIDEST:
        high *= 2.0
    return bracketed_root(function, low, high)


def log_choose(n: float, k: FloatArray) -> FloatArray:
    """Logarithm of n over k."""
    return np.asarray(gammaln(n + 1.0) - gammaln(k + 1.0) - gammaln(n - k + 1.0))
