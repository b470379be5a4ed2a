"""All problems of claims, looked for anew: form, names, and verdicts that went stale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ketameta.cli.check_paths import reviews_of
from ketameta.cli.checked import Checked
from ketameta.cli.checked_evidence import CheckedEvidence
from ketameta.cli.workspace import Workspace, shown
from ketameta.errors import KetametaError
from ketameta.questions.loading import read_review
from ketameta.questions.question import Review
from ketameta.records.claim_files import LoadedClaim, load_claims
from ketameta.records.problems import Problem, did_you_mean
from ketameta.records.rules import Finding, located
from ketameta.records.yaml_reader import Document
from ketameta.synthesis.review_names import unknown_names

MOST = 3
"""Changes that one line names; the command it points to lists all."""


def check_claims(looked_at: CheckedEvidence) -> Checked:
    """Every problem of the claims of a workspace.

    Whether a verdict is stale can be said only where there is one review, without problems.
    """
    workspace = looked_at.workspace
    claims = load_claims(looked_at.evidence, shown=shown(workspace.folder))
    problems = [*claims.problems, *_not_entered(claims.loaded)]
    asked = _review(workspace)
    if asked is not None:
        named = [p for item in claims.loaded for p in _unknown_questions(item, asked.review)]
        problems += named
        wrong = {problem.path for problem in named}
        sound = [item for item in claims.loaded if item.document.path not in wrong]
        problems += _stale(sound, looked_at, asked)
    return Checked(tuple(sorted(set(problems))), (), ())


@dataclass(frozen=True, slots=True)
class _Asked:
    """A review, the document it was read from, and its folder."""

    review: Review
    document: Document
    folder: Path


def _review(workspace: Workspace) -> _Asked | None:
    """The only review, where there is one without problems."""
    files = reviews_of(workspace)
    if len(files) != 1:
        return None
    review, document = read_review(files[0], shown_as=shown(files[0]))
    if review is None or document.problems or any(unknown_names(review, document)):
        return None
    return _Asked(review, document, files[0].parent)


def _not_entered(loaded: Sequence[LoadedClaim]) -> Iterator[Problem]:
    for item in loaded:
        if item.claim.entered is None:
            hint = f"Run: ketameta claims {item.claim.id} --enter"
            finding = Finding("R093", ("id",), "no verdict has been drafted.", hint)
            yield located(finding, item.document)


def _unknown_questions(item: LoadedClaim, review: Review) -> Iterator[Problem]:
    known = [question.id for question in review.questions]
    places: list[tuple[tuple[str | int, ...], str]] = [
        (("questions", i), name) for i, name in enumerate(item.claim.questions)
    ]
    for i, part in enumerate(item.claim.parts):
        where = ("parts", i, "test")
        if name := getattr(part.test, "question", ""):
            places.append(((*where, "question"), name))
        for j, name in enumerate(getattr(part.test, "questions", ())):
            places.append(((*where, "questions", j), name))
    for place, name in places:
        if name not in known:
            message = f'the review {review.id} has no question "{name}".'
            finding = Finding("R091", place, message, did_you_mean(name, known))
            yield located(finding, item.document)


def _stale(
    loaded: Sequence[LoadedClaim], looked_at: CheckedEvidence, asked: _Asked
) -> Iterator[Problem]:
    entered = [item for item in loaded if item.claim.entered is not None]
    if not entered:
        return
    from ketameta.appraisal.claims.asked import asked_questions
    from ketameta.appraisal.claims.trial import judge
    from ketameta.cli.claim_bench import bench_of
    from ketameta.cli.unanswerable import per_question, unanswerable

    review = asked.review
    answers, problems = per_question(
        asked_questions(entered, review),
        review,
        asked.document,
        lambda question: looked_at.answer(question, review),
    )
    yield from problems
    known = {found.question.id for found in answers}
    try:
        bench = bench_of(answers, looked_at.evidence, review, asked.folder)
    except KetametaError as error:
        yield unanswerable(error, ("questions",), asked.document, "how certain the answers are")
        return
    for item in entered:
        if any(question.id not in known for question in asked_questions([item], review)):
            continue  # the question is named above
        try:
            judged = judge(item, bench)
        except KetametaError as error:
            yield unanswerable(error, ("id",), item.document, item.claim.id)
            continue
        if judged.moved:
            yield _moved(item, judged.moved)


def _moved(item: LoadedClaim, moved: Sequence[str]) -> Problem:
    changes = "; ".join(moved[:MOST])
    more = len(moved) - MOST
    rest = f"; and {more} more" if more > 0 else ""
    message = f"the verdict is stale ({changes}{rest})."
    hint = f"Look again, then: ketameta claims {item.claim.id} --enter"
    return located(Finding("R092", ("entered",), message, hint), item.document)
