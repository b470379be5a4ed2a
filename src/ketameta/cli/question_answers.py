"""The review's questions answered by the methods that were asked for: its own, or a program's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ketameta.cli.method_options import Methods
from ketameta.synthesis.answer import Analysis, Answer

if TYPE_CHECKING:  # a user's table needs no records
    from ketameta.questions.question import Question, Review
    from ketameta.records.store import Evidence

Told = Mapping[tuple[str, str], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, and what only the methods asked for say of its analyses.

    `told` is for JSON, by kind (main, subgroups, sensitivity, leave_one_out) and id of analysis.
    """

    answer: Answer
    told: Told = field(default_factory=dict)


def answered(question: Question, review: Review, evidence: Evidence, methods: Methods) -> Answered:
    """The answer to a question under `methods`, flagged.

    With a preset every analysis is made as the program makes it, the mechanism of `ketameta
    reconcile`; otherwise `review` already holds the methods.
    """
    from ketameta.appraisal.answers import answer_question, flagged

    if methods.program is None:
        found = Answered(answer_question(question, review, evidence))
    else:
        from ketameta.synthesis.answering import answer
        from ketameta.synthesis.program_answer import ByProgram, answer_by_program

        choices = review.choices
        by = ByProgram(methods.program, choices.zero_cells, float(choices.level) / 100)
        made, told = answer_by_program(answer(question, review, evidence), by)
        found = Answered(flagged(made, evidence, review.thresholds), told)
    return found if methods.threshold is None else _with_chance(found, methods.threshold)


def methods_in(review: Review, methods: Methods) -> Review:
    """The review with the methods asked for; under a preset with nothing but the level.

    Raises
    ------
    UsageError
        For a method that does not exist, does not fit the others, or has no place in a review.
    """
    if methods.program is None:
        return methods.applied_to(review)
    methods.check()
    return Methods(level=methods.level).applied_to(review)


def with_decision(
    found: Answered, review: Review, evidence: Evidence, stated: tuple[Path, str]
) -> Answered:
    """With the probability that a new study's effect lies above a threshold the review states.

    Parameters
    ----------
    stated
        The folder of the review, with its certainty.yaml, and which of its thresholds.

    Raises
    ------
    DataError
        Where the review does not state one, or no effect can be so large.
    """
    from ketameta.appraisal.grade.decision_threshold import decision_threshold
    from ketameta.appraisal.grade.proposal import Body
    from ketameta.questions.certainty import load_certainty

    folder, name = stated
    body = Body.of(found.answer, review, evidence, load_certainty(folder, review))
    one = decision_threshold(body, name)
    return _with_chance(found, one.y, {"threshold_meaning": one.meaning})


def _with_chance(
    found: Answered, threshold: float, more: Mapping[str, Any] | None = None
) -> Answered:
    """With the probability that the effect in a new study lies above a threshold."""
    from ketameta.pooling.new_study import NO_STUDY, probability_above, why_no_probability

    told = dict(found.told)
    for kind, analysis in _analyses(found.answer):
        pooled = analysis.pooled
        chance = None if pooled is None else probability_above(pooled, threshold)
        key = (kind, analysis.id)
        said = {
            "threshold": threshold,
            "new_study_above": chance,
            "new_study_reason": NO_STUDY if pooled is None else why_no_probability(pooled) or None,
            **(more or {}),
        }
        told[key] = {**told.get(key, {}), **said}
    return Answered(found.answer, told)


def _analyses(answer: Answer) -> list[tuple[str, Analysis]]:
    return [
        ("main", answer.main),
        *(("subgroups", group.analysis) for group in answer.subgroups),
        *(("sensitivity", analysis) for analysis in answer.sensitivity),
        *(("leave_one_out", analysis) for analysis in answer.leave_one_out),
    ]
