"""Pictures as files and as SVG text: the same picture gives the same bytes."""

from __future__ import annotations

import re
from hashlib import sha256
from html import escape
from io import BytesIO
from pathlib import Path

from ketameta.errors import UsageError
from ketameta.figures.figure_kind import PICTURE_FORMATS
from ketameta.figures.file_bytes import DPI, Words, figure_bytes
from ketameta.figures.page import picture_style
from ketameta.figures.picture import Picture
from ketameta.figures.theme import FONT
from ketameta.whole_files import write_whole

FALLBACK_FONTS = "Verdana, sans-serif"
"""For text where the font is missing: none is wider, so nothing collides."""

IMAGE_DPI = 110
"""Resolution of clouds of thousands of points within SVG and PDF files."""

_ID = re.compile(r'\sid="([^"]*)"')
_USED = re.compile(r'(?:url\(#|href="#)([^)"]+)')
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_COMMENT = re.compile(r"\s*<!--.*?-->", re.DOTALL)
_DECIMALS = re.compile(r"(-?\d+\.\d\d)\d+")
_SPACE = re.compile(r"\s*\n\s*")
_UNTURNED = re.compile(r' transform="rotate\(-?0 [^)]*\)"')
_MARKS = re.compile(r'(?:<use [^>]*? style="([^"]*)"/>\n)(?:<use [^>]*? style="\1"/>\n){2,}')


def save_picture(picture: Picture, path: str | Path, *, dpi: int = DPI) -> Path:
    """Write a picture; the extension says which kind of file.

    Parameters
    ----------
    path
        Ends in .svg, .pdf, .eps (all with text that can be searched), .png or .tiff.
    dpi
        Resolution of PNG and TIFF files.

    Raises
    ------
    UsageError
        For another extension.
    """
    path = Path(path)
    write_whole(path, picture_bytes(picture, file_format(path), dpi=dpi))
    return path


def file_format(path: Path) -> str:
    """The kind of file from its name; `UsageError` where it is none of `PICTURE_FORMATS`."""
    kind = path.suffix.lower().lstrip(".")
    if kind not in PICTURE_FORMATS:
        known = ", ".join(PICTURE_FORMATS)
        raise UsageError(f"{path}: the name must end in one of {known}. For example plot.svg")
    return kind


def picture_bytes(picture: Picture, kind: str, *, dpi: int = DPI) -> bytes:
    """The content of a file of this kind."""
    if kind == "svg":
        head = '<?xml version="1.0" encoding="utf-8" standalone="no"?>\n'
        return (head + svg_text(picture, prefix=f"ketameta-{picture.name}")).encode("utf-8")
    with picture_style():
        return figure_bytes(picture.figure, kind, Words(picture.title, picture.alt), dpi=dpi)


def svg_text(picture: Picture, *, prefix: str | None = None) -> str:
    """The picture as an `<svg>` element that can stand in a page beside others.

    It has a role, a title and a description, scales down with its surroundings, and its ids
    begin with the prefix.

    Parameters
    ----------
    prefix
        Unique within the page; by default made from the content, so that different pictures
        have different ones.
    """
    buffer = BytesIO()
    with picture_style():
        picture.figure.savefig(
            buffer, format="svg", dpi=IMAGE_DPI, metadata={"Date": None, "Creator": None}
        )
    document = buffer.getvalue().decode("utf-8")
    document = _slim(_COMMENT.sub("", _METADATA.sub("", document[document.index("<svg ") :])))
    digest = sha256(f"{picture.alt}{document}".encode()).hexdigest()
    return _described(_with_prefix(document, prefix or f"{picture.name}-{digest[:8]}"), picture)


def _slim(document: str) -> str:
    """The same drawing in fewer bytes: hundredths of a point, the font named once."""
    head, image, tail = document.partition("<image ")
    data, end, rest = tail.partition("/>")
    if image:
        return _slim(head) + image + data + end + _slim(rest)
    document = _DECIMALS.sub(r"\1", document)
    document = document.replace(f" font-family: '{FONT}';", "").replace(
        f"; font-family: '{FONT}'", ""
    )
    document = _UNTURNED.sub("", _SPACE.sub("\n", document))
    return _MARKS.sub(_with_one_style, document)


def _with_one_style(marks: re.Match[str]) -> str:
    """Many marks of one style in a group that has it."""
    style = marks[1]
    return f'<g style="{style}">\n' + marks[0].replace(f' style="{style}"', "") + "</g>\n"


def _with_prefix(document: str, prefix: str) -> str:
    """Ids that nothing refers to are dropped, the others become the prefix and a number."""
    short = {name: str(i) for i, name in enumerate(dict.fromkeys(_USED.findall(document)))}

    def kept(match: re.Match[str]) -> str:
        return f' id="{prefix}-{short[match[1]]}"' if match[1] in short else ""

    def named(match: re.Match[str]) -> str:
        return f"{match[0].removesuffix(match[1])}{prefix}-{short[match[1]]}"

    document = _USED.sub(named, _ID.sub(kept, document))
    return document.replace("<svg ", f'<svg id="{prefix}" ', 1)


def _described(document: str, picture: Picture) -> str:
    found = re.match(r'<svg id="([^"]+)"', document)
    assert found is not None
    name = found[1]
    end = document.index(">")
    words = (
        f'\n <title id="{name}-title">{escape(picture.title)}</title>'
        f'\n <desc id="{name}-desc">{escape(picture.alt)}</desc>'
    )
    attributes = (
        f' role="img" aria-labelledby="{name}-title" aria-describedby="{name}-desc"'
        f" style=\"font-family: '{FONT}', {FALLBACK_FONTS}; max-width: 100%; height: auto\""
    )
    return f"{document[:end]}{attributes}>{words}{document[end + 1 :]}"
