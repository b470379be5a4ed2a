"""What each question found: an overview for readers, and every analysis for files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ketameta.notation.numbers import DASH
from ketameta.pooling.result import Interval
from ketameta.synthesis.answer import Analysis, Answer, Flag
from ketameta.synthesis.reported_interval import recomputed_alone
from ketameta.tables.formatting import AnswerText, people, people_text, percent_text
from ketameta.tables.robustness import safeguard_text, unshortened
from ketameta.tables.table import FILES, Cell, Column, Mark, Row, Table, number

MAIN, SUBGROUP, SENSITIVITY, LEAVE_ONE_OUT = "main", "subgroup", "sensitivity", "leave one out"


def analyses(answer: Answer) -> Iterator[tuple[str, Analysis]]:
    """Every analysis of an answer with its kind, the main one first."""
    yield MAIN, answer.main
    for group in answer.subgroups:
        yield SUBGROUP, group.analysis
    for analysis in answer.sensitivity:
        yield SENSITIVITY, analysis
    for analysis in answer.leave_one_out:
        yield LEAVE_ONE_OUT, analysis


def question_anchor(question_id: str) -> str:
    """Where a question stands in a report."""
    return f"#question-{question_id}"


def flag_cell(flags: Sequence[Flag]) -> Cell:
    """Flags as marks, the weightiest first; files get the codes."""
    order = ("serious", "caution", "info")
    ranked = sorted(flags, key=lambda f: order.index(f.severity) if f.severity in order else 3)
    marks = tuple(Mark(flag.code, flag.severity, flag.message) for flag in ranked)
    return Cell(" ".join(mark.code for mark in marks), marks=marks)


def overview(answers: Sequence[Answer]) -> Table:
    """One row per question.

    Below a Hartung-Knapp interval that its factor shortened stands the safeguarded one; for files
    in `guarded_low` and `guarded_high`, on the scale that readers see.
    """
    columns = (
        Column("question", "Question"),
        Column("k", "Studies", "right"),
        Column("people", "People", "right"),
        Column("result", "Result (95% CI)", "number"),
        Column("guarded_low", "guarded_low", audience=FILES),
        Column("guarded_high", "guarded_high", audience=FILES),
        Column("prediction", "95% prediction interval", "number"),
        Column("i2", "I²", "right"),
        Column("flags", "Flags on the pool"),
    )
    return Table(
        "overview",
        "Every question of the review",
        columns,
        tuple(_overview_row(answer) for answer in answers),
        (
            "OR: odds ratio. RR: risk ratio. HR: hazard ratio. RD: risk difference. "
            "MD: mean difference. SMD: standardised mean difference. CI: confidence interval. "
            "I² is that computed from tau².",
        ),
    )


def _overview_row(answer: Answer) -> Row:
    text, main = AnswerText.of(answer), answer.main
    pooled = main.pooled if main.k > 1 else None
    title = Cell(answer.question.title, href=question_anchor(answer.question.id))
    if main.k == 0:
        result = Cell("No usable study", detail=_what_there_is(main))
    elif main.k == 1:
        said = ("one study, not pooled", text.direction, recomputed_alone(main, text.measure))
        result = Cell(f"{text.short} {text.estimate(main)}", detail="; ".join(filter(None, said)))
    else:
        details = (safeguard_text(text, main), text.direction)
        result = Cell(text.result(main), detail="; ".join(filter(None, details)))
    cells = (
        title,
        Cell(str(main.k)),
        Cell(people_text(main)),
        result,
        *_guarded_cells(text, main),
        Cell(text.prediction(pooled)),
        Cell(DASH if pooled is None else percent_text(pooled.heterogeneity.i2)),
        flag_cell(main.flags) if main.flags else Cell(DASH),
    )
    return Row(cells)


def _guarded_cells(text: AnswerText, main: Analysis) -> tuple[Cell, Cell]:
    """Limits of the safeguarded interval; empty where it is not wider than the one used."""
    guarded = unshortened(main) or Interval(None, None)
    effect = text.effect_of(0.0, guarded)
    return (Cell(), Cell()) if effect is None else (number(effect.low), number(effect.high))


def _what_there_is(main: Analysis) -> str:
    """What a question without a usable study has instead."""
    statuses = [item.status for item in main.left_out]
    unusable, awaiting = statuses.count("no usable number"), statuses.count("awaiting data")
    parts = [f"{unusable} without a usable number"] if unusable else []
    parts += [f"{awaiting} more not read yet"] if awaiting else []
    return ", ".join(parts)


def pooled(answers: Sequence[Answer]) -> Table:
    """Every analysis of every question in full precision, for files.

    Columns that end in `_shown` are on the scale that readers see, the others on the analysis
    scale (log for ratios).
    """
    rows = tuple(
        _pooled_row(answer, kind, analysis)
        for answer in answers
        for kind, analysis in analyses(answer)
    )
    columns = tuple(Column(key, key, audience=FILES) for key in _POOLED_KEYS)
    return Table("pooled", "Every analysis", columns, rows)


_POOLED_KEYS = (
    "question",
    "kind",
    "analysis",
    "title",
    "measure",
    "k",
    "people",
    "studies",
    "estimate_shown",
    "ci_low_shown",
    "ci_high_shown",
    "pi_low_shown",
    "pi_high_shown",
    "estimate",
    "se",
    "ci_low",
    "ci_high",
    "pi_low",
    "pi_high",
    "statistic",
    "df",
    "p_value",
    "tau2",
    "tau2_se",
    "tau2_ci_low",
    "tau2_ci_high",
    "i2",
    "i2_ci_low",
    "i2_ci_high",
    "h2",
    "q",
    "q_df",
    "q_p",
    "i2_from_q",
    "hksj_factor",
    "guarded_ci_low",
    "guarded_ci_high",
    "wald_ci_low",
    "wald_ci_high",
    "tau2_method",
    "interval_method",
    "prediction_method",
    "level",
    "flags",
    "cautions",
)


def _pooled_row(answer: Answer, kind: str, analysis: Analysis) -> Row:
    text = AnswerText.of(answer)
    start = (
        Cell(answer.question.id),
        Cell(kind),
        Cell(analysis.id),
        Cell(analysis.title),
        Cell(answer.question.measure),
        Cell(str(analysis.k), analysis.k),
        Cell(str(people(analysis)), people(analysis)),
        Cell(" ".join(row.study for row in analysis.rows)),
    )
    if analysis.pooled is None:
        return Row((*start, *(Cell() for _ in _POOLED_KEYS[len(start) :])))
    shown = _shown_numbers(text, analysis)
    plain = tuple(number(value) for value in (*shown, *_numbers(analysis)))
    result = analysis.pooled
    end = (
        Cell(result.tau2_method),
        Cell(result.interval_method),
        Cell(result.prediction_method),
        number(result.level),
        Cell(" ".join(flag.code for flag in analysis.flags)),
        Cell(" ".join(caution.code for caution in result.cautions)),
    )
    return Row((*start, *plain, *end))


def _shown_numbers(text: AnswerText, analysis: Analysis) -> Iterator[float | None]:
    result = analysis.pooled
    assert result is not None
    yield text.shown(result.estimate)
    for interval in (result.interval, result.prediction):
        effect = text.effect_of(result.estimate, interval)
        yield None if effect is None else effect.low
        yield None if effect is None else effect.high


def _numbers(analysis: Analysis) -> Iterator[float | None]:
    result = analysis.pooled
    assert result is not None
    spread = result.heterogeneity
    none = Interval(None, None)
    guarded, wald = result.guarded_interval or none, result.wald_interval or none
    yield from (result.estimate, result.se, result.interval.low, result.interval.high)
    yield from (result.prediction.low, result.prediction.high)
    yield from (result.statistic, result.df, result.p_value)
    yield from (spread.tau2, spread.tau2_se)
    yield from (spread.tau2_interval.low, spread.tau2_interval.high)
    yield from (spread.i2, spread.i2_interval.low, spread.i2_interval.high, spread.h2)
    yield from (spread.q, spread.q_df, spread.q_p, spread.i2_q, result.hksj_factor)
    yield from (guarded.low, guarded.high, wald.low, wald.high)
