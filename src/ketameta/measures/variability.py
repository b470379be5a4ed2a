"""Does treatment change how much people differ? Ratios of spread, between groups or within."""

from __future__ import annotations

import numpy as np

from ketameta.measures.arms import Means, Pairs, as_floats, where_valid
from ketameta.measures.continuous import possible
from ketameta.measures.estimates import FloatArray


@np.errstate(all="ignore")
def variability_ratio(group_1: Means, group_2: Means) -> tuple[FloatArray, FloatArray]:
    """Log ratio of standard deviations, corrected for small samples.

    y = ln(s1/s2) + 1/(2(n1-1)) - 1/(2(n2-1)), v = 1/(2(n1-1)) + 1/(2(n2-1)).
    Reproduces ``escalc(measure="VR")``.

    References
    ----------
    Nakagawa et al. (2015), doi:10.1111/2041-210X.12309
    """
    _, s1, n1, _, s2, n2 = as_floats(*group_1, *group_2)
    e1, e2 = 1 / (2 * (n1 - 1)), 1 / (2 * (n2 - 1))
    y = np.log(s1 / s2) + e1 - e2
    v = e1 + e2
    return where_valid(possible(group_1) & possible(group_2), y, v)


@np.errstate(all="ignore")
def coefficient_of_variation_ratio(group_1: Means, group_2: Means) -> tuple[FloatArray, FloatArray]:
    """Log ratio of coefficients of variation s/m, corrected for small samples.

    With c = s/m: y = ln(c1/c2) + 1/(2(n1-1)) - 1/(2(n2-1)) - ½(c1²/n1 - c2²/n2),
    v = 1/(2(n1-1)) + c1²/n1 + 1/(2(n2-1)) + c2²/n2. Means must be above 0.
    Reproduces ``escalc(measure="CVR")`` of metafor 5, which corrects by default (3.8-1 did not).

    References
    ----------
    Nakagawa et al. (2015), doi:10.1111/2041-210X.12309; Senior et al. (2020),
    doi:10.1002/jrsm.1423
    """
    m1, s1, n1, m2, s2, n2 = as_floats(*group_1, *group_2)
    c1, c2 = s1 / m1, s2 / m2
    e1, e2 = 1 / (2 * (n1 - 1)), 1 / (2 * (n2 - 1))
    q1, q2 = c1**2 / n1, c2**2 / n2
    y = np.log(c1 / c2) + e1 - e2 - (q1 - q2) / 2
    v = e1 + q1 + e2 + q2
    return where_valid(possible(group_1) & possible(group_2) & (m1 > 0) & (m2 > 0), y, v)


@np.errstate(all="ignore")
def paired_variability_ratio(pairs: Pairs) -> tuple[FloatArray, FloatArray]:
    """Log ratio of the SDs of two measurements of the same people.

    y = ln(s1/s2), v = (1 - r²)/(n - 1). Reproduces ``escalc(measure="VRC")``.

    References
    ----------
    Nakagawa et al. (2015), doi:10.1111/2041-210X.12309
    """
    m1, s1, m2, s2, n, r = as_floats(*pairs)
    y, v = np.log(s1 / s2), (1 - r**2) / (n - 1)
    valid = possible(Means(m1, s1, n)) & possible(Means(m2, s2, n)) & (np.abs(r) <= 1)
    return where_valid(valid, y, v)


@np.errstate(all="ignore")
def paired_coefficient_of_variation_ratio(pairs: Pairs) -> tuple[FloatArray, FloatArray]:
    """Log ratio of coefficients of variation of two measurements of the same people.

    With c = s/m: y = ln(c1/c2) - (c1² - c2²)/(2n),
    v = (1 - r²)/(n - 1) + (c1² + c2² - 2 r c1 c2)/n. Means must be above 0.
    Reproduces ``escalc(measure="CVRC")`` of metafor 5, which corrects by default.

    References
    ----------
    Nakagawa et al. (2015), doi:10.1111/2041-210X.12309
    """
    m1, s1, m2, s2, n, r = as_floats(*pairs)
    c1, c2 = s1 / m1, s2 / m2
    y = np.log(c1 / c2) - (c1**2 - c2**2) / (2 * n)
    v = (1 - r**2) / (n - 1) + (c1**2 + c2**2 - 2 * r * c1 * c2) / n
    valid = possible(Means(m1, s1, n)) & possible(Means(m2, s2, n)) & (np.abs(r) <= 1)
    return where_valid(valid & (m1 > 0) & (m2 > 0), y, v)
