"""`Work`: something that can be cited, as plain data."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from ketameta.records.study import Study

ARTICLE, BOOK, SOFTWARE, DATASET, TRIAL = "article", "book", "software", "dataset", "trial"
INITIALS = re.compile(r"^(?P<family>.+?) (?P<initials>[A-Z][A-Z-]{0,4})$")


@dataclass(frozen=True, slots=True)
class Work:
    """Something that can be cited.

    Attributes
    ----------
    key
        Unique among the works of a manuscript; stable from one build to the next.
    kind
        article, book, software, dataset or trial (a registry entry without a paper).
    authors
        Each `Family Initials`, or the name of a group.
    authors_complete
        False where there are more than those named.
    container
        Journal, registry, publisher or repository.
    version
        Of software and data.
    """

    key: str
    kind: str
    authors: tuple[str, ...]
    title: str
    year: int | None = None
    container: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    doi: str = ""
    pmid: str = ""
    url: str = ""
    version: str = ""
    authors_complete: bool = True

    @property
    def address(self) -> str:
        """Where it can be read; "" where that is not known."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url


def split_name(author: str) -> tuple[str, str]:
    """Family name and initials; the initials are "" for groups and where they are not known."""
    found = INITIALS.match(author)
    return (found["family"], found["initials"]) if found else (author, "")


def study_work(study: Study) -> Work:
    """The main report of a study."""
    citation = study.citation
    registered = not (citation.doi or citation.pmid or citation.volume) and bool(
        study.registrations
    )
    return Work(
        key=study.id,
        kind=TRIAL if registered else ARTICLE,
        authors=citation.authors,
        title=citation.title,
        year=citation.year,
        container=citation.journal or "",
        volume=citation.volume or "",
        issue=citation.issue or "",
        pages=citation.pages or "",
        doi=citation.doi or "",
        pmid=citation.pmid or "",
        url=citation.url or "",
        authors_complete=citation.authors_complete,
    )


def key_of(author: str, year: int | None) -> str:
    """A key from the first author and the year: "rover-2015"."""
    plain = unicodedata.normalize("NFKD", split_name(author)[0]).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    return f"{words or 'work'}-{year or 'no-date'}"
