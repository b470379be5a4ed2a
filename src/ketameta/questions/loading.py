"""Reading `review.yaml`, with every name resolved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ketameta.errors import DataError, UsageError
from ketameta.questions.question import Question, Review
from ketameta.records.loading import load
from ketameta.records.problems import Problem, did_you_mean
from ketameta.records.yaml_reader import Document


def load_review(path: Path, *, shown_as: Path | None = None) -> Review:
    """The review in `path`; DataError with every problem and its place if it cannot be used."""
    if not path.is_file():
        raise UsageError(f"{shown_as or path}: no such file. A review is a review.yaml.")
    review, document = read_review(path, shown_as=shown_as)
    if review is None or document.problems:
        raise DataError("\n".join(str(problem) for problem in document.problems))
    return review


def read_review(path: Path, *, shown_as: Path | None = None) -> tuple[Review | None, Document]:
    """The review in `path`, None if it has not the form of one; all problems in the document."""
    review, document = load(path, Review, shown_as=shown_as)
    if review is not None:
        document.problems += _unresolved(review, document)
    return review, document


def _unresolved(review: Review, document: Document) -> Iterator[Problem]:
    """Repeated question ids, and sensitivity sets that the review does not have."""
    ids = [s.id for s in review.sets]
    seen: set[str] = set()
    for i, question in enumerate(review.questions):
        if question.id in seen:
            yield document.problem(("questions", i, "id"), f'"{question.id}" stands twice.')
        seen.add(question.id)
        for j, name in enumerate(question.sensitivity):
            if name not in ids:
                message = f'no sensitivity set "{name}" in this review.'
                where = ("questions", i, "sensitivity", j)
                yield document.problem(where, message, did_you_mean(name, ids))


def find_question(review: Review, question_id: str) -> Question:
    """The question with this id; UsageError with the closest id if there is none."""
    question = review.question(question_id)
    if question is None:
        hint = did_you_mean(question_id, [q.id for q in review.questions])
        raise UsageError(f'no question has the id "{question_id}". {hint}')
    return question
