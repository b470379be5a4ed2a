"""A drawn figure as the bytes of a file with its words inside: PDF, PNG, TIFF or EPS."""

from __future__ import annotations

import logging
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO, StringIO
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 300
"""Resolution of PNG and TIFF files, and of clouds of points within EPS files."""
_TITLE, _DESCRIPTION = 269, 270
"""Tags of a TIFF file: DocumentName, ImageDescription."""
_DATE = re.compile(r"^%%CreationDate: .*\n", re.MULTILINE)
_LINE = 200
"""Characters of a comment in an EPS file, of the 255 that its lines may have."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a file says of its figure to somebody who cannot see it."""

    title: str
    alt: str


def figure_bytes(figure: Figure, kind: str, words: Words, *, dpi: int = DPI) -> bytes:
    """The figure as a file: the same figure gives the same bytes.

    PDF holds text in an embedded TrueType font, so that it can be searched and edited; EPS holds
    it in an embedded PostScript font. TIFF is RGB without transparency, compressed without loss
    (LZW), as journals ask for it. EPS knows no transparency: what is drawn see-through elsewhere
    is opaque there.

    Parameters
    ----------
    kind
        A key of `ENCODERS`.
    dpi
        Dots per inch.
    """
    return ENCODERS[kind](figure, words, dpi)


def _pdf(figure: Figure, words: Words, dpi: int) -> bytes:
    own = {"Title": words.title, "Subject": words.alt, "Creator": "ketameta"}
    buffer = BytesIO()
    metadata = {**own, "CreationDate": None, "ModDate": None}
    figure.savefig(buffer, format="pdf", dpi=dpi, metadata=metadata)
    return buffer.getvalue()


def _png(figure: Figure, words: Words, dpi: int) -> bytes:
    buffer = BytesIO()
    metadata = {"Title": words.title, "Description": words.alt, "Software": None}
    figure.savefig(buffer, format="png", dpi=dpi, metadata=metadata)
    return buffer.getvalue()


def _tiff(figure: Figure, words: Words, dpi: int) -> bytes:
    from PIL import Image

    drawn, out = BytesIO(), BytesIO()
    figure.savefig(drawn, format="png", dpi=dpi, pil_kwargs={"compress_level": 1})
    said = {_TITLE: words.title.encode(), _DESCRIPTION: words.alt.encode()}
    with Image.open(drawn) as image:
        image.convert("RGB").save(
            out, format="TIFF", compression="tiff_lzw", dpi=(dpi, dpi), tiffinfo=said
        )
    return out.getvalue()


def _eps(figure: Figure, words: Words, dpi: int) -> bytes:
    buffer = StringIO()
    with _opaque():
        figure.savefig(buffer, format="eps", dpi=dpi, metadata={"Creator": "ketameta"})
    head, end, body = _DATE.sub("", buffer.getvalue()).partition("%%EndComments\n")
    said = textwrap.wrap(words.alt.encode("ascii", "replace").decode(), _LINE)
    comments = "".join(f"% {line}\n" for line in said)
    title = words.title.encode("ascii", "replace").decode()[:_LINE]
    return f"{head}%%Title: {title}\n{comments}{end}{body}".encode("ascii", "replace")


@contextmanager
def _opaque() -> Iterator[None]:
    """Without the line that matplotlib logs for what is opaque in EPS; `figure_bytes` says it."""
    logger = logging.getLogger("matplotlib.backends.backend_ps")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


ENCODERS: Mapping[str, Callable[[Figure, Words, int], bytes]] = MappingProxyType(
    {"pdf": _pdf, "png": _png, "tiff": _tiff, "eps": _eps}
)
"""How a figure becomes a file, by the ending of its name. SVG has ways of its own."""
