"""The text of `certainty.yaml` for the answers of today: a form to edit, with every input."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from ketameta.appraisal.grade.rating import DomainGrade, QuestionGrade
from ketameta.questions.certainty import Certainty, GradedQuestion

PLACEHOLDER = "TO BE DECIDED"


def draft(grades: Sequence[QuestionGrade], certainty: Certainty) -> str:
    """Decisions as they stand, proposals where there are none, and the inputs as they are now.

    Reading it back gives the same levels, without a stale decision: whoever copies an entry
    confirms it. What only people can say stands as "TO BE DECIDED" and is refused until it is
    replaced.
    """
    lines = [f"non_randomised_start: {certainty.non_randomised_start}"]
    lines.append(f"main_outcomes: [{', '.join(certainty.main_outcomes)}]")
    lines.append("questions:")
    for graded in grades:
        lines += _question(graded)
    return "\n".join(lines) + "\n"


def _question(graded: QuestionGrade) -> Iterator[str]:
    asked = graded.asked
    yield f"  - question: {graded.id}"
    yield f"    outcome: {_quoted(graded.outcome)}"
    yield from _important(asked)
    if asked is not None and asked.baseline:
        yield "    baseline:"
        for risk in asked.baseline:
            yield f"      - label: {_quoted(risk.label)}"
            yield f"        risk: {risk.risk}"
            yield f"        source: {_quoted(risk.source)}"
    if graded.domains:
        yield "    judgements:"
        for domain in graded.domains:
            yield from _judgement(domain)
        names = [PLACEHOLDER] if asked is None or not asked.raters else list(asked.raters)
        yield f"    raters: [{', '.join(_quoted(name) for name in names)}]"
        yield f"    date: {PLACEHOLDER if asked is None or not asked.date else asked.date}"
    if asked is not None and asked.note:
        yield f"    note: {_quoted(asked.note)}"


def _important(asked: GradedQuestion | None) -> Iterator[str]:
    yield "    important:"
    if asked is None:
        for name in ("smallest", "large", "unit", "source"):
            yield f"      {name}: {PLACEHOLDER}"
        return
    yield f"      smallest: {asked.important.smallest}"
    yield f"      large: {asked.important.large}"
    yield f"      unit: {_quoted(asked.important.unit)}"
    yield f"      source: {_quoted(asked.important.source)}"


def _judgement(domain: DomainGrade) -> Iterator[str]:
    yield f"      - domain: {domain.domain}"
    yield f"        level: {domain.level}"
    if domain.decision is not None and domain.decision.reason:
        yield f"        reason: {_quoted(domain.decision.reason)}"
    if domain.proposal.seen:
        yield "        seen:"
        for name, value in domain.proposal.seen:
            yield f"          {name}: {_quoted(value)}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
