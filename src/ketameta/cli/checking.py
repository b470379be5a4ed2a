"""All problems of a workspace: records, excluded reports, reviews and schemas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ketameta.cli.workspace import Workspace, shown
from ketameta.errors import KetametaError, UsageError
from ketameta.measures.catalog import measure
from ketameta.questions.loading import read_review
from ketameta.questions.question import Review
from ketameta.records.checks import check_study
from ketameta.records.json_schema import stale_schemas
from ketameta.records.loading import load
from ketameta.records.problems import Problem
from ketameta.records.store import Evidence, load_evidence, study_files
from ketameta.records.study import Study
from ketameta.records.yaml_reader import Document, Path_

REVIEW = "review.yaml"


@dataclass(frozen=True, slots=True)
class Checked:
    """The problems, sorted by place, and how many files were looked at."""

    problems: tuple[Problem, ...]
    files: int


def check_all(workspace: Workspace, paths: Sequence[Path] = ()) -> Checked:
    """Every problem of the workspace, or those under some paths.

    A record among `paths` that lies outside the studies folder, and a review outside `reports`,
    is checked by itself.

    Raises
    ------
    UsageError
        For a path that does not exist or holds nothing that can be checked.
    """
    evidence = load_evidence(workspace.folder)
    files = {path.resolve() for path in _files(workspace.folder)}
    reviews = {path.resolve() for path in workspace.root.glob(f"reports/*/{REVIEW}")}
    alone = [path for path in paths if _is_alone(path, workspace, reviews)]
    problems = [*evidence.problems, *_schema_problems(workspace.folder)]
    for path in sorted(reviews):
        problems += review_problems(path)
    wanted = [path.resolve() for path in paths]
    if wanted:
        problems = [p for p in problems if _under(p.path.resolve(), wanted)]
        files = {path for path in files if _under(path, wanted)}
        reviews = {path for path in reviews if _under(path, wanted)}
    for path in alone:
        problems += _checked_alone(path, evidence)
    return Checked(tuple(sorted(set(problems))), len(files) + len(reviews) + len(alone))


def _files(folder: Path) -> Iterator[Path]:
    yield from folder.glob("*.yaml")
    yield from study_files(folder)


def _under(path: Path, places: Sequence[Path]) -> bool:
    return any(path == place or place in path.parents for place in places)


def _is_alone(path: Path, workspace: Workspace, reviews: set[Path]) -> bool:
    """Whether a path must be checked by itself; UsageError if it cannot be checked at all."""
    if not path.exists():
        raise UsageError(f"{path}: there is no such file or folder. Check the path.")
    resolved = path.resolve()
    inside = _under(resolved, [workspace.folder.resolve(), workspace.root / "reports"])
    known = resolved in reviews or resolved in {p.resolve() for p in _files(workspace.folder)}
    if path.is_dir():
        if inside or workspace.folder.resolve().is_relative_to(resolved):
            return False
        raise UsageError(f"{path}: holds no study records. Use --studies for another folder.")
    if known:
        return False
    if path.suffix.lower() not in (".yaml", ".yml"):
        raise UsageError(f"{path}: is neither a study record nor a review. Records end in .yaml.")
    return True


def _checked_alone(path: Path, evidence: Evidence) -> list[Problem]:
    if path.name == REVIEW:
        return list(review_problems(path))
    study, document = load(path, Study, shown_as=shown(path))
    if study is None:
        return list(document.problems)
    return [*document.problems, *check_study(study, document, path.resolve(), evidence.vocabulary)]


def _schema_problems(folder: Path) -> Iterator[Problem]:
    schemas = folder / "schema"
    if schemas.is_dir():
        for name in stale_schemas(schemas):
            yield Problem(
                shown(schemas / name),
                1,
                1,
                "",
                "the schema is missing or not that of this version.",
                "Run: ketameta schema --write",
            )


def review_problems(path: Path) -> Iterator[Problem]:
    """Problems of a review, those of names that only the catalogs know included."""
    review, document = read_review(path, shown_as=shown(path))
    yield from document.problems
    if review is not None:
        yield from _unknown_names(review, document)


def _unknown_names(review: Review, document: Document) -> Iterator[Problem]:
    for i, question in enumerate(review.questions):
        try:
            measure(question.measure)
        except KetametaError as error:
            yield _catalog_problem(document, ("questions", i, "measure"), error)
    yield from _unknown_choices(review, document)


def _unknown_choices(review: Review, document: Document) -> Iterator[Problem]:
    from ketameta.measures.zero_cells import ZeroCells
    from ketameta.pooling import catalog

    resolvers: dict[str, Callable[[str], object]] = {
        "tau2": catalog.tau2_method,
        "interval": catalog.interval_method,
        "prediction": catalog.prediction_method,
        "zero_cells": ZeroCells,
    }
    for name, resolve in resolvers.items():
        try:
            resolve(getattr(review.choices, name))
        except KetametaError as error:
            yield _catalog_problem(document, ("choices", name), error)


def _catalog_problem(document: Document, where: Path_, error: KetametaError) -> Problem:
    return document.problem(where, str(error).split(": ", 1)[-1])
