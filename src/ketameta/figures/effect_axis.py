"""Axes of effects: positions on the analysis scale, ticks at round values that readers see."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator
from numpy.typing import ArrayLike, NDArray

from ketameta.figures.colours import GUIDE
from ketameta.figures.page import POINTS_PER_INCH, SMALL
from ketameta.figures.picture import Subject
from ketameta.figures.text_metrics import text_width
from ketameta.notation.numbers import MINUS

FloatArray = NDArray[np.float64]
Limits = tuple[float, float]
TEXT_SIZE = SMALL + 0.5
GAP = 8.0
"""Least points between two tick labels."""

# Round numbers within a decade, the densest set first.
_IN_DECADE = ((1, 1.5, 2, 3, 4, 5, 6, 8), (1, 2, 3, 5), (1, 2, 5), (1, 3), (1,))
_SHARES = (
    (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99),
    (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99),
    (0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999),
)  # fmt: skip
# Reach of an axis beyond the outermost estimate, in typical half intervals.
_REACH = 4.0


def padded(low: float, high: float, share: float = 0.05) -> Limits:
    """Limits a little wider than the data, and of some width where there is none."""
    width = high - low
    if not width > 1e-12 * max(abs(low), abs(high), 1e-300):
        width = max(abs(low), 1.0) * 0.5
        return low - width, high + width
    return low - share * width, high + share * width


def sensible_limits(centres: ArrayLike, lows: ArrayLike, highs: ArrayLike) -> Limits:
    """Limits that hold every estimate, and intervals unless they dwarf all others."""
    middle, low, high = (np.asarray(x, dtype=np.float64) for x in (centres, lows, highs))
    middle = middle[np.isfinite(middle)]
    width = (high - low)[np.isfinite(high - low)]
    half = _REACH * float(np.median(width)) / 2.0 if width.size else 0.0
    bottom, top = float(middle.min()), float(middle.max())
    if half > 0.0:
        bottom = min(bottom, max(float(np.nanmin(low)), bottom - half))
        top = max(top, min(float(np.nanmax(high)), top + half))
    return padded(bottom, top)


def dress_effect_axis(
    axes: Axes, subject: Subject, limits: Limits, *, which: str = "x", null_line: bool = True
) -> None:
    """Limits, ticks and title of an axis of effects, and a line at the null value within it."""
    low, high = limits
    room = _length(axes, which)
    values, texts = effect_ticks(subject, limits, room, upright=which == "y")
    axis = axes.xaxis if which == "x" else axes.yaxis
    (axes.set_xlim if which == "x" else axes.set_ylim)(low, high)
    axis.set_major_locator(FixedLocator(list(values)))
    axis.set_minor_locator(NullLocator())
    axis.set_ticklabels(texts)
    axis.set_label_text(subject.axis_title)
    null = subject.measure.null
    if null_line and null is not None and low <= null <= high:
        line = axes.axvline if which == "x" else axes.axhline
        line(null, color=GUIDE, lw=0.8, zorder=1)


def dress_number_axis(axes: Axes, limits: Limits, title: str, *, which: str = "x") -> None:
    """An axis of plain numbers: limits, round ticks that do not touch, a title."""
    values = plain_ticks(limits, _length(axes, which), upright=which == "y")
    axis = axes.xaxis if which == "x" else axes.yaxis
    (axes.set_xlim if which == "x" else axes.set_ylim)(*limits)
    axis.set_major_locator(FixedLocator(values))
    axis.set_minor_locator(NullLocator())
    axis.set_ticklabels([tick_text(v) for v in values])
    axis.set_label_text(title)


def effect_ticks(
    subject: Subject, limits: Limits, room: float, *, upright: bool = False
) -> tuple[list[float], list[str]]:
    """Positions on the analysis scale and texts of ticks that do not touch in `room` points."""
    measure = subject.measure
    if measure.scale == "identity":
        values = plain_ticks(limits, room, upright=upright)
        return values, [tick_text(v) for v in values]
    low, high = (float(measure.to_display(end)) for end in sorted(limits))
    best: tuple[list[float], list[str]] = ([], [])
    for shown in _candidates(measure.scale, low, high):
        inside = [v for v in shown if low <= v <= high]
        where = [float(measure.from_display(v)) for v in inside]
        texts = [tick_text(v) for v in inside]
        if _fits(where, texts, limits, room, upright) and len(where) > len(best[0]):
            best = where, texts
        if len(best[0]) >= 3:
            break
    return best


def plain_ticks(limits: Limits, room: float, *, upright: bool = False) -> list[float]:
    """Round values between the limits, as many as fit into `room` points, seven at most."""
    for count in range(6, 0, -1):
        values = _round_values(min(limits), max(limits), count)
        if _fits(values, [tick_text(v) for v in values], limits, room, upright):
            return values
    return []


def tick_text(value: float) -> str:
    """A tick's number: no superfluous zeros, a real minus, powers of ten only where needed."""
    value = 0.0 if abs(value) < 1e-300 else value
    text = f"{value:.6g}"
    if "e" in text and 1e-5 <= abs(value) < 1e6:
        text = f"{value:.8f}".rstrip("0").rstrip(".")
    return text.replace("-", MINUS)


def _candidates(scale: str, low: float, high: float) -> Iterator[Sequence[float]]:
    if scale == "log" and low > 0.0 and math.isfinite(high):
        first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
        for digits in _IN_DECADE:
            yield [d * 10.0**e for e in range(first, last + 1) for d in digits]
        for step in (2, 3, 5, 10, 20, 50, 100):
            yield [10.0**e for e in range(first - first % step, last + 1, step)]
    elif scale != "log":
        yield from _SHARES
    for count in (5, 3, 2):
        yield _round_values(low, high, count)


def _round_values(low: float, high: float, count: int) -> list[float]:
    width = high - low
    if not (math.isfinite(width) and width > 0.0):
        return []
    raw = width / count
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * m for m in (1.0, 2.0, 2.5, 5.0, 10.0) if size * m >= raw * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    if last - first > 50:
        return []
    return [round(i * step, 12 - math.floor(math.log10(step))) for i in range(first, last + 1)]


def _fits(
    where: Sequence[float], texts: Sequence[str], limits: Limits, room: float, upright: bool
) -> bool:
    low, high = sorted(limits)
    points = [room * (value - low) / (high - low) for value in where]
    size: Callable[[str], float] = (
        (lambda _: TEXT_SIZE) if upright else (lambda t: text_width(t, TEXT_SIZE))
    )
    gap = GAP / 2 if upright else GAP
    ends = [(p - size(t) / 2, p + size(t) / 2) for p, t in zip(points, texts, strict=True)]
    return all(b[0] - a[1] >= gap for a, b in pairwise(ends))


def _length(axes: Axes, which: str) -> float:
    figure = axes.get_figure(root=True)
    assert figure is not None
    box = axes.get_position()
    width, height = figure.get_size_inches()
    share = box.width * width if which == "x" else box.height * height
    return float(share) * POINTS_PER_INCH
