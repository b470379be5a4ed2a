"""The forest plot as a matplotlib figure, for SVG, PDF and PNG files."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ketameta.figures.forest.draw_glyphs import draw_glyph
from ketameta.figures.forest.draw_table import draw_cells, draw_header, draw_labels
from ketameta.figures.forest.draw_text import Pen
from ketameta.figures.forest.model import ForestLayout
from ketameta.figures.forest.placement import (
    FAVOURS_GAP,
    MARGIN,
    TITLE_SIZE,
    Placement,
    favours_texts,
    named_ticks,
    note_size,
    null_share,
    place,
)
from ketameta.figures.theme import figure_style

POINTS_PER_INCH = 72.0


def draw(layout: ForestLayout, *, svg_text: str = "path") -> Figure:
    """The forest plot as a figure whose size follows from its content.

    Parameters
    ----------
    layout
        From `layout()`.
    svg_text
        As in `theme.figure_style`; matters only if the figure is then saved as SVG.
    """
    with figure_style(font_size=layout.style.font_size, svg_text=svg_text):
        placement = place(layout)
        figure = Figure(
            figsize=(placement.width / POINTS_PER_INCH, placement.height / POINTS_PER_INCH),
            facecolor="white",
        )
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set_xlim(0.0, placement.width)
        axes.set_ylim(placement.height, 0.0)
        axes.set_axis_off()
        _Drawing(layout, placement, axes).draw()
    return figure


@dataclass(frozen=True, slots=True)
class _Drawing:
    layout: ForestLayout
    place: Placement
    axes: Axes

    @property
    def pen(self) -> Pen:
        return Pen(self.axes, self.layout.style.font_size, self.layout.style.colours)

    def draw(self) -> None:
        self._title()
        self._reference_lines()
        draw_header(self.pen, self.layout, self.place)
        draw_labels(self.pen, self.layout, self.place)
        draw_cells(self.pen, self.layout, self.place)
        for i, row in enumerate(self.layout.rows):
            if row.glyph is not None:
                draw_glyph(self.axes, self.layout, self.place, i)
        self._axis()
        self._favours()
        self._footer()

    def _title(self) -> None:
        size = self.pen.size * TITLE_SIZE
        for i, line in enumerate(self.place.title_lines):
            y = MARGIN + size * 0.8 + i * self.pen.size * 1.75
            self.pen.write(line, (MARGIN, y), size=size, bold=True)

    def _reference_lines(self) -> None:
        colours, axis = self.layout.style.colours, self.layout.axis
        if axis.null is not None:
            self._vertical(axis.null, self.place.axis_y, colours.null_line, (0, ()), 0.8)
        if self.layout.pooled is not None:
            end = self.place.middle(self.layout.last_pooled_row)
            self._vertical(self.layout.pooled, end, colours.pooled_line, (0, (3, 2)), 0.7)

    def _vertical(
        self,
        value: float,
        bottom: float,
        colour: str,
        dashes: tuple[float, tuple[float, ...]],
        width: float,
    ) -> None:
        at = self.layout.axis.position(value)
        if 0.0 <= at <= 1.0:
            x = self.place.x(at)
            line = Line2D([x, x], [self.place.header_bottom, bottom], color=colour, lw=width)
            line.set_linestyle(dashes)
            line.set_zorder(1)
            self.axes.add_line(line)

    def _axis(self) -> None:
        y, colours = self.place.axis_y, self.layout.style.colours
        self.pen.rule(self.place.plot, y, width=0.8)
        axis = self.layout.axis
        named = named_ticks(axis, self.place, self.pen.size)
        for tick in axis.ticks:
            x = self.place.x(axis.position(tick.value))
            self.axes.add_line(Line2D([x, x], [y, y + 3], color=colours.rule, lw=0.8))
            if tick in named:
                self.pen.write(tick.text, (x, y + 4 + self.pen.size), align="center")
        if self.layout.style.axis_title:
            middle = sum(self.place.plot) / 2
            at = (middle, y + 4 + self.pen.size * 2.45)
            self.pen.write(self.layout.axis.title, at, align="center", colour=colours.muted)

    def _favours(self) -> None:
        """What lies on either side of the null line, beside that line."""
        style, at = self.layout.style, null_share(self.layout)
        left, right = favours_texts(self.layout)
        if at is None:
            return
        above = style.favours == "above"
        if above:
            y = self.place.header_bottom - 0.55 * self.pen.size
        else:
            y = self.place.axis_y + 4 + self.pen.size * (4.0 if style.axis_title else 2.5)
        x = self.place.x(at)
        self.pen.write(left, (x - FAVOURS_GAP, y), align="right", bold=above)
        self.pen.write(right, (x + FAVOURS_GAP, y), bold=above)

    def _footer(self) -> None:
        size = note_size(self.layout.style)
        y = self.place.footer_y
        for line, first in self.place.footer_lines:
            y += 2.0 if first else 0.0
            at = (MARGIN, y + size)
            self.pen.write(line, at, size=size, colour=self.layout.style.colours.muted)
            y += size * 1.5
