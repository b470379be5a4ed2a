"""All problems of records and excluded reports, looked for anew."""

from __future__ import annotations

from pathlib import Path

from ketameta.cli.checked import Checked, WaivedProblem
from ketameta.cli.checked_evidence import CheckedEvidence
from ketameta.cli.workspace import shown
from ketameta.records.checks import check_record
from ketameta.records.loading import load
from ketameta.records.problems import Problem
from ketameta.records.rules import located
from ketameta.records.store import VOCABULARY
from ketameta.records.study import Study, Vocabulary
from ketameta.records.waivers import Waived, waive
from ketameta.records.yaml_reader import Document, read_yaml


def check_records(looked_at: CheckedEvidence) -> Checked:
    """Every problem of the records of a workspace."""
    evidence = looked_at.evidence
    waived = tuple(sorted(_plain(found) for found in evidence.waived))
    bias = [p for item in evidence.loaded for p in _risk_of_bias(item.study, item.document)]
    return Checked(tuple(sorted({*evidence.problems, *bias})), waived, ())


def check_record_alone(path: Path, folder: Path) -> Checked:
    """The problems of a record outside a studies folder, whose vocabulary it may use.

    What can only be said of all records together is not looked for.
    """
    name = (shown(path).as_posix(),)
    document = read_yaml(path, shown_as=shown(path))
    vocabulary, _ = load(folder / VOCABULARY, Vocabulary)
    study, found = check_record(document, path.resolve(), vocabulary)
    if study is None:
        return Checked(tuple(sorted(found)), (), name)
    standing, covered = waive(found, study)
    waived = tuple(sorted(_plain(found) for found in covered))
    bias = _risk_of_bias(study, document)
    return Checked(tuple(sorted([*standing, *bias])), waived, name)


def _risk_of_bias(study: Study, document: Document) -> list[Problem]:
    """Assessments that do not fit their tool; the tools are no part of the records."""
    if not study.risk_of_bias:
        return []
    from ketameta.appraisal.risk_of_bias.problems import assessment_findings

    return [located(finding, document) for finding in assessment_findings(study)]


def _plain(found: Waived) -> WaivedProblem:
    waiver = found.waiver
    return WaivedProblem(found.problem, waiver.reason, waiver.by, waiver.date)
