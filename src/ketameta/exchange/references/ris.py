"""RIS files, read and written with rispy."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ketameta.exchange.references.reference import Reference, one_line, plain_doi, plain_year

_KINDS = {
    "JOUR": "article",
    "EJOUR": "article",
    "JFULL": "article",
    "CHAP": "chapter",
    "BOOK": "book",
    "DBASE": "registration",
}
_TYPES = {"article": "JOUR", "chapter": "CHAP", "book": "BOOK", "registration": "DBASE"}
_TITLES = ("title", "primary_title", "translated_title")
_JOURNALS = ("secondary_title", "journal_name", "alternate_title3", "alternate_title2")
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
        pmid=accession if is_pmid else "",
        url=one_line(str(urls[0])) if urls else "",
        note=one_line("; ".join(map(str, notes))),
        place=f"reference {number}",
    )


def write_ris(references: Sequence[Reference]) -> str:
    """RIS text; no value holds a line break, so that none can pass for a tag."""
    import rispy

    return str(rispy.dumps([_entry(reference) for reference in references]))


def _entry(item: Reference) -> dict[str, Any]:
    start, dash, end = item.pages.partition("-")
    values: dict[str, Any] = {
        "type_of_reference": _TYPES.get(item.kind, "GEN"),
        "authors": [one_line(name) for name in item.authors],
        "year": item.year,
        "title": one_line(item.title),
        "secondary_title": one_line(item.journal),
        "volume": one_line(item.volume),
        "number": one_line(item.issue),
        "start_page": one_line(start if dash else item.pages),
        "end_page": one_line(end),
        "doi": item.doi,
        "accession_number": item.pmid,
        "name_of_database": "PubMed" if item.pmid else "",
        "urls": [item.url] if item.url else [],
        "notes": [one_line(item.note)] if item.note else [],
    }
    return {key: value for key, value in values.items() if value}
