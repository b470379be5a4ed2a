"""Correlations: the measures."""

from __future__ import annotations

from ketameta.measures.catalog.entry import Measure

ENTRIES = (
    Measure(
        code="COR",
        name="Correlation",
        family="correlation",
        scale="identity",
        columns=("r", "n"),
        null=0.0,
        label="Correlation",
        analysis_label="Correlation",
        function="correlation.correlation",
        takes=(),
        summary="Raw correlation; its variance depends on itself, so Fisher's z is steadier.",
        reference="Viechtbauer (2010), doi:10.18637/jss.v036.i03",
    ),
    Measure(
        code="ZCOR",
        name="Correlation by Fisher's z",
        family="correlation",
        scale="fisher-z",
        columns=("r", "n"),
        null=0.0,
        label="Correlation",
        analysis_label="Fisher's z",
        function="correlation.fisher_z",
        takes=(),
        summary="Correlation on Fisher's z scale, where its variance is 1/(n - 3).",
        reference="Fisher (1921), Metron 1, 3-32",
    ),
)
