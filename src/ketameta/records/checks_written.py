"""Checks of what is written in a record, made also where it has not the form of one.

Whoever completes a record by hand sees at once what is missing and what is wrong in the rest. A
part of another form than it should have is passed over: that is said where the form is checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ketameta.records.findings import Finding
from ketameta.records.problems import did_you_mean
from ketameta.records.vocabulary import Role, Status, Verification
from ketameta.records.yaml_reader import Path_

Fields = Mapping[str, Any]

MODELINE = "# yaml-language-server: $schema=../schema/study.schema.json"
DOI = re.compile(r"10\.\d{4,9}/[-._;()/:A-Z0-9<>\[\]]+", re.IGNORECASE)
PMID = re.compile(r"[1-9]\d{0,7}")
PMCID = re.compile(r"PMC\d{3,9}")
REGISTRY_FORMS = {
    "ClinicalTrials.gov": re.compile(r"NCT\d{8}"),
    "EudraCT": re.compile(r"\d{4}-\d{6}-\d{2}"),
    "ISRCTN": re.compile(r"ISRCTN\d{8}"),
    "ANZCTR": re.compile(r"ACTRN\d{14}"),
}
REGISTRY_WORDS = {
    "ClinicalTrials.gov": "NCT and eight digits",
    "EudraCT": "four digits, six digits and two digits, joined by -",
    "ISRCTN": "ISRCTN and eight digits",
    "ANZCTR": "ACTRN and fourteen digits",
}


def check(data: Fields) -> Iterator[Finding]:
    """Repeated ids, unknown sources, malformed identifiers, and fields that need each other."""
    status = data.get("status")
    if status in list(Status) and status != Status.INCLUDED and not data.get("status_reason"):
        yield Finding("R012", ("status",), f'"{status}" needs a `status_reason`.')
    yield from _undated(data)
    yield from _unique(data, ("arms",))
    yield from _unique(data, ("outcomes",))
    for where, outcome in _entries(data, ("outcomes",)):
        yield from _unique(outcome, (*where, "results"))
    yield from _control_types(data)
    sources = data.get("sources")
    if isinstance(sources, dict):
        yield from _sources(sources, data, ())
        for where, note in _entries(data, ("notes",)):
            for place, name in _words(note, where, "refs"):
                yield from _unknown(name, sources, place)
    yield from _identifiers(data)


def _undated(data: Fields) -> Iterator[Finding]:
    """An included study whose year was left empty; with a `short_label` nobody looks for one."""
    citation = data.get("citation")
    if data.get("status") != Status.INCLUDED or not isinstance(citation, dict):
        return
    if "year" in citation and citation["year"] is None and not citation.get("short_label"):
        message = "is required but empty."
        hint = "Write the year of publication; where no source shows it, a `short_label` as well."
        yield Finding("R001", ("citation", "year"), message, hint)


def check_place(data: Fields, path: Path) -> Iterator[Finding]:
    """A record that does not stand where its id and substance say, or does not name the schema."""
    named, substance = data.get("id"), data.get("substance")
    if named is not None and named != path.stem:
        hint = f"Rename the file or write `id: {path.stem}`."
        yield Finding("R010", ("id",), f'"{named}" is not the file name.', hint)
    if substance is not None and substance != path.parent.name:
        hint = f"Move the file to {substance}/."
        yield Finding("R010", ("substance",), f'"{substance}" is not the folder.', hint)
    with path.open(encoding="utf-8-sig") as file:
        if file.readline().strip() != MODELINE:
            hint = f"Write: {MODELINE}"
            yield Finding("R011", (), "the first line does not name the schema.", hint)


def waived_rules(data: Fields) -> Iterator[tuple[Path_, str]]:
    """The code in each waiver, with its place."""
    for where, waiver in _entries(data, ("waivers",)):
        if isinstance(code := waiver.get("rule"), str):
            yield (*where, "rule"), code


def report_findings(report: Fields, where: Path_) -> Iterator[Finding]:
    """Malformed identifiers of one report."""
    forms = {"doi": (DOI, "a DOI"), "pmid": (PMID, "a PMID"), "pmcid": (PMCID, "a PMCID")}
    for name, (form, noun) in forms.items():
        value = report.get(name)
        if isinstance(value, str) and not form.fullmatch(value):
            hint = "Write it without an address in front." if name == "doi" else ""
            yield Finding("R040", (*where, name), f'"{value}" is not {noun}.', hint)


def _identifiers(data: Fields) -> Iterator[Finding]:
    if isinstance(citation := data.get("citation"), dict):
        yield from report_findings(citation, ("citation",))
    for where, report in _entries(data, ("reports",)):
        yield from report_findings(report, where)
    for where, entry in _entries(data, ("registrations",)):
        registry, number = entry.get("registry"), entry.get("id")
        form = REGISTRY_FORMS.get(registry) if isinstance(registry, str) else None
        if form and isinstance(number, str) and not form.fullmatch(number):
            hint = f"Its form is {REGISTRY_WORDS[str(registry)]}."
            yield Finding("R040", (*where, "id"), f'"{number}" is not a {registry} number.', hint)
    sources = data.get("sources")
    for key, source in sources.items() if isinstance(sources, dict) else ():
        doi = source.get("doi") if isinstance(source, dict) else None
        if isinstance(doi, str) and doi and not DOI.fullmatch(doi):
            yield Finding("R040", ("sources", key, "doi"), f'"{doi}" is not a DOI.')


def _unique(owner: Fields, where: Path_) -> Iterator[Finding]:
    """Ids that stand twice in the list that ends the path, a field of the owner."""
    seen: set[Any] = set()
    for place, entry in _entries(owner, where):
        name = entry.get("id")
        if not isinstance(name, str):
            continue
        if name in seen:
            yield Finding("R021", (*place, "id"), f'"{name}" stands twice.', "Rename one.")
        seen.add(name)


def _control_types(data: Fields) -> Iterator[Finding]:
    for where, arm in _entries(data, ("arms",)):
        role, control = arm.get("role"), arm.get("control_type")
        if role == Role.CONTROL and control is None:
            yield Finding("R022", (*where, "role"), "a control arm needs a `control_type`.")
        if role in (Role.EXPERIMENTAL, Role.OTHER) and control is not None:
            message = f'only control arms have one; this arm is "{role}".'
            yield Finding("R022", (*where, "control_type"), message)


def _sources(sources: Fields, node: Any, where: Path_) -> Iterator[Finding]:
    """Walk the whole record and look at every reference to a source."""
    if isinstance(node, dict):
        if isinstance(node.get("ref"), str):
            yield from _reference(sources, node, where)
        for key, item in node.items():
            yield from _sources(sources, item, (*where, key))
    elif isinstance(node, list):
        for i, item in enumerate(node):
            yield from _sources(sources, item, (*where, i))


def _reference(sources: Fields, ref: Fields, where: Path_) -> Iterator[Finding]:
    named = [((*where, "ref"), ref["ref"])]
    named += [found for field in ("also", "confirmed_in") for found in _words(ref, where, field)]
    for place, name in named:
        yield from _unknown(name, sources, place)
        source = sources.get(name)
        level = source.get("level") if isinstance(source, dict) else None
        if level == Verification.DERIVED and not ref.get("derivation"):
            hint = "Write the arithmetic in `derivation`."
            yield Finding("R024", place, "a derived value without its arithmetic.", hint)


def _unknown(name: str, sources: Fields, where: Path_) -> Iterator[Finding]:
    if name not in sources:
        hint = did_you_mean(name, sources)
        yield Finding("R020", where, f'no source "{name}" in this record.', hint)


def _entries(owner: Fields, where: Path_) -> Iterator[tuple[Path_, Fields]]:
    """The mappings in the list that ends the path, a field of the owner, each with its place."""
    listed = owner.get(str(where[-1]))
    for i, entry in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(entry, dict):
            yield (*where, i), entry


def _words(owner: Fields, where: Path_, field: str) -> Iterator[tuple[Path_, str]]:
    """The texts in a list that is a field of the owner, each with its place."""
    listed = owner.get(field)
    for i, entry in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(entry, str):
            yield (*where, field, i), entry
