"""Checks beyond the schema: does a record make sense in itself, and beside the others?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ketameta.records import (
    checks_numbers,
    checks_participants,
    checks_references,
    checks_times,
    checks_written,
    integrity,
)
from ketameta.records.loading import LoadedStudy, fitted
from ketameta.records.problems import Problem
from ketameta.records.rules import Finding, located
from ketameta.records.study import ExcludedReport, Study, Vocabulary
from ketameta.records.vocabulary import DesignType, Role, Status, YesNo
from ketameta.records.waivers import misnamed
from ketameta.records.yaml_reader import Document, Path_

UNCONTROLLED = (DesignType.SINGLE_ARM, DesignType.CASE_SERIES, DesignType.CASE_REPORT)


def check_record(
    document: Document, path: Path, vocabulary: Vocabulary | None
) -> tuple[Study | None, list[Problem]]:
    """The study that a document describes, None without the form of one, and all its problems.

    Without the form, only what can be judged by what is written is looked for.
    """
    study = fitted(document, Study)
    if study is not None:
        return study, check_study(study, document, path, vocabulary)
    if not isinstance(document.data, dict):
        return None, document.problems
    said = {problem.field for problem in document.problems}
    found = [located(finding, document) for finding in _written(document.data, path)]
    return None, sorted([*document.problems, *(p for p in found if p.field not in said)])


def check_study(
    study: Study, document: Document, path: Path, vocabulary: Vocabulary | None
) -> list[Problem]:
    """All problems of one record that the schema cannot express, sorted by place."""
    findings: list[Finding] = [*_written(document.data, path), *_design(study)]
    findings += checks_references.check(study, vocabulary)
    findings += checks_numbers.check(study, vocabulary)
    findings += checks_participants.check(study)
    findings += checks_times.check(study)
    findings += integrity.check(study, vocabulary)
    return sorted(located(finding, document) for finding in findings)


def _written(data: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    yield from checks_written.check_place(data, path)
    yield from checks_written.check(data)
    yield from misnamed(checks_written.waived_rules(data))


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
        findings += checks_written.report_findings(report.model_dump(), where)
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
