"""L'Abbe plot: risk in one group against risk in the other."""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from ketameta.figures.colours import BAND, GUIDE, INK, POINT, POINT_EDGE
from ketameta.figures.effect_axis import dress_number_axis
from ketameta.figures.keys import DASHED, area_key, line_key
from ketameta.figures.page import open_page, picture_style
from ketameta.figures.picture import Picture, Subject, number, studies
from ketameta.figures.point_labels import label_points
from ketameta.sensitivity.labbe import LabbePlot

PANEL, LEFT, BOTTOM = 270.0, 60.0, 34.0
LARGEST = 170.0
"""Area of the largest circle, square points; areas are proportional to numbers of people."""


def draw_labbe(
    plot: LabbePlot, subject: Subject, *, groups: tuple[str, str] = ("group 1", "group 2")
) -> Picture:
    """Observed risks of both groups, the line of equal risks, and the pooled effect's curve.

    Parameters
    ----------
    plot
        From `sensitivity.labbe.labbe_plot`.
    groups
        What the groups are called.

    References
    ----------
    L'Abbe KA, Detsky AS, O'Rourke K. Ann Intern Med 1987;107:224-233.
    doi:10.7326/0003-4819-107-2-224.
    """
    title = f"L’Abbé plot: {subject.about}"
    with picture_style():
        key = _handles(plot, subject)
        page = open_page(title, PANEL + BOTTOM, key=key)
        axes = page.panel(LEFT, 0.0, PANEL, PANEL)
        _panel(axes, plot, groups)
    return Picture("labbe", title, page.figure, _alt(plot, groups), _legend(subject))


def _handles(plot: LabbePlot, subject: Subject) -> list[Artist]:
    found: list[Artist] = [
        line_key("Equal risks", GUIDE, 0.9, dashes=DASHED),
        line_key(f"Pooled {subject.effect_name}", INK, 1.1),
    ]
    if np.isfinite(plot.curve_low).any():
        found.append(area_key("Its interval", BAND))
    return found


def _panel(axes: Axes, plot: LabbePlot, groups: tuple[str, str]) -> None:
    limits = _limits(plot)
    dress_number_axis(axes, limits, f"Risk in {groups[1]}")
    dress_number_axis(axes, limits, f"Risk in {groups[0]}", which="y")
    step = slice(None, None, 4) if limits[1] > 0.5 else slice(None)
    x = plot.axis[step]
    axes.fill_between(x, plot.curve_low[step], plot.curve_high[step], facecolor=BAND,
                      edgecolor=GUIDE, lw=0.5, zorder=0)  # fmt: skip
    axes.plot([0.0, 1.0], [0.0, 1.0], color=GUIDE, lw=0.9, ls=DASHED, zorder=2)
    axes.plot(x, plot.curve[step], color=INK, lw=1.1, zorder=2)
    area = np.maximum(LARGEST * plot.people / float(plot.people.max()), 8.0)
    axes.scatter(plot.risk_2, plot.risk_1, s=area, facecolor=f"{POINT}b0",
                 edgecolor=POINT_EDGE, linewidth=0.9, zorder=3)  # fmt: skip
    lines = [np.array([[0.0, 0.0], [1.0, 1.0]]), np.column_stack([x, plot.curve[step]])]
    label_points(
        axes,
        plot.risk_2,
        plot.risk_1,
        plot.labels,
        rank=plot.people,
        lines=lines,
        radius=np.sqrt(area) / 2,
    )


def _limits(plot: LabbePlot) -> tuple[float, float]:
    """0 to 1, or less where all risks are small."""
    most = max(float(plot.risk_1.max()), float(plot.risk_2.max()))
    end = 1.0 if most > 0.5 or most == 0.0 else 1.2 * most
    return -0.03 * end, 1.03 * end


def _alt(plot: LabbePlot, groups: tuple[str, str]) -> str:
    higher = int(np.sum(plot.risk_1 > plot.risk_2))
    return (
        f"L’Abbé plot of {studies(len(plot.labels))}, {number(float(plot.people.sum()), 7)} "
        f"people: risks from {plot.risk_1.min():.2f} to {plot.risk_1.max():.2f} in {groups[0]} "
        f"and from {plot.risk_2.min():.2f} to {plot.risk_2.max():.2f} in {groups[1]}; the risk "
        f"is higher in {groups[0]} in {higher} of them."
    )


def _legend(subject: Subject) -> str:
    return (
        "L’Abbé plot. Each circle is a study: the observed risk of the event in both groups, its "
        "area proportional to the number of people. On the dashed line both risks are equal; the "
        f"curve shows which risks go with the pooled {subject.effect_name}, the shaded area its "
        f"{subject.level_text} interval. If circles follow the curve from low to high risks, one "
        f"{subject.effect_name} describes all studies. L’Abbé and colleagues (1987)."
    )
