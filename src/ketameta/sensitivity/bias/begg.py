"""Begg and Mazumdar's rank correlation test of funnel plot asymmetry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from ketameta.errors import DataError
from ketameta.measures.estimates import Caution, EffectEstimates, FloatArray
from ketameta.pooling.weighted_mean import effects_identical, weighted_mean
from ketameta.sensitivity.bias.gate import gate

# Beyond it the normal approximation of Kendall's statistic has an error below 1e-4.
EXACT_UP_TO = 100
SWAMPED = 1e-8
"""Share of the weight of all other studies below which a mean is one study's effect."""


@dataclass(frozen=True, slots=True)
class RankTest:
    """Rank correlation of standardised effects with their variances.

    Attributes
    ----------
    k
        Number of studies.
    tau
        Kendall's tau (tau-b with ties); None where all effects or all variances are equal.
    score
        Concordant less discordant pairs.
    p_value
        Two-sided.
    exact
        Whether the p value is exact: no ties, and not more than 100 studies.
    cautions
        When not to believe it.
    """

    k: int
    tau: float | None
    score: int
    p_value: float | None
    exact: bool
    cautions: tuple[Caution, ...] = ()


def begg(estimates: EffectEstimates) -> RankTest:
    """Rank correlation test of funnel plot asymmetry.

    Kendall correlation of (y - m) / sqrt(v - 1 / sum(1 / v)), m the common-effect mean, with v.
    It has less power than Egger's test.

    References
    ----------
    Begg CB, Mazumdar M. Biometrics 1994;50:1088-1101. doi:10.2307/2533446.
    metafor: `ranktest(x)`; with ties, as there, the normal approximation without correction for
    continuity.
    """
    if estimates.k == 0:
        raise DataError("Begg's test: there are no estimates. Give at least one study.")
    cautions = gate(estimates.k, np.sqrt(estimates.v))
    if estimates.k < 2 or effects_identical(estimates.y) or np.ptp(estimates.v) == 0.0:
        text = "All effects, or all variances, are equal: there are no ranks to correlate."
        return RankTest(estimates.k, None, 0, None, False, (*cautions, Caution("no_ranks", text)))
    return _kendall(_deviates(estimates.y, estimates.v), estimates.v, cautions)


@np.errstate(all="ignore")  # weights 300 orders of magnitude apart overflow on the way
def _deviates(y: FloatArray, v: FloatArray) -> FloatArray:
    """Each effect's distance from the common mean, in standard errors of that distance."""
    w = v.min() / v
    rest = np.array([w[:i].sum() + w[i + 1 :].sum() for i in range(w.size)])
    mean = weighted_mean(y, v, 0.0).estimate
    deviates = (y - mean) / (np.sqrt(v) * np.sqrt(rest / w.sum()))
    for i in np.flatnonzero(rest < SWAMPED):
        # The mean is this study's effect but for rounding: the same, from the mean of the others.
        others = np.arange(y.size) != i
        apart = weighted_mean(y[others], v[others], 0.0)
        deviates[i] = (y[i] - apart.estimate) / np.hypot(np.sqrt(v[i]), apart.se)
    return np.asarray(deviates)


def _kendall(x: FloatArray, y: FloatArray, cautions: tuple[Caution, ...]) -> RankTest:
    k = x.size
    pairs = k * (k - 1) / 2.0
    score = sum(
        int(np.sum(np.sign(x[i + 1 :] - x[i]) * np.sign(y[i + 1 :] - y[i]))) for i in range(k - 1)
    )
    ties_x, ties_y = _tie_sizes(x), _tie_sizes(y)
    free_x, free_y = (pairs - np.sum(t * (t - 1.0)) / 2.0 for t in (ties_x, ties_y))
    tau = score / float(np.sqrt(free_x * free_y))
    exact = k <= EXACT_UP_TO and ties_x.size == k and ties_y.size == k
    p = _exact_p(score, k) if exact else _normal_p(score, k, ties_x, ties_y)
    return RankTest(k, tau, score, p, exact, cautions)


def _tie_sizes(x: FloatArray) -> FloatArray:
    return np.unique(x, return_counts=True)[1].astype(np.float64)


def _exact_p(score: int, k: int) -> float:
    """From the number of permutations with each number of inversions."""
    share = np.ones(1)
    for size in range(2, k + 1):
        padded = np.concatenate([share, np.zeros(size - 1)])
        running = np.cumsum(padded)
        running[size:] -= np.cumsum(padded)[:-size]
        share = running / size
    concordant = (k * (k - 1) // 2 + score) // 2
    low = float(share[: concordant + 1].sum())
    high = float(share[concordant:].sum())
    return min(1.0, 2.0 * min(low, high))


def _normal_p(score: int, k: int, ties_x: FloatArray, ties_y: FloatArray) -> float:
    """Normal approximation with the variance that allows for ties."""

    def sums(t: FloatArray) -> tuple[float, float, float]:
        return (
            float(np.sum(t * (t - 1.0) * (2.0 * t + 5.0))),
            float(np.sum(t * (t - 1.0))),
            float(np.sum(t * (t - 1.0) * (t - 2.0))),
        )

    (a_x, b_x, c_x), (a_y, b_y, c_y) = sums(ties_x), sums(ties_y)
    variance = (k * (k - 1.0) * (2.0 * k + 5.0) - a_x - a_y) / 18.0
    variance += b_x * b_y / (2.0 * k * (k - 1.0))
    if k > 2:
        variance += c_x * c_y / (9.0 * k * (k - 1.0) * (k - 2.0))
    return float(2.0 * ndtr(-abs(score) / np.sqrt(variance)))
