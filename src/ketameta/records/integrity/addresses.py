"""Identifiers that have the right form and are yet not quite right."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ketameta.records.checks_written import DOI, REGISTRY_FORMS
from ketameta.records.findings import Finding
from ketameta.records.provenance import Source
from ketameta.records.study import Citation, Report, Study
from ketameta.records.yaml_reader import Path_

_RESOLVER = re.compile(r"https?://(?:dx\.)?doi\.org/(10\.[^?#\s]+)", re.IGNORECASE)
_PUBMED = re.compile(r"https?://pubmed\.ncbi\.nlm\.nih\.gov/(\d+)")
_PAIRS = {")": "(", "]": "[", ">": "<"}


def check(study: Study) -> Iterator[Finding]:
    """DOIs with a stray end, addresses of another DOI or PMID, numbers of another registry."""
    for place, part in _parts(study):
        yield from _address(place, part)
        if part.doi and DOI.fullmatch(part.doi) and _stray_end(part.doi):
            message = f'"{part.doi}" ends in "{part.doi[-1]}", which is seldom part of a DOI.'
            hint = "Take punctuation of the sentence off."
            yield Finding("R155", (*place, "doi"), message, hint)
    for i, entry in enumerate(study.registrations):
        for registry, form in REGISTRY_FORMS.items():
            if entry.registry not in REGISTRY_FORMS and form.fullmatch(entry.id):
                message = f'"{entry.id}" has the form of a {registry} number.'
                hint = f"Write `registry: {registry}`."
                yield Finding("R155", ("registrations", i, "registry"), message, hint)


def _parts(study: Study) -> Iterator[tuple[Path_, Citation | Report | Source]]:
    yield ("citation",), study.citation
    for i, report in enumerate(study.reports):
        yield ("reports", i), report
    for key, source in study.sources.items():
        yield ("sources", key), source


def _stray_end(doi: str) -> bool:
    last = doi[-1]
    return last in ".;:,/" or (last in _PAIRS and doi.count(last) != doi.count(_PAIRS[last]))


def _address(place: Path_, part: Citation | Report | Source) -> Iterator[Finding]:
    """The address of a part against its own DOI and PMID."""
    forms = ((_RESOLVER, part.doi), (_PUBMED, getattr(part, "pmid", None)))
    for form, identifier in forms:
        found = form.match(part.url or "")
        if identifier and found and found[1].rstrip("/").lower() != identifier.lower():
            message = f"the address leads to {found[1]}, not {identifier}."
            yield Finding("R155", (*place, "url"), message, "Correct one of them.")
