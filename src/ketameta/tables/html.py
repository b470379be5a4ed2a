"""Tables as HTML: caption, scopes and row headers for screen readers, everything escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from html import escape

from ketameta.notation.numbers import DASH
from ketameta.notation.risk_of_bias import level_mark
from ketameta.tables.table import Cell, Column, Row, Table

STACK, SCROLL = "stack", "scroll"
MANY_COLUMNS = 6
"""From this number of columns on, rows turn into blocks on wider screens already."""


_PLAIN = re.compile(r"[A-Za-z0-9 -]")


def to_html(table: Table, *, narrow: str = STACK, titled: bool = True) -> str:
    """A table for readers.

    Parameters
    ----------
    table
        The table.
    narrow
        What happens on a narrow screen: "stack" turns every row into a block of its own with
        the column titles beside the values; "scroll" lets the table, and not the page, scroll.
    titled
        Whether the titles come with the table; False where the page's style sheet has them.
    """
    shown = table.for_readers()
    caption = f"caption-{shown.id}"
    many = " many" if narrow == STACK and len(shown.columns) >= MANY_COLUMNS else ""
    titles, style = _titles(shown) if titled and narrow == STACK else ("", "")
    frame = f'<div class="table {narrow}{many}{titles}" id="{escape(shown.id)}"'
    if narrow == SCROLL:
        frame += f' role="region" tabindex="0" aria-labelledby="{escape(caption)}"'
    parts = ["<table>"]
    parts.append(f'<caption id="{escape(caption)}">{escape(shown.caption)}</caption>')
    parts.append("<thead><tr>")
    parts += [_header(column) for column in shown.columns]
    parts.append("</tr></thead><tbody>")
    for row in shown.rows:
        parts += _row(row, shown.columns)
    parts.append("</tbody></table>")
    body = "".join(parts)
    notes = "".join(f'<p class="table-note">{escape(note)}</p>' for note in shown.notes)
    return f"{frame}>{style}{body}</div>{notes}"


def _titles(table: Table) -> tuple[str, str]:
    """The column titles for rows that have turned into blocks, once per column and not per cell.

    Their class is named for what they say, so that tables with the same titles can share them.
    """
    titles = [_escaped(column.title) for column in table.columns[1:]]
    name = f"t{sha256(repr(titles).encode()).hexdigest()[:6]}"
    rules = "".join(
        f'.{name} td:nth-child({i}){{--title:"{title}"}}' for i, title in enumerate(titles, start=2)
    )
    return f" {name}", f"<style>{rules}</style>"


def styles_once(page: str) -> str:
    """A page in which the titles that several of its tables share stand in the first of them."""
    known: set[str] = set()

    def first(found: re.Match[str]) -> str:
        repeated = found[1] in known
        known.add(found[1])
        return "" if repeated else found[0]

    return re.sub(r"<style>\.(t[0-9a-f]{6}) [^<]*</style>", first, page)


def _escaped(text: str) -> str:
    """Text for a style sheet: what is not plain is written as its code, so that nothing can end."""
    return "".join(c if _PLAIN.match(c) else f"\\{ord(c):x} " for c in text)


def marks_html(cell: Cell) -> str:
    """Flags as links to the key of flags."""
    links = " ".join(
        f'<a class="flag {escape(mark.severity)}" href="#flag-{escape(mark.code)}" '
        f'title="{escape(mark.message)}">{escape(mark.code)}</a>'
        for mark in cell.marks
    )
    return f'<span class="marks">{links}</span>'


def _header(column: Column) -> str:
    return f'<th scope="col"{_align(column)}>{escape(column.title)}</th>'


def _row(row: Row, columns: tuple[Column, ...]) -> Iterator[str]:
    kind = f' class="{escape(row.kind)}"' if row.kind else ""
    anchor = f' id="{escape(row.anchor)}"' if row.anchor else ""
    yield f"<tr{anchor}{kind}>"
    for index, (cell, column) in enumerate(zip(row.cells, columns, strict=True)):
        content = _content(cell)
        about = f"{_align(column)}{' data-reported' if column.reported and content else ''}"
        if index == 0 and not content:  # the row goes on with what the one above is about
            yield "<td></td>"
        elif index == 0:
            yield f'<th scope="row"{about}>{content}</th>'
        else:
            empty = ' class="empty"' if cell.text in ("", DASH) else ""
            yield f"<td{about}{empty}>{content}</td>"
    yield "</tr>"


def _align(column: Column) -> str:
    return "" if column.align == "left" else f' data-align="{escape(column.align)}"'


def _content(cell: Cell) -> str:
    text = _text(cell)
    return f'{text}<span class="detail">{escape(cell.detail)}</span>' if cell.detail else text


def _text(cell: Cell) -> str:
    if cell.level:
        return _disc(cell)
    return marks_html(cell) if cell.marks else _linked(cell)


def _disc(cell: Cell) -> str:
    """The sign of a level in a disc, and what follows it; the words for who hears the page."""
    mark = level_mark(cell.level)
    words = cell.text.removeprefix(mark.glyph)
    spoken = f' role="img" aria-label="{escape(cell.level)}"' if not words else ""
    hidden = "" if spoken else ' aria-hidden="true"'
    sign = f'<span class="km-disc km-disc-{mark.kind}"{spoken}{hidden}>{escape(mark.glyph)}</span>'
    return f"{sign}{escape(words)}"


def _linked(cell: Cell) -> str:
    text = escape(cell.text)
    if not safe_address(cell.href):
        return text
    return f'<a href="{escape(cell.href)}">{text}</a>'


def safe_address(address: str) -> bool:
    """Whether an address may become a link: a web address, or a place in the same page."""
    return re.match(r"https?://[^\s]+$|#[\w-]+$", address) is not None
