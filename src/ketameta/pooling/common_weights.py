"""Intervals around the common-effect mean that allow for heterogeneity: Henmi-Copas and IVhet.

Weights 1 / v keep small studies, which are more prone to bias, from gaining influence as
heterogeneity grows; tau2 enters the variance only.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from scipy.special import gammainc

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.intervals import MeanInference, t_inference, wald
from ketameta.pooling.moment_statistic import moment_statistic
from ketameta.pooling.result import Interval
from ketameta.pooling.roots import bracketed_root
from ketameta.pooling.tau2_error import sum_of_others
from ketameta.pooling.weighted_mean import WeightedMean, weighted_mean

# Gauss-Legendre nodes on each of the panels into which the range of the mean is cut; beyond FAR
# standard deviations its density is below 1e-22.
NODES, WEIGHTS = np.polynomial.legendre.leggauss(24)
PANELS, FAR = 16, 10.0


def ivhet(mean: WeightedMean, level: float) -> MeanInference:
    """Common-effect mean with a normal interval whose variance includes tau2 (IVhet).

    The authors use the DerSimonian-Laird tau2; here it is the one that was chosen.

    References
    ----------
    Doi SAR et al. Contemp Clin Trials 2015;45:130-138. doi:10.1016/j.cct.2015.05.009.
    meta: `method.common.ci = "IVhet"`.
    """
    centre, se, weights = _centre(mean, mean.tau2)
    return replace(t_inference(centre, se, level, None), weights=weights)


def henmi_copas(mean: WeightedMean, level: float) -> MeanInference:
    """Common-effect mean with an interval that stays honest when small studies are biased.

    The pivot is (mean - mu) / SE with the DerSimonian-Laird tau2 in SE, whatever estimator was
    chosen. Given the mean, Q is taken as gamma with matching mean and variance, which gives the
    distribution of the pivot.

    References
    ----------
    Henmi M, Copas JB. Stat Med 2010;29:2969-2983. doi:10.1002/sim.4029.
    metafor: `hc(rma(..., method = "DL"))`, whose critical value is exact to 1e-4 by default.
    """
    if mean.k == 1:
        return wald(mean, level)
    tau2 = moment_statistic(mean.y, mean.v, 1.0 / mean.v).tau2
    centre, se, weights = _centre(mean, tau2)
    pivot = _Pivot(mean.v, tau2)
    critical = pivot.quantile((1.0 - level) / 2.0)
    half = critical * se
    statistic = centre / se
    return MeanInference(
        estimate=centre,
        se=se,
        interval=Interval(centre - half, centre + half),
        statistic=statistic,
        df=None,
        p_value=2.0 * pivot.tail(abs(statistic)),
        weights=weights,
    )


def _centre(mean: WeightedMean, tau2: float) -> tuple[float, float, FloatArray]:
    """Common-effect mean, its standard error with tau2 in it, and its weights in percent."""
    common = weighted_mean(mean.y, mean.v, 0.0)
    share = common.weights / 100.0
    return common.estimate, math.sqrt(float(np.sum(share**2 * (mean.v + tau2)))), common.weights


class _Pivot:
    """Distribution of U = (mean - mu) / SE, SE with the DerSimonian-Laird tau2 in it.

    Let R = (mean - mu) sqrt(W1), normal with variance 1 + tau2 W2 / W1, W_j the sum of v^-j. For
    R > 0, U > t says that tau2-hat is small, that is Q < k - 1 + (W1^2 / W2 - 1)((R / t)^2 - 1).
    Given R, the effects are normal with known mean and variance, so Q has a known mean and
    variance, and a gamma distribution with these takes its place.
    """

    def __init__(self, v: FloatArray, tau2: float) -> None:
        w = 1.0 / v
        total, a = float(np.sum(w)), 1.0 + tau2 / v
        share, tilted = w / total, w * a / float(np.sum(w * a))
        middle = float(np.sum(share * a))
        self.sd = math.sqrt(middle)
        # 1 - tilted, and sums of products of different studies, without cancellation.
        rest = sum_of_others(tilted)
        self.mean0 = float(np.sum(a * rest))
        self.mean2 = _variance(share, a) / middle**2
        own = tilted * a
        self.var0 = 2.0 * float(np.sum((a * rest) ** 2) + np.sum(own * sum_of_others(own)))
        self.var2 = 4.0 * _variance(tilted, a) / middle
        self.df, self.slope = v.size - 1.0, float(np.sum(w * sum_of_others(w)) / np.sum(w * w))

    def tail(self, t: float) -> float:
        """P(U > t) for t >= 0."""
        if t == 0.0:
            return 0.5
        low = t / self.sd
        if low >= FAR:
            return 0.0
        edges = np.linspace(low, FAR, PANELS + 1)
        half = 0.5 * (edges[1] - edges[0])
        x = (0.5 * (edges[:-1] + edges[1:])[:, None] + half * NODES).reshape(-1)
        r = x * self.sd
        mean, variance = self.mean0 + self.mean2 * r * r, self.var0 + self.var2 * r * r
        bound = self.df + self.slope * ((r / t) ** 2 - 1.0)
        inside = gammainc(mean * mean / variance, bound * mean / variance)
        density = np.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)
        return float(half) * float(np.sum(np.tile(WEIGHTS, PANELS) * inside * density))

    def quantile(self, tail: float) -> float:
        """t with P(U > t) = tail, for tail < 1/2."""
        return bracketed_root(lambda t: self.tail(t) - tail, 1e-6, FAR * self.sd)


def _variance(share: FloatArray, values: FloatArray) -> float:
    """Variance of values with these probabilities, from the most probable of them."""
    away = values - values[np.argmax(share)]
    return float(np.sum(share * away * away)) - float(np.sum(share * away)) ** 2
