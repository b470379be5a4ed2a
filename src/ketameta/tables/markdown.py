"""Tables as GitHub-flavoured Markdown."""

from __future__ import annotations

import re

from ketameta.tables.table import Cell, Column, Table

_SPECIAL = re.compile(r"([\\`*_\[\]{}#|~$])")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_RULES = {"left": ":---", "right": "---:", "number": ":---"}


def escape(text: str) -> str:
    """Text that Markdown shows as it is: on one line, with nothing read as markup or HTML."""
    one_line = " ".join(text.split())
    safe = "".join(_HTML.get(character, character) for character in one_line)
    return _SPECIAL.sub(r"\\\1", safe)


def to_markdown(table: Table) -> str:
    """A table with its caption above and its notes below, without a trailing line feed."""
    shown = table.for_readers()
    lines = [f"**{escape(shown.caption)}**", ""] if shown.caption else []
    lines += [
        _line([escape(column.title) for column in shown.columns]),
        _line([_RULES[column.align] for column in shown.columns]),
    ]
    for row in shown.rows:
        cells = [_cell(cell, column) for cell, column in zip(row.cells, shown.columns, strict=True)]
        if row.kind == "main":
            cells[0] = f"**{cells[0]}**"
        lines.append(_line(cells))
    for note in shown.notes:
        lines += ["", escape(note)]
    return "\n".join(lines)


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell, column: Column) -> str:
    text = escape(cell.text)
    if column.reported and text:
        text = f"<span data-reported>{text}</span>"
    if column.align != "left":
        text = text.replace(" ", "\u00a0")
    if cell.href.startswith(("https://", "http://", "#")):
        target = cell.href.replace(" ", "%20").replace(")", "%29").replace("|", "%7C")
        text = f"[{text}]({target})"
    return f"{text}<br><sub>{escape(cell.detail)}</sub>" if cell.detail else text
