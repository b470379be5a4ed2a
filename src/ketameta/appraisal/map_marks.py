"""The marks of a cell of the evidence map, the same in figure, table and terminal."""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.appraisal.evidence_map import (
    AWAITED,
    COMPARED,
    ONE_ARM,
    ONGOING,
    WITH_RESULTS,
    WORDS,
    EvidenceMap,
    MapCell,
)
from ketameta.appraisal.grade.rating import SYMBOLS

SIGNS = {COMPARED: "■", WORDS: "□", ONE_ARM: "▫", AWAITED: "?", ONGOING: "▷"}
MEANINGS = {
    COMPARED: "numbers that compare arms",
    WORDS: "a comparison in words, or only its P value",
    ONE_ARM: "results of one group only",
    AWAITED: "measured, not published or not extracted",
    ONGOING: "a trial, running or ended, no results seen",
}
NO_BREAK = "\u00a0"
WIDER = "*"
"""Behind a certainty that belongs to a question which pools more than the cell."""

COUNTS_KEY = (
    "Each sign is followed by the number of studies and, in brackets, the people in these studies "
    "where a source tells; a study counts once per cell, by the most useful thing it gives. An "
    "empty cell is a gap."
)
SIGNS_KEY = "; ".join(f"{sign}{NO_BREAK}{MEANINGS[kind]}" for kind, sign in SIGNS.items())
CERTAINTY_KEY = (
    "Circles are the certainty (GRADE) of the narrowest question of the review that pools every "
    f"study with numbers in the cell; {WIDER} where that question pools other substances, outcomes "
    "or kinds of control too. Without circles no question pools all of them: not graded."
)


def marks(cell: MapCell) -> tuple[str, ...]:
    """The marks of a cell, each of which stays on one line: "■ 1 (40)", "⊕○○○*", "□ 2 (161)".

    Between sign, studies and people stand no-break spaces. The certainty follows the numbers.
    """
    return tuple(mark.replace(" ", NO_BREAK) for mark in _marks(cell))


def _marks(cell: MapCell) -> Iterator[str]:
    for kind, sign in SIGNS.items():
        if studies := len(cell.of(kind)):
            yield f"{sign} {studies}{_people(cell, kind)}"
        if kind == COMPARED and cell.certainty is not None:
            yield SYMBOLS[cell.certainty.level] + (WIDER if cell.certainty.over else "")


def _people(cell: MapCell, kind: str) -> str:
    people = cell.people_of(kind)
    if kind not in WITH_RESULTS or people is None:
        return ""
    return f" ({'≥ ' if cell.size_unknown(kind) else ''}{people})"


def map_key(found: EvidenceMap) -> tuple[str, ...]:
    """What the marks mean; of the circles only where there are any."""
    graded = any(cell.certainty for cell in found.cells)
    return (f"{SIGNS_KEY}. {COUNTS_KEY}", *((CERTAINTY_KEY,) if graded else ()))
