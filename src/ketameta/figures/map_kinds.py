"""The figures that show the evidence as a whole, as lines of the catalog."""

from __future__ import annotations

from ketameta.figures.figure_kind import PICTURE_FORMATS, FigureKind

MAPS = (
    FigureKind(
        name="map",
        title="Evidence map",
        summary="How many studies know what of which outcome, by substance and control, and where "
        "the gaps are.",
        function="evidence_map.evidence_map_figure",
        formats=PICTURE_FORMATS,
        reference="Miake-Lye et al. (2016), doi:10.1186/s13643-016-0204-x",
        command="map",
    ),
    FigureKind(
        name="prisma-flow",
        title="Flow diagram",
        summary="Records, reports and studies from the search to the analysis, by PRISMA 2020.",
        function="prisma_flow.prisma_flow_figure",
        formats=PICTURE_FORMATS,
        reference="Page et al. (2021), doi:10.1136/bmj.n71",
        command="prisma",
    ),
    FigureKind(
        name="grade",
        title="Certainty of the evidence",
        summary="Levels that each GRADE domain takes off, question by question, and the certainty.",
        function="grade.grade_figure",
        formats=PICTURE_FORMATS,
        reference="Balshem et al. (2011), doi:10.1016/j.jclinepi.2010.07.015",
        command="grade",
    ),
)
