"""Differences of log factorials, precise where the factorials themselves are huge."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from ketameta.measures.estimates import FloatArray

LARGE = 100.0
SMALL_CHANGE = 1e-2


def log_factorial_change(cell: float, change: FloatArray) -> FloatArray:
    """log (cell + change)! - log cell! - change * log(max(cell, 1)), for cell + change >= 0.

    gammaln loses nine digits to cancellation at a million and fifteen at a billion; by Stirling's
    series only the difference is ever formed. Values where cell + change < 0 are not meant.
    """
    after = np.maximum(cell + change, 0.0)
    plain = gammaln(after + 1.0) - gammaln(cell + 1.0) - change * np.log(max(cell, 1.0))
    if cell < LARGE:
        return np.asarray(plain)
    ratio = np.maximum(change, LARGE - cell) / cell
    stirling = cell * _excess(ratio) + 0.5 * np.log1p(ratio)
    stirling = stirling + _remainder(cell * (1.0 + ratio)) - _remainder(np.asarray(cell))
    return np.where(after >= LARGE, stirling, plain)


def _excess(u: FloatArray) -> FloatArray:
    """(1 + u) log(1 + u) - u."""
    direct = (1.0 + u) * np.log1p(u) - u
    series = np.zeros(u.shape)
    for power in range(9, 1, -1):
        series = (-1.0) ** power / (power * (power - 1.0)) + u * series
    return np.where(np.abs(u) < SMALL_CHANGE, u * u * series, direct)


def _remainder(x: FloatArray) -> FloatArray:
    """What Stirling's formula leaves of log x!, for x of at least `LARGE`."""
    inverse = 1.0 / x
    square = inverse * inverse
    return np.asarray(inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))))
