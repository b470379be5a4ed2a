"""References of the evidence: studies, excluded reports, and the methods of a review."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ketameta.exchange.references.reference import Reference, inverted, plain_doi
from ketameta.pooling import catalog
from ketameta.pooling.catalog import Method
from ketameta.questions.question import Choices
from ketameta.records.study import ExcludedReport, Study

_CITED = re.compile(r"([^\W\d][\w' -]*?)(?: et al\.?)? ((?:19|20)[0-9]{2})\b")


def study_references(studies: Sequence[Study]) -> list[Reference]:
    """The main report of each study; the note says its status."""
    return [_of_study(study) for study in studies]


def _of_study(study: Study) -> Reference:
    cited = study.citation
    registered = cited.journal is not None and not (cited.doi or cited.pmid or cited.volume)
    return Reference(
        kind="registration" if registered else "article",
        authors=tuple(inverted(name) for name in cited.authors),
        year=str(cited.year or ""),
        title=cited.title,
        journal=cited.journal or "",
        volume=cited.volume or "",
        issue=cited.issue or "",
        pages=(cited.pages or "").replace("\u2013", "-"),
        doi=plain_doi(cited.doi or ""),
        pmid=cited.pmid or "",
        url=cited.url or "",
        note=f"Study record {study.id}: {study.status}",
        key=study.id,
        authors_complete=cited.authors_complete,
    )


def excluded_references(reports: Sequence[ExcludedReport]) -> list[Reference]:
    """Excluded reports as they are recorded: the citation in short is their title."""
    found = []
    for report in reports:
        cited = _CITED.match(report.citation)
        found.append(
            Reference(
                kind="other",
                authors=(cited[1],) if cited else (),
                year=cited[2] if cited else "",
                title=report.citation,
                doi=plain_doi(report.doi or ""),
                pmid=report.pmid or "",
                url=report.url or "",
                note=f"Excluded: {report.reason}",
            )
        )
    return found


def method_references(choices: Choices) -> list[Reference]:
    """The methods that a review uses; the catalogs hold authors, year and DOI, and no titles.

    A reference manager fills in the rest by the DOI.
    """
    methods: list[Method[object]] = [
        catalog.tau2_method(choices.tau2),  # type: ignore[list-item]
        catalog.interval_method(choices.interval),  # type: ignore[list-item]
        catalog.prediction_method(choices.prediction),  # type: ignore[list-item]
        catalog.tau2_interval_method("QP"),  # type: ignore[list-item]
    ]
    found: dict[str, Reference] = {}
    for method in methods:
        words, _, year = method.reference.rpartition(" ")
        names = words.removesuffix(" and colleagues")
        people = tuple(name.strip() for name in re.split(r",| and ", names) if name.strip())
        found.setdefault(
            method.doi,
            Reference(
                authors=people,
                year=year,
                doi=plain_doi(method.doi),
                note=f"Method: {method.name}",
            ),
        )
    return list(found.values())
