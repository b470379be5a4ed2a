"""Trials that randomised clusters: the design effect, and effective numbers of people."""

from __future__ import annotations

from numpy.typing import ArrayLike

from ketameta.measures.arms import Counts, Means, as_floats
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
PLAUSIBLE_FACTOR = 2.0
# Likewise, where 0 is supposed, of which no multiple is another number.
PLAUSIBLE_ABOVE_ZERO = 0.05
HANDBOOK = "Cochrane Handbook 6.5, section 23.1.4"


def usual_range(icc: float) -> Range:
    """Correlations to try where nobody named any: half to twice of it; 0 to 0.05 around 0."""
    if icc == 0:
        return (0.0, PLAUSIBLE_ABOVE_ZERO)
    return (icc / PLAUSIBLE_FACTOR, min(1.0, icc * PLAUSIBLE_FACTOR))


@finite_result
def design_effect(
    cluster_size: ArrayLike, icc: float, *, plausible: Range | None = None
) -> Converted[FloatArray]:
    """1 + (mean cluster size - 1) ICC: how much clustering inflates a variance.

    Parameters
    ----------
    cluster_size
        Mean number of people in a cluster, 1 or more.
    icc
        Intracluster correlation, 0 to 1.
    plausible
        Range of correlations for the sensitivity analysis; must hold icc. By default
        `usual_range`.

    References
    ----------
    Cochrane Handbook 6.5, section 23.1.4; Donner and Klar (2002), doi:10.1002/sim.1301
    """
    (size,) = as_floats(cluster_size)
    demand(size >= 1, "cluster size: it must be at least 1.")
    demand(0 <= icc <= 1, f"intracluster correlation: {icc!r} does not lie between 0 and 1.")
    low, high = demand_range(plausible or usual_range(icc), icc, "intracluster correlation")
    demand(low >= 0 and high <= 1, "intracluster correlation: the range goes beyond 0 to 1.")
    assumption = Assumption(
        "icc", "People of one cluster resemble each other like this.", icc, low, high, HANDBOOK
    )
    return Converted(1 + (size - 1) * icc, (assumption,))


@finite_result
def effective_counts(counts: Counts, effect: Converted[FloatArray]) -> Converted[Counts]:
    """Events and people divided by the design effect, not rounded."""
    events, n = as_floats(*counts)
    demand((events >= 0) & (events <= n), "counts: more events than people.")
    return Converted(Counts(events / effect.value, n / effect.value), effect.assumptions)


@finite_result
def effective_means(means: Means, effect: Converted[FloatArray]) -> Converted[Means]:
    """People divided by the design effect; mean and SD stay."""
    mean, sd, n = as_floats(*means)
    demand(n > 0, "n: it must be above 0.")
    return Converted(Means(mean, sd, n / effect.value), effect.assumptions)


@finite_result
def inflated_variance(v: ArrayLike, effect: Converted[FloatArray]) -> Converted[FloatArray]:
    """The variance of an estimate that ignored clustering, times the design effect."""
    (variance,) = as_floats(v)
    demand(variance > 0, "variance: it must be above 0.")
    return Converted(variance * effect.value, effect.assumptions)
