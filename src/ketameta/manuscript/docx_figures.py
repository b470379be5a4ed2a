"""The figures of a manuscript in a Word document, each with its legend and alternative text."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from ketameta.manuscript.docx_file import legal, new_document, saved
from ketameta.manuscript.figures import ManuscriptFigure
from ketameta.manuscript.house_styles import HouseStyle

WIDEST, TALLEST = 17.0, 20.0
"""Centimetres between the margins of an upright page, less the room for a legend."""


def docx_figures(
    title: str, figures: Sequence[tuple[ManuscriptFigure, bytes]], style: HouseStyle
) -> bytes:
    """Every figure on a page of its own, as the PNG file given (Word cannot hold SVG here).

    Parameters
    ----------
    figures
        Each with the bytes of its PNG file.
    """
    from docx.enum.text import WD_BREAK
    from docx.shared import Cm, Emu

    word = new_document(title, style)
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.0)
    for place, (figure, png) in enumerate(figures):
        paragraph = word.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        if place:
            paragraph.add_run().add_break(WD_BREAK.PAGE)
        picture = paragraph.add_run().add_picture(BytesIO(png))
        scale = min(Cm(WIDEST) / picture.width, Cm(TALLEST) / picture.height, 1.0)
        picture.width = Emu(picture.width * scale)
        picture.height = Emu(picture.height * scale)
        described = picture._inline.docPr
        described.set("descr", legal(figure.alt))
        described.set("title", legal(figure.title))
        caption = word.add_paragraph(style="Caption")
        caption.add_run(f"Figure {figure.number}. {legal(figure.title)}. ").bold = True
        caption.add_run(legal(figure.legend_in(style))).bold = False
    return saved(word)
