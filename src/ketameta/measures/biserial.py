"""Correlation of a group with a continuous outcome, from the groups' means.

All functions return (y, v), shape (..., k), with NaN where the numbers cannot give the measure.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from ketameta.measures import fisher
from ketameta.measures.arms import Means, as_floats, where_valid
from ketameta.measures.continuous import pooled_sd, possible
from ketameta.measures.estimates import FloatArray
from ketameta.measures.variance_formulas import check_variance
from ketameta.measures.zero_cells import BoolArray


@np.errstate(all="ignore")
def point_biserial(
    group_1: Means, group_2: Means, *, variance: str = "ST"
) -> tuple[FloatArray, FloatArray]:
    """Correlation of being in group 1 rather than 2 with the outcome: d/√(d² + h).

    d is Cohen's d, h = m/n1 + m/n2, m = n1 + n2 - 2.

    Parameters
    ----------
    group_1, group_2
        Means, shape (..., k).
    variance
        "ST", group sizes fixed: h² (1/n1 + 1/n2 + d²/(2N))/(d² + h)³;
        "CS", one sample: (1-r²)² (1 - 3r²/2 + r²/(4pq))/N, p and q the shares of the groups.

    Reproduces ``escalc(measure="RPB")``.

    References
    ----------
    Tate (1954), doi:10.1214/aoms/1177728730; Jacobs and Viechtbauer (2017),
    doi:10.1002/jrsm.1218
    """
    check_variance("RPB", variance, "ST", "CS")
    r, d, h = _parts(group_1, group_2)
    _, _, n1, _, _, n2 = as_floats(*group_1, *group_2)
    total = n1 + n2
    if variance == "CS":
        v = (1 - r**2) ** 2 * (1 - 1.5 * r**2 + r**2 * total**2 / (4 * n1 * n2)) / total
    else:
        v = h**2 * (1 / n1 + 1 / n2 + d**2 / (2 * total)) / (d**2 + h) ** 3
    return where_valid(_both(group_1, group_2), r, v)


def fisher_z_of_point_biserial(
    group_1: Means, group_2: Means, *, variance: str = "ST"
) -> tuple[FloatArray, FloatArray]:
    """Fisher's z of the point-biserial correlation. ``escalc(measure="ZPB")``, metafor 4."""
    return fisher.transformed(*point_biserial(group_1, group_2, variance=variance))


@np.errstate(all="ignore")
def biserial(group_1: Means, group_2: Means) -> tuple[FloatArray, FloatArray]:
    """Correlation with the normal variable that was cut to make the groups: r √(pq)/f.

    f is the normal density where the share p of group 1 lies above. It can leave the range from
    -1 to 1. With z = Φ⁻¹(q), q = 1 - p, Soper's variance is
    (pq/f² - (3/2 + (1 - pz/f)(1 + qz/f)) y² + y⁴)/(N - 1).
    Reproduces ``escalc(measure="RBIS")``.

    References
    ----------
    Soper (1914), doi:10.1093/biomet/10.2-3.384; Jacobs and Viechtbauer (2017),
    doi:10.1002/jrsm.1218
    """
    r, _, _ = _parts(group_1, group_2)
    _, _, n1, _, _, n2 = as_floats(*group_1, *group_2)
    total = n1 + n2
    p, q = n1 / total, n2 / total
    z = ndtri(q)
    f = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    y = r * np.sqrt(p * q) / f
    bend = 1.5 + (1 - p * z / f) * (1 + q * z / f)
    v = (p * q / f**2 - bend * y**2 + y**4) / (total - 1)
    return where_valid(_both(group_1, group_2), np.asarray(y), np.asarray(v))


def fisher_z_of_biserial(group_1: Means, group_2: Means) -> tuple[FloatArray, FloatArray]:
    """Fisher's z of the biserial correlation, NaN beyond -1 or 1. ``escalc(measure="ZBIS")``."""
    return fisher.transformed(*biserial(group_1, group_2))


def _parts(group_1: Means, group_2: Means) -> tuple[FloatArray, FloatArray, FloatArray]:
    """r, Cohen's d and h."""
    m1, _, n1, m2, _, n2 = as_floats(*group_1, *group_2)
    d = (m1 - m2) / pooled_sd(group_1, group_2)
    h = (n1 + n2 - 2) * (1 / n1 + 1 / n2)
    return d / np.sqrt(d**2 + h), d, h


def _both(group_1: Means, group_2: Means) -> BoolArray:
    return possible(group_1) & possible(group_2)
