"""A page to draw on: title, panels placed in points, and notes; its height follows from these."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ketameta.figures.colours import HAIRLINE, INK, MUTED
from ketameta.figures.text_metrics import broken, drawable, text_width
from ketameta.figures.theme import figure_style
from ketameta.notation.effects import clean

WIDTH = 432.0
"""Points: 152 mm, which fits the text width of A4 and of US letter."""

MARGIN = 8.0
TITLE, SIZE, SMALL = 9.0, 8.0, 7.0
LEADING = 1.35
KEY_PITCH = (SMALL + 0.5) * 1.55
POINTS_PER_INCH = 72.0

_OWN: dict[Any, Any] = {
    "text.parse_math": False,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.linewidth": 0.8,
    "axes.labelsize": SIZE,
    "axes.labelcolor": INK,
    "axes.labelpad": 4.0,
    "xtick.labelsize": SMALL + 0.5,
    "ytick.labelsize": SMALL + 0.5,
    "xtick.bottom": True,
    "ytick.left": True,
    "xtick.major.size": 3.0,
    "ytick.major.size": 3.0,
    "xtick.major.width": 0.8,
    "ytick.major.width": 0.8,
    "xtick.major.pad": 2.5,
    "ytick.major.pad": 2.5,
    "xtick.color": INK,
    "ytick.color": INK,
    "grid.color": HAIRLINE,
    "legend.fontsize": SMALL + 0.5,
    "legend.frameon": False,
    "svg.image_inline": True,
}


@contextmanager
def picture_style() -> Iterator[None]:
    """The look of every diagnostic figure, while drawing and while saving."""
    with figure_style(font_size=SIZE, svg_text="real"), mpl.rc_context(_OWN):
        yield


@dataclass(frozen=True, slots=True)
class Page:
    """A page with its title and notes written; distances in points, from the left and the top.

    Attributes
    ----------
    figure, width, height
        The page.
    top
        Where the body begins.
    """

    figure: Figure
    width: float
    height: float
    top: float

    def panel(self, left: float, top: float, width: float, height: float) -> Axes:
        """Axes within the body; the frame keeps its left and bottom line."""
        import seaborn as sns

        axes = self.figure.add_axes(
            (
                left / self.width,
                1.0 - (self.top + top + height) / self.height,
                width / self.width,
                height / self.height,
            )
        )
        sns.despine(ax=axes)
        return axes

    def write(
        self,
        text: str,
        at: tuple[float, float],
        *,
        size: float = SIZE,
        align: str = "left",
        bold: bool = False,
    ) -> None:
        """A line of text within the body, its middle at the height given."""
        left, down = at
        self.figure.text(
            left / self.width,
            1.0 - (self.top + down) / self.height,
            drawable(clean(text)),
            fontsize=size,
            fontweight="bold" if bold else "normal",
            ha=align,
            va="center_baseline",
        )

    def rule(self, down: float) -> None:
        """A thin line across the page at this height of the body."""
        y = 1.0 - (self.top + down) / self.height
        ends = (MARGIN / self.width, 1.0 - MARGIN / self.width)
        self.figure.add_artist(Line2D(ends, (y, y), color=HAIRLINE, lw=0.6))


def open_page(
    title: str,
    height: float,
    *,
    key: Sequence[Artist] = (),
    notes: Sequence[str] = (),
    width: float = WIDTH,
) -> Page:
    """A page whose body is so high, with title and key above and notes below.

    Parameters
    ----------
    title
        Broken into lines where it is long.
    height
        Points of the body.
    key
        What the marks mean, side by side, in as many rows as needed.
    notes
        What a reader must know before reading the figure, a paragraph each.
    """
    room = width - 2 * MARGIN
    titles = [line for line in broken(drawable(clean(title)), TITLE * 1.1, room) if line]
    lines = [line for note in notes for line in broken(drawable(clean(note)), SMALL, room)]
    key_top = MARGIN + len(titles) * TITLE * LEADING + 4.0
    columns = _key_columns(key, room)
    top = key_top + -(-len(key) // columns) * KEY_PITCH + (6.0 if key else 2.0)
    bottom = len(lines) * SMALL * LEADING + (4.0 if lines else 0.0) + MARGIN / 2
    total = top + height + bottom
    figure = Figure(figsize=(width / POINTS_PER_INCH, total / POINTS_PER_INCH), facecolor="white")
    for i, line in enumerate(titles):
        y = 1.0 - (MARGIN + (i + 0.8) * TITLE * LEADING) / total
        figure.text(MARGIN / width, y, line, fontsize=TITLE, weight="bold", va="baseline")
    if key:
        _write_key(figure, key, columns, (MARGIN / width, 1.0 - key_top / total))
    for i, line in enumerate(lines):
        y = 1.0 - (top + height + (i + 0.9) * SMALL * LEADING) / total
        figure.text(MARGIN / width, y, line, fontsize=SMALL, color=MUTED, va="baseline")
    return Page(figure, width, total, top)


def _key_columns(key: Sequence[Artist], room: float) -> int:
    widest = max((text_width(str(one.get_label()), SMALL + 0.5) + 38.0 for one in key), default=1.0)
    return max(1, min(len(key), int(room / widest)))


def _write_key(
    figure: Figure, key: Sequence[Artist], columns: int, at: tuple[float, float]
) -> None:
    figure.legend(
        handles=list(key),
        loc="upper left",
        bbox_to_anchor=at,
        ncols=columns,
        borderaxespad=0.0,
        borderpad=0.0,
        handlelength=1.8,
        handletextpad=0.6,
        columnspacing=1.6,
        labelspacing=0.35,
    )


def shortened(text: str, width: float, *, size: float = SIZE) -> str:
    """The text on one line, with an ellipsis where it is wider than so many points.

    The last word stays where it is short: it is the year that tells studies of one name apart.
    """
    line = drawable(clean(text))
    if text_width(line, size) <= width:
        return line
    start, _, last = line.rpartition(" ")
    end = f"… {last}" if start and text_width(last, size) <= width / 4 else "…"
    line = start if len(end) > 1 else line
    while line and text_width(f"{line}{end}", size) > width:
        line = line[:-1].rstrip()
    return f"{line}{end}"
