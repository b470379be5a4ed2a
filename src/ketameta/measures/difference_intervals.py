"""Intervals of a risk difference that hold for few people and for groups without any event.

All functions take the two groups' counts, shape (..., k), and return lower and upper limits of
the risk in group 1 minus the risk in group 2; NaN for impossible counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.special import ndtri

from ketameta.measures.arms import Counts, as_floats
from ketameta.measures.binary import possible
from ketameta.measures.estimates import FloatArray
from ketameta.measures.level import check_level

Limits = tuple[FloatArray, FloatArray]
HALVINGS = 60
"""Halvings of an interval of length 2, after which it is shorter than 2e-18."""


def newcombe(group_1: Counts, group_2: Counts, *, level: float = 0.95) -> Limits:
    """Interval of a risk difference from Wilson's limits of both risks.

    References
    ----------
    Newcombe RG. Stat Med 1998;17:873-890 (method 10).
    doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.
    """
    z = critical(level)
    a, n1, c, n2 = as_floats(*group_1, *group_2)
    with np.errstate(all="ignore"):
        p1, p2 = a / n1, c / n2
        (low1, high1), (low2, high2) = _wilson(p1, n1, z), _wilson(p2, n2, z)
        low = p1 - p2 - np.hypot(p1 - low1, high2 - p2)
        high = p1 - p2 + np.hypot(high1 - p1, p2 - low2)
    good = possible(group_1, group_2)
    return np.where(good, low, np.nan), np.where(good, high, np.nan)


def miettinen_nurminen(group_1: Counts, group_2: Counts, *, level: float = 0.95) -> Limits:
    """Score interval of a risk difference: all differences that the data do not contradict.

    Its coverage is near the level even in groups of ten, and it exists without any event.

    Raises
    ------
    UsageError
        For a level outside (0, 1).

    References
    ----------
    Miettinen O, Nurminen M. Stat Med 1985;4:213-226. doi:10.1002/sim.4780040211.
    """
    z = critical(level)
    a, n1, c, n2 = as_floats(*group_1, *group_2)
    good = possible(group_1, group_2)
    counts = [
        np.where(good, part, fill) for part, fill in ((a, 0.0), (n1, 1.0), (c, 0.0), (n2, 1.0))
    ]
    difference = counts[0] / counts[1] - counts[2] / counts[3]

    def above(delta: FloatArray) -> FloatArray:
        variance = restricted_variance(Counts(*counts[:2]), Counts(*counts[2:]), delta)
        return np.asarray(difference - delta - z * np.sqrt(variance))

    def below(delta: FloatArray) -> FloatArray:
        variance = restricted_variance(Counts(*counts[:2]), Counts(*counts[2:]), delta)
        return np.asarray(difference - delta + z * np.sqrt(variance))

    low = crossing(above, np.full(difference.shape, -1.0), difference)
    high = crossing(below, difference, np.full(difference.shape, 1.0))
    return np.where(good, low, np.nan), np.where(good, high, np.nan)


def restricted_variance(group_1: Counts, group_2: Counts, delta: FloatArray) -> FloatArray:
    """Variance of the observed difference if the true one is delta, shape (..., k).

    At the risks that are most likely under that difference, with the factor N / (N - 1).
    """
    a, n1, c, n2 = as_floats(*group_1, *group_2)
    n = n1 + n2
    p2 = _likeliest_second_risk(Counts(a, n1), Counts(c, n2), delta)
    p1 = p2 + delta
    return np.asarray((p1 * (1.0 - p1) / n1 + p2 * (1.0 - p2) / n2).clip(0.0) * n / (n - 1.0))


def _likeliest_second_risk(group_1: Counts, group_2: Counts, delta: FloatArray) -> FloatArray:
    """Risk of group 2 of greatest likelihood under a difference: a root of a cubic."""
    a, n1, c, n2 = as_floats(*group_1, *group_2)
    n, events = n1 + n2, a + c
    square = ((n1 + 2.0 * n2) * delta - n - events) / (3.0 * n)
    linear = ((n2 * delta - n - 2.0 * c) * delta + events) / (3.0 * n)
    constant = c * delta * (1.0 - delta) / n
    q = square**3 - 1.5 * square * linear + 0.5 * constant
    p = np.where(q < 0.0, -1.0, 1.0) * np.sqrt((square**2 - linear).clip(0.0))
    with np.errstate(all="ignore"):
        cosine = np.where(p != 0.0, q / p**3, 0.0).clip(-1.0, 1.0)
    risk = 2.0 * p * np.cos((math.pi + np.arccos(cosine)) / 3.0) - square
    return np.asarray(np.clip(risk, np.maximum(0.0, -delta), np.minimum(1.0, 1.0 - delta)))


def crossing(
    function: Callable[[FloatArray], FloatArray], low: FloatArray, high: FloatArray
) -> FloatArray:
    """Where falling functions cross 0 between low and high, by halving; shapes alike."""
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        positive = function(middle) > 0.0
        low, high = np.where(positive, middle, low), np.where(positive, high, middle)
    return np.asarray(0.5 * (low + high))


def critical(level: float) -> float:
    """Normal quantile of a two-sided interval; UsageError for a level outside (0, 1)."""
    check_level(level)
    return float(ndtri(0.5 + 0.5 * level))


def _wilson(p: FloatArray, n: FloatArray, z: float) -> Limits:
    centre, half = p + z * z / (2.0 * n), z * np.sqrt(p * (1.0 - p) / n + (z / (2.0 * n)) ** 2)
    whole = 1.0 + z * z / n
    return np.asarray((centre - half) / whole), np.asarray((centre + half) / whole)
