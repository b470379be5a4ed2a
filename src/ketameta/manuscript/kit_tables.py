"""The tables of a manuscript with their labels: all that its text speaks of, and the checklist."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ketameta.manuscript.checklist import checklist
from ketameta.manuscript.docx_table import CaptionedTable
from ketameta.manuscript.subject_matter import SubjectMatter
from ketameta.manuscript.table_groups import TableGroup, table_groups
from ketameta.manuscript.texts import ManuscriptTexts
from ketameta.tables.table import Table

CHECKLIST = "prisma-checklist"


@dataclass(frozen=True, slots=True)
class TableFile:
    """Tables that stand in one file."""

    name: str
    title: str
    tables: tuple[CaptionedTable, ...]


def table_files(subject: SubjectMatter, texts: ManuscriptTexts) -> tuple[TableFile, ...]:
    """Every table, numbered through the files; files without a table are left out."""
    groups = table_groups(subject)
    last = groups[-1].numbers.stop if groups else 1
    named = (checklist(subject, texts),)
    return tuple(map(_file, (*groups, TableGroup(CHECKLIST, "PRISMA 2020 checklist", named, last))))


def _file(group: TableGroup) -> TableFile:
    pairs = zip(group.tables, group.numbers, strict=True)
    labelled = (CaptionedTable(_without_places(table), f"Table {n}") for table, n in pairs)
    return TableFile(group.name, group.title, tuple(labelled))


def _without_places(table: Table) -> Table:
    """The table without links to places of the report, which the kit does not hold."""
    rows = tuple(
        replace(
            row,
            cells=tuple(
                replace(cell, href="") if cell.href.startswith("#") else cell for cell in row.cells
            ),
        )
        for row in table.rows
    )
    return replace(table, rows=rows)
