"""Mean and SD from quantiles of skewed positive data, by way of a Box-Cox transformation."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from scipy.optimize import brentq, minimize_scalar

from ketameta.errors import DataError
from ketameta.measures.conversions.assumption import Assumption, Converted, demand
from ketameta.measures.conversions.finite import finite_result
from ketameta.measures.conversions.normal_quantiles import MeanSD, luo_mean, wan_sd
from ketameta.measures.conversions.summaries import QuantileSummary

_REFERENCE = "McGrath et al. (2020), doi:10.1177/0962280219889080; Box and Cox (1964)"
# Powers outside turn any summary of real data into a step; the search stays within.
_POWERS = (-20.0, 20.0)
_REACH = 8.0  # standard deviations of the transformed normal that are integrated over
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(400)


@finite_result
def box_cox_mean_sd(summary: QuantileSummary) -> Converted[MeanSD]:
    """Mean and SD of positive data that a power makes normal.

    The power λ makes the transformed quantiles symmetric about the median; Luo's mean and Wan's
    SD apply there; mean and SD of the back-transformed normal are integrated numerically.
    With quartiles and range both there, λ minimises the sum of their squared relative
    asymmetries (scale-free, so that a large |λ| gains nothing by shrinking everything). The
    integration is over the part of the normal that has a positive back-transform, cut
    symmetrically, and needs no random numbers (estmeansd's result changes with the seed).

    Raises
    ------
    DataError
        When a value is not above 0, two quantiles are equal, or the back-transform has no mean.

    References
    ----------
    McGrath et al. (2020), doi:10.1177/0962280219889080
    """
    values = [value for _, value in summary.points()]
    demand(
        values[0] > 0 and all(x < y for x, y in pairwise(values)),
        "Box-Cox method: it needs values above 0 of which no two are equal. Use fitted_mean_sd.",
    )
    # In units of the median the powers stay near 1 whatever the unit of the outcome.
    unit = _mapped(summary, lambda x: x / summary.median)
    power = _symmetric_power(unit)
    turned = _mapped(unit, lambda x: _box_cox(x, power))
    mean, sd = _moments(luo_mean(turned), wan_sd(turned), power)
    assumption = Assumption(
        "box_cox_power",
        "The outcome is normal after raising it to this power; its mean and SD were estimated "
        "from quantiles and are less certain than reported ones.",
        power,
        None,
        None,
        _REFERENCE,
        "Fitted to the quantiles, not supposed: convert by another method and compare.",
    )
    return Converted(MeanSD(mean * summary.median, sd * summary.median), (assumption,))


def _mapped(summary: QuantileSummary, function: Callable[[float], float]) -> QuantileSummary:
    q1, q3 = (None, None) if summary.q1 is None else map(function, summary.quartiles)
    low, high = (None, None) if summary.low is None else map(function, summary.ends)
    return QuantileSummary(function(summary.median), summary.n, q1=q1, q3=q3, low=low, high=high)


def _box_cox(x: float, power: float) -> float:
    log = math.log(x)
    return log if power == 0 else math.expm1(power * log) / power


def _asymmetry(pair: tuple[float, float], power: float) -> float:
    """(upper - lower distance from the median)/(their sum), for values in units of the median."""
    low, high = _box_cox(pair[0], power), _box_cox(pair[1], power)
    return (high + low) / (high - low)


def _symmetric_power(unit: QuantileSummary) -> float:
    if unit.has_range and unit.has_quartiles:
        found = minimize_scalar(
            lambda power: (
                _asymmetry(unit.quartiles, power) ** 2 + _asymmetry(unit.ends, power) ** 2
            ),
            bounds=_POWERS,
            method="bounded",
            options={"xatol": 1e-12},
        )
        return float(found.x)
    pair = unit.quartiles if unit.has_quartiles else unit.ends
    demand(
        _asymmetry(pair, _POWERS[0]) < 0 < _asymmetry(pair, _POWERS[1]),
        "Box-Cox method: no power makes these quantiles symmetric. Use fitted_mean_sd.",
    )
    return float(brentq(lambda power: _asymmetry(pair, power), *_POWERS, xtol=1e-13))


def _moments(mean: float, sd: float, power: float) -> tuple[float, float]:
    """Mean and SD of (λ Z + 1)^(1/λ), Z normal, cut to where it is defined."""
    reach = _REACH
    if power > 0:
        reach = min(reach, (mean + 1 / power) / sd)
    elif power < 0:
        # The back-transform runs to infinity at this distance: nearer than six standard
        # deviations its mean is at the mercy of where the tail is cut.
        pole = -(mean + 1 / power) / sd
        if pole < 6:
            raise DataError(
                "Box-Cox method: the fitted distribution has too long a tail to have a mean. Use "
                "fitted_mean_sd, or compare medians."
            )
        reach = min(reach, 0.9 * pole)
    z = reach * _NODES
    density = _WEIGHTS * np.exp(-z * z / 2)
    density /= density.sum()
    normal = mean + sd * z
    x = np.exp(normal) if power == 0 else np.exp(np.log1p(power * normal) / power)
    average = float(density @ x)
    return average, math.sqrt(float(density @ (x - average) ** 2))
