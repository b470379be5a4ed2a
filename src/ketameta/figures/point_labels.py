"""Names beside points, where there is room: no name lies on another, on a point, or outside."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from ketameta.figures.page import POINTS_PER_INCH, SMALL, shortened
from ketameta.figures.text_metrics import text_width

Pair = tuple[float, float]
Box = tuple[float, float, float, float]

LONGEST = 110.0
"""Points after which a name is cut."""

_GAP = 1.5
_STEPS = 150
_HEIGHT = 1.3
# Where a name may stand: (horizontal, vertical) side of its point, the best place first.
_PLACES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
_ALIGN = {1: "left", 0: "center", -1: "right"}


def label_points(
    axes: Axes,
    x: ArrayLike,
    y: ArrayLike,
    names: Sequence[str],
    *,
    rank: ArrayLike | None = None,
    lines: Sequence[ArrayLike] = (),
    radius: ArrayLike = 3.5,
) -> int:
    """Write names beside points; call it once the limits of the axes stand.

    Parameters
    ----------
    x, y
        Points in data coordinates, (k,).
    rank
        Names of the largest come first to the free places, (k,); None for the given order.
    lines
        Lines (n, 2) in data coordinates that names avoid where they can.
    radius
        Half the size of the points' marks in points, kept free: one number, or (k,).

    Returns
    -------
    How many names found a place.
    """
    at = _in_points(axes, x, y)
    if at.size == 0:
        return 0
    half = np.broadcast_to(np.asarray(radius, dtype=np.float64), len(at))
    taken = [(px - r, py - r, px + r, py + r) for (px, py), r in zip(at, half, strict=True)]
    taken += [_text_box(axes, text) for text in axes.texts]
    crossed = _along(axes, lines)
    order = np.arange(len(at)) if rank is None else np.argsort(-np.asarray(rank), kind="stable")
    frame = _frame(axes)
    placed = 0
    for i in order.tolist():
        text = shortened(names[i], LONGEST, size=SMALL)
        if not text:
            continue
        size = (text_width(text, SMALL), SMALL * _HEIGHT)
        reach = float(half[i])
        boxes = [(side, _box((at[i, 0], at[i, 1]), size, side, reach)) for side in _PLACES]
        free = [
            (side, box)
            for side, box in boxes
            if _inside(box, frame) and not any(_touch(box, other) for other in taken)
        ]
        if free:
            side, box = min(free, key=lambda one: _held(one[1], crossed))
            _write(axes, (np.ravel(x)[i], np.ravel(y)[i]), text, side, reach)
            taken.append(box)
            placed += 1
    return placed


def _along(axes: Axes, lines: Sequence[ArrayLike]) -> NDArray[np.float64]:
    """Points at short distances along the lines, (m, 2)."""
    found = [np.empty((0, 2))]
    for line in lines:
        corners = np.asarray(line, dtype=np.float64)
        share = np.linspace(0.0, 1.0, _STEPS)
        position = np.linspace(0.0, 1.0, len(corners))
        dense = [np.interp(share, position, column) for column in corners.T]
        found.append(_in_points(axes, *dense))
    return np.concatenate(found)


def _held(box: Box, points: NDArray[np.float64]) -> int:
    """How many points lie in a box."""
    x, y = points.T
    return int(np.sum((x > box[0]) & (x < box[2]) & (y > box[1]) & (y < box[3])))


def _in_points(axes: Axes, x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
    figure = axes.get_figure(root=True)
    assert figure is not None
    data = np.column_stack([np.ravel(x), np.ravel(y)]).astype(np.float64)
    return np.asarray(axes.transData.transform(data)) * POINTS_PER_INCH / figure.dpi


def _frame(axes: Axes) -> Box:
    figure = axes.get_figure(root=True)
    assert figure is not None
    box = np.asarray(axes.get_window_extent().extents) * POINTS_PER_INCH / figure.dpi
    return float(box[0]), float(box[1]), float(box[2]), float(box[3])


def _text_box(axes: Axes, text: object) -> Box:
    """A generous box around a text that stands already, from its anchor and alignment."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    anchor = text.get_transform().transform(text.get_position())  # type: ignore[attr-defined]
    px, py = (float(c) * POINTS_PER_INCH / figure.dpi for c in anchor)
    size = float(text.get_fontsize())  # type: ignore[attr-defined]
    width = text_width(text.get_text(), size)  # type: ignore[attr-defined]
    align = text.get_ha()  # type: ignore[attr-defined]
    left = px - {"left": 0.0, "center": 0.5, "right": 1.0}[align] * width
    return left - _GAP, py - size, left + width + _GAP, py + size


def _box(at: Pair, size: Pair, side: tuple[int, int], r: float) -> Box:
    (px, py), (width, height), (h, v) = at, size, side
    reach = r + _GAP if v == 0 else r * 0.7 + _GAP
    left = px + h * reach - (0.0 if h == 1 else width / 2 if h == 0 else width)
    low = py + v * (r + _GAP) - (0.0 if v == 1 else height / 2 if v == 0 else height)
    return left, low, left + width, low + height


def _inside(box: Box, frame: Box) -> bool:
    return (
        box[0] >= frame[0] + 1.0
        and box[1] >= frame[1] + 1.0
        and box[2] <= frame[2]
        and box[3] <= frame[3]
    )


def _touch(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _write(
    axes: Axes, at: tuple[float, float], text: str, side: tuple[int, int], radius: float
) -> None:
    h, v = side
    reach = radius + _GAP if v == 0 else radius * 0.7 + _GAP
    rise = v * (radius + _GAP + SMALL * _HEIGHT / 2)
    axes.annotate(
        text,
        (float(at[0]), float(at[1])),
        xytext=(h * reach, rise),
        textcoords="offset points",
        ha=_ALIGN[h],
        va="center_baseline",
        fontsize=SMALL,
        annotation_clip=False,
    )
