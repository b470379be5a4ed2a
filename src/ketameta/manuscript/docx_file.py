"""A Word document as bytes: the same content gives the same file, and every text stays text."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any

from ketameta.manuscript.house_styles import HouseStyle

if TYPE_CHECKING:
    from docx.document import Document as Word

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip archive can hold."""
REPLACED = "\N{REPLACEMENT CHARACTER}"
"""Stands for a character that XML 1.0 cannot hold."""
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAMED = re.compile(r"[^A-Za-z0-9_]+")
LONGEST_BOOKMARK = 40
"""Characters that Word allows in the name of a bookmark."""


def legal(text: str) -> str:
    """The text with every character that XML 1.0 forbids replaced by a sign that says so."""
    return _ILLEGAL.sub(REPLACED, text)


def is_legal(text: str) -> bool:
    """Whether nothing of the text has to be replaced."""
    return _ILLEGAL.search(text) is None


def new_document(title: str, style: HouseStyle) -> Word:
    """An empty document in the house's font, with page numbers and fixed properties."""
    from docx import Document

    word = Document()
    properties = word.core_properties
    properties.title = legal(title)
    properties.author = properties.last_modified_by = "ketameta"
    properties.comments = properties.subject = properties.keywords = ""
    properties.language = "en-GB"
    properties.created = properties.modified = datetime(*EPOCH)
    properties.revision = 1
    _fonts(word, style.font)
    _page_number(word.sections[0].footer.paragraphs[0])
    return word


def saved(word: Word) -> bytes:
    """The document as a file, its parts sorted and without the time of writing."""
    buffer, out = BytesIO(), BytesIO()
    word.save(buffer)
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            part = zipfile.ZipInfo(name, EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            part.create_system = 3
            new.writestr(part, old.read(name))
    return out.getvalue()


def bookmark(paragraph: Any, name: str, number: int) -> None:
    """Mark a paragraph so that Word can jump to it, and so that its id survives editing."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    label = bookmark_name(name)
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    start.set(qn("w:id"), str(number))
    start.set(qn("w:name"), label)
    end.set(qn("w:id"), str(number))
    element = paragraph._p
    place = 1 if element.pPr is not None else 0
    element.insert(place, start)
    element.append(end)


def bookmark_name(name: str) -> str:
    """The name of the bookmark of an id; long ids are cut and end in a mark of their own."""
    label = _NAMED.sub("_", name)
    if len(label) <= LONGEST_BOOKMARK:
        return label
    mark = sha256(name.encode()).hexdigest()[:6]
    return f"{label[: LONGEST_BOOKMARK - 7]}_{mark}"


def _fonts(word: Word, font: str) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    for name, size in (
        ("Normal", 11),
        ("Title", 18),
        ("Heading 1", 15),
        ("Heading 2", 12),
        ("Caption", 10),
    ):
        look = word.styles[name]
        look.font.name, look.font.size = font, Pt(size)
        look.font.color.rgb = RGBColor(0, 0, 0)
        fonts = look.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), font)
        fonts.set(qn("w:cs"), font)


def _page_number(paragraph: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
