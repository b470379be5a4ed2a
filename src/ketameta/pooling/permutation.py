"""Permutation interval for the mean: only symmetry of the effects around it is assumed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ketameta.counting import counted
from ketameta.measures.estimates import Caution, FloatArray
from ketameta.pooling.intervals import MeanInference, wald
from ketameta.pooling.result import Interval
from ketameta.pooling.roots import doubling_bracket
from ketameta.pooling.weighted_mean import WeightedMean, pooled_means

# All 2^(k-1) sign changes up to a common one, up to this k; beyond it, as many at random.
EXACT_UP_TO = 13
# Fixed, so that a result can be repeated.
SEED = 19990732
# Statistics this close (relative) are ties that differ by rounding.
TIE = 1e-10
BISECTIONS = 30


def permutation_interval(mean: WeightedMean, level: float) -> MeanInference:
    """All means that a permutation test does not reject at 1 - level.

    Under a hypothesised mean, the sign of each residual is arbitrary. The normal test statistic
    (with tau2 estimated anew by the same estimator) is computed for every choice of signs; the
    p value is the share of them that are as extreme as the one observed. Exact up to k = 13;
    beyond that 4096 random choices with a fixed seed. Below six studies no 95 % interval exists,
    because no p value can be below 2 / 2^k.

    References
    ----------
    Follmann DA, Proschan MA. Biometrics 1999;55:732-737. doi:10.1111/j.0006-341X.1999.00732.x.
    metafor: `permutest(rma(..., test = "z"), exact = TRUE, permci = TRUE)`.
    """
    normal = wald(mean, level)
    if mean.k == 1:
        return normal
    signs = sign_changes(mean.k)
    p_value = permutation_p(mean, 0.0, signs)
    smallest = 2.0 / 2.0**mean.k
    if smallest > 1.0 - level:
        none = Interval(None, None)
        return replace(normal, interval=none, p_value=p_value, cautions=(_too_few(mean.k, level),))
    if mean.identical_effects:
        return replace(normal, p_value=p_value, cautions=(IDENTICAL,))
    limits = [_limit(mean, signs, 1.0 - level, side * mean.se) for side in (-1.0, 1.0)]
    return replace(normal, interval=Interval(*limits), p_value=p_value)


def permutation_p(mean: WeightedMean, value: float, signs: FloatArray) -> float:
    """Two-sided permutation p value of the hypothesis that the mean is `value`."""
    statistics = np.abs(_statistics(mean, value, signs))
    observed = statistics[0]
    return float(np.mean(statistics >= observed * (1.0 - TIE) - 1e-300))


def sign_changes(k: int) -> FloatArray:
    """Signs, shape (m, k), the first row all positive: all 2^(k-1) up to a common sign, or random.

    A common change of sign leaves the size of the statistic as it is.
    """
    if k <= EXACT_UP_TO:
        rows = np.arange(2 ** (k - 1))[:, None]
        bits: NDArray[np.int64] = (rows >> np.arange(k - 1)) & 1
        return np.concatenate([np.ones((len(rows), 1)), 1.0 - 2.0 * bits], axis=1)
    random = np.random.default_rng(SEED).choice([-1.0, 1.0], size=(2 ** (EXACT_UP_TO - 1), k))
    random[0] = 1.0
    return random


def _statistics(mean: WeightedMean, value: float, signs: FloatArray) -> FloatArray:
    y = (mean.y - value) * signs
    tau2 = mean.estimator(y, mean.v)
    estimate, se, _ = pooled_means(y, np.broadcast_to(mean.v, y.shape), tau2)
    return np.asarray(estimate / se)


def _limit(mean: WeightedMean, signs: FloatArray, alpha: float, step: float) -> float:
    """Where the p value falls to alpha, away from the estimate; p is a step function."""

    def accepted(value: float) -> bool:
        return permutation_p(mean, value, signs) > alpha

    inside, outside = doubling_bracket(
        lambda value: 1.0 if accepted(value) else -1.0, mean.estimate, step
    )
    for _ in range(BISECTIONS):
        middle = 0.5 * (inside + outside)
        inside, outside = (middle, outside) if accepted(middle) else (inside, middle)
    return 0.5 * (inside + outside)


IDENTICAL = Caution(
    "identical_effects",
    "All estimates are equal, so every other mean would be rejected and the permutation interval "
    "would have no width. The normal interval is given instead.",
)


def _too_few(k: int, level: float) -> Caution:
    return Caution(
        "permutation_needs_more_studies",
        f"With {counted(k, 'study')} no permutation p value can be below "
        f"{2.0 / 2.0**k:.3g}, so there is no {100 * level:g} % permutation interval.",
    )
