"""What moved since the lock was accepted, as a before/after table in plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

WIDTH = 100
GAP = "  "
HEADS = ("question", "analysis", "number", "accepted", "now")
WIDTHS = (20, 19, 21, 16, 16)


@dataclass(frozen=True, slots=True)
class Move:
    """One number, flag or file that is not as it was accepted.

    Attributes
    ----------
    question, analysis
        Title of the question, and the analysis within it; empty for a whole file.
    number
        What moved, in words.
    accepted, now
        Before and after, as readers see them.
    """

    question: str
    analysis: str
    number: str
    accepted: str
    now: str

    def __str__(self) -> str:
        """On one line: "Abstinence, main: OR 3.53 -> 3.10"."""
        place = ", ".join(part for part in (self.question, self.analysis) if part)
        return f"{place}: {self.number} {self.accepted} -> {self.now}"


def table_lines(moves: Sequence[Move]) -> list[str]:
    """The table, at most `WIDTH` characters wide.

    The question and the analysis are written once for all rows that follow each other.
    """
    lines = [_line(HEADS), _line(["-" * width for width in WIDTHS])]
    for place, rows in groupby(moves, key=lambda move: (move.question, move.analysis)):
        names = list(_wrapped(place, WIDTHS[:2]))
        numbers = [
            line
            for row in rows
            for line in _wrapped((row.number, row.accepted, row.now), WIDTHS[2:])
        ]
        for left, right in zip_longest(names, numbers):
            lines.append(_line([*(left or ("", "")), *(right or ("", "", ""))]))
    return lines


def _wrapped(cells: Sequence[str], widths: Sequence[int]) -> Iterator[tuple[str, ...]]:
    """The lines that a row of cells needs."""
    columns = [
        textwrap.wrap(cell, width, break_on_hyphens=False)
        for cell, width in zip(cells, widths, strict=True)
    ]
    return zip_longest(*columns, fillvalue="")


def _line(cells: Sequence[str]) -> str:
    padded = (f"{cell:<{width}}" for cell, width in zip(cells, WIDTHS, strict=True))
    return GAP.join(padded).rstrip()
