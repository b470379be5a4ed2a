"""Estimates that are reported ready made: the measures."""

from __future__ import annotations

from ketameta.measures.catalog.entry import Measure

ENTRIES = (
    Measure(
        code="HR",
        name="Hazard ratio",
        family="generic",
        scale="log",
        columns=("o_minus_e", "v_oe"),
        null=0.0,
        label="Hazard ratio",
        analysis_label="Log hazard ratio",
        function="generic.log_hazard_ratio_from_log_rank",
        takes=(),
        summary="From log-rank O - E and V, from a reported ratio with its interval, or from "
        "its logarithm and standard error.",
        reference="Parmar, Torri and Stewart (1998), "
        "doi:10.1002/(SICI)1097-0258(19981230)17:24<2815::AID-SIM110>3.0.CO;2-8; "
        "Tierney et al. (2007), doi:10.1186/1745-6215-8-16",
    ),
    Measure(
        code="GEN",
        name="Reported estimate",
        family="generic",
        scale="identity",
        columns=("yi", "vi"),
        null=0.0,
        label="Estimate",
        analysis_label="Estimate",
        function="generic.reported",
        takes=(),
        summary="Estimates with their variances, standard errors or intervals, taken as they are.",
        reference="Cochrane Handbook 6.5, section 10.3",
    ),
)
