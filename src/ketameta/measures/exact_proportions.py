"""Exact intervals of one group's risk, and how large a risk can be when nobody had the event."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv

from ketameta.measures.arms import Counts, as_floats
from ketameta.measures.estimates import FloatArray
from ketameta.measures.level import check_level
from ketameta.measures.proportions import possible


def clopper_pearson(group: Counts, *, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Exact interval of a risk: it covers at least as often as it says, for every n.

    Parameters
    ----------
    group
        Events and people, shape (..., k).
    level
        Coverage; half of the rest lies beyond each limit, also where there is no event.

    Returns
    -------
    Lower and upper limits on the scale 0 to 1, shape (..., k); NaN for impossible counts.

    Raises
    ------
    UsageError
        For a level outside (0, 1).

    References
    ----------
    Clopper CJ, Pearson ES. Biometrika 1934;26:404-413. doi:10.1093/biomet/26.4.404.
    R: `binom.test(x, n)$conf.int`.
    """
    tail = 0.5 * (1.0 - check_level(level))
    x, n = as_floats(*group)
    good = possible(group)
    inner = good & (x > 0.0)
    low = np.where(
        inner, betaincinv(np.where(inner, x, 1.0), np.where(inner, n - x, 0.0) + 1.0, tail), 0.0
    )
    inner = good & (x < n)
    high = np.where(
        inner,
        betaincinv(np.where(inner, x, 0.0) + 1.0, np.where(inner, n - x, 1.0), 1.0 - tail),
        1.0,
    )
    return np.where(good, low, np.nan), np.where(good, high, np.nan)


def largest_risk_of_none(n: ArrayLike, *, level: float = 0.95) -> FloatArray:
    """One-sided upper bound of the risk where nobody of n had the event, on the scale 0 to 1.

    The risk at which seeing no event has the probability 1 - level: 1 - (1 - level)^(1/n). The
    "rule of three", 3/n, is its approximation at 95 %.

    References
    ----------
    Hanley JA, Lippman-Hand A. JAMA 1983;249:1743-1745. doi:10.1001/jama.1983.03330370053031.
    R: `binom.test(0, n, alternative = "less")$conf.int[2]`.
    """
    people = np.asarray(n, dtype=np.float64)
    with np.errstate(all="ignore"):
        return np.where(people > 0.0, -np.expm1(np.log1p(-check_level(level)) / people), np.nan)
