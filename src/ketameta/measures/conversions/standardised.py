"""Standardised mean differences from test statistics, p values, chi-squared and correlations."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ketameta.measures.arms import as_floats
from ketameta.measures.continuous import small_sample_factor
from ketameta.measures.conversions.assumption import Converted, demand, supposed
from ketameta.measures.conversions.dispersion import Sizes, t_from_p
from ketameta.measures.conversions.finite import finite_result
from ketameta.measures.estimates import FloatArray

LIPSEY = "Lipsey and Wilson (2001), Practical Meta-Analysis, appendix B"
_EQUAL = supposed("equal_sds", "Both groups have the same standard deviation.", LIPSEY)


class Effect(NamedTuple):
    """An estimate and its sampling variance, on the analysis scale."""

    y: FloatArray
    v: FloatArray


@finite_result
def smd_from_t(t: ArrayLike, sizes: Sizes) -> Converted[Effect]:
    """Hedges's g from a two-sample t statistic: J t √(1/n1 + 1/n2), variance as for SMD.

    The sign of t must be that of group 1 minus group 2.
    """
    (statistic,) = as_floats(t)
    demand(np.isfinite(statistic), "t statistic: it must be a finite number.")
    n1, n2 = _group_sizes(sizes)
    return Converted(_effect(statistic * np.sqrt(1 / n1 + 1 / n2), n1, n2), (_EQUAL,))


@finite_result
def smd_from_f(f: ArrayLike, sizes: Sizes, *, sign: int) -> Converted[Effect]:
    """Hedges's g from the F statistic of two groups; `sign` 1 or -1 gives the direction."""
    (statistic,) = as_floats(f)
    demand(statistic >= 0, "F statistic: it cannot be below 0.")
    return smd_from_t(_signed(np.sqrt(statistic), sign), sizes)


@finite_result
def smd_from_p(p: ArrayLike, sizes: Sizes, *, sign: int) -> Converted[Effect]:
    """Hedges's g from the exact two-sided p value of a t test; `sign` gives the direction."""
    n1, n2 = _group_sizes(sizes)
    converted = smd_from_t(_signed(t_from_p(p, n1 + n2 - 2), sign), sizes)
    exact = supposed(
        "two_sided_exact_p", "The p value is two-sided and exact, of a t test.", LIPSEY
    )
    return Converted(converted.value, (*converted.assumptions, exact))


@finite_result
def smd_from_correlation(r: ArrayLike, sizes: Sizes) -> Converted[Effect]:
    """Hedges's g from the point-biserial correlation of group (1 against 2) and outcome.

    d = r √h/√(1 - r²) with h = m/n1 + m/n2, m = n1 + n2 - 2: the exact inverse of the
    correlation's definition. The variance is that of g, not of r.

    References
    ----------
    Jacobs and Viechtbauer (2017), doi:10.1002/jrsm.1218
    """
    (coefficient,) = as_floats(r)
    demand(np.abs(coefficient) < 1, "correlation: it must lie between -1 and 1.")
    n1, n2 = _group_sizes(sizes)
    h = (n1 + n2 - 2) * (1 / n1 + 1 / n2)
    d = coefficient * np.sqrt(h) / np.sqrt(1 - coefficient**2)
    return Converted(_effect(d, n1, n2), (_EQUAL,))


@finite_result
def smd_from_chi2(chi2: ArrayLike, sizes: Sizes, *, sign: int) -> Converted[Effect]:
    """Hedges's g from an uncorrected chi-squared of a 2x2 table (1 df), by way of phi.

    phi = √(χ²/N) is taken for a point-biserial correlation: a rough conversion, for outcomes
    that were continuous before somebody cut them. Counts, if there are any, are better.

    References
    ----------
    Lipsey and Wilson (2001), Practical Meta-Analysis, appendix B
    """
    (statistic,) = as_floats(chi2)
    n1, n2 = _group_sizes(sizes)
    demand(
        (statistic >= 0) & (statistic < n1 + n2),
        "chi-squared: it must lie between 0 and the number of people.",
    )
    converted = smd_from_correlation(_signed(np.sqrt(statistic / (n1 + n2)), sign), sizes)
    rough = supposed(
        "phi_as_correlation",
        "The phi coefficient of the table stands for the correlation with a continuous outcome.",
        LIPSEY,
    )
    return Converted(converted.value, (*converted.assumptions, rough))


def _effect(d: FloatArray, n1: FloatArray, n2: FloatArray) -> Effect:
    g = small_sample_factor(n1 + n2 - 2) * d
    return Effect(np.asarray(g), np.asarray(1 / n1 + 1 / n2 + g**2 / (2 * (n1 + n2))))


def _signed(size: FloatArray, sign: int) -> FloatArray:
    demand(sign in (1, -1), f"sign: {sign!r} is neither 1 nor -1. Say which group had more.")
    return sign * size


def _group_sizes(sizes: Sizes) -> tuple[FloatArray, ...]:
    n1, n2 = as_floats(*sizes)
    demand((n1 >= 1) & (n2 >= 1) & (n1 + n2 > 3), "group sizes: too few people for a comparison.")
    return n1, n2
