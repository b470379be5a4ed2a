"""Results of a question over time as a table: compared, in one group, in words."""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.measures.catalog import measure as find_measure
from ketameta.notation.effects import EffectText, displayed
from ketameta.notation.numbers import DASH, NumberStyle
from ketameta.synthesis.durability import ComparedAt, Durability, Occasion, ShareAt, WordsAt
from ketameta.tables.risks import shares_text
from ketameta.tables.table import FILES, Cell, Column, Row, Table, number

NUMBERS = NumberStyle()
ZERO_CELL = "1/2 was added to the cells because one was 0"


def durability_tables(found: Durability) -> dict[str, Table]:
    """Every table by its name: compared, shares, words."""
    return {
        "compared": compared_table(found),
        "shares": shares_table(found),
        "words": words_table(found),
    }


def compared_table(found: Durability) -> Table:
    """One row per comparison and time."""
    measure = find_measure(found.measure)
    level = f"{100 * found.level:g}%"
    columns = (
        *_occasion_columns(),
        Column("contrast_class", "Comparison"),
        Column("control_type", "Control", audience=FILES),
        Column("experimental", "Ketamine", "number"),
        Column("control", "Control group", "number"),
        Column("effect", f"{measure.code} ({level} CI)", "number"),
        Column("yi", "Effect, analysis scale", "right", FILES),
        Column("ci_low", "Lower", "right", FILES),
        Column("ci_high", "Upper", "right", FILES),
        Column("remark", "Remark", audience=FILES),
        *_source_columns(),
    )
    rows = tuple(
        Row((*_occasion_cells(one.at), *_compared_cells(one, found), *_source_cells(one.at)))
        for one in found.compared
    )
    corrected = [f"{c.at.label} ({c.at.time})" for c in found.compared if c.corrected]
    notes = (f"{ZERO_CELL}: {', '.join(corrected)}.",) if corrected else ()
    caption = f"{found.title}: every comparison at every time"
    return Table(f"durability-{found.question}-compared", caption, columns, rows, notes)


def _compared_cells(one: ComparedAt, found: Durability) -> Iterator[Cell]:
    yield Cell(one.contrast_class)
    yield Cell(one.control_type)
    yield Cell(one.experimental or DASH, one.experimental)
    yield Cell(one.control or DASH, one.control)
    yield Cell(effect_text(found, one))
    yield from (number(x) for x in (one.y, one.low, one.high))
    yield Cell(f"{one.how} {ZERO_CELL}." if one.corrected else one.how)


def effect_text(found: Durability, one: ComparedAt) -> str:
    """An effect with its interval on the scale that readers see."""
    measure = find_measure(found.measure)
    shown = displayed(measure, estimate=one.y, low=one.low, high=one.high)
    text = EffectText.of(measure, NUMBERS, found.level, [shown])
    assert shown.estimate is not None
    limits = f"{text.number(shown.low)} to {text.number(shown.high)}"
    return f"{text.number(shown.estimate)} ({limits})"


def shares_table(found: Durability) -> Table:
    """One row per group without a comparison and time."""
    columns = (
        *_occasion_columns(),
        Column("arm", "Group"),
        Column("events", "Events", "right"),
        Column("n", "People", "right"),
        Column("share", f"Share (exact {100 * found.level:g}% CI)", "number"),
        Column("ci_low", "Lower", "right", FILES),
        Column("ci_high", "Upper", "right", FILES),
        *_source_columns(),
    )
    rows = tuple(
        Row((*_occasion_cells(one.at), *_share_cells(one), *_source_cells(one.at)))
        for one in found.shares
    )
    notes = (
        ("Single patients have no share: " + ", ".join(found.case_reports) + ".",)
        if found.case_reports
        else ()
    )
    caption = f"{found.title}: groups without a comparison"
    return Table(f"durability-{found.question}-shares", caption, columns, rows, notes)


def _share_cells(one: ShareAt) -> Iterator[Cell]:
    yield Cell(one.arm)
    yield from (number(x, str(x)) for x in (one.events, one.n))
    yield number(one.events / one.n, shares_text(one.events / one.n, one.low, one.high))
    yield from (number(x) for x in (one.low, one.high))


def words_table(found: Durability) -> Table:
    """One row per result that is known in words only."""
    columns = (
        *_occasion_columns(),
        Column("text", "What the source says", reported=True),
        Column("direction", "Direction", audience=FILES),
        *_source_columns(),
    )
    rows = tuple(
        Row((*_occasion_cells(one.at), *_word_cells(one), *_source_cells(one.at)))
        for one in found.words
    )
    caption = f"{found.title}: known in words only"
    count = found.remembered
    notes = (
        (f"Left out because they rest on memory and stand in no source: {count}.",) if count else ()
    )
    return Table(f"durability-{found.question}-words", caption, columns, rows, notes)


def _word_cells(one: WordsAt) -> Iterator[Cell]:
    yield Cell(one.text)
    yield Cell(one.direction)


def _occasion_columns() -> tuple[Column, ...]:
    return (
        Column("label", "Study"),
        Column("weeks", "Weeks", "right"),
        Column("phase", "Phase"),
        Column("assessment", "Assessment"),
        Column("time", "Time in words", audience=FILES),
        Column("outcome", "Outcome", audience=FILES),
        Column("randomised", "Randomised", audience=FILES),
        Column("status", "Status", audience=FILES),
        Column("study", "Study id", audience=FILES),
    )


def _occasion_cells(at: Occasion) -> tuple[Cell, ...]:
    status = "" if at.status == "included" else at.status
    return (
        Cell(at.label, detail=status, href=f"#study-{at.study}"),
        number(at.weeks, DASH if at.weeks is None else f"{at.weeks:g}"),
        Cell(at.phase),
        Cell(at.assessment),
        Cell(at.time),
        Cell(at.outcome),
        Cell(at.randomised),
        Cell(at.status),
        Cell(at.study),
    )


def _source_columns() -> tuple[Column, ...]:
    return (
        Column("document", "Source", audience=FILES),
        Column("verification", "Verification", audience=FILES),
        Column("record", "Record", audience=FILES),
    )


def _source_cells(at: Occasion) -> tuple[Cell, ...]:
    source = at.source
    return (Cell(source.document), Cell(source.verification), Cell(f"{source.file}:{source.line}"))
