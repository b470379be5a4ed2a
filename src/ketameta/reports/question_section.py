"""One question of a report: its answer in words, figures, tables and reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ketameta.figures.forest.layout import layout
from ketameta.figures.forest.model import ForestLayout
from ketameta.figures.picture import Picture
from ketameta.notation.effects import with_symbols
from ketameta.notation.numbers import DASH
from ketameta.pooling.catalog import TAU2_METHODS
from ketameta.questions.question import Review
from ketameta.reports.headline import FlagLine, pool_flag_lines, restricted
from ketameta.reports.number_trail import NumberTrail, number_trail
from ketameta.reports.section import Piece
from ketameta.reports.wording import basis, heterogeneity_words, lead, readings
from ketameta.synthesis.answer import Answer, LeftOut
from ketameta.tables.exclusions import NO_NUMBER, SAME_FOR_ALL, grouped
from ketameta.tables.flags import study_flags_table
from ketameta.tables.formatting import (
    NUMBERS,
    AnswerText,
    percent_text,
    variance_interval_text,
    variance_text,
)
from ketameta.tables.further import (
    bayes_table,
    influence_table,
    multiverse_words,
    small_study_words,
)
from ketameta.tables.robustness import (
    interval_methods,
    leave_one_out,
    narrower_than_guarded,
    sensitivity_sets,
)
from ketameta.tables.table import Cell, Column, Row, Table

SAID_ABOVE = ("hksj_factor_below_1", "single_study")
"""Cautions whose content the section gives in words of its own."""


@dataclass(frozen=True, slots=True)
class LeftOutGroup:
    """Studies left out for one kind of reason; `brief` where the heading says all there is."""

    heading: str
    studies: tuple[LeftOut, ...]
    brief: bool


@dataclass(frozen=True, slots=True)
class QuestionSection:
    """One question; parts that do not apply are empty or None.

    Attributes
    ----------
    state
        "pooled", "single" or "none".
    forest
        The forest plot; None without a study.
    robustness
        Tables on the method, single studies and other sets of studies.
    multiverse, small_studies
        The answer under every combination of choices, and whether small studies differ, in words.
    restricted
        What remains when only some studies count, where that is too little for a table.
    wanted
        Studies that measured the outcome of a question without a usable study.
    cautions
        What happened in the computation that a reader must know of.
    trail
        Every number back to its source; None where there is none.
    pictures
        Diagnostic pictures, from three studies on.
    certainty, more
        How sure the answer is; risk of bias, moderators and course over time.
    """

    id: str
    title: str
    text: str
    state: str
    lead: str
    sentences: tuple[str, ...]
    restricted: tuple[tuple[str, str], ...]
    flags: tuple[FlagLine, ...]
    forest: ForestLayout | None
    heterogeneity: tuple[str, ...]
    heterogeneity_table: Table | None
    subgroup_test: str
    safeguard: str
    robustness: tuple[Table, ...]
    multiverse: str
    small_studies: str
    study_flags: Table | None
    cautions: tuple[str, ...]
    wanted: LeftOutGroup | None
    left_out: tuple[LeftOutGroup, ...]
    left_out_count: int
    trail: NumberTrail | None
    pictures: tuple[Picture, ...]
    certainty: str
    more: tuple[Piece, ...]


def question_section(
    answer: Answer,
    review: Review,
    *,
    certainty: str,
    pictures: tuple[Picture, ...] = (),
    more: tuple[Piece, ...] = (),
) -> QuestionSection:
    """The section of one answer.

    Parameters
    ----------
    certainty
        How sure the answer is, in sentences.
    pictures
        Its diagnostic pictures.
    more
        What is shown after its robustness.
    """
    main, question = answer.main, answer.question
    reasons = {s.id: s.why for s in review.sets}
    several = any(analysis.k > 1 for analysis in (main, *answer.sensitivity))
    groups = tuple(_left_out(answer))
    return QuestionSection(
        id=question.id,
        title=question.title,
        text=question.text,
        state=("none", "single")[main.k] if main.k < 2 else "pooled",
        lead=lead(answer),
        sentences=tuple(s for s in (*readings(answer), basis(main)) if s),
        restricted=() if several else restricted(answer),
        flags=pool_flag_lines(main),
        forest=layout(answer, sensitivity=several) if main.k else None,
        heterogeneity=heterogeneity_words(answer),
        heterogeneity_table=heterogeneity_table(answer),
        subgroup_test=subgroup_test_words(answer),
        safeguard=safeguard_words(answer),
        robustness=tuple(_robustness(answer, reasons)) if several else (),
        multiverse=multiverse_words(answer),
        small_studies=small_study_words(answer),
        study_flags=study_flags_table(answer) if main.k else None,
        cautions=_cautions(answer),
        wanted=None if main.k else _wanted(groups),
        left_out=groups,
        left_out_count=len(main.left_out),
        trail=number_trail(answer),
        pictures=pictures,
        certainty=certainty,
        more=more,
    )


def _left_out(answer: Answer) -> Iterator[LeftOutGroup]:
    for heading, members in grouped(answer.main.left_out):
        yield LeftOutGroup(heading, members, members[0].status in SAME_FOR_ALL)


def _wanted(groups: Sequence[LeftOutGroup]) -> LeftOutGroup | None:
    return next((g for g in groups if g.studies[0].status == NO_NUMBER), None)


def _robustness(answer: Answer, reasons: dict[str, str]) -> Sequence[Table]:
    tables = [interval_methods(answer)]
    tables.append(leave_one_out(answer) if answer.leave_one_out else None)
    tables.append(sensitivity_sets(answer, reasons) if answer.sensitivity else None)
    tables.append(bayes_table(answer))
    tables.append(influence_table(answer))
    return [table for table in tables if table is not None]


def _cautions(answer: Answer) -> tuple[str, ...]:
    pooled = answer.main.pooled
    if pooled is None:
        return ()
    return tuple(with_symbols(c.message) for c in pooled.cautions if c.code not in SAID_ABOVE)


def heterogeneity_table(answer: Answer) -> Table | None:
    """tau2, both I2 and Q of a main analysis with their intervals; None where there are none."""
    pooled = answer.main.pooled
    if pooled is None or answer.main.k < 2:
        return None
    spread, text = pooled.heterogeneity, AnswerText.of(answer)
    method = TAU2_METHODS[pooled.tau2_method].name
    scale = f" of true {text.name} values"
    if text.measure.is_ratio:
        scale = f" of the logarithms of true {text.name}s"
    if not spread.q_df:
        return None
    q = f"{NUMBERS.fixed(spread.q, 2)}, df {spread.q_df}, {NUMBERS.p_value(spread.q_p)}"
    lines = (
        (
            f"tau² ({method})",
            variance_text(spread.tau2),
            _limits(variance_interval_text(spread.tau2_interval)),
            f"Variance between studies{scale}; interval by the Q profile",
        ),
        (
            "I² from tau²",
            percent_text(spread.i2),
            _limits(percent_text(spread.i2, spread.i2_interval).partition("(")[2].rstrip(")")),
            "Share of the variance between results that is not chance, from the tau² above",
        ),
        (
            "I² from Q",
            percent_text(spread.i2_q),
            DASH,
            "The older formula, (Q - df) / Q; what most published reviews print",
        ),
        ("Q", q, DASH, "Weighted sum of squared distances from the common mean"),
    )
    rows = tuple(Row(tuple(Cell(part) for part in line)) for line in lines)
    columns = (
        Column("what", "Heterogeneity"),
        Column("value", "Value", "number"),
        Column("interval", f"{text.level} interval", "number"),
        Column("meaning", "What it is"),
    )
    return Table(f"heterogeneity-{answer.question.id}", "Heterogeneity in numbers", columns, rows)


def _limits(text: str) -> str:
    return text or DASH


def subgroup_test_words(answer: Answer) -> str:
    """The test of subgroup differences, or why there is none."""
    test = answer.subgroup_test
    if test is None:
        return ""
    if test.q is None or test.df is None:
        why = " ".join(with_symbols(caution.message) for caution in test.cautions)
        return f"Differences by {test.by} cannot be tested. {why}".strip()
    p = NUMBERS.p_value(test.p_value)
    return (
        f"Differences by {test.by}: Q = {NUMBERS.fixed(test.q, 2)}, df {test.df}, {p}. With so "
        "few studies such a test finds only the largest differences, and these are differences "
        "between trials, not between randomised groups."
    )


def safeguard_words(answer: Answer) -> str:
    """What the Hartung-Knapp factor did to the interval; "" with other methods."""
    pooled = answer.main.pooled
    if pooled is None or pooled.hksj_factor is None or pooled.guarded_interval is None:
        return ""
    factor = NUMBERS.fixed(pooled.hksj_factor, 2)
    if narrower_than_guarded(pooled):
        guarded = AnswerText.of(answer).interval(pooled.guarded_interval)
        return (
            f"The Hartung-Knapp-Sidik-Jonkman factor is {factor}, below 1: the results lie closer "
            "together than their standard errors would have them, which shortens the interval. "
            f"With the factor kept at 1 it is {guarded}; where the two read differently, rely on "
            "the wider one."
        )
    return (
        f"The Hartung-Knapp-Sidik-Jonkman factor is {factor}, not below 1, so that its safeguard "
        "changes nothing."
    )
