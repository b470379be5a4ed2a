"""Posterior distributions in a few numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.bayes.mixture_shape import LEVELS, covering_grid, modes
from ketameta.pooling.bayes.normal_mixture import NormalMixtures
from ketameta.pooling.bayes.posterior import Posterior
from ketameta.pooling.bayes.result import PosteriorSummary
from ketameta.pooling.bayes.shortest_interval import EDGE, shortest_intervals
from ketameta.pooling.bayes.tau_posterior import TauPosterior
from ketameta.pooling.result import Interval
from ketameta.pooling.roots import bracketed_roots

CELLS_AT_ONCE = 2_000_000


def pooled_summaries(
    posterior: Posterior, level: float
) -> tuple[PosteriorSummary, PosteriorSummary]:
    """The mean effect, and the true effect in a new study."""
    # With a flat prior the mean effect spreads as tau does; a normal one keeps it together.
    tail = posterior.tau.tail
    mean_tail = tail if posterior.mean_prior is None else np.inf
    mixtures = posterior.pooled()
    mu, new = mixture_summaries(mixtures, posterior.origin, level, (mean_tail, tail))
    return mu, new


def study_summaries(posterior: Posterior, level: float) -> tuple[PosteriorSummary, ...]:
    """The true effect in each study."""
    nodes = posterior.tau.weight.size
    rows = max(1, CELLS_AT_ONCE // (nodes * LEVELS.size))
    found: list[PosteriorSummary] = []
    for start in range(0, posterior.estimates.k, rows):
        mixtures = posterior.studies(slice(start, start + rows))
        tails = (np.inf,) * len(mixtures.mean)
        found += mixture_summaries(mixtures, posterior.origin, level, tails)
    return tuple(found)


def mixture_summaries(
    mixtures: NormalMixtures, origin: float, level: float, tails: tuple[float, ...]
) -> list[PosteriorSummary]:
    """One summary per mixture; a mean needs a tail exponent above 1, an sd one above 2."""
    grid = covering_grid(mixtures)
    low, high = shortest_intervals(mixtures, grid, level)
    side = 0.5 * (1.0 - level)
    levels = np.tile([side, 0.5, 1.0 - side], (len(grid), 1))
    quantiles = mixtures.quantiles(levels) + origin
    peak = modes(mixtures, grid) + origin
    mean, sd = _moments(mixtures)
    return [
        PosteriorSummary(
            mean=float(mean[i] + origin) if tails[i] > 1.0 else None,
            sd=float(sd[i]) if tails[i] > 2.0 else None,
            median=float(quantiles[i, 1]),
            mode=float(peak[i]),
            shortest=Interval(float(low[i] + origin), float(high[i] + origin)),
            equal_tailed=Interval(float(quantiles[i, 0]), float(quantiles[i, 2])),
        )
        for i in range(len(grid))
    ]


def _moments(mixtures: NormalMixtures) -> tuple[FloatArray, FloatArray]:
    mean = mixtures.mean @ mixtures.weight
    square = (mixtures.mean - mean[:, None]) ** 2 + mixtures.sd**2
    return mean, np.sqrt(square @ mixtures.weight)


@dataclass(frozen=True, slots=True)
class _OneTau:
    """The posterior of tau as `shortest_intervals` asks for it."""

    tau: TauPosterior

    def cdf(self, x: FloatArray) -> FloatArray:
        return self.tau.cdf(x)

    def density(self, x: FloatArray) -> FloatArray:
        return self.tau.density(x)

    def quantiles(self, p: FloatArray) -> FloatArray:
        return self.tau.quantile(p.ravel()).reshape(p.shape)


def tau_summary(tau: TauPosterior, level: float) -> PosteriorSummary:
    """The posterior of tau."""
    side = 0.5 * (1.0 - level)
    inside = tau.quantile(np.concatenate([LEVELS, [1.0 - EDGE, side, 0.5, 1.0 - side]]))
    grid, (low_tail, median, high_tail) = np.append(0.0, inside[:-3]), inside[-3:]
    low, high = shortest_intervals(_OneTau(tau), grid[None, :], level)
    mean = tau.expectation(tau.tau) if tau.tail > 1.0 else None
    sd = None
    if mean is not None and tau.tail > 2.0:
        sd = float(np.sqrt(tau.expectation((tau.tau - mean) ** 2)))
    return PosteriorSummary(
        mean=mean,
        sd=sd,
        median=float(median),
        mode=_tau_mode(tau),
        shortest=Interval(float(low[0]), float(high[0])),
        equal_tailed=Interval(float(low_tail), float(high_tail)),
    )


def _tau_mode(tau: TauPosterior) -> float:
    """Where p(tau | y) is highest: 0 where it only falls, the prior's end where it only rises."""
    nodes = tau.tau[tau.tau > 0.0]
    best = int(np.argmax(tau.density(nodes)))
    if best == 0:
        return 0.0
    last = nodes[-1] if np.isinf(tau.prior.upper) else tau.prior.upper
    low = nodes[best - 1 : best]
    high = nodes[best + 1 : best + 2] if best + 1 < nodes.size else np.array([last])
    if tau.slope(high)[0] >= 0.0:
        return float(high[0])
    if tau.slope(low)[0] <= 0.0:
        return float(low[0])
    return float(bracketed_roots(tau.slope, low, high)[0])
