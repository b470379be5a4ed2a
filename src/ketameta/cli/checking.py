"""All problems of a workspace: records, excluded reports, reviews and schemas, looked for anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ketameta.cli.check_paths import REVIEW, files_of, reviews_of
from ketameta.cli.checked import Checked, WaivedProblem
from ketameta.cli.schemas import stale
from ketameta.cli.workspace import Workspace, shown
from ketameta.questions.loading import read_review
from ketameta.records.checks import check_study
from ketameta.records.loading import load
from ketameta.records.problems import Problem
from ketameta.records.store import VOCABULARY, load_evidence
from ketameta.records.study import Study, Vocabulary
from ketameta.records.waivers import waive
from ketameta.synthesis.review_names import unknown_names


def check_workspace(workspace: Workspace, *, cached: bool) -> Checked:
    """Every problem of the records, reviews and schemas of a workspace."""
    evidence = load_evidence(workspace.folder, cached=cached)
    problems = [*evidence.problems, *_schema_problems(workspace.folder)]
    for path in reviews_of(workspace):
        problems += review_problems(path)
    waived = [
        WaivedProblem(found.problem, found.waiver.reason, found.waiver.by, found.waiver.date)
        for found in evidence.waived
    ]
    return Checked(
        tuple(sorted(set(problems))),
        tuple(sorted(waived)),
        tuple(shown(path).as_posix() for path in files_of(workspace)),
    )


def check_alone(path: Path, vocabulary_folder: Path) -> Checked:
    """The problems of a record or review that stands by itself.

    What can only be said of all records together is not looked for.
    """
    name = (shown(path).as_posix(),)
    if path.name == REVIEW:
        return Checked(tuple(sorted(review_problems(path))), (), name)
    study, document = load(path, Study, shown_as=shown(path))
    if study is None:
        return Checked(tuple(sorted(document.problems)), (), name)
    vocabulary, _ = load(vocabulary_folder / VOCABULARY, Vocabulary)
    standing, covered = waive(check_study(study, document, path.resolve(), vocabulary), study)
    waived = (
        WaivedProblem(found.problem, found.waiver.reason, found.waiver.by, found.waiver.date)
        for found in covered
    )
    return Checked(tuple(sorted(standing)), tuple(sorted(waived)), name)


def _schema_problems(folder: Path) -> Iterator[Problem]:
    schemas = folder / "schema"
    if schemas.is_dir():
        for name in stale(schemas):
            message = "the schema is missing or not that of this version."
            hint = "Run: ketameta schema --write"
            yield Problem(shown(schemas / name), 1, 1, "", message, hint, "R002")


def review_problems(path: Path) -> Iterator[Problem]:
    """Problems of a review, those of names that only the catalogs know included."""
    review, document = read_review(path, shown_as=shown(path))
    yield from document.problems
    if review is not None:
        yield from unknown_names(review, document)
