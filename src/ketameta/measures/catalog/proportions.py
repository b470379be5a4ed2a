"""One group, yes or no: the measures."""

from __future__ import annotations

from ketameta.measures.catalog.entry import Measure

ONE_GROUP = ("events", "n")

ENTRIES = (
    Measure(
        code="PR",
        name="Proportion",
        family="proportion",
        scale="identity",
        columns=ONE_GROUP,
        null=None,
        label="Proportion",
        analysis_label="Proportion",
        function="proportions.proportion",
        takes=("Counts",),
        summary="Events over people; its normal interval is poor near 0 and 1.",
        reference="Cochrane Handbook 6.5, section 6.4",
        zero_add=0.5,
        variances=("LS", "UB"),
    ),
    Measure(
        code="PLN",
        name="Log proportion",
        family="proportion",
        scale="log",
        columns=ONE_GROUP,
        null=None,
        label="Proportion",
        analysis_label="Log proportion",
        function="proportions.log_proportion",
        takes=("Counts",),
        summary="Natural logarithm of the proportion.",
        reference="Viechtbauer (2010), doi:10.18637/jss.v036.i03",
        zero_add=0.5,
    ),
    Measure(
        code="PLO",
        name="Logit proportion",
        family="proportion",
        scale="logit",
        columns=ONE_GROUP,
        null=None,
        label="Proportion",
        analysis_label="Log odds",
        function="proportions.logit_proportion",
        takes=("Counts",),
        summary="Log odds of the event: the usual scale for pooling proportions.",
        reference="Stijnen, Hamza and Özdemir (2010), doi:10.1002/sim.4040",
        zero_add=0.5,
    ),
    Measure(
        code="PAS",
        name="Arcsine proportion",
        family="proportion",
        scale="arcsine",
        columns=ONE_GROUP,
        null=None,
        label="Proportion",
        analysis_label="Arcsine square root of the proportion",
        function="proportions.arcsine_proportion",
        takes=("Counts",),
        summary="Arcsine of the square root of the proportion: variance known without it.",
        reference="Rücker et al. (2009), doi:10.1002/sim.3511",
        zero_add=0.0,
    ),
    Measure(
        code="PFT",
        name="Freeman-Tukey double arcsine proportion",
        family="proportion",
        scale="freeman-tukey",
        columns=ONE_GROUP,
        null=None,
        label="Proportion",
        analysis_label="Double arcsine of the proportion",
        function="proportions.freeman_tukey_proportion",
        takes=("Counts",),
        summary="Not advised for pooling: the way back needs one sample size and can leave the "
        "range of the studies.",
        reference="Freeman and Tukey (1950), doi:10.1214/aoms/1177729756; Schwarzer et al. "
        "(2019), doi:10.1002/jrsm.1348",
        zero_add=0.0,
    ),
)
