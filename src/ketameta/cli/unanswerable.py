"""What a check computes per question; a question for which that fails is a problem of the review.

So one question that cannot be answered takes nothing from what is found elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from ketameta.errors import KetametaError
from ketameta.questions.question import Question, Review
from ketameta.records.findings import Finding
from ketameta.records.problems import Problem
from ketameta.records.rules import located
from ketameta.records.yaml_reader import Document, Path_

Found = TypeVar("Found")

RULE = "R004"


def per_question(
    questions: Sequence[Question],
    review: Review,
    document: Document,
    work: Callable[[Question], Found],
) -> tuple[list[Found], list[Problem]]:
    """What `work` makes of questions, and a problem for each with which it fails.

    Parameters
    ----------
    document
        Of the review, for the lines of its questions.
    """
    found: list[Found] = []
    problems: list[Problem] = []
    names = [question.id for question in review.questions]
    for question in questions:
        try:
            found.append(work(question))
        except KetametaError as error:
            where = ("questions", names.index(question.id), "id")
            problems.append(unanswerable(error, where, document, f'"{question.id}"'))
    return found, problems


def unanswerable(error: KetametaError, where: Path_, document: Document, what: str) -> Problem:
    """The problem that an error makes of a place in a document."""
    said = " ".join(str(error).split())
    return located(Finding(RULE, where, f"{what} cannot be answered: {said}", ""), document)
