"""The root finders: known roots, against scipy's, one and many, narrow enough and no narrower."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import brentq

from ketameta.errors import ConvergenceError
from ketameta.pooling.roots import bracketed_root, bracketed_roots, doubling_bracket, root_above

Function = Callable[[float], float]
CASES: list[tuple[Function, float, float]] = [
    (lambda x: x * x - 3.84, 0.3, 5.0),
    (lambda x: math.expm1(x) - 2.0, 0.0, 4.0),
    (lambda x: x**3 - 2.0 * x - 5.0, 2.0, 3.0),
    (lambda x: 1.0 - math.log1p(x * x), 0.1, 9.0),
    (lambda x: 0.1 - math.exp(-x), 0.0, 20.0),
    (lambda x: x - 1e9, -1.0, 1e12),
    (lambda x: math.atan(1e4 * (x - 0.3)), -2.0, 1.0),
]


def counted(function: Function) -> tuple[Function, list[float]]:
    seen: list[float] = []

    def call(x: float) -> float:
        seen.append(x)
        return function(x)

    return call, seen


@pytest.mark.parametrize("case", CASES)
def test_roots_are_scipys(case: tuple[Function, float, float]) -> None:
    function, low, high = case
    expected = brentq(function, low, high, xtol=1e-15)
    assert bracketed_root(function, low, high) == pytest.approx(expected, rel=4e-15)
    vectorised = np.vectorize(function, otypes=[float])
    both = bracketed_roots(vectorised, np.array([low, low]), np.array([high, high]))
    assert both == pytest.approx(expected, rel=4e-15)


@pytest.mark.parametrize("case", CASES)
def test_a_wider_bracket_takes_fewer_steps_and_is_kept(
    case: tuple[Function, float, float],
) -> None:
    function, low, high = case
    exact = bracketed_root(function, low, high)
    narrow, all_steps = counted(function)
    bracketed_root(narrow, low, high)
    wide, few_steps = counted(function)
    assert abs(bracketed_root(wide, low, high, absolute=1e-4) - exact) <= 1e-4
    assert len(few_steps) <= len(all_steps)
    theirs, their_steps = counted(function)
    brentq(theirs, low, high, xtol=0.5e-4)
    assert len(few_steps) <= 1.5 * len(their_steps) + 2
    # Neither end is looked at twice, and nothing outside the bracket.
    assert (all_steps.count(low), all_steps.count(high)) == (1, 1)
    assert low <= min(all_steps) <= max(all_steps) <= high


def test_many_brackets_of_their_own() -> None:
    targets = np.geomspace(1e-12, 1e12, 9)
    roots = bracketed_roots(lambda x: x**3 - targets, np.zeros(9), np.full(9, 1e5))
    assert roots == pytest.approx(np.cbrt(targets), rel=1e-14)
    with pytest.raises(ConvergenceError, match="no change of sign"):
        bracketed_roots(lambda x: x * x + 1.0, np.zeros(2), np.ones(2))


@pytest.mark.parametrize("step", [1e-6, 1.0, -1e-3])
def test_brackets_by_doubling(step: float) -> None:
    sign = math.copysign(1.0, step)
    inner, outer = doubling_bracket(lambda x: abs(x) - 3.0, 0.0, step)
    assert abs(inner) <= 3.0 < abs(outer)
    assert root_above(lambda x: abs(x) - 3.0, 0.0, step) == pytest.approx(3.0 * sign, rel=1e-15)
    with pytest.raises(ConvergenceError, match="does not change sign"):
        doubling_bracket(lambda x: 1.0, 0.0, 1.0)
