"""How likely a study is to be seen, given its p value: the smooth weight functions.

Each gives log w and its first and second derivatives with respect to the parameters delta, at p
values of any shape; `scale` multiplies delta study by study (a measure of imprecision), 1 without.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, log_ndtr, ndtr

from ketameta.measures.estimates import FloatArray


@dataclass(frozen=True, slots=True)
class PValues:
    """p, log p and log(1 - p), of one shape."""

    p: FloatArray
    log_p: FloatArray
    log_q: FloatArray


def p_values(z: FloatArray, *, two_sided: bool, smallest: float) -> PValues:
    """p values of z (large z: small p), kept between `smallest` and 1 - smallest."""
    if two_sided:
        p = 2.0 * ndtr(-np.abs(z))
        log_p = np.log(2.0) + log_ndtr(-np.abs(z))
        with np.errstate(divide="ignore"):
            log_q = np.log1p(-p)
    else:
        p, log_p, log_q = ndtr(-z), log_ndtr(-z), log_ndtr(z)
    if smallest > 0.0:
        low, high = np.log(smallest), np.log1p(-smallest)
        p = np.clip(p, smallest, 1.0 - smallest)
        log_p, log_q = np.clip(log_p, low, high), np.clip(log_q, low, high)
    return PValues(p, log_p, log_q)


@dataclass(frozen=True, slots=True)
class LogWeight:
    """log w, and its derivatives: `first` (m, ...) and `second` (m, m, ...)."""

    value: FloatArray
    first: FloatArray
    second: FloatArray


def _one(value: FloatArray, first: FloatArray, second: FloatArray | None = None) -> LogWeight:
    zero = np.zeros_like(value) if second is None else second
    return LogWeight(value, first[None], zero[None, None])


def half_normal(at: PValues, delta: FloatArray, scale: FloatArray) -> LogWeight:
    """w = exp(-delta p^2)."""
    slope = -scale * at.p**2
    return _one(delta[0] * slope, slope)


def negative_exponential(at: PValues, delta: FloatArray, scale: FloatArray) -> LogWeight:
    """w = exp(-delta p)."""
    slope = -scale * at.p
    return _one(delta[0] * slope, slope)


def logistic(at: PValues, delta: FloatArray, scale: FloatArray) -> LogWeight:
    """w = 2 exp(-delta p) / (1 + exp(-delta p))."""
    x = scale * at.p
    share = expit(delta[0] * x)
    value = np.log(2.0) - np.logaddexp(0.0, delta[0] * x)
    return _one(value, -x * share, -x * x * share * (1.0 - share))


def power(at: PValues, delta: FloatArray, scale: FloatArray) -> LogWeight:
    """w = (1 - p)^delta."""
    slope = scale * at.log_q
    return _one(delta[0] * slope, slope)


def beta(at: PValues, delta: FloatArray, scale: FloatArray) -> LogWeight:
    """w = p^(delta1 - 1) (1 - p)^(delta2 - 1); `scale` plays no part."""
    log_p, log_q = at.log_p + 0.0 * scale, at.log_q + 0.0 * scale
    value = (delta[0] - 1.0) * log_p + (delta[1] - 1.0) * log_q
    return LogWeight(value, np.stack([log_p, log_q]), np.zeros((2, 2, *value.shape)))


WeightFunction = Callable[[PValues, FloatArray, FloatArray], LogWeight]


@dataclass(frozen=True, slots=True)
class SmoothWeights:
    """A smooth weight function.

    Attributes
    ----------
    function
        log w and derivatives.
    size
        Number of parameters.
    lowest
        Smallest value of a parameter.
    none
        Value of the parameters without selection.
    smallest_p
        p values are kept between it and 1 minus it, where w would be infinite or 0.
    starts
        Values from which to search.
    """

    function: WeightFunction
    size: int
    lowest: float
    none: float
    smallest_p: float
    starts: tuple[tuple[float, ...], ...]


_ONE = ((0.1,), (1.0,), (5.0,))
SMOOTH: Mapping[str, SmoothWeights] = {
    "beta": SmoothWeights(
        beta, 2, 1e-5, 1.0, 1e-5, ((1.0, 1.0), (0.5, 1.0), (1.0, 2.0), (1.0, 0.5), (0.1, 2.0))
    ),
    "half-normal": SmoothWeights(half_normal, 1, 0.0, 0.0, 0.0, _ONE),
    "negative-exponential": SmoothWeights(negative_exponential, 1, 0.0, 0.0, 0.0, _ONE),
    "logistic": SmoothWeights(logistic, 1, 0.0, 0.0, 0.0, _ONE),
    "power": SmoothWeights(power, 1, 0.0, 0.0, 1e-5, _ONE),
}
