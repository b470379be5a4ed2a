"""Prediction intervals."""

from __future__ import annotations

from collections.abc import Callable

from ketameta.pooling import prediction
from ketameta.pooling.catalog.method import Catalog, Method, catalog_of
from ketameta.pooling.intervals import MeanInference
from ketameta.pooling.kenward_roger import kenward_roger_prediction
from ketameta.pooling.prediction import Prediction
from ketameta.pooling.predictive_bootstrap import bootstrap_prediction
from ketameta.pooling.weighted_mean import WeightedMean

PredictionFunction = Callable[[WeightedMean, MeanInference, float], Prediction]

PREDICTION_METHODS: Catalog[PredictionFunction] = catalog_of(
    Method(
        "t(k-1)",
        "t with k-1 degrees of freedom, standard error of the interval",
        "The default: the interval's own standard error, as in metafor.",
        "Veroniki and colleagues 2019",
        "10.1002/jrsm.1319",
        prediction.t_k_minus_1,
        ("t", "t-k-1", "t(k-p)"),
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
        ("HTS", "t-k-2", "riley", "higgins"),
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
    Method(
        "hksj(k-2)",
        "t with k-2 degrees of freedom, Hartung-Knapp-Sidik-Jonkman standard error",
        "As proposed by Partlett and Riley; needs three studies.",
        "Partlett and Riley 2017",
        "10.1002/sim.7140",
        prediction.hksj_t_k_minus_2,
        ("hk-pr",),
    ),
    Method(
        "kr",
        "Kenward-Roger standard error, its degrees of freedom less 1",
        "With REML.",
        "Partlett and Riley 2017",
        "10.1002/sim.7140",
        kenward_roger_prediction,
        ("kr-pr", "kenward-roger"),
    ),
    Method(
        "bootstrap",
        "parametric bootstrap from the confidence distribution of tau2",
        "Allows for tau2 being uncertain; needs three studies.",
        "Nagashima and colleagues 2019",
        "10.1177/0962280218773520",
        bootstrap_prediction,
        ("nnf", "boot", "nagashima"),
    ),
)
