"""Sections as HTML."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from ketameta.figures.saving import svg_text
from ketameta.reports.inline_svg import inline_svg
from ketameta.reports.section import Claimed, Fold, Listed, Piece, Section, Shown, Subsection, Wide
from ketameta.tables.html import SCROLL, to_html
from ketameta.tables.table import Table

_CLAIMED = " data-reported"


def section_html(section: Section) -> str:
    """A section with its heading; everything in it is escaped."""
    anchor = escape(section.anchor)
    return (
        f'<section aria-labelledby="{anchor}">\n<h2 id="{anchor}">{escape(section.title)}</h2>\n'
        f"{pieces_html(section.pieces, level=3)}\n</section>"
    )


def pieces_html(pieces: Iterable[Piece], *, level: int) -> str:
    """Pieces one after the other; headings begin at the level given."""
    return "\n".join(_piece(piece, level) for piece in pieces)


def _piece(piece: Piece, level: int) -> str:
    if isinstance(piece, str):
        return f"<p>{escape(piece)}</p>"
    if isinstance(piece, Table):
        return to_html(piece)
    if isinstance(piece, Wide):
        return to_html(piece.table, narrow=SCROLL)
    if isinstance(piece, Shown):
        return picture_html(piece)
    if isinstance(piece, Claimed):
        return f"<p><strong>The claim:</strong> <span{_CLAIMED}>{escape(piece.text)}</span></p>"
    if isinstance(piece, Listed):
        claimed = _CLAIMED if piece.claimed else ""
        lines = "".join(
            f"<li><strong{claimed}>{escape(head)}</strong> {escape(text)}</li>"
            if head
            else f"<li>{escape(text)}</li>"
            for head, text in piece.lines
        )
        return f'<ul class="pairs">{lines}</ul>'
    if isinstance(piece, Fold):
        inside = pieces_html(piece.pieces, level=level)
        return f"<details><summary>{escape(piece.title)}</summary>\n{inside}\n</details>"
    assert isinstance(piece, Subsection)
    anchor = f' id="{escape(piece.anchor)}"' if piece.anchor else ""
    heading = (
        f"<h{level}{anchor}{_CLAIMED if piece.claimed else ''}>{escape(piece.title)}</h{level}>"
    )
    return f"{heading}\n{pieces_html(piece.pieces, level=level + 1)}"


def picture_html(piece: Shown) -> str:
    """A picture with its legend; on a narrow screen it moves in its frame."""
    picture = piece.picture
    return (
        f'<figure class="picture"><div class="drawing" role="region" tabindex="0" '
        f'aria-label="{escape(picture.title)}">{inline_svg(svg_text(picture))}</div>'
        f"<figcaption>{escape(picture.legend)}</figcaption></figure>"
    )
