"""The grids of an answer: its studies, and its variations; numbers stand under each other."""

from __future__ import annotations

from collections.abc import Sequence

from ketameta.cli.document import Column, Grid, Line, fitted
from ketameta.counting import counted
from ketameta.notation.numbers import DASH
from ketameta.pooling.result import Interval
from ketameta.synthesis.answer import Analysis, Answer, StudyRow
from ketameta.tables.effects import arm_text
from ketameta.tables.flags import by_severity
from ketameta.tables.formatting import NUMBERS, AnswerText, people_text, percent_text


def study_grid(answer: Answer, text: AnswerText, width: int) -> Grid:
    """The studies with their numbers and weights, then the pooled estimate and prediction."""
    main = answer.main
    assert main.pooled is not None
    rows = [(row.y, Interval(row.low, row.high)) for row in main.rows]
    if main.k > 1:
        rows.append((main.pooled.estimate, main.pooled.interval))
    shown = [pieces(text, y, interval) for y, interval in rows]
    if main.k > 1:
        shown.append(pieces(text, None, main.pooled.prediction))
    effects = lined_up(shown)
    weights = main.pooled.weights
    lines = [
        _study_line(row, effects[i], float(weights[i]) if main.k > 1 else None)
        for i, row in enumerate(main.rows)
    ]
    if main.k > 1:
        lines += _pooled_lines(main, effects, text)
    return fitted(Grid(_study_columns(answer, text, main), tuple(lines)), width, _DISPENSABLE)


_DISPENSABLE = ((6,), (1, 2), (5,), (4,))
"""Columns of the study grid that go first where there is no room: control type, then arms."""


def _study_columns(answer: Answer, text: AnswerText, main: Analysis) -> tuple[Column, ...]:
    sides = [
        _side(favours, arm)
        for favours, arm in (
            (answer.question.favours_experimental, main.rows[0].experimental.label),
            (answer.question.favours_control, main.rows[0].control.label),
        )
    ]
    return (
        Column("Study", firm=False, least=18),
        Column(sides[0], right=True),
        Column(sides[1], right=True),
        Column(f"{text.short} [{text.level} CI]"),
        Column("Weight", right=True),
        Column("Flags", firm=False, least=11),
        Column("Control was"),
    )


def _side(favours: str, arm: str) -> str:
    name = favours.removeprefix("Favours ")
    return f"{name[:1].upper()}{name[1:]}" if name else arm


def _study_line(row: StudyRow, effect: str, weight: float | None) -> Line:
    arms = [arm_text(side) for side in (row.experimental, row.control)]
    return Line(
        (
            row.label,
            *("" if arm == DASH else arm for arm in arms),
            effect,
            "" if weight is None else NUMBERS.percent(weight, 1),
            " ".join(flag.code for flag in row.flags),
            row.control_type,
        )
    )


def _pooled_lines(main: Analysis, effects: Sequence[str], text: AnswerText) -> list[Line]:
    assert main.pooled is not None
    size = f"Pooled ({counted(main.k, 'study')})"
    people = known_people(main)
    n = f"n {people.removeprefix('at least ')}" if people else ""
    codes = " ".join(flag.code for flag in by_severity(main.flags))
    lines = [Line((size, n, "", effects[main.k], "", codes, ""), tone="strong", rule=True)]
    if main.pooled.prediction.low is not None:
        lines.append(Line((f"{text.level} prediction", "", "", effects[main.k + 1], "", "", "")))
    return lines


def variation_grid(
    title: str, analyses: Sequence[tuple[str, Analysis]], text: AnswerText, width: int
) -> Grid:
    """Analyses under each other: studies, people, estimate, prediction interval and I²."""
    shown = lined_up([_result(text, analysis) for _, analysis in analyses])
    ahead = lined_up([_ahead(text, analysis) for _, analysis in analyses])
    columns = (
        Column(title, firm=False, least=22),
        Column("k", right=True),
        Column("n", right=True),
        Column(f"{text.short} [{text.level} CI]"),
        Column("Prediction"),
        Column("I²", right=True),
    )
    lines = tuple(
        Line((name, str(a.k), known_people(a), shown[i], ahead[i], _i2(a)))
        for i, (name, a) in enumerate(analyses)
    )
    return fitted(Grid(columns, lines), width, ((2,), (5,), (4,)))


def known_people(analysis: Analysis) -> str:
    """Number of people; empty where nothing is known of it."""
    text = people_text(analysis) if analysis.k else ""
    return "" if text == "not known" else text


def _result(text: AnswerText, analysis: Analysis) -> tuple[str, ...]:
    if analysis.pooled is None:
        return ("no usable study",)
    if analysis.k == 1:
        row = analysis.rows[0]
        return pieces(text, row.y, Interval(row.low, row.high))
    return pieces(text, analysis.pooled.estimate, analysis.pooled.interval)


def _ahead(text: AnswerText, analysis: Analysis) -> tuple[str, ...]:
    if analysis.k == 1:
        return ("one study, not pooled",)
    if analysis.pooled is None:
        return ("",)
    return pieces(text, None, analysis.pooled.prediction)


def _i2(analysis: Analysis) -> str:
    if analysis.pooled is None or analysis.k == 1:
        return ""
    spread = analysis.pooled.heterogeneity
    text = percent_text(spread.i2_q if spread.i2 is None else spread.i2)
    return "" if text == DASH else text


def pieces(text: AnswerText, y: float | None, interval: Interval) -> tuple[str, ...]:
    """An effect in pieces that line up; one piece where limits are missing."""
    effect = text.effect_of(0.0 if y is None else y, interval)
    if effect is None:
        return ("" if y is None else text.point(y),)
    estimate = "" if y is None or effect.estimate is None else text.effect.number(effect.estimate)
    low, high = text.effect.number(effect.low), text.effect.number(effect.high)
    return estimate, f" [{low},", f" {high}]"


def lined_up(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Pieces joined so that each ends under the one above; single pieces stand at the left."""
    several = [row for row in rows if len(row) > 1]
    widths = [max(len(row[i]) for row in several) for i in range(3)] if several else []
    return [
        row[0]
        if len(row) == 1
        else "".join(piece.rjust(width) for piece, width in zip(row, widths, strict=True))
        for row in rows
    ]
