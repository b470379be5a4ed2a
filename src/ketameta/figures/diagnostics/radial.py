"""Radial (Galbraith) plot: z scores against precision."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from ketameta.figures.colours import ACCENT, ACCENT_EDGE, BAND, GUIDE, INK, POINT, POINT_EDGE
from ketameta.figures.effect_axis import dress_number_axis, padded
from ketameta.figures.keys import DASHED
from ketameta.figures.page import MARGIN, open_page, picture_style
from ketameta.figures.picture import Picture, Subject, number, studies
from ketameta.figures.point_labels import label_points
from ketameta.sensitivity.radial import RadialPlot

PANEL, LEFT, BOTTOM = 240.0, 46.0, 34.0


def draw_radial(plot: RadialPlot, subject: Subject) -> Picture:
    """z scores against precision, with the line of the pooled mean and the band around it.

    Parameters
    ----------
    plot
        From `sensitivity.radial.radial_plot`.

    References
    ----------
    Galbraith RF. Stat Med 1988;7:889-894. doi:10.1002/sim.4780070807.
    """
    title = f"Radial plot: {subject.about}"
    with picture_style():
        page = open_page(title, PANEL + BOTTOM)
        axes = page.panel(LEFT, 0.0, page.width - LEFT - MARGIN, PANEL)
        _panel(axes, plot)
    return Picture("radial", title, page.figure, _alt(plot, subject), _legend(plot))


def _panel(axes: Axes, plot: RadialPlot) -> None:
    end = 1.08 * float(plot.precision.max())
    x = np.array([0.0, end])
    line = plot.slope * x
    low, high = line - plot.half_width, line + plot.half_width
    limits = padded(min(float(plot.z.min()), *low), max(float(plot.z.max()), *high))
    dress_number_axis(axes, (0.0, end), "Precision (1 / standard deviation)")
    dress_number_axis(axes, limits, "z score (effect / standard deviation)", which="y")
    axes.fill_between(x, low, high, color=BAND, lw=0, zorder=0)
    for edge in (low, high):
        axes.plot(x, edge, color=GUIDE, lw=0.7, ls=DASHED, zorder=2)
    axes.plot(x, line, color=INK, lw=1.0, zorder=2)
    axes.axhline(0.0, color=GUIDE, lw=0.7, zorder=1)
    out = plot.outside
    axes.plot(plot.precision[~out], plot.z[~out], ls="", marker="o", ms=5, mfc=POINT,
              mec=POINT_EDGE, zorder=3)  # fmt: skip
    axes.plot(plot.precision[out], plot.z[out], ls="", marker="D", ms=5, mfc=ACCENT,
              mec=ACCENT_EDGE, zorder=3)  # fmt: skip
    lines = [np.column_stack([x, edge]) for edge in (low, line, high)]
    far = np.abs(plot.z - plot.slope * plot.precision)
    label_points(axes, plot.precision, plot.z, plot.labels, rank=far, lines=lines)


def _alt(plot: RadialPlot, subject: Subject) -> str:
    outside = [name for name, one in zip(plot.labels, plot.outside, strict=True) if one]
    said = f"outside the band: {', '.join(outside)}" if outside else "no study outside the band"
    return (
        f"Radial plot of {studies(len(plot.labels))} around a mean {subject.effect_name} of "
        f"{subject.value(plot.slope)}, z scores from {number(float(plot.z.min()))} to "
        f"{number(float(plot.z.max()))}; {said}."
    )


def _legend(plot: RadialPlot) -> str:
    model = "their standard errors" if plot.tau2 == 0.0 else "standard errors and τ²"
    return (
        "Radial (Galbraith) plot. Each point is a study: its effect over its standard deviation "
        f"against one over that standard deviation, made from {model}. The slope of a line from "
        "the origin to a point is the study’s effect; the solid line is the pooled mean. Studies "
        f"outside the band of ± {plot.half_width:.2f}, drawn as diamonds, agree less with the "
        "mean than their precision leads one to expect. Galbraith (1988)."
    )
