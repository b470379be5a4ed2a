"""Squares, intervals, diamonds and prediction bars."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle

from ketameta.figures.forest.model import Bar, Diamond, Extent, ForestLayout, StudyGlyph
from ketameta.figures.forest.placement import Placement
from ketameta.figures.forest.shapes import TICK_BELOW, diamond_points, visible

LARGEST_SIDE = 0.62
DIAMOND_HALF = 0.3
BAR_HALF = 0.16
ARROW = (5.0, 2.3)
_TICK_HALF = 2.6


def draw_glyph(axes: Axes, layout: ForestLayout, place: Placement, row: int) -> None:
    """The glyph of a row, if any of it lies on the plot."""
    glyph = layout.rows[row].glyph
    assert glyph is not None
    artist = _Artist(axes, layout, place, place.middle(row))
    if isinstance(glyph, Diamond):
        artist.diamond(glyph, layout.rows[row].kind)
    elif isinstance(glyph, Bar):
        artist.bar(glyph)
    else:
        artist.study(glyph)


@dataclass(frozen=True, slots=True)
class _Artist:
    axes: Axes
    layout: ForestLayout
    place: Placement
    y: float

    def study(self, glyph: StudyGlyph) -> None:
        colours, pitch = self.layout.style.colours, self.layout.style.row_pitch
        left, right = self._ends(glyph.extent)
        if visible(glyph, self.layout.axis):
            self._line((left, right), colours.interval, 1.0, 3.0)
        self._arrows(glyph.extent, colours.interval)
        if not glyph.shown:
            return
        side = glyph.side * LARGEST_SIDE * pitch
        x = self.place.x(self.layout.axis.fraction(glyph.estimate))
        if glyph.side < TICK_BELOW:
            self._tick(x, colours.interval)
        fill = "white" if glyph.hollow else colours.square
        square = Rectangle((x - side / 2, self.y - side / 2), side, side, facecolor=fill)
        square.set(edgecolor=colours.square_outline, linewidth=0.6, zorder=4)
        self.axes.add_patch(square)
        if right - left < side:
            self._line((left, right), colours.interval_inside, 1.0, 4.5)

    def diamond(self, glyph: Diamond, kind: str) -> None:
        colours, half = self.layout.style.colours, DIAMOND_HALF * self.layout.style.row_pitch
        corners = diamond_points(glyph, self.layout.axis)
        if len(corners) > 2:
            points = [(self.place.x(x), self.y + half * y) for x, y in corners]
            fill = getattr(colours, kind)
            shape = Polygon(points, closed=True, facecolor=fill, zorder=4)
            shape.set(edgecolor=colours.pooled_outline, linewidth=0.8, joinstyle="miter")
            self.axes.add_patch(shape)
        self._arrows(glyph.extent, colours.pooled_outline)

    def bar(self, glyph: Bar) -> None:
        colours, half = self.layout.style.colours, BAR_HALF * self.layout.style.row_pitch
        left, right = self._ends(glyph.extent)
        if visible(glyph, self.layout.axis):
            bar = Rectangle((left, self.y - half), right - left, 2 * half, zorder=4)
            bar.set(facecolor=colours.prediction, edgecolor=colours.prediction_outline)
            bar.set_linewidth(0.8)
            self.axes.add_patch(bar)
        self._arrows(glyph.extent, colours.prediction_outline)

    def _ends(self, extent: Extent) -> tuple[float, float]:
        axis = self.layout.axis
        return (
            self.place.x(axis.fraction(extent.low)),
            self.place.x(axis.fraction(extent.high)),
        )

    def _line(self, span: tuple[float, float], colour: str, width: float, order: float) -> None:
        line = Line2D(span, [self.y, self.y], color=colour, lw=width, zorder=order)
        line.set_solid_capstyle("butt")
        self.axes.add_line(line)

    def _tick(self, x: float, colour: str) -> None:
        ends = [self.y - _TICK_HALF, self.y + _TICK_HALF]
        self.axes.add_line(Line2D([x, x], ends, color=colour, lw=1.0, zorder=3.5))

    def _arrows(self, extent: Extent, colour: str) -> None:
        """A head on each side on which the plot cuts the interval off."""
        left, right = self.place.plot
        if extent.cut_low:
            self._head(left, -1, colour)
        if extent.cut_high:
            self._head(right, 1, colour)

    def _head(self, x: float, direction: int, colour: str) -> None:
        length, half = ARROW
        points = [(x + direction * length, self.y), (x, self.y - half), (x, self.y + half)]
        head = Polygon(points, closed=True, facecolor=colour, edgecolor=colour, zorder=4.2)
        head.set(linewidth=0.4, gid="arrow")
        self.axes.add_patch(head)
