"""The search of `likelihood_search`, one member after another, for compilation by numba.

The steps, bounds and sums are those of `likelihood_search` and `InterceptBatch`, where they are
explained; only the order of the work differs. Imported by `likelihood_search` where numba is
installed. Without numba these are plain Python functions: the same numbers, slowly.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

try:
    from numba import njit
except ImportError:
    njit = None

COMPILED = njit is not None
Array = NDArray[np.float64]
Function = TypeVar("Function", bound=Callable[..., Any])
# Sums may be taken in any order, as NumPy does.
FAST = {"reassoc", "contract", "nsz"}


def _compiled(function: Function) -> Function:
    if njit is None:
        return function
    jitted: Function
    try:
        jitted = njit(cache=True, error_model="numpy", fastmath=FAST)(function)
    except RuntimeError:  # nowhere to keep what is compiled
        jitted = njit(error_model="numpy", fastmath=FAST)(function)
    return jitted


@_compiled
def _at(
    v0: float, y: Array, v: Array, w: Array, tau2: float, restricted: bool
) -> tuple[float, float, float]:
    """g / h, A and B."""
    k, w0 = y.size, 1.0 / (v0 + tau2)
    rest = rest2 = rest3 = shifted = 0.0
    for j in range(k):
        x = 1.0 / (v[j] + tau2)
        w[j] = x
        rest += x
        rest2 += x * x
        rest3 += x * x * x
        shifted += x * y[j]
    total = w0 + rest
    mean = shifted / total
    z0 = -w0 * mean
    g, along, third = z0 * z0, 0.0, 0.0
    for j in range(k):
        z = w[j] * (y[j] - mean)
        g += z * z
        d = z - z0
        along += w[j] * d
        third += w[j] * d * d
    third -= along * along / total
    h, h2 = total, w0 * w0 + rest2
    if restricted:
        first = w0 * rest / total
        h = first + rest - rest2 / total
        pairs = (2.0 * w0 * w0 * rest2 + rest2 * rest2) / (total * total)
        h2 = first * first + rest2 - 2.0 * rest3 / total + pairs
    u = v0 + tau2
    a = min(max(u * h2 / h, 1e-300), 1.0)
    b = min(max(u * third / g, 1e-300), 1.0) if g > 0.0 else 1.0
    return g / h, a, b


@_compiled
def _log_likelihood(v0: float, y: Array, v: Array, tau2: float, restricted: bool) -> float:
    """Up to a constant."""
    w0 = 1.0 / (v0 + tau2)
    total, shifted, log_det = w0, 0.0, math.log(v0 + tau2)
    for j in range(y.size):
        x = 1.0 / (v[j] + tau2)
        total += x
        shifted += x * y[j]
        log_det += math.log(v[j] + tau2)
    mean = shifted / total
    q = w0 * mean * mean
    for j in range(y.size):
        r = y[j] - mean
        q += r * r / (v[j] + tau2)
    value: float = -0.5 * (log_det + q + (math.log(total) if restricted else 0.0))
    return value


@_compiled
def _to_root(ratio: float, a: float, b: float) -> float:
    linear = 2.0 * b - ratio * a
    inner = linear * linear + 4.0 * b * b * (ratio - 1.0)
    if linear > 0.0 and inner >= 0.0:
        return 2.0 * (ratio - 1.0) / (linear + math.sqrt(inner))
    return math.inf


@_compiled
def _safe_rise(ratio: float, a: float, b: float, constants: Array) -> float:
    root, slope, bend = math.sqrt(ratio), a - 2.0 * b, constants[3]
    curved = (slope + math.sqrt(slope * slope + 4.0 * bend * (1.0 - 1.0 / ratio))) / bend
    step = max(0.5 * curved, (root - 1.0) / b)
    for _ in range(int(constants[5])):
        bound = (1.0 + (1.0 - a) * step) / (1.0 + step)
        step = max(step, (root / math.sqrt(bound) - 1.0) / b)
    safe: float = max(step, constants[0])
    return safe


@_compiled
def _safe_fall(ratio: float, a: float, b: float, constants: Array) -> float:
    ratio, fall, bend = min(ratio, 1.0), 2.0 * b - a, constants[4]
    if ratio <= 0.0:
        return math.inf
    curved = (fall + math.sqrt(fall * fall + 4.0 * bend * (1.0 - ratio))) / bend
    step = max(0.5 * curved, (1.0 / ratio - 1.0) / a)
    for _ in range(int(constants[5])):
        bound = ratio * (1.0 - b + b / ((1.0 + step) * (1.0 + step)))
        if bound <= 0.0:
            return math.inf
        step = max(step, (1.0 / bound - 1.0) / a)
    safe: float = max(step, constants[0])
    return safe


@_compiled
def _search_end(v0: float, y: Array, v_max: float, count: float) -> float:
    k = y.size + 1.0
    mean, ss = 0.0, 0.0
    for j in range(y.size):
        mean += y[j] / k
    for j in range(y.size):
        r = y[j] - mean
        ss += r * r
    ss += mean * mean
    root = (ss + math.sqrt(ss * ss + 4.0 * count * ss * (v_max - v0))) / (2.0 * count)
    end: float = max(root * (1.0 + 1e-12) - v0, 0.0)
    return end


@_compiled
def _bisected(
    v0: float, y: Array, v: Array, w: Array, bracket: tuple[float, float], restricted: bool
) -> float:
    left, right = bracket
    for _ in range(60):
        middle = 0.5 * (left + right)
        if _at(v0, y, v, w, middle, restricted)[0] > 1.0:
            left = middle
        else:
            right = middle
    return 0.5 * (left + right)


@_compiled
def _member(
    v0: float, y: Array, v: Array, w: Array, restricted: bool, constants: Array
) -> tuple[float, float, int]:
    """Best and second maximum, and their number; -1 where the search did not end."""
    near, close_enough = constants[1], constants[2]
    v_max = v0
    for j in range(v.size):
        v_max = max(v_max, v[j])
    end = _search_end(v0, y, v_max, y.size + (0.0 if restricted else 1.0))
    stop = min(end, max(v_max - 2.0 * v0, 0.0))
    tau2, left, seeking = 0.0, 0.0, False
    best, second, count = 0.0, math.nan, 0
    for step in range(int(constants[6])):
        ratio, a, b = _at(v0, y, v, w, tau2, restricted)
        if step == 0 and ratio <= 1.0:
            count = 1
        u, fall, positive = v0 + tau2, 2.0 * b - a, ratio > 1.0
        shortcut = _to_root(ratio, a, b)
        target, size = tau2 + u * shortcut, abs(shortcut)
        close = (positive or seeking) and size < near * fall and target > 0.0
        arrived = close and size <= close_enough * min(1.0, fall)
        mode = -1.0
        if arrived:
            mode = target
        elif seeking and not positive and not close:
            mode = _bisected(v0, y, v, w, (left, tau2), restricted)
        if mode >= 0.0:
            count += 1
            if count == 1:
                best = mode
            else:
                new = _log_likelihood(v0, y, v, mode, restricted)
                loser = mode
                if new > _log_likelihood(v0, y, v, best, restricted):
                    best, loser = mode, best
                if math.isnan(second) or _log_likelihood(
                    v0, y, v, loser, restricted
                ) > _log_likelihood(v0, y, v, second, restricted):
                    second = loser
        if arrived or not (positive or close):
            tau2, seeking = tau2 + u * _safe_fall(ratio, a, b, constants), False
            if not tau2 < stop:
                return best, second, count
            continue
        if positive:
            left, seeking = tau2, True
        ahead = target if close else tau2 + u * _safe_rise(ratio, a, b, constants)
        tau2 = ahead if close else min(ahead, end)
    return best, second, -1


@_compiled
def search(
    v0: Array, y: Array, v: Array, restricted: bool, constants: Array
) -> tuple[Array, Array, NDArray[np.int64]]:
    """Best and second maximum and their number, each (n,); y and v of shape (k - 1, n)."""
    rows, n = y.shape
    best, second, count = np.zeros(n), np.full(n, np.nan), np.zeros(n, dtype=np.int64)
    effects, variances, w = np.empty(rows), np.empty(rows), np.empty(rows)
    for i in range(n):
        k = 0
        for j in range(rows):
            if v[j, i] < math.inf:
                effects[k], variances[k] = y[j, i], v[j, i]
                k += 1
        best[i], second[i], count[i] = _member(
            v0[i], effects[:k], variances[:k], w[:k], restricted, constants
        )
    return best, second, count
