"""Marginal log-likelihood of each study by adaptive Gauss-Hermite quadrature."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np

from ketameta.errors import ConvergenceError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.glmm.design import Design, Parameters, directions, predictor

MAX_STEPS = 200
MODE_TOLERANCE = 1e-6
ROUNDING = 1e-9
SHORTEST_STEP = 2.0**-30


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One value per study, with derivatives in the shared and then the own parameter.

    Attributes
    ----------
    value
        Marginal log-likelihood, shape (k,).
    gradient, hessian
        Shapes (k, size) and (k, size, size).
    modes
        The likeliest random effects, shape (k, d): where a next evaluation starts.
    """

    value: FloatArray
    gradient: FloatArray
    hessian: FloatArray
    modes: FloatArray


@lru_cache(maxsize=32)
def _rule(points: int, d: int) -> tuple[FloatArray, FloatArray]:
    """Nodes (n, d) and log weights (n,) of the product rule for the standard normal."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(points)
    grid = np.array(list(product(nodes, repeat=d))).reshape(-1, d)
    log_weight = np.log(weights) + 0.5 * nodes**2
    sums = np.array([sum(c) for c in product(log_weight, repeat=d)])
    keep = sums - 0.5 * (grid**2).sum(axis=1) > -60.0
    return grid[keep], sums[keep]


def evaluate(
    design: Design, at: Parameters, points: int, modes: FloatArray | None = None
) -> Evaluation:
    """Marginal log-likelihoods at `at`, with `points` nodes for each random effect.

    Derivatives are posterior moments of the complete-data score (Louis's identity), taken with
    the same nodes.

    References
    ----------
    Liu Q, Pierce DA. Biometrika 1994;81:624-629. doi:10.1093/biomet/81.3.624.
    Louis TA. J R Stat Soc B 1982;44:226-233. doi:10.1111/j.2517-6161.1982.tb01203.x.
    """
    start = np.zeros((design.k, design.d)) if modes is None else modes
    centre, precision = _modes(design, at, start)
    x, log_weight = _rule(points, design.d) if design.d else (np.zeros((1, 0)), np.zeros(1))
    root = np.linalg.cholesky(np.linalg.inv(precision)) if design.d else precision
    z = centre[:, None, :] + np.einsum("kde,ne->knd", root, x)
    # The standard normal density at z over that of the rule at x, whose constants cancel.
    log_mass = log_weight - 0.5 * (z * z).sum(axis=2)
    if design.d:
        log_mass = log_mass + np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)[:, None]
        log_mass = log_mass - 0.5 * design.d * np.log(2.0 * np.pi)
    score = np.zeros((*z.shape[:2], design.size))
    curves = []
    for arm, cells in enumerate(design.cells):
        found = cells(predictor(design, at, arm, z))
        along = directions(design, arm, z)
        log_mass = log_mass + found.value
        score += found.first[..., None] * along
        curves.append((found.second, along))
    highest = log_mass.max(axis=1, keepdims=True)
    mass = np.exp(log_mass - highest)
    total = mass.sum(axis=1, keepdims=True)
    share = mass / total
    gradient = np.einsum("kn,knp->kp", share, score)
    away = score - gradient[:, None, :]
    hessian = np.matmul((share[..., None] * away).transpose(0, 2, 1), away)
    for second, along in curves:
        hessian += np.matmul(((share * second)[..., None] * along).transpose(0, 2, 1), along)
    return Evaluation((highest + np.log(total))[:, 0], gradient, hessian, centre)


def _modes(design: Design, at: Parameters, start: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The likeliest random effects of each study and the curvature there (k, d, d).

    The log density is concave with curvature at least 1, so that damped Newton steps climb to
    its only maximum.
    """
    z = start
    value, slope, precision = _density(design, at, z)
    if design.d == 0:
        return z, precision
    for _ in range(MAX_STEPS):
        step = np.linalg.solve(precision, slope[..., None])[..., 0]
        if np.all(np.abs(step) <= MODE_TOLERANCE * (1.0 + np.abs(z))):
            # One step more, as the last was short, reaches rounding error.
            z = z + step
            return z, _density(design, at, z)[2]
        share = np.ones(design.k)
        while True:
            trial = z + share[:, None] * step
            new_value, new_slope, new_precision = _density(design, at, trial)
            worse = ~(new_value >= value - ROUNDING * (1.0 + np.abs(value)))
            if not worse.any() or share[worse].max() < SHORTEST_STEP:
                break
            share = np.where(worse, 0.5 * share, share)
        z, value, slope, precision = trial, new_value, new_slope, new_precision
    raise ConvergenceError(
        "mixed model: the likeliest random effects were not found. Please report these data."
    )


def _density(
    design: Design, at: Parameters, z: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Log density of the random effects up to a constant, its slope, and minus its curvature."""
    value = -0.5 * (z * z).sum(axis=1)
    slope = -z
    precision = np.tile(np.eye(design.d), (design.k, 1, 1))
    for arm, cells in enumerate(design.cells):
        found = cells(predictor(design, at, arm, z[:, None, :]))
        loading = design.random[arm] * at.sigma
        value = value + found.value[:, 0]
        slope = slope + found.first * loading
        precision = precision - found.second[:, :, None] * np.outer(loading, loading)
    return value, slope, precision
