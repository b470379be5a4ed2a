"""Common-effect methods for sparse 2x2 tables, and for events over person-time."""

from __future__ import annotations

from collections.abc import Callable

from ketameta.measures.arms import Counts, Rates
from ketameta.pooling.catalog.method import Catalog, Method, catalog_of
from ketameta.pooling.mantel_haenszel import (
    EstimateAndError,
    mh_odds_ratio,
    mh_rate_difference,
    mh_rate_ratio,
    mh_risk_difference,
    mh_risk_ratio,
)
from ketameta.pooling.peto import peto_odds_ratio

CommonEffectFunction = Callable[[Counts, Counts], EstimateAndError]
CommonRateFunction = Callable[[Rates, Rates], EstimateAndError]

COMMON_EFFECT_METHODS: Catalog[CommonEffectFunction] = catalog_of(
    Method(
        "MH-OR",
        "Mantel-Haenszel odds ratio",
        "Sparse tables, without a zero-cell correction.",
        "Robins, Breslow and Greenland 1986",
        "10.2307/2531052",
        mh_odds_ratio,
        ("MH",),
    ),
    Method(
        "MH-RR",
        "Mantel-Haenszel risk ratio",
        "Sparse tables, without a zero-cell correction.",
        "Greenland and Robins 1985",
        "10.2307/2530643",
        mh_risk_ratio,
    ),
    Method(
        "MH-RD",
        "Mantel-Haenszel risk difference",
        "Sparse tables; tables without events count.",
        "Sato, Greenland and Robins 1989",
        "10.2307/2531784",
        mh_risk_difference,
    ),
    Method(
        "Peto-OR",
        "Peto odds ratio",
        "Rare events, groups of similar size and small effects only.",
        "Yusuf and colleagues 1985",
        "10.1016/S0033-0620(85)80003-7",
        peto_odds_ratio,
        ("Peto",),
    ),
)

COMMON_RATE_METHODS: Catalog[CommonRateFunction] = catalog_of(
    Method(
        "MH-IRR",
        "Mantel-Haenszel rate ratio",
        "Events over person-time, without a correction of zeros.",
        "Greenland and Robins 1985",
        "10.2307/2530643",
        mh_rate_ratio,
    ),
    Method(
        "MH-IRD",
        "Mantel-Haenszel rate difference",
        "Events over person-time; studies without events count.",
        "Greenland and Robins 1985",
        "10.2307/2530643",
        mh_rate_difference,
    ),
)
