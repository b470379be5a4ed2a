"""How wide the columns of a printed table are, and whether its page is turned."""

from __future__ import annotations

from collections.abc import Sequence

from ketameta.tables.table import Cell, Table

UPRIGHT_CHARACTERS = 95
"""Of a small font across an upright page."""
CHARACTER = 0.17
"""Centimetres that a character takes."""
LEAST = 6
"""Characters that every column has room for."""
COMFORT = 34
"""Characters beyond which a column of text is broken into lines rather than widened."""


def landscape(table: Table) -> bool:
    """Whether the table is too wide for an upright page."""
    return sum(_wishes(table)) > UPRIGHT_CHARACTERS


def widths(table: Table, across: float) -> tuple[float, ...]:
    """The width of each column in centimetres; together they fill the page.

    Parameters
    ----------
    across
        Centimetres between the margins.
    """
    wishes, least = _wishes(table), _longest_words(table)
    room = across / CHARACTER
    if sum(least) >= room:
        return tuple(across * word / sum(least) for word in least)
    spare = room - sum(least)
    wanted = [max(wish - word, 0) for wish, word in zip(wishes, least, strict=True)]
    total = sum(wanted) or 1
    shared = [word + spare * more / total for word, more in zip(least, wanted, strict=True)]
    return tuple(across * width / sum(shared) for width in shared)


def _wishes(table: Table) -> list[int]:
    """Characters that each column would like: its longest text, within comfort."""
    return [
        max(LEAST, *(min(max(map(len, texts), default=0), COMFORT) for texts in column))
        for column in _texts(table)
    ]


def _longest_words(table: Table) -> list[int]:
    """Characters of the longest word of each column, which is not to be broken."""
    return [
        max(LEAST, *(len(word) + 2 for texts in column for text in texts for word in text.split()))
        for column in _texts(table)
    ]


def _texts(table: Table) -> list[list[Sequence[str]]]:
    """For each column the texts of its title and cells."""
    return [
        [(column.title,), *(_shown(row.cells[place]) for row in table.rows)]
        for place, column in enumerate(table.columns)
    ]


def _shown(cell: Cell) -> tuple[str, str]:
    return " ".join(mark.code for mark in cell.marks) or cell.text, cell.detail
