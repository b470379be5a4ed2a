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
)
