"""The tables of a manuscript with their labels: all that its text speaks of, and the checklist."""

from __future__ import annotations

from dataclasses import dataclass

from ketameta.manuscript.checklist import checklist
from ketameta.manuscript.docx_table import CaptionedTable
from ketameta.manuscript.subject_matter import SubjectMatter
from ketameta.manuscript.table_groups import TableGroup, table_groups
from ketameta.manuscript.texts import ManuscriptTexts

CHECKLIST = "prisma-checklist"


@dataclass(frozen=True, slots=True)
class TableFile:
    """Tables that stand in one file."""

    name: str
    title: str
    tables: tuple[CaptionedTable, ...]


def table_files(subject: SubjectMatter, texts: ManuscriptTexts) -> tuple[TableFile, ...]:
    """Every table, numbered through the files, and the checklist, which is no table of the text."""
    listed = CaptionedTable(checklist(subject, texts).without_places(), "Supplement 1")
    numbered = map(_file, table_groups(subject))
    return (*numbered, TableFile(CHECKLIST, "PRISMA 2020 checklist", (listed,)))


def _file(group: TableGroup) -> TableFile:
    pairs = zip(group.tables, group.numbers, strict=True)
    labelled = (CaptionedTable(table.without_places(), f"Table {n}") for table, n in pairs)
    return TableFile(group.name, group.title, tuple(labelled))
