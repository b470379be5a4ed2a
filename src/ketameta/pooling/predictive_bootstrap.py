"""Prediction interval from the confidence distribution of tau2, by parametric bootstrap."""

from __future__ import annotations

import numpy as np

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.intervals import MeanInference
from ketameta.pooling.moment_statistic import MomentStatistic, moment_statistic
from ketameta.pooling.prediction import Prediction, too_few
from ketameta.pooling.result import Interval
from ketameta.pooling.roots import root_above
from ketameta.pooling.weighted_mean import WeightedMean

# Four times as many as the authors use, and paired: the limits then repeat to about 1 % of the
# interval's width with any seed.
DRAWS = 100_000
# Fixed, so that a result can be repeated.
SEED = 20180514
# Points at which the distribution of tau2 is computed; linear interpolation between them is far
# finer than the sampling error of the quantiles.
GRID = 400
# The distribution of tau2 is followed until all but this probability lies below.
TAIL = 1e-5


def bootstrap_prediction(mean: WeightedMean, inference: MeanInference, level: float) -> Prediction:
    """Quantiles of theta_new when tau2, the mean and the new study's effect are all drawn.

    tau2 is drawn from the exact distribution of the DerSimonian-Laird statistic, the mean from
    a Hartung-Knapp t distribution at that tau2, the new effect from a normal one: the interval
    allows for tau2 being uncertain, which the t intervals do only by their degrees of freedom.
    100,000 draws with a fixed seed; from three studies. The tau2 estimator chosen plays no part.

    References
    ----------
    Nagashima K, Noma H, Furukawa TA. Stat Methods Med Res 2019;28:1689-1702.
    doi:10.1177/0962280218773520. pimeta: `pima(..., method = "boot")`.
    """
    if mean.k < 3:
        return too_few(mean.k, "bootstrap", 3)
    effects = draw_new_effects(mean.y, mean.v)
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(effects, [tail, 1.0 - tail])
    return Prediction(Interval(float(low), float(high)))


def draw_new_effects(y: FloatArray, v: FloatArray, draws: int = DRAWS) -> FloatArray:
    """Draws of a new study's true effect, shape (draws,), draws even; y and v (k,), k >= 2.

    The uniform numbers behind tau2 are stratified, and each pair of normal and t numbers is used
    with both signs.
    """
    rng = np.random.default_rng(SEED)
    half = draws // 2
    uniform = (np.arange(half) + rng.uniform(size=half)) / half
    tau2 = np.tile(draw_tau2(moment_statistic(y, v, 1.0 / v), uniform), 2)
    z, t = rng.standard_normal(half), rng.standard_t(y.size - 1, half)
    z, t = np.concatenate([z, -z]), np.concatenate([t, -t])
    w = 1.0 / (v + tau2[:, None])
    total = w.sum(axis=1)
    centre = (w @ (y - y[0])) / total
    spread = (w * (y - y[0] - centre[:, None]) ** 2).sum(axis=1) / ((y.size - 1) * total)
    return np.asarray(y[0] + centre + z * np.sqrt(tau2) - t * np.sqrt(spread))


def draw_tau2(statistic: MomentStatistic, uniform: FloatArray) -> FloatArray:
    """tau2 at which P(Q <= q; tau2) equals each uniform number; 0 where none does."""
    at_zero = statistic.probability(0.0)
    if at_zero <= TAIL:
        return np.zeros(uniform.shape)
    scale = statistic.sampling / statistic.slope
    last = root_above(lambda tau2: statistic.probability(tau2) - TAIL, 0.0, scale)
    # Equal steps of log(tau2 + scale) follow the distribution at every size of tau2.
    grid = scale * np.expm1(np.linspace(0.0, np.log1p(last / scale), GRID))
    probability = np.array([statistic.probability(float(tau2)) for tau2 in grid])
    return np.where(uniform >= at_zero, 0.0, np.interp(uniform, probability[::-1], grid[::-1]))
