"""References compared with what is known: records, other reports of their people, exclusions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from ketameta.exchange.references.reference import Reference, plain_doi
from ketameta.records.store import Evidence

RECORD, REPORT, EXCLUDED, REPEATED, NEW = (
    *("study record", "other report of a record"),
    *("excluded report", "repeated in the file", "new"),
)
_REGISTRATION = re.compile(
    r"\b(NCT[0-9]{8}|ISRCTN[0-9]{8}|ACTRN[0-9]{14}|20[0-9]{2}-[0-9]{6}-[0-9]{2})\b"
)
_SHORTEST_TITLE = 20
"""Shorter titles ("Editorial", "Ketamine") are shared by many papers."""


@dataclass(frozen=True, slots=True)
class Match:
    """A reference, what it is to the evidence, the id of its match, and by which sign."""

    reference: Reference
    status: str
    id: str = ""
    by: str = ""


@dataclass(slots=True)
class _Known:
    """Ids by sign: a DOI, a PubMed number, a title, a registration."""

    by_sign: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def add(self, status: str, id_: str, **signs: str | None) -> None:
        for kind, value in signs.items():
            if value:
                self.by_sign.setdefault((kind, value), (status, id_))


def matched(references: Sequence[Reference], evidence: Evidence) -> list[Match]:
    """Each reference with its match, in order: by DOI, PubMed number, title, then registration."""
    known = _known(evidence)
    found = []
    for reference in references:
        signs = _signs(reference)
        hit = next(((sign, known.by_sign[sign]) for sign in signs if sign in known.by_sign), None)
        if hit is None:
            found.append(Match(reference, NEW))
            for sign in signs:
                if sign[0] != "registration":
                    known.by_sign.setdefault(sign, (REPEATED, reference.place))
        else:
            (kind, _), (status, id_) = hit
            found.append(Match(reference, status, id_, kind))
    return found


def plain_title(text: str) -> str:
    """A title without case, accents and signs; "" where it is too short to tell papers apart."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    plain = " ".join(re.findall(r"[a-z0-9]+", letters))
    return plain if len(plain) >= _SHORTEST_TITLE else ""


def _signs(reference: Reference) -> list[tuple[str, str]]:
    registration = _REGISTRATION.search(f"{reference.title} {reference.url} {reference.note}")
    signs = [
        ("doi", reference.doi),
        ("pmid", reference.pmid),
        ("title", plain_title(reference.title)),
        ("registration", registration[0].upper() if registration else ""),
    ]
    return [sign for sign in signs if sign[1]]


def _known(evidence: Evidence) -> _Known:
    known = _Known()
    for study in evidence.studies:
        citation = study.citation
        known.add(
            RECORD,
            study.id,
            doi=plain_doi(citation.doi or ""),
            pmid=citation.pmid,
            title=plain_title(citation.title),
        )
    for study in evidence.studies:
        for report in study.reports:
            known.add(REPORT, study.id, doi=plain_doi(report.doi or ""), pmid=report.pmid)
            known.add(REPORT, study.id, title=plain_title(report.citation))
        for entry in study.registrations:
            known.add(RECORD, study.id, registration=entry.id.upper())
    for item in evidence.excluded:
        known.add(EXCLUDED, item.id, doi=plain_doi(item.doi or ""), pmid=item.pmid)
        known.add(EXCLUDED, item.id, registration=(item.registration or "").upper() or None)
    return known
