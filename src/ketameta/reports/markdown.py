"""A report's summary in Markdown, as GitHub shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ketameta.reports.document import Document
from ketameta.reports.headline import FlagLine
from ketameta.reports.provenance import ketameta_version
from ketameta.reports.question_section import QuestionSection
from ketameta.synthesis.answer import Answer
from ketameta.tables.effects import study_effects
from ketameta.tables.markdown import escape, to_markdown
from ketameta.tables.table import Cell, Row, Table

FULL_REPORT = (
    "The full report, index.html, has every study with its sources, every study left out with the "
    "reason, and what is missing and where it lies."
)


def summary(document: Document, *, figures: Mapping[str, str], with_hash: bool = True) -> str:
    """The summary of a report; the same report gives the same bytes on every machine.

    Parameters
    ----------
    figures
        Address of a question's figure, relative to the summary, by the question's id; questions
        without one are shown without.
    with_hash
        Whether the hash of the files read is given; a summary that is committed beside them does
        without, so that a change of a comment does not make it stale.
    """
    blocks = [
        f"# {escape(document.title)}",
        escape(document.purpose),
        *_brief(document),
        *_against(document),
        "## All questions",
        to_markdown(_without_links(document.overview)),
        "## The questions, one by one",
    ]
    for section, answer in zip(document.questions, document.answers, strict=True):
        blocks += _question(section, answer, figures)
    blocks += ["## Key to the flags", to_markdown(_key(document.flag_key))]
    blocks += _made(document, with_hash=with_hash)
    return "\n\n".join(blocks) + "\n"


def _brief(document: Document) -> Iterator[str]:
    head = document.headline
    yield "## In brief"
    yield f"**{escape(head.lead)}**"
    yield " ".join(escape(sentence) for sentence in head.caveats)
    if head.restricted:
        yield "When only some of these studies count:"
        yield _list(f"**{escape(title)}**: {escape(found)}." for title, found in head.restricted)
    yield escape(head.certainty)


def _against(document: Document) -> Iterator[str]:
    yield "## What stands against it"
    if document.pool_flags:
        yield _list(_flag(line) for line in document.pool_flags)
    if document.study_flags:
        yield "On the studies:"
        yield _list(
            f"`{line.code}` {escape(line.title)}: {line.found} "
            f"({', '.join(escape(label) for _, label in line.studies)})"
            for line in document.study_flags
        )
    if document.limits:
        yield "On the evidence as a whole:"
        yield _list(escape(limit) for limit in document.limits)


def _question(
    section: QuestionSection, answer: Answer, figures: Mapping[str, str]
) -> Iterator[str]:
    yield f"### {escape(section.title)}"
    yield f"*{escape(section.text)}*"
    yield escape(section.lead)
    if section.forest is None:
        yield from _missing(section)
        return
    if section.sentences:
        yield " ".join(escape(sentence) for sentence in section.sentences)
    if section.id in figures:
        yield f"![{escape(section.forest.alt)}]({figures[section.id]})"
    yield to_markdown(_without_links(study_effects(answer)))
    if section.flags:
        yield _list(_flag(line) for line in section.flags)
    if section.heterogeneity_table is not None:
        yield escape(" ".join(section.heterogeneity))
        yield to_markdown(section.heterogeneity_table)
    for table in section.robustness:
        yield to_markdown(table)
    if section.restricted:
        yield "When only some studies count:"
        yield _list(f"{escape(title)}: {escape(found)}." for title, found in section.restricted)
    if section.left_out:
        yield _left_out(section)


def _missing(section: QuestionSection) -> Iterator[str]:
    if section.wanted is not None:
        yield "What is missing, and where it lies:"
        yield _list(
            f"{escape(item.label)}: {escape(item.reason)}"
            + (f" Where to find it: {escape(item.where)}" if item.where else "")
            for item in section.wanted.studies
        )
    yield _left_out(section)


def _left_out(section: QuestionSection) -> str:
    reasons = ", ".join(
        f"{group.heading[:1].lower()}{group.heading[1:]} ({len(group.studies)})"
        for group in section.left_out
    )
    return f"Left out, {section.left_out_count} studies: {escape(reasons)}."


def _flag(line: FlagLine) -> str:
    return f"`{line.code}` **{escape(line.title)}** ({line.severity}): {escape(line.found)}"


def _made(document: Document, *, with_hash: bool) -> Iterator[str]:
    source = document.provenance
    files = f" from {len(source.files)} files with hash `{source.short}`" if with_hash else ""
    yield "## How this was made"
    yield (
        f"Records gathered up to {escape(document.search_date)}. Made by ketameta "
        f"{ketameta_version()}{files}. {FULL_REPORT}"
    )


def _list(items: Iterator[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _key(table: Table) -> Table:
    """The key of flags with code and name in one cell, without thresholds and literature."""
    kept = [i for i, c in enumerate(table.columns) if c.key in ("code", "severity", "meaning")]
    rows = tuple(
        Row(
            (
                Cell(f"{row.cells[kept[0]].text} {row.cells[kept[0]].detail}"),
                *(Cell(row.cells[i].text) for i in kept[1:]),
            )
        )
        for row in table.rows
    )
    return Table(table.id, "", tuple(table.columns[i] for i in kept), rows)


def _without_links(table: Table) -> Table:
    """The same table; places of the HTML page are no places of the summary."""
    rows = tuple(
        Row(
            tuple(
                Cell(c.text, c.value, c.detail, "" if c.href.startswith("#") else c.href, c.marks)
                for c in row.cells
            ),
            row.kind,
        )
        for row in table.rows
    )
    return Table(table.id, table.caption, table.columns, rows, table.notes)
