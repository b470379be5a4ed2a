"""All problems of records and excluded reports, looked for anew."""

from __future__ import annotations

from pathlib import Path

from ketameta.cli.checked import Checked, WaivedProblem
from ketameta.cli.workspace import Workspace, shown
from ketameta.records.checks import check_study
from ketameta.records.loading import load
from ketameta.records.store import VOCABULARY, load_evidence
from ketameta.records.study import Study, Vocabulary
from ketameta.records.waivers import Waived, waive


def check_records(workspace: Workspace, *, cached: bool) -> Checked:
    """Every problem of the records of a workspace; `cached` as of `load_evidence`."""
    evidence = load_evidence(workspace.folder, cached=cached)
    waived = tuple(sorted(_plain(found) for found in evidence.waived))
    return Checked(tuple(sorted(set(evidence.problems))), waived, ())


def check_record_alone(path: Path, folder: Path) -> Checked:
    """The problems of a record outside a studies folder, whose vocabulary it may use.

    What can only be said of all records together is not looked for.
    """
    name = (shown(path).as_posix(),)
    study, document = load(path, Study, shown_as=shown(path))
    if study is None:
        return Checked(tuple(sorted(document.problems)), (), name)
    vocabulary, _ = load(folder / VOCABULARY, Vocabulary)
    standing, covered = waive(check_study(study, document, path.resolve(), vocabulary), study)
    waived = tuple(sorted(_plain(found) for found in covered))
    return Checked(tuple(sorted(standing)), waived, name)


def _plain(found: Waived) -> WaivedProblem:
    waiver = found.waiver
    return WaivedProblem(found.problem, waiver.reason, waiver.by, waiver.date)
