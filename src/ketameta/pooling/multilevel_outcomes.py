"""The likelihood of correlated random effects of several outcomes, and its maximum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.intercept_batch import LOG_2PI
from ketameta.pooling.multilevel_groups import Groups, Indices
from ketameta.pooling.multilevel_structures import Structure

# Correlations from which the search starts.
START_CORRELATIONS = (0.0, 0.7, -0.4)
POLISHING_STEPS = 50
# Steps this short gain less than the likelihood's rounding: they are taken without asking.
UNASKED = 1e-4
CLOSE_ENOUGH = 1e-8
# Step of parameters, in units of the largest, for second derivatives from exact first ones.
DIFFERENCE = 1e-5
# Two maxima closer than this in log-likelihood are one.
SAME = 1e-6


@dataclass(frozen=True, slots=True)
class OutcomeStack:
    """Clusters of one size: outcome of each estimate (c, n), V (c, n, n), A (c, n, p + 1)."""

    outcome: Indices
    v: FloatArray
    a: FloatArray


@dataclass(frozen=True, slots=True)
class OutcomeProblem:
    """What is maximised.

    Attributes
    ----------
    stacks
        The data, basis of the design and effects side by side.
    m, p, k
        Numbers of outcomes, coefficients, estimates.
    structure
        Of the random effects.
    restricted
        REML or ML.
    """

    stacks: tuple[OutcomeStack, ...]
    m: int
    p: int
    k: int
    structure: Structure
    restricted: bool


def outcome_problem(
    a: FloatArray,
    blocks: tuple[FloatArray, ...],
    cluster: Groups,
    outcome: Groups,
    structure: Structure,
    *,
    restricted: bool,
) -> OutcomeProblem:
    """The problem from basis and effects (k, p + 1) and sampling covariances of clusters."""
    sizes: dict[int, list[int]] = {}
    members = cluster.members
    for j, rows in enumerate(members):
        sizes.setdefault(rows.size, []).append(j)
    stacks = []
    for which in sizes.values():
        rows = np.stack([members[j] for j in which])
        v = np.stack([blocks[j] for j in which])
        stacks.append(OutcomeStack(outcome.index[rows], v, a[rows]))
    m = len(outcome.labels)
    return OutcomeProblem(tuple(stacks), m, a.shape[1] - 1, a.shape[0], structure, restricted)


def marginal_blocks(v: FloatArray, outcome: Indices, g: FloatArray) -> FloatArray:
    """V + Z G Z' of clusters of one size."""
    return np.asarray(v + g[outcome[:, :, None], outcome[:, None, :]])


def value_and_slope(problem: OutcomeProblem, g: FloatArray) -> tuple[float, FloatArray]:
    """(Restricted) log-likelihood at G, and its derivative with respect to G, (m, m).

    With r the residuals and P the projected inverse covariance, the derivative with respect to
    the covariance of a cluster is (P r r' P - P) / 2, added up by outcome.
    """
    p, m = problem.p, problem.m
    gram, log_det, solved = np.zeros((p + 1, p + 1)), 0.0, []
    for stack in problem.stacks:
        root = np.linalg.cholesky(marginal_blocks(stack.v, stack.outcome, g))
        white = np.linalg.solve(root, stack.a)
        gram += np.einsum("cnp,cnq->pq", white, white)
        log_det += 2.0 * float(np.log(np.einsum("cnn->cn", root)).sum())
        solved.append((root, np.linalg.solve(np.swapaxes(root, 1, 2), white)))
    inverse = np.linalg.inv(gram[:p, :p])
    beta = inverse @ gram[:p, p]
    rss = float(gram[p, p] - gram[:p, p] @ beta)
    value = -0.5 * (problem.k * LOG_2PI + log_det + max(rss, 0.0))
    if problem.restricted:
        value += 0.5 * (p * LOG_2PI - float(np.linalg.slogdet(gram[:p, :p])[1]))
    slope = np.zeros((m, m))
    for stack, (root, z) in zip(problem.stacks, solved, strict=True):
        n = root.shape[-1]
        white = np.linalg.solve(root, np.broadcast_to(np.eye(n), root.shape))
        py = z[..., p] - z[..., :p] @ beta
        part = py[:, :, None] * py[:, None, :] - np.swapaxes(white, 1, 2) @ white
        if problem.restricted:
            x = z[..., :p]
            part = part + x @ inverse @ np.swapaxes(x, 1, 2)
        np.add.at(slope, (stack.outcome[:, :, None], stack.outcome[:, None, :]), 0.5 * part)
    return value, 0.5 * (slope + slope.T)


@dataclass(frozen=True, slots=True)
class OutcomeMaximum:
    """Highest point found: parameters, G, log-likelihood, number of distinct maxima."""

    values: FloatArray
    g: FloatArray
    log_likelihood: float
    maxima: int


def maximise_outcomes(problem: OutcomeProblem, sd: FloatArray) -> OutcomeMaximum:
    """Quasi-Newton steps from several starts, then Newton steps with exact first derivatives.

    Parameters
    ----------
    problem
        What is maximised.
    sd
        Standard deviation of true effects of each outcome to start from, above 0, (m,).
    """
    found: list[tuple[float, FloatArray]] = []
    unit = float(np.max(sd))
    for scale in (1.0, 0.2):
        for rho in START_CORRELATIONS:
            low = -0.9 / max(1, problem.m - 1)
            start = problem.structure.start(scale * sd, max(rho, low)) / unit
            found.append(climb(problem, start, unit))
    found.sort(key=lambda pair: -pair[0])
    distinct = 1 + sum(
        found[i][0] < found[i - 1][0] - SAME and _is_maximum(problem, found[i][1], unit)
        for i in range(1, len(found))
    )
    value, best = found[0]
    value, g = _settled(problem, best, unit, value)
    return OutcomeMaximum(best * unit, g, value, distinct)


def climb(problem: OutcomeProblem, start: FloatArray, unit: float) -> tuple[float, FloatArray]:
    """The log-likelihood and the parameters of a local maximum, in units."""
    from scipy.optimize import minimize

    solution = minimize(lambda x: _negative(problem, x, unit), start, jac=True, method="BFGS")
    return _polished(problem, np.asarray(solution.x), unit)


def _negative(problem: OutcomeProblem, x: FloatArray, unit: float) -> tuple[float, FloatArray]:
    """Minus the log-likelihood and its derivative, parameters in units."""
    values = x * unit
    g = problem.structure.matrix(values, problem.m)
    value, slope = value_and_slope(problem, g)
    return -value, -unit * problem.structure.pull_back(slope, values)


def _hessian(problem: OutcomeProblem, x: FloatArray, unit: float) -> FloatArray:
    step = DIFFERENCE * max(1.0, float(np.max(np.abs(x))))
    columns = [
        (_negative(problem, x + step * e, unit)[1] - _negative(problem, x - step * e, unit)[1])
        / (2.0 * step)
        for e in np.eye(x.size)
    ]
    matrix = np.stack(columns)
    return np.asarray(0.5 * (matrix + matrix.T))


def _polished(problem: OutcomeProblem, x: FloatArray, unit: float) -> tuple[float, FloatArray]:
    value, slope = _negative(problem, x, unit)
    for _ in range(POLISHING_STEPS):
        curve, vectors = np.linalg.eigh(_hessian(problem, x, unit))
        floor = 1e-7 * max(1e-7, float(np.max(np.abs(curve))))
        step = -vectors @ ((vectors.T @ slope) / np.maximum(np.abs(curve), floor))
        length = float(np.max(np.abs(step)))
        step *= min(1.0, 1.0 / max(length, 1e-300))
        for _ in range(30):
            new, new_slope = _negative(problem, x + step, unit)
            if length <= UNASKED or new < value:
                break
            step = 0.5 * step
        else:
            break
        x, value, slope = x + step, new, new_slope
        if length <= CLOSE_ENOUGH:
            break
    return -value, x


def _is_maximum(problem: OutcomeProblem, x: FloatArray, unit: float) -> bool:
    slope = _negative(problem, x, unit)[1]
    curve = np.linalg.eigvalsh(_hessian(problem, x, unit))
    return bool(np.max(np.abs(slope)) < 1e-4 and curve[0] > -1e-6)


def _settled(
    problem: OutcomeProblem, x: FloatArray, unit: float, value: float
) -> tuple[float, FloatArray]:
    """G with variances that are 0 up to rounding set to 0, where that costs no likelihood."""
    g = problem.structure.matrix(x * unit, problem.m)
    values, vectors = np.linalg.eigh(g)
    kept = np.where(values < 1e-7 * unit * unit, 0.0, values)
    clean = (vectors * kept) @ vectors.T
    clean[np.abs(clean) < 1e-12 * unit * unit] = 0.0
    clean = 0.5 * (clean + clean.T)
    at_edge = value_and_slope(problem, clean)[0]
    return (at_edge, clean) if at_edge >= value - 1e-9 else (value, g)
