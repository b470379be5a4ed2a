"""Quadrature over log(tau): panels that are halved until the posterior is smooth within each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import legendre

from ketameta.errors import ConvergenceError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.bayes.hierarchy import Conditional

ORDER = 16
NODES, WEIGHTS = legendre.leggauss(ORDER)
# Legendre coefficients of degrees 13 to 15 from values at the nodes: what is left at these
# degrees bounds what a polynomial of this order cannot follow.
LAST_DEGREES = (legendre.legvander(NODES, ORDER - 1) * WEIGHTS[:, None]).T[-3:] * (
    np.arange(ORDER - 3, ORDER)[:, None] + 0.5
)
WIDEST = 1.0
TOLERANCE = 1e-13
# A mean effect that moves by more standard deviations within a panel makes probabilities steps.
FASTEST = 3.0
NEGLIGIBLE = 1e-16
MAX_HALVINGS = 60
# exp(-42) is below the rounding error of the largest value.
DEEPEST = 42.0
SCAN_STEP = 0.25
# Beyond exp(350) the square of tau is no longer a double.
FARTHEST = 350.0

LogIntegrand = Callable[[FloatArray], tuple[FloatArray, Conditional]]


@dataclass(frozen=True, slots=True)
class Panels:
    """Adjacent panels of log(tau) and the integrand at their nodes.

    Attributes
    ----------
    edges
        Shape (panels + 1,).
    log_tau, mass
        Nodes and their share of the integral (integrand times quadrature weight, relative to
        `exp(log_scale)`), shape (panels, ORDER).
    mean, sd
        Of the mean effect given tau, same shape.
    """

    edges: FloatArray
    log_tau: FloatArray
    mass: FloatArray
    mean: FloatArray
    sd: FloatArray
    log_scale: float


NO_VALUE = "Bayesian model: prior and data leave no possible value of tau. Widen the prior."


def integrate(log_integrand: LogIntegrand, low: float, high: float, *, top: float) -> Panels:
    """Panels over all of [low, high] that matters.

    Parameters
    ----------
    log_integrand
        log of the integrand in u = log(tau) and the conditional distribution, for u (j,).
    low, high
        Range of log(tau).
    top
        Where the search for the right end begins; extended until nothing is left.

    Raises
    ------
    ConvergenceError
        When halving does not end, or no value of tau has any weight that numbers can hold.
    """
    grid, values = _scan(log_integrand, low, high, top)
    edges, log_scale = _first_edges(log_integrand, grid, values)
    waiting = np.column_stack([edges[:-1], edges[1:]])
    kept: list[tuple[FloatArray, ...]] = []
    total = 0.0
    for _ in range(MAX_HALVINGS):
        u, mass, given = _evaluate(log_integrand, waiting, log_scale)
        if not np.isfinite(mass.sum()):
            raise ConvergenceError(NO_VALUE)
        total = max(total, float(mass.sum()) + sum(float(part[2].sum()) for part in kept))
        rough = _rough(u, mass, given, total, log_scale)
        smooth = ~rough
        kept.append(tuple(x[smooth] for x in (waiting, u, mass, given.mean, given.sd)))
        if not rough.any():
            return _assembled(kept, log_scale)
        middle = waiting[rough].mean(axis=1)
        halves = [waiting[rough, 0], middle, middle, waiting[rough, 1]]
        waiting = np.stack(halves, axis=1).reshape(-1, 2)
    raise ConvergenceError(
        "Bayesian model: the posterior of tau could not be integrated. Please report these data."
    )


def _scan(
    log_integrand: LogIntegrand, low: float, high: float, top: float
) -> tuple[FloatArray, FloatArray]:
    """A coarse grid of u and the log integrand, as far to the right as anything is left."""
    end = min(max(top, low + 1.0), high)
    grid = np.linspace(low, end, max(2, int((end - low) / SCAN_STEP) + 2))
    values = log_integrand(grid)[0]
    while grid[-1] < high and values[-1] > values.max() - DEEPEST:
        further = min(2.0 * abs(grid[-1] - low) + low, high)
        count = max(1, int((further - grid[-1]) / SCAN_STEP) + 1)
        more = np.linspace(grid[-1], further, count + 1)[1:]
        grid = np.concatenate([grid, more])
        values = np.concatenate([values, log_integrand(more)[0]])
    if not np.isfinite(values.max()):
        raise ConvergenceError(NO_VALUE)
    return grid, values


def _first_edges(
    log_integrand: LogIntegrand, grid: FloatArray, values: FloatArray
) -> tuple[FloatArray, float]:
    """Panels no wider than `WIDEST`, finer around each peak, and the peak's height."""
    best = float(values.max())
    edges = []
    for i in np.flatnonzero(_is_peak(values) & (values > best - DEEPEST)).tolist():
        around = slice(max(i - 1, 0), i + 2)
        centre, half, height = _zoom(log_integrand, float(grid[around][0]), float(grid[around][-1]))
        best = max(best, height)
        steps = half * 2.0 ** np.arange(0.0, max(1.0, np.ceil(np.log2(WIDEST / half)) + 1.0))
        edges += [centre - steps, [centre], centre + steps]
    inside = np.flatnonzero(values > best - DEEPEST)
    first, last = (inside[0], inside[-1]) if inside.size else (values.argmax(),) * 2
    low, high = grid[max(first - 1, 0)], grid[min(last + 1, grid.size - 1)]
    even = np.linspace(low, high, max(2, int(np.ceil((high - low) / WIDEST)) + 1))
    every = np.unique(np.concatenate([even, *edges]))
    every = every[(every >= low) & (every <= high)]
    far_enough = np.concatenate([[True], np.diff(every) > 1e-9 * (1.0 + np.abs(every[1:]))])
    return every[far_enough], best


def _is_peak(values: FloatArray) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    padded = np.concatenate([[-np.inf], values, [-np.inf]])
    return np.asarray((padded[1:-1] >= padded[:-2]) & (padded[1:-1] >= padded[2:]))


def _zoom(log_integrand: LogIntegrand, low: float, high: float) -> tuple[float, float, float]:
    """Centre, half width and height of a peak, narrowed until the integrand is flat within."""
    while True:
        u = np.linspace(low, high, 11)
        values = log_integrand(u)[0]
        i = int(values.argmax())
        near = values[max(i - 1, 0) : i + 2]
        if values[i] - values.min() < 2.0 or high - low < 1e-7 * (1.0 + abs(low)):
            return float(u[i]), 0.5 * (high - low), float(values[i])
        if values[i] - near.min() < 1.0:
            step = u[1] - u[0]
            return float(u[i]), float(step), float(values[i])
        low, high = float(u[max(i - 1, 0)]), float(u[min(i + 1, 10)])


def _evaluate(
    log_integrand: LogIntegrand, panels: FloatArray, log_scale: float
) -> tuple[FloatArray, FloatArray, Conditional]:
    middle, half = panels.mean(axis=1)[:, None], 0.5 * np.diff(panels, axis=1)
    u = middle + half * NODES
    values, given = log_integrand(u.ravel())
    shaped = Conditional(*(column.reshape(u.shape) for column in given))
    with np.errstate(invalid="ignore", over="ignore"):  # refused by the caller
        mass = np.exp(values.reshape(u.shape) - log_scale) * half * WEIGHTS
    return u, mass, shaped


def _rough(
    u: FloatArray, mass: FloatArray, given: Conditional, total: float, log_scale: float
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Which panels a polynomial does not follow well enough."""
    noise = 16.0 * np.finfo(np.float64).eps * (1.0 + abs(log_scale))
    allowed = max(TOLERANCE, noise) * total
    share = mass / total
    centre = float(np.average(given.mean, weights=share)) if share.sum() > 0.0 else 0.0
    scale = float(np.sqrt(np.average(given.sd**2, weights=share))) if share.sum() > 0 else 1.0
    away = (given.mean - centre) / scale
    rough = np.zeros(len(u), dtype=np.bool_)
    for factor in (1.0, np.tanh(away), np.tanh(given.sd / scale)):
        curve = mass / WEIGHTS * factor
        left = np.abs(curve @ LAST_DEGREES.T).sum(axis=1)
        rough |= left > allowed
    travel = np.ptp(given.mean, axis=1) / given.sd.min(axis=1)
    moves = (travel > FASTEST) & (share.sum(axis=1) > NEGLIGIBLE)
    return np.asarray(rough | moves)


def _assembled(kept: list[tuple[FloatArray, ...]], log_scale: float) -> Panels:
    bounds, u, mass, mean, sd = (np.concatenate(parts) for parts in zip(*kept, strict=True))
    order = np.argsort(bounds[:, 0])
    edges = np.append(bounds[order, 0], bounds[order[-1], 1])
    return Panels(edges, u[order], mass[order], mean[order], sd[order], log_scale)
