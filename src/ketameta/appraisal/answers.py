"""Answers with their flags and risk of bias: on every study in every analysis, and on pools."""

from __future__ import annotations

from dataclasses import replace

from ketameta.appraisal.pool_flags import pool_flags
from ketameta.appraisal.risk_of_bias.results import row_risk_of_bias
from ketameta.appraisal.study_flags import Subject, study_flags
from ketameta.questions.question import Question, Review, Thresholds
from ketameta.records.store import Evidence
from ketameta.records.study import Outcome, Study
from ketameta.synthesis.answer import Analysis, Answer, StudyRow
from ketameta.synthesis.answering import answer


def flagged(unflagged: Answer, evidence: Evidence, thresholds: Thresholds) -> Answer:
    """The same answer with flags filled in."""

    def flag(analysis: Analysis) -> Analysis:
        return flag_analysis(analysis, evidence, thresholds)

    return replace(
        unflagged,
        main=flag(unflagged.main),
        subgroups=tuple(replace(s, analysis=flag(s.analysis)) for s in unflagged.subgroups),
        sensitivity=tuple(flag(a) for a in unflagged.sensitivity),
        leave_one_out=tuple(flag(a) for a in unflagged.leave_one_out),
    )


def flag_analysis(analysis: Analysis, evidence: Evidence, thresholds: Thresholds) -> Analysis:
    """One analysis with the flags and the risk of bias of its studies, and the pool's flags."""
    studies = {row.study: evidence.get(row.study).study for row in analysis.rows}
    rows = []
    for row in analysis.rows:
        study = studies[row.study]
        subject = Subject(
            study, thresholds, row, _outcome(study, row), _team_mates(row, studies, analysis)
        )
        risk = row_risk_of_bias(study, row.outcome_id)
        rows.append(replace(row, flags=study_flags(subject), risk_of_bias=risk))
    with_rows = replace(analysis, rows=tuple(rows))
    return replace(with_rows, flags=pool_flags(with_rows, thresholds))


def _outcome(study: Study, row: StudyRow) -> Outcome | None:
    return next((o for o in study.outcomes if o.id == row.outcome_id), None)


def _team_mates(row: StudyRow, studies: dict[str, Study], analysis: Analysis) -> tuple[str, ...]:
    team = studies[row.study].design.team
    if team is None:
        return ()
    return tuple(
        other.label
        for other in analysis.rows
        if other is not row and studies[other.study].design.team == team
    )


def answer_review(review: Review, evidence: Evidence, *, brief: bool = False) -> tuple[Answer, ...]:
    """Every question of a review, answered and flagged, in the order of the review."""
    return tuple(
        answer_question(question, review, evidence, brief=brief) for question in review.questions
    )


def answer_question(
    question: Question, review: Review, evidence: Evidence, *, brief: bool = False
) -> Answer:
    """One question of a review, answered and flagged.

    A brief answer takes no further looks but the tests of small-study effects: enough to judge
    claims and certainty by, in a fraction of the time.
    """
    found = answer(question, review, evidence, brief=brief)
    return flagged(found, evidence, review.thresholds)
