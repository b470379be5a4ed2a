"""Means and standard deviations of two groups: differences, standardised differences, ratios.

All functions take the two groups' means, standard deviations and sizes, shape (..., k), and
return (y, v): estimates and sampling variances, group 1 minus group 2. Where the numbers cannot
give the measure both are NaN; `effects` says for each such row why.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gamma

from ketameta.measures.arms import Means, as_floats, where_valid
from ketameta.measures.averages import average
from ketameta.measures.estimates import FloatArray
from ketameta.measures.variance_formulas import check_variance
from ketameta.measures.zero_cells import BoolArray

# Coefficients of gamma(x + 1/2) / (gamma(x) sqrt(x)) in powers of 1/x.
_GAMMA_RATIO = (1, -1 / 8, 1 / 128, 5 / 1024, -21 / 32768, -399 / 262144, 869 / 4194304)


@np.errstate(all="ignore")
def small_sample_factor(df: ArrayLike) -> FloatArray:
    """Hedges's exact J(df) = gamma(df/2) / (sqrt(df/2) gamma((df - 1)/2)), shape of `df`.

    Multiplying a standardised mean by J removes its small-sample bias. Needs df > 1; NaN below.
    Above df = 101 the ratio of gammas is taken from its asymptotic series (error below 1e-14):
    gamma itself overflows later, and differences of log-gammas lose digits.

    References
    ----------
    Hedges (1981), doi:10.3102/10769986006002107
    """
    (m,) = as_floats(df)
    x = (m - 1) / 2
    small = gamma(m / 2) / gamma(x) / np.sqrt(m / 2)
    series = np.polynomial.polynomial.polyval(1 / x, _GAMMA_RATIO)
    large = np.sqrt((m - 1) / m) * series
    return np.where(m > 101, large, np.where(m > 1, small, np.nan))


def possible(group: Means) -> BoolArray:
    """Arms with at least two people, a finite mean and a standard deviation of 0 or more."""
    mean, sd, n = as_floats(*group)
    return np.asarray(np.isfinite(mean) & np.isfinite(sd) & np.isfinite(n) & (sd >= 0) & (n >= 2))


@np.errstate(all="ignore")
def pooled_sd(group_1: Means, group_2: Means) -> FloatArray:
    """Within-group standard deviation over both groups, weights n - 1."""
    _, s1, n1, _, s2, n2 = as_floats(*group_1, *group_2)
    return np.asarray(np.sqrt(((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / (n1 + n2 - 2)))


@np.errstate(all="ignore")
def mean_difference(
    group_1: Means, group_2: Means, *, variance: str = "LS"
) -> tuple[FloatArray, FloatArray]:
    """Difference of means in the outcome's own units.

    Parameters
    ----------
    group_1, group_2
        Means, shape (..., k).
    variance
        "LS": s1²/n1 + s2²/n2; "HO": one pooled SD (equal variances).

    Reproduces ``escalc(measure="MD")``.

    References
    ----------
    Cochrane Handbook 6.5, section 6.5.1
    """
    check_variance("MD", variance, "LS", "HO")
    m1, s1, n1, m2, s2, n2 = as_floats(*group_1, *group_2)
    if variance == "LS":
        v = s1**2 / n1 + s2**2 / n2
    else:
        v = pooled_sd(group_1, group_2) ** 2 * (1 / n1 + 1 / n2)
    y = m1 - m2
    return where_valid(possible(group_1) & possible(group_2), y, v)


@np.errstate(all="ignore")
def standardised_mean_difference(
    group_1: Means, group_2: Means, *, variance: str = "LS"
) -> tuple[FloatArray, FloatArray]:
    """Hedges's g: mean difference over the pooled SD, times the exact small-sample factor J.

    Parameters
    ----------
    group_1, group_2
        Means, shape (..., k).
    variance
        With N = n1 + n2, m = N - 2, d = g/J:
        "LS" 1/n1 + 1/n2 + g²/(2N) (Hedges 1982; default);
        "LS2" J² (1/n1 + 1/n2 + d²/(2N)) (Borenstein 2009);
        "UB" 1/n1 + 1/n2 + (1 - (m-2)/(m J²)) g², unbiased (Hedges 1983);
        "RevMan" 1/n1 + 1/n2 + g²/(2(N - 3.94)), with g = d (1 - 3/(4N - 9));
        "AV" as "LS" with the average of all g, weighted by N.

    Reproduces ``escalc(measure="SMD")`` with ``vtype`` of that name; RevMan 5 for "RevMan".

    References
    ----------
    Hedges (1981), doi:10.3102/10769986006002107; Hedges (1982), doi:10.1037/0033-2909.92.2.490
    """
    check_variance("SMD", variance, "LS", "LS2", "UB", "RevMan", "AV")
    m1, _, n1, m2, _, n2 = as_floats(*group_1, *group_2)
    total = n1 + n2
    d = (m1 - m2) / pooled_sd(group_1, group_2)
    j = 1 - 3 / (4 * total - 9) if variance == "RevMan" else small_sample_factor(total - 2)
    y = j * d
    base = 1 / n1 + 1 / n2
    valid = possible(group_1) & possible(group_2)
    if variance == "LS2":
        v = j**2 * (base + d**2 / (2 * total))
    elif variance == "UB":
        v = base + (1 - (total - 4) / ((total - 2) * j**2)) * y**2
    else:
        plugged = average(np.where(valid, y, np.nan), total) if variance == "AV" else y
        v = base + plugged**2 / (2 * (total - (3.94 if variance == "RevMan" else 0.0)))
    return where_valid(valid, y, v)


@np.errstate(all="ignore")
def heteroscedastic_difference(
    group_1: Means, group_2: Means, *, variance: str = "LS"
) -> tuple[FloatArray, FloatArray]:
    """Mean difference over the root mean square of the two SDs, which need not be equal.

    Parameters
    ----------
    group_1, group_2
        Means, shape (..., k).
    variance
        With s² = (s1² + s2²)/2, d = (m1 - m2)/s and g = J(n1 + n2 - 2) d:
        "LS" g² (s1⁴/(n1-1) + s2⁴/(n2-1))/(8 s⁴) + (s1²/(n1-1) + s2²/(n2-1))/s²;
        "LS2" the same with n for n - 1.

    Reproduces ``escalc(measure="SMDH")`` of metafor 4.6 and later.

    References
    ----------
    Bonett (2008), doi:10.1037/1082-989X.13.2.99
    """
    check_variance("SMDH", variance, "LS", "LS2")
    m1, s1, n1, m2, s2, n2 = as_floats(*group_1, *group_2)
    square = (s1**2 + s2**2) / 2
    y = small_sample_factor(n1 + n2 - 2) * (m1 - m2) / np.sqrt(square)
    f1, f2 = s1**2 / square, s2**2 / square
    df1, df2 = (n1 - 1, n2 - 1) if variance == "LS" else (n1, n2)
    v = y**2 * (f1**2 / df1 + f2**2 / df2) / 8 + f1 / df1 + f2 / df2
    return where_valid(possible(group_1) & possible(group_2), y, v)


@np.errstate(all="ignore")
def control_sd_difference(
    group_1: Means, group_2: Means, *, variance: str = "LS"
) -> tuple[FloatArray, FloatArray]:
    """Glass's delta: mean difference over the SD of group 2, corrected with J(n2 - 1).

    Apt where treatment changes the spread. Group 2 is the reference group.

    Parameters
    ----------
    group_1, group_2
        Means, shape (..., k).
    variance
        With m = n2 - 1, g = J(m) d: "LS" 1/n1 + 1/n2 + g²/(2 n2);
        "LS2" J² (1/n1 + 1/n2 + d²/(2 n2)); "UB" 1/n1 + 1/n2 + (1 - (m-2)/(m J²)) g²;
        "AV" as "LS" with the average of all g, weighted by n1 + n2;
        "H" allows unequal variances: s1²/(s2² (n1-1)) + 1/(n2-1) + g²/(2(n2-1)).

    Reproduces ``escalc(measure="SMD1")`` and, for "H", ``measure="SMD1H"``.

    References
    ----------
    Hedges (1981), doi:10.3102/10769986006002107; Bonett (2008), doi:10.1037/1082-989X.13.2.99
    """
    check_variance("SMD1", variance, "LS", "LS2", "UB", "AV", "H")
    m1, s1, n1, m2, s2, n2 = as_floats(*group_1, *group_2)
    d = (m1 - m2) / s2
    j = small_sample_factor(n2 - 1)
    y, base = j * d, 1 / n1 + 1 / n2
    valid = possible(group_1) & possible(group_2) & (n2 > 2)
    if variance in ("LS", "AV"):
        total = n1 + n2
        plugged = average(np.where(valid, y, np.nan), total) if variance == "AV" else y
        v = base + plugged**2 / (2 * n2)
    elif variance == "LS2":
        v = j**2 * (base + d**2 / (2 * n2))
    elif variance == "UB":
        v = base + (1 - (n2 - 3) / ((n2 - 1) * j**2)) * y**2
    else:
        v = (s1 / s2) ** 2 / (n1 - 1) + 1 / (n2 - 1) + y**2 / (2 * (n2 - 1))
    return where_valid(valid, y, v)


def unequal_control_sd_difference(group_1: Means, group_2: Means) -> tuple[FloatArray, FloatArray]:
    """Glass's delta with the variance for unequal SDs. ``escalc(measure="SMD1H")``."""
    return control_sd_difference(group_1, group_2, variance="H")


@np.errstate(all="ignore")
def ratio_of_means(
    group_1: Means, group_2: Means, *, variance: str = "LS"
) -> tuple[FloatArray, FloatArray]:
    """Log ratio of means, with the small-sample correction ½(s1²/(n1 m1²) - s2²/(n2 m2²)).

    For scales with a true zero whose means have one sign (grams, drinks, days).

    Parameters
    ----------
    group_1, group_2
        Means, shape (..., k).
    variance
        "LS" c1²/n1 + c2²/n2, c = s/m; "HO" with one pooled SD; "AV" with the average of all c1
        and that of all c2, weighted by n; "AVHO" with the average of both together.

    Reproduces ``escalc(measure="ROM")`` of metafor 5, which corrects by default (3.8-1 did not).

    References
    ----------
    Lajeunesse (2015), doi:10.1890/14-2402.1
    """
    check_variance("ROM", variance, "LS", "HO", "AV", "AVHO")
    m1, s1, n1, m2, s2, n2 = as_floats(*group_1, *group_2)
    e1, e2 = s1**2 / (n1 * m1**2), s2**2 / (n2 * m2**2)
    y = np.log(m1 / m2) + (e1 - e2) / 2
    valid = possible(group_1) & possible(group_2)
    if variance == "LS":
        v = e1 + e2
    elif variance == "HO":
        v = pooled_sd(group_1, group_2) ** 2 * (1 / (n1 * m1**2) + 1 / (n2 * m2**2))
    else:
        used = valid & np.isfinite(y)
        c1, c2 = np.where(used, s1 / m1, np.nan), np.where(used, s2 / m2, np.nan)
        if variance == "AVHO":
            mean_1 = mean_2 = average((n1 * c1 + n2 * c2) / (n1 + n2), n1 + n2)
        else:
            mean_1, mean_2 = average(c1, n1), average(c2, n2)
        v = mean_1**2 / n1 + mean_2**2 / n2
    return where_valid(valid, y, v)
