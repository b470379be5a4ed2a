"""How far a pooled result depends on single studies, on which studies count, and on the method."""

from __future__ import annotations

from collections.abc import Mapping

from ketameta.notation.numbers import DASH
from ketameta.pooling.catalog import used_interval
from ketameta.pooling.result import Interval, PooledResult
from ketameta.synthesis.answer import Analysis, Answer
from ketameta.synthesis.reported_interval import recomputed_alone
from ketameta.tables.formatting import (
    NUMBERS,
    AnswerText,
    people_text,
    percent_text,
    variance_text,
)
from ketameta.tables.table import Cell, Column, Row, Table

ROUNDING = 1e-9
"""How far below 1 a Hartung-Knapp factor of exactly 1 may be computed."""


def sensitivity_sets(answer: Answer, reasons: Mapping[str, str]) -> Table:
    """The main analysis, then each other set of studies with the reason to look at it.

    Parameters
    ----------
    reasons
        Why each set is shown, by its id.
    """
    text = AnswerText.of(answer)
    rows = [Row((Cell("Main analysis"), *_result_cells(text, answer.main), Cell()), "main")]
    for analysis in answer.sensitivity:
        why = Cell(reasons.get(analysis.id, ""))
        rows.append(Row((Cell(analysis.title), *_result_cells(text, analysis), why)))
    columns = (Column("set", "Studies counted"), *_result_columns(text), Column("why", "Why look"))
    caption = "The same question with other studies counted"
    return Table(f"sets-{answer.question.id}", caption, columns, tuple(rows))


def leave_one_out(answer: Answer) -> Table:
    """The main analysis, then without each study in turn."""
    text = AnswerText.of(answer)
    rows = [Row((Cell("All studies"), *_result_cells(text, answer.main)), "main")]
    rows += [
        Row((Cell(analysis.title), *_result_cells(text, analysis)))
        for analysis in answer.leave_one_out
    ]
    columns = (Column("without", "Analysis"), *_result_columns(text))
    caption = "Without each study in turn"
    return Table(f"without-{answer.question.id}", caption, columns, tuple(rows))


def interval_methods(answer: Answer) -> Table | None:
    """How the interval of the pooled mean depends on the method; None where one only is known."""
    pooled = answer.main.pooled
    if pooled is None or answer.main.k < 2:
        return None
    lines = [(_used(pooled), pooled.interval, "main")]
    if pooled.guarded_interval is not None:
        name = "The same with the factor kept at 1 or more (the safeguard)"
        lines.append((name, pooled.guarded_interval, ""))
    if pooled.wald_interval is not None:
        name = "Normal (Wald-type): takes tau² as known, too narrow with few studies"
        lines.append((name, pooled.wald_interval, ""))
    if len(lines) == 1:
        return None
    text = AnswerText.of(answer)
    rows = tuple(
        Row((Cell(name), Cell(text.with_interval(pooled.estimate, interval))), kind)
        for name, interval, kind in lines
    )
    columns = (
        Column("method", "Method"),
        Column("result", f"{text.short} ({text.level} CI)", "number"),
    )
    caption = "How the interval depends on the method"
    return Table(f"intervals-{answer.question.id}", caption, columns, rows)


def _used(pooled: PooledResult) -> str:
    name = used_interval(pooled.interval_method).name
    if pooled.hksj_factor is None:
        return f"{name} (used)"
    factor = NUMBERS.fixed(pooled.hksj_factor, 2)
    return f"{name} (used); it multiplies the variance by {factor}"


def _result_columns(text: AnswerText) -> tuple[Column, ...]:
    return (
        Column("k", "Studies", "right"),
        Column("people", "People", "right"),
        Column("result", f"{text.short} ({text.level} CI)", "number"),
        Column("prediction", f"{text.level} prediction interval", "number"),
        Column("tau2", "tau²", "right"),
        Column("i2", "I²", "right"),
    )


def _result_cells(text: AnswerText, analysis: Analysis) -> tuple[Cell, ...]:
    pooled = analysis.pooled if analysis.k > 1 else None
    note = {0: "no usable study", 1: "one study, not pooled"}.get(analysis.k, "")
    note = "; ".join(filter(None, (note, recomputed_alone(analysis, text.measure))))
    spread = None if pooled is None else pooled.heterogeneity
    return (
        Cell(str(analysis.k)),
        Cell(people_text(analysis)),
        Cell(text.estimate(analysis) if analysis.k else note, detail=note if analysis.k else ""),
        Cell(text.interval(None if pooled is None else pooled.prediction)),
        Cell(DASH if spread is None else variance_text(spread.tau2)),
        Cell(DASH if spread is None else percent_text(spread.i2)),
    )


def unshortened(analysis: Analysis) -> Interval | None:
    """The safeguarded interval where a Hartung-Knapp factor below 1 shortened the one used."""
    pooled = analysis.pooled if analysis.k > 1 else None
    if pooled is None or pooled.hksj_factor is None or pooled.hksj_factor >= 1 - ROUNDING:
        return None
    return pooled.guarded_interval if narrower_than_guarded(pooled) else None


def safeguard_text(text: AnswerText, analysis: Analysis) -> str:
    """The safeguarded interval in words where the one used was shortened, else ""."""
    guarded = unshortened(analysis)
    return "" if guarded is None else f"never narrower than the plain SE: {text.interval(guarded)}"


def narrower_than_guarded(pooled: PooledResult) -> bool:
    """Whether the interval used is narrower than the safeguarded one."""
    return _width(pooled.interval) < _width(pooled.guarded_interval)


def _width(interval: Interval | None) -> float:
    if interval is None or interval.low is None or interval.high is None:
        return 0.0
    return interval.high - interval.low
