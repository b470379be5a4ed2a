"""The figures of the appraisal, as lines of the catalog."""

from __future__ import annotations

from ketameta.figures.figure_kind import PICTURE_FORMATS, FigureKind

_ROBVIS = "McGuinness and Higgins (2021), doi:10.1002/jrsm.1411"

APPRAISALS = (
    FigureKind(
        name="risk-of-bias",
        title="Traffic lights of risk of bias",
        summary="Every assessed result with its judgement in each domain and overall.",
        function="risk_of_bias.traffic_light_figure",
        formats=PICTURE_FORMATS,
        reference=_ROBVIS,
        command="rob",
    ),
    FigureKind(
        name="risk-of-bias-weights",
        title="Weighted bars of risk of bias",
        summary="How much of the weight of an analysis stands at which risk of bias.",
        function="risk_of_bias.weighted_bars_figure",
        formats=PICTURE_FORMATS,
        reference=_ROBVIS,
        command="rob",
    ),
)
