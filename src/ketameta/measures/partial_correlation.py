"""Partial and semi-partial correlations, from the test statistic of a regression coefficient.

All functions return (y, v), shape (..., k), with NaN where the numbers cannot give the measure.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ketameta.measures import fisher
from ketameta.measures.arms import as_floats, where_valid
from ketameta.measures.averages import average
from ketameta.measures.estimates import FloatArray
from ketameta.measures.variance_formulas import check_variance


@np.errstate(all="ignore")
def partial_correlation(
    t_statistic: ArrayLike, n: ArrayLike, predictors: ArrayLike, *, variance: str = "LS"
) -> tuple[FloatArray, FloatArray]:
    """t/√(t² + df) with df = n - predictors - 1. ``escalc(measure="PCOR")``.

    Parameters
    ----------
    t_statistic
        Of the coefficient of interest; its sign is that of the correlation.
    n, predictors
        People, and predictors in the regression including the one of interest.
    variance
        "LS" (1 - y²)²/df; "AV" the same with the average of all y, weighted by n.

    References
    ----------
    Aloe and Thompson (2013), doi:10.5243/jsswr.2013.24
    """
    check_variance("PCOR", variance, "LS", "AV")
    t, size, number = as_floats(t_statistic, n, predictors)
    df = size - number - 1
    y = t / np.sqrt(t**2 + df)
    valid = np.asarray((df > 0) & (number >= 1))
    plugged = average(np.where(valid, y, np.nan), size) if variance == "AV" else y
    return where_valid(valid, y, (1 - plugged**2) ** 2 / df)


@np.errstate(all="ignore")
def fisher_z_of_partial(
    t_statistic: ArrayLike, n: ArrayLike, predictors: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Fisher's z of the partial correlation, variance 1/(n - predictors - 3).

    Reproduces ``escalc(measure="ZPCOR")`` of metafor 4 and later; 3.8-1 has
    1/(n - predictors - 1), the delta method.

    References
    ----------
    Aloe and Thompson (2013), doi:10.5243/jsswr.2013.24
    """
    r, _ = partial_correlation(t_statistic, n, predictors)
    _, size, number = as_floats(t_statistic, n, predictors)
    df = size - number - 3
    y = np.arctanh(r)
    return where_valid(np.asarray(df > 0), y, 1 / df)


@np.errstate(all="ignore")
def semi_partial_correlation(
    t_statistic: ArrayLike,
    n: ArrayLike,
    predictors: ArrayLike,
    r_squared: ArrayLike,
    *,
    variance: str = "LS",
) -> tuple[FloatArray, FloatArray]:
    """t √(1 - R²)/√df, whose square is what the predictor adds to R². ``escalc("SPCOR")``.

    Parameters
    ----------
    t_statistic, n, predictors, r_squared
        As for `partial_correlation`, and R² of the regression.
    variance
        "LS" (R⁴ - 2R² + S + 1 - S²)/n, S = R² - y² the share explained without the predictor;
        "AV" the same with the average of all y, weighted by n, in S.

    References
    ----------
    Aloe and Becker (2012), doi:10.3102/1076998610396901
    """
    check_variance("SPCOR", variance, "LS", "AV")
    t, size, number, share = as_floats(t_statistic, n, predictors, r_squared)
    df = size - number - 1
    y = t * np.sqrt(1 - share) / np.sqrt(df)
    valid = np.asarray((df > 0) & (number >= 1) & (share >= y**2))
    plugged = average(np.where(valid, y, np.nan), size) if variance == "AV" else y
    rest = share - plugged**2
    v = (share**2 - 2 * share + rest + 1 - rest**2) / size
    return where_valid(valid, y, v)


def fisher_z_of_semi_partial(
    t_statistic: ArrayLike, n: ArrayLike, predictors: ArrayLike, r_squared: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Fisher's z of the semi-partial correlation, by the delta method. ``escalc("ZSPCOR")``."""
    return fisher.transformed(*semi_partial_correlation(t_statistic, n, predictors, r_squared))
