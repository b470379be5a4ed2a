"""Moderators of questions in every form that `ketameta moderators` offers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ketameta.cli.output import Output
from ketameta.cli.part_delivery import Parts, deliver_parts
from ketameta.cli.result_options import Delivery
from ketameta.cli.workspace import Workspace
from ketameta.errors import DataError
from ketameta.questions.loading import find_question
from ketameta.reports.moderators_part import moderators_part
from ketameta.synthesis.answering import answer
from ketameta.tables.table import Cell, Column, Row, Table

SIDE_BY_SIDE = 6
"""Studies that fit beside each other on a terminal."""

Wish = tuple[str | None, str | None, Path | None]
"""A question, a moderator, a review file; None for every, every, and the only one."""


def deliver_moderators(
    workspace: Workspace, wish: Wish, table: str, delivery: Delivery, output: Output
) -> None:
    """Answer the question, or all, and write what moderators show.

    Raises
    ------
    UsageError
        For a question, moderator or table that does not exist.
    DataError
        Where no question has two studies.
    """
    name, by, review_file = wish
    review = workspace.review(review_file)
    questions = review.questions if name is None else (find_question(review, name),)
    evidence = workspace.evidence(output)
    answers = [answer(question, review, evidence) for question in questions]
    found = moderators_part(answers, evidence, review, by)
    if not found:
        where = "no question has" if name is None else f"{name}: does not have"
        more = "ketameta list --questions" if name is None else f"ketameta pool {name}"
        raise DataError(
            f"{where} two studies with an estimate, so that there is nothing to compare. "
            f"{more} says more."
        )
    unasked = ("studies", "slopes") if by is None else ("studies", "levels", "slopes")
    parts = [
        Parts(
            part.question,
            f"Moderators: {part.found.question.title}",
            part.sentences,
            _shown(part.tables, delivery.style),
            tuple(name for name in unasked if part.tables[name].rows),
        )
        for part in found
    ]
    deliver_parts(parts, table, delivery)


def _shown(tables: Mapping[str, Table], style: str) -> dict[str, Table]:
    """The tables with something in them; on a terminal studies stand side by side."""
    found = {name: table for name, table in tables.items() if table.rows}
    if style == "table" and len(found["studies"].rows) <= SIDE_BY_SIDE:
        found["studies"] = _turned(found["studies"])
    return found


def _turned(table: Table) -> Table:
    """Columns as rows: the table's own are too many for a terminal."""
    readable = table.for_readers()
    names, *others = zip(*(row.cells for row in readable.rows), strict=True)
    columns = (Column("what", ""), *(Column(f"s{i}", n.text) for i, n in enumerate(names)))
    rows = tuple(
        Row((Cell(column.title), *cells))
        for column, cells in zip(readable.columns[1:], others, strict=True)
    )
    return Table(table.id, table.caption, columns, rows, table.notes)
