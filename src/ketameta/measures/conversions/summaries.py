"""Medians with quartiles or range: what was reported, and whether it looks skewed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from ketameta.errors import DataError
from ketameta.measures.conversions.assumption import demand

_MINIMUM_N = 5


@dataclass(frozen=True, slots=True)
class QuantileSummary:
    """A median with its quartiles, its range, or both, of n people; None where not reported.

    Raises
    ------
    DataError
        When neither both quartiles nor both ends of the range are there, the numbers are not in
        order, or n is below 5.
    """

    median: float
    n: int
    q1: float | None = None
    q3: float | None = None
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        demand(self.n >= _MINIMUM_N, f"n {self.n!r}: these methods need at least 5 people.")
        if not (self.has_quartiles or self.has_range):
            raise DataError(
                "quantiles: a median needs both quartiles, or minimum and maximum, beside it."
            )
        given = [x for x in (self.low, self.q1, self.median, self.q3, self.high) if x is not None]
        ordered = all(x <= y for x, y in pairwise(given))
        demand(
            all(map(math.isfinite, given)) and ordered and given[0] < given[-1],
            f"quantiles {given}: they must rise from minimum to maximum. Check which is which.",
        )

    @property
    def has_quartiles(self) -> bool:
        """Whether both quartiles are there."""
        return self.q1 is not None and self.q3 is not None

    @property
    def has_range(self) -> bool:
        """Whether minimum and maximum are there."""
        return self.low is not None and self.high is not None

    @property
    def quartiles(self) -> tuple[float, float]:
        """(q1, q3); only where `has_quartiles`."""
        return _both(self.q1, self.q3)

    @property
    def ends(self) -> tuple[float, float]:
        """(minimum, maximum); only where `has_range`."""
        return _both(self.low, self.high)

    def points(self) -> list[tuple[float, float]]:
        """(probability, value) of each quantile; minimum and maximum stand at 1/n and 1 - 1/n."""
        found = [(0.5, self.median)]
        if self.has_quartiles:
            q1, q3 = self.quartiles
            found = [(0.25, q1), *found, (0.75, q3)]
        if self.has_range:
            low, high = self.ends
            found = [(1 / self.n, low), *found, (1 - 1 / self.n, high)]
        return found


@dataclass(frozen=True, slots=True)
class SkewnessTest:
    """Shi's test at the 5 % level: skewed when the statistic reaches the critical value."""

    statistic: float
    critical: float

    @property
    def skewed(self) -> bool:
        """Whether the summary speaks against a normal distribution."""
        return self.statistic >= self.critical


def skewness_test(summary: QuantileSummary) -> SkewnessTest:
    """Whether a reported summary is too lopsided for normal data.

    Range only: |a + b - 2m|/(b - a) against 1/ln(n + 9) + 2.5/(n + 1). Quartiles only:
    |q1 + q3 - 2m|/(q3 - q1) against 2.65/√n - 6/n². Both: the larger of the second and
    2.65 ln(0.6 n)/√n times the first, against 3/√n - 40/n³.

    A small sample passes easily: passing is no sign of normal data.

    References
    ----------
    Shi et al. (2023), doi:10.1177/09622802231172043
    """
    n = summary.n
    if not summary.has_quartiles:
        return SkewnessTest(
            _lopsidedness(summary.ends, summary.median), 1 / math.log(n + 9) + 2.5 / (n + 1)
        )
    quartiles = _lopsidedness(summary.quartiles, summary.median)
    if not summary.has_range:
        return SkewnessTest(quartiles, 2.65 / math.sqrt(n) - 6 / n**2)
    ends = 2.65 * math.log(0.6 * n) / math.sqrt(n) * _lopsidedness(summary.ends, summary.median)
    return SkewnessTest(max(ends, quartiles), 3 / math.sqrt(n) - 40 / n**3)


def _lopsidedness(ends: tuple[float, float], median: float) -> float:
    low, high = ends
    return abs(low + high - 2 * median) / (high - low) if high > low else 0.0


def _both(low: float | None, high: float | None) -> tuple[float, float]:
    if low is None or high is None:
        raise DataError("quantiles: the pair asked for was not reported.")
    return low, high
