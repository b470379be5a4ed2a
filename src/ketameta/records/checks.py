"""Checks beyond the schema: does a record make sense in itself, and beside the others?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ketameta.records import checks_numbers, checks_references, integrity
from ketameta.records.loading import LoadedStudy
from ketameta.records.problems import Problem
from ketameta.records.rules import Finding, located
from ketameta.records.study import ExcludedReport, Study, Vocabulary
from ketameta.records.vocabulary import DesignType, Role, Status, YesNo
from ketameta.records.waivers import misnamed
from ketameta.records.yaml_reader import Document, Path_

MODELINE = "# yaml-language-server: $schema=../schema/study.schema.json"
UNCONTROLLED = (DesignType.SINGLE_ARM, DesignType.CASE_SERIES, DesignType.CASE_REPORT)


def check_study(
    study: Study, document: Document, path: Path, vocabulary: Vocabulary | None
) -> list[Problem]:
    """All problems of one record that the schema cannot express, sorted by place."""
    findings: list[Finding] = [*_place(study, path), *_status(study), *_design(study)]
    findings += checks_references.check(study, vocabulary)
    findings += checks_numbers.check(study, vocabulary)
    findings += integrity.check(study, vocabulary)
    findings += misnamed(study)
    return sorted(located(finding, document) for finding in findings)


def check_evidence(loaded: Sequence[LoadedStudy]) -> list[Problem]:
    """Problems between records: repeated ids, and the same participants twice."""
    problems: list[Problem] = []
    first: dict[str, LoadedStudy] = {}
    claimed: dict[str, LoadedStudy] = {}
    for item in loaded:
        if (other := first.setdefault(item.study.id, item)) is not item:
            finding = Finding(
                "R050", ("id",), f"{item.study.id} is already in {other.document.path}."
            )
            problems.append(located(finding, item.document))
        if item.study.status is not Status.INCLUDED:
            continue
        for where, identifier in checks_references.identifiers(item.study):
            other = claimed.setdefault(identifier, item)
            if other.study.id != item.study.id:
                message = f"{identifier} also stands in {other.document.path}."
                hint = (
                    "If they are the same participants, keep one record and list the other there."
                )
                problems.append(located(Finding("R051", where, message, hint), item.document))
    problems += [located(found, item.document) for item, found in integrity.check_between(loaded)]
    return problems


def check_excluded(
    excluded: Sequence[ExcludedReport], document: Document, loaded: Sequence[LoadedStudy]
) -> list[Problem]:
    """Problems of the list of excluded reports."""
    records = {item.study.id: item.document.path for item in loaded}
    for item in loaded:
        for _, identifier in checks_references.identifiers(item.study):
            records.setdefault(identifier, item.document.path)
    findings: list[Finding] = []
    seen: set[str] = set()
    for i, report in enumerate(excluded):
        where: Path_ = ("excluded", i)
        if report.id in seen:
            findings.append(Finding("R050", (*where, "id"), f"{report.id} is listed twice."))
        seen.add(report.id)
        findings += _recorded(report, records, where)
        findings += checks_references.excluded_identifiers(report, where)
    return [located(finding, document) for finding in findings]


def _recorded(
    report: ExcludedReport, records: Mapping[str, Path], where: Path_
) -> Iterator[Finding]:
    """The first of an excluded report's names that a record has as well."""
    for place, name in (("id", report.id), *checks_references.report_identifiers(report)):
        if name in records:
            message = f"{name} has a record in {records[name]}."
            yield Finding("R052", (*where, place), message, "Keep one of them.")
            return


def _place(study: Study, path: Path) -> Iterator[Finding]:
    if study.id != path.stem:
        hint = f"Rename the file or write `id: {path.stem}`."
        yield Finding("R010", ("id",), f'"{study.id}" is not the file name.', hint)
    if study.substance != path.parent.name:
        hint = f"Move the file to {study.substance}/."
        yield Finding("R010", ("substance",), f'"{study.substance}" is not the folder.', hint)
    with path.open(encoding="utf-8-sig") as file:
        if file.readline().strip() != MODELINE:
            hint = f"Write: {MODELINE}"
            yield Finding("R011", (), "the first line does not name the schema.", hint)


def _status(study: Study) -> Iterator[Finding]:
    if study.status is not Status.INCLUDED and not study.status_reason:
        yield Finding("R012", ("status",), f'"{study.status}" needs a `status_reason`.')


def _design(study: Study) -> Iterator[Finding]:
    controls = [arm for arm in study.arms if arm.role is Role.CONTROL]
    uncontrolled = study.design.type in UNCONTROLLED
    if uncontrolled and controls:
        message = f'a "{study.design.type}" study has no control arm, found "{controls[0].id}".'
        yield Finding("R025", ("design", "type"), message, "Correct the design or the arm's role.")
    if uncontrolled and study.design.randomised is YesNo.YES:
        message = f'a "{study.design.type}" study cannot be randomised.'
        yield Finding("R025", ("design", "randomised"), message)
    if study.design.type is DesignType.NON_RANDOMISED and study.design.randomised is YesNo.YES:
        yield Finding("R025", ("design", "randomised"), "contradicts the design type.")
    if not uncontrolled and len(study.arms) < 2:
        message = f'a "{study.design.type}" study has at least two arms.'
        yield Finding("R025", ("arms",), message)
