"""A root between two points where a function changes sign."""

from __future__ import annotations

from collections.abc import Callable

from ketameta.errors import ConvergenceError

MAX_STEPS = 200
# From the smallest to the largest floating-point number.
MAX_DOUBLINGS = 2100


def bracketed_root(function: Callable[[float], float], low: float, high: float) -> float:
    """Root of a continuous function with opposite signs at `low` and `high`.

    Chandrupatla's method: bisection, or inverse quadratic interpolation where it is safe. Stops
    when the bracket is as narrow as floating point allows (a few units in the last place).

    References
    ----------
    Chandrupatla TR. Adv Eng Softw 1997;28:145-149. doi:10.1016/S0965-9978(96)00051-8.
    """
    a, b, c = high, low, high
    fa, fb, fc = function(high), function(low), function(high)
    share = 0.5
    for _ in range(MAX_STEPS):
        point = a + share * (b - a)
        value = function(point)
        if (value > 0.0) == (fa > 0.0):
            c, fc = a, fa
        else:
            c, b, fc, fb = b, a, fb, fa
        a, fa = point, value
        best = a if abs(fa) < abs(fb) else b
        limit = 4e-16 * abs(best) + 1e-300
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
