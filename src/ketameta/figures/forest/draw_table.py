"""The table beside the plot: column titles, labels and cells."""

from __future__ import annotations

from matplotlib.patches import Circle

from ketameta.figures.forest.draw_text import Pen
from ketameta.figures.forest.model import PLOT, Cell, Disc, ForestLayout, Row, group_spans
from ketameta.figures.forest.placement import (
    BOLD_LABELS,
    INDENT,
    MARGIN,
    MARK_SIZE,
    Placement,
    disc_radius,
    label_size,
    mark_step,
)
from ketameta.notation.risk_of_bias import colours

_DROP = 0.36
"""From the middle of a line of text to its baseline, in font sizes."""
_TALL_DROP, _FLAT_DROP = 0.365, 0.315
"""The same for signs as tall as capitals, and for plus, minus and cross."""


def draw_header(pen: Pen, layout: ForestLayout, place: Placement) -> None:
    """Titles of the columns between two rules, with shared titles over their columns."""
    page = (MARGIN, place.width - MARGIN)
    pen.rule(page, place.header_top, width=0.9)
    pen.rule(page, place.header_bottom, width=0.5)
    baseline = place.header_bottom - 0.55 * pen.size
    for i, column in enumerate(layout.columns):
        at = (_anchor(place, i, column.align), baseline)
        pen.write(column.title, at, align=column.align, bold=not column.group)
    for start, end in group_spans(layout.columns):
        left = place.left[start]
        right = place.left[end - 1] + place.widths[end - 1]
        middle = (left + right) / 2
        title = layout.columns[start].group
        pen.write(title, (middle, baseline - 1.6 * pen.size), align="center", bold=True)
        if end - start > 1:
            pen.rule((left, right), baseline - 1.15 * pen.size, width=0.4)


def draw_labels(pen: Pen, layout: ForestLayout, place: Placement) -> None:
    """The first column, which may run on into empty cells."""
    for i, row in enumerate(layout.rows):
        size, colour = label_size(row, layout.style), _label_colour(pen, row)
        step, bold = 1.3 * pen.size, row.kind in BOLD_LABELS
        first = place.middle(i) - step * (row.height - 1) / 2 + _DROP * size
        for j, line in enumerate(row.lines):
            at = (MARGIN + row.indent * INDENT, first + j * step)
            pen.write(line, at, size=size, bold=bold and j == 0, colour=colour)
        if row.kind == "overall":
            top = place.rows[i][0] - 0.12 * layout.style.row_pitch
            pen.rule((MARGIN, place.width - MARGIN), top, width=0.5, colour=pen.colours.hairline)


def draw_cells(pen: Pen, layout: ForestLayout, place: Placement) -> None:
    """All other cells."""
    step = mark_step(layout)
    for i, row in enumerate(layout.rows):
        baseline = place.middle(i) + _DROP * pen.size
        for j, (column, cell) in enumerate(zip(layout.columns, row.cells, strict=True)):
            if column.key == PLOT or not cell.text:
                continue
            if cell.disc is not None:
                middle = (_anchor(place, j, "center"), place.middle(i))
                _draw_disc(pen, cell.disc, middle, disc_radius(layout))
                continue
            if cell.marks:
                _draw_marks(pen, cell, (place.left[j], baseline), step)
                continue
            at = (_anchor(place, j, column.align), baseline)
            pen.write(cell.text, at, align=column.align)


def _draw_disc(pen: Pen, disc: Disc, middle: tuple[float, float], radius: float) -> None:
    """A disc whose glyph says what its colour says."""
    fill, ink = colours(disc.level)
    circle = Circle(middle, radius, facecolor=fill, edgecolor=pen.colours.text, linewidth=0.6)
    circle.set_zorder(4)
    pen.axes.add_patch(circle)
    drop = _TALL_DROP if disc.glyph in "!?" else _FLAT_DROP
    at = (middle[0], middle[1] + drop * pen.size)
    pen.write(disc.glyph, at, align="center", bold=True, colour=ink)


def _draw_marks(pen: Pen, cell: Cell, at: tuple[float, float], step: float) -> None:
    """Flags side by side: serious ones bold, mere information muted."""
    size = pen.size * MARK_SIZE
    for i, mark in enumerate(cell.marks):
        colour = pen.colours.muted if mark.severity == "info" else pen.colours.text
        bold = mark.severity == "serious"
        pen.write(mark.code, (at[0] + i * step, at[1]), size=size, bold=bold, colour=colour)


def _anchor(place: Placement, column: int, align: str) -> float:
    shares = {"left": 0.0, "center": 0.5, "right": 1.0}
    return place.left[column] + shares[align] * place.widths[column]


def _label_colour(pen: Pen, row: Row) -> str:
    return pen.colours.muted if row.kind == "note" else pen.colours.text
