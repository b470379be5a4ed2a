"""Outlines of glyphs in shares of the plot, the same for every renderer."""

from __future__ import annotations

from ketameta.figures.forest.model import Axis, Diamond, Glyph

Points = tuple[tuple[float, float], ...]

TICK_BELOW = 0.28
"""A square with a side below this share of the largest gets a tick, so that it can be found."""


def diamond_points(diamond: Diamond, axis: Axis) -> Points:
    """Corners of a diamond: x as a share of the plot, y from -1 (top) to 1; cut at the ends."""
    low = axis.position(diamond.extent.low)
    centre = axis.position(diamond.estimate)
    high = axis.position(diamond.extent.high)
    corners = ((low, 0.0), (centre, -1.0), (high, 0.0), (centre, 1.0))
    return _keep(_keep(corners, 0.0, above=True), 1.0, above=False)


def _keep(corners: Points, edge: float, *, above: bool) -> Points:
    """The part of a convex outline on one side of a vertical line."""

    def inside(x: float) -> bool:
        return x >= edge if above else x <= edge

    kept: list[tuple[float, float]] = []
    for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True):
        if inside(x0):
            kept.append((x0, y0))
        if inside(x0) != inside(x1):
            kept.append((edge, y0 + (y1 - y0) * (edge - x0) / (x1 - x0)))
    return tuple(kept)


def visible(glyph: Glyph, axis: Axis) -> bool:
    """Whether any part of a glyph lies on the plot."""
    low, high = axis.position(glyph.extent.low), axis.position(glyph.extent.high)
    return low <= 1.0 and high >= 0.0
