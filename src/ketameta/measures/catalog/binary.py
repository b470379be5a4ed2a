"""Two groups, yes or no: the measures."""

from __future__ import annotations

from ketameta.measures.catalog.entry import Measure

COUNTS = ("events_1", "n_1", "events_2", "n_2")

ENTRIES = (
    Measure(
        code="OR",
        name="Odds ratio",
        family="binary",
        scale="log",
        columns=COUNTS,
        null=0.0,
        label="Odds ratio",
        analysis_label="Log odds ratio",
        function="binary.odds_ratio",
        takes=("Counts", "Counts"),
        summary="Odds of the event in group 1 over those in group 2, pooled as logarithms.",
        reference="Woolf (1955), doi:10.1111/j.1469-1809.1955.tb01348.x",
        zero_add=0.5,
    ),
    Measure(
        code="RR",
        name="Risk ratio",
        family="binary",
        scale="log",
        columns=COUNTS,
        null=0.0,
        label="Risk ratio",
        analysis_label="Log risk ratio",
        function="binary.risk_ratio",
        takes=("Counts", "Counts"),
        summary="Risk of the event in group 1 over that in group 2, pooled as logarithms. "
        "Depends on which of event and non-event is counted.",
        reference="Katz et al. (1978), doi:10.2307/2530610",
        zero_add=0.5,
    ),
    Measure(
        code="RD",
        name="Risk difference",
        family="binary",
        scale="identity",
        columns=COUNTS,
        null=0.0,
        label="Risk difference",
        analysis_label="Risk difference",
        function="binary.risk_difference",
        takes=("Counts", "Counts"),
        summary="Risk in group 1 minus risk in group 2. Uses tables without events; varies more"
        " between settings than ratios do.",
        reference="Newcombe (1998), "
        "doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I",
        zero_add=0.5,
        variances=("LS", "UB"),
    ),
    Measure(
        code="AS",
        name="Arcsine risk difference",
        family="binary",
        scale="identity",
        columns=COUNTS,
        null=0.0,
        label="Arcsine difference",
        analysis_label="Arcsine difference",
        function="binary.arcsine_difference",
        takes=("Counts", "Counts"),
        summary="Difference of arcsine square roots of the risks: needs no zero-cell "
        "correction, but has no direct clinical reading.",
        reference="Rücker et al. (2009), doi:10.1002/sim.3511",
        zero_add=0.0,
    ),
    Measure(
        code="PETO",
        name="Peto odds ratio",
        family="binary",
        scale="log",
        columns=COUNTS,
        null=0.0,
        label="Peto odds ratio",
        analysis_label="Log odds ratio (Peto)",
        function="binary.peto_odds_ratio",
        takes=("Counts", "Counts"),
        summary="One-step log odds ratio (O - E)/V for rare events, groups of similar size and "
        "small effects; biased otherwise.",
        reference="Yusuf et al. (1985), doi:10.1016/S0033-0620(85)80003-7",
        zero_add=0.0,
    ),
)
