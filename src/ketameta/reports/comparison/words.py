"""A comparison in words: Markdown for a pull request, plain data for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ketameta.reports.comparison.compare import AnswerChange, Comparison, Verdict, sentence
from ketameta.reports.comparison.record_changes import CHANGED, RecordChange
from ketameta.reports.lock_table import Move
from ketameta.tables.formatting import counted
from ketameta.tables.markdown import escape, to_markdown
from ketameta.tables.table import Cell, Column, Row, Table

MOST_FIELDS = 40
"""So many changed fields of a record are listed; the rest is counted."""
SAME = "No record changed and no number moved."


def markdown(found: Comparison, pictures: Mapping[str, str]) -> str:
    """The comparison as Markdown.

    Parameters
    ----------
    pictures
        Addresses of before/after forest plots by the id of the question.
    """
    return "\n".join(_markdown(found, pictures)) + "\n"


def summary(found: Comparison) -> str:
    """One line: how many records changed, and in how many questions something moved."""
    if found.same:
        return SAME
    main = sum(change.main_moved for change in found.answers)
    return (
        f"{counted(len(found.records), 'study record')} changed; the main answer of "
        f"{counted(main, 'question')} moved, other numbers in "
        f"{counted(len(found.answers) - main, 'question')}; certainty of "
        f"{counted(len(found.certainty), 'answer')} and {counted(len(found.claims), 'verdict')} "
        "moved."
    )


def _markdown(found: Comparison, pictures: Mapping[str, str]) -> Iterator[str]:
    yield f"# What changed from {escape(found.before)} to {escape(found.now)}"
    yield ""
    yield summary(found)
    if found.same:
        return
    yield ""
    yield "Both states were computed by the same version of the program."
    moved = [change for change in found.answers if change.main_moved]
    if moved:
        yield from ("", "## Answers", "")
    for change in moved:
        yield f"### {escape(change.title)}"
        yield ""
        yield escape(sentence(change))
        yield ""
        yield from (f"- {line}" for line in _flag_lines(change))
        if change.id in pictures:
            yield f"\n![Before and after]({pictures[change.id]})"
        yield ""
    for heading, verdicts in (("Certainty", found.certainty), ("Claims", found.claims)):
        if verdicts:
            yield from ("", f"## {heading}", "")
            yield from (f"- {escape(v.title)}: {v.before} → {v.now}" for v in verdicts)
    if found.records:
        yield from ("", "## Records", "")
        for record in found.records:
            yield from _record(record)
    if found.excluded:
        yield from ("", "## Excluded reports", "")
        yield from (
            f"- {'added' if sign == '+' else 'removed'}: {name}" for sign, name in found.excluded
        )
    if found.answers:
        yield from ("", "## Every number that moved", "")
        yield to_markdown(moves_table(found))


def _flag_lines(change: AnswerChange) -> Iterator[str]:
    """Flags raised or lifted on the main analysis, in words."""
    for move in change.moves:
        if move.analysis == "main" and move.number.startswith("flag "):
            yield f"{escape(move.number)}: {move.accepted} → {move.now}"


def _record(record: RecordChange) -> Iterator[str]:
    yield f"- **{escape(record.label)}** (`{record.study}`): {record.kind}"
    if record.kind != CHANGED:
        return
    for field in record.fields[:MOST_FIELDS]:
        yield f"  - `{field.path}`: {escape(field.before)} → {escape(field.now)}"
    more = len(record.fields) - MOST_FIELDS
    if more > 0:
        yield f"  - and {counted(more, 'further field')}"


def moves_table(found: Comparison) -> Table:
    """One row per number that moved."""
    columns = (
        Column("question", "Question"),
        Column("analysis", "Analysis"),
        Column("number", "Number"),
        Column("before", "Before"),
        Column("now", "Now"),
    )
    rows = tuple(Row(tuple(map(Cell, _cells(m)))) for c in found.answers for m in c.moves)
    return Table("moves", f"{len(rows)} numbers moved", columns, rows)


def _cells(move: Move) -> tuple[str, ...]:
    return (move.question, move.analysis, move.number, move.accepted, move.now)


def plain(found: Comparison) -> dict[str, Any]:
    """The comparison as plain data."""
    return {
        "schema": "ketameta.diff/1",
        "before": found.before,
        "now": found.now,
        "same": found.same,
        "summary": summary(found),
        "records": [
            {
                "study": record.study,
                "label": record.label,
                "kind": record.kind,
                "fields": [
                    {"path": f.path, "before": f.before, "now": f.now} for f in record.fields
                ],
            }
            for record in found.records
        ],
        "excluded": [{"change": sign, "id": name} for sign, name in found.excluded],
        "certainty": [_verdict(v) for v in found.certainty],
        "claims": [_verdict(v) for v in found.claims],
        "questions": [
            {
                "question": change.id,
                "title": change.title,
                "main_moved": change.main_moved,
                "sentence": sentence(change),
                "moves": [
                    {"analysis": m.analysis, "number": m.number, "before": m.accepted, "now": m.now}
                    for m in change.moves
                ],
            }
            for change in found.answers
        ],
    }


def _verdict(verdict: Verdict) -> dict[str, str]:
    return {
        "id": verdict.id,
        "title": verdict.title,
        "before": verdict.before,
        "now": verdict.now,
    }
