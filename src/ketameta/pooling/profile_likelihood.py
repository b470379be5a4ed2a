"""Profile likelihood interval for the mean, by maximum likelihood."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.special import chdtri, ndtr

from ketameta.measures.estimates import Caution, FloatArray
from ketameta.pooling.intervals import MeanInference, wald
from ketameta.pooling.likelihood import ml_fit
from ketameta.pooling.result import Interval
from ketameta.pooling.roots import bracketed_root, root_above
from ketameta.pooling.weighted_mean import WeightedMean

# Means at which the profile is looked at between the smallest and the largest estimate; outside
# them it falls for good.
GRID = 201


def profile_likelihood_interval(mean: WeightedMean, level: float) -> MeanInference:
    """All means whose profile log-likelihood is near its maximum; for ML.

    For each mean the log-likelihood is maximised over tau2 (globally). `statistic` is the signed
    root of the likelihood ratio at 0. Where the set falls apart its outermost points are given,
    with a caution.

    References
    ----------
    Hardy RJ, Thompson SG. Stat Med 1996;15:619-629.
    doi:10.1002/(SICI)1097-0258(19960330)15:6<619::AID-SIM188>3.0.CO;2-A.
    pimeta: `cima(..., method = "PL")`.
    """
    if mean.k == 1:
        return wald(mean, level)
    top = float(_profile(mean, np.array([mean.estimate]))[0])
    floor = top - 0.5 * float(chdtri(1, 1.0 - level))

    def above_floor(value: float) -> float:
        return float(_profile(mean, np.array([value]))[0]) - floor

    grid = np.linspace(float(np.min(mean.y)), float(np.max(mean.y)), GRID)
    inside = _profile(mean, grid) >= floor
    low = _outermost(
        above_floor, float(np.append(grid[inside], mean.estimate).min()), grid, -mean.se
    )
    high = _outermost(
        above_floor, float(np.append(grid[inside], mean.estimate).max()), grid, mean.se
    )
    between = (grid > low) & (grid < high)
    ratio = 2.0 * max(top - float(_profile(mean, np.zeros(1))[0]), 0.0)
    statistic = math.copysign(math.sqrt(ratio), mean.estimate)
    return MeanInference(
        estimate=mean.estimate,
        se=mean.se,
        interval=Interval(low, high),
        statistic=statistic,
        df=None,
        p_value=float(2.0 * ndtr(-abs(statistic))),
        cautions=(IN_PARTS,) if np.any(between & ~inside) else (),
    )


IN_PARTS = Caution(
    "interval_in_parts",
    "The profile likelihood set for the mean consists of separate parts; its outermost points "
    "are given as limits.",
)


def _profile(mean: WeightedMean, values: FloatArray) -> FloatArray:
    """Log-likelihood at these means, shape (m,), maximised over tau2."""
    none = np.empty((mean.k, 0))
    return ml_fit(mean.y - values[:, None], mean.v, none).log_likelihood


def _outermost(
    above_floor: Callable[[float], float], inner: float, grid: FloatArray, step: float
) -> float:
    """Limit beyond `inner`, between it and the next grid point or, past the grid, by doubling."""
    beyond = grid[grid > inner] if step > 0.0 else grid[grid < inner][::-1]
    if beyond.size:
        return bracketed_root(above_floor, inner, float(beyond[0]))
    return root_above(above_floor, inner, step)
