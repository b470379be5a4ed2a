"""Where the integrals over random effects are evaluated: two rules, and their order of use."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import numpy as np

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.glmm.design import Design, Parameters
from ketameta.pooling.glmm.random_modes import reaches

LOG_2_PI = float(np.log(2.0 * np.pi))


class Rule(NamedTuple):
    """A quadrature rule.

    Attributes
    ----------
    points
        Nodes for each random effect.
    stretched
        False for Gauss-Hermite nodes around the mode: a few are exact where a study's likelihood
        is nearly normal; a single one is the Laplace approximation. True for the trapezoidal
        rule after z = mode + root * sinh(t): it gains digits in proportion to its nodes also
        where an arm without events makes the likelihood a step.
    """

    points: int
    stretched: bool = False

    @property
    def name(self) -> str:
        """In words for readers."""
        if self.points == 1 and not self.stretched:
            return "Laplace approximation"
        kind = "trapezoidal rule after a sinh substitution"
        return f"adaptive {kind if self.stretched else 'Gauss-Hermite quadrature'}"


LAPLACE = Rule(1)
# By the number of random effects. While searching, roughly but at any tau; then one after the
# other until two agree.
SEARCHING: Mapping[int, Rule] = {0: LAPLACE, 1: Rule(21, True), 2: Rule(13, True)}
IN_TURN: Mapping[int, tuple[Rule, ...]] = {
    0: (LAPLACE,),
    1: (Rule(21), Rule(41), Rule(121, True), Rule(241, True), Rule(481, True)),
    2: (Rule(13), Rule(25), Rule(41, True), Rule(61, True), Rule(91, True)),
}


def nodes(
    design: Design, at: Parameters, rule: Rule, centre: FloatArray, precision: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Nodes (k, n, d) and log weights (k, n) of an integral over all random effects.

    Parameters
    ----------
    centre, precision
        Modes (k, d) and minus the curvature there (k, d, d).
    """
    if design.d == 0:
        return np.zeros((design.k, 1, 0)), np.zeros((design.k, 1))
    root = np.linalg.cholesky(np.linalg.inv(precision))
    log_volume = np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)[:, None]
    if rule.stretched:
        down, up = reaches(design, at, centre, root)
        step = (down + up) / (rule.points - 1)
        t = step[:, None, :] * _combinations(rule.points, design.d) - down[:, None, :]
        log_weight = np.log(np.cosh(t)).sum(axis=2) + np.log(step).sum(axis=1)[:, None]
        x = np.sinh(t)
    else:
        grid, log_weight = _hermite(rule.points, design.d)
        x = np.broadcast_to(grid, (design.k, *grid.shape))
    return centre[:, None, :] + np.einsum("kde,kne->knd", root, x), log_weight + log_volume


@lru_cache(maxsize=32)
def _combinations(points: int, d: int) -> FloatArray:
    """All combinations of 0, 1, ..., points - 1, shape (points^d, d)."""
    return np.array(list(product(range(points), repeat=d)), dtype=np.float64)


@lru_cache(maxsize=32)
def _hermite(points: int, d: int) -> tuple[FloatArray, FloatArray]:
    """Nodes (n, d) and log weights (n,) for integrals of functions like exp(-x^2 / 2)."""
    x, weight = np.polynomial.hermite_e.hermegauss(points)
    log_weight = np.log(weight) + 0.5 * x**2
    index = _combinations(points, d).astype(np.int64)
    return x[index], log_weight[index].sum(axis=1)
