"""How wide the columns of a grid stand on a terminal: what does not fit wraps, nothing is cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from ketameta.cli.document import Grid
from ketameta.cli.output import printable

GAP = 2
NARROWEST = 4
"""Words are broken down to this width, where nothing else is left to give."""


def column_widths(grid: Grid, width: int) -> list[int]:
    """Widths of the columns that together fit into `width` characters.

    Too wide a grid gives way in this order, the widest column first: breakable columns down to
    the least worth having, then down to their longest word, then firm columns down to theirs, at
    last every column in the middle of words.
    """
    sizes = [
        max(natural, column.least)
        for natural, column in zip(natural_widths(grid), grid.columns, strict=True)
    ]
    room = width - grid.indent - GAP * (len(sizes) - 1)
    if sum(sizes) <= room:
        return sizes
    for floors in _floors(grid, sizes):
        _give_way(sizes, floors, room)
    return sizes


def natural_widths(grid: Grid) -> list[int]:
    """The widest cell of each column, its title included."""
    return [max(cell_len(text) for text in texts) for texts in _columns(grid)]


def _floors(grid: Grid, sizes: Sequence[int]) -> Iterator[list[int]]:
    words = [max(_longest_word(text) for text in texts) for texts in _columns(grid)]
    both = list(zip(grid.columns, words, sizes, strict=True))
    yield [size if c.firm else max(c.least, word) for c, word, size in both]
    yield [size if c.firm else word for c, word, size in both]
    yield words
    yield [NARROWEST] * len(words)


def _columns(grid: Grid) -> list[list[str]]:
    return [
        [column.title, *(printable(line.cells[i]) for line in grid.lines)]
        for i, column in enumerate(grid.columns)
    ]


def _longest_word(text: str) -> int:
    # What stands before the first word indents it, so that it belongs to it.
    indent = len(text) - len(text.lstrip())
    return max((indent + cell_len(word) for word in text.split()), default=0)


def _give_way(sizes: list[int], floors: Sequence[int], room: int) -> None:
    """Narrow the widest column by one until the columns fit or none may give more."""
    while sum(sizes) > room:
        free = [i for i, floor in enumerate(floors) if sizes[i] > floor]
        if not free:
            return
        sizes[max(free, key=lambda i: sizes[i])] -= 1
