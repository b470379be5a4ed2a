"""RIS files, read with rispy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ketameta.exchange.references.reference import (
    Reference,
    not_doi,
    one_line,
    plain_doi,
    plain_year,
    split_note,
)

_KINDS = {
    "JOUR": "article",
    "EJOUR": "article",
    "JFULL": "article",
    "CHAP": "chapter",
    "BOOK": "book",
    "DBASE": "registration",
    "DATA": "dataset",
    "COMP": "software",
}
_TYPES = {
    "article": "JOUR",
    "chapter": "CHAP",
    "book": "BOOK",
    "registration": "DBASE",
    "dataset": "DATA",
    "software": "COMP",
}
_PUBLISHED = ("book", "dataset", "software")
"""Kinds whose container is a publisher."""
_TITLES = ("title", "primary_title", "translated_title")
_JOURNALS = ("secondary_title", "journal_name", "alternate_title3", "alternate_title2", "publisher")
_PMID = re.compile(r"[0-9]{1,8}")


def read_ris(text: str) -> tuple[list[Reference], list[str]]:
    """References of a RIS file, and sentences about what could not be read."""
    parts = re.split(r"^(?=TY  -)", text, flags=re.MULTILINE)
    starts = [part for part in parts if part.startswith("TY  -")]
    found = [
        _reference(entry, number)
        for number, part in enumerate(starts, start=1)
        for entry in _entries(part)
    ]
    lost = len(starts) - len(found)
    told = []
    if lost:
        told.append(
            f"{lost} of {len(starts)} references have no end (ER) or a broken line, and were not "
            "read."
        )
    return found, told


def _entries(part: str) -> list[dict[str, Any]]:
    """The reference in a part of a file; none where it has no end or its lines make no sense.

    One by one, since rispy gives up a whole file for one broken line.
    """
    import rispy

    try:
        found: list[dict[str, Any]] = rispy.loads(part, skip_unknown_tags=True)
    except (KeyError, IndexError, TypeError, ValueError):
        return []
    return found


def _reference(entry: Mapping[str, Any], number: int) -> Reference:
    def first(*names: str) -> str:
        return next((one_line(str(entry[n])) for n in names if entry.get(n)), "")

    start, end = first("start_page"), first("end_page")
    pages = f"{start}-{end}" if start and end and end != start else start or end
    urls = entry.get("urls") or []
    notes = entry.get("notes") or []
    accession, database = first("accession_number"), first("name_of_database").lower()
    pubmed = "pubmed" in database or "medline" in database or not database
    note, complete = split_note(one_line("; ".join(map(str, notes))))
    is_pmid = bool(_PMID.fullmatch(accession)) and pubmed
    return Reference(
        kind=_KINDS.get(first("type_of_reference"), "other"),
        authors=tuple(
            one_line(name) for name in (*entry.get("authors", ()), *entry.get("first_authors", ()))
        ),
        year=plain_year(first("year", "publication_year", "date")),
        title=first(*_TITLES),
        journal=first(*_JOURNALS),
        volume=first("volume"),
        issue=first("number"),
        pages=pages,
        doi=plain_doi(first("doi")) or next((d for u in urls if (d := plain_doi(str(u)))), ""),
        not_doi=not_doi(first("doi")),
        pmid=accession if is_pmid else "",
        url=one_line(str(urls[0])) if urls else "",
        note=note,
        authors_complete=complete,
        place=f"reference {number}",
    )


def write_ris(references: Sequence[Reference]) -> str:
    """RIS text, lines ended as the format asks; no line break of a value can begin a tag."""
    return "".join(
        f"{tag}  - {one_line(value)}\r\n"
        for item in references
        for tag, value in _tags(item)
        if value or tag == "ER"
    )


def _tags(item: Reference) -> Iterator[tuple[str, str]]:
    start, dash, end = item.pages.partition("-")
    yield "TY", _TYPES.get(item.kind, "GEN")
    yield "ID", item.key
    yield from (("AU", name) for name in item.authors)
    yield "TI", item.title
    yield "PY", item.year
    yield ("PB" if item.kind in _PUBLISHED else "T2"), item.journal
    yield "VL", item.volume
    yield "IS", item.issue
    yield "SP", start if dash else item.pages
    yield "EP", end
    yield "ET", item.version
    yield "DO", item.doi
    yield "AN", item.pmid
    yield "DB", "PubMed" if item.pmid else ""
    yield "UR", item.url
    yield "N1", item.full_note
    yield "ER", ""
