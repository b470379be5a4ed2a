"""A citation from a bibliography, as the beginning of a record."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ketameta.errors import UsageError

SOURCE = "reference"


@dataclass(frozen=True, slots=True)
class BibliographicEntry:
    """What a bibliography says of a report; empty where it says nothing.

    `authors` are `Family Initials` in order.
    """

    authors: tuple[str, ...] = ()
    year: int | None = None
    title: str = ""
    journal: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    doi: str = ""
    pmid: str = ""
    url: str = ""


def citation_of(entry: BibliographicEntry, file: Path) -> dict[str, Any]:
    """The parts of a record that the entry fills: `citation` and `sources`.

    The values have the level `unverified import` until somebody has compared them with the report.
    """
    citation: dict[str, Any] = {}
    if entry.authors:
        citation["authors"] = list(entry.authors)
    citation["year"] = entry.year
    for name in ("title", "journal", "volume", "issue", "pages", "doi", "pmid"):
        if value := getattr(entry, name):
            citation[name] = value
    if entry.url and not entry.doi:
        citation["url"] = entry.url
    citation["source"] = {"ref": SOURCE, "locator": "bibliographic entry"}
    document = f"Bibliographic entry in {file.name}"
    return {
        "citation": citation,
        "sources": {SOURCE: {"document": document, "level": "unverified import"}},
    }


def read_entry(path: Path) -> BibliographicEntry:
    """The one entry of a bibliography (.ris, .bib, .json of CSL).

    Raises
    ------
    UsageError
        For a file without an entry, or with several.
    """
    raise UsageError(f"{path}: bibliographies cannot be read yet.")
