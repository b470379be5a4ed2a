"""Correlation of two variables: raw, corrected for its bias, and Fisher's z."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import hyp2f1

from ketameta.measures.arms import as_floats, where_valid
from ketameta.measures.averages import average
from ketameta.measures.estimates import FloatArray
from ketameta.measures.variance_formulas import check_variance
from ketameta.measures.zero_cells import BoolArray


@np.errstate(all="ignore")
def correlation(
    r: ArrayLike, n: ArrayLike, *, variance: str = "LS"
) -> tuple[FloatArray, FloatArray]:
    """Raw correlation. Its variance depends on r itself; Fisher's z is steadier.

    Parameters
    ----------
    r, n
        Correlations and people, shape (..., k).
    variance
        "LS" (1 - r²)²/(n - 1); "AV" the same with the average of all r, weighted by n.

    Reproduces ``escalc(measure="COR")``.
    """
    check_variance("COR", variance, "LS", "AV")
    coefficient, size = as_floats(r, n)
    valid = np.asarray((np.abs(coefficient) <= 1) & (size > 1))
    return where_valid(valid, coefficient, _large_sample(coefficient, size, valid, variance))


@np.errstate(all="ignore")
def unbiased_correlation(
    r: ArrayLike, n: ArrayLike, *, variance: str = "LS"
) -> tuple[FloatArray, FloatArray]:
    """Correlation without its small bias towards 0: r F(1/2, 1/2; (n-2)/2; 1 - r²).

    F is the hypergeometric function; for normal data no other unbiased estimate varies less.

    Parameters
    ----------
    r, n
        Correlations and people, shape (..., k); n of 4 or more.
    variance
        "LS" (1 - y²)²/(n - 1); "UB" unbiased: y² minus the unbiased estimate of the squared
        correlation, 1 - (n-3)/(n-2) (1 - r²) F(1, 1; n/2; 1 - r²);
        "AV" as "LS" with the average of all y, weighted by n.

    Reproduces ``escalc(measure="UCOR")``.

    References
    ----------
    Olkin and Pratt (1958), doi:10.1214/aoms/1177706717; Hedges (1989),
    doi:10.1037/0021-9010.74.3.469
    """
    check_variance("UCOR", variance, "LS", "UB", "AV")
    coefficient, size = as_floats(r, n)
    valid = np.asarray((np.abs(coefficient) <= 1) & (size >= 4))
    rest = 1 - coefficient**2
    y = coefficient * hyp2f1(0.5, 0.5, (size - 2) / 2, rest)
    if variance == "UB":
        v = y**2 - 1 + (size - 3) / (size - 2) * rest * hyp2f1(1, 1, size / 2, rest)
    else:
        v = _large_sample(y, size, valid, variance)
    return where_valid(valid, np.asarray(y), np.asarray(v))


@np.errstate(all="ignore")
def fisher_z(r: ArrayLike, n: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Fisher's z = artanh(r) with variance 1/(n - 3). ``escalc(measure="ZCOR")``.

    References
    ----------
    Fisher (1921), Metron 1, 3-32
    """
    coefficient, size = as_floats(r, n)
    y, v = np.arctanh(coefficient), 1 / (size - 3)
    return where_valid(np.asarray((np.abs(coefficient) < 1) & (size > 3)), y, v)


def _large_sample(y: FloatArray, n: FloatArray, valid: BoolArray, variance: str) -> FloatArray:
    plugged = average(np.where(valid, y, np.nan), n) if variance == "AV" else y
    return np.asarray((1 - plugged**2) ** 2 / (n - 1))
