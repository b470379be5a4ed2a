"""Intervals for tau2."""

from __future__ import annotations

from collections.abc import Callable

from ketameta.measures.estimates import FloatArray
from ketameta.pooling import tau2_intervals
from ketameta.pooling.catalog.method import Catalog, Method, catalog_of
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.tau2_intervals import Tau2Interval

Tau2IntervalFunction = Callable[
    [FloatArray, FloatArray, PoolingChoices, FloatArray | None], Tau2Interval
]

TAU2_INTERVAL_METHODS: Catalog[Tau2IntervalFunction] = catalog_of(
    Method(
        "QP",
        "Q-profile",
        "The default: exact for normal effects, fits any estimator.",
        "Viechtbauer 2007",
        "10.1002/sim.2514",
        tau2_intervals.q_profile,
        ("Q-profile", "qprofile"),
    ),
    Method(
        "J",
        "Jackson (generalised Q with weights 1/sqrt(v))",
        "Exact for normal effects; often shorter.",
        "Jackson 2013",
        "10.1002/jrsm.1081",
        tau2_intervals.jackson,
        ("Jackson", "GENQ", "generalised-q", "generalized-q"),
    ),
    Method(
        "BJ",
        "Biggerstaff-Jackson (generalised Q with weights 1/v)",
        "Exact for normal effects; goes with DerSimonian-Laird.",
        "Biggerstaff and Jackson 2008",
        "10.1002/sim.3428",
        tau2_intervals.biggerstaff_jackson,
        ("Biggerstaff-Jackson",),
    ),
    Method(
        "PL",
        "profile likelihood",
        "For REML and ML; approximate.",
        "Hardy and Thompson 1996",
        "10.1002/(SICI)1097-0258(19960330)15:6<619::AID-SIM188>3.0.CO;2-A",
        tau2_intervals.profile_likelihood,
        ("profile", "profile-likelihood"),
    ),
)
