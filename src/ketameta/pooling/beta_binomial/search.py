"""The global maximum of the beta-binomial likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.errors import ConvergenceError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.beta_binomial.likelihood import ArmSums, Point, log_likelihood

# g = rho / (1 - rho) from hardly any correlation to nearly 1.
GRID = 10.0 ** np.arange(-6.0, 4.01, 0.5)
# A gain in log-likelihood below this may drown in its rounding.
ROUNDING = 1e-10
MAX_STEPS = 200
# Newton's error is squared from step to step: after one this short, rounding error is left.
CLOSE = 1e-7
LONGEST = 2.0


@dataclass(frozen=True, slots=True)
class BetaBinomialFit:
    """The highest maximum.

    Attributes
    ----------
    log_odds
        Of the mean probability in each group, shape (groups,).
    g
        rho / (1 - rho); 0 at the boundary.
    covariance
        Of the log odds, shape (groups, groups).
    g_se
        Standard error of g; None at the boundary.
    binomial
        Log-likelihood at g = 0.
    local_maxima
        How many the search saw, the boundary included.
    """

    log_odds: FloatArray
    g: float
    log_likelihood: float
    covariance: FloatArray
    g_se: float | None
    binomial: float
    local_maxima: int


def fit(arms: tuple[ArmSums, ...], start: FloatArray) -> BetaBinomialFit:
    """The global maximum over mean probabilities and correlation.

    Given the correlation the likelihood of each group has one maximum; over the correlation it
    is scanned, its boundary 0 included, and every peak is climbed.

    Parameters
    ----------
    start
        Crude log odds of the groups.

    Raises
    ------
    ConvergenceError
        When a climb does not end.
    """
    flat, at_zero = _climb_means(arms, start, 0.0)
    heights, places = [at_zero.value], [flat]
    log_odds = flat
    for g in GRID:
        log_odds, point = _climb_means(arms, log_odds, float(g))
        heights.append(point.value)
        places.append(log_odds)
    height = np.array(heights)
    found = [_climb(arms, places[i], float(GRID[i - 1])) for i in _peaks(height)]
    boundary = at_zero.gradient[-1] <= 0.0
    maxima = len(found) + boundary
    best = max(found, key=lambda item: item[2].value, default=None)
    if best is None or (boundary and at_zero.value >= best[2].value):
        covariance: FloatArray = np.asarray(np.linalg.inv(-at_zero.hessian[:-1, :-1]))
        return BetaBinomialFit(
            flat, 0.0, at_zero.value, covariance, None, at_zero.value, max(int(maxima), 1)
        )
    log_odds, g, point = best
    inverse: FloatArray = np.asarray(np.linalg.inv(-point.hessian))
    return BetaBinomialFit(
        log_odds,
        g,
        point.value,
        inverse[:-1, :-1],
        float(np.sqrt(inverse[-1, -1])),
        at_zero.value,
        int(maxima),
    )


def _peaks(height: FloatArray) -> list[int]:
    """Grid points off the boundary that are no lower than both neighbours."""
    padded = np.append(height, -np.inf)
    inner = np.arange(1, height.size)
    top = (padded[inner] >= padded[inner - 1]) & (padded[inner] >= padded[inner + 1])
    return [int(i) for i in inner[top]]


def _climb_means(
    arms: tuple[ArmSums, ...], log_odds: FloatArray, g: float
) -> tuple[FloatArray, Point]:
    """Newton's method for the log odds alone."""
    for _ in range(MAX_STEPS):
        point = log_likelihood(arms, log_odds, g)
        curve = -np.diagonal(point.hessian)[:-1]
        step = point.gradient[:-1] / np.maximum(np.abs(curve), 1e-300)
        log_odds = log_odds + np.clip(step, -LONGEST, LONGEST)
        if np.abs(step).max() < CLOSE:
            return log_odds, log_likelihood(arms, log_odds, g)
    raise ConvergenceError(
        "beta-binomial model: the mean probabilities were not found. Please report these data."
    )


def _climb(
    arms: tuple[ArmSums, ...], log_odds: FloatArray, g: float
) -> tuple[FloatArray, float, Point]:
    """Damped Newton's method for log odds and log g together."""
    at = np.append(log_odds, np.log(g))
    for _ in range(MAX_STEPS):
        point = log_likelihood(arms, at[:-1], float(np.exp(at[-1])))
        step, gain = _step(point, float(np.exp(at[-1])))
        length = 1.0
        while length > 1e-12:
            trial = at + length * step
            value = log_likelihood(arms, trial[:-1], float(np.exp(trial[-1]))).value
            if value >= point.value + 1e-4 * length * gain:
                break
            length *= 0.5
        at = trial
        # With thousands of millions of people no longer step shows its gain.
        settled = length < 1.0 and gain <= ROUNDING
        if settled or np.abs(step).max() < CLOSE or length <= 1e-12:
            g = float(np.exp(at[-1]))
            return at[:-1], g, log_likelihood(arms, at[:-1], g)
    raise ConvergenceError("beta-binomial model: no maximum was reached. Please report these data.")


def _step(point: Point, g: float) -> tuple[FloatArray, float]:
    """A step uphill in (log odds, log g), and the gain that it promises to first order."""
    scale = np.ones(point.gradient.size)
    scale[-1] = g
    gradient = point.gradient * scale
    curvature = -point.hessian * np.outer(scale, scale)
    curvature[-1, -1] -= gradient[-1]
    values, vectors = np.linalg.eigh(curvature)
    along = vectors.T @ gradient
    step = vectors @ (along / np.maximum(np.abs(values), 1e-10 * np.abs(values).max()))
    longest = float(np.abs(step).max())
    step = step * min(1.0, LONGEST / max(longest, 1e-300))
    return step, float(step @ gradient)
