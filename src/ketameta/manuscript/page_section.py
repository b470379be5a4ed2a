"""The texts of a manuscript as a section of the page, to be read and copied."""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.manuscript.texts import ManuscriptTexts, NumberedBlock
from ketameta.reports.section import END, Fold, Listed, Section, Subsection

ANCHOR = "manuscript"
PARTS = (("methods", "Methods"), ("results", "Results"), ("statements", "Statements"))


def manuscript_section(texts: ManuscriptTexts) -> Section:
    """A fold for methods, results, statements and legends, and the list of references."""
    return Section(ANCHOR, "Texts for a manuscript", END, tuple(_pieces(texts)))


def _pieces(texts: ManuscriptTexts) -> Iterator[str | Fold]:
    yield (
        "Paragraphs with numbered citations, to be copied. The same with tables for Word, figures "
        "and files for reference managers is written by: ketameta manuscript."
    )
    for part, title in (*PARTS, ("legends", "Legends of the figures")):
        yield Fold(title, _subsections(getattr(texts, part)))
    lines = tuple((f"{n}.", text) for n, text in enumerate(texts.references, start=1))
    yield Fold(f"References ({len(lines)})", (Listed(lines),))


def _subsections(blocks: tuple[NumberedBlock, ...]) -> tuple[Subsection, ...]:
    """The anchor of each block is its id, so that a paragraph can be linked to."""
    return tuple(
        Subsection(block.heading, (block.text,), block.id.replace(".", "-")) for block in blocks
    )
