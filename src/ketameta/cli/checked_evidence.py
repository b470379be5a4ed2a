"""What one check reads and computes once, although several of its parts need it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ketameta.cli.workspace import Workspace

if TYPE_CHECKING:
    from ketameta.questions.question import Question, Review
    from ketameta.records.store import Evidence
    from ketameta.synthesis.answer import Answer


class CheckedEvidence:
    """The records of a workspace, and brief answers to questions about them, when they are needed.

    Parameters
    ----------
    cached
        As of `load_evidence`.
    """

    def __init__(self, workspace: Workspace, *, cached: bool) -> None:
        self.workspace = workspace
        self._cached = cached
        self._answers: dict[tuple[str, str], Answer] = {}

    @cached_property
    def evidence(self) -> Evidence:
        """Every record, and the problems of all."""
        from ketameta.records.store import load_evidence

        return load_evidence(self.workspace.folder, cached=self._cached)

    def answer(self, question: Question, review: Review) -> Answer:
        """A question of a review, answered; KetametaError where that is not possible."""
        from ketameta.appraisal.answers import answer_question

        key = (review.id, question.id)
        if key not in self._answers:
            found = answer_question(question, review, self.evidence, brief=True)
            self._answers[key] = found
        return self._answers[key]
