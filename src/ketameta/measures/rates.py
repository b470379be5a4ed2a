"""Events over person-time: incidence rates of one group and comparisons of two.

All functions return (y, v), shape (..., k), with NaN where the numbers cannot give the measure.
"""

from __future__ import annotations

import numpy as np

from ketameta.measures.arms import Rates, as_floats, where_valid
from ketameta.measures.estimates import FloatArray
from ketameta.measures.zero_cells import DEFAULT, BoolArray, ZeroCells, rows_to_correct


def possible(rate: Rates) -> BoolArray:
    """Rates with 0 or more events and time at risk."""
    x, t = as_floats(*rate)
    return np.asarray(np.isfinite(x) & np.isfinite(t) & (x >= 0) & (t > 0))


@np.errstate(all="ignore")
def _events(
    rates: tuple[Rates, ...], zero_cells: ZeroCells, valid: BoolArray, *, add: float
) -> list[FloatArray]:
    counts = [as_floats(*rate)[0] for rate in rates]
    corrected = rows_to_correct(counts, zero_cells, among=valid)
    if zero_cells.rule == "treatment_arm" and len(rates) == 2:
        times = [as_floats(*rate)[1] for rate in rates]
        total = np.where(valid, times[0] + times[1], 1.0)
        shares = [2 * time / total for time in times]
    else:
        shares = [np.ones(valid.shape) for _ in rates]
    amount = np.where(corrected, zero_cells.amount(add), 0.0)
    return [x + amount * share for x, share in zip(counts, shares, strict=True)]


@np.errstate(all="ignore")
def rate_ratio(
    group_1: Rates, group_2: Rates, *, zero_cells: ZeroCells = DEFAULT
) -> tuple[FloatArray, FloatArray]:
    """Log incidence rate ratio, variance 1/x1 + 1/x2.

    Without events in both groups there is no information (NaN). Events must be independent:
    repeated relapses of one person make the variance too small.
    Reproduces ``escalc(measure="IRR")``.

    References
    ----------
    Rothman, Greenland and Lash (2008), Modern Epidemiology, chapter 14
    """
    x1, t1, x2, t2 = as_floats(*group_1, *group_2)
    valid = possible(group_1) & possible(group_2) & (x1 + x2 > 0)
    x1, x2 = _events((group_1, group_2), zero_cells, valid, add=0.5)
    y, v = np.log((x1 * t2) / (x2 * t1)), 1 / x1 + 1 / x2
    return where_valid(valid, y, v)


@np.errstate(all="ignore")
def rate_difference(
    group_1: Rates, group_2: Rates, *, zero_cells: ZeroCells = DEFAULT
) -> tuple[FloatArray, FloatArray]:
    """Difference of incidence rates, variance x1/t1² + x2/t2². ``escalc(measure="IRD")``.

    References
    ----------
    Rothman, Greenland and Lash (2008), Modern Epidemiology, chapter 14
    """
    _, t1, _, t2 = as_floats(*group_1, *group_2)
    valid = possible(group_1) & possible(group_2)
    x1, x2 = _events((group_1, group_2), zero_cells, valid, add=0.5)
    y, v = x1 / t1 - x2 / t2, x1 / t1**2 + x2 / t2**2
    return where_valid(valid, y, v)


@np.errstate(all="ignore")
def root_rate_difference(
    group_1: Rates, group_2: Rates, *, zero_cells: ZeroCells = DEFAULT
) -> tuple[FloatArray, FloatArray]:
    """Difference of square-root rates, variance 1/(4 t1) + 1/(4 t2). ``escalc(measure="IRSD")``.

    Defined with zero events, so nothing is added unless an amount is named.
    """
    _, t1, _, t2 = as_floats(*group_1, *group_2)
    valid = possible(group_1) & possible(group_2)
    x1, x2 = _events((group_1, group_2), zero_cells, valid, add=0.0)
    y, v = np.sqrt(x1 / t1) - np.sqrt(x2 / t2), 1 / (4 * t1) + 1 / (4 * t2)
    return where_valid(valid, y, v)


@np.errstate(all="ignore")
def rate(group: Rates, *, zero_cells: ZeroCells = DEFAULT) -> tuple[FloatArray, FloatArray]:
    """Incidence rate x/t, variance x/t². ``escalc(measure="IR")``."""
    _, t = as_floats(*group)
    (x,) = _events((group,), zero_cells, possible(group), add=0.5)
    y, v = x / t, x / t**2
    return where_valid(possible(group), y, v)


@np.errstate(all="ignore")
def log_rate(group: Rates, *, zero_cells: ZeroCells = DEFAULT) -> tuple[FloatArray, FloatArray]:
    """Log incidence rate, variance 1/x. ``escalc(measure="IRLN")``."""
    _, t = as_floats(*group)
    (x,) = _events((group,), zero_cells, possible(group), add=0.5)
    y, v = np.log(x / t), 1 / x
    return where_valid(possible(group), y, v)


@np.errstate(all="ignore")
def root_rate(group: Rates, *, zero_cells: ZeroCells = DEFAULT) -> tuple[FloatArray, FloatArray]:
    """Square root of the incidence rate, variance 1/(4t). ``escalc(measure="IRS")``."""
    _, t = as_floats(*group)
    (x,) = _events((group,), zero_cells, possible(group), add=0.0)
    y, v = np.sqrt(x / t), 1 / (4 * t)
    return where_valid(possible(group), y, v)


@np.errstate(all="ignore")
def freeman_tukey_rate(
    group: Rates, *, zero_cells: ZeroCells = DEFAULT
) -> tuple[FloatArray, FloatArray]:
    """Freeman-Tukey rate (√(x/t) + √((x+1)/t))/2, variance 1/(4t). ``escalc(measure="IRFT")``.

    Like the double arcsine of proportions it has no clear way back for a pooled value.

    References
    ----------
    Freeman and Tukey (1950), doi:10.1214/aoms/1177729756
    """
    _, t = as_floats(*group)
    (x,) = _events((group,), zero_cells, possible(group), add=0.0)
    y, v = (np.sqrt(x / t) + np.sqrt((x + 1) / t)) / 2, 1 / (4 * t)
    return where_valid(possible(group), y, v)
