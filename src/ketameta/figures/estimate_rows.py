"""Estimates with their intervals under each other, names at the left and numbers at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from ketameta.figures.colours import ACCENT, INK, POINT, POINT_EDGE
from ketameta.figures.effect_axis import dress_effect_axis, sensible_limits
from ketameta.figures.page import MARGIN, SIZE, SMALL, Page, shortened
from ketameta.figures.picture import Subject
from ketameta.figures.text_metrics import drawable, text_width

PITCH = 13.0
HEAD = 16.0
BOTTOM = 34.0
NAME_WIDTH = 150.0
GAP = 10.0
ARROW = 5.0
"""Room for the arrow of an interval that goes on beyond the plot."""


@dataclass(frozen=True, slots=True)
class EstimateRow:
    """One line: a name, an effect with its interval (None: no limits), and texts beside it.

    `strong` rows are drawn as hollow diamonds: the result of all studies, for example.
    """

    name: str
    estimate: float
    low: float | None
    high: float | None
    texts: tuple[str, ...]
    strong: bool = False


@dataclass(frozen=True, slots=True)
class RowTitles:
    """Titles of the column of names and of the columns of texts."""

    name: str
    texts: tuple[str, ...]


def rows_height(count: int) -> float:
    """Points that so many rows take, with titles and axis."""
    return HEAD + count * PITCH + BOTTOM


def draw_rows(
    page: Page,
    rows: Sequence[EstimateRow],
    subject: Subject,
    titles: RowTitles,
    *,
    top: float = 0.0,
) -> Axes:
    """Draw the rows from `top` on; the axes drawn on, whose rows stand at 0, 1, ..."""
    names = [shortened(row.name, NAME_WIDTH) for row in rows]
    first = MARGIN + max(text_width(t, SIZE) for t in (*names, titles.name)) + GAP
    widths = [
        max(text_width(drawable(t), SIZE) for t in (title, *(row.texts[i] for row in rows)))
        for i, title in enumerate(titles.texts)
    ]
    last = page.width - MARGIN - sum(widths) - GAP * len(widths) - ARROW
    body = len(rows) * PITCH
    axes = page.panel(first, top + HEAD, last - first, body)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    _intervals(axes, rows, subject)
    page.write(titles.name, (MARGIN, top + HEAD / 2), size=SMALL)
    for i, name in enumerate(names):
        page.write(name, (MARGIN, top + HEAD + (i + 0.5) * PITCH))
    right = last + ARROW
    for column, (title, width) in enumerate(zip(titles.texts, widths, strict=True)):
        right += GAP + width
        page.write(title, (right, top + HEAD / 2), size=SMALL, align="right")
        for i, row in enumerate(rows):
            at = (right, top + HEAD + (i + 0.5) * PITCH)
            page.write(row.texts[column], at, align="right")
    return axes


def _intervals(axes: Axes, rows: Sequence[EstimateRow], subject: Subject) -> None:
    centre = np.array([row.estimate for row in rows])
    low = np.array([np.nan if row.low is None else row.low for row in rows])
    high = np.array([np.nan if row.high is None else row.high for row in rows])
    dress_effect_axis(axes, subject, _limits(subject, centre, low, high))
    start, end = axes.get_xlim()
    ends = np.column_stack([np.maximum(low, start), np.minimum(high, end), centre * np.nan])
    ends[np.isnan(low + high)] = np.nan
    lines = np.repeat(np.arange(len(rows)), 3)
    axes.plot(ends.ravel(), lines, color=INK, lw=1.0, zorder=2, solid_capstyle="butt")
    for beyond, place, mark in ((low < start, start, "<"), (high > end, end, ">")):
        where = np.flatnonzero(beyond)
        axes.plot(np.full(where.size, place), where, ls="", marker=mark, ms=4, color=INK,
                  clip_on=False, zorder=3)  # fmt: skip
    strong = np.array([row.strong for row in rows])
    where = np.arange(len(rows))
    axes.plot(centre[~strong], where[~strong], ls="", marker="s", ms=4.5, mfc=POINT,
              mec=POINT_EDGE, zorder=4)  # fmt: skip
    axes.plot(centre[strong], where[strong], ls="", marker="D", ms=5.5, mfc="white", mec=ACCENT,
              mew=1.3, zorder=4)  # fmt: skip


def _limits(
    subject: Subject, centre: np.ndarray, low: np.ndarray, high: np.ndarray
) -> tuple[float, float]:
    null = subject.measure.null
    if null is None:
        return sensible_limits(centre, low, high)
    extra = np.append(centre, null), np.append(low, np.nan), np.append(high, np.nan)
    return sensible_limits(*extra)
