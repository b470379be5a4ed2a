"""Between counts and standard deviations: a continuous outcome that somebody cut into two.

All functions return (y, v), shape (..., k), with NaN where the numbers cannot give the measure.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtri

from ketameta.measures.arms import Counts, Means, as_floats, where_valid
from ketameta.measures.binary import fourfold_table, odds_ratio
from ketameta.measures.continuous import pooled_sd, possible
from ketameta.measures.estimates import FloatArray
from ketameta.measures.zero_cells import DEFAULT, ZeroCells

# Log odds per standard deviation: of the logistic distribution, and Cox's for the normal.
LOGISTIC, COX = math.pi / math.sqrt(3), 1.65


@np.errstate(all="ignore")
def probit_difference(
    group_1: Counts, group_2: Counts, *, zero_cells: ZeroCells = DEFAULT
) -> tuple[FloatArray, FloatArray]:
    """Difference of normal quantiles of the two risks: a standardised mean difference.

    y = z1 - z2, v = 2π (p1 q1 exp(z1²)/n1 + p2 q2 exp(z2²)/n2), z the quantile of the risk.
    Supposes a normal outcome with one standard deviation, cut at one value in both groups.
    Reproduces ``escalc(measure="PBIT")``.

    References
    ----------
    Sánchez-Meca, Marín-Martínez and Chacón-Moscoso (2003), doi:10.1037/1082-989X.8.4.448
    """
    t = fourfold_table(group_1, group_2, zero_cells, add=0.5, ratio=True)
    y = v = np.zeros_like(t.a)
    for sign, with_event, without in ((1, t.a, t.b), (-1, t.c, t.d)):
        n = with_event + without
        z = ndtri(with_event / n)
        y = y + sign * z
        v = v + 2 * np.pi * with_event * without * np.exp(z**2) / n**3
    return where_valid(t.valid, np.asarray(y), np.asarray(v))


def smd_by_cox(
    group_1: Counts, group_2: Counts, *, zero_cells: ZeroCells = DEFAULT
) -> tuple[FloatArray, FloatArray]:
    """Log odds ratio over 1.65 as a standardised mean difference. ``escalc(measure="OR2DN")``.

    References
    ----------
    Cox and Snell (1989), Analysis of Binary Data; Sánchez-Meca, Marín-Martínez and
    Chacón-Moscoso (2003), doi:10.1037/1082-989X.8.4.448
    """
    y, v = odds_ratio(group_1, group_2, zero_cells=zero_cells)
    return y / COX, v / COX**2


def smd_by_logistic(
    group_1: Counts, group_2: Counts, *, zero_cells: ZeroCells = DEFAULT
) -> tuple[FloatArray, FloatArray]:
    """Log odds ratio times √3/π as a standardised mean difference. ``escalc(measure="OR2DL")``.

    References
    ----------
    Hasselblad and Hedges (1995), doi:10.1037/0033-2909.117.1.167
    """
    y, v = odds_ratio(group_1, group_2, zero_cells=zero_cells)
    return y / LOGISTIC, v / LOGISTIC**2


@np.errstate(all="ignore")
def _cohen(group_1: Means, group_2: Means, factor: float) -> tuple[FloatArray, FloatArray]:
    m1, _, n1, m2, _, n2 = as_floats(*group_1, *group_2)
    d = (m1 - m2) / pooled_sd(group_1, group_2)
    v = 1 / n1 + 1 / n2 + d**2 / (2 * (n1 + n2))
    return where_valid(possible(group_1) & possible(group_2), d * factor, v * factor**2)


def odds_ratio_by_cox(group_1: Means, group_2: Means) -> tuple[FloatArray, FloatArray]:
    """Cohen's d times 1.65 as a log odds ratio. ``escalc(measure="D2ORN")``.

    Cohen's d is not corrected for small samples, and v is 1/n1 + 1/n2 + d²/(2N) before scaling.

    References
    ----------
    Cox and Snell (1989), Analysis of Binary Data; Sánchez-Meca, Marín-Martínez and
    Chacón-Moscoso (2003), doi:10.1037/1082-989X.8.4.448
    """
    return _cohen(group_1, group_2, COX)


def odds_ratio_by_logistic(group_1: Means, group_2: Means) -> tuple[FloatArray, FloatArray]:
    """Cohen's d times π/√3 as a log odds ratio. ``escalc(measure="D2ORL")``.

    References
    ----------
    Hasselblad and Hedges (1995), doi:10.1037/0033-2909.117.1.167
    """
    return _cohen(group_1, group_2, LOGISTIC)
