"""Mantel-Haenszel estimates: pooled from counts, without correcting zero cells.

All functions take two groups, counts of shape (..., k), leading axes a batch, and return the
estimate (natural log for ratios) and its standard error, shape (...). NaN where the estimate does
not exist: for ratios, if one of the groups has no event in any informative table.
"""

from __future__ import annotations

import numpy as np

from ketameta.measures.arms import Counts, Rates, as_floats
from ketameta.measures.estimates import FloatArray

EstimateAndError = tuple[FloatArray, FloatArray]


@np.errstate(all="ignore")
def mh_odds_ratio(group_1: Counts, group_2: Counts) -> EstimateAndError:
    """Log odds ratio, with the variance of Robins, Breslow and Greenland.

    Consistent both for few large and for many small tables.

    References
    ----------
    Mantel N, Haenszel W. J Natl Cancer Inst 1959;22:719-748. doi:10.1093/jnci/22.4.719.
    Robins J, Breslow N, Greenland S. Biometrics 1986;42:311-323. doi:10.2307/2531052.
    metafor: `rma.mh(measure = "OR")`.
    """
    a, n1, c, n2 = as_floats(*group_1, *group_2)
    b, d, n = n1 - a, n2 - c, n1 + n2
    r, s, p, q = a * d / n, b * c / n, (a + d) / n, (b + c) / n
    total_r, total_s = r.sum(axis=-1), s.sum(axis=-1)
    variance = 0.5 * (
        (p * r).sum(axis=-1) / total_r**2
        + (p * s + q * r).sum(axis=-1) / (total_r * total_s)
        + (q * s).sum(axis=-1) / total_s**2
    )
    return _ratio(total_r, total_s, variance)


@np.errstate(all="ignore")
def mh_risk_ratio(group_1: Counts, group_2: Counts) -> EstimateAndError:
    """Log risk ratio, with the variance of Greenland and Robins.

    References
    ----------
    Greenland S, Robins JM. Biometrics 1985;41:55-68. doi:10.2307/2530643.
    metafor: `rma.mh(measure = "RR")`.
    """
    a, n1, c, n2 = as_floats(*group_1, *group_2)
    n = n1 + n2
    total_r, total_s = (a * n2 / n).sum(axis=-1), (c * n1 / n).sum(axis=-1)
    spread = (n1 * n2 * (a + c) / n**2 - a * c / n).sum(axis=-1)
    return _ratio(total_r, total_s, spread / (total_r * total_s))


@np.errstate(all="ignore")
def mh_risk_difference(group_1: Counts, group_2: Counts) -> EstimateAndError:
    """Risk difference, with Sato's variance, which also holds for many small tables.

    References
    ----------
    Greenland S, Robins JM. Biometrics 1985;41:55-68. doi:10.2307/2530643.
    Sato T, Greenland S, Robins JM. Biometrics 1989;45:1323-1324. doi:10.2307/2531784.
    metafor: `rma.mh(measure = "RD")`.
    """
    a, n1, c, n2 = as_floats(*group_1, *group_2)
    n = n1 + n2
    total = (n1 * n2 / n).sum(axis=-1)
    estimate = ((a * n2 - c * n1) / n).sum(axis=-1) / total
    p = (n1**2 * c - n2**2 * a + 0.5 * n1 * n2 * (n2 - n1)) / n**2
    q = (a * (n2 - c) + c * (n1 - a)) / (2.0 * n)
    variance = (estimate * p.sum(axis=-1) + q.sum(axis=-1)) / total**2
    return np.asarray(estimate), np.asarray(np.sqrt(variance))


@np.errstate(all="ignore")
def mh_rate_ratio(group_1: Rates, group_2: Rates) -> EstimateAndError:
    """Log incidence rate ratio from events and person-time.

    References
    ----------
    Greenland S, Robins JM. Biometrics 1985;41:55-68. doi:10.2307/2530643.
    metafor: `rma.mh(measure = "IRR")`.
    """
    x1, t1, x2, t2 = as_floats(*group_1, *group_2)
    t = t1 + t2
    total_r, total_s = (x1 * t2 / t).sum(axis=-1), (x2 * t1 / t).sum(axis=-1)
    spread = ((x1 + x2) * t1 * t2 / t**2).sum(axis=-1)
    return _ratio(total_r, total_s, spread / (total_r * total_s))


@np.errstate(all="ignore")
def mh_rate_difference(group_1: Rates, group_2: Rates) -> EstimateAndError:
    """Incidence rate difference from events and person-time.

    References
    ----------
    Greenland S, Robins JM. Biometrics 1985;41:55-68. doi:10.2307/2530643.
    metafor: `rma.mh(measure = "IRD")`.
    """
    x1, t1, x2, t2 = as_floats(*group_1, *group_2)
    t = t1 + t2
    total = (t1 * t2 / t).sum(axis=-1)
    estimate = ((x1 * t2 - x2 * t1) / t).sum(axis=-1) / total
    variance = ((x1 * t2**2 + x2 * t1**2) / t**2).sum(axis=-1) / total**2
    return np.asarray(estimate), np.asarray(np.sqrt(variance))


def _ratio(upper: FloatArray, lower: FloatArray, variance: FloatArray) -> EstimateAndError:
    exists = (upper > 0.0) & (lower > 0.0)
    estimate = np.where(exists, np.log(upper / lower), np.nan)
    return estimate, np.where(exists, np.sqrt(variance), np.nan)
