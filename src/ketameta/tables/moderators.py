"""Moderators of a question as tables: studies with their values, levels, slopes."""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.measures.catalog import measure as find_measure
from ketameta.notation.effects import displayed
from ketameta.notation.numbers import DASH, NumberStyle
from ketameta.pooling.result import Interval
from ketameta.synthesis.answer import Answer
from ketameta.synthesis.moderator_values import MODERATORS
from ketameta.synthesis.moderators import (
    LevelsFound,
    Moderated,
    ModeratedSet,
    ModeratedStudy,
    ModeratorLevel,
    SlopeFound,
)
from ketameta.tables.formatting import AnswerText
from ketameta.tables.table import EVERYONE, FILES, READERS, Cell, Column, Row, Table, number

NUMBERS = NumberStyle()


def moderator_tables(found: Moderated, answer: Answer) -> dict[str, Table]:
    """Every table by its name: studies, levels, slopes."""
    return {
        "studies": studies_table(found, answer),
        "levels": levels_table(found, answer),
        "slopes": slopes_table(found),
    }


def studies_table(found: Moderated, answer: Answer) -> Table:
    """One row per study: its effect, its value of each moderator, and where it is counted."""
    text = AnswerText.of(answer)
    shown = _shown(found)
    several = EVERYONE if len(found.sets) > 1 else FILES
    columns = (
        Column("label", "Study"),
        Column("effect", f"{text.short} ({text.level} CI)", "number"),
        Column("yi", "Effect, analysis scale", "right", FILES),
        Column("vi", "Sampling variance", "right", FILES),
        *(Column(m.name, m.title) for m in MODERATORS if m.name in shown),
        *(
            Column(f"{m.name}_number", f"{m.title}, {m.unit}", "right", FILES)
            for m in MODERATORS
            if m.name in shown and m.numeric
        ),
        Column("sets", "Counted in", audience=several),
        Column("study", "Study id", audience=FILES),
    )
    rows = tuple(
        Row((*_study_cells(study, text, shown), Cell(", ".join(sets)), Cell(study.row.study)))
        for study, sets in _with_sets(found)
    )
    caption = f"{found.question.title}: what the studies did"
    notes = ("Values are those of the ketamine side, as far as any source states them.",)
    return Table(f"moderators-{found.question.id}-studies", caption, columns, rows, notes)


def _with_sets(found: Moderated) -> list[tuple[ModeratedStudy, list[str]]]:
    """Each study once, with the sets that count it; the largest set gives the order."""
    sets: dict[tuple[str, float, float], list[str]] = {}
    studies: dict[tuple[str, float, float], ModeratedStudy] = {}
    for one in sorted(found.sets, key=lambda one: -len(one.studies)):
        for study in one.studies:
            key = (study.row.study, study.row.y, study.row.v)
            studies.setdefault(key, study)
            sets.setdefault(key, []).insert(0, one.id)
    return [(study, sets[key]) for key, study in studies.items()]


def _shown(found: Moderated) -> set[str]:
    first = found.sets[0]
    return {level.moderator.name for level in first.levels} | {
        slope.moderator.name for slope in first.slopes
    }


def _set_columns(found: Moderated) -> tuple[Column, ...]:
    """Which studies are counted: for readers only where there are several sets."""
    audience = EVERYONE if len(found.sets) > 1 else FILES
    return (Column("set", "Studies counted", audience=audience),)


def _set_cell(one: ModeratedSet) -> Cell:
    return Cell(one.id.replace("-", " "), one.id)


def _study_cells(study: ModeratedStudy, text: AnswerText, shown: set[str]) -> Iterator[Cell]:
    row = study.row
    yield Cell(row.label, href=f"#study-{row.study}")
    yield Cell(text.with_interval(row.y, Interval(row.low, row.high)))
    yield from (number(row.y), number(row.v))
    used = [m for m in MODERATORS if m.name in shown]
    yield from (Cell(study.values[m.name].text) for m in used)
    yield from (number(study.values[m.name].number) for m in used if m.numeric)


def levels_table(found: Moderated, answer: Answer) -> Table:
    """One row per set, moderator and level; a level of one study shows that study."""
    text = AnswerText.of(answer)
    columns = (
        *_set_columns(found),
        Column("moderator", "Moderator"),
        Column("level", "Level"),
        Column("k", "Studies", "right"),
        Column("effect", f"{text.short} ({text.level} CI)", "number"),
        Column("estimate", "Effect, analysis scale", "right", FILES),
        Column("ci_low", "Lower", "right", FILES),
        Column("ci_high", "Upper", "right", FILES),
        Column("studies", "Which"),
        Column("test", "Difference between levels"),
        Column("q", "Q between levels", "right", FILES),
        Column("df", "Degrees of freedom", "right", FILES),
        Column("p_value", "P", "right", FILES),
    )
    rows = tuple(
        Row((_set_cell(one), *cells))
        for one in found.sets
        for levels in one.levels
        for cells in _levels_cells(levels, text)
    )
    caption = f"{found.question.title}: by what the studies did"
    notes = (
        "A level of one study shows that study, not a pooled result. Between levels there is a "
        "test only where each has two studies or more.",
    )
    return Table(f"moderators-{found.question.id}-levels", caption, columns, rows, notes)


def _levels_cells(levels: LevelsFound, text: AnswerText) -> Iterator[tuple[Cell, ...]]:
    title = levels.moderator.title
    for i, level in enumerate(levels.levels):
        test = (_test_text(levels) if levels.q is not None else DASH) if i == 0 else ""
        yield (
            Cell(title),
            Cell(level.name),
            number(len(level.rows), str(len(level.rows))),
            *_effect_cells(level, text),
            Cell(", ".join(row.label for row in level.rows)),
            Cell(test, levels.why_not if levels.q is None and i == 0 else None),
            *(number(x if i == 0 else None) for x in (levels.q, levels.df, levels.p_value)),
        )
    if levels.unknown:
        none = (number(None),) * 3
        yield (
            Cell(title),
            Cell("not stated"),
            number(len(levels.unknown), str(len(levels.unknown))),
            Cell(DASH, ""),
            *none,
            Cell(", ".join(levels.unknown)),
            Cell(),
            *none,
        )


def _effect_cells(level: ModeratorLevel, text: AnswerText) -> tuple[Cell, ...]:
    if level.pooled is None:
        row = level.rows[0]
        shown = text.with_interval(row.y, Interval(row.low, row.high))
        return (Cell(f"one study: {shown}"), *(number(x) for x in (row.y, row.low, row.high)))
    pooled = level.pooled
    limits = pooled.interval.low, pooled.interval.high
    shown = text.with_interval(pooled.estimate, pooled.interval)
    return (Cell(shown), *(number(x) for x in (pooled.estimate, *limits)))


def _test_text(levels: LevelsFound) -> str:
    q, df = NUMBERS.fixed(levels.q, 2), levels.df
    return f"Q = {q}, df = {df}, {NUMBERS.p_value(levels.p_value)}"


def slopes_table(found: Moderated) -> Table:
    """One row per set and number: how the effect changes per unit, by meta-regression."""
    measure = find_measure(found.question.measure)
    name = f"{measure.code} times" if measure.is_ratio else "Change"
    columns = (
        *_set_columns(found),
        Column("moderator", "Moderator"),
        Column("k", "Studies", "right"),
        Column("shown", f"{name} per unit ({100 * found.level:g}% CI)", "number", READERS),
        Column("slope", "Slope, analysis scale", "right", FILES),
        Column("ci_low", "Lower", "right", FILES),
        Column("ci_high", "Upper", "right", FILES),
        Column("unknown", "Without a number"),
        Column("why_not", "Why there is no line", audience=FILES),
    )
    rows = tuple(
        Row((_set_cell(one), *_slope_cells(slope, found)))
        for one in found.sets
        for slope in one.slopes
    )
    caption = f"{found.question.title}: lines through numbers of the studies"
    notes = (
        "Meta-regression with Knapp-Hartung intervals. A line through fewer than ten studies is "
        "not to be relied on; it compares studies, not people.",
    )
    return Table(f"moderators-{found.question.id}-slopes", caption, columns, rows, notes)


def _slope_cells(slope: SlopeFound, found: Moderated) -> Iterator[Cell]:
    yield Cell(f"{slope.moderator.title}, per {slope.moderator.unit}")
    yield number(len(slope.labels), str(len(slope.labels)))
    yield Cell(slope_text(slope, found.question.measure) or slope.why_not)
    yield from (number(x) for x in (slope.slope, slope.interval.low, slope.interval.high))
    yield Cell(", ".join(slope.unknown))
    yield Cell(slope.why_not)


def slope_text(slope: SlopeFound, code: str) -> str:
    """A slope with its interval on the scale that readers see; "" where there is none."""
    low, high = slope.interval.low, slope.interval.high
    if slope.slope is None or low is None or high is None:
        return ""
    measure = find_measure(code)
    shown = displayed(measure, estimate=slope.slope, low=low, high=high)
    write = NUMBERS.ratio if measure.is_ratio else NUMBERS.fixed
    one, two, three = (write(x, 2) for x in (shown.estimate, shown.low, shown.high))
    return f"{one} ({two} to {three})"
