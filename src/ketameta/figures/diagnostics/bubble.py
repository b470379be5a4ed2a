"""Bubble plot: effects against a moderator, with the meta-regression line."""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from ketameta.figures.colours import BAND, GUIDE, INK, POINT, POINT_EDGE
from ketameta.figures.diagnostics.cautions import short_notes, spoken
from ketameta.figures.effect_axis import dress_effect_axis, dress_number_axis, padded
from ketameta.figures.keys import DASHED, area_key, line_key
from ketameta.figures.page import MARGIN, open_page, picture_style
from ketameta.figures.picture import NUMBERS, Picture, Subject, number, studies
from ketameta.figures.point_labels import label_points
from ketameta.pooling.moderator_curve import ModeratorCurve

PANEL, LEFT, BOTTOM = 240.0, 50.0, 34.0
LARGEST = 190.0
FEW_PER_MODERATOR = 10


def draw_bubble(curve: ModeratorCurve, subject: Subject) -> Picture:
    """Studies as circles whose areas are their weights, the fitted line, both intervals.

    Parameters
    ----------
    curve
        From `pooling.moderator_curve.moderator_curve`.

    References
    ----------
    Thompson SG, Higgins JPT. Stat Med 2002;21:1559-1573. doi:10.1002/sim.1187.
    """
    k = len(curve.labels)
    title = f"{subject.about}, by {curve.moderator}"
    notes = list(short_notes(curve.fit.cautions, k))
    if k < FEW_PER_MODERATOR:
        notes.insert(0, f"With {studies(k)} (fewer than 10) a line through them is a guess.")
    with picture_style():
        key = _handles(curve, subject)
        page = open_page(title, PANEL + BOTTOM, key=key, notes=notes)
        axes = page.panel(LEFT, 0.0, page.width - LEFT - MARGIN, PANEL)
        _panel(axes, curve, subject)
    return Picture("bubble", title, page.figure, _alt(curve, subject), _legend(curve, subject))


def _handles(curve: ModeratorCurve, subject: Subject) -> list[Artist]:
    found: list[Artist] = [
        line_key("Mean effect", INK, 1.2),
        area_key(f"Its {subject.level_text} interval", BAND),
    ]
    if curve.prediction_low is not None:
        found.append(line_key("Prediction interval", GUIDE, 0.9, dashes=DASHED))
    return found


def _panel(axes: Axes, curve: ModeratorCurve, subject: Subject) -> None:
    import seaborn as sns

    dress_number_axis(axes, padded(float(curve.x.min()), float(curve.x.max()), 0.06), "")
    dress_effect_axis(axes, subject, _limits(curve), which="y")
    axes.fill_between(curve.axis, curve.low, curve.high, facecolor=BAND, edgecolor=GUIDE, lw=0.5,
                      zorder=0)  # fmt: skip
    if curve.prediction_low is not None and curve.prediction_high is not None:
        for edge in (curve.prediction_low, curve.prediction_high):
            axes.plot(curve.axis, edge, color=GUIDE, lw=0.9, ls=DASHED, zorder=2)
    axes.plot(curve.axis, curve.fitted, color=INK, lw=1.2, zorder=2)
    area = np.maximum(LARGEST * curve.weight / float(curve.weight.max()), 8.0)
    sns.scatterplot(x=curve.x, y=curve.y, ax=axes, s=area, color=f"{POINT}b0", edgecolor=POINT_EDGE,
                    linewidth=0.9, legend=False, zorder=3)  # fmt: skip
    axes.set(xlabel=curve.moderator, ylabel=subject.axis_title)
    lines = [np.column_stack([curve.axis, edge]) for edge in (curve.fitted, curve.low, curve.high)]
    label_points(
        axes,
        curve.x,
        curve.y,
        curve.labels,
        rank=curve.weight,
        lines=lines,
        radius=np.sqrt(area) / 2,
    )


def _limits(curve: ModeratorCurve) -> tuple[float, float]:
    """All studies, and the line's interval as far as it does not dwarf them."""
    low, high = float(curve.y.min()), float(curve.y.max())
    reach = 0.6 * (high - low)
    return padded(
        min(low, max(float(curve.low.min()), low - reach)),
        max(high, min(float(curve.high.max()), high + reach)),
    )


def _alt(curve: ModeratorCurve, subject: Subject) -> str:
    slope = curve.fit.coefficients[-1]
    first, last = (subject.value(float(curve.fitted[i])) for i in (0, -1))
    r2 = "" if curve.fit.r2 is None else f", R² {NUMBERS.percent(curve.fit.r2, 0)}"
    return (
        f"Bubble plot of {studies(len(curve.labels))}: the fitted {subject.effect_name} goes from "
        f"{first} at {curve.moderator} {number(float(curve.axis[0]), 4)} to {last} at "
        f"{number(float(curve.axis[-1]), 4)}; slope {number(slope.estimate)} "
        f"({subject.level_text} CI {number(slope.interval.low)} to "
        f"{number(slope.interval.high)}) on the analysis scale{r2}."
    )


def _legend(curve: ModeratorCurve, subject: Subject) -> str:
    return " ".join(
        [
            f"Meta-regression of {subject.effect_name} on {curve.moderator} in "
            f"{studies(len(curve.labels))}. Each circle is a study, its area proportional to its "
            "weight. The line is the fitted mean effect, shaded its "
            f"{subject.level_text} interval; between the dashed lines the true effect of a new "
            "study is expected. Differences between studies are observational: other "
            "characteristics may go along with this one. Studies are named where there is room.",
            *spoken(curve.fit.cautions),
            "Thompson and Higgins (2002).",
        ]
    )
