"""One group, yes or no: the proportion itself and its transformations.

All functions take `Counts` of shape (..., k) and return (y, v). Counts that cannot give the
measure have NaN in both; `effects` says for each such row why.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from ketameta.measures.arms import Counts, as_floats, where_valid
from ketameta.measures.averages import average
from ketameta.measures.estimates import FloatArray
from ketameta.measures.variance_formulas import check_variance
from ketameta.measures.zero_cells import DEFAULT, BoolArray, ZeroCells, rows_to_correct


def possible(group: Counts) -> BoolArray:
    """Groups with people in them and no more events than people."""
    x, n = as_floats(*group)
    return np.asarray(np.isfinite(x) & np.isfinite(n) & (n > 0) & (x >= 0) & (x <= n))


@np.errstate(all="ignore")
def with_and_without(
    group: Counts, zero_cells: ZeroCells, *, add: float
) -> tuple[FloatArray, FloatArray, BoolArray, BoolArray]:
    """People with and without the event under the rule, which rows are valid, which corrected."""
    x, n = as_floats(*group)
    valid = possible(group)
    corrected = rows_to_correct((x, n - x), zero_cells, among=valid)
    amount = np.where(corrected, zero_cells.amount(add), 0.0)
    return x + amount, n - x + amount, valid, corrected & (amount > 0)


@np.errstate(all="ignore")
def proportion(
    group: Counts, *, zero_cells: ZeroCells = DEFAULT, variance: str = "LS"
) -> tuple[FloatArray, FloatArray]:
    """The raw proportion x/n, variance p(1 - p)/n ("LS") or p(1 - p)/(n - 1) ("UB").

    "AV" is "LS" with the events of all studies over their people as p.
    Reproduces ``escalc(measure="PR")``.
    """
    check_variance("PR", variance, "LS", "UB", "AV")
    x, rest, valid, _ = with_and_without(group, zero_cells, add=0.5)
    n = x + rest
    p = _plugged(x / n, n, valid, variance)
    return where_valid(valid, x / n, p * (1 - p) / (n - (1 if variance == "UB" else 0)))


@np.errstate(all="ignore")
def log_proportion(
    group: Counts, *, zero_cells: ZeroCells = DEFAULT, variance: str = "LS"
) -> tuple[FloatArray, FloatArray]:
    """Natural log of the proportion, variance 1/x - 1/n = (1 - p)/(pn). ``escalc("PLN")``.

    `variance` "AV" plugs the events of all studies over their people in as p.
    """
    check_variance("PLN", variance, "LS", "AV")
    x, rest, valid, _ = with_and_without(group, zero_cells, add=0.5)
    n = x + rest
    if variance == "LS":
        return where_valid(valid, np.log(x / n), rest / (x * n))
    p = _plugged(x / n, n, valid, variance)
    return where_valid(valid, np.log(x / n), (1 - p) / (p * n))


@np.errstate(all="ignore")
def logit_proportion(
    group: Counts, *, zero_cells: ZeroCells = DEFAULT, variance: str = "LS"
) -> tuple[FloatArray, FloatArray]:
    """Log odds of the event, variance 1/x + 1/(n - x) = 1/(np(1 - p)). ``escalc("PLO")``.

    `variance` "AV" plugs the events of all studies over their people in as p.
    """
    check_variance("PLO", variance, "LS", "AV")
    x, rest, valid, _ = with_and_without(group, zero_cells, add=0.5)
    if variance == "LS":
        return where_valid(valid, np.log(x / rest), 1 / x + 1 / rest)
    n = x + rest
    p = _plugged(x / n, n, valid, variance)
    return where_valid(valid, np.log(x / rest), 1 / (n * p * (1 - p)))


@np.errstate(all="ignore")
def probit_proportion(
    group: Counts, *, zero_cells: ZeroCells = DEFAULT
) -> tuple[FloatArray, FloatArray]:
    """Normal quantile z of the proportion, variance 2π p(1 - p) exp(z²)/n.

    Reproduces ``escalc(measure="PRZ")`` of metafor 4 and later; the difference of two is PBIT.

    References
    ----------
    Sánchez-Meca, Marín-Martínez and Chacón-Moscoso (2003), doi:10.1037/1082-989X.8.4.448
    """
    x, rest, valid, _ = with_and_without(group, zero_cells, add=0.5)
    n = x + rest
    z = ndtri(x / n)
    return where_valid(valid, z, 2 * np.pi * x * rest * np.exp(z**2) / n**3)


@np.errstate(all="ignore")
def arcsine_proportion(
    group: Counts, *, zero_cells: ZeroCells = DEFAULT
) -> tuple[FloatArray, FloatArray]:
    """Arcsine of the square root of the proportion, variance 1/(4n). ``escalc(measure="PAS")``."""
    x, rest, valid, _ = with_and_without(group, zero_cells, add=0.0)
    n = x + rest
    y, v = np.arcsin(np.sqrt(x / n)), 1 / (4 * n)
    return where_valid(valid, y, v)


@np.errstate(all="ignore")
def freeman_tukey_proportion(
    group: Counts, *, zero_cells: ZeroCells = DEFAULT
) -> tuple[FloatArray, FloatArray]:
    """Freeman-Tukey double arcsine, variance 1/(4n + 2). ``escalc(measure="PFT")``.

    Not advised for pooling: the way back needs one sample size for the pooled value, no choice
    of which is right, and pooled results can leave the range of the studies (Schwarzer 2019).

    References
    ----------
    Freeman and Tukey (1950), doi:10.1214/aoms/1177729756;
    Schwarzer et al. (2019), doi:10.1002/jrsm.1348
    """
    x, rest, valid, _ = with_and_without(group, zero_cells, add=0.0)
    n = x + rest
    y = (np.arcsin(np.sqrt(x / (n + 1))) + np.arcsin(np.sqrt((x + 1) / (n + 1)))) / 2
    v = 1 / (4 * n + 2)
    return where_valid(valid, y, v)


def _plugged(p: FloatArray, n: FloatArray, valid: BoolArray, variance: str) -> FloatArray:
    """The proportion that enters the variance: the study's own, or that of all studies."""
    return average(np.where(valid, p, np.nan), n) if variance == "AV" else p
