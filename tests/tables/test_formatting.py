"""Numbers as readers see them, against the published example of the review.

Five comparisons pooled by metafor 3.8-1, ``rma(yi, vi, method = "REML", test = "knha")``: OR 3.5261
(1.4005 to 8.8775), prediction interval 0.57 to 21.8, tau2 0.319451, I2 53.2728 %.
"""

from __future__ import annotations

import math

import pytest
from tests.figures.builders import Trial, answer, ketamine_answer, normal_trials, two_by_two

from ketameta.notation.numbers import DASH, MINUS
from ketameta.pooling.result import Interval
from ketameta.synthesis.answer import ArmNumbers
from ketameta.tables.formatting import (
    AnswerText,
    people,
    people_text,
    percent_text,
    variance_interval_text,
    variance_text,
)


def test_the_example_reads_as_metafor_computes_it() -> None:
    found = ketamine_answer()
    text = AnswerText.of(found)
    assert text.result(found.main) == "OR 3.53 (1.40 to 8.88)"
    assert text.prediction(found.main.pooled) == "0.57 to 21.78"
    assert text.direction == "above 1 favours ketamine"
    assert (text.name, text.level) == ("odds ratio", "95%")


def test_scales_are_the_readers() -> None:
    text = AnswerText.of(ketamine_answer())
    assert text.shown(math.log(2)) == pytest.approx(2, rel=1e-15)
    assert text.interval(Interval(math.log(0.5), math.log(4))) == "0.50 to 4.00"
    effect = text.effect_of(0.0, Interval(math.log(0.5), math.log(4)))
    assert effect is not None
    assert (effect.estimate, effect.low, effect.high) == pytest.approx((1, 0.5, 4))


def test_the_good_side_follows_the_question() -> None:
    trials = normal_trials(3)
    lower = AnswerText.of(answer(trials, better="lower", measure="HR"))
    assert lower.direction == "below 1 favours ketamine"
    difference = AnswerText.of(answer(trials, better="lower", measure="MD"))
    assert difference.direction == "below 0 favours ketamine"
    assert difference.point(-1.5) == f"{MINUS}1.50"


def test_one_study_is_said_to_be_one_and_none_to_be_none() -> None:
    one = answer([two_by_two("Doe 2020", 13, 27, 3, 28)])
    text = AnswerText.of(one)
    # log OR = ln(13*25/(14*3)) = 2.0461, se = sqrt(1/13+1/14+1/3+1/25) = 0.7222
    assert text.result(one.main) == "One study, not pooled: OR 7.74 (1.88 to 31.87)"
    none = answer([])
    assert AnswerText.of(none).result(none.main) == "No usable study"
    assert AnswerText.of(none).estimate(none.main) == DASH


def test_limits_that_do_not_exist_are_a_dash_and_not_a_number() -> None:
    text = AnswerText.of(ketamine_answer())
    assert text.interval(None) == DASH
    assert text.interval(Interval(None, None)) == DASH
    assert text.effect_of(0.0, Interval(None, None)) is None
    assert text.prediction(None) == DASH


def test_limits_beyond_what_a_reader_can_use_are_cut() -> None:
    text = AnswerText.of(ketamine_answer())
    assert text.interval(Interval(-30.0, 30.0)) == "<0.01 to >999"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, DASH),
        (0.0, "0.000"),
        (0.0001, "<0.001"),
        (0.319451, "0.319"),
        (9.4637, "9.464"),
        (60.21, "60.2"),
        (4321.9, "4322"),
    ],
)
def test_variances(value: float | None, shown: str) -> None:
    assert variance_text(value) == shown


def test_intervals_of_variances_and_percentages() -> None:
    assert variance_interval_text(Interval(0.0, 60.21)) == "0.000 to 60.2"
    assert variance_interval_text(Interval(None, None)) == DASH
    assert percent_text(53.2728) == "53%"
    assert percent_text(53.2728, Interval(0.0, 94.4)) == "53% (0% to 94%)"
    assert percent_text(None) == DASH


def test_people_are_counted_only_where_known() -> None:
    known = two_by_two("A 2000", 5, 10, 3, 12)
    unknown = Trial("B 2001", 0.1, 0.4, ArmNumbers("K"), ArmNumbers("C"))
    assert people_text(answer([known]).main) == "22"
    assert people_text(answer([known, unknown]).main) == "at least 22"
    assert people(answer([known, unknown]).main) == 22
    assert people_text(answer([unknown]).main) == "not known"
    assert people_text(answer([]).main) == DASH
