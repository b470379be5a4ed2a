"""Shortest intervals of given probability: both ends have the same density."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.roots import bracketed_roots

# The interval may begin as close as this (in probability) to either extreme.
EDGE = 1e-9


class Distributions(Protocol):
    """b continuous distributions, asked for (b, n) values at a time."""

    def cdf(self, x: FloatArray) -> FloatArray: ...
    def density(self, x: FloatArray) -> FloatArray: ...
    def quantiles(self, p: FloatArray) -> FloatArray: ...


def shortest_intervals(
    distributions: Distributions, grid: FloatArray, level: float
) -> tuple[FloatArray, FloatArray]:
    """Ends of the shortest intervals that hold probability `level`.

    All candidates on the grid are compared first, so that several modes are no obstacle. Where
    the density only falls, the interval begins with the grid.

    Parameters
    ----------
    distributions
        b distributions.
    grid
        Increasing x, shape (b, n), denser where the density is high; the first value is where
        the support begins, or has a probability below `EDGE`.
    level
        Between 0 and 1.

    Returns
    -------
    Lower and upper ends, each of shape (b,).
    """
    rows = len(grid)
    first = grid[:, 0]
    last = distributions.quantiles(np.full((rows, 1), (1.0 - level) * (1.0 - EDGE)))[:, 0]
    low, high = _around_the_best(distributions, grid, level)
    low, high = np.minimum(low, last), np.minimum(high, last)

    def imbalance(lower: FloatArray) -> FloatArray:
        """Density at the lower end less that at the upper; rises through 0 at the shortest."""
        upper = upper_ends(distributions, lower, level)
        ends = np.stack([lower, upper], axis=1)
        return np.asarray(-np.diff(distributions.density(ends), axis=1)[:, 0])

    at_low, at_high = imbalance(low), imbalance(high)
    rising = (at_low < 0.0) & (at_high > 0.0)
    # Without a balance nearby the interval begins or ends where the support does.
    fixed = np.where((at_low >= 0.0) & (low <= first), first, last)
    lost = ~rising & ~((at_low >= 0.0) & (low <= first)) & ~((at_high <= 0.0) & (high >= last))
    if lost.any():
        low, high = np.where(lost, first, low), np.where(lost, last, high)
        at_low, at_high = imbalance(low), imbalance(high)
        rising = (at_low < 0.0) & (at_high > 0.0)
        fixed = np.where(lost, np.where(at_low >= 0.0, first, last), fixed)

    def guarded(lower: FloatArray) -> FloatArray:
        return np.where(rising, imbalance(np.where(rising, lower, fixed)), 0.0)

    lower = np.where(rising, bracketed_roots(guarded, low, high), fixed)
    return lower, upper_ends(distributions, lower, level)


def upper_ends(distributions: Distributions, lower: FloatArray, level: float) -> FloatArray:
    """Upper ends of intervals with probability `level`, shape (b,)."""
    reached = np.minimum(distributions.cdf(lower[:, None]) + level, 1.0 - (1.0 - level) * EDGE)
    return np.asarray(distributions.quantiles(reached)[:, 0])


def _around_the_best(
    distributions: Distributions, grid: FloatArray, level: float
) -> tuple[FloatArray, FloatArray]:
    """Grid values two steps to either side of the best lower end, by interpolation."""
    below = distributions.cdf(grid)
    partner = np.stack([np.interp(f + level, f, x) for f, x in zip(below, grid, strict=True)])
    length = np.where(below < 1.0 - level, partner - grid, np.inf)
    best = np.argmin(length, axis=1)
    pick = np.arange(len(grid))
    low = grid[pick, np.maximum(best - 2, 0)]
    return low, grid[pick, np.minimum(best + 2, grid.shape[1] - 1)]
