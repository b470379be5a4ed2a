"""A comparison in words: what to say in which order, as Markdown, and as plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ketameta.counting import counted
from ketameta.reports.comparison.before_after import before_after_table
from ketameta.reports.comparison.compare import AnswerChange, Comparison
from ketameta.reports.comparison.conclusions import (
    DRAFTED,
    DRAFTED_AGAIN,
    MOVED,
    STANDING,
    WENT_STALE,
    StaleDecision,
    Verdict,
)
from ketameta.reports.comparison.record_changes import CHANGED, RecordChange
from ketameta.reports.comparison.sentences import conclusion_sentences, sentence, sentences
from ketameta.reports.lock_table import Move
from ketameta.tables.findings import MAIN
from ketameta.tables.markdown import escape, to_markdown
from ketameta.tables.table import Cell, Column, Row, Table

MOST_FIELDS = 40
"""So many changed fields of a record are listed; the rest is counted."""
MOST_ROWS = 30
"""So many numbers that moved are listed in a text; CSV and JSON have all."""
NO_MAIN = "no main answer moved"
NO_VERDICT = "no verdict on a claim moved"
JUDGED = {
    WENT_STALE: "went stale",
    DRAFTED_AGAIN: "that had been stale were drafted again and say the same",
    STANDING: "say the same with others behind them",
}
SAME = "No record changed and no number moved."
SECTION, PART, TEXT, ITEM, TABLE, FOLD = "section", "part", "text", "item", "table", "fold"


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of the text: a section or part of one with its title, a paragraph, an item, a table.

    A `fold` is a table under its title that a page may keep closed.
    """

    kind: str
    text: str
    table: Table | None = None


def told(found: Comparison, pictures: Mapping[str, str]) -> Iterator[Said]:
    """Everything that is said below the title, in order.

    Parameters
    ----------
    pictures
        Where before/after forest plots were written, by the id of the question.
    """
    yield Said(TEXT, summary(found))
    yield from (Said(TEXT, note) for note in found.notes)
    if found.same:
        return
    if not found.accepted_only:
        yield Said(TEXT, "Both states were computed by the same version of the program.")
    moved = [change for change in found.answers if change.main_moved]
    if moved:
        yield Said(SECTION, "Answers")
    for change in moved:
        yield from _answer(found, change, pictures.get(change.id))
    yield from _certainty(found)
    if found.claims:
        yield Said(SECTION, "Claims")
        yield from (Said(ITEM, _claim(v)) for v in found.claims)
    if found.records:
        yield Said(SECTION, "Records")
        for record in found.records:
            yield from (Said(ITEM, text) for text in _record(record))
    if found.excluded:
        yield Said(SECTION, "Excluded reports")
        for sign, name in found.excluded:
            yield Said(ITEM, f"{'added' if sign == '+' else 'removed'}: {name}")
    yield from _numbers(found)


def summary(found: Comparison) -> str:
    """How many records changed, and what moved and went stale by it."""
    if found.same:
        return SAME
    main = sum(change.main_moved for change in found.answers)
    other = len(found.answers) - main
    answers = f"the main answer of {counted(main, 'question')} moved" if main else NO_MAIN
    if other:
        answers += f", other numbers in {other} more" if main else f", other numbers in {other}"
    number = counted(len(found.records), "study record") if found.records else "No study record"
    records = f"{number} changed; {answers}."
    if found.accepted_only:
        return f"{records} Certainty and verdicts on claims could not be compared."
    return f"{records} In what follows from it, {_rated(found)}; {_judged(found)}."


def _rated(found: Comparison) -> str:
    moved, stale = len(found.certainty), len(found.stale)
    certainty = (
        f"the certainty of {counted(moved, 'answer')} moved" if moved else ("no certainty moved")
    )
    if stale:
        certainty += f", but {counted(stale, 'decision')} on certainty went stale"
    return certainty


def _judged(found: Comparison) -> str:
    """How many verdicts on claims moved, went stale, were drafted again, in this order."""
    counts = Counter(verdict.change for verdict in found.claims)
    moved = counts[MOVED]
    first = f"{counted(moved, 'verdict')} on claims moved" if moved else NO_VERDICT
    rest = [f"{counts[change]} {words}" for change, words in JUDGED.items() if counts[change]]
    return f"{first}{', ' if moved else ', but '}{', '.join(rest)}" if rest else first


def markdown(found: Comparison, pictures: Mapping[str, str]) -> str:
    """The comparison as Markdown; see `told`."""
    lines = [f"# What changed from {escape(found.before)} to {escape(found.now)}"]
    for said in told(found, pictures):
        lines += _markdown(said, after_item=lines[-1].startswith("- "))
    return "\n".join(lines) + "\n"


def _markdown(said: Said, *, after_item: bool) -> Iterator[str]:
    text = escape(said.text)
    if said.kind == ITEM:
        yield from ([] if after_item else [""])
        yield f"- {text}"
        return
    yield ""
    if said.kind in (SECTION, PART):
        yield f"{'##' if said.kind == SECTION else '###'} {text}"
    elif said.table is None:
        yield text
    elif said.kind == TABLE:
        yield to_markdown(said.table)
    else:
        yield from ("<details>", f"<summary>{text}</summary>", "")
        yield from (to_markdown(said.table), "", "</details>")


def _answer(found: Comparison, change: AnswerChange, picture: str | None) -> Iterator[Said]:
    yield Said(PART, change.title)
    yield Said(TEXT, sentence(change))
    if found.conclusions and change.id in found.conclusions and change.now and change.before:
        yield Said(TEXT, " ".join(conclusion_sentences(found.conclusions[change.id])))
    if change.accepted_only:
        table = _main_moves(change)
    else:
        table = before_after_table(change, (found.before, found.now))
    if table.rows:
        yield Said(TABLE, "", table)
    if picture is not None:
        yield Said(
            TEXT,
            f"The same as a forest plot: {picture}, among the files written with this text (in "
            "automatic checks, in their artifact).",
        )


def _certainty(found: Comparison) -> Iterator[Said]:
    if not (found.certainty or found.stale):
        return
    yield Said(SECTION, "Certainty")
    for verdict in found.certainty:
        yield Said(ITEM, f"{verdict.title}: {verdict.before} → {verdict.now}")
    if found.stale:
        yield Said(TEXT, "Decisions that rest on numbers of before and must be looked at again:")
    for decision in found.stale:
        yield Said(ITEM, _stale(decision))
    if found.stale_already:
        yield Said(
            TEXT,
            f"{counted(found.stale_already, 'further decision')} had gone stale before; "
            "ketameta check lists all.",
        )


def _stale(decision: StaleDecision) -> str:
    return (
        f"{decision.title}, {decision.domain}: “{decision.level}” was decided on other inputs "
        f"({decision.moved})"
    )


def _claim(verdict: Verdict) -> str:
    name = f"{verdict.id} {verdict.title}"
    if verdict.change == DRAFTED_AGAIN:
        stays = verdict.now.removesuffix(f" ({DRAFTED})")
        return f"{name}: {stays}, as before; it was stale and was drafted again"
    return f"{name}: {verdict.why or f'{verdict.before} → {verdict.now}'}"


def _record(record: RecordChange) -> Iterator[str]:
    same = record.label == record.study
    name = record.study if same else f"{record.label} ({record.study})"
    if record.kind != CHANGED:
        yield f"{name}: {record.kind}"
        return
    for field in record.fields[:MOST_FIELDS]:
        yield f"{name}: {field.path}: {field.before} → {field.now}"
    more = len(record.fields) - MOST_FIELDS
    if more > 0:
        yield f"{name}: and {counted(more, 'further field')}"


def _numbers(found: Comparison) -> Iterator[Said]:
    """The numbers of main analyses, folded, and how to get all."""
    every = [move for change in found.answers for move in change.moves]
    if not every:
        return
    main = [move for move in every if move.analysis in (MAIN, "")][:MOST_ROWS]
    yield Said(SECTION, "Every number that moved")
    if main:
        title = f"{len(main)} of {len(every)} numbers, those of main analyses"
        yield Said(FOLD, title, _table(main, ""))
    yield Said(
        TEXT, f"{counted(len(every), 'number')} moved in all; --format csv or json lists every one."
    )


def moves_table(found: Comparison) -> Table:
    """One row per number that moved."""
    every = [move for change in found.answers for move in change.moves]
    return _table(every, f"{len(every)} numbers moved")


def _main_moves(change: AnswerChange) -> Table:
    """What moved in the main analysis of one question."""
    columns = (Column("number", "Number"), Column("before", "Before"), Column("now", "Now"))
    main = [move for move in change.moves if move.analysis == MAIN]
    rows = (Row((Cell(m.number), Cell(m.accepted), Cell(m.now))) for m in main[:MOST_ROWS])
    return Table(f"moves-{change.id}", "", columns, tuple(rows))


def _table(moves: list[Move], caption: str) -> Table:
    columns = (
        Column("question", "Question"),
        Column("analysis", "Analysis"),
        Column("number", "Number"),
        Column("before", "Before"),
        Column("now", "Now"),
    )
    return Table("moves", caption, columns, tuple(Row(tuple(map(Cell, _cells(m)))) for m in moves))


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
        "notes": list(found.notes),
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
        "stale_decisions": [
            {
                "question": d.question,
                "title": d.title,
                "domain": d.domain,
                "level": d.level,
                "moved": d.moved,
            }
            for d in found.stale
        ],
        "claims": [
            _verdict(v) | {"change": v.change, "stale": v.stale, "why": v.why} for v in found.claims
        ],
        "questions": [_question(found, change) for change in found.answers],
    }


def _question(found: Comparison, change: AnswerChange) -> dict[str, Any]:
    conclusion = (found.conclusions or {}).get(change.id)
    return {
        "question": change.id,
        "title": change.title,
        "main_moved": change.main_moved,
        "sentences": list(sentences(change)),
        "statement_before": None if conclusion is None else conclusion.statement[0],
        "statement_now": None if conclusion is None else conclusion.statement[1],
        "moves": [
            {"analysis": m.analysis, "number": m.number, "before": m.accepted, "now": m.now}
            for m in change.moves
        ],
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "id": verdict.id,
        "title": verdict.title,
        "before": verdict.before,
        "now": verdict.now,
    }
