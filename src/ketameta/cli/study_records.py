"""One study record, found by id without reading all others."""

from __future__ import annotations

import difflib
from pathlib import Path

from ketameta.appraisal.study_flags import Subject, study_flags
from ketameta.cli.workspace import Workspace, shown
from ketameta.errors import DataError, KetametaError, UsageError
from ketameta.records.checks import check_record
from ketameta.records.loading import LoadedStudy, load
from ketameta.records.problems import Severity
from ketameta.records.store import EXCLUDED, VOCABULARY, study_files
from ketameta.records.study import ExcludedReports, Vocabulary
from ketameta.records.yaml_reader import read_yaml
from ketameta.synthesis.answer import Flag


def find_study(workspace: Workspace, study_id: str) -> LoadedStudy:
    """The record with this id; its label will do, in any case.

    Raises
    ------
    UsageError
        When there is none, with the nearest ids; for an excluded report with the reason.
    DataError
        When the record cannot be used, with every problem and its place.
    """
    files = {path.stem: path for path in study_files(workspace.folder)}
    path = files.get(_slug(study_id))
    if path is None:
        raise UsageError(_unknown(study_id, list(files), workspace))
    document = read_yaml(path, shown_as=shown(path))
    vocabulary, _ = load(workspace.folder / VOCABULARY, Vocabulary)
    study, problems = check_record(document, path, vocabulary)
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if study is None or errors:
        raise DataError("\n".join(str(problem) for problem in errors))
    return LoadedStudy(study, document)


def flags_of(
    loaded: LoadedStudy, workspace: Workspace, review_file: Path | None
) -> tuple[Flag, ...]:
    """Flags on the study as a whole; none where no review sets thresholds."""
    try:
        review = workspace.review(review_file, to_answer=False)
    except KetametaError:
        if review_file is not None:
            raise
        return ()
    return study_flags(Subject(loaded.study, review.thresholds))


def _slug(study_id: str) -> str:
    return "-".join(study_id.strip().casefold().removesuffix(".yaml").split())


def _unknown(study_id: str, known: list[str], workspace: Workspace) -> str:
    listed, _ = load(workspace.folder / EXCLUDED, ExcludedReports)
    for report in listed.excluded if listed else ():
        if report.id == _slug(study_id):
            return f"{report.id}: is an excluded report, not a study. {report.reason}"
    near = difflib.get_close_matches(_slug(study_id), known, n=3, cutoff=0.55)
    near += [name for name in known if _slug(study_id) in name and name not in near][:3]
    hint = f"Did you mean {' or '.join(near)}?" if near else "All ids: ketameta list"
    return f'show: no study has the id "{study_id}". {hint}'
