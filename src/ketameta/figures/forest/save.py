"""Writing a forest plot to a file, by its extension: a picture or an HTML page."""

from __future__ import annotations

from html import escape
from io import BytesIO
from pathlib import Path

from ketameta.errors import UsageError
from ketameta.figures.figure_kind import PICTURE_FORMATS
from ketameta.figures.file_bytes import DPI, Words, figure_bytes
from ketameta.figures.forest.draw import draw
from ketameta.figures.forest.html import html_page
from ketameta.figures.forest.layout import layout as layout_of
from ketameta.figures.forest.model import ForestLayout
from ketameta.figures.forest.style import ForestStyle
from ketameta.figures.theme import FONT, figure_style
from ketameta.synthesis.answer import Answer
from ketameta.whole_files import write_whole

FORMATS = (*PICTURE_FORMATS, "html")
SVG_TEXTS = ("path", "real")

FALLBACK_FONTS = "Verdana, sans-serif"
"""For real text where the font is missing: none is wider, so nothing collides."""

_FAMILY = f"font-family: '{FONT}'"


def save(layout: ForestLayout, path: str | Path, *, svg_text: str = "path", dpi: int = DPI) -> Path:
    """Write the plot; the same layout gives the same bytes.

    Parameters
    ----------
    path
        Ends in one of `FORMATS`.
    svg_text
        "path": letters as outlines, the same everywhere; "real": text that can be searched and
        edited, but needs the font.
    dpi
        Resolution of PNG and TIFF files.

    Raises
    ------
    UsageError
        For another extension or another kind of SVG text.
    """
    path = Path(path)
    write_whole(path, content(layout, path, svg_text=svg_text, dpi=dpi))
    return path


def content(layout: ForestLayout, path: Path, *, svg_text: str = "path", dpi: int = DPI) -> bytes:
    """What `save` would write to the file."""
    kind = path.suffix.lower().lstrip(".")
    if kind not in FORMATS:
        raise UsageError(f"{path}: forest plots are written as {', '.join(FORMATS)}. Use one.")
    if svg_text not in SVG_TEXTS:
        raise UsageError(f"svg text: there is no {svg_text!r}. Use path or real.")
    if kind == "html":
        return html_page(layout).encode("utf-8")
    return _drawn(layout, kind, svg_text, dpi)


def write_forest(
    answer: Answer,
    path: str | Path,
    *,
    style: str | ForestStyle = "default",
    svg_text: str = "path",
) -> Path:
    """Lay out the forest plot of an answer and write it; see `layout` and `save`."""
    return save(layout_of(answer, style=style), path, svg_text=svg_text)


def svg(layout: ForestLayout, *, svg_text: str = "path") -> str:
    """The plot as an SVG document."""
    return _drawn(layout, "svg", svg_text, 72).decode("utf-8")


def _drawn(layout: ForestLayout, kind: str, svg_text: str, dpi: int) -> bytes:
    figure = draw(layout, svg_text=svg_text)
    title = layout.title or "Forest plot"
    with figure_style(font_size=layout.style.font_size, svg_text=svg_text):
        if kind != "svg":
            return figure_bytes(figure, kind, Words(title, layout.description), dpi=dpi)
        buffer = BytesIO()
        own = {"Title": title, "Date": None, "Creator": None}
        figure.savefig(buffer, format=kind, dpi=dpi, metadata=own)
    return _accessible(buffer.getvalue().decode("utf-8"), layout).encode("utf-8")


def _accessible(document: str, layout: ForestLayout) -> str:
    """The SVG document with a role, a title and a description."""
    start = document.index("<svg ")
    end = document.index(">", start)
    name = escape(layout.element_id)
    words = (
        f'\n <title id="{name}-title">{escape(layout.title or "Forest plot")}</title>'
        f'\n <desc id="{name}-desc">{escape(layout.description)}</desc>'
    )
    attributes = f' role="img" aria-labelledby="{name}-title" aria-describedby="{name}-desc"'
    rest = document[end + 1 :].replace(_FAMILY, f"{_FAMILY}, {FALLBACK_FONTS}")
    return f"{document[:end]}{attributes}>{words}{rest}"
