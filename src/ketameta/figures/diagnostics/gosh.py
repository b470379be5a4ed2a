"""GOSH plot: the pooled effect and I2 of every subset of the studies."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from ketameta.figures.colours import ACCENT, HAIRLINE, POINT
from ketameta.figures.effect_axis import dress_effect_axis, dress_number_axis, padded
from ketameta.figures.keys import point_key
from ketameta.figures.page import MARGIN, open_page, picture_style, shortened
from ketameta.figures.picture import Picture, Subject, number, studies
from ketameta.sensitivity.subsets import SubsetResults

PANEL, SIDE, GAP, LEFT, BOTTOM = 210.0, 44.0, 6.0, 46.0, 34.0
NAME_WIDTH = 130.0
BINS = 40
DRAWN = 3000
"""Points drawn at most: more would lie on each other. The margins count every subset."""

NONE = "One study has no subsets of two or more, so there is nothing to show."


def draw_gosh(found: SubsetResults, subject: Subject, *, study: int | None = None) -> Picture:
    """Every subset as a point, coloured by whether it holds one study, with both distributions.

    Parameters
    ----------
    found
        From `sensitivity.subsets.subsets`.
    study
        Position of the study to colour by; None for the one that moves the median effect most.

    References
    ----------
    Olkin I, Dahabreh IJ, Trikalinos TA. Res Synth Methods 2012;3:214-223.
    doi:10.1002/jrsm.1053.
    """
    several = found.k > 1
    title = f"All subsets (GOSH): {subject.about}"
    with picture_style():
        if not several.any():
            page = open_page(title, 20.0, notes=())
            page.write(NONE, (MARGIN, 8.0))
            return Picture("gosh", title, page.figure, f"GOSH plot: {NONE.lower()}", _LEGEND)
        chosen = _telling(found, several) if study is None else study
        holding = found.holding(chosen)[several]
        name = shortened(found.labels[chosen], NAME_WIDTH)
        key = [
            point_key(f"With {name}", ACCENT, ACCENT, mark="o"),
            point_key(f"Without {name}", POINT, POINT, mark="^"),
        ]
        page = open_page(title, SIDE + GAP + PANEL + BOTTOM, key=key)
        width = page.width - LEFT - SIDE - GAP - MARGIN
        axes = page.panel(LEFT, SIDE + GAP, width, PANEL)
        x, y = found.estimate[several], found.i2[several]
        dress_effect_axis(axes, subject, padded(float(x.min()), float(x.max())))
        dress_number_axis(axes, (-4.0, 104.0), "I² (%)", which="y")
        _points(axes, x, y, holding)
        top = page.panel(LEFT, 0.0, width, SIDE)
        right = page.panel(LEFT + width + GAP, SIDE + GAP, SIDE, PANEL)
        _margin(top, x, holding, axes.get_xlim(), "x")
        _margin(right, y, holding, axes.get_ylim(), "y")
    return Picture("gosh", title, page.figure, _alt(found, several, chosen, subject), _LEGEND)


def _telling(found: SubsetResults, several: np.ndarray) -> int:
    """The study that moves the median of the subsets' effects most."""
    gaps = [_gap(found, several, i) for i in range(len(found.labels))]
    return int(np.argmax(np.nan_to_num(gaps)))


def _gap(found: SubsetResults, several: np.ndarray, study: int) -> float:
    inside = found.holding(study)
    held, free = found.estimate[several & inside], found.estimate[several & ~inside]
    return abs(float(np.median(held) - np.median(free))) if held.size and free.size else np.nan


def _points(axes: Axes, x: np.ndarray, y: np.ndarray, holding: np.ndarray) -> None:
    """The subsets; many as an image, so that the file stays small."""
    step = max(1, -(-x.size // DRAWN))
    size, alpha = (22.0, 0.9) if x.size < 200 else (3.5, 0.55)
    for which, colour, mark in ((~holding, POINT, "^"), (holding, ACCENT, "o")):
        axes.scatter(x[which][::step], y[which][::step], s=size, color=colour, marker=mark,
                     alpha=alpha, linewidths=0, rasterized=x.size > 200, zorder=3)  # fmt: skip


def _margin(
    axes: Axes, values: np.ndarray, holding: np.ndarray, limits: tuple[float, float], which: str
) -> None:
    """How often each value occurs, with and without the study."""
    import seaborn as sns

    known = np.isfinite(values)
    # Values on the edge of the last bin would otherwise fall out by rounding.
    sns.histplot(
        {"v": values[known], "held": holding[known]}, **{which: "v"}, hue="held", ax=axes,
        hue_order=[False, True], palette=[POINT, ACCENT], bins=BINS, binrange=limits,
        element="step", fill=False, linewidth=1.0, legend=False,
    )  # fmt: skip
    (axes.set_xlim if which == "x" else axes.set_ylim)(*limits)
    axes.set(xticks=[], yticks=[], xlabel="", ylabel="")
    for side in ("left", "bottom"):
        axes.spines[side].set_color(HAIRLINE)
    axes.spines["left" if which == "x" else "bottom"].set_visible(False)


def _alt(found: SubsetResults, several: np.ndarray, chosen: int, subject: Subject) -> str:
    x, i2 = found.estimate[several], found.i2[several]
    count = f"{x.size} {'subset' if x.size == 1 else 'subsets'}"
    count += "" if found.complete else " drawn at random"
    name = found.labels[chosen]
    inside = found.holding(chosen)
    parts = [
        f"GOSH plot of {count} of two or more of {studies(len(found.labels))}: "
        f"{subject.effect_name} from {subject.value(float(x.min()))} to "
        f"{subject.value(float(x.max()))}, median {subject.value(float(np.median(x)))}, I² from "
        f"{number(float(np.nanmin(i2)), 2)}% to {number(float(np.nanmax(i2)), 2)}%"
    ]
    held, free = found.estimate[several & inside], found.estimate[several & ~inside]
    if held.size and free.size:
        parts.append(
            f"the median is {subject.value(float(np.median(held)))} with {name} and "
            f"{subject.value(float(np.median(free)))} without it"
        )
    return f"{'; '.join(parts)}."


_LEGEND = (
    "Graphical display of study heterogeneity (GOSH). Each point is the pooled effect and I² of "
    "one subset of two or more studies; lines at the edges show how often each value occurs. "
    "Circles hold the study named, triangles do not. Separate clouds point to groups of studies "
    "that disagree; a cloud that moves with one study points to that study. Subsets overlap, so "
    "their spread is no interval. Olkin and colleagues (2012)."
)
