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


def log_ratio_from_interval(
    ratio: ArrayLike, ci_low: ArrayLike, ci_high: ArrayLike, *, level: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    """Log of a reported ratio (hazard, odds, risk or rate) and its variance from the interval.

    se = (ln high - ln low) / (2 z), with z the normal quantile of the interval's level. The
    estimate must lie inside the interval; `asymmetry` tells how far it is from the middle.

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
    z = normal_quantile(level)
    estimate, low, high = as_floats(ratio, ci_low, ci_high)
    with np.errstate(all="ignore"):
        valid = (low > 0) & (low < high) & (low <= estimate) & (estimate <= high)
        y = np.log(estimate)
        v = (np.log(high / low) / (2 * z)) ** 2
    return where_valid(np.asarray(valid), y, v)


def difference_from_interval(
    estimate: ArrayLike, ci_low: ArrayLike, ci_high: ArrayLike, *, level: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    """A reported difference and its variance from a normal interval of the stated level."""
    z = normal_quantile(level)
    y, low, high = as_floats(estimate, ci_low, ci_high)
    with np.errstate(all="ignore"):
        valid = (low < high) & (low <= y) & (y <= high)
        v = ((high - low) / (2 * z)) ** 2
    return where_valid(np.asarray(valid), y, v)


def log_hazard_ratio_from_log_rank(
    observed_minus_expected: ArrayLike, variance: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Log hazard ratio (O - E)/V with variance 1/V, from a log-rank test.

    References
    ----------
    Yusuf et al. (1985), doi:10.1016/S0033-0620(85)80003-7; Tierney et al. (2007),
    doi:10.1186/1745-6215-8-16
    """
    oe, information = as_floats(observed_minus_expected, variance)
    with np.errstate(all="ignore"):
        y, v = oe / information, 1 / information
    return where_valid(np.asarray(information > 0), y, v)


def asymmetry(ratio: ArrayLike, ci_low: ArrayLike, ci_high: ArrayLike) -> FloatArray:
    """Distance of ln(ratio) from the middle of its interval, in half widths; 0 is symmetric."""
    estimate, low, high = as_floats(ratio, ci_low, ci_high)
    with np.errstate(all="ignore"):
        width = np.log(high / low)
        return np.asarray((2 * np.log(estimate) - np.log(high) - np.log(low)) / width)


def normal_quantile(level: float) -> float:
    """Two-sided normal quantile of an interval's level (1.96 for 0.95)."""
    if not 0 < level < 1:
        raise UsageError(
            f"interval level {level!r}: it must lie between 0 and 1. Write 0.95 for 95 %."
        )
    return float(ndtri((1 + level) / 2))
