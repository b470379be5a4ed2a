"""The Laplace approximation, which other programs use where two random effects meet."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ketameta.errors import ConvergenceError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.glmm.design import Design, Parameters
from ketameta.pooling.glmm.nodes import LAPLACE
from ketameta.pooling.glmm.quadrature import evaluate
from ketameta.pooling.glmm.search import Fit

MAX_STEPS = 60
DIFFERENCE = 1e-4
CLOSE = 1e-9


def laplace_fit(design: Design, exact: Fit) -> Fit:
    """The maximum of the Laplace approximation to the likelihood, near the exact one.

    Slopes and curvature are central differences. For designs without study parameters of their
    own (UM.RS, above all), where it reproduces what lme4 and metafor report.

    Raises
    ------
    ConvergenceError
        When Newton's method does not settle.

    References
    ----------
    Breslow NE, Clayton DG. J Am Stat Assoc 1993;88:9-25. doi:10.1080/01621459.1993.10594284.
    """
    best = exact.maximum
    free = np.ones(design.shared, dtype=np.bool_)
    free[design.p :] = best.at.sigma > 0.0
    at = best.at
    for _ in range(MAX_STEPS):
        gradient, curvature = _differences(design, at, free)
        values, vectors = np.linalg.eigh(curvature)
        step = vectors @ ((vectors.T @ gradient) / np.maximum(np.abs(values), 1e-8))
        whole = np.zeros(design.shared)
        whole[free] = np.clip(step, -0.5, 0.5)
        at = at.moved(whole, np.zeros(design.k))
        if np.abs(step).max() < CLOSE:
            sigma = np.abs(at.sigma)
            found = evaluate(design, replace(at, sigma=sigma), LAPLACE)
            settled = replace(
                best,
                at=replace(at, sigma=sigma),
                log_likelihood=float(found.value.sum()),
                information=curvature,
                modes=found.modes,
            )
            return Fit(settled, exact.local_maxima, LAPLACE, exact.quadrature_error)
    raise ConvergenceError(
        "mixed model: the Laplace approximation has no maximum near that of the likelihood. "
        "Use adaptive quadrature."
    )


def _differences(
    design: Design, at: Parameters, free: NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray]:
    """Slope and minus curvature in the free parameters."""
    index = np.flatnonzero(free)
    steps = np.zeros((index.size, design.shared))
    steps[np.arange(index.size), index] = DIFFERENCE

    def value(step: FloatArray) -> float:
        moved = at.moved(step, np.zeros(design.k))
        return float(evaluate(design, moved, LAPLACE).value.sum())

    middle = value(np.zeros(design.shared))
    ahead = np.array([value(step) for step in steps])
    behind = np.array([value(-step) for step in steps])
    gradient = (ahead - behind) / (2.0 * DIFFERENCE)
    curvature = np.diag((2.0 * middle - ahead - behind) / DIFFERENCE**2)
    for i in range(index.size):
        for j in range(i):
            cross = value(steps[i] + steps[j]) + value(-steps[i] - steps[j])
            cross -= value(steps[i] - steps[j]) + value(steps[j] - steps[i])
            curvature[i, j] = curvature[j, i] = -cross / (4.0 * DIFFERENCE**2)
    return gradient, curvature
