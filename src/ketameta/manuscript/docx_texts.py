"""The texts of a manuscript as a Word document: numbered lines, raised citations, bookmarks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ketameta.manuscript.docx_file import bookmark, legal, new_document, saved
from ketameta.manuscript.house_styles import HouseStyle
from ketameta.manuscript.text_blocks import Run
from ketameta.manuscript.texts import NumberedBlock

if TYPE_CHECKING:
    from docx.document import Document as Word

LINE_SPACING = 1.5


def docx_texts(
    title: str,
    blocks: Sequence[NumberedBlock],
    references: Sequence[tuple[int, str]],
    style: HouseStyle,
) -> bytes:
    """A heading and a paragraph per block, bookmarked with its id, then the references."""
    word = new_document(title, style)
    _number_lines(word)
    word.add_heading(legal(title), level=0)
    for number, block in enumerate(blocks, start=1):
        heading = word.add_heading(legal(block.heading), level=2)
        bookmark(heading, block.id, number)
        add_runs(word.add_paragraph(), block.runs, style)
    if references:
        word.add_heading("References", level=2)
        for place, text in references:
            _reference(word.add_paragraph(), place, text)
    return saved(word)


def add_runs(paragraph: Any, runs: Sequence[Run], style: HouseStyle) -> None:
    """Put a block's text in a paragraph."""
    paragraph.paragraph_format.line_spacing = LINE_SPACING
    for run in runs:
        made = paragraph.add_run(legal(run.text))
        if run.cited and style.superscript:
            made.font.superscript = True


def _reference(paragraph: Any, number: int, text: str) -> None:
    from docx.shared import Cm

    look = paragraph.paragraph_format
    look.left_indent, look.first_line_indent = Cm(1), Cm(-1)
    look.tab_stops.add_tab_stop(Cm(1))
    paragraph.add_run(f"{number}.\t{legal(text)}")


def _number_lines(word: Word) -> None:
    """Lines numbered through the document, as reviewers of journals ask."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    section = word.sections[0]._sectPr
    numbers = OxmlElement("w:lnNumType")
    numbers.set(qn("w:countBy"), "5")
    numbers.set(qn("w:restart"), "continuous")
    place = section.find(qn("w:cols"))
    (place.addprevious if place is not None else section.append)(numbers)
