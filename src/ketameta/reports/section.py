"""`Section`: a part of the page made of words, tables and pictures."""

from __future__ import annotations

from dataclasses import dataclass

from ketameta.figures.picture import Picture
from ketameta.tables.table import Table

SUMMARY, APPRAISAL, EVIDENCE, END = "summary", "appraisal", "evidence", "end"
GROUPS = (SUMMARY, APPRAISAL, EVIDENCE, END)
"""Where a section stands: after the overview, after the questions, after the studies, last."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture in the page, with the text that explains it."""

    picture: Picture


@dataclass(frozen=True, slots=True)
class Wide:
    """A table that scrolls in its own frame rather than fold."""

    table: Table


@dataclass(frozen=True, slots=True)
class Claimed:
    """What somebody claims, told as theirs and not as a finding."""

    text: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Lines of a list, each with its bold beginning; `claimed` where those are claims of others."""

    lines: tuple[tuple[str, str], ...]
    claimed: bool = False


@dataclass(frozen=True, slots=True)
class Fold:
    """What is shown when a reader opens it."""

    title: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Subsection:
    """A heading within a section; `anchor` "" where nothing leads to it.

    `claimed` where the heading names what somebody claims.
    """

    title: str
    pieces: tuple[Piece, ...]
    anchor: str = ""
    claimed: bool = False


Piece = str | Table | Wide | Shown | Claimed | Listed | Fold | Subsection


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the page.

    Attributes
    ----------
    anchor, title
        Its name in links, and its heading.
    group
        One of `GROUPS`.
    pieces
        What stands in it, in order; text pieces are paragraphs.
    """

    anchor: str
    title: str
    group: str
    pieces: tuple[Piece, ...]
