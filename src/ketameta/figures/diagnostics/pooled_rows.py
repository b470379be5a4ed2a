"""Pooled results as rows of a figure."""

from __future__ import annotations

from collections.abc import Sequence

from ketameta.figures.estimate_rows import EstimateRow, RowTitles
from ketameta.figures.picture import NUMBERS, Subject
from ketameta.notation.effects import EffectText, displayed, finite
from ketameta.notation.numbers import line_up
from ketameta.pooling.result import PooledResult

Limits = tuple[float, float | None, float | None]


def pooled_rows(
    results: Sequence[tuple[str, PooledResult]], subject: Subject, *, strong: int
) -> list[EstimateRow]:
    """Named pooled results: effect with interval, number of studies, and I2; one of them strong."""
    limits = [(one.estimate, one.interval.low, one.interval.high) for _, one in results]
    texts = interval_texts(limits, subject)
    return [
        EstimateRow(
            name,
            *limits[i],
            (texts[i], str(one.k), NUMBERS.percent(one.heterogeneity.i2, 0)),
            i == strong,
        )
        for i, (name, one) in enumerate(results)
    ]


def row_titles(name: str, subject: Subject) -> RowTitles:
    """Titles of the columns that `pooled_rows` fills."""
    return RowTitles(name, (interval_title(subject), "k", "I²"))


def interval_title(subject: Subject) -> str:
    """Title of a column of effects: "OR [95% CI]"."""
    code = EffectText.of(subject.measure, NUMBERS, subject.level, []).title
    return f"{code} [{subject.level_text} CI]"


def interval_texts(limits: Sequence[Limits], subject: Subject) -> list[str]:
    """Effects with their intervals, standing under each other: "3.50 [0.91, 13.55]"."""
    shown = [
        None
        if low is None or high is None or not finite(estimate, low, high)
        else displayed(subject.measure, estimate=estimate, low=low, high=high)
        for estimate, low, high in limits
    ]
    known = [one for one in shown if one is not None]
    text = EffectText.of(subject.measure, NUMBERS, subject.level, known)
    pieces = [
        (subject.value(limits[i][0]), "", "") if one is None else text.pieces(one)
        for i, one in enumerate(shown)
    ]
    return line_up(pieces)
