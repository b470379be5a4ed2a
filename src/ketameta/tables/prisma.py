"""The checklist and the sums of the flow diagram as tables."""

from __future__ import annotations

from collections.abc import Sequence

from ketameta.appraisal.prisma.checklist import CheckedItem
from ketameta.appraisal.prisma.sums import SumCheck
from ketameta.tables.table import Cell, Column, Row, Table


def checklist_table(items: Sequence[CheckedItem]) -> Table:
    """One row per item: what it asks for, whether it is answered, by whom, and where."""
    columns = (
        Column("section", "Section"),
        Column("item", "Item"),
        Column("topic", "Topic"),
        Column("asks", "What is asked"),
        Column("state", "State"),
        Column("by", "Who answers"),
        Column("text", "Text"),
        Column("where", "Where"),
    )
    rows = tuple(
        Row(
            (
                Cell(checked.item.section),
                Cell(checked.item.number),
                Cell(checked.item.topic),
                Cell(checked.item.asks),
                Cell(checked.state),
                Cell(checked.item.by),
                Cell(checked.text),
                _where(checked.where),
            )
        )
        for checked in items
    )
    done = sum(checked.state == "done" for checked in items)
    caption = f"PRISMA 2020 checklist: {done} of {len(items)} items answered"
    return Table("prisma-checklist", caption, columns, rows)


def _where(where: str) -> Cell:
    if where.startswith("#"):
        return Cell("see the report", where, href=where)
    return Cell(where)


def sums_table(checks: Sequence[SumCheck]) -> Table:
    """One row per sum of the flow diagram."""
    columns = (Column("code", "Sum"), Column("state", "State"), Column("message", "In numbers"))
    rows = tuple(
        Row((Cell(check.code), Cell(check.state), Cell(check.message))) for check in checks
    )
    broken = sum(check.state == "broken" for check in checks)
    caption = f"Sums of the flow diagram: {broken} broken"
    return Table("prisma-sums", caption, columns, rows)
