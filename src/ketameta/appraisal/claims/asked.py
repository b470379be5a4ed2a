"""Which questions of a review the tests of claims need answered."""

from __future__ import annotations

from collections.abc import Sequence

from ketameta.questions.question import Question, Review
from ketameta.records.claim_files import LoadedClaim


def asked_questions(loaded: Sequence[LoadedClaim], review: Review) -> tuple[Question, ...]:
    """The questions that tests name, in the order of the review; unknown names are left out."""
    tests = [part.test for item in loaded for part in item.claim.parts]
    named = {getattr(test, "question", "") for test in tests}
    named |= {name for test in tests for name in getattr(test, "questions", ())}
    return tuple(question for question in review.questions if question.id in named)
