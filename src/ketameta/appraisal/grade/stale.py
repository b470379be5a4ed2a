"""What is wrong with decisions of `certainty.yaml`: stale ones, and ones without a good reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ketameta.appraisal.grade.rating import QuestionGrade

STALE, UNREASONED, UNDECIDED = "stale", "without a reason", "undecided"
SIGNIFICANCE = "significance"
_SIGNIFICANT = re.compile(r"\b(?:non-?|in)?significan(?:t|ce)\b|\bp\s*[<>=]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DecisionProblem:
    """One decision that must be looked at again.

    Attributes
    ----------
    kind
        stale: an input moved since; without a reason: decided otherwise than proposed and does
        not say why; undecided: there is a proposal and no decision on it.
    """

    kind: str
    question: str
    domain: str
    message: str


def decision_problems(grades: Sequence[QuestionGrade]) -> Iterator[DecisionProblem]:
    """Every decision that must be looked at again, question by question."""
    for graded in grades:
        for domain in graded.domains:
            if domain.stale:
                text = f"{domain.domain}: decided on other inputs ({domain.moved_text})."
                yield DecisionProblem(STALE, graded.id, domain.domain, text)
            if domain.changed and domain.decision is not None and not domain.decision.reason:
                text = (
                    f"{domain.domain}: {domain.level} was decided, {domain.proposal.level} is "
                    "proposed, and no reason is given."
                )
                yield DecisionProblem(UNREASONED, graded.id, domain.domain, text)
            own = domain.decision.reason if domain.decision is not None else None
            if own and _SIGNIFICANT.search(own):
                text = f"{domain.domain}: the reason argues with significance or a P value."
                yield DecisionProblem(SIGNIFICANCE, graded.id, domain.domain, text)
        if graded.undecided:
            names = ", ".join(domain.domain for domain in graded.undecided)
            yield DecisionProblem(UNDECIDED, graded.id, "", f"nobody has decided on {names}.")
