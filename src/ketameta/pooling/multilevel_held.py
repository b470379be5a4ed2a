"""Covariance structures of several outcomes with one variance or one correlation held."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.multilevel_groups import Indices
from ketameta.pooling.multilevel_structures import STRUCTURES, Structure

Map = Callable[[FloatArray], FloatArray]
Back = Callable[[FloatArray, FloatArray], FloatArray]


def held_variance(code: str, m: int, i: int, value: float) -> Structure:
    """The structure with the variance of outcome i held.

    The variance is a quadratic form of some parameters, which are stretched to make it `value`:
    their common length is then without effect.
    """
    which, weight = _form(code, m, i)

    def hold(x: FloatArray) -> FloatArray:
        y = x.copy()
        y[which] *= np.sqrt(value / max(float(weight @ x[which] ** 2), 1e-300))
        return y

    def back(slope: FloatArray, x: FloatArray) -> FloatArray:
        size = max(float(weight @ x[which] ** 2), 1e-300)
        own = slope[which]
        out = slope.copy()
        out[which] = np.sqrt(value / size) * (own - (own @ x[which]) / size * weight * x[which])
        return out

    return _mapped(STRUCTURES[code].function, hold, back)


def _form(code: str, m: int, i: int) -> tuple[Indices, FloatArray]:
    """Parameters whose squares, with these weights, add up to the variance of outcome i."""
    if code == "UN":
        which = np.flatnonzero(np.tril_indices(m)[0] == i)
    elif code == "CS":
        return np.array([0, 1]), np.array([1.0, m - 1.0]) / m
    else:
        which = np.array([0 if code == "ID" else i])
    return which, np.ones(which.size)


def held_correlation(code: str, m: int, pair: tuple[int, int], value: float) -> Structure:
    """The structure with the correlation of two outcomes held: two parameters keep a direction."""
    base = STRUCTURES[code].function
    if code == "UN":
        direction = np.array([value, np.sqrt(max(0.0, 1.0 - value * value))])
        return _reordered(_mapped(base, *_turned(np.array([1, 2]), direction, positive=0)), m, pair)
    share = (1.0 + (m - 1.0) * value) / m
    sides = np.array([share, 1.0 - share])
    if code == "CS":
        sides = np.array([1.0 + (m - 1.0) * value, 1.0 - value])
    direction = np.sqrt(np.maximum(sides, 0.0))
    which = np.array([0, 1]) if code == "CS" else np.array([m, m + 1])
    return _mapped(base, *_turned(which, direction / float(np.hypot(*direction))))


def _turned(which: Indices, direction: FloatArray, positive: int | None = None) -> tuple[Map, Back]:
    """Two parameters turned into a direction, their length kept; one made positive."""

    def hold(x: FloatArray) -> FloatArray:
        y = x.copy()
        y[which] = float(np.hypot(*x[which])) * direction
        if positive is not None:
            y[positive] = abs(y[positive])
        return y

    def back(slope: FloatArray, x: FloatArray) -> FloatArray:
        out = slope.copy()
        length = max(float(np.hypot(*x[which])), 1e-300)
        out[which] = float(slope[which] @ direction) / length * x[which]
        if positive is not None and x[positive] < 0.0:
            out[positive] = -out[positive]
        return out

    return hold, back


def _mapped(base: Structure, hold: Map, back: Back) -> Structure:
    return Structure(
        lambda x, m: base.matrix(hold(x), m),
        lambda slope, x: back(base.pull_back(slope, hold(x)), x),
        base.start,
        lambda m: base.parameters(m) - 1,
    )


def _reordered(base: Structure, m: int, first: tuple[int, int]) -> Structure:
    """The structure with the two outcomes before the others."""
    order = np.array([*first, *(k for k in range(m) if k not in first)])
    place = np.argsort(order)
    return Structure(
        lambda x, m: base.matrix(x, m)[np.ix_(place, place)],
        lambda slope, x: base.pull_back(slope[np.ix_(order, order)], x),
        lambda sd, rho: base.start(sd[order], rho),
        base.parameters,
    )
