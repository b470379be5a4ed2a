"""The standard deviation of change, and the correlation behind it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ketameta.measures.arms import as_floats
from ketameta.measures.conversions.assumption import (
    Assumption,
    Converted,
    Range,
    demand,
    demand_range,
)
from ketameta.measures.conversions.finite import finite_result
from ketameta.measures.estimates import FloatArray

# A convention of this project, wide because the correlation is seldom reported; not an estimate.
PLAUSIBLE_CORRELATION = (0.3, 0.8)


@finite_result
def sd_of_change(
    sd_1: ArrayLike,
    sd_2: ArrayLike,
    r: float,
    *,
    plausible: Range = PLAUSIBLE_CORRELATION,
) -> Converted[FloatArray]:
    """SD of the differences between two measurements of the same people.

    √(s1² + s2² - 2 r s1 s2): for change from baseline, and for paired crossover differences.

    Parameters
    ----------
    sd_1, sd_2
        Standard deviations of the two measurements (or conditions).
    r
        Their correlation, borrowed from elsewhere.
    plausible
        Range of correlations for the sensitivity analysis; must hold r.

    References
    ----------
    Cochrane Handbook 6.5, sections 6.5.2.8 and 23.2.7.1
    """
    first, second = as_floats(sd_1, sd_2)
    demand((first >= 0) & (second >= 0), "standard deviation: it cannot be below 0.")
    demand(-1 <= r <= 1, f"correlation: {r!r} does not lie between -1 and 1.")
    low, high = demand_range(plausible, r, "correlation")
    # (s1 - s2)² + 2 (1 - r) s1 s2 cannot fall below 0 by rounding.
    sd = np.sqrt((first - second) ** 2 + 2 * (1 - r) * first * second)
    return Converted(
        np.asarray(sd),
        (
            Assumption(
                "correlation",
                "The two measurements of the same people correlate like this.",
                r,
                low,
                high,
                "Cochrane Handbook 6.5, section 6.5.2.8",
            ),
        ),
    )


@finite_result
def correlation_from_sds(sd_1: ArrayLike, sd_2: ArrayLike, sd_difference: ArrayLike) -> FloatArray:
    """Correlation (s1² + s2² - s_d²)/(2 s1 s2) that a trial's three SDs imply.

    To borrow the correlation of a trial that reports all three. No assumption is made.

    Raises
    ------
    DataError
        When the three cannot belong together (a correlation outside -1 to 1).

    References
    ----------
    Cochrane Handbook 6.5, sections 6.5.2.8 and 23.2.7.2
    """
    first, second, difference = as_floats(sd_1, sd_2, sd_difference)
    demand((first > 0) & (second > 0) & (difference >= 0), "standard deviations: not above 0.")
    r = (first**2 + second**2 - difference**2) / (2 * first * second)
    demand(
        np.abs(r) <= 1 + 1e-12,
        "correlation: the three standard deviations imply one outside -1 to 1. Check which is "
        "which, and whether one is a standard error.",
    )
    return np.clip(r, -1, 1)


@finite_result
def correlation_from_t(
    mean_difference: ArrayLike, t: ArrayLike, sd_1: ArrayLike, sd_2: ArrayLike, n: ArrayLike
) -> FloatArray:
    """Correlation that a crossover trial's paired t statistic implies: s_d = |difference/t| √n.

    References
    ----------
    Elbourne et al. (2002), doi:10.1093/ije/31.1.140
    """
    difference, statistic, size = as_floats(mean_difference, t, n)
    demand((statistic != 0) & (difference != 0), "t statistic: 0 says nothing about the spread.")
    demand(size >= 2, "n: a standard deviation needs at least two people.")
    return correlation_from_sds(sd_1, sd_2, np.abs(difference / statistic) * np.sqrt(size))
