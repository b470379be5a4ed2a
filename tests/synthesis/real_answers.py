"""The answers to the questions of this project's review, computed once per test run."""

from __future__ import annotations

from functools import cache

from tests.records import real

from ketameta.appraisal.answers import answer_review
from ketameta.synthesis.answer import Analysis, Answer


@cache
def answers() -> dict[str, Answer]:
    """Every question of the review, answered and flagged, by its id."""
    return {a.question.id: a for a in answer_review(real.review(), real.evidence())}


def analyses(answer: Answer) -> tuple[Analysis, ...]:
    """Every analysis of an answer: main, subgroups, sensitivity sets, without each study."""
    groups = tuple(group.analysis for group in answer.subgroups)
    return (answer.main, *groups, *answer.sensitivity, *answer.leave_one_out)
