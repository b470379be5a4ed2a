"""Spread of one group: the measures."""

from __future__ import annotations

from ketameta.measures.catalog.continuous import ONE_MEAN
from ketameta.measures.catalog.entry import Measure

ENTRIES = (
    Measure(
        code="SDLN",
        name="Log standard deviation",
        family="continuous",
        scale="log",
        columns=ONE_MEAN,
        null=None,
        label="Standard deviation",
        analysis_label="Log standard deviation",
        function="single_means.log_sd",
        takes=("Means",),
        summary="Logarithm of the standard deviation of one group, corrected for small samples.",
        reference="Nakagawa et al. (2015), doi:10.1111/2041-210X.12309",
    ),
    Measure(
        code="CVLN",
        name="Log coefficient of variation",
        family="continuous",
        scale="log",
        columns=ONE_MEAN,
        null=None,
        label="Coefficient of variation",
        analysis_label="Log coefficient of variation",
        function="single_means.log_coefficient_of_variation",
        takes=("Means",),
        summary="Logarithm of SD over mean of one group, for scales with a true zero.",
        reference="Nakagawa et al. (2015), doi:10.1111/2041-210X.12309",
    ),
)
