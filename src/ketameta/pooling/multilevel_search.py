"""The global maximum of a three-level likelihood, and profile-likelihood limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ketameta.errors import ConvergenceError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.multilevel_likelihood import ThreeLevelPoint, evaluate, grid_values
from ketameta.pooling.multilevel_rows import ClusteredRows
from ketameta.pooling.roots import bracketed_root

MAX_STEPS = 200
# Longest step of log(sigma2 + unit).
LONGEST_STEP = 3.0
# Steps this short gain less than the likelihood's rounding: they are taken without asking.
UNASKED = 1e-4
# A step this short leaves an error of its square.
CLOSE_ENOUGH = 1e-8
# A step that promises less gain in log-likelihood is the last.
SMALLEST_GAIN = 1e-20
# Differences in log-likelihood below this are none: the search is on a plateau.
FLAT = 1e-10
# Two maxima closer than this on log(sigma2 + unit) are one.
SAME = 1e-4
# Grid points per factor of 4 in a component, up to the largest number of points.
MOST_POINTS = 24
# Width of the bracket of a profile limit, on log(sigma2 + unit).
NARROW = 1e-13
# Share of a log-likelihood by which no floating-point number can differ from it.
LEAST_SEEN = 5e-17

Fixed = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class ThreeLevelProblem:
    """What is maximised.

    Attributes
    ----------
    rows
        The data.
    restricted
        REML or ML.
    fixed
        Value of sigma2_between and sigma2_within where it is not estimated.
    unit
        Characteristic variance of each component: below it a component hardly matters, (2,).
    largest
        No component can be expected above this.
    """

    rows: ClusteredRows
    restricted: bool
    fixed: Fixed
    unit: FloatArray
    largest: float


@dataclass(frozen=True, slots=True)
class ThreeLevelMaximum:
    """The highest point found, and how many distinct local maxima there were."""

    point: ThreeLevelPoint
    maxima: int
    runner_up: ThreeLevelPoint | None


def problem_of(rows: ClusteredRows, restricted: bool, fixed: Fixed) -> ThreeLevelProblem:
    """The problem with its scales."""
    w = rows.e / rows.d
    smallest = rows.by_cluster(rows.c * rows.c / rows.d)
    unit = np.array([1.0 / np.max(smallest), 1.0 / np.max(w)])
    x, y = rows.a[:, :-1], rows.a[:, -1]
    residual = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return ThreeLevelProblem(rows, restricted, fixed, unit, 4.0 * float(np.max(residual**2)))


def maximise(problem: ThreeLevelProblem) -> ThreeLevelMaximum:
    """Climb from every local maximum of a grid that spans all scales of the data, 0 included."""
    axes = [_axis(problem, a) for a in (0, 1)]
    values = grid_values(problem.rows, axes[0], axes[1], restricted=problem.restricted)
    found: list[ThreeLevelPoint] = []
    for i, j in _peaks(values):
        point = _climb(problem, np.array([axes[0][i], axes[1][j]]))
        if not any(_same(problem, point, other) for other in found):
            found.append(point)
    found.sort(key=lambda point: -point.log_likelihood)
    return ThreeLevelMaximum(found[0], len(found), found[1] if len(found) > 1 else None)


def _axis(problem: ThreeLevelProblem, a: int) -> FloatArray:
    fixed = problem.fixed[a]
    if fixed is not None:
        return np.array([fixed])
    low, high = problem.unit[a] / 16.0, max(problem.largest, problem.unit[a])
    points = int(np.clip(np.ceil(np.log(high / low) / np.log(4.0)) + 1, 4, MOST_POINTS))
    return np.concatenate([[0.0], np.geomspace(low, high, points)])


def _peaks(values: FloatArray) -> list[tuple[int, int]]:
    """Grid points not below any of their eight neighbours, the highest first."""
    padded = np.pad(values, 1, constant_values=-np.inf)
    n, m = values.shape
    around = [
        padded[1 + i : 1 + i + n, 1 + j : 1 + j + m]
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
        if (i, j) != (0, 0)
    ]
    peaks = np.argwhere(np.all([values >= other for other in around], axis=0))
    order = np.argsort([-values[i, j] for i, j in peaks])
    return [(int(peaks[o][0]), int(peaks[o][1])) for o in order[:8]]


def _same(problem: ThreeLevelProblem, one: ThreeLevelPoint, other: ThreeLevelPoint) -> bool:
    scale = np.log(one.sigma2 + problem.unit) - np.log(other.sigma2 + problem.unit)
    close = abs(one.log_likelihood - other.log_likelihood) < 1e-9
    return bool(np.max(np.abs(scale)) < SAME) or close


def _climb(problem: ThreeLevelProblem, start: FloatArray) -> ThreeLevelPoint:
    """Newton on log(sigma2 + unit), never losing likelihood, components held at 0 or fixed."""
    point = evaluate(problem.rows, start, restricted=problem.restricted)
    gain = 0.0
    for _ in range(MAX_STEPS):
        step, free = _newton(problem, point)
        gain = float((point.gradient * (point.sigma2 + problem.unit)) @ step)
        if not free.any() or gain <= SMALLEST_GAIN:
            return _at_zero_if_flat(problem, point)
        length = float(np.max(np.abs(step)))
        moved = _line(problem, point, step, length <= UNASKED)
        if moved is None:
            return point
        point = moved
        if length <= CLOSE_ENOUGH:
            return point
    if gain <= FLAT:
        return _at_zero_if_flat(problem, point)
    raise ConvergenceError(
        f"variance components: no maximum within {MAX_STEPS} steps. Please report these data."
    )


def _at_zero_if_flat(problem: ThreeLevelProblem, point: ThreeLevelPoint) -> ThreeLevelPoint:
    """The point with components at 0 that are below their unit and that the likelihood ignores."""
    for a in (0, 1):
        if problem.fixed[a] is None and 0.0 < point.sigma2[a] < problem.unit[a]:
            target = np.where(np.arange(2) == a, 0.0, point.sigma2)
            new = evaluate(problem.rows, target, restricted=problem.restricted)
            if new.log_likelihood >= point.log_likelihood - FLAT:
                point = new
    return point


def _newton(problem: ThreeLevelProblem, point: ThreeLevelPoint) -> tuple[FloatArray, np.ndarray]:
    """Step of log(sigma2 + unit), and which components move."""
    size = point.sigma2 + problem.unit
    gradient = point.gradient * size
    hessian = point.hessian * size[:, None] * size[None, :] + np.diag(gradient)
    held = [f is not None for f in problem.fixed]
    free = ~np.array(held) & ~((point.sigma2 == 0.0) & (point.gradient <= 0.0))
    step = np.zeros(2)
    if not free.any():
        return step, free
    values, vectors = np.linalg.eigh(hessian[np.ix_(free, free)])
    curve = np.maximum(np.abs(values), 1e-8 * max(1e-8, float(np.max(np.abs(values)))))
    step[free] = vectors @ ((vectors.T @ gradient[free]) / curve)
    longest = float(np.max(np.abs(step)))
    return step * min(1.0, LONGEST_STEP / max(longest, 1e-300)), free


def _line(
    problem: ThreeLevelProblem, point: ThreeLevelPoint, step: FloatArray, unasked: bool
) -> ThreeLevelPoint | None:
    """The first of halved steps that gains likelihood; None if none does or could be seen to."""
    size = point.sigma2 + problem.unit
    gain = float((point.gradient * size) @ step)
    for _ in range(40):
        target = np.maximum(point.sigma2 + size * np.expm1(step), 0.0)
        # A component that ends a rounding error above 0 is at 0.
        target[target < 1e-14 * problem.unit] = 0.0
        new = evaluate(problem.rows, target, restricted=problem.restricted)
        if unasked or new.log_likelihood > point.log_likelihood:
            return new
        step, gain = 0.5 * step, 0.5 * gain
        if gain < LEAST_SEEN * abs(point.log_likelihood):
            break
    return None


def profile_limits(
    problem: ThreeLevelProblem, sigma2: FloatArray, target: float, component: int
) -> tuple[float, float]:
    """Values of a component at which the profile log-likelihood falls to `target`.

    The lower limit is 0 where the profile never falls that far, the upper one infinity where it
    is still above it at 1e12 times the scale of the data.

    Parameters
    ----------
    problem, sigma2
        The model and its maximum.
    target
        Below the maximum of the log-likelihood.
    component
        0 for between, 1 for within clusters.
    """
    at, unit = float(sigma2[component]), float(problem.unit[component])

    def excess(value: float) -> float:
        return profile(problem, component, value) - target

    low = 0.0
    if at > 0.0 and excess(0.0) < 0.0:
        low = _crossing(excess, 0.0, at, unit)
    # The unit may be too small to change a component that dwarfs it.
    step = max(unit, at / 16.0)
    while at + step < 1e12 * (problem.largest + unit):
        if excess(at + step) < 0.0:
            return low, _crossing(excess, at + step, at, unit)
        step *= 4.0
    return low, float("inf")


def profile(problem: ThreeLevelProblem, component: int, value: float) -> float:
    """Log-likelihood maximised over the other component, this one held at `value`."""
    fixed = list(problem.fixed)
    fixed[component] = value
    held = ThreeLevelProblem(
        problem.rows, problem.restricted, (fixed[0], fixed[1]), problem.unit, problem.largest
    )
    return maximise(held).point.log_likelihood


def _crossing(
    excess: Callable[[float], float], outside: float, inside: float, unit: float
) -> float:
    """Root of `excess` between a point where it is negative and one where it is not."""
    ends = float(np.log(outside + unit)), float(np.log(inside + unit))
    root = bracketed_root(lambda s: excess(float(np.exp(s) - unit)), *ends, absolute=NARROW)
    return max(0.0, float(np.exp(root) - unit))
