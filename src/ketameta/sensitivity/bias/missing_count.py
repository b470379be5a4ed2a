"""How many studies are missing on the left of a funnel: Duval and Tweedie's L0, R0 and Q0."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketameta.measures.estimates import FloatArray

Mean = Callable[[FloatArray, FloatArray], float]
MAX_STEPS = 200


@dataclass(frozen=True, slots=True)
class MissingCount:
    """Number of studies missing on the left.

    Attributes
    ----------
    missing, se, p_value
        Number, its standard error (None where its formula has no root), and for R0 the p value
        of none being missing.
    centre
        Mean of the studies that are left after trimming.
    trimmed
        Positions of the studies trimmed, those furthest to the right.
    circular
        Whether the iteration came back to an earlier number without settling.
    """

    missing: int
    se: float | None
    p_value: float | None
    centre: float
    trimmed: NDArray[np.intp]
    circular: bool


def missing_count(y: FloatArray, v: FloatArray, mean: Mean, estimator: str) -> MissingCount:
    """Iterate: trim as many studies on the right as are missing, recompute the centre, count.

    Ranks of |y - centre| with ties in order of y; rounding is to even, as in R.

    Parameters
    ----------
    y, v
        Shape (k,), k >= 2.
    mean
        The pooled mean of some studies.
    estimator
        L0, R0 or Q0.
    """
    order = np.argsort(y, kind="stable")
    y, v = y[order], v[order]
    k, number = y.size, 0
    seen: list[int] = []
    while number not in seen and len(seen) < MAX_STEPS:
        seen.append(number)
        centre = mean(y[: k - number], v[: k - number])
        raw, se = _estimate(y - centre, estimator)
        number = min(max(0, round(raw)), k - 1)
    circular = number != seen[-1]
    if circular:
        number = max(seen[seen.index(number) :])
        centre = mean(y[: k - number], v[: k - number])
        raw, se = _estimate(y - centre, estimator)
    p = 0.5 ** (number + 1) if estimator == "R0" else None
    return MissingCount(number, se, p, centre, order[k - number :], circular)


def _estimate(residual: FloatArray, estimator: str) -> tuple[float, float | None]:
    """The estimate before rounding, and its standard error."""
    k = residual.size
    ranks = np.empty(k)
    ranks[np.argsort(np.abs(residual), kind="stable")] = np.arange(1, k + 1)
    if estimator == "R0":
        left = ranks[residual < 0.0]
        raw = k - float(left.max(initial=0.0)) - 1.0
        return raw, float(np.sqrt(2.0 * max(0.0, raw) + 2.0))
    total = float(ranks[residual > 0.0].sum())
    if estimator == "L0":
        raw = (4.0 * total - k * (k + 1.0)) / (2.0 * k - 1.0)
        return raw, _root(16.0 * _variance(k, raw) / (2.0 * k - 1.0) ** 2)
    # total is at most k (k + 1) / 2; then the root is that of a negative number: all are missing.
    raw = k - 0.5 - float(np.sqrt(max(0.0, 2.0 * k * k - 4.0 * total + 0.25)))
    below = (k - 0.5) ** 2 - raw * (2.0 * k - raw - 1.0)
    return raw, _root(4.0 * _variance(k, raw) / below) if below > 0.0 else None


def _variance(k: int, x: float) -> float:
    """Variance of the sum of ranks on the right if x studies are missing on the left."""
    return (
        k * (k + 1.0) * (2.0 * k + 1.0)
        + 10.0 * x**3
        + 27.0 * x**2
        + 17.0 * x
        - 18.0 * k * x**2
        - 18.0 * k * x
        + 6.0 * k**2 * x
    ) / 24.0


def _root(square: float) -> float | None:
    return float(np.sqrt(square)) if square >= 0.0 else None
