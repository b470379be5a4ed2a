"""Brief answers are whole answers but for the further looks, and lead to the same certainty."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.records import real
from tests.synthesis.real_answers import answers

from ketameta.appraisal.answers import answer_review
from ketameta.appraisal.grade.grading import grade_review
from ketameta.questions.certainty import FILE, read_certainty
from ketameta.synthesis import answering
from ketameta.synthesis.answer import Further


def test_only_further_looks_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    found = answers()
    monkeypatch.setattr(answering, "further", None)
    for brief in answer_review(real.review(), real.evidence(), brief=True):
        whole = found[brief.question.id]
        looks = whole.further
        kept = looks and Further(
            small_studies=looks.small_studies, small_studies_gate=looks.small_studies_gate
        )
        assert repr(brief) == repr(replace(whole, further=kept)), brief.question.id


def test_certainty_is_the_same() -> None:
    review, evidence = real.review(), real.evidence()
    decided, _ = read_certainty(real.REVIEW.with_name(FILE), review)
    assert decided is not None
    brief = grade_review(answer_review(review, evidence, brief=True), review, evidence, decided)
    whole = grade_review(tuple(answers().values()), review, evidence, decided)
    assert len(brief) == len(review.questions)
    for one, other in zip(brief, whole, strict=True):
        assert repr(replace(one, answer=other.answer)) == repr(other), one.id
