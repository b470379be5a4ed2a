"""Every pooling method by its code, with its name, what it is for, and its reference."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from ketameta.errors import UsageError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling import intervals, prediction, tau2
from ketameta.pooling.intervals import MeanInference
from ketameta.pooling.prediction import Prediction
from ketameta.pooling.weighted_mean import WeightedMean

Tau2Function = Callable[..., FloatArray]
IntervalFunction = Callable[[WeightedMean, float], MeanInference]
PredictionFunction = Callable[[WeightedMean, MeanInference, float], Prediction]
Function = TypeVar("Function")


@dataclass(frozen=True, slots=True)
class Method(Generic[Function]):
    """One line of a catalog; `doi` without a resolver address, "" where there is none."""

    code: str
    name: str
    summary: str
    reference: str
    doi: str
    function: Function
    aliases: tuple[str, ...] = ()


Catalog = Mapping[str, Method[Function]]


def _catalog(*methods: Method[Function]) -> dict[str, Method[Function]]:
    return {method.code: method for method in methods}


TAU2_METHODS: Catalog[Tau2Function] = _catalog(
    Method(
        "REML",
        "restricted maximum likelihood",
        "The default: nearly unbiased and recommended by Cochrane.",
        "Viechtbauer 2005",
        "10.3102/10769986030003261",
        tau2.reml,
    ),
    Method(
        "DL",
        "DerSimonian-Laird",
        "Moment estimator from Cochran's Q; too small under large heterogeneity.",
        "DerSimonian and Laird 1986",
        "10.1016/0197-2456(86)90046-2",
        tau2.dl,
    ),
    Method(
        "PM",
        "Paule-Mandel",
        "Sets the generalised Q to its expectation; needs no normality.",
        "Paule and Mandel 1982",
        "10.6028/jres.087.022",
        tau2.pm,
        ("MP",),
    ),
    Method(
        "ML",
        "maximum likelihood",
        "Biased downwards with few studies; for comparing models by likelihood.",
        "Hardy and Thompson 1996",
        "10.1002/(SICI)1097-0258(19960330)15:6<619::AID-SIM188>3.0.CO;2-A",
        tau2.ml,
    ),
    Method(
        "EB",
        "empirical Bayes",
        "Equals Paule-Mandel at convergence.",
        "Morris 1983",
        "10.1080/01621459.1983.10477920",
        tau2.eb,
    ),
    Method(
        "HE",
        "Hedges",
        "Moment estimator from the unweighted sum of squares.",
        "Hedges 1983",
        "10.1037/0033-2909.93.2.388",
        tau2.he,
        ("VC", "CA"),
    ),
    Method(
        "HS",
        "Hunter-Schmidt",
        "Simple moment estimator, biased downwards.",
        "Viechtbauer 2005",
        "10.3102/10769986030003261",
        tau2.hs,
    ),
    Method(
        "SJ",
        "Sidik-Jonkman",
        "Always above 0; too large under small heterogeneity.",
        "Sidik and Jonkman 2005",
        "10.1111/j.1467-9876.2005.00489.x",
        tau2.sj,
    ),
    Method(
        "EE",
        "equal effects",
        "Assumes one effect shared by all studies (common-effect model); tau2 is 0.",
        "Borenstein and colleagues 2010",
        "10.1002/jrsm.12",
        tau2.equal_effects,
        ("FE", "CE"),
    ),
)

INTERVAL_METHODS: Catalog[IntervalFunction] = _catalog(
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
        ("z", "normal"),
    ),
    Method(
        "t",
        "t with k-1 degrees of freedom",
        "Plain standard error with a t distribution.",
        "Follmann and Proschan 1999",
        "10.1111/j.0006-341X.1999.00732.x",
        intervals.plain_t,
    ),
)

PREDICTION_METHODS: Catalog[PredictionFunction] = _catalog(
    Method(
        "t(k-1)",
        "t with k-1 degrees of freedom, standard error of the interval",
        "The default: the interval's own standard error, as in metafor.",
        "Veroniki and colleagues 2019",
        "10.1002/jrsm.1319",
        prediction.t_k_minus_1,
    ),
    Method(
        "t(k-1)-plain",
        "t with k-1 degrees of freedom, plain standard error",
        "The plain standard error whatever the interval; reported as Cochrane's choice.",
        "Veroniki and colleagues 2019",
        "10.1002/jrsm.1319",
        prediction.plain_t_k_minus_1,
        ("cochrane",),
    ),
    Method(
        "z",
        "normal",
        "Takes tau2 as known; too narrow with few studies.",
        "Higgins and colleagues 2009",
        "10.1111/j.1467-985X.2008.00552.x",
        prediction.normal,
        ("normal",),
    ),
    Method(
        "t(k-2)",
        "t with k-2 degrees of freedom",
        "The first proposal; needs three studies.",
        "Higgins and colleagues 2009",
        "10.1111/j.1467-985X.2008.00552.x",
        prediction.t_k_minus_2,
        ("HTS",),
    ),
    Method(
        "hksj",
        "t with k-1 degrees of freedom, Hartung-Knapp-Sidik-Jonkman standard error",
        "Carries the scaled standard error into the prediction.",
        "Partlett and Riley 2017",
        "10.1002/sim.7140",
        prediction.hksj_prediction,
        ("hk",),
    ),
)


def tau2_method(code: str) -> Method[Tau2Function]:
    """The estimator with this code, in any case; `UsageError` with a suggestion otherwise."""
    return _lookup(TAU2_METHODS, code, "tau2 method")


def interval_method(code: str) -> Method[IntervalFunction]:
    """The interval method with this code, in any case; `UsageError` otherwise."""
    return _lookup(INTERVAL_METHODS, code, "interval method")


def prediction_method(code: str) -> Method[PredictionFunction]:
    """The prediction-interval method with this code, in any case; `UsageError` otherwise."""
    return _lookup(PREDICTION_METHODS, code, "prediction method")


def _lookup(catalog: Catalog[Function], code: str, kind: str) -> Method[Function]:
    names = {
        name.casefold().replace(" ", ""): method
        for method in catalog.values()
        for name in (method.code, *method.aliases)
    }
    key = code.casefold().replace(" ", "")
    if key in names:
        return names[key]
    near = difflib.get_close_matches(key, names, n=1)
    hint = f"Did you mean {names[near[0]].code}? " if near else ""
    raise UsageError(
        f"{kind}: there is none called {code!r}. {hint}Known are {', '.join(catalog)}."
    )
