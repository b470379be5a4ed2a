"""Kinds of cluster-robust variance and of their degrees of freedom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ketameta.pooling.catalog.method import Catalog, Method, catalog_of
from ketameta.pooling.robust_working import Adjustment, bias_reduced, jackknife, no_adjustment


@dataclass(frozen=True, slots=True)
class Sandwich:
    """One kind of cluster-robust variance: an adjustment of residuals, and a multiplier.

    `multiplier` takes the numbers of clusters, estimates and coefficients.
    """

    adjustment: Adjustment
    multiplier: Callable[[int, int, int], float]


SANDWICHES: Catalog[Sandwich] = catalog_of(
    Method(
        "CR2",
        "bias-reduced linearisation",
        "The default: unbiased if the working model is right; for few clusters.",
        "Pustejovsky and Tipton 2018",
        "10.1080/07350015.2016.1247004",
        Sandwich(bias_reduced, lambda j, k, p: 1.0),
        ("Bell-McCaffrey",),
    ),
    Method(
        "CR0",
        "sandwich",
        "Without correction; too small with few clusters.",
        "Liang and Zeger 1986",
        "10.1093/biomet/73.1.13",
        Sandwich(no_adjustment, lambda j, k, p: 1.0),
    ),
    Method(
        "CR1",
        "sandwich times J / (J - 1)",
        "A simple correction for the number of clusters J.",
        "Cameron and Miller 2015",
        "10.3368/jhr.50.2.317",
        Sandwich(no_adjustment, lambda j, k, p: j / (j - 1.0)),
    ),
    Method(
        "CR1p",
        "sandwich times J / (J - p)",
        "The correction of metafor's robust().",
        "Hedges, Tipton and Johnson 2010",
        "10.1002/jrsm.5",
        Sandwich(no_adjustment, lambda j, k, p: j / (j - p)),
        ("CR1adj",),
    ),
    Method(
        "CR1S",
        "sandwich times J (k - 1) / ((J - 1) (k - p))",
        "The correction of Stata.",
        "Cameron and Miller 2015",
        "10.3368/jhr.50.2.317",
        Sandwich(no_adjustment, lambda j, k, p: j * (k - 1.0) / ((j - 1.0) * (k - p))),
    ),
    Method(
        "CR3",
        "approximate jackknife",
        "Errs on the safe side.",
        "Pustejovsky and Tipton 2018",
        "10.1080/07350015.2016.1247004",
        Sandwich(jackknife, lambda j, k, p: 1.0),
    ),
)
DEGREES = {
    "satterthwaite": "from the working model, for each coefficient",
    "clusters": "clusters less coefficients",
    "normal": "none: the normal distribution",
}
