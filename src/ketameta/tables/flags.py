"""Flags: the key to the codes, and every flag that was raised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ketameta.appraisal.catalog import FLAGS, FlagKind
from ketameta.questions.question import InformationSize, Thresholds
from ketameta.synthesis.answer import Answer, Flag
from ketameta.tables.findings import analyses
from ketameta.tables.table import FILES, READERS, Cell, Column, Mark, Row, Table

SEVERITIES = ("serious", "caution", "info")


def flag_key(thresholds: Thresholds) -> Table:
    """What each code means, from which threshold on, and who described it."""
    columns = (
        Column("code", "Flag"),
        Column("title", "Name", audience=FILES),
        Column("scope", "Raised on"),
        Column("severity", "Weight"),
        Column("meaning", "What it means"),
        Column("threshold", "Threshold", audience=FILES),
        Column("reference", "Reference"),
    )
    rows = tuple(
        Row(
            (
                Cell(kind.code, detail=kind.title, marks=(Mark(kind.code, kind.severity),)),
                Cell(kind.title),
                Cell(kind.scope),
                Cell(kind.severity),
                Cell(kind.meaning, detail=_threshold(kind, thresholds)),
                Cell(_threshold(kind, thresholds)),
                Cell(kind.reference),
            ),
            anchor=f"flag-{kind.code}",
        )
        for kind in FLAGS.values()
    )
    return Table(
        "flag-key",
        "What each flag means, from which threshold on, and who described it",
        columns,
        rows,
    )


def _threshold(kind: FlagKind, thresholds: Thresholds) -> str:
    if kind.threshold is None:
        return ""
    found = getattr(thresholds, kind.threshold)
    if isinstance(found, InformationSize):
        return f"Threshold: {float(found.power) * 100:g} % power. {found.source}"
    return f"Threshold: {found.value:f}. {found.source}"


def flags_raised(answers: Sequence[Answer]) -> Table:
    """Every flag of every analysis, on studies and on pools, for files."""
    keys = ("question", "kind", "analysis", "scope", "study", "code", "severity", "found")
    rows = tuple(_raised(answers))
    columns = tuple(Column(key, key, audience=FILES) for key in keys)
    return Table("flags", "Flags raised", columns, rows)


def _raised(answers: Sequence[Answer]) -> Iterator[Row]:
    for answer in answers:
        for kind, analysis in analyses(answer):
            start = (answer.question.id, kind, analysis.id)
            for flag in analysis.flags:
                yield _row((*start, "pool", ""), flag)
            for row in analysis.rows:
                for flag in row.flags:
                    yield _row((*start, "study", row.study), flag)


def _row(start: tuple[str, ...], flag: Flag) -> Row:
    texts = (*start, flag.code, flag.severity, flag.message)
    return Row(tuple(Cell(text) for text in texts))


def study_flags_table(answer: Answer) -> Table:
    """Every flag on the studies of a main analysis, spelled out, the weightiest first."""
    columns = (
        Column("study", "Study"),
        Column("flag", "Flag", audience=READERS),
        Column("found", "What was found"),
    )
    rows = tuple(
        Row(
            (
                Cell(row.label, href=f"#study-{row.study}"),
                Cell(
                    flag.code,
                    detail=FLAGS[flag.code].title,
                    marks=(Mark(flag.code, flag.severity, flag.message),),
                ),
                Cell(flag.message),
            )
        )
        for row in answer.main.rows
        for flag in by_severity(row.flags)
    )
    caption = "Flags on the studies, in words"
    return Table(f"flags-{answer.question.id}", caption, columns, rows)


def by_severity(flags: Sequence[Flag]) -> list[Flag]:
    """Flags from the weightiest to the lightest, otherwise in the order given."""
    return sorted(flags, key=lambda flag: _rank(flag.severity))


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)
