"""Grade the answers of a review."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ketameta.appraisal.evidence_map import OTHER, control_group
from ketameta.appraisal.grade.decision_scale import baselines, decision_scale
from ketameta.appraisal.grade.design import MIXED, is_randomised, start
from ketameta.appraisal.grade.imprecision import imprecision
from ketameta.appraisal.grade.inconsistency import inconsistency
from ketameta.appraisal.grade.indirectness import indirectness
from ketameta.appraisal.grade.proposal import Body
from ketameta.appraisal.grade.publication_bias import publication_bias
from ketameta.appraisal.grade.rating import QuestionGrade, domain_grade
from ketameta.appraisal.grade.risk_of_bias import risk_of_bias
from ketameta.appraisal.grade.upgrades import upgrades
from ketameta.appraisal.grade.wording import statement
from ketameta.appraisal.map_certainty import GradedBody, ResultPlace
from ketameta.appraisal.risk_of_bias.weights import row_weights, share_of_weight_by_judgement
from ketameta.questions.certainty import Certainty
from ketameta.questions.question import Review
from ketameta.records.store import Evidence
from ketameta.records.vocabulary import ControlType
from ketameta.synthesis.answer import Analysis, Answer
from ketameta.synthesis.row_pooling import pool_rows, pooling_choices


def grade_review(
    answers: Sequence[Answer], review: Review, evidence: Evidence, certainty: Certainty
) -> tuple[QuestionGrade, ...]:
    """Every answer of a review, graded, in their order.

    Parameters
    ----------
    answers
        As `appraisal.answers.answer_review` gives them: with flags and risk of bias.
    certainty
        The decisions of `certainty.yaml`.
    """
    return tuple(grade(Body.of(answer, review, evidence, certainty)) for answer in answers)


def grade(body: Body, shares: Mapping[str, float] | None = None) -> QuestionGrade:
    """One answer, graded.

    Parameters
    ----------
    shares
        Percent of the weight by overall risk of bias; by default computed from the rows.
    """
    if body.main.pooled is None:
        bare = QuestionGrade(body.answer, body.asked)
        return _worded(bare)
    begins, scale = start(body), decision_scale(body)
    weights = share_of_weight_by_judgement(body.main) if shares is None else shares
    lowering = (
        risk_of_bias(body, begins, weights),
        inconsistency(body, scale),
        indirectness(body),
        imprecision(body, scale),
        publication_bias(body),
    )
    proposals = (*lowering, *upgrades(body, begins, scale, lowering))
    graded = QuestionGrade(
        body.answer,
        body.asked,
        begins,
        scale,
        baselines(body),
        tuple(domain_grade(proposal, body.asked) for proposal in proposals),
        randomised_alone=_randomised_alone(body) if begins.kind == MIXED else None,
    )
    return _worded(graded)


def _randomised_alone(body: Body) -> QuestionGrade:
    """The randomised studies of a body, pooled as the review pools; no decision is on them."""
    question, choices = body.question, pooling_choices(body.review.choices)
    rows = tuple(row for row in body.main.rows if is_randomised(row))
    pooled = pool_rows(rows, question.measure, choices)
    main = Analysis(ALONE, "Randomised trials alone", rows, pooled, body.main.left_out)
    asked = None if body.asked is None else body.asked.model_copy(update={"judgements": ()})
    answer = replace(body.answer, main=main, further=None)
    return grade(replace(body, answer=answer, asked=asked, weights=row_weights(main)))


ALONE = "randomised-alone"


def _worded(graded: QuestionGrade) -> QuestionGrade:
    return replace(graded, statement=statement(graded))


def graded_bodies(grades: Sequence[QuestionGrade], evidence: Evidence) -> tuple[GradedBody, ...]:
    """What each graded question pools, by cells of the evidence map; ungraded ones are left out."""
    return tuple(
        GradedBody(graded.id, graded.certainty, frozenset(_results(graded, evidence)))
        for graded in grades
        if graded.domains
    )


def _results(graded: QuestionGrade, evidence: Evidence) -> Iterator[ResultPlace]:
    for row in graded.answer.main.rows:
        outcomes = {o.id: str(o.construct_) for o in evidence.get(row.study).study.outcomes}
        kinds = [kind for kind in ControlType if str(kind) == row.control_type]
        control = control_group(kinds[0]) if kinds else OTHER
        yield ResultPlace(row.study, row.substance, outcomes.get(row.outcome_id, ""), control)
