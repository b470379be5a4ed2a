"""A document on a terminal, through rich."""

from __future__ import annotations

from io import StringIO
from itertools import groupby

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ketameta.cli.column_widths import blocks, column_widths, natural_widths
from ketameta.cli.document import Block, Document, Fields, Grid, Heading, Paragraph
from ketameta.cli.output import Output, printable
from ketameta.cli.straight_lines import straight_lines

LONG = 200
"""Lines of a grid from which it is worth the trouble to write it without rich."""

_TONES = {
    "": "",
    "quiet": "dim",
    "strong": "bold",
    "good": "green",
    "caution": "yellow",
    "serious": "red",
}


def to_terminal(document: Document, output: Output) -> str:
    """The document as text, in colour where `output` says so; no trailing spaces."""
    buffer = StringIO()
    console = Console(
        file=buffer,
        width=output.width,
        force_terminal=output.colour,
        no_color=not output.colour,
        color_system="standard" if output.colour else None,
        highlight=False,
        emoji=False,
        legacy_windows=False,
    )
    for i, block in enumerate(document):
        if i and _needs_space(document[i - 1], block):
            console.print()
        _print(console, block, output)
    return "\n".join(line.rstrip() for line in buffer.getvalue().split("\n"))


def _needs_space(before: Block, block: Block) -> bool:
    if isinstance(block, Heading):
        return True
    return not isinstance(before, Heading) or before.level == 1


def _print(console: Console, block: Block, output: Output) -> None:
    if isinstance(block, Heading):
        _heading(console, block, output)
    elif isinstance(block, Paragraph):
        text = _text(block.text, _TONES[block.tone])
        console.print(Padding(text, (0, 0, 0, block.indent)), width=output.prose)
    elif isinstance(block, Fields):
        _fields(console, block, output)
    else:
        _grid(console, block)


def _text(text: str, style: str = "") -> Text:
    """Text as it is: no markup, and nothing that could command the terminal."""
    return Text(printable(text), style=style)


def _heading(console: Console, heading: Heading, output: Output) -> None:
    style = "bold" if heading.level < 3 else "bold dim"
    text = _text(heading.text.upper() if heading.level == 2 else heading.text, style)
    if not heading.aside:
        console.print(text, width=output.prose)
        return
    gap = output.width - text.cell_len - len(heading.aside)
    if gap < 2:
        console.print(text)
        console.print(Text(heading.aside, style="dim"))
        return
    line = Text.assemble((text.plain, style), " " * gap, (heading.aside, "dim"))
    console.print(line, no_wrap=True)


def _fields(console: Console, block: Fields, output: Output) -> None:
    grid = Table.grid(padding=(0, 2, 0, 0))
    longest = max((len(field.label) for field in block.fields), default=0)
    grid.add_column(style="dim", min_width=min(longest, 24), max_width=24, overflow="fold")
    grid.add_column(overflow="fold")
    for field in block.fields:
        grid.add_row(_text(field.label), _text(field.text, _TONES[field.tone]))
    console.print(Padding(grid, (0, 0, 0, block.indent)), width=output.prose)


def _grid(console: Console, block: Grid) -> None:
    for i, part in enumerate(blocks(block, console.width)):
        if i:
            console.print()
        _block(console, part)
    if block.left_out:
        names = ", ".join(block.left_out)
        told = f"Left out for want of room: {names}. A wider terminal or --format csv shows more."
        console.print(Padding(_text(told, "dim"), (0, 0, 0, block.indent)))


def _block(console: Console, block: Grid) -> None:
    sizes = column_widths(block, console.width)
    table = Table(
        box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim", show_edge=False
    )
    for column, size in zip(block.columns, sizes, strict=True):
        table.add_column(
            Text(column.title, justify="right" if column.right else "left"),
            justify="right" if column.right else "left",
            overflow="fold",
            style=_TONES[column.tone],
            width=size,
            vertical="top",
        )
    straight = None
    if len(block.lines) >= LONG and not console.is_terminal:
        straight = straight_lines(block, sizes, console.width)
    for ruled, lines in groupby(() if straight else block.lines, key=lambda line: line.rule):
        for n, line in enumerate(lines):
            if ruled and n == 0:
                table.add_row(*(Text("─" * w, style="dim") for w in _rules(sizes, block)))
            table.add_row(*(_text(cell) for cell in line.cells), style=_TONES[line.tone])
    console.print(Padding(table, (0, 0, 0, block.indent)))
    for text in straight or ():
        console.file.write(f"{text}\n")


def _rules(sizes: list[int], block: Grid) -> list[int]:
    return [
        min(size, natural if i == 0 or column.firm else max(len(column.title), column.least))
        for i, (size, natural, column) in enumerate(
            zip(sizes, natural_widths(block), block.columns, strict=True)
        )
    ]
