"""Intervals for the pooled mean."""

from __future__ import annotations

from collections.abc import Callable

from ketameta.measures.difference_intervals import Limits, miettinen_nurminen
from ketameta.pooling import intervals
from ketameta.pooling.catalog.method import Catalog, Method, catalog_of
from ketameta.pooling.common_weights import henmi_copas, ivhet
from ketameta.pooling.intervals import MeanInference
from ketameta.pooling.kenward_roger import kenward_roger
from ketameta.pooling.permutation import permutation_interval
from ketameta.pooling.profile_likelihood import profile_likelihood_interval
from ketameta.pooling.weighted_mean import WeightedMean

IntervalFunction = Callable[[WeightedMean, float], MeanInference]

INTERVAL_METHODS: Catalog[IntervalFunction] = catalog_of(
    Method(
        "hksj",
        "Hartung-Knapp-Sidik-Jonkman",
        "The default: scales the variance by the observed spread; t with k-1 df.",
        "Hartung and Knapp 2001",
        "10.1002/sim.1009",
        intervals.hksj,
        ("hk", "knha"),
    ),
    Method(
        "wald",
        "normal (Wald-type)",
        "Takes tau2 as known; too narrow with few studies.",
        "DerSimonian and Laird 1986",
        "10.1016/0197-2456(86)90046-2",
        intervals.wald,
        ("z", "normal", "classic"),
    ),
    Method(
        "t",
        "t with k-1 degrees of freedom",
        "Plain standard error with a t distribution.",
        "Follmann and Proschan 1999",
        "10.1111/j.0006-341X.1999.00732.x",
        intervals.plain_t,
    ),
    Method(
        "hksj-guarded",
        "Hartung-Knapp-Sidik-Jonkman with factor max(1, q)",
        "Never narrower than the plain t interval.",
        "Knapp and Hartung 2003",
        "10.1002/sim.1482",
        intervals.hksj_guarded,
        ("adhoc", "ad-hoc", "hksj-adhoc", "hksj-ad-hoc", "hk-adhoc", "mKH"),
    ),
    Method(
        "hksj-hybrid",
        "wider of Hartung-Knapp-Sidik-Jonkman and normal",
        "Never narrower than the normal interval.",
        "Jackson and colleagues 2017",
        "10.1002/sim.7411",
        intervals.hksj_hybrid,
        ("hybrid", "hk-hybrid"),
    ),
    Method(
        "kr",
        "Kenward-Roger",
        "Adjusts standard error and degrees of freedom for tau2 being estimated; with REML.",
        "Partlett and Riley 2017",
        "10.1002/sim.7140",
        kenward_roger,
        ("kenward-roger",),
    ),
    Method(
        "pl",
        "profile likelihood",
        "All means near the maximum of the likelihood; with ML.",
        "Hardy and Thompson 1996",
        "10.1002/(SICI)1097-0258(19960330)15:6<619::AID-SIM188>3.0.CO;2-A",
        profile_likelihood_interval,
        ("profile", "profile-likelihood"),
    ),
    Method(
        "permutation",
        "permutation of signs",
        "Assumes only that effects are symmetric about the mean; from six studies.",
        "Follmann and Proschan 1999",
        "10.1111/j.0006-341X.1999.00732.x",
        permutation_interval,
        ("perm",),
    ),
    Method(
        "henmi-copas",
        "Henmi-Copas",
        "Common-effect mean, honest variance: robust when small studies are biased.",
        "Henmi and Copas 2010",
        "10.1002/sim.4029",
        henmi_copas,
        ("hc",),
    ),
    Method(
        "ivhet",
        "inverse variance heterogeneity (IVhet)",
        "Common-effect mean with tau2 in its variance.",
        "Doi and colleagues 2015",
        "10.1016/j.cct.2015.05.009",
        ivhet,
    ),
)

SCORE: Method[Callable[..., Limits]] = Method(
    "score",
    "Miettinen-Nurminen score",
    "A risk difference of tables; has a width without any event. Used where nobody, or everybody, "
    "in all groups had the event, not offered for anything else.",
    "Miettinen and Nurminen 1985",
    "10.1002/sim.4780040211",
    miettinen_nurminen,
)
"""The interval of tables in which nothing can be weighted by a variance."""
