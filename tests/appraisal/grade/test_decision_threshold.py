"""Thresholds that a review states, on the scale that is pooled."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from tests.records import real
from tests.synthesis.real_answers import answers

from ketameta.appraisal.grade.decision_scale import decision_scale
from ketameta.appraisal.grade.decision_threshold import NAMES, decision_threshold
from ketameta.appraisal.grade.proposal import Body
from ketameta.errors import DataError
from ketameta.questions.certainty import Certainty, load_certainty


def body(name: str, certainty: Certainty | None = None) -> Body:
    found = certainty or load_certainty(real.REVIEW.parent, real.review())
    return Body.of(answers()[name], real.review(), real.evidence(), found)


def test_a_hundred_more_per_1000_as_an_odds_ratio_by_hand() -> None:
    """The median of the control groups of 24/100, 3/28 and 15/23 is 24 %: 34 % with treatment."""
    found = decision_threshold(body("abstinence-longest"), "important")
    assert found.y == pytest.approx(math.log((0.34 / 0.66) / (0.24 / 0.76)), rel=1e-12)
    assert found.meaning.startswith("+100 per 1000 at a risk of 24% without treatment")


@pytest.mark.parametrize("which", NAMES)
@pytest.mark.parametrize(
    "name", ["abstinence-longest", "relapse-hazard", "days-abstinent", "intensive-care-days"]
)
def test_the_scale_of_decisions_leads_back(name: str, which: str) -> None:
    one = body(name)
    scale = decision_scale(one)
    size = scale.smallest if which == "important" else scale.large
    sign = 1 if one.answer.question.better == "higher" else -1
    assert size is not None
    assert scale.difference(decision_threshold(one, which).y) == pytest.approx(sign * size)


def test_nobody_can_have_fewer_events_than_none() -> None:
    with pytest.raises(DataError, match="no effect makes −20 per 1000"):
        decision_threshold(body("adverse-event-removal"), "important")


def test_without_a_decision_there_is_no_threshold() -> None:
    with pytest.raises(DataError, match="nobody has said which difference matters"):
        decision_threshold(body("abstinence-longest", Certainty()), "important")


def test_ratios_without_a_risk_are_in_percent() -> None:
    """A ratio of means of 0.8 is 20 percent less."""
    one = body("days-abstinent")
    question = replace(one.answer.question, measure="ROM", better="lower")
    ratio = replace(one, answer=replace(one.answer, question=question))
    found = decision_threshold(ratio, "large")
    assert found.y == pytest.approx(math.log(0.8), rel=1e-12)
