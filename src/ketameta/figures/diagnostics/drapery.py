"""Drapery plot: P values of every possible effect."""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from ketameta.figures.colours import ACCENT, GUIDE, INK, POINT
from ketameta.figures.effect_axis import dress_effect_axis, dress_number_axis
from ketameta.figures.keys import DASHED, DOTTED, line_key
from ketameta.figures.page import MARGIN, SMALL, open_page, picture_style
from ketameta.figures.picture import Picture, Subject, studies
from ketameta.sensitivity.drapery import DraperyPlot

PANEL, LEFT, BOTTOM, RIGHT = 230.0, 46.0, 34.0, 34.0
LEVELS = (0.01, 0.05, 0.1)
POINTS = 200
MOST = 2600
"""Points of all studies' curves together."""

BARELY = 0.002
"""Smaller P values cannot be told from the axis."""


def draw_drapery(plot: DraperyPlot, subject: Subject) -> Picture:
    """P value functions of the studies, the pooled mean and a new study.

    Parameters
    ----------
    plot
        From `sensitivity.drapery.drapery_plot`.

    References
    ----------
    Ruecker G, Schwarzer G. Res Synth Methods 2021;12:34-45. doi:10.1002/jrsm.1410.
    """
    title = f"Drapery plot: {subject.about}"
    with picture_style():
        key = _handles(plot)
        page = open_page(title, PANEL + BOTTOM, key=key)
        axes = page.panel(LEFT, 0.0, page.width - LEFT - MARGIN - RIGHT, PANEL)
        _panel(axes, plot, subject)
    return Picture("drapery", title, page.figure, _alt(plot, subject), _LEGEND)


def _handles(plot: DraperyPlot) -> list[Artist]:
    found: list[Artist] = [
        line_key("Study", GUIDE, 0.7),
        line_key("Pooled mean", POINT, 2.0),
    ]
    if plot.prediction is not None:
        same = np.allclose(plot.prediction, plot.pooled, atol=BARELY)
        name = "New study (the same curve)" if same else "New study"
        found.append(line_key(name, ACCENT, 1.6, dashes=DASHED))
    return found


def _panel(axes: Axes, plot: DraperyPlot, subject: Subject) -> None:
    step = max(1, plot.effect.size // POINTS)
    x = plot.effect[::step]
    dress_effect_axis(axes, subject, (float(x[0]), float(x[-1])))
    dress_number_axis(axes, (0.0, 1.02), "P value", which="y")
    each = max(15, min(POINTS, MOST // len(plot.labels)))
    for p in plot.studies:
        shown = _telling(p, each)
        axes.plot(plot.effect[shown], p[shown], color=GUIDE, lw=0.5, zorder=2)
    axes.plot(plot.effect, plot.pooled, color=POINT, lw=2.0, zorder=4)
    if plot.prediction is not None:
        axes.plot(x, plot.prediction[::step], color=ACCENT, lw=1.6, ls=DASHED, zorder=5)
    for level in LEVELS:
        axes.axhline(level, color=INK, lw=0.8, ls=DOTTED, zorder=1)
    low, high = axes.get_xlim()
    # 0.01 and 0.05 stand too near to each other for a text each.
    for level, text in ((0.05, "0.05"), (0.1, "0.1")):
        axes.text(high + 0.01 * (high - low), level, text, fontsize=SMALL, va="center_baseline")


def _telling(p: np.ndarray, count: int) -> np.ndarray:
    """About so many positions along the part of a curve that can be seen, its peak among them."""
    seen = np.flatnonzero(p > BARELY)
    if seen.size == 0:
        return np.array([0, p.size - 1])
    step = max(1, -(-seen.size // count))
    return np.unique(np.append(seen[::step], [seen[-1], int(np.argmax(p))]))


def _crossings(x: np.ndarray, p: np.ndarray, level: float) -> tuple[float | None, float | None]:
    """Where a curve crosses the level on both sides; None outside the axis."""
    inside = np.flatnonzero(p >= level)
    if inside.size == 0:
        return None, None
    first, last = int(inside[0]), int(inside[-1])
    low = None if first == 0 else _between(x, p, level, first - 1)
    high = None if last == x.size - 1 else _between(x, p, level, last)
    return low, high


def _between(x: np.ndarray, p: np.ndarray, level: float, i: int) -> float:
    share = (level - p[i]) / (p[i + 1] - p[i])
    return float(x[i] + share * (x[i + 1] - x[i]))


def _alt(plot: DraperyPlot, subject: Subject) -> str:
    peak = float(plot.effect[int(np.argmax(plot.pooled))])
    low, high = _crossings(plot.effect, plot.pooled, 0.05)
    said = (
        f"Drapery plot of {studies(len(plot.labels))}: the P value function of the pooled "
        f"{subject.effect_name} peaks at {subject.value(peak)}"
    )
    if low is not None and high is not None:
        said += f" and lies above 0.05 from {subject.value(low)} to {subject.value(high)}"
    if plot.prediction is not None:
        low, high = _crossings(plot.effect, plot.prediction, 0.05)
        if low is not None and high is not None:
            said += f", that of a new study from {subject.value(low)} to {subject.value(high)}"
    return f"{said}."


_LEGEND = (
    "Drapery plot. Each curve gives the two-sided P value of every hypothetical effect: thin "
    "curves for the studies, the thick one for the pooled mean, the dashed one for the true effect "
    "in a new study. Where a curve crosses a horizontal line (dotted at 0.01, 0.05 and 0.1) lie "
    "the limits of the interval with that coverage, such as 95% at 0.05. No level is special. "
    "Rücker and Schwarzer (2021)."
)
