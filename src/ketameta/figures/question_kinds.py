"""Figures of what people ask beside the pooled effect, as lines of the catalog."""

from __future__ import annotations

from ketameta.figures.figure_kind import PICTURE_FORMATS, FigureKind

ASKED = (
    FigureKind(
        name="safety",
        title="Harms",
        summary="Share of people with each harm, by study and group, with exact intervals.",
        function="safety.safety_figure",
        formats=PICTURE_FORMATS,
        reference="Clopper and Pearson (1934), doi:10.1093/biomet/26.4.404",
        command="safety",
    ),
    FigureKind(
        name="durability",
        title="Durability",
        summary="Effects against time since the start of treatment, every trial a line, with the "
        "end of treatment and how each result was assessed.",
        function="durability.durability_figure",
        formats=PICTURE_FORMATS,
        reference="Musekiwa et al. (2016), doi:10.1371/journal.pone.0164898",
        command="durability",
    ),
)
