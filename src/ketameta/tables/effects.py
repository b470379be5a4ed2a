"""The studies behind each answer: their numbers, effects, weights, flags and sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ketameta.notation.numbers import DASH
from ketameta.pooling.result import Interval
from ketameta.synthesis.answer import Answer, ArmNumbers, StudyRow
from ketameta.tables.findings import flag_cell
from ketameta.tables.formatting import NUMBERS, AnswerText
from ketameta.tables.table import FILES, READERS, Cell, Column, Row, Table, number

_ARM_KEYS = ("label", "events", "n", "mean", "sd")

_COLUMNS = (
    Column("question", "Question", audience=FILES),
    Column("study", "Study", audience=FILES),
    Column("label", "Study"),
    Column("substance", "Substance", audience=FILES),
    Column("design", "Design", audience=FILES),
    Column("randomised", "Randomised", audience=FILES),
    Column("contrast_class", "Contrast", audience=FILES),
    Column("experimental", "Ketamine", audience=READERS),
    Column("control", "Control", audience=READERS),
    Column("control_type", "Control type"),
    Column("time", "Time"),
    Column("weeks", "Weeks", "right", audience=FILES),
    *(Column(f"experimental_{key}", key, audience=FILES) for key in _ARM_KEYS),
    *(Column(f"control_{key}", key, audience=FILES) for key in _ARM_KEYS),
    Column("people", "People", audience=FILES),
    Column("effect", "Effect (95% CI)", audience=READERS),
    Column("weight_percent", "Weight", "right"),
    *(
        Column(key, key, audience=FILES)
        for key in ("measure", "y", "v", "estimate_shown", "ci_low_shown", "ci_high_shown")
    ),
    Column("flags", "Flags"),
    *(
        Column(key, key, audience=FILES)
        for key in (
            "outcome",
            "how",
            "document",
            "locator",
            "address",
            "verification",
            "derivation",
            "file",
            "line",
        )
    ),
)


def effects(answers: Sequence[Answer]) -> Table:
    """One row per study of each main analysis."""
    rows = tuple(row for answer in answers for row in _rows(answer))
    return Table("effects", "Studies behind each answer", _COLUMNS, rows)


def study_effects(answer: Answer) -> Table:
    """The studies of one main analysis."""
    text = AnswerText.of(answer)
    columns = tuple(
        Column(c.key, f"{text.short} ({text.level} CI)", "number", c.audience)
        if c.key == "effect"
        else c
        for c in _COLUMNS
    )
    caption = f"{answer.question.title}: the studies"
    return Table(f"effects-{answer.question.id}", caption, columns, tuple(_rows(answer)))


def _rows(answer: Answer) -> Iterator[Row]:
    text = AnswerText.of(answer)
    pooled = answer.main.pooled
    weights = [] if pooled is None else [float(w) for w in pooled.weights]
    for row, weight in zip(answer.main.rows, weights, strict=True):
        yield Row(tuple(_cells(text, row, weight if answer.main.k > 1 else None)))


def _cells(text: AnswerText, row: StudyRow, weight: float | None) -> Iterator[Cell]:
    yield from (Cell(text.question.id), Cell(row.study))
    yield Cell(row.label, href=f"#study-{row.study}")
    yield from (Cell(row.substance), Cell(row.design), Cell(row.randomised))
    yield from (Cell(row.contrast_class), Cell(arm_text(row.experimental)))
    yield from (Cell(arm_text(row.control)), Cell(row.control_type), Cell(row.time_label))
    yield number(row.weeks)
    for side in (row.experimental, row.control):
        yield Cell(side.label)
        yield from (number(getattr(side, key)) for key in _ARM_KEYS[1:])
    yield number(row.n)
    yield Cell(text.with_interval(row.y, Interval(row.low, row.high)))
    yield number(weight, DASH if weight is None else NUMBERS.percent(weight, 1))
    yield from (Cell(text.question.measure), number(row.y), number(row.v))
    yield from (number(text.shown(value)) for value in (row.y, row.low, row.high))
    yield flag_cell(row.flags) if row.flags else Cell(DASH, "")
    source = row.source
    yield from (Cell(row.outcome), Cell(row.how), Cell(source.document), Cell(source.locator))
    yield from (Cell(source.address or ""), Cell(source.verification))
    yield from (Cell(source.derivation or ""), Cell(source.file), number(source.line))


def arm_text(side: ArmNumbers) -> str:
    """What one side contributed: "13/27", "4.1 (SD 2.0), n 20", or a dash."""
    if side.events is not None and side.n is not None:
        return f"{NUMBERS.count(side.events)}/{NUMBERS.count(side.n)}"
    if side.mean is not None:
        sd = "" if side.sd is None else f" (SD {NUMBERS.fixed(side.sd, 2)})"
        n = "" if side.n is None else f", n {side.n}"
        return f"{NUMBERS.fixed(side.mean, 2)}{sd}{n}"
    return DASH if side.n is None else f"n {side.n}"
