"""`ketameta changelog`: what was added to the evidence when, and what it did to each answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ketameta.cli.failures import FINE
from ketameta.cli.options import everywhere, review_option
from ketameta.cli.result_options import Delivery, result_options
from ketameta.cli.workspace import Workspace

if TYPE_CHECKING:
    from ketameta.reports.comparison.history import HistoryEntry
    from ketameta.tables.table import Table


@click.command(
    epilog="\b\nExamples:\n  ketameta changelog\n  ketameta changelog --limit 3 --format md\n"
)
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Only the newest N entries.")
@result_options("table", "json", "csv", "md")
@review_option
@everywhere
@click.pass_context
def changelog(
    ctx: click.Context, limit: int | None, delivery: Delivery, review_file: Path | None
) -> int:
    """Show what was added to the evidence when, and what it did.

    Read from the history of the lock in git: for every accepted state the records that came, went
    or changed, and what moved in the main answer of each question.
    """
    from ketameta.cli.table_delivery import deliver_table
    from ketameta.reports.comparison.history import history

    workspace = Workspace.of(ctx)
    folder = workspace.review_file(review_file).parent
    entries = history(workspace.root, folder, limit=limit)
    deliver_table(_table(entries), delivery.style, delivery.output())
    return FINE


def _table(entries: Sequence[HistoryEntry]) -> Table:
    from ketameta.tables.table import Cell, Column, Row, Table

    columns = (
        Column("day", "Day", "number"),
        Column("commit", "Commit", "number"),
        Column("records", "Records"),
        Column("moves", "What moved in main answers"),
        Column("subject", "Why"),
    )
    rows = tuple(
        Row(
            (
                Cell(entry.day),
                Cell(entry.commit),
                Cell(_records(entry)),
                Cell(_moves(entry)),
                Cell(entry.subject),
            )
        )
        for entry in entries
    )
    notes = (WHY_NOT,) if any(entry.moves is None for entry in entries) else ()
    return Table("changelog", "Changelog of the evidence, newest first", columns, rows, notes)


UNKNOWN = "not known *"
WHY_NOT = (
    "* The numbers of this state, or of the one before, were kept in a form that cannot be "
    "compared. Records that came, went or changed are known all the same; ketameta diff computes "
    "both states anew where this version can read their records."
)


def _moves(entry: HistoryEntry) -> str:
    if entry.moves is None:
        return UNKNOWN
    return "; ".join(map(str, entry.moves)) or "nothing"


def _records(entry: HistoryEntry) -> str:
    words = {"+": "added", "-": "removed", "~": "changed"}
    parts = []
    for sign, word in words.items():
        names = [Path(name).stem for mark, name in entry.records if mark == sign]
        if len(names) > 8:
            parts.append(f"{len(names)} {word}")
        elif names:
            parts.append(f"{word}: {', '.join(names)}")
    return "; ".join(parts) or "none"
