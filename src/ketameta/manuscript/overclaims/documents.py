"""Texts to look at: files with everything masked that is not the author's own prose.

Masked characters become spaces, so that every place keeps its line and column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ketameta.errors import DataError, UsageError
from ketameta.manuscript.overclaims import markup
from ketameta.manuscript.overclaims.quoted_keys import masked_yaml

LARGEST = 20_000_000
"""Bytes; a longer text is no manuscript."""

MASKS: dict[str, Callable[[str], str]] = {
    ".md": markup.markdown,
    ".markdown": markup.markdown,
    ".html": markup.html,
    ".htm": markup.html,
    ".j2": markup.html,
    ".tex": markup.tex,
    ".yaml": masked_yaml,
    ".yml": masked_yaml,
    ".txt": markup.plain,
    ".rst": markup.plain,
    "": markup.plain,
}
WORD = ".docx"
OTHERS_WORDS = frozenset({"Quote", "Intense Quote", "Reported words"})
"""Styles of Word paragraphs that hold the words of others, or tell them."""
KINDS = (*(suffix for suffix in MASKS if suffix), WORD)


@dataclass(frozen=True, slots=True)
class TextDocument:
    """A text to look at.

    Attributes
    ----------
    name
        As findings name it.
    raw
        The text as it stands, from which waivers are read.
    prose
        The same with all but the author's own words masked; of equal length.
    """

    name: str
    raw: str
    prose: str

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1; in Word files the line is the paragraph."""
        line = self.raw.count("\n", 0, offset) + 1
        return line, offset - (self.raw.rfind("\n", 0, offset) + 1) + 1


def read_document(path: Path) -> TextDocument:
    """A file to look at; what kind it is follows from the ending of its name.

    Raises
    ------
    UsageError
        When it cannot be opened, or is of a kind that cannot be read.
    DataError
        When its content is not what its name says.
    """
    kind = path.suffix.lower()
    if kind != WORD and kind not in MASKS:
        raise UsageError(f"{path}: texts are read as {', '.join(KINDS)}. Save it as one of them.")
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise UsageError(f"{path}: cannot be opened ({reason}). Check the path.") from None
    if len(data) > LARGEST:
        raise DataError(f"{path}: is larger than a manuscript can be. Check the file.")
    if kind == WORD:
        return document("\n\n".join(_paragraphs(path)), str(path), "")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(f"{path}: is not UTF-8 text. Save it as UTF-8.") from None
    return document(text, str(path), kind)


def document(text: str, name: str, kind: str = ".md") -> TextDocument:
    """A text as a document; `kind` is the ending that a file of its kind would have."""
    raw = re.sub(r"\r\n?", "\n", text)
    return TextDocument(name, raw, markup.quotations(MASKS[kind](raw)))


def _paragraphs(path: Path) -> Iterator[str]:
    """Every paragraph of a Word file in order, those in tables included, each on one line.

    Words of others, by the style of the paragraph, leave an empty line.
    """
    from zipfile import BadZipFile

    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError
    from docx.text.paragraph import Paragraph

    try:
        word = Document(str(path))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, SyntaxError):
        raise DataError(f"{path}: is not a Word file. Save it as .docx again.") from None
    for element in word.element.body.iter("{*}p"):
        paragraph = Paragraph(element, word)
        style = paragraph.style.name if paragraph.style is not None else ""
        yield "" if style in OTHERS_WORDS else " ".join(paragraph.text.split())
