"""The highest maximum of a selection likelihood, from several starts, edges of the range included.

The search is over mu, log tau2 and the logarithms of the free weights. At the edge, where tau2 or a
weight falls to the smallest value, the parameter is set to the edge exactly and the others are
fitted again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from ketameta.errors import ConvergenceError
from ketameta.measures.estimates import FloatArray
from ketameta.sensitivity.bias.selection.box_newton import Box, BoxMaximum, Objective, box_maximum
from ketameta.sensitivity.bias.selection.likelihood import SelectionLikelihood
from ketameta.sensitivity.bias.selection.normalisers import Steps

# Times the smallest variance: below it tau2 is as good as 0. Times the variances: far beyond all.
SMALLEST_TAU2, LARGEST_TAU2 = 1e-9, 1e6
# Of logarithms.
LONGEST_STEP = 3.0
SMALLEST_WEIGHT = 1e-9
# Starts from which the search goes on: the best of each mean that is tried, and the best others.
OTHER_STARTS = 3
# Means to start from, in standard deviations from the common-effect mean. Far away because the
# likelihoods of smooth models can have their highest maximum there, absurd as it is.
MEANS = (0.0, -1.0, -6.0, 5.0)
# Step functions have not been seen to do so.
STEP_MEANS = (0.0, -1.0)
# Maxima whose log-likelihoods differ by less are one.
SAME = 1e-6
# In logarithms: this near a bound is at the bound.
AT_BOUND = 1e-6


@dataclass(frozen=True, slots=True)
class Problem:
    """A likelihood and which of its parameters are free.

    Attributes
    ----------
    likelihood
        In (mu, tau2, delta).
    delta
        Fixed values where `free` is False, values without selection elsewhere.
    free
        Which weights are estimated.
    lowest, highest
        Bounds of weights.
    equal_effects
        Whether tau2 is 0.
    tau2
        Its estimate without selection, from which to start.
    """

    likelihood: SelectionLikelihood
    delta: FloatArray
    free: np.ndarray
    lowest: float
    highest: float
    equal_effects: bool
    tau2: float


@dataclass(frozen=True, slots=True)
class Optimum:
    """The maximum found: parameters, log-likelihood, and which parameters are not at an edge.

    `inside` has one entry for tau2 and one for each weight. `count` is the number of distinct
    maxima met.
    """

    mu: float
    tau2: float
    delta: FloatArray
    value: float
    inside: np.ndarray
    count: int


def highest_maximum(problem: Problem, starts: Sequence[tuple[float, ...]]) -> Optimum:
    """The highest maximum, searched from the given starts of the free weights.

    Raises
    ------
    ConvergenceError
        If no search reaches a maximum.
    """
    plain = _from_starts(problem, starts)
    found = [_Candidate(problem, best) for best in plain]
    edges = [_at_edges(problem, one) for one in found]
    candidates = [*found, *(one for one in edges if one is not None)]
    if not candidates:
        raise ConvergenceError(
            "selection model: no maximum of the likelihood was reached. Use fewer steps, or fixed "
            "weights."
        )
    top = max(one.value for one in candidates)
    best = next(one for one in reversed(candidates) if one.value >= top - 1e-9 * (1.0 + abs(top)))
    values: list[float] = []
    for one in found:
        if all(abs(one.value - value) > SAME for value in values):
            values.append(one.value)
    return Optimum(best.mu, best.tau2, best.delta, best.value, best.inside, len(values))


class _Candidate:
    """Parameters on their own scale, from the searched ones."""

    def __init__(self, problem: Problem, best: BoxMaximum) -> None:
        self.mu, self.tau2, self.delta = _natural(problem, best.x)
        self.value = best.value
        box = _box(problem)
        near = (best.x < box.low + AT_BOUND) | (best.x > box.high - AT_BOUND)
        self.inside = np.concatenate([[not problem.equal_effects], problem.free])
        offset = 1
        if not problem.equal_effects:
            self.inside[0] = not near[1]
            offset = 2
        self.inside[1:][problem.free] = ~near[offset:]
        self.low_tau2 = not problem.equal_effects and bool(best.x[1] < box.low[1] + AT_BOUND)
        self.low_delta = np.zeros(problem.free.size, dtype=np.bool_)
        if problem.lowest == 0.0:
            self.low_delta[problem.free] = (best.x < box.low + AT_BOUND)[offset:]


def _at_edges(problem: Problem, one: _Candidate) -> _Candidate | None:
    """The same maximum with parameters that are as good as 0 set to 0; None if there are none."""
    if not one.low_tau2 and not one.low_delta.any():
        return None
    delta = np.where(one.low_delta, 0.0, one.delta)
    free = problem.free & ~one.low_delta
    reduced = Problem(
        problem.likelihood,
        delta,
        free,
        problem.lowest,
        problem.highest,
        problem.equal_effects or one.low_tau2,
        problem.tau2,
    )
    start = [one.mu]
    if not reduced.equal_effects:
        start.append(np.log(one.tau2))
    start += np.log(one.delta[free]).tolist()
    return _Candidate(reduced, box_maximum(_objective(reduced), np.array(start), _box(reduced)))


def _from_starts(problem: Problem, starts: Sequence[tuple[float, ...]]) -> list[BoxMaximum]:
    objective = _objective(problem)
    box = _box(problem)
    points = [np.clip(point, box.low, box.high) for point in _points(problem, starts)]
    with np.errstate(all="ignore"):
        values = np.array([problem.likelihood.value(*_natural(problem, one)) for one in points])
    values = np.nan_to_num(values, nan=-np.inf)
    by_mean = values.reshape(1 + len(_means(problem)), -1)
    width = by_mean.shape[1]
    chosen = [row * width + int(np.argmax(part)) for row, part in enumerate(by_mean)]
    others = [i for i in np.argsort(-values, kind="stable").tolist() if i not in chosen]
    found = [box_maximum(objective, points[i], box) for i in chosen + others[:OTHER_STARTS]]
    return [one for one in found if one.settled and np.isfinite(one.value)]


def _points(problem: Problem, starts: Sequence[tuple[float, ...]]) -> list[FloatArray]:
    y, v = problem.likelihood.y, problem.likelihood.v
    w = 1.0 / v
    common, spread = float(w @ y / w.sum()), float(np.var(y))
    means = (0.0, *(common + step * np.sqrt(spread) for step in _means(problem)))
    smallest = SMALLEST_TAU2 * float(v.min())
    variances: list[tuple[float, ...]] = [
        (float(np.log(max(value, smallest))),)
        for value in (problem.tau2, 0.05 * spread, 3.0 * spread)
    ]
    weights = [np.log(start) for start in starts] if problem.free.any() else [np.empty(0)]
    return [
        np.array([mean, *variance, *weight])
        for mean, variance, weight in product(
            means, [()] if problem.equal_effects else variances, weights
        )
    ]


def _means(problem: Problem) -> tuple[float, ...]:
    return STEP_MEANS if isinstance(problem.likelihood.normaliser, Steps) else MEANS


def _box(problem: Problem) -> Box:
    y, v = problem.likelihood.y, problem.likelihood.v
    low, high, longest = [-np.inf], [np.inf], [np.inf]
    if not problem.equal_effects:
        low.append(np.log(SMALLEST_TAU2 * v.min()))
        high.append(np.log(LARGEST_TAU2 * (v.max() + np.var(y))))
        longest.append(LONGEST_STEP)
    count = int(problem.free.sum())
    smallest = max(problem.lowest, SMALLEST_WEIGHT)
    return Box(
        np.array(low + [np.log(smallest)] * count),
        np.array(high + [np.log(problem.highest)] * count),
        np.array(longest + [LONGEST_STEP] * count),
    )


def _natural(problem: Problem, x: FloatArray) -> tuple[float, float, FloatArray]:
    offset = 1 if problem.equal_effects else 2
    tau2 = 0.0 if problem.equal_effects else float(np.exp(x[1]))
    delta = problem.delta.copy()
    delta[problem.free] = np.exp(x[offset:])
    return float(x[0]), tau2, delta


def _objective(problem: Problem) -> Objective:
    """Value, gradient and Hessian in the searched parameters."""
    used = np.concatenate([[True, not problem.equal_effects], problem.free])

    def at(x: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        mu, tau2, delta = _natural(problem, x)
        with np.errstate(all="ignore"):
            value, gradient, hessian = problem.likelihood.at(mu, tau2, delta)
        factor = np.concatenate([[1.0, tau2], delta])[used]
        gradient, hessian = gradient[used], hessian[np.ix_(used, used)]
        hessian = hessian * np.outer(factor, factor)
        scaled = gradient * factor
        logs = np.arange(1, factor.size)
        hessian[logs, logs] += scaled[1:]
        return value, scaled, hessian

    return at
