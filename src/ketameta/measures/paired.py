"""The same people twice: change within a group, crossover trials, change against a control group.

All functions return (y, v), shape (..., k); measurement 1 minus measurement 2, so for change from
baseline 1 is the later one. NaN where the numbers cannot give the measure. The correlation
between the two measurements is seldom reported: vary it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ketameta.measures.arms import Means, Pairs, as_floats, where_valid
from ketameta.measures.continuous import possible, small_sample_factor
from ketameta.measures.estimates import FloatArray
from ketameta.measures.variance_formulas import check_variance
from ketameta.measures.zero_cells import BoolArray


@np.errstate(all="ignore")
def mean_change(change: Means) -> tuple[FloatArray, FloatArray]:
    """Mean of the within-person differences, variance s_d²/n: change, or a paired crossover MD.

    Parameters
    ----------
    change
        Mean and SD of the differences, and people; s_d² = s1² + s2² - 2 r s1 s2.

    Reproduces ``escalc(measure="MC")``.

    References
    ----------
    Elbourne et al. (2002), doi:10.1093/ije/31.1.140; Cochrane Handbook 6.5, section 23.2.7.1
    """
    mean, sd, n = as_floats(*change)
    v = sd**2 / n
    return where_valid(possible(change), mean, v)


@np.errstate(all="ignore")
def change_score_difference(
    change: Means, *, variance: str = "LS"
) -> tuple[FloatArray, FloatArray]:
    """Mean change over the SD of the changes: g = J(n - 1) m/s_d.

    Its unit is the SD of changes, so it cannot be pooled with differences between groups.

    Parameters
    ----------
    change
        Mean and SD of the differences, and people, shape (..., k).
    variance
        With m = n - 1, d = g/J: "LS" 1/n + g²/(2n); "LS2" J² (1/n + d²/(2n));
        "UB" 1/n + (1 - (m-2)/(m J²)) g², unbiased: d √n is non-central t.

    Reproduces ``escalc(measure="SMCC")``.

    References
    ----------
    Gibbons, Hedeker and Davis (1993), doi:10.3102/10769986018003271
    """
    check_variance("SMCC", variance, "LS", "LS2", "UB")
    mean, sd, n = as_floats(*change)
    d, j = mean / sd, small_sample_factor(n - 1)
    y = j * d
    if variance == "LS2":
        v = j**2 * (1 / n + d**2 / (2 * n))
    elif variance == "UB":
        v = 1 / n + (1 - (n - 3) / ((n - 1) * j**2)) * y**2
    else:
        v = 1 / n + y**2 / (2 * n)
    return where_valid(possible(change) & (n > 2), y, v)


@np.errstate(all="ignore")
def raw_score_difference(
    mean_change: ArrayLike,
    sd_1: ArrayLike,
    n: ArrayLike,
    r: ArrayLike,
    *,
    variance: str = "LS",
) -> tuple[FloatArray, FloatArray]:
    """Mean change over the SD of measurement 1: g = J(n - 1) m/s1.

    Which measurement is number 1 decides whose SD is the unit: metafor's call gives the SD of
    m1i. For change from baseline in units of the baseline SD give the baseline's SD.

    Parameters
    ----------
    mean_change, sd_1, n, r
        Mean change, SD of measurement 1, people and correlation, shape (..., k).
    variance
        With d = g/J: "LS" 2(1-r)/n + g²/(2n); "LS2" J² (2(1-r)/n + d²/(2n)).

    Reproduces ``escalc(measure="SMCR")``.

    References
    ----------
    Becker (1988), doi:10.1111/j.2044-8317.1988.tb00901.x
    """
    check_variance("SMCR", variance, "LS", "LS2")
    mean, sd, size, correlation = as_floats(mean_change, sd_1, n, r)
    d, j = mean / sd, small_sample_factor(size - 1)
    y = j * d
    v = 2 * (1 - correlation) / size + y**2 / (2 * size)
    if variance == "LS2":
        v = j**2 * (2 * (1 - correlation) / size + d**2 / (2 * size))
    valid = possible(Means(mean, sd, size)) & (size > 2) & (np.abs(correlation) <= 1)
    return where_valid(valid, y, v)


@np.errstate(all="ignore")
def raw_score_difference_unequal(
    mean_change: ArrayLike, sd_1: ArrayLike, sd_change: ArrayLike, n: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Mean change over the SD of measurement 1, for unequal variances.

    g = J(n - 1) m/s1, v = s_d²/(s1² (n-1)) + g²/(2(n-1)).
    Reproduces ``escalc(measure="SMCRH")`` of metafor 4.6 and later.

    References
    ----------
    Bonett (2008), doi:10.1037/1082-989X.13.2.99
    """
    mean, sd, sd_d, size = as_floats(mean_change, sd_1, sd_change, n)
    y = small_sample_factor(size - 1) * mean / sd
    v = (sd_d / sd) ** 2 / (size - 1) + y**2 / (2 * (size - 1))
    valid = possible(Means(mean, sd, size)) & (size > 2) & (sd_d >= 0)
    return where_valid(valid, y, v)


@np.errstate(all="ignore")
def ratio_of_paired_means(pairs: Pairs) -> tuple[FloatArray, FloatArray]:
    """Log ratio of two means in the same people, corrected for small samples.

    With c = s/m: y = ln(m1/m2) + (c1² - c2²)/(2n), v = (c1² + c2² - 2 r c1 c2)/n.
    Reproduces ``escalc(measure="ROMC")`` of metafor 5, which corrects by default.

    References
    ----------
    Lajeunesse (2011), doi:10.1890/11-0423.1
    """
    m1, s1, m2, s2, n, r = as_floats(*pairs)
    c1, c2 = s1 / m1, s2 / m2
    y = np.log(m1 / m2) + (c1**2 - c2**2) / (2 * n)
    v = (c1**2 + c2**2 - 2 * r * c1 * c2) / n
    return where_valid(_possible_pairs(pairs), y, v)


@np.errstate(all="ignore")
def crossover_standardised_difference(pairs: Pairs) -> tuple[FloatArray, FloatArray]:
    """Standardised mean difference of a crossover trial, in between-person SDs.

    d = (m1 - m2)/√((s1² + s2²)/2), se = √(1/n + d²/(2n)) √(2(1 - r)): the unit is that of a
    parallel trial's SMD, so the two can be pooled. The Handbook applies no small-sample factor.

    References
    ----------
    Cochrane Handbook 6.5, section 23.2.7.2
    """
    m1, s1, m2, s2, n, r = as_floats(*pairs)
    y = (m1 - m2) / np.sqrt((s1**2 + s2**2) / 2)
    v = (1 / n + y**2 / (2 * n)) * 2 * (1 - r)
    return where_valid(_possible_pairs(pairs), y, v)


@np.errstate(all="ignore")
def controlled_change(
    group_1: Means, group_2: Means, r: ArrayLike, *, variance: str = "exact"
) -> tuple[FloatArray, FloatArray]:
    """Difference in mean change over the pooled baseline SD (d_ppc2), times J(n1 + n2 - 2).

    Parameters
    ----------
    group_1, group_2
        Mean change, SD at baseline and people of each group, shape (..., k).
    r
        Correlation of baseline and later scores, the same in both groups.
    variance
        With a = 2(1-r)(1/n1 + 1/n2), m = n1 + n2 - 2:
        "exact" J² a m/(m-2) (1 + g²/a) - g² (Morris 2008, equation 25);
        "LS" a + g²/(2(n1 + n2)).

    No metafor measure; its site shows the "LS" form. Morris approximates J by 1 - 3/(4m - 1).

    References
    ----------
    Morris (2008), doi:10.1177/1094428106291059
    """
    check_variance("DPPC2", variance, "exact", "LS")
    m1, s1, n1, m2, s2, n2, correlation = as_floats(*group_1, *group_2, r)
    m = n1 + n2 - 2
    sd = np.sqrt(((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / m)
    j = small_sample_factor(m)
    y = j * (m1 - m2) / sd
    a = 2 * (1 - correlation) * (1 / n1 + 1 / n2)
    if variance == "LS":
        v = a + y**2 / (2 * (n1 + n2))
    else:
        v = j**2 * m / (m - 2) * (a + y**2) - y**2
    valid = possible(group_1) & possible(group_2) & (np.abs(correlation) <= 1)
    return where_valid(valid & ((m > 2) | (variance == "LS")), y, v)


def _possible_pairs(pairs: Pairs) -> BoolArray:
    m1, s1, m2, s2, n, r = as_floats(*pairs)
    return possible(Means(m1, s1, n)) & possible(Means(m2, s2, n)) & (np.abs(r) <= 1)
