"""Sums over 0, 1, ..., count - 1 for many counts at once, however large they are."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.polynomial import legendre

from ketameta.measures.estimates import FloatArray

# Beyond, terms change so slowly from one to the next that integrals take the place of sums.
EXPLICIT = 8192
NODES, WEIGHTS = legendre.leggauss(16)


class SumRule(NamedTuple):
    """sum over counts c and j < c of f(j) = sum of weight * f(at)."""

    at: FloatArray
    weight: FloatArray

    def total(self, values: FloatArray) -> float:
        """The sum for the values of f at `at`."""
        return float(self.weight @ values)


def sum_rule(counts: FloatArray) -> SumRule:
    """The rule for counts of shape (k,), whole numbers of at least 0.

    Exact for j below `EXPLICIT`; further out by the Euler-Maclaurin formula, whose error for the
    functions of a beta-binomial likelihood is below 1e-13 of a term.
    """
    short = int(min(counts.max(initial=0.0), EXPLICIT))
    first = np.arange(short, dtype=np.float64)
    at = [first]
    weight = [counts.size - np.searchsorted(np.sort(counts), first, side="right").astype(float)]
    edges = np.unique(np.concatenate([[float(EXPLICIT)], counts[counts > EXPLICIT]]))
    for low, high in pairwise(edges.tolist()):
        piece = _smooth_sum(low, high)
        at.append(piece.at)
        weight.append(piece.weight * float(np.sum(counts >= high)))
    return SumRule(np.concatenate(at), np.concatenate(weight))


def _smooth_sum(low: float, high: float) -> SumRule:
    """The sum over low, low + 1, ..., high - 1 of a function that changes slowly."""
    # Integral, minus half the rise, plus a twelfth of the rise of the slope.
    at = [np.array([low, high, high + 1.0, high - 1.0, low + 1.0, low - 1.0])]
    weight = [np.array([0.5, -0.5, 1 / 24, -1 / 24, -1 / 24, 1 / 24])]
    while low < high:
        end = min(2.0 * low, high)
        half = 0.5 * (end - low)
        at.append(low + half * (1.0 + NODES))
        weight.append(half * WEIGHTS)
        low = end
    return SumRule(np.concatenate(at), np.concatenate(weight))
