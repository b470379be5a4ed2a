"""Asking of fewer studies: the engine's answer moves, and nobody vanishes without a reason."""

from __future__ import annotations

import pytest
from tests.reports.real_report import real_inputs

from ketameta.appraisal.answers import answer_question
from ketameta.errors import UsageError
from ketameta.questions.narrowing import narrowed
from ketameta.questions.selection import BY_HAND

INPUTS = real_inputs()
QUESTION = INPUTS.review.questions[0]
KNOWN = {study.id: study.label for study in INPUTS.evidence.studies}


def test_a_study_left_out_by_hand_is_listed_and_the_rest_is_leave_one_out() -> None:
    answer = INPUTS.answers[0]
    first = answer.main.rows[0]
    asked = narrowed(QUESTION, INPUTS.review, without=[first.study], known=KNOWN)
    found = answer_question(asked, INPUTS.review, INPUTS.evidence)
    assert found.question.title == f"{QUESTION.title} (without {first.label})"
    assert first.study not in [row.study for row in found.main.rows]
    reasons = {left.study: left.reason for left in found.main.left_out}
    assert reasons[first.study] == BY_HAND
    same = next(a for a in answer.leave_one_out if a.id == f"without-{first.study}")
    assert found.main.pooled is not None
    assert same.pooled is not None
    assert found.main.pooled.estimate == pytest.approx(same.pooled.estimate, rel=1e-12)
    for analysis in found.sensitivity:
        assert first.study not in [row.study for row in analysis.rows]


def test_a_set_becomes_the_main_analysis() -> None:
    answer = INPUTS.answers[0]
    for wanted in answer.sensitivity:
        asked = narrowed(QUESTION, INPUTS.review, set_id=wanted.id, known=KNOWN)
        found = answer_question(asked, INPUTS.review, INPUTS.evidence)
        assert found.question.title == f"{QUESTION.title} ({wanted.title})"
        assert [r.study for r in found.main.rows] == [r.study for r in wanted.rows]


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"set_id": "plazebo"}, "Did you mean placebo"),
        ({"without": ["dakwar-2091"]}, "Did you mean dakwar-20"),
        ({"without": ["xyz"]}, "See ketameta list"),
    ],
)
def test_what_does_not_exist_is_named(wish: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        narrowed(QUESTION, INPUTS.review, known=KNOWN, **wish)  # type: ignore[arg-type]
