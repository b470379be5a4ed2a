"""The checklist and the sums of the flow diagram as tables."""

from __future__ import annotations

from collections.abc import Sequence

from ketameta.appraisal.prisma.checklist import MISSING, CheckedItem, counted_states
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
    caption = f"PRISMA 2020 checklist: {counted_states(items)}"
    return Table("prisma-checklist", caption, columns, rows)


def short_checklist(items: Sequence[CheckedItem]) -> Table:
    """The checklist for a terminal: what is reported, or what is asked where nothing is."""
    columns = (
        Column("item", "Item", "number"),
        Column("topic", "Topic"),
        Column("state", "State"),
        Column("text", "Text"),
    )
    rows = tuple(
        Row((Cell(c.item.number), Cell(c.item.topic), Cell(c.state), Cell(_reported(c))))
        for c in items
    )
    caption = f"PRISMA 2020 checklist: {counted_states(items)}"
    note = "What every item asks, who answers it and where: --format md or csv."
    return Table("prisma-checklist", caption, columns, rows, (note,))


def _reported(checked: CheckedItem) -> str:
    return f"{checked.item.asks} {checked.text}" if checked.state == MISSING else checked.text


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
