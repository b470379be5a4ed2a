"""The PRISMA 2020 checklist of a manuscript: for every item where in the kit it is answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ketameta.appraisal.prisma.checklist import CheckedItem
from ketameta.manuscript.subject_matter import SubjectMatter
from ketameta.manuscript.texts import ManuscriptTexts, NumberedBlock
from ketameta.reports.methods_text import methods_text
from ketameta.reports.prisma_part import prisma_part
from ketameta.tables.prisma import checklist_table
from ketameta.tables.table import Table

FILES = {
    "16a": "Figure 1",
    "16b": "Table of reports left out",
    "17": "Table of characteristics",
    "18": "Table of risk of bias",
    "19": "Tables of results of each study, forest plots",
    "22": "Summary of findings",
}
"""Items that a table or figure of the kit answers."""


def checklist(subject: SubjectMatter, texts: ManuscriptTexts) -> Table:
    """The checklist, with places in the manuscript."""
    words = methods_text(subject.review, subject.evidence, subject.answers)
    part = prisma_part(
        subject.prisma,
        subject.evidence,
        subject.answers,
        words,
        places=("risk-of-bias", "certainty"),
    )
    return checklist_table([_placed(item, texts) for item in part.items])


def _placed(item: CheckedItem, texts: ManuscriptTexts) -> CheckedItem:
    number = item.item.number
    own = item.where if item.where and not item.where.startswith("#") else ""
    place = own or FILES.get(number) or "; ".join(_headings(number, texts))
    return replace(item, where=place)


def _headings(number: str, texts: ManuscriptTexts) -> Iterator[str]:
    """Headings of the paragraphs on an item; of the questions only that there are some."""
    for part, blocks in (
        ("Methods", texts.methods),
        ("Results", texts.results),
        ("Statements", texts.statements),
    ):
        found = [block for block in blocks if number in block.prisma]
        single = [block for block in found if not _of_a_question(block)]
        if len(single) < len(found):
            yield f"{part}: question by question"
        yield from (f"{part}: {block.heading}" for block in single)


def _of_a_question(block: NumberedBlock) -> bool:
    return block.id.count(".") > 1
