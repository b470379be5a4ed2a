"""Where everything of a forest plot stands on the page, in points from the top left corner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ketameta.figures.forest.model import PLOT, Axis, ForestLayout, Row, Tick, group_spans
from ketameta.figures.forest.style import ForestStyle
from ketameta.figures.text_metrics import broken, text_width

MARGIN = 14.0
GAP = 13.0
GROUP_GAP = 8.0
INDENT = 9.0
PLOT_PAD = 9.0
TITLE_SIZE = 1.3
MARK_SIZE = 0.82
MARK_GAP = 3.0
DISC = 0.36
"""Radius of a disc as a share of the distance between rows."""
BOLD_LABELS = frozenset({"heading", "overall"})
SPACE_BEFORE = {"heading": 0.4, "overall": 0.35}
NARROWEST = 330.0
FAVOURS_GAP = 7.0
TICK_GAP = 3.0


@dataclass(frozen=True, slots=True)
class Placement:
    """Positions in points; y grows downwards.

    Attributes
    ----------
    width, height
        Of the page.
    left, widths
        Left edge and width of each column.
    title_lines, footer_lines
        Text broken to the page's width; footer lines with whether a new entry begins.
    header_top, header_bottom
        Top and bottom rule of the column titles.
    rows
        Top and bottom of each row.
    axis_y, footer_y
        The axis line, and the top of the footer.
    """

    width: float
    height: float
    left: tuple[float, ...]
    widths: tuple[float, ...]
    title_lines: tuple[str, ...]
    footer_lines: tuple[tuple[str, bool], ...]
    header_top: float
    header_bottom: float
    rows: tuple[tuple[float, float], ...]
    axis_y: float
    footer_y: float
    plot: tuple[float, float]

    def x(self, fraction: float) -> float:
        """Points of a share of the plot."""
        return self.plot[0] + fraction * (self.plot[1] - self.plot[0])

    def middle(self, row: int) -> float:
        """The vertical centre of a row."""
        top, bottom = self.rows[row]
        return (top + bottom) / 2


def place(layout: ForestLayout) -> Placement:
    """Positions that fit the content: columns as wide as their text, one height for all rows."""
    return _Placer(layout).placement()


def note_size(style: ForestStyle) -> float:
    """Font size of what stands below the plot and of rows that are notes."""
    return style.font_size * style.note_share


def label_size(row: Row, style: ForestStyle) -> float:
    """Font size of a row's label."""
    return note_size(style) if row.kind == "note" else style.font_size


def null_share(layout: ForestLayout) -> float | None:
    """Where the null line stands as a share of the plot; None where it is not on it."""
    if layout.axis.null is None:
        return None
    at = layout.axis.position(layout.axis.null)
    return at if 0.0 <= at <= 1.0 else None


def favours_texts(layout: ForestLayout) -> tuple[str, str]:
    """What is written left and right of the null line; empty where the direction is unknown."""
    axis = layout.axis
    return (f"← {axis.left}" if axis.left else "", f"{axis.right} →" if axis.right else "")


@dataclass(frozen=True, slots=True)
class _Placer:
    layout: ForestLayout

    @property
    def size(self) -> float:
        return self.layout.style.font_size

    def placement(self) -> Placement:
        layout, pitch = self.layout, self.layout.style.row_pitch
        widths = self._widths()
        before, after = self._overhang(*self._plot_and_page(widths))
        widths = (widths[0] + before, *widths[1:])
        plot, page = self._plot_and_page(widths)
        page += after
        left = self._lefts(widths)
        inner = page - 2 * MARGIN
        title = self._title_lines(inner)
        header_top = MARGIN + len(title) * self.size * 1.75 + (4 if title else 0)
        header_lines = 2 if any(column.group for column in layout.columns) else 1
        header_bottom = header_top + header_lines * self.size * 1.6 + 6
        rows = self._row_tops(header_bottom + 0.3 * pitch)
        axis_y = (rows[-1][1] if rows else header_bottom) + 0.35 * pitch
        footer_y = axis_y + self._below_axis() + 8
        footer = self._footer_lines(inner)
        notes = len(footer) * note_size(layout.style) * 1.5 + self._entries(footer)
        height = footer_y + notes + MARGIN
        return Placement(
            page, height, left, widths, title, footer, header_top, header_bottom, rows,
            axis_y, footer_y, plot,
        )  # fmt: skip

    def _plot_and_page(self, widths: tuple[float, ...]) -> tuple[tuple[float, float], float]:
        left, column = self._lefts(widths), self.layout.plot_column
        start = left[column] + PLOT_PAD
        page = max(left[-1] + widths[-1] + MARGIN, NARROWEST)
        return (start, start + widths[column] - 2 * PLOT_PAD), page

    def _entries(self, footer: tuple[tuple[str, bool], ...]) -> float:
        return 2.0 * sum(first for _, first in footer)

    def _title_lines(self, width: float) -> tuple[str, ...]:
        if not self.layout.style.title or not self.layout.title:
            return ()
        return broken(self.layout.title, self.size * TITLE_SIZE * 1.12, width)

    def _footer_lines(self, width: float) -> tuple[tuple[str, bool], ...]:
        lines: list[tuple[str, bool]] = []
        for entry in self.layout.footer:
            parts = broken(entry.text, note_size(self.layout.style), width)
            lines += [(part, i == 0) for i, part in enumerate(parts)]
        return tuple(lines)

    def _below_axis(self) -> float:
        style = self.layout.style
        lines = 1.0 + (1.0 if style.axis_title else 0.0)
        if style.favours == "below" and any(favours_texts(self.layout)):
            lines += 1.0
        return 6 + lines * self.size * 1.5

    def _row_tops(self, top: float) -> tuple[tuple[float, float], ...]:
        pitch, spans = self.layout.style.row_pitch, []
        for i, row in enumerate(self.layout.rows):
            if i:
                top += SPACE_BEFORE.get(row.kind, 0.0) * pitch
            height = pitch if row.height == 1 else pitch + (row.height - 1) * self.size * 1.3
            spans.append((top, top + height))
            top += height
        return tuple(spans)

    def _widths(self) -> tuple[float, ...]:
        widths = [self._content_width(i) for i in range(len(self.layout.columns))]
        self._widen_for_groups(widths)
        widths[0] += self._label_excess(widths)
        return tuple(widths)

    def _content_width(self, index: int) -> float:
        column = self.layout.columns[index]
        if column.key == PLOT:
            return self._plot_width()
        title = text_width(column.title, self.size, bold=True)
        if any(row.cells[index].disc for row in self.layout.rows):
            return max(title, 2 * disc_radius(self.layout))
        if column.key == "flags":
            most = max(len(row.cells[index].marks) for row in self.layout.rows)
            return max(title, most * mark_step(self.layout) - MARK_GAP)
        if index == 0:
            rows = [row for row in self.layout.rows if row.kind == "study"]
            return max([title, *(self._label_width(row) for row in rows)])
        cells = [row.cells[index].text for row in self.layout.rows]
        return max([title, *(text_width(text, self.size) for text in cells)])

    def _plot_width(self) -> float:
        """The style's width, or more where the directions stand above the plot and need it."""
        width, at = self.layout.style.plot_width, null_share(self.layout)
        if self.layout.style.favours == "above" and at is not None:
            left, right = self._favours_widths()
            width = max(width, left / max(at, 0.1), right / max(1 - at, 0.1))
        return width + 2 * PLOT_PAD

    def _favours_widths(self) -> tuple[float, float]:
        bold = self.layout.style.favours == "above"
        left, right = favours_texts(self.layout)
        return (
            text_width(left, self.size, bold=bold) + FAVOURS_GAP,
            text_width(right, self.size, bold=bold) + FAVOURS_GAP,
        )

    def _overhang(self, plot: tuple[float, float], page: float) -> tuple[float, float]:
        """By how much ticks and direction labels run over the left and right margin."""
        ticks = self.layout.axis.ticks
        starts = [plot[0] - text_width(ticks[0].text, self.size) / 2]
        ends = [plot[1] + text_width(ticks[-1].text, self.size) / 2]
        at = null_share(self.layout)
        if at is not None:
            x = plot[0] + at * (plot[1] - plot[0])
            left, right = self._favours_widths()
            starts.append(x - left)
            ends.append(x + right)
        return max(0.0, MARGIN - min(starts)), max(0.0, max(ends) - (page - MARGIN))

    def _label_width(self, row: Row) -> float:
        size, bold = label_size(row, self.layout.style), row.kind in BOLD_LABELS
        return row.indent * INDENT + max(text_width(line, size, bold=bold) for line in row.lines)

    def _widen_for_groups(self, widths: list[float]) -> None:
        """Give columns under a shared title enough room for that title."""
        columns = self.layout.columns
        for start, end in group_spans(columns):
            title = text_width(columns[start].group, self.size, bold=True)
            lack = title - sum(widths[start:end]) - GROUP_GAP * (end - start - 1)
            if lack > 0:
                for i in range(start, end):
                    widths[i] += lack / (end - start)

    def _lefts(self, widths: tuple[float, ...] | list[float]) -> tuple[float, ...]:
        lefts, x = [], MARGIN
        columns = self.layout.columns
        for i, column in enumerate(columns):
            if i:
                grouped = column.group and column.group == columns[i - 1].group
                x += GROUP_GAP if grouped else GAP
            lefts.append(x)
            x += widths[i]
        return tuple(lefts)

    def _label_excess(self, widths: list[float]) -> float:
        """By how much the widest label would run into the next text of its row."""
        lefts = self._lefts(widths)
        excess = 0.0
        for row in self.layout.rows:
            end = MARGIN + self._label_width(row) + GAP
            excess = max(excess, end - self._room(row, lefts, widths))
        return excess

    def _room(self, row: Row, lefts: tuple[float, ...], widths: list[float]) -> float:
        for i in range(1, len(self.layout.columns)):
            if self.layout.columns[i].key == PLOT or row.cells[i].text:
                return lefts[i]
        return lefts[-1] + widths[-1]


def disc_radius(layout: ForestLayout) -> float:
    """Radius of the discs of risk of bias."""
    return DISC * min(layout.style.row_pitch, 2.0 * layout.style.font_size)


def mark_step(layout: ForestLayout) -> float:
    """Distance from one flag to the next, the same in every row."""
    size = layout.style.font_size * MARK_SIZE
    marks = {mark.code for row in layout.rows for cell in row.cells for mark in cell.marks}
    widths = [text_width(code, size, bold=True) for code in marks]
    return max(widths, default=0.0) + MARK_GAP


def named_ticks(axis: Axis, place: Placement, size: float) -> tuple[Tick, ...]:
    """The ticks whose numbers have room beside each other; that of the null value stays."""
    named = list(axis.ticks)
    while len(named) > 2 and _touching(named, axis, place, size):
        values = [tick.value for tick in named]
        start = values.index(axis.null) % 2 if axis.null in values else 0
        named = named[start::2]
    return tuple(named)


def _touching(ticks: Sequence[Tick], axis: Axis, place: Placement, size: float) -> bool:
    spans = [
        (place.x(axis.position(tick.value)), text_width(tick.text, size) / 2) for tick in ticks
    ]
    return any(two - one < half + other + TICK_GAP for (one, half), (two, other) in pairwise(spans))
