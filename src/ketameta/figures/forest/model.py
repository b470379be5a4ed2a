"""`ForestLayout`: every decision about a forest plot, as plain data that two renderers draw.

All positions are on the display scale (ratios as ratios); `Axis.fraction` turns them into a share
of the plot's width. Sizes are shares of the row height. Nothing here knows points or pixels.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from ketameta.figures.forest.style import ForestStyle

PLOT = "plot"


@dataclass(frozen=True, slots=True)
class Tick:
    """A tick of the axis: where, and what stands under it."""

    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Axis:
    """The axis under the plot.

    Attributes
    ----------
    kind
        "log" or "linear".
    low, high
        The ends, on the display scale.
    null
        Value of "no difference", or None where there is none (proportions).
    left, right
        What lies on either side of the null value; empty where the direction is not known.
    """

    kind: str
    low: float
    high: float
    ticks: tuple[Tick, ...]
    null: float | None
    title: str
    left: str = ""
    right: str = ""

    def position(self, value: float) -> float:
        """Where a value lies: 0 at the lower end, 1 at the upper, less or more beyond them."""
        if self.kind == "log":
            return (math.log(value) - math.log(self.low)) / (
                math.log(self.high) - math.log(self.low)
            )
        return (value - self.low) / (self.high - self.low)

    def fraction(self, value: float) -> float:
        """Where a value lies between the ends; values beyond an end lie at that end."""
        return min(max(self.position(value), 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Extent:
    """An interval as drawn: its true limits, and on which side the plot cuts it off."""

    low: float
    high: float
    cut_low: bool = False
    cut_high: bool = False


@dataclass(frozen=True, slots=True)
class StudyGlyph:
    """A square whose area is proportional to the weight, on the line of its interval.

    `side` is a share of the largest side in the figure; `shown` is False where the estimate
    itself lies beyond the axis. `hollow` marks a single study among pooled results.
    """

    estimate: float
    side: float
    extent: Extent
    shown: bool = True
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Diamond:
    """A pooled estimate: centre, and an interval whose limits are the tips."""

    estimate: float
    extent: Extent


@dataclass(frozen=True, slots=True)
class Bar:
    """A prediction interval."""

    extent: Extent


Glyph = StudyGlyph | Diamond | Bar


@dataclass(frozen=True, slots=True)
class Mark:
    """A flag in a row: its code, how grave it is, and what was found here."""

    code: str
    severity: str
    message: str


@dataclass(frozen=True, slots=True)
class Disc:
    """A judgement of risk of bias as a disc with a glyph.

    Attributes
    ----------
    level, glyph
        The judgement, and the sign in the disc.
    name
        What was judged, in words: "Overall risk of bias", "D1 randomisation".
    """

    level: str
    glyph: str
    name: str


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of one cell.

    Attributes
    ----------
    text
        As printed, padded with figure spaces where columns of numbers line up.
    pieces
        The same in parts that line up, for renderers that align by themselves.
    marks
        The flags that the text lists; empty for ordinary text.
    disc
        The disc whose glyph the text is; None for ordinary text.
    """

    text: str = ""
    pieces: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    disc: Disc | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, its title, the title it shares with neighbours, and its alignment.

    `hanging` are the positions of those pieces of its cells that start, rather than end, under
    each other.
    """

    key: str
    title: str
    group: str = ""
    align: str = "left"
    hanging: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes
    ----------
    kind
        heading, study, subtotal, overall, prediction, sensitivity or note.
    label
        The first cell, whole; `lines` is the same broken into lines.
    cells
        One cell per column of the layout; the first and the plot's are empty.
    name
        The row in words, for readers who cannot see the glyph; empty where there is none.
    """

    kind: str
    label: str
    lines: tuple[str, ...]
    cells: tuple[Cell, ...]
    glyph: Glyph | None = None
    indent: int = 0
    name: str = ""

    @property
    def height(self) -> int:
        """Height in rows."""
        return max(1, len(self.lines))


@dataclass(frozen=True, slots=True)
class FooterLine:
    """A line below the plot; `kind` says what it is about.

    It is heterogeneity, test, method, subgroups, caution, marker, flags or risk of bias.
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class ForestLayout:
    """A forest plot, decided and not yet drawn.

    Attributes
    ----------
    id, title, subtitle
        The question's id and title, and its outcome and time.
    columns, rows, axis, footer
        What is drawn, in order.
    pooled
        Where the dashed line of the pooled estimate stands; None without one.
    summary, alt
        What the figure shows in a sentence, without and with the title before it.
    description
        The whole figure in words.
    """

    id: str
    title: str
    subtitle: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    axis: Axis
    pooled: float | None
    footer: tuple[FooterLine, ...]
    summary: str
    alt: str
    description: str
    style: ForestStyle

    @property
    def element_id(self) -> str:
        """An id for the figure within a page, made from the question's id."""
        return f"forest-{slug(self.id)}"

    @property
    def plot_column(self) -> int:
        """Index of the column that holds the plot."""
        return next(i for i, column in enumerate(self.columns) if column.key == PLOT)

    @property
    def last_pooled_row(self) -> int:
        """Index of the row down to which the pooled line is drawn."""
        kinds = [row.kind for row in self.rows]
        return kinds.index("overall") if "overall" in kinds else len(kinds) - 1


def slug(text: str) -> str:
    """The text as lower-case letters and digits joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "plot"


def group_spans(columns: tuple[Column, ...]) -> list[tuple[int, int]]:
    """Start and end of neighbouring columns that share a title."""
    spans: list[tuple[int, int]] = []
    for i, column in enumerate(columns):
        if not column.group:
            continue
        if spans and spans[-1][1] == i and columns[i - 1].group == column.group:
            spans[-1] = (spans[-1][0], i + 1)
        else:
            spans.append((i, i + 1))
    return spans
