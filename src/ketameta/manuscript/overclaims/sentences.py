"""Sentences of a text with their places, across line ends and around abbreviations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BLOCK = re.compile(r"\n[ \t]*(?:\n|(?=[ \t]*(?:[-*+•]|\d+[.)]|#{1,6}|\|)[ \t]))")
_END = re.compile(r"[.!?][\"”’')\]]*(?=\s|$)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|al|cf|etc|approx|ca|fig|figs|no|nos|dr|prof|ref|refs|st|resp|p|pp|vol|"
    r"suppl|ed|eds|sec|ch|eq)|\b[A-Z])\.$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PlacedSentence:
    """A sentence and where it starts in the text."""

    text: str
    start: int


def sentences(text: str) -> Iterator[PlacedSentence]:
    """Every sentence; headings, items of lists and rows of tables are sentences of their own."""
    place = 0
    for gap in (*_BLOCK.finditer(text), None):
        end = len(text) if gap is None else gap.start()
        yield from _within(text, place, end)
        place = end if gap is None else gap.start() + 1


def _within(text: str, start: int, end: int) -> Iterator[PlacedSentence]:
    begin = start
    for stop in _END.finditer(text, start, end):
        if _ABBREVIATION.search(text, max(begin, stop.start() - 12), stop.start() + 1):
            continue
        yield from _one(text, begin, stop.end())
        begin = stop.end()
    yield from _one(text, begin, end)


def _one(text: str, start: int, end: int) -> Iterator[PlacedSentence]:
    part = text[start:end]
    if part.strip():
        lead = len(part) - len(part.lstrip())
        yield PlacedSentence(part.strip(), start + lead)
