"""Roots of many increasing or decreasing functions at once, each within its bracket."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ketameta.errors import ConvergenceError
from ketameta.measures.estimates import FloatArray

# Chandrupatla's rule halves at worst; 2^-1100 spans the whole range of double precision.
MAX_STEPS = 1200
RELATIVE = 4.0 * float(np.finfo(np.float64).eps)


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
    for _ in range(MAX_STEPS):
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
        share = np.where(done, 0.0, np.clip(_share(a, b, c, fa, fb, fc), least, 1.0 - least))
    raise ConvergenceError("root search: no convergence. Please report these data.")


def _share(
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
