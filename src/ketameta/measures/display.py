"""From the analysis scale to the scale that readers see, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit, ndtr, ndtri

from ketameta.measures.estimates import FloatArray

Transform = Callable[[ArrayLike], FloatArray]


@dataclass(frozen=True, slots=True)
class Scale:
    """An analysis scale: its name, what it is in words, and both transformations."""

    name: str
    meaning: str
    to_display: Transform
    from_display: Transform


def _floats(x: ArrayLike) -> FloatArray:
    return np.asarray(x, dtype=np.float64)


def _identity(x: ArrayLike) -> FloatArray:
    return _floats(x)


def _exp(x: ArrayLike) -> FloatArray:
    with np.errstate(over="ignore"):
        return np.asarray(np.exp(_floats(x)))


def _log(x: ArrayLike) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(_floats(x)))


def _expit(x: ArrayLike) -> FloatArray:
    return np.asarray(expit(_floats(x)))


def _logit(x: ArrayLike) -> FloatArray:
    return np.asarray(logit(_floats(x)))


def _sine_squared(x: ArrayLike) -> FloatArray:
    return np.asarray(np.sin(np.clip(_floats(x), 0, np.pi / 2)) ** 2)


def _arcsine_root(x: ArrayLike) -> FloatArray:
    with np.errstate(invalid="ignore"):
        return np.asarray(np.arcsin(np.sqrt(_floats(x))))


def _tanh(x: ArrayLike) -> FloatArray:
    return np.asarray(np.tanh(_floats(x)))


def _artanh(x: ArrayLike) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.arctanh(_floats(x)))


def _square(x: ArrayLike) -> FloatArray:
    return np.asarray(np.maximum(_floats(x), 0) ** 2)


def _root(x: ArrayLike) -> FloatArray:
    with np.errstate(invalid="ignore"):
        return np.asarray(np.sqrt(_floats(x)))


def _normal_probability(x: ArrayLike) -> FloatArray:
    return np.asarray(ndtr(_floats(x)))


def _normal_quantile(x: ArrayLike) -> FloatArray:
    return np.asarray(ndtri(_floats(x)))


def _one_minus_cube(x: ArrayLike) -> FloatArray:
    return np.asarray(1 - (1 - _floats(x)) ** 3)


def _one_minus_cube_root(x: ArrayLike) -> FloatArray:
    return np.asarray(1 - np.cbrt(1 - _floats(x)))


def _one_minus_exp(x: ArrayLike) -> FloatArray:
    with np.errstate(over="ignore"):
        return np.asarray(-np.expm1(-_floats(x)))


def _minus_log_rest(x: ArrayLike) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(-np.log1p(-_floats(x)))


SCALES: Mapping[str, Scale] = {
    scale.name: scale
    for scale in (
        Scale("identity", "as it is", _identity, _identity),
        Scale("log", "natural logarithm", _exp, _log),
        Scale("logit", "log odds", _expit, _logit),
        Scale("arcsine", "arcsine of the square root", _sine_squared, _arcsine_root),
        # The limit for large samples: Miller's exact inverse (1978) needs an n no pooled value has.
        Scale("freeman-tukey", "double arcsine", _sine_squared, _arcsine_root),
        Scale("fisher-z", "Fisher's z", _tanh, _artanh),
        Scale("square-root", "square root", _square, _root),
        Scale("probit", "normal quantile", _normal_probability, _normal_quantile),
        Scale("cube-root-rest", "1 - (1 - x)^(1/3)", _one_minus_cube, _one_minus_cube_root),
        Scale("log-rest", "-ln(1 - x)", _one_minus_exp, _minus_log_rest),
    )
}
