"""Weight function of a selection model: how likely a study is seen, given its P value."""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from ketameta.figures.colours import BAND, GUIDE, INK, POINT, POINT_EDGE
from ketameta.figures.diagnostics.cautions import short_notes, spoken
from ketameta.figures.effect_axis import dress_number_axis
from ketameta.figures.keys import DASHED, area_key, line_key, point_key
from ketameta.figures.page import MARGIN, open_page, picture_style
from ketameta.figures.picture import Picture, Subject, number, studies
from ketameta.sensitivity.bias.selection.result import SelectionModel
from ketameta.sensitivity.bias.selection.weight_curve import WeightCurve

PANEL, RUG, LEFT, BOTTOM = 200.0, 14.0, 46.0, 34.0
HIGHEST = 3.0
"""The axis goes no further than so many times the weight at the smallest P value."""


def draw_selection(curve: WeightCurve, found: SelectionModel, subject: Subject) -> Picture:
    """The weight function with its interval, and the studies' P values below it.

    Parameters
    ----------
    curve
        From `sensitivity.bias.selection.weight_curve.weight_curve`.
    found
        The fitted model.

    References
    ----------
    Vevea JL, Hedges LV. Psychometrika 1995;60:419-435. doi:10.1007/BF02294384.
    """
    title = f"Selection by P values: {subject.about}"
    with picture_style():
        key = _handles(curve)
        notes = short_notes(found.cautions, found.k)
        page = open_page(title, PANEL + BOTTOM, key=key, notes=notes)
        _panel(page.panel(LEFT, 0.0, page.width - LEFT - MARGIN, PANEL), curve, found)
    return Picture("selection", title, page.figure, _alt(found, subject), _legend(found))


def _handles(curve: WeightCurve) -> list[Artist]:
    found: list[Artist] = [
        line_key("Relative chance of being seen", POINT, 1.8),
        point_key("P value of a study", INK, INK, mark="|"),
    ]
    if curve.low is not None:
        found.insert(1, area_key("Its interval", BAND))
    return found


def _panel(axes: Axes, curve: WeightCurve, found: SelectionModel) -> None:
    most = float(np.max(curve.weight))
    if curve.high is not None:
        most = max(most, min(float(curve.high.max()), HIGHEST))
    top = 1.08 * max(1.0, min(most, 2 * HIGHEST))
    dress_number_axis(axes, (-0.02, 1.02), _p_title(found.alternative))
    dress_number_axis(axes, (-0.1 * top, top), "Weight", which="y")
    axes.axhline(1.0, color=GUIDE, lw=0.7, ls=DASHED, zorder=1)
    if curve.low is not None and curve.high is not None:
        axes.fill_between(curve.p, np.maximum(curve.low, 0.0), np.minimum(curve.high, 2 * top),
                          facecolor=BAND, edgecolor=GUIDE, lw=0.5, zorder=0)  # fmt: skip
    axes.plot(curve.p, curve.weight, color=POINT, lw=1.8, zorder=3)
    axes.plot(curve.study_p, np.full(curve.study_p.size, -0.05 * top), ls="", marker="|", ms=7,
              mec=INK, mew=0.8, zorder=3)  # fmt: skip
    if found.model != "step":
        axes.plot(curve.p[:1], curve.weight[:1], ls="", marker="o", ms=4, mfc=POINT, mec=POINT_EDGE)


def _p_title(alternative: str) -> str:
    sides = {"greater": "one-sided P value (small: effect above 0)",
             "less": "one-sided P value (small: effect below 0)",
             "two-sided": "two-sided P value"}  # fmt: skip
    text = sides[alternative]
    return f"{text[:1].upper()}{text[1:]}"


def _alt(found: SelectionModel, subject: Subject) -> str:
    weights = "; ".join(f"{one.name}: {number(one.value, 2)}" for one in found.weights)
    plain = found.unadjusted
    test = "" if found.lr_p is None else f"; test of no selection P = {number(found.lr_p, 2)}"
    return (
        f"Weight function ({found.model}) fitted to {studies(found.k)}: {weights}; the mean "
        f"{subject.effect_name} would be "
        f"{subject.phrase(found.estimate, found.interval.low, found.interval.high)} before "
        "selection, against "
        f"{subject.phrase(plain.estimate, plain.interval.low, plain.interval.high)} as reported"
        f"{test}."
    )


def _legend(found: SelectionModel) -> str:
    return " ".join(
        [
            f"Selection model ({found.model}) of {studies(found.k)}. The curve is the chance that "
            "a study is seen, given its P value, relative to the smallest P values; a weight of 1 "
            "throughout means no selection. Strokes below are the studies’ P values. A "
            "sensitivity analysis: the data say little about the form of the curve.",
            *spoken(found.cautions),
            "Vevea and Hedges (1995).",
        ]
    )
