"""Estimates that a report gives ready made: with a standard error, or a ratio with its interval."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from ketameta.errors import UsageError
from ketameta.measures.arms import as_floats, where_valid
from ketameta.measures.estimates import FloatArray


def reported(y: ArrayLike, v: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Estimates on the analysis scale with their sampling variances, as reported."""
    estimates, variances = as_floats(y, v)
    return where_valid(np.asarray(variances > 0), estimates, variances)


@np.errstate(all="ignore")
def log_ratio_from_interval(
    ratio: ArrayLike, ci_low: ArrayLike, ci_high: ArrayLike, *, level: ArrayLike = 0.95
) -> tuple[FloatArray, FloatArray]:
    """Log of a reported ratio (hazard, odds, risk or rate) and its variance from the interval.

    se = (ln high - ln low) / (2 z), with z the normal quantile of the interval's level. NaN where
    the estimate does not lie in the interval; `asymmetry` tells how far it is from the middle.

    Parameters
    ----------
    ratio, ci_low, ci_high
        On the ratio scale, above 0, shape (..., k).
    level
        Coverage of the reported interval, between 0 and 1.

    References
    ----------
    Cochrane Handbook 6.5, section 6.3.2; Parmar et al. (1998)
    """
    estimate, low, high = as_floats(ratio, ci_low, ci_high)
    return difference_from_interval(np.log(estimate), np.log(low), np.log(high), level=level)


@np.errstate(all="ignore")
def difference_from_interval(
    estimate: ArrayLike, ci_low: ArrayLike, ci_high: ArrayLike, *, level: ArrayLike = 0.95
) -> tuple[FloatArray, FloatArray]:
    """A reported difference and its variance from a normal interval of the stated level.

    se = (high - low) / (2 z). NaN where the estimate does not lie in the interval. Small trials
    often use a t interval instead: `conversions.dispersion` has that one.
    """
    z = normal_quantile(level)
    y, low, high = as_floats(estimate, ci_low, ci_high)
    valid = (low < high) & (low <= y) & (y <= high)
    v = ((high - low) / (2 * z)) ** 2
    return where_valid(np.asarray(valid), y, v)


@np.errstate(all="ignore")
def log_hazard_ratio_from_log_rank(
    observed_minus_expected: ArrayLike, information: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Log hazard ratio (O - E)/V with variance 1/V, from a log-rank test; V is the information.

    References
    ----------
    Yusuf et al. (1985), doi:10.1016/S0033-0620(85)80003-7; Tierney et al. (2007),
    doi:10.1186/1745-6215-8-16
    """
    difference, v_oe = as_floats(observed_minus_expected, information)
    y, v = difference / v_oe, 1 / v_oe
    return where_valid(np.asarray(v_oe > 0), y, v)


@np.errstate(all="ignore")
def asymmetry(y: ArrayLike, ci_low: ArrayLike, ci_high: ArrayLike) -> FloatArray:
    """Distance of an estimate from the middle of its interval, in half widths; 0 is symmetric.

    All three on the analysis scale (logarithms for ratios).
    """
    estimate, low, high = as_floats(y, ci_low, ci_high)
    return np.asarray((2 * estimate - high - low) / (high - low))


def normal_quantile(level: ArrayLike) -> FloatArray:
    """Two-sided normal quantile of an interval's level (1.96 for 0.95)."""
    (coverage,) = as_floats(level)
    if not np.all((coverage > 0) & (coverage < 1)):
        raise UsageError(
            f"interval level {level!r}: it must lie between 0 and 1. Write 0.95 for 95 %."
        )
    return np.asarray(ndtri((1 + coverage) / 2))
