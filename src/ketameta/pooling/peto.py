"""Peto's one-step odds ratio: observed minus expected events."""

from __future__ import annotations

import numpy as np

from ketameta.measures.arms import Counts, as_floats
from ketameta.measures.estimates import FloatArray


@np.errstate(all="ignore")
def observed_minus_expected(group_1: Counts, group_2: Counts) -> tuple[FloatArray, FloatArray]:
    """Events in group 1 above those expected with equal risks, and their variance, (..., k).

    Conditional on the margins, so hypergeometric; 0 and 0 where all or none have the event.
    """
    a, n1, c, n2 = as_floats(*group_1, *group_2)
    n, events = n1 + n2, a + c
    variance = n1 * n2 * events * (n - events) / (n**2 * (n - 1.0))
    return a - n1 * events / n, np.where(n > 1.0, variance, 0.0)


@np.errstate(all="ignore")
def peto_odds_ratio(group_1: Counts, group_2: Counts) -> tuple[FloatArray, FloatArray]:
    """Log odds ratio and standard error; counts of shape (..., k), results (...).

    Good when events are rare (about 1 %), groups of similar size and the effect small; biased
    otherwise. Exists with no events in one of the groups. NaN if no table is informative.

    References
    ----------
    Yusuf S et al. Prog Cardiovasc Dis 1985;27:335-371. doi:10.1016/S0033-0620(85)80003-7.
    metafor: `rma.peto()`.
    """
    difference, variance = observed_minus_expected(group_1, group_2)
    total = variance.sum(axis=-1)
    return (
        np.asarray(difference.sum(axis=-1) / np.where(total > 0.0, total, np.nan)),
        np.asarray(1.0 / np.sqrt(np.where(total > 0.0, total, np.nan))),
    )
