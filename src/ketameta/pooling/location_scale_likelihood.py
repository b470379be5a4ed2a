"""The likelihood of a location-scale model and the safeguarded search for its maximum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.errors import ConvergenceError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.intercept_batch import LOG_2PI

MAX_STEPS = 200
# Longest step of log tau2 of any study; a factor of 20 in tau2.
LONGEST_STEP = 3.0
# Steps of log tau2 this short gain less than the likelihood's rounding: taken without asking.
UNASKED = 1e-4
# A step this short leaves an error of its square.
CLOSE_ENOUGH = 1e-9
# A step whose expected gain in log-likelihood is smaller than this is the last: flat likelihoods.
SMALLEST_GAIN = 1e-16
# A point with a larger derivative is no maximum: the climb has got stuck.
LARGEST_SLOPE = 1e-5
# Two maxima this close in log tau2 of every study are one.
SAME = 1e-3
# Log tau2 is kept within this distance of log variance: further out nothing changes.
FURTHEST = 60.0


@dataclass(frozen=True, slots=True)
class ScaleProblem:
    """Data of a location-scale model.

    Attributes
    ----------
    y, v
        Effects (less a constant if the design holds a mean) and variances, (k,).
    x
        Orthonormal basis of the location design, (k, p).
    z
        Basis of the scale design, (k, q); log tau2 = z @ delta.
    restricted
        Whether the likelihood is the restricted one.
    """

    y: FloatArray
    v: FloatArray
    x: FloatArray
    z: FloatArray
    restricted: bool


@dataclass(frozen=True, slots=True)
class ScalePoint:
    """Log-likelihood at delta (q,), with gradient (q,) and Hessian (q, q)."""

    delta: FloatArray
    log_likelihood: float
    gradient: FloatArray
    hessian: FloatArray


def log_tau2(problem: ScaleProblem, delta: FloatArray) -> FloatArray:
    """log tau2 of each study, kept within reach of its variance."""
    centre = np.log(problem.v)
    return np.asarray(np.clip(problem.z @ delta, centre - FURTHEST, centre + FURTHEST))


def evaluate(problem: ScaleProblem, delta: FloatArray) -> ScalePoint:
    """Log-likelihood with derivatives, profiled over the location coefficients.

    With M = diag(v + tau2_i) and P as usual, the derivatives with respect to the diagonal of M
    are (-P_ii + (Py)_i^2) / 2 and P_ij^2 / 2 - (Py)_i P_ij (Py)_j; P_ij^2 needs only products of
    rows of an orthonormal matrix, so nothing of size k x k is made.
    """
    z, k, p = problem.z, problem.y.size, problem.x.shape[1]
    t = np.exp(log_tau2(problem, delta))
    w = 1.0 / (problem.v + t)
    root = np.sqrt(w)
    u, triangle = np.linalg.qr(root[:, None] * problem.x)
    scaled = root * problem.y
    residual = scaled - u @ (u.T @ scaled)
    py = root * residual
    h = (u * u).sum(axis=1)
    value = -0.5 * (k * LOG_2PI - np.log(w).sum() + residual @ residual)
    if problem.restricted:
        value += 0.5 * p * LOG_2PI - np.log(np.abs(np.diag(triangle))).sum()
        slope = 0.5 * (py * py - w * (1.0 - h))
        curve = z.T @ ((t * w) ** 2 * (1.0 - 2.0 * h) * z.T).T
        pairs = (u[:, :, None] * u[:, None, :]).reshape(k, p * p)
        shared = ((t * w)[:, None] * z).T @ pairs
        curve = curve + shared @ shared.T
    else:
        slope = 0.5 * (py * py - w)
        curve = z.T @ ((t * w) ** 2 * z.T).T
    lever = (root * t * py)[:, None] * z
    along = u.T @ lever
    hessian = 0.5 * curve - lever.T @ lever + along.T @ along + z.T @ (t * slope * z.T).T
    return ScalePoint(delta, float(value), z.T @ (t * slope), 0.5 * (hessian + hessian.T))


def climb(problem: ScaleProblem, start: FloatArray) -> ScalePoint:
    """The local maximum reached from `start` by Newton steps that never lose likelihood."""
    point = evaluate(problem, start)
    for _ in range(MAX_STEPS):
        step = _ascent(point)
        reach = float(np.max(np.abs(problem.z @ step)))
        step = step * min(1.0, LONGEST_STEP / max(reach, 1e-300))
        if float(point.gradient @ step) <= SMALLEST_GAIN:
            return point
        for _ in range(40):
            new = evaluate(problem, point.delta + step)
            if reach <= UNASKED or new.log_likelihood > point.log_likelihood:
                break
            step = 0.5 * step
        else:
            return point
        point = new
        if reach <= CLOSE_ENOUGH:
            return point
    return point


def _ascent(point: ScalePoint) -> FloatArray:
    """Newton's step where the Hessian is negative definite; curvature turned round elsewhere."""
    values, vectors = np.linalg.eigh(point.hessian)
    size = np.maximum(np.abs(values), 1e-9 * max(1e-6, float(np.max(np.abs(values)))))
    return np.asarray(vectors @ ((vectors.T @ point.gradient) / size))


def all_maxima(problem: ScaleProblem, starts: list[FloatArray]) -> list[ScalePoint]:
    """Distinct local maxima reached from the starts, the highest first.

    Raises
    ------
    ConvergenceError
        If no start led to one.
    """
    found: list[ScalePoint] = []
    for start in starts:
        point = climb(problem, start)
        if float(np.max(np.abs(point.gradient))) > LARGEST_SLOPE:
            continue
        here = log_tau2(problem, point.delta)
        same = [
            i
            for i, other in enumerate(found)
            if float(np.max(np.abs(log_tau2(problem, other.delta) - here))) < SAME
            or abs(other.log_likelihood - point.log_likelihood) < 1e-7
        ]
        if not same:
            found.append(point)
        elif point.log_likelihood > found[same[0]].log_likelihood:
            found[same[0]] = point
    if not found:
        raise ConvergenceError(
            "location-scale: no start led to a maximum of the likelihood. Use fewer moderators, "
            "or please report these data."
        )
    return sorted(found, key=lambda point: -point.log_likelihood)
