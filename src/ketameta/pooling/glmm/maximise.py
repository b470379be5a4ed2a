"""Newton's method for the marginal likelihood, with the studies' own parameters profiled out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketameta.errors import ConvergenceError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.glmm.design import Design, Parameters
from ketameta.pooling.glmm.nodes import Rule
from ketameta.pooling.glmm.quadrature import Evaluation, evaluate

MAX_STEPS = 200
# Gain in log-likelihood that one more step promises, relative to its size.
SMALLEST_GAIN = 1e-13
SHORTEST_STEP = 2.0**-16
LONGEST_STEP = 3.0
# Beyond this standard deviation of log odds or log rates a climb leads nowhere.
FARTHEST = 50.0


@dataclass(frozen=True, slots=True)
class Maximum:
    """A maximum of the log-likelihood over the free parameters.

    Attributes
    ----------
    information
        Minus the curvature of the profile log-likelihood in the free shared parameters.
    modes
        Likeliest random effects, a start for further evaluations.
    gain
        What a further step still promised; above rounding error only where slopes and values
        disagree because there are too few quadrature nodes.
    """

    at: Parameters
    log_likelihood: float
    information: FloatArray
    modes: FloatArray
    gain: float


def maximise(
    design: Design,
    start: Parameters,
    rule: Rule,
    *,
    free: NDArray[np.bool_],
    modes: FloatArray | None = None,
    enough: float = SMALLEST_GAIN,
) -> Maximum:
    """The maximum that a climb from `start` reaches; judge by its `gain` whether it is one.

    Parameters
    ----------
    rule
        How random effects are integrated out.
    free
        Which of the shared parameters (beta, then sigma) may move, shape (p + d,). Own parameters
        always may. With all sigma fixed the log-likelihood is concave and the maximum global.

    enough
        The climb ends when a step promises less than this, relative to the log-likelihood.

    Raises
    ------
    ConvergenceError
        When no maximum is reached in many steps.
    """
    at = start
    found = evaluate(design, at, rule, modes)
    for _ in range(MAX_STEPS):
        value = float(found.value.sum())
        shared, own, gain, information = _step(design, found, free)
        astray = bool(np.any(np.abs(at.sigma) > FARTHEST))
        if astray:
            return Maximum(at, value, information, found.modes, gain)
        if gain <= enough * (1.0 + abs(value)):
            # The value no longer shows it, but one step more squares the remaining error.
            last = at.moved(shared, own)
            final = evaluate(design, last, rule, found.modes)
            *_, left, information = _step(design, final, free)
            return Maximum(last, float(final.value.sum()), information, final.modes, left)
        length = 1.0
        while True:
            trial = at.moved(length * shared, length * own)
            with np.errstate(over="ignore", invalid="ignore"):
                new = evaluate(design, trial, rule, found.modes)
            if float(new.value.sum()) > value + 1e-4 * length * gain:
                break
            length *= 0.5
            if length < SHORTEST_STEP:
                return Maximum(at, value, information, found.modes, gain)
        at, found = trial, new
    raise ConvergenceError(
        f"mixed model: no maximum within {MAX_STEPS} steps. The data may not contain the "
        "information that the model asks for; try another model or the Mantel-Haenszel method."
    )


def _step(
    design: Design, found: Evaluation, free: NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray, float, FloatArray]:
    """A step uphill for shared and own parameters, the gain it promises, and the information."""
    m = design.shared
    gradient = found.gradient[:, :m].sum(axis=0)
    curvature = -found.hessian[:, :m, :m].sum(axis=0)
    if design.own is not None:
        own_gradient = found.gradient[:, m]
        own_curvature = np.maximum(-found.hessian[:, m, m], 1e-12)
        across = -found.hessian[:, :m, m]
        gradient = gradient - (across / own_curvature[:, None] * own_gradient[:, None]).sum(axis=0)
        curvature = curvature - np.einsum("ka,kb->ab", across / own_curvature[:, None], across)
    curvature = curvature[np.ix_(free, free)]
    direction, gain = _uphill(curvature, gradient[free])
    shared = np.zeros(m)
    shared[free] = direction
    if design.own is None:
        return shared, np.zeros(design.k), gain, curvature
    own = (own_gradient - across @ shared) / own_curvature
    gain += 0.5 * float(np.sum(own_gradient**2 / own_curvature))
    return shared, np.clip(own, -LONGEST_STEP, LONGEST_STEP), gain, curvature


def _uphill(curvature: FloatArray, gradient: FloatArray) -> tuple[FloatArray, float]:
    """Newton's step; where the surface curves the wrong way, the same length uphill instead."""
    if gradient.size == 0:
        return gradient, 0.0
    values, vectors = np.linalg.eigh(curvature)
    size = np.maximum(np.abs(values), 1e-10 * np.abs(values).max() + 1e-300)
    along = vectors.T @ gradient
    step = vectors @ (along / size)
    longest = float(np.abs(step).max())
    if longest > LONGEST_STEP:
        step = step * (LONGEST_STEP / longest)
    return step, 0.5 * float(np.sum(along**2 / size))
