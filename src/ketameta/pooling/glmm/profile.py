"""Profile-likelihood intervals: which values lose no more likelihood than chance allows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ketameta.errors import ConvergenceError
from ketameta.pooling.glmm.design import Design
from ketameta.pooling.glmm.maximise import FARTHEST, Maximum, maximise
from ketameta.pooling.glmm.nodes import IN_TURN
from ketameta.pooling.glmm.search import FAR, Fit, settle
from ketameta.pooling.result import Interval
from ketameta.pooling.roots import bracketed_root

# Relative to the standard error, how close a limit is found.
CLOSE = 1e-10
MOST_WIDENINGS = 60
LIFT = 0.3
# Far from the maximum, where limits of tau may lie, integrals are steps; this is close enough.
LEFT = 1e-5


def effect_interval(design: Design, found: Fit, se: float, allowed: float) -> Interval:
    """Values of the effect whose likelihood ratio is at most `allowed` (a chi-squared quantile).

    None for a limit where the likelihood stays above it for ever.
    """
    centre = float(found.maximum.at.beta[0])

    def excess(value: float) -> float:
        return likelihood_ratio(design, found, value) - allowed

    return Interval(_limit(excess, centre, -max(se, 1e-3)), _limit(excess, centre, max(se, 1e-3)))


def tau_interval(design: Design, found: Fit, allowed: float) -> Interval:
    """Values of tau whose likelihood ratio is at most `allowed`; begins at 0 where 0 is one."""
    best = float(found.maximum.at.sigma[0]) if design.d else 0.0
    top = found.maximum.log_likelihood

    def excess(tau: float) -> float:
        return 2.0 * (top - _given_tau(design, found, tau)) - allowed

    low = 0.0
    if best > 0.0 and excess(0.0) > 0.0:
        low = bracketed_root(excess, 0.0, best, absolute=2.0 * CLOSE)
    return Interval(low, _limit(excess, best, max(0.5 * best, 0.1), end=FARTHEST))


def likelihood_ratio(design: Design, found: Fit, effect: float) -> float:
    """Twice the log-likelihood that is lost by fixing the effect."""
    return 2.0 * (found.maximum.log_likelihood - _given_effect(design, found, effect))


def _given_effect(design: Design, found: Fit, effect: float) -> float:
    """Highest log-likelihood with the first coefficient fixed."""
    at = found.maximum.at
    beta = at.beta.copy()
    beta[0] = effect
    free = np.ones(design.shared, dtype=np.bool_)
    free[0] = False
    starts = [np.maximum(at.sigma, LIFT)]
    if np.any(at.sigma == 0.0):
        starts.append(at.sigma)
    values = []
    for sigma in starts:
        movable = free.copy()
        movable[design.p :] = sigma > 0.0
        start = replace(found.maximum, at=replace(at, beta=beta, sigma=sigma))
        values.append(_climb(design, found, start, movable))
    return max(values)


def _given_tau(design: Design, found: Fit, tau: float) -> float:
    """Highest log-likelihood with the first standard deviation fixed."""
    at = found.maximum.at
    sigma = at.sigma.copy()
    sigma[0] = tau
    free = np.ones(design.shared, dtype=np.bool_)
    free[design.p] = False
    start = replace(found.maximum, at=replace(at, sigma=sigma))
    return _climb(design, found, start, free)


def _climb(design: Design, found: Fit, start: Maximum, free: NDArray[np.bool_]) -> float:
    """Highest log-likelihood from `start`; with two random effects by the rule of the fit."""
    if design.d < 2:
        try:
            return settle(design, start, free, LEFT).maximum.log_likelihood
        except ConvergenceError:
            return _far_out(design, start, free)
    best = maximise(design, start.at, found.rule, free=free, modes=start.modes)
    return best.log_likelihood


def _far_out(design: Design, start: Maximum, free: NDArray[np.bool_]) -> float:
    """Highest log-likelihood at large fixed tau, where the likelihood has become level."""
    fixed = free.copy()
    fixed[design.p] = False
    at, heights = start.at, []
    for sigma in FAR:
        best = maximise(design, replace(at, sigma=np.array([sigma])), IN_TURN[1][-1], free=fixed)
        heights.append(best.log_likelihood)
        at = best.at
    return max(heights)


def _limit(
    excess: Callable[[float], float], centre: float, step: float, end: float = np.inf
) -> float | None:
    """Where `excess` rises through 0 in the direction of `step`."""
    inner, outer = centre, centre + 2.0 * step
    for _ in range(MOST_WIDENINGS):
        if abs(outer) > end or abs(outer - centre) > FARTHEST:
            return None
        if excess(outer) > 0.0:
            return bracketed_root(excess, inner, outer, absolute=2.0 * CLOSE * abs(step))
        inner, outer = outer, centre + 1.5 * (outer - centre)
    return None
