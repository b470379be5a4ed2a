"""How two yes-or-no variables go together: phi, Yule's Q and Y.

The rows of the table are groups 1 and 2, its columns with and without the event. All functions
return (y, v), shape (..., k), with NaN where a table cannot give the measure.
"""

from __future__ import annotations

import numpy as np

from ketameta.measures import fisher
from ketameta.measures.arms import Counts, where_valid
from ketameta.measures.binary import FourfoldTable, fourfold_table
from ketameta.measures.estimates import FloatArray
from ketameta.measures.variance_formulas import check_variance
from ketameta.measures.zero_cells import DEFAULT, ZeroCells


@np.errstate(all="ignore")
def phi(
    group_1: Counts,
    group_2: Counts,
    *,
    zero_cells: ZeroCells = DEFAULT,
    variance: str = "CS",
) -> tuple[FloatArray, FloatArray]:
    """Phi coefficient (ad - bc)/√(n1 n2 e1 e2), the correlation of two yes-or-no variables.

    Defined with zero cells, so nothing is added unless an amount is named; tables in which
    everybody or nobody has the event have no phi.

    Parameters
    ----------
    group_1, group_2
        Counts, shape (..., k).
    zero_cells
        Rule for zero cells.
    variance
        "CS": one sample was sorted into the four cells (cross-sectional studies; the default of
        metafor); "ST": the sizes of the two groups were fixed (trials, case-control studies).

    Reproduces ``escalc(measure="PHI")``.

    References
    ----------
    Bishop, Fienberg and Holland (1975), Discrete Multivariate Analysis, chapter 11, for "CS";
    "ST" is the delta method over two independent proportions
    """
    check_variance("PHI", variance, "ST", "CS")
    t = fourfold_table(group_1, group_2, zero_cells, add=0.0, ratio=True)
    n = t.a + t.b + t.c + t.d
    p1, p2 = (t.a + t.b) / n, (t.a + t.c) / n
    spread_1, spread_2 = p1 * (1 - p1), p2 * (1 - p2)
    y = (t.a * t.d - t.b * t.c) / (n**2 * np.sqrt(spread_1 * spread_2))
    if variance == "CS":
        skew_1, skew_2 = 2 * p1 - 1, 2 * p2 - 1
        uneven = skew_1**2 / spread_1 + skew_2**2 / spread_2
        both = skew_1 * skew_2 / np.sqrt(spread_1 * spread_2)
        v = (1 - y**2 + y * (1 + y**2 / 2) * both - 0.75 * y**2 * uneven) / n
    else:
        v = _stratified_variance(t, p1, spread_2)
    return where_valid(t.valid, y, v)


def _stratified_variance(t: FourfoldTable, share: FloatArray, spread: FloatArray) -> FloatArray:
    """Delta method for phi = √(w(1 - w)) (r1 - r2)/√(p(1 - p)), p = w r1 + (1 - w) r2."""
    n1, n2 = t.a + t.b, t.c + t.d
    risk_1, risk_2 = t.a / n1, t.c / n2
    p = share * risk_1 + (1 - share) * risk_2
    scale = np.sqrt(share * (1 - share) / spread)
    bend = (risk_1 - risk_2) * (1 - 2 * p) / (2 * spread)
    slope_1, slope_2 = scale * (1 - share * bend), scale * (-1 - (1 - share) * bend)
    v = slope_1**2 * risk_1 * (1 - risk_1) / n1 + slope_2**2 * risk_2 * (1 - risk_2) / n2
    return np.asarray(v)


def fisher_z_of_phi(
    group_1: Counts,
    group_2: Counts,
    *,
    zero_cells: ZeroCells = DEFAULT,
    variance: str = "CS",
) -> tuple[FloatArray, FloatArray]:
    """Fisher's z of phi, variance by the delta method. ``escalc(measure="ZPHI")``, metafor 4."""
    return fisher.transformed(*phi(group_1, group_2, zero_cells=zero_cells, variance=variance))


@np.errstate(all="ignore")
def yule_q(
    group_1: Counts, group_2: Counts, *, zero_cells: ZeroCells = DEFAULT
) -> tuple[FloatArray, FloatArray]:
    """Yule's Q = (OR - 1)/(OR + 1), variance (1 - Q²)² (1/a + 1/b + 1/c + 1/d)/4.

    Tables without information give NaN, as for the odds ratio. ``escalc(measure="YUQ")``.

    References
    ----------
    Yule (1912), doi:10.2307/2340126
    """
    t = fourfold_table(group_1, group_2, zero_cells, add=0.5, ratio=True)
    ad, bc = t.a * t.d, t.b * t.c
    y = (ad - bc) / (ad + bc)
    return where_valid(t.valid, y, (1 - y**2) ** 2 * _woolf(t) / 4)


@np.errstate(all="ignore")
def yule_y(
    group_1: Counts, group_2: Counts, *, zero_cells: ZeroCells = DEFAULT
) -> tuple[FloatArray, FloatArray]:
    """Yule's Y = (√OR - 1)/(√OR + 1), variance (1 - Y²)² (1/a + 1/b + 1/c + 1/d)/16.

    Also called the coefficient of colligation. ``escalc(measure="YUY")``.

    References
    ----------
    Yule (1912), doi:10.2307/2340126
    """
    t = fourfold_table(group_1, group_2, zero_cells, add=0.5, ratio=True)
    ad, bc = np.sqrt(t.a * t.d), np.sqrt(t.b * t.c)
    y = (ad - bc) / (ad + bc)
    return where_valid(t.valid, y, (1 - y**2) ** 2 * _woolf(t) / 16)


def _woolf(t: FourfoldTable) -> FloatArray:
    return np.asarray(1 / t.a + 1 / t.b + 1 / t.c + 1 / t.d)
