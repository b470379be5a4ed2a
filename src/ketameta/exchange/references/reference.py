"""`Reference`: one entry of a bibliography, the same for every format."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DOI = re.compile(r"10\.[0-9]{4,9}/\S+")
_INITIALS = re.compile(r"[A-Z][A-Z-]{0,5}")
INCOMPLETE = "Not all authors are named in this record."


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference; empty text where a file does not say.

    Attributes
    ----------
    kind
        "article", "chapter", "book", "registration", "dataset", "software" or "other".
    authors
        "Family, Given" or "Family, Initials"; a name without a comma is that of a group.
    journal
        Or the book, register, publisher or repository.
    pages
        "152-162", or the number of an article.
    doi, pmid
        Without an address in front.
    note
        What the exporter says about it, e.g. why a report was left out.
    place
        Where it stands in its file: "reference 3".
    key
        What a text cites it by, unique in its file; writers make one up where there is none, and
        readers do not keep it.
    version
        Of software and data; for writing.
    not_doi
        What stands in the place of the DOI and is none.
    authors_complete
        False where there are more than those named.
    """

    kind: str = "article"
    authors: tuple[str, ...] = ()
    year: str = ""
    title: str = ""
    journal: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    doi: str = ""
    pmid: str = ""
    url: str = ""
    note: str = ""
    place: str = ""
    key: str = ""
    version: str = ""
    not_doi: str = ""
    authors_complete: bool = True

    @property
    def full_note(self) -> str:
        """The note, and that authors are missing, for formats that cannot say so otherwise."""
        missing = "" if self.authors_complete else INCOMPLETE
        return "; ".join(part for part in (self.note, missing) if part)

    @property
    def doi_note(self) -> str:
        """A sentence about what is no DOI in the place of one; "" where nothing is to be told."""
        if not self.not_doi:
            return ""
        return (
            f'{self.place} ({self.label}): "{self.not_doi[:80]}" is no DOI and was not taken over. '
            "Correct it in the file (it begins with 10. and four digits), or enter it by hand."
        )

    @property
    def label(self) -> str:
        """First author and year."""
        first = self.authors[0].partition(",")[0] if self.authors else self.title[:40]
        return f"{first} {self.year}".strip() or "(no author)"


def plain_doi(text: str) -> str:
    """A DOI without address, in lower case; "" where there is none."""
    found = _DOI.search(text.strip())
    return found[0].rstrip(".,;)}").lower() if found else ""


def not_doi(text: str) -> str:
    """The text that stands in the place of a DOI and holds none; "" where it is one or empty."""
    return "" if plain_doi(text) else text.strip()


def plain_year(text: str) -> str:
    """The year in a date; "" where there is none."""
    found = re.search(r"\b(1[89]|20)[0-9]{2}\b", text)
    return found[0] if found else ""


def one_line(text: str) -> str:
    """Text without line breaks, repeated spaces and signs that no reader sees."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def inverted(name: str) -> str:
    """An author of a record ("Grabski M") as "Grabski, M"; groups stay as they are."""
    family, _, last = name.rpartition(" ")
    return f"{family}, {last}" if family and _INITIALS.fullmatch(last) else name


def dotted(name: str) -> str:
    """ "Grabski, MJ" as "Grabski, M. J.", which programs do not take for one short name."""
    family, comma, given = name.partition(", ")
    if not comma or not _INITIALS.fullmatch(given):
        return name
    return f"{family}, {' '.join(f'{letter}.' for letter in given.replace('-', ''))}"


def undotted(name: str) -> str:
    """The reverse of `dotted`; other names stay as they are."""
    family, comma, given = name.partition(", ")
    if not comma or not re.fullmatch(r"(?:[A-Z]\.[ -]?)+", given):
        return name
    return f"{family}, {re.sub(r'[^A-Z]', '', given)}"


def split_note(note: str) -> tuple[str, bool]:
    """A note as it was before `full_note`, and whether all authors are named."""
    return note.removesuffix(INCOMPLETE).removesuffix("; "), not note.endswith(INCOMPLETE)


def record_author(name: str) -> str:
    """ "Grabski, Meryem J." as records write it: "Grabski MJ"."""
    family, comma, given = name.partition(",")
    if not comma:
        return name
    words = re.findall(r"[^\W\d_]+", given)
    if len(words) == 1 and words[0].isupper() and len(words[0]) <= 4:
        return f"{family.strip()} {words[0]}"
    return f"{family.strip()} {''.join(word[0].upper() for word in words)}".strip()
