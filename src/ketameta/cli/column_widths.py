"""How wide the columns of a grid stand on a terminal: what does not fit wraps, nothing is cut.

Words and numbers stay whole. A grid that is too wide even so is written in blocks below each other,
each with the first column, which names the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from ketameta.cli.document import Grid, with_columns
from ketameta.cli.output import printable

GAP = 2
NARROWEST = 4
"""Words are broken down to this width, where nothing else is left to give."""
LONGEST_WORD = 21
"""Longer words, which are names of files and the like, may be broken; numbers never."""
LABEL = 24
"""Width worth having for the column that names the rows of every block."""


def blocks(grid: Grid, width: int) -> list[Grid]:
    """The grid, or its columns in several grids none of which tears a word or number apart.

    Every one begins with the first column. A column that is too wide by itself has a block of its
    own.
    """
    floors = _words(grid)
    room = width - grid.indent
    if len(floors) < 3 or _together(floors) <= room:
        return [grid]
    label = min(natural_widths(grid)[0], max(floors[0], LABEL))
    parts: list[list[int]] = [[]]
    for i in range(1, len(floors)):
        widths = [label, *(floors[j] for j in parts[-1]), floors[i]]
        if parts[-1] and _together(widths) > room:
            parts.append([])
        parts[-1].append(i)
    return [with_columns(grid, (0, *part)) for part in parts]


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
    words = _words(grid)
    both = list(zip(grid.columns, words, sizes, strict=True))
    yield [size if c.firm else max(c.least, word) for c, word, size in both]
    yield [size if c.firm else word for c, word, size in both]
    yield words
    yield [NARROWEST] * len(words)


def _together(widths: Sequence[int]) -> int:
    return sum(widths) + GAP * (len(widths) - 1)


def _words(grid: Grid) -> list[int]:
    """The longest word of each column that may not be broken."""
    return [max(_longest_word(text) for text in texts) for texts in _columns(grid)]


def _columns(grid: Grid) -> list[list[str]]:
    return [
        [column.title, *(printable(line.cells[i]) for line in grid.lines)]
        for i, column in enumerate(grid.columns)
    ]


def _longest_word(text: str) -> int:
    # What stands before the first word indents it, so that it belongs to it.
    indent = len(text) - len(text.lstrip())
    return max((indent + _whole(word) for word in text.split()), default=0)


def _whole(word: str) -> int:
    length = cell_len(word)
    named = any(character.isalpha() for character in word)
    return min(length, LONGEST_WORD) if named else length


def _give_way(sizes: list[int], floors: Sequence[int], room: int) -> None:
    """Narrow the widest column by one until the columns fit or none may give more."""
    while sum(sizes) > room:
        free = [i for i, floor in enumerate(floors) if sizes[i] > floor]
        if not free:
            return
        sizes[max(free, key=lambda i: sizes[i])] -= 1
