"""Standard deviations and standard errors from intervals, test statistics and p values.

Arrays broadcast; a single number gives an array of shape (). Group sizes are given as a pair.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri, stdtrit

from ketameta.errors import UsageError
from ketameta.measures.arms import as_floats
from ketameta.measures.conversions.assumption import Assumption, Converted, demand, supposed
from ketameta.measures.conversions.finite import finite_result
from ketameta.measures.estimates import FloatArray

Sizes = tuple[ArrayLike, ArrayLike]

HANDBOOK = "Cochrane Handbook 6.5, section 6.5.2"
_EQUAL = supposed(
    "equal_sds",
    "Both groups have the same standard deviation; the test was a t test without Welch's change.",
    HANDBOOK,
)
_IS_ERROR = supposed("is_standard_error", "The number reported is a standard error.", HANDBOOK)
_EXACT_P = supposed(
    "two_sided_exact_p",
    "The p value is two-sided and exact, of a t test; a threshold (p < 0.05) gives a bound only.",
    HANDBOOK,
)
_EXACT_NORMAL_P = supposed(
    "two_sided_exact_p",
    "The p value is two-sided and exact, of a normal (z) test; a threshold (p < 0.05) gives a "
    "bound only.",
    "Cochrane Handbook 6.5, section 6.3.2",
)


@finite_result
def sd_from_standard_error(se: ArrayLike, n: ArrayLike) -> Converted[FloatArray]:
    """Standard deviation se √n of one group from the standard error of its mean.

    References
    ----------
    Cochrane Handbook 6.5, section 6.5.2.2
    """
    error, size = as_floats(se, n)
    demand(error > 0, "standard error: it must be above 0. Check which number it is.")
    demand(size >= 2, "n: a standard deviation needs at least two people.")
    return Converted(error * np.sqrt(size), (_IS_ERROR,))


@finite_result
def sd_from_mean_interval(
    low: ArrayLike, high: ArrayLike, n: ArrayLike, *, level: float = 0.95, quantile: str = "t"
) -> Converted[FloatArray]:
    """Standard deviation of one group from the confidence interval of its mean.

    Parameters
    ----------
    low, high, n
        Limits of the interval and people.
    level
        Its coverage.
    quantile
        "t" with n - 1 degrees of freedom, or "z" (3.92 for 95 %), as the report used. The
        Handbook takes z from about 60 people on; t is right for any size if the report used it.

    References
    ----------
    Cochrane Handbook 6.5, section 6.5.2.2
    """
    lower, upper, size = as_floats(low, high, n)
    demand(upper > lower, "interval: the upper limit must be above the lower. Check the order.")
    demand(size >= 2, "n: a standard deviation needs at least two people.")
    q, told = _quantile(size - 1, level, quantile)
    return Converted(np.sqrt(size) * (upper - lower) / (2 * q), (told,))


@finite_result
def sd_from_difference_interval(
    low: ArrayLike, high: ArrayLike, sizes: Sizes, *, level: float = 0.95, quantile: str = "t"
) -> Converted[FloatArray]:
    """Pooled standard deviation from the interval of a difference between two groups.

    se = (high - low)/(2 q), s = se/√(1/n1 + 1/n2), with q from t with n1 + n2 - 2 degrees of
    freedom or from z.

    References
    ----------
    Cochrane Handbook 6.5, section 6.5.2.3
    """
    lower, upper = as_floats(low, high)
    demand(upper > lower, "interval: the upper limit must be above the lower. Check the order.")
    root, df = _sizes(sizes)
    q, told = _quantile(df, level, quantile)
    return Converted((upper - lower) / (2 * q) / root, (told, _EQUAL))


@finite_result
def sd_from_difference_error(se: ArrayLike, sizes: Sizes) -> Converted[FloatArray]:
    """Pooled standard deviation se/√(1/n1 + 1/n2) from the standard error of a difference.

    References
    ----------
    Cochrane Handbook 6.5, section 6.5.2.3
    """
    (error,) = as_floats(se)
    root, _ = _sizes(sizes)
    demand(error > 0, "standard error: it must be above 0. Check which number it is.")
    return Converted(error / root, (_IS_ERROR, _EQUAL))


@finite_result
def sd_from_t(mean_difference: ArrayLike, t: ArrayLike, sizes: Sizes) -> Converted[FloatArray]:
    """Pooled standard deviation |difference/t|/√(1/n1 + 1/n2) from a two-sample t statistic.

    References
    ----------
    Cochrane Handbook 6.5, section 6.5.2.3
    """
    difference, statistic = as_floats(mean_difference, t)
    root, _ = _sizes(sizes)
    demand(
        (difference != 0) & (statistic != 0) & np.isfinite(difference + statistic),
        "t statistic: a difference of 0 (t = 0) says nothing about the standard deviation. "
        "Find it elsewhere.",
    )
    return Converted(np.abs(difference / statistic) / root, (_EQUAL,))


@finite_result
def sd_from_f(mean_difference: ArrayLike, f: ArrayLike, sizes: Sizes) -> Converted[FloatArray]:
    """Pooled standard deviation from the F statistic of two groups, t = √F."""
    (statistic,) = as_floats(f)
    demand(statistic > 0, "F statistic: it must be above 0. Check the number.")
    return sd_from_t(mean_difference, np.sqrt(statistic), sizes)


@finite_result
def sd_from_p(mean_difference: ArrayLike, p: ArrayLike, sizes: Sizes) -> Converted[FloatArray]:
    """Pooled standard deviation from the exact two-sided p value of a two-sample t test.

    References
    ----------
    Cochrane Handbook 6.5, section 6.5.2.3
    """
    _, df = _sizes(sizes)
    t = t_from_p(p, df)
    return Converted(sd_from_t(mean_difference, t, sizes).value, (_EQUAL, _EXACT_P))


@finite_result
def se_from_p(estimate: ArrayLike, p: ArrayLike) -> Converted[FloatArray]:
    """Standard error |estimate|/z of any estimate from its two-sided p value of a normal test.

    The estimate must be on the scale of the test (the logarithm for ratios).

    References
    ----------
    Cochrane Handbook 6.5, section 6.3.2
    """
    value, probability = as_floats(estimate, p)
    _check_p(probability)
    demand(value != 0, "estimate: 0 has p = 1 and says nothing about its standard error.")
    return Converted(np.abs(value / ndtri(probability / 2)), (_EXACT_NORMAL_P,))


@finite_result
def t_from_p(p: ArrayLike, df: ArrayLike) -> FloatArray:
    """|t| whose two-sided p value with df degrees of freedom is p."""
    probability, freedom = as_floats(p, df)
    _check_p(probability)
    return np.asarray(-stdtrit(freedom, probability / 2))


def _check_p(p: FloatArray) -> None:
    demand((p > 0) & (p < 1), "p value: it must lie between 0 and 1. Give it exactly, not as <.")


def _sizes(sizes: Sizes) -> tuple[FloatArray, FloatArray]:
    n1, n2 = as_floats(*sizes)
    demand((n1 >= 1) & (n2 >= 1) & (n1 + n2 > 2), "group sizes: too few people for a comparison.")
    return np.sqrt(1 / n1 + 1 / n2), n1 + n2 - 2


def _quantile(df: FloatArray, level: float, quantile: str) -> tuple[FloatArray, Assumption]:
    if quantile not in ("t", "z"):
        raise UsageError(f"interval: there is no quantile {quantile!r}. Choose t or z.")
    demand(0 < level < 1, f"interval level {level!r}: it must lie between 0 and 1.")
    upper = (1 + level) / 2
    q = stdtrit(df, upper) if quantile == "t" else np.full(df.shape, ndtri(upper))
    return np.asarray(q), supposed(
        f"{quantile}_interval",
        f"The interval was made with {'a t' if quantile == 't' else 'a normal'} quantile.",
        HANDBOOK,
        no_range="True or not, so without a range: convert with the other quantile and compare.",
    )
