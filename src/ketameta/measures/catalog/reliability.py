"""Reliability of a scale, and genotype counts: the measures."""

from __future__ import annotations

from ketameta.measures.catalog.entry import Measure

ENTRIES = (
    Measure(
        code="ARAW",
        name="Cronbach's alpha",
        family="reliability",
        scale="identity",
        columns=("alpha", "items", "n"),
        null=None,
        label="Cronbach's alpha",
        analysis_label="Cronbach's alpha",
        function="reliability.raw_alpha",
        takes=(),
        summary="How well the items of a scale go together; its variance depends on itself.",
        reference="Bonett (2010), doi:10.1037/a0020142",
    ),
    Measure(
        code="AHW",
        name="Cronbach's alpha, cube root",
        family="reliability",
        scale="cube-root-rest",
        columns=("alpha", "items", "n"),
        null=None,
        label="Cronbach's alpha",
        analysis_label="1 - (1 - alpha)^(1/3)",
        function="reliability.cube_root_alpha",
        takes=(),
        summary="Cronbach's alpha after a transformation that makes it nearly normal.",
        reference="Hakstian and Whalen (1976), doi:10.1007/BF02291840",
    ),
    Measure(
        code="ABT",
        name="Cronbach's alpha, logarithm",
        family="reliability",
        scale="log-rest",
        columns=("alpha", "items", "n"),
        null=None,
        label="Cronbach's alpha",
        analysis_label="-ln(1 - alpha)",
        function="reliability.log_alpha",
        takes=(),
        summary="Cronbach's alpha on a scale where its variance does not depend on it.",
        reference="Bonett (2002), doi:10.3102/10769986027004335",
    ),
    Measure(
        code="REH",
        name="Relative excess heterozygosity",
        family="genotype",
        scale="log",
        columns=("homozygous_1", "heterozygous", "homozygous_2"),
        null=0.0,
        label="Relative excess heterozygosity",
        analysis_label="Log relative excess heterozygosity",
        function="heterozygosity.relative_excess_heterozygosity",
        takes=(),
        summary="How far genotype counts are from Hardy-Weinberg equilibrium.",
        reference="Ziegler, Steen and Wellek (2011), doi:10.1007/s10549-010-1295-z",
    ),
)
