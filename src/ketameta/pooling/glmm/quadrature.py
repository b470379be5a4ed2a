"""Marginal log-likelihood of each study, integrated over its random effects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.glmm.design import Design, Parameters, directions, predictor
from ketameta.pooling.glmm.random_modes import modes as likeliest
from ketameta.pooling.glmm.random_modes import reaches

LOG_2_PI = float(np.log(2.0 * np.pi))


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


def evaluate(
    design: Design, at: Parameters, points: int, modes: FloatArray | None = None
) -> Evaluation:
    """Marginal log-likelihoods at `at`, with `points` nodes for each random effect.

    The nodes lie around each study's likeliest random effects, at z = mode + root * sinh(t) with
    equal steps of t; the trapezoidal rule then gains digits in proportion to the number of nodes
    also where a study has no event and its likelihood is a step, for which Gauss-Hermite nodes
    need hundreds. One point is the Laplace approximation. Derivatives are posterior moments of
    the complete-data score (Louis's identity), taken with the same nodes.

    References
    ----------
    Liu Q, Pierce DA. Biometrika 1994;81:624-629. doi:10.1093/biomet/81.3.624 (placing the nodes).
    Trefethen LN, Weideman JAC. SIAM Review 2014;56:385-458. doi:10.1137/130932132.
    Louis TA. J R Stat Soc B 1982;44:226-233. doi:10.1111/j.2517-6161.1982.tb01203.x.
    """
    start = np.zeros((design.k, design.d)) if modes is None else modes
    centre, precision = likeliest(design, at, start)
    z, log_mass = _nodes(design, at, points, centre, precision)
    log_mass = log_mass - 0.5 * ((z * z).sum(axis=2) + design.d * LOG_2_PI)
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


def _nodes(
    design: Design, at: Parameters, points: int, centre: FloatArray, precision: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Nodes (k, n, d) and log weights (k, n) of an integral over all random effects."""
    d = design.d
    if d == 0:
        return np.zeros((design.k, 1, 0)), np.zeros((design.k, 1))
    root = np.linalg.cholesky(np.linalg.inv(precision))
    log_volume = np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)[:, None]
    if points == 1:
        return centre[:, None, :], log_volume + 0.5 * d * LOG_2_PI
    down, up = reaches(design, at, centre, root)
    step = (down + up) / (points - 1)
    t = step[:, None, :] * _grid(points, d) - down[:, None, :]
    z = centre[:, None, :] + np.einsum("kde,kne->knd", root, np.sinh(t))
    log_weight = np.log(np.cosh(t)).sum(axis=2) + np.log(step).sum(axis=1)[:, None]
    return z, log_weight + log_volume


@lru_cache(maxsize=32)
def _grid(points: int, d: int) -> FloatArray:
    """All combinations of 0, 1, ..., points - 1, shape (points^d, d)."""
    return np.array(list(product(range(points), repeat=d)), dtype=np.float64)
