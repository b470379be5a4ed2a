"""Reading `review.yaml`, with every name resolved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from ketameta.errors import DataError, UsageError
from ketameta.nearest import nearest_hint
from ketameta.questions.question import Question, Review, WeeksWindow
from ketameta.records.loading import fitted
from ketameta.records.problems import Problem, did_you_mean
from ketameta.records.yaml_reader import Document, Path_, read_yaml


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
    document = read_yaml(path, shown_as=shown_as)
    return review_in(document), document


def review_in(document: Document) -> Review | None:
    """The review that a document holds, None if it has not the form of one; problems as above."""
    review = fitted(document, Review)
    if review is not None:
        found = _unresolved(review, document)
        document.problems += (replace(problem, code="R003") for problem in found)
    return review


def _unresolved(review: Review, document: Document) -> Iterator[Problem]:
    """Repeated names, empty time windows, and sensitivity sets that the review does not have."""
    sets = [s.id for s in review.sets]
    yield from _repeats(document, {("sets", i, "id"): name for i, name in enumerate(sets)})
    ids: dict[Path_, str] = {("questions", i, "id"): q.id for i, q in enumerate(review.questions)}
    yield from _repeats(document, ids)
    for i, question in enumerate(review.questions):
        where: Path_ = ("questions", i)
        constructs: dict[Path_, str] = {
            (*where, "outcomes", j, "construct"): str(choice.construct_)
            for j, choice in enumerate(question.outcomes)
        }
        yield from _repeats(document, constructs)
        time = question.time
        if isinstance(time, WeeksWindow) and time.minimum > time.maximum:
            message = f"minimum {time.minimum} is above maximum {time.maximum}."
            yield document.problem((*where, "time"), message, "Exchange them.")
        for j, name in enumerate(question.sensitivity):
            if name not in sets:
                message = f'no sensitivity set "{name}" in this review.'
                hint = did_you_mean(name, sets)
                yield document.problem((*where, "sensitivity", j), message, hint)


def _repeats(document: Document, names: Mapping[Path_, str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for where, name in names.items():
        if name in seen:
            yield document.problem(where, f'"{name}" stands twice.', "Keep one of them.")
        seen.add(name)


def find_question(review: Review, question_id: str) -> Question:
    """The question with this id; UsageError with the closest id if there is none."""
    question = review.question(question_id)
    if question is None:
        hint = nearest_hint(
            question_id,
            [question.id for question in review.questions],
            listing="ketameta list --questions lists them.",
            quoted=True,
        )
        raise UsageError(f'no question has the id "{question_id}". {hint}')
    return question
