"""All problems of reviews and of the committed schemas, looked for anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ketameta.appraisal.prisma.items import NUMBERS
from ketameta.cli.check_paths import reviews_of, statements_of
from ketameta.cli.checked import Checked
from ketameta.cli.schemas import stale
from ketameta.cli.workspace import Workspace, shown
from ketameta.questions.loading import read_review
from ketameta.questions.prisma import Prisma
from ketameta.records.loading import load
from ketameta.records.problems import Problem, did_you_mean
from ketameta.records.rules import Finding, located
from ketameta.synthesis.review_names import unknown_names


def check_reviews(workspace: Workspace) -> Checked:
    """Every problem of the reviews and schemas of a workspace."""
    problems = [*_schema_problems(workspace.folder)]
    for path in reviews_of(workspace):
        problems += review_problems(path)
    for path in statements_of(workspace):
        problems += _prisma_problems(path)
    return Checked(tuple(sorted(set(problems))), (), ())


def check_review_alone(path: Path) -> Checked:
    """The problems of a review that lies outside `reports`."""
    return Checked(tuple(sorted(review_problems(path))), (), (shown(path).as_posix(),))


def _schema_problems(folder: Path) -> Iterator[Problem]:
    schemas = folder / "schema"
    if schemas.is_dir():
        for name in stale(schemas):
            message = "the schema is missing or not that of this version."
            hint = "Run: ketameta schema --write"
            yield Problem(shown(schemas / name), 1, 1, "", message, hint, "R002")


def _prisma_problems(path: Path) -> Iterator[Problem]:
    """Problems of what a team states for PRISMA."""
    found, document = load(path, Prisma, shown_as=shown(path))
    yield from (replace(problem, code="R089") for problem in document.problems)
    for number in found.statements if found else ():
        if number not in NUMBERS:
            message = "PRISMA 2020 has no such item."
            hint = did_you_mean(number, NUMBERS)
            yield located(Finding("R089", ("statements", number), message, hint), document)


def review_problems(path: Path) -> Iterator[Problem]:
    """Problems of a review, those of names that only the catalogs know included."""
    review, document = read_review(path, shown_as=shown(path))
    yield from document.problems
    if review is not None:
        yield from unknown_names(review, document)
