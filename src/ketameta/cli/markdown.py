"""A document as Markdown, for issues, pull requests and notes."""

from __future__ import annotations

import re

from ketameta.cli.document import Block, Document, Field, Fields, Grid, Heading, Line, Paragraph

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|])")


def to_markdown(document: Document) -> str:
    """The document as GitHub-flavoured Markdown; what looks like markup in the text is escaped."""
    return "\n\n".join(part for part in (_block(block) for block in document) if part) + "\n"


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        aside = f" ({_escaped(block.aside)})" if block.aside else ""
        return f"{'#' * block.level} {_escaped(block.text)}{aside}"
    if isinstance(block, Paragraph):
        return _escaped(block.text)
    if isinstance(block, Fields):
        return "\n".join(_field(field) for field in block.fields)
    return _grid(block)


def _field(field: Field) -> str:
    """An item of a list; a dash or nothing in place of a label is the mark of the list itself."""
    label = field.label.strip()
    name = "" if label in ("", "-") else f"**{_escaped(label)}**: "
    return f"- {name}{_escaped(field.text)}"


def _grid(grid: Grid) -> str:
    marks = ["---:" if column.right else ":---" for column in grid.columns]
    head = Line(tuple(column.title for column in grid.columns))
    lines = [_row(head), f"| {' | '.join(marks)} |", *(_row(line) for line in grid.lines)]
    return "\n".join(lines)


def _row(line: Line) -> str:
    cells = [" ".join(_escaped(cell).split()) for cell in line.cells]
    if line.tone == "strong":
        cells = [f"**{cell}**" if cell else "" for cell in cells]
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
