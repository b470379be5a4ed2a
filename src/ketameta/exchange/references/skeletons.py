"""A study record to complete, from a reference."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from ketameta.exchange.record_reading import ImportedRecord
from ketameta.exchange.references.reference import Reference, record_author
from ketameta.records.vocabulary import Verification

_SOURCE = "import"


def skeletons(
    references: Sequence[Reference], *, substance: str, file: str, taken: Sequence[str] = ()
) -> list[ImportedRecord]:
    """One record per reference: its citation, and all else listed as missing.

    Parameters
    ----------
    substance
        The substance whose use is treated, which decides the folder.
    file
        Name of the file that the references come from.
    taken
        Ids that exist already; a new record gets another.
    """
    used = set(taken)
    return [_skeleton(reference, substance, file, used) for reference in references]


def _skeleton(reference: Reference, substance: str, file: str, used: set[str]) -> ImportedRecord:
    name = _id(reference, used)
    record = ImportedRecord(name)
    where = f"{file}: {reference.place}"
    authors = [record_author(author) for author in reference.authors]
    citation = {
        "authors": authors or ["Not stated"],
        "authors_complete": None if authors else False,
        "year": int(reference.year) if reference.year else None,
        "title": reference.title or None,
        "journal": reference.journal or None,
        "volume": reference.volume or None,
        "issue": reference.issue or None,
        "pages": reference.pages or None,
        "doi": reference.doi or None,
        "pmid": reference.pmid or None,
        "url": reference.url if reference.url.startswith("http") and not reference.doi else None,
        "source": {"ref": _SOURCE, "locator": reference.place},
    }
    kept = {k: v for k, v in citation.items() if v is not None or k == "year"}
    missing = ["Registration", "Design", "Participants", "Arms", "Outcomes and results"]
    for part, value in {
        "id": name,
        "status": "awaiting data",
        "status_reason": f"Only the reference is here, imported from {file} by machine.",
        "substance": substance,
        "citation": kept,
        "sources": {_SOURCE: {"document": f"References {file}", "level": str(Verification.IMPORT)}},
        "missing": [{"what": what, "where": "Report of the study"} for what in missing],
    }.items():
        record.put((part,), value, where)
    return record


def _id(reference: Reference, used: set[str]) -> str:
    text = unicodedata.normalize("NFKD", reference.label).encode("ascii", "ignore").decode()
    stem = "-".join(re.findall(r"[a-z0-9]+", text.lower())) or "reference"
    name, number = stem, 1
    while name in used:
        number += 1
        name = f"{stem}-{number}"
    used.add(name)
    return name
