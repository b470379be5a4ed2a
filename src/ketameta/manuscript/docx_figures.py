"""The figures of a manuscript in a Word document, each with its legend and alternative text."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from ketameta.manuscript.docx_file import legal, new_document, saved
from ketameta.manuscript.figures import ManuscriptFigure
from ketameta.manuscript.house_styles import HouseStyle

UPRIGHT, TURNED = (17.0, 20.0), (25.7, 12.5)
"""Centimetres between the margins of a page, less the room for a legend."""


def docx_figures(
    title: str, figures: Sequence[tuple[ManuscriptFigure, bytes]], style: HouseStyle
) -> bytes:
    """Every figure on a page of its own, as the PNG file given (Word cannot hold SVG here).

    A page is turned for a figure that is larger there, so that its text stays readable.

    Parameters
    ----------
    figures
        Each with the bytes of its PNG file.
    """
    from docx.shared import Emu

    word = new_document(title, style)
    for place, (figure, png) in enumerate(figures):
        section = word.sections[0] if place == 0 else word.add_section()
        paragraph = word.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        picture = paragraph.add_run().add_picture(BytesIO(png))
        scale, turned = _fit(picture.width, picture.height)
        _page(section, turned=turned)
        picture.width = Emu(round(picture.width * scale))
        picture.height = Emu(round(picture.height * scale))
        described = picture._inline.docPr
        described.set("descr", legal(figure.alt))
        described.set("title", legal(figure.title))
        caption = word.add_paragraph(style="Caption")
        caption.add_run(f"Figure {figure.number}. {legal(figure.title)}. ").bold = True
        caption.add_run(legal(figure.legend_in(style))).bold = False
    return saved(word)


def _fit(width: int, height: int) -> tuple[float, bool]:
    """By how much a picture is made smaller, and whether on a turned page, where it is larger."""
    from docx.shared import Cm

    upright, turned = (
        min(Cm(wide) / width, Cm(tall) / height, 1.0) for wide, tall in (UPRIGHT, TURNED)
    )
    return max(upright, turned), turned > upright


def _page(section: Any, *, turned: bool) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm

    wide, tall = (Cm(29.7), Cm(21.0)) if turned else (Cm(21.0), Cm(29.7))
    section.orientation = WD_ORIENT.LANDSCAPE if turned else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = wide, tall
    section.left_margin = section.right_margin = Cm(2.0)
