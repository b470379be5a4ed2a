"""Roots between two points where a function changes sign: of one function, or of many at once.

One method (Chandrupatla 1997), written twice: plain numbers take a tenth of the time of arrays of
one, and arrays take all members of a batch in one step.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ketameta.errors import ConvergenceError
from ketameta.measures.estimates import FloatArray

MAX_STEPS = 200
# The rule halves at worst; 2^-1100 spans the whole range of double precision.
MAX_STEPS_TOGETHER = 1200
RELATIVE = 4.0 * float(np.finfo(np.float64).eps)
# From the smallest to the largest floating-point number.
MAX_DOUBLINGS = 2100


def bracketed_root(
    function: Callable[[float], float], low: float, high: float, *, absolute: float = 0.0
) -> float:
    """Root of a continuous function with opposite signs at `low` and `high`.

    Chandrupatla's method: bisection, or inverse quadratic interpolation where it is safe. Stops
    when the bracket is as narrow as floating point allows (a few units in the last place).

    Parameters
    ----------
    absolute
        Width at which the bracket is narrow enough, besides rounding error.

    References
    ----------
    Chandrupatla TR. Adv Eng Softw 1997;28:145-149. doi:10.1016/S0965-9978(96)00051-8.
    """
    a, b, c = high, low, high
    fa, fb = function(high), function(low)
    fc, share = fa, 0.5
    for _ in range(MAX_STEPS):
        point = a + share * (b - a)
        value = function(point)
        if (value > 0.0) == (fa > 0.0):
            c, fc = a, fa
        else:
            c, b, fc, fb = b, a, fb, fa
        a, fa = point, value
        best = a if abs(fa) < abs(fb) else b
        limit = 4e-16 * abs(best) + 0.5 * absolute + 1e-300
        half = limit / abs(b - c) if b != c else 1.0
        if half > 0.5 or fa == 0.0:
            return a if fa == 0.0 else best
        share = min(1.0 - half, max(half, _next_share((a, b, c), (fa, fb, fc))))
    raise ConvergenceError("root: not found within its bracket. Please report these data.")


def _next_share(points: tuple[float, float, float], values: tuple[float, float, float]) -> float:
    """Where between a and b to look next: interpolated if the three points allow, else halfway."""
    (a, b, c), (fa, fb, fc) = points, values
    if b == c or fb == fc or fa == fc:
        return 0.5
    xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
    if not (1.0 - (1.0 - xi) ** 0.5 < phi < xi**0.5):
        return 0.5
    first = fa / (fb - fa) * fc / (fb - fc)
    second = (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
    return float(first + second)


def bracketed_roots(
    function: Callable[[FloatArray], FloatArray],
    low: FloatArray,
    high: FloatArray,
    *,
    absolute: FloatArray | float = 0.0,
) -> FloatArray:
    """Where `function`, applied element by element, is 0.

    Parameters
    ----------
    function
        From an array of the brackets' shape to one of the same shape.
    low, high
        Ends of the brackets; the function must not have the same sign at both.
    absolute
        Width at which a bracket is narrow enough, besides rounding error.

    Raises
    ------
    ConvergenceError
        When the signs at the ends agree, or a value is not a number.

    References
    ----------
    Chandrupatla TR. Advances in Engineering Software 1997;28:145-149.
    doi:10.1016/s0965-9978(96)00051-8.
    """
    a, b = np.array(high, dtype=np.float64), np.array(low, dtype=np.float64)
    fa, fb = function(a), function(b)
    if np.any(np.sign(fa) * np.sign(fb) > 0.0) or np.any(np.isnan(fa + fb)):
        raise ConvergenceError("root search: no change of sign. Please report these data.")
    c, fc = a.copy(), fa.copy()
    share = np.full(a.shape, 0.5)
    best = np.where(np.abs(fa) < np.abs(fb), a, b)
    for _ in range(MAX_STEPS_TOGETHER):
        x = a + share * (b - a)
        fx = function(x)
        same = np.sign(fx) == np.sign(fa)
        c, fc = np.where(same, a, b), np.where(same, fa, fb)
        b, fb = np.where(same, b, a), np.where(same, fb, fa)
        a, fa = x, fx
        best = np.where(np.abs(fa) < np.abs(fb), a, b)
        narrow = 0.5 * absolute + RELATIVE * np.abs(best)
        with np.errstate(divide="ignore", invalid="ignore"):
            least = np.where(b == a, 0.5, narrow / np.abs(b - a))
        done = (least >= 0.5) | (fa == 0.0) | (fb == 0.0)
        if done.all():
            return best
        share = np.where(done, 0.0, np.clip(_next_shares(a, b, c, fa, fb, fc), least, 1.0 - least))
    raise ConvergenceError("root search: no convergence. Please report these data.")


def _next_shares(
    a: FloatArray, b: FloatArray, c: FloatArray, fa: FloatArray, fb: FloatArray, fc: FloatArray
) -> FloatArray:
    """Where between a and b to look next: inverse quadratic interpolation where it is safe."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
        safe = (phi * phi < xi) & ((1.0 - phi) ** 2 < 1.0 - xi)
        first = fa / (fb - fa) * fc / (fb - fc)
        second = (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
        share = first + second
    return np.where(safe & np.isfinite(share), share, 0.5)


def root_above(function: Callable[[float], float], start: float, step: float) -> float:
    """First root of a function, found by doubling the step away from `start` until it changes sign.

    The step may be negative; the function must not be 0 at the start and must change sign once.
    """
    return bracketed_root(function, *doubling_bracket(function, start, step))


def doubling_bracket(
    function: Callable[[float], float], start: float, step: float
) -> tuple[float, float]:
    """Two points between which a function changes sign, the first nearer to `start`."""
    sign = function(start) > 0.0
    low = start
    for _ in range(MAX_DOUBLINGS):
        high = low + step
        if (function(high) > 0.0) != sign:
            return low, high
        low, step = high, 2.0 * step
    raise ConvergenceError("root: the function does not change sign. Please report these data.")
