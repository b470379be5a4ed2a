"""Numbers and effects for reading: grids of statistics, and estimates that line up."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ketameta.cli.answer_grids import lined_up
from ketameta.cli.document import Column, Grid, Line
from ketameta.measures.catalog import Measure
from ketameta.notation.effects import Effect, EffectText, displayed
from ketameta.notation.numbers import DASH, MINUS, NumberStyle

NUMBERS = NumberStyle()
SEPARATE = 1e5
"""Beyond it, and below its inverse, numbers are written with a power of ten."""

Estimate = tuple[float | None, float | None, float | None]
"""An estimate with its limits, on the analysis scale."""


def number_text(value: object) -> str:
    """A number with four significant digits; a dash where there is none; other things as text."""
    if value is None:
        return DASH
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value).replace("-", MINUS)
    if not isinstance(value, float):
        return str(value)
    if not math.isfinite(value):
        return DASH
    if value != 0 and not 1 / SEPARATE < abs(value) < SEPARATE:
        return f"{value:.3e}".replace("-", MINUS)
    return f"{value:#.4g}".rstrip(".").replace("-", MINUS)


def whole(value: float | None) -> float | int | None:
    """A number of people or of degrees of freedom, without a fraction where it has none."""
    return int(value) if value is not None and value.is_integer() else value


def statistics_grid(
    rows: Sequence[Mapping[str, Any]], titles: Mapping[str, str], *, text: Sequence[str] = ()
) -> Grid:
    """A grid of values; `titles` says which keys, in which order, under which titles.

    Keys named in `text` hold text, which stands at the left.
    """
    columns = tuple(
        Column(title, right=name not in text, firm=name not in text or i == 0)
        for i, (name, title) in enumerate(titles.items())
    )
    lines = tuple(Line(tuple(number_text(row.get(name)) for name in titles)) for row in rows)
    return Grid(columns, lines)


def effect_title(entry: Measure, level: float) -> str:
    """Title of a column of effects: "OR [95% CI]"."""
    text = EffectText.of(entry, NUMBERS, level, [])
    return f"{text.title} [{text.level_text} CI]"


def effect_texts(entry: Measure, level: float, rows: Sequence[Estimate]) -> list[str]:
    """Estimates with their limits on the scale that readers see, standing under each other."""
    shown = [_displayed(entry, row) for row in rows]
    text = EffectText.of(entry, NUMBERS, level, [effect for effect in shown if effect is not None])
    return lined_up(
        [
            _without_limits(entry, text, row) if effect is None else text.pieces(effect)
            for row, effect in zip(rows, shown, strict=True)
        ]
    )


def _displayed(entry: Measure, row: Estimate) -> Effect | None:
    estimate, low, high = row
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return None
    return displayed(entry, estimate=estimate, low=low, high=high)


def _without_limits(entry: Measure, text: EffectText, row: Estimate) -> tuple[str, ...]:
    estimate = row[0]
    if estimate is None or not math.isfinite(estimate):
        return (DASH,)
    shown = displayed(entry, estimate=estimate, low=estimate, high=estimate).estimate
    assert shown is not None
    return (text.number(shown),)
