"""The glyph of one row as a small inline SVG that stretches with its cell.

Horizontal positions are percentages of the cell, sizes of squares and arrows are pixels, so that
a square stays a square at any width.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from ketameta.figures.forest.model import (
    Axis,
    Bar,
    Diamond,
    Extent,
    ForestLayout,
    Row,
    StudyGlyph,
)
from ketameta.figures.forest.shapes import TICK_BELOW, diamond_points, visible

LARGEST_SIDE = 15.0
HALF_DIAMOND = 7.0
HALF_BAR = 4.0
NOMINAL_WIDTH = 300.0
"""Width in pixels at which it is decided whether an interval hides inside its square."""


def row_svg(layout: ForestLayout, index: int) -> str:
    """The drawing of a row: reference lines, and the row's glyph with its words as title."""
    row = layout.rows[index]
    parts = [*_reference_lines(layout, index), *_glyph(row, layout.axis)]
    if row.glyph is None:
        return f'<svg class="km-glyph" aria-hidden="true">{"".join(parts)}</svg>'
    title = f"<title>{escape(row.name)}</title>"
    return f'<svg class="km-glyph" role="img">{title}{"".join(parts)}</svg>'


def axis_svg(layout: ForestLayout) -> str:
    """The axis with its ticks, title and the names of its two sides."""
    axis = layout.axis
    first, last = axis.ticks[0].text, axis.ticks[-1].text
    words = f"Axis: {axis.title}, {first} to {last}"
    if axis.left or axis.right:
        words += f"; left: {axis.left}; right: {axis.right}"
    parts = [f"<title>{escape(words)}</title>", *_axis_lines(axis), *_axis_words(layout)]
    return f'<svg class="km-glyph" role="img">{"".join(parts)}</svg>'


def _reference_lines(layout: ForestLayout, index: int) -> Iterator[str]:
    axis = layout.axis
    if axis.null is not None:
        yield _upright(axis, axis.null, "km-null", "100%")
    if layout.pooled is not None and index <= layout.last_pooled_row:
        end = "50%" if index == layout.last_pooled_row else "100%"
        yield _upright(axis, layout.pooled, "km-pooled", end)


def _upright(axis: Axis, value: float, name: str, bottom: str) -> str:
    at = axis.position(value)
    if not 0.0 <= at <= 1.0:
        return ""
    x = _percent(at)
    return f'<line class="{name}" x1="{x}" x2="{x}" y1="-1" y2="{bottom}"/>'


def _glyph(row: Row, axis: Axis) -> Iterator[str]:
    glyph = row.glyph
    if glyph is None:
        return
    if isinstance(glyph, Diamond):
        yield _diamond(glyph, axis, row.kind)
    elif isinstance(glyph, Bar):
        yield _bar(glyph, axis)
    else:
        yield from _study(glyph, axis)
    yield from _arrows(glyph.extent)


def _study(glyph: StudyGlyph, axis: Axis) -> Iterator[str]:
    low, high = _ends(glyph.extent, axis)
    if visible(glyph, axis):
        yield _level(low, high, "km-line")
    if not glyph.shown:
        return
    side = glyph.side * LARGEST_SIDE
    x = _percent(axis.fraction(glyph.estimate))
    if glyph.side < TICK_BELOW:
        yield f'<svg x="{x}" y="50%" overflow="visible"><path class="km-line" d="M0-4V4"/></svg>'
    fill = "km-hollow" if glyph.hollow else "km-square"
    half = side / 2
    yield (
        f'<rect class="{fill} km-outline" x="{x}" y="50%" width="{side:.3f}" height="{side:.3f}" '
        f'transform="translate({-half:.3f} {-half:.3f})"/>'
    )
    if (high - low) * NOMINAL_WIDTH < side:
        yield _level(low, high, "km-inside")


def _diamond(glyph: Diamond, axis: Axis, kind: str) -> str:
    points = " ".join(
        f"{x * 1000:.2f},{HALF_DIAMOND * (1 + y):.2f}" for x, y in diamond_points(glyph, axis)
    )
    shape = f'<polygon class="km-diamond-{kind} km-outline" points="{points}"/>'
    return _stretched(shape, HALF_DIAMOND) if points else ""


def _bar(glyph: Bar, axis: Axis) -> str:
    if not visible(glyph, axis):
        return ""
    low, high = _ends(glyph.extent, axis)
    return (
        f'<rect class="km-bar km-outline" x="{_percent(low)}" y="50%" '
        f'width="{_percent(high - low)}" height="{2 * HALF_BAR:g}" '
        f'transform="translate(0 {-HALF_BAR:g})"/>'
    )


def _stretched(shape: str, half: float) -> str:
    """A shape in thousandths of the width, stretched to the cell and centred in its height."""
    return (
        f'<g transform="translate(0 {-half:g})"><svg x="0" y="50%" width="100%" '
        f'height="{2 * half:g}" viewBox="0 0 1000 {2 * half:g}" preserveAspectRatio="none" '
        f'overflow="visible">{shape}</svg></g>'
    )


def _arrows(extent: Extent) -> Iterator[str]:
    if extent.cut_low:
        yield _arrow("0%", "M-7 0L0-3.5V3.5Z")
    if extent.cut_high:
        yield _arrow("100%", "M7 0L0-3.5V3.5Z")


def _arrow(x: str, path: str) -> str:
    head = f'<path class="km-arrow" d="{path}"/>'
    return f'<svg x="{x}" y="50%" overflow="visible">{head}</svg>'


def _axis_lines(axis: Axis) -> Iterator[str]:
    yield '<line class="km-line" x1="0%" x2="100%" y1="6" y2="6"/>'
    if axis.null is not None:
        yield _upright(axis, axis.null, "km-null", "6")
    for tick in axis.ticks:
        x = _percent(axis.position(tick.value))
        yield f'<line class="km-line" x1="{x}" x2="{x}" y1="6" y2="10"/>'
        yield f'<text x="{x}" y="23" text-anchor="middle">{escape(tick.text)}</text>'


def _axis_words(layout: ForestLayout) -> Iterator[str]:
    axis = layout.axis
    title = escape(axis.title)
    yield f'<text class="km-axis-title" x="50%" y="39" text-anchor="middle">{title}</text>'
    if axis.null is None or not 0.0 <= axis.position(axis.null) <= 1.0:
        return
    x = _percent(axis.position(axis.null))
    for side, anchor, shift in ((axis.left, "end", -6), (axis.right, "start", 6)):
        if side:
            yield _side(side, x, anchor, shift)


def _side(text: str, x: str, anchor: str, shift: int) -> str:
    """The name of one side in two short lines that fit beside the null line."""
    first, _, rest = text.partition(" ")
    first = f"← {first}" if anchor == "end" else f"{first} →" if not rest else first
    rest = f"{rest} →" if rest and anchor == "start" else rest
    lines = "".join(
        f'<tspan x="{x}" dx="{shift}" y="{y}">{escape(line)}</tspan>'
        for line, y in ((first, 56), (rest, 71))
        if line
    )
    return f'<text text-anchor="{anchor}">{lines}</text>'


def _level(low: float, high: float, name: str) -> str:
    ends = f'x1="{_percent(low)}" x2="{_percent(high)}"'
    return f'<line class="{name}" {ends} y1="50%" y2="50%"/>'


def _ends(extent: Extent, axis: Axis) -> tuple[float, float]:
    return axis.fraction(extent.low), axis.fraction(extent.high)


def _percent(fraction: float) -> str:
    return f"{fraction * 100:.3f}".rstrip("0").rstrip(".") + "%"
