"""The axis of a forest plot: limits from the data, rounded outwards, and its ticks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from ketameta.errors import UsageError
from ketameta.figures.forest.model import Axis, Extent, Tick
from ketameta.notation.numbers import THIN_SPACE, NumberStyle

Limits = tuple[float, float]

# Right half of each ladder of ratio ticks; the left half is its reciprocals, so that a doubling
# and a halving lie equally far from 1. The widest entry of the first ladder that holds the data.
LADDERS: tuple[tuple[float, ...], ...] = (
    (1.1,),
    (1.25,),
    (1.5,),
    (2.0,),
    (2.0, 3.0),
    (2.0, 5.0),
    (2.0, 5.0, 10.0),
    (5.0, 20.0),
    (2.0, 10.0, 50.0),
    (10.0, 100.0),
    (10.0, 100.0, 1000.0),
    (100.0, 10_000.0),
    (1000.0, 1_000_000.0),
)

LEAST_SIDE = 1 / 3
"""Each side of the null value is at least this long as a share of the other, so that a reader sees
on which side a result lies."""

EMPTY_REACH = 10.0
"""Upper end of a ratio axis without data."""

# An interval may reach this many widths of a typical interval beyond the outermost estimate
# before the plot cuts it off: one study with almost no information must not squash all others.
_REACH = 1.25


@dataclass(frozen=True, slots=True)
class Contents:
    """What an axis must hold, on the display scale.

    `intervals` are those of studies, `pooled` those of pooled estimates; `estimates` are of both.
    """

    estimates: tuple[float, ...]
    intervals: tuple[Limits, ...]
    pooled: tuple[Limits, ...] = ()

    def logged(self) -> Contents:
        """The same as natural logarithms."""
        return Contents(
            tuple(math.log(value) for value in self.estimates),
            tuple((math.log(low), math.log(high)) for low, high in self.intervals),
            tuple((math.log(low), math.log(high)) for low, high in self.pooled),
        )


def log_axis(contents: Contents, *, title: str) -> Axis:
    """A log axis, symmetric about 1; everything in `contents` is above 0."""
    low, high = _limits(contents.logged(), null=0.0)
    reach = math.exp(min(max(-low, high), 700)) if contents.estimates else EMPTY_REACH
    ladder = next((rungs for rungs in LADDERS if rungs[-1] >= reach * (1 - 1e-9)), LADDERS[-1])
    values = [1 / rung for rung in reversed(ladder)] + [1.0, *ladder]
    ticks = tuple(Tick(value, _ratio_text(value)) for value in values)
    return Axis("log", values[0], values[-1], ticks, 1.0, title)


def linear_axis(
    contents: Contents,
    *,
    title: str,
    null: float | None,
    bounds: Limits = (-math.inf, math.inf),
) -> Axis:
    """A linear axis that holds the null value, if there is one, and ends on ticks."""
    low, high = _limits(contents, null=null)
    if null is not None:
        low = min(low, null - (high - null) * LEAST_SIDE)
        high = max(high, null + (null - low) * LEAST_SIDE)
    low, high = max(low, bounds[0]), min(high, bounds[1])
    if not high > low:
        low, high = low - 0.5, low + 0.5
    step = _step((high - low) / 4)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    values = [index * step for index in range(first, last + 1)]
    return Axis("linear", values[0], values[-1], _linear_ticks(values, step), null, title)


def fixed_axis(kind: str, limits: Limits, *, title: str, null: float | None) -> Axis:
    """An axis between given limits, e.g. to share one scale between figures.

    Raises
    ------
    UsageError
        When the limits are not finite and rising, or not above 0 on a log axis.
    """
    low, high = limits
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise UsageError(f"forest limits: {low:g} to {high:g} is no range. Give low < high.")
    if kind == "log":
        if low <= 0:
            raise UsageError(f"forest limits: {low:g} is not above 0. Ratios need limits above 0.")
        values = sorted({v for ladder in LADDERS for rung in ladder for v in (rung, 1 / rung)})
        inside = _thin([v for v in [*values, 1.0] if low * 0.999 <= v <= high * 1.001])
        ticks = tuple(Tick(value, _ratio_text(value)) for value in inside)
        return Axis("log", low, high, ticks, null, title)
    step = _step((high - low) / 4)
    indices = range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    return Axis("linear", low, high, _linear_ticks([i * step for i in indices], step), null, title)


def clip(low: float, high: float, axis: Axis) -> Extent:
    """The interval with a note of the sides on which it leaves the axis."""
    slack = 1e-9
    if axis.kind == "log":
        return Extent(low, high, low < axis.low * (1 - slack), high > axis.high * (1 + slack))
    slack *= axis.high - axis.low
    return Extent(low, high, low < axis.low - slack, high > axis.high + slack)


def with_marks(axis: Axis, numbers: NumberStyle, *, left: str, right: str) -> Axis:
    """The axis with the style's decimal mark in its ticks and with its two sides named."""
    ticks = tuple(Tick(tick.value, numbers.mark(tick.text)) for tick in axis.ticks)
    return Axis(axis.kind, axis.low, axis.high, ticks, axis.null, axis.title, left, right)


def _limits(contents: Contents, *, null: float | None) -> Limits:
    """Limits that hold all estimates, and all intervals but the extravagant."""
    core = [*contents.estimates, *([] if null is None else [null])]
    if not core:
        return -1.0, 1.0
    everything = [*contents.intervals, *contents.pooled]
    widths = [high - low for low, high in contents.intervals or contents.pooled]
    typical = median(widths) if widths else 0.0
    allowed = max(_REACH * typical, 0.25 * (max(core) - min(core)))
    low = min([*core, *(limits[0] for limits in everything)])
    high = max([*core, *(limits[1] for limits in everything)])
    return max(low, min(core) - allowed), min(high, max(core) + allowed)


def _step(rough: float) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that is not below `rough`."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(m * power for m in (1.0, 2.0, 2.5, 5.0, 10.0) if m * power >= rough * (1 - 1e-9))


def _linear_ticks(values: Sequence[float], step: float) -> tuple[Tick, ...]:
    decimals = next(d for d in range(16) if math.isclose(round(step, d), step, rel_tol=1e-6))
    plain = NumberStyle()
    return tuple(Tick(value, _trimmed(plain.fixed(value, decimals))) for value in values)


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _ratio_text(value: float) -> str:
    if value >= 1:
        return f"{value:g}" if value < 10_000 else f"{value:,.0f}".replace(",", THIN_SPACE)
    decimals = max(2, -math.floor(math.log10(value)))
    return _trimmed(f"{value:.{decimals}f}")


def _thin(values: Sequence[float], *, most: int = 7) -> list[float]:
    """At most `most` of the values, 1 among them if it was."""
    kept = sorted(values)
    while len(kept) > most:
        anchor = kept.index(1.0) if 1.0 in kept else 0
        kept = [value for i, value in enumerate(kept) if (i - anchor) % 2 == 0]
    return kept
