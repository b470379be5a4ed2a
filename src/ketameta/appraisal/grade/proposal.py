"""`Body`: what is graded. `Proposal`: what the rules make of one domain of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ketameta.appraisal.risk_of_bias.weights import row_weights
from ketameta.questions.certainty import Certainty, Domain, GradedQuestion, Important, Level
from ketameta.questions.question import Question, Review
from ketameta.records.store import Evidence
from ketameta.records.study import Study
from ketameta.synthesis.answer import Analysis, Answer, StudyRow

Seen = tuple[tuple[str, str], ...]
HALF = 50.0
"""Percent of the weight from where on something holds for most of the evidence."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the rules propose for one domain.

    Attributes
    ----------
    domain, level
        As in `questions.certainty`.
    reason
        A sentence or two with the numbers.
    seen
        The inputs by name, rounded as printed: a decision goes stale when one of them moves.
    """

    domain: Domain
    level: Level
    reason: str
    seen: Seen = ()


@dataclass(frozen=True, slots=True)
class Body:
    """The body of evidence behind one answer, with everything that is looked at.

    Attributes
    ----------
    answer
        With the flags and the risk of bias of its rows filled in.
    asked
        The decisions on the question; None where there are none.
    weights
        Percent of the weight of each row of the main analysis.
    """

    answer: Answer
    question: Question
    review: Review
    evidence: Evidence
    certainty: Certainty
    asked: GradedQuestion | None
    weights: tuple[float, ...] = field(default=())

    @classmethod
    def of(cls, answer: Answer, review: Review, evidence: Evidence, certainty: Certainty) -> Body:
        """The body behind an answer of a review."""
        question = review.question(answer.question.id)
        assert question is not None, "answers are made from the questions of the review"
        asked, weights = certainty.of(question.id), row_weights(answer.main)
        return cls(answer, question, review, evidence, certainty, asked, weights)

    @property
    def main(self) -> Analysis:
        """The main analysis."""
        return self.answer.main

    @property
    def important(self) -> Important | None:
        """Which differences matter; None where nobody has said."""
        return None if self.asked is None else self.asked.important

    def study(self, row: StudyRow) -> Study:
        """The record behind a row."""
        return self.evidence.get(row.study).study

    def share(self, holds: Callable[[StudyRow], bool]) -> float:
        """Percent of the weight of the rows for which something holds."""
        pairs = zip(self.main.rows, self.weights, strict=True)
        return sum(weight for row, weight in pairs if holds(row))

    def shares(self, name: Callable[[StudyRow], str]) -> dict[str, float]:
        """Percent of the weight by some property of the rows, the heaviest first."""
        found: dict[str, float] = {}
        for row, weight in zip(self.main.rows, self.weights, strict=True):
            found[name(row)] = found.get(name(row), 0.0) + weight
        return dict(sorted(found.items(), key=lambda item: -item[1]))


def percent(value: float) -> str:
    """A share as printed: "34%"."""
    return f"{value:.0f}%"


def listed(shares: dict[str, float]) -> str:
    """Shares in words: "alcohol 80%, cocaine 20%"."""
    return ", ".join(f"{name} {percent(value)}" for name, value in shares.items())


def joined(parts: Sequence[str]) -> str:
    """Parts of a sentence, joined by semicolons."""
    return "; ".join(part for part in parts if part)
