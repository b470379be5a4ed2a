"""What the estimates of a question rest on, each varied over its range, by hand."""

from __future__ import annotations

import math
from functools import cache

import pytest
from scipy.special import stdtrit
from tests.records import real
from tests.records.makers import (
    contrast,
    criteria,
    events,
    means,
    outcome,
    question,
    result,
    study,
)
from tests.synthesis.real_answers import answers

from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.presets import preset
from ketameta.questions.candidates import candidates
from ketameta.sensitivity.assumptions import TornadoBar
from ketameta.synthesis.estimation import Estimate, estimate
from ketameta.synthesis.program_answer import ByProgram, answer_by_program
from ketameta.synthesis.question_tornado import Asked, QuestionTornado, question_tornado

Z = 1.959963984540054
LONGEST = "abstinence-longest"


@cache
def found(name: str) -> QuestionTornado:
    review = real.review()
    asked = review.question(name)
    assert asked is not None
    return question_tornado(Asked(asked, review, real.evidence()), answers()[name])


def bars(name: str) -> dict[tuple[str, ...], TornadoBar]:
    tornado = found(name).tornado
    assert tornado is not None
    return {bar.keys: bar for bar in tornado.bars}


@pytest.mark.parametrize("name", [LONGEST, "days-abstinent", "relapse-hazard", "intubation"])
def test_with_every_assumption_at_its_value_the_answer_is_the_answer(name: str) -> None:
    tornado, main = found(name).tornado, answers()[name].main
    assert tornado is not None
    assert main.pooled is not None
    assert tornado.base.estimate == pytest.approx(main.pooled.estimate, rel=1e-12)
    assert tornado.base.se == pytest.approx(main.pooled.se, rel=1e-12)


def test_one_study_moves_as_its_printed_estimate_does() -> None:
    """HR 0.47 stands for 0.465 to 0.475, its interval of 0.24 to 0.92 for 0.235 to 0.925."""
    bar = bars("relapse-hazard")["Dakwar 2019: printed estimate",]
    assert (bar.lowest, bar.highest) == pytest.approx((math.log(0.465), math.log(0.475)), rel=1e-12)
    width = bars("relapse-hazard")["Dakwar 2019: printed interval",]
    ends = [point.result for point in (width.points[0], width.points[-1])]
    assert [one.se for one in ends if one] == pytest.approx(
        [math.log(0.915 / 0.245) / (2 * Z), math.log(0.925 / 0.235) / (2 * Z)], rel=1e-12
    )
    assert width.swing == 0.0


def test_the_interval_of_a_difference_may_have_a_t_quantile() -> None:
    """10.1 (1.1 to 19.0) of 96 people: with t(94) the standard error is smaller."""
    bar = bars("days-abstinent")["Grabski 2022: quantile of the interval",]
    last = bar.points[-1].result
    assert last is not None
    assert last.se == pytest.approx((19.0 - 1.1) / (2 * stdtrit(94, 0.975)), rel=1e-12)
    assert bar.interval_changes_side is False


def test_people_behind_a_percentage_by_hand() -> None:
    """14 of 17 and 15 of 23, and the same shares of four fifths of the people."""
    both = "Dakwar 2020: people in ketamine", "Dakwar 2020: people in midazolam"
    end = bars("abstinence-end-of-treatment")[both].points[0].result
    assert end is not None
    cells = [0.8 * x for x in (14, 3, 15, 8)]
    y, v = math.log(14 * 8 / (3 * 15)), sum(1 / x for x in cells)
    other = answers()["abstinence-end-of-treatment"].main.rows[0]
    pairs = [(other.y, other.v), (y, v)]
    tau2 = end.heterogeneity.tau2
    assert tau2 is not None
    w = [1 / (one + tau2) for _, one in pairs]
    mean = sum(a * b for a, (b, _) in zip(w, pairs, strict=True)) / sum(w)
    assert end.estimate == pytest.approx(mean, rel=1e-10)


def test_counts_with_one_reading_are_told_and_not_varied() -> None:
    told = {key: why for key, _, why in found(LONGEST).fixed}
    assert "papers misround" in told["Dakwar 2019: events in ketamine"]
    assert "No other whole number" in told["Dakwar 2019: events in midazolam"]
    assert not any(key[0].startswith("Dakwar 2019") for key in bars(LONGEST))
    assert not any("Krupitsky" in key for key in told)


@pytest.mark.parametrize("name", ["retention", "readmission"])
def test_nothing_to_vary_is_said_in_words(name: str) -> None:
    one = found(name)
    assert one.tornado is None
    assert one.words.startswith("No assumption varies")
    assert "counts worked out from percentages" in one.words
    assert bool(one.fixed) == (name == "readmission")


def test_without_an_event_nothing_is_added_to_cells() -> None:
    one = found("adverse-event-removal")
    assert one.tornado is None
    assert any("zero cells" in key for key, _, _ in one.fixed)


def test_under_a_program_the_base_is_the_programs() -> None:
    review = real.review()
    asked = review.question(LONGEST)
    assert asked is not None
    by = ByProgram(preset("iqwig-6"), "only0")
    answer = answers()[LONGEST]
    tornado = question_tornado(Asked(asked, review, real.evidence()), answer, program=by).tornado
    made, _ = answer_by_program(answer, by)
    assert tornado is not None
    assert made.main.pooled is not None
    assert tornado.base.estimate == made.main.pooled.estimate
    assert tornado.base.interval == made.main.pooled.interval
    usual = question_tornado(
        Asked(asked, review, real.evidence()), answer, choices=PoolingChoices("DL", "wald")
    ).tornado
    assert usual is not None
    assert usual.base.tau2_method == "DL"


def number(data: object, measure: str, supposed: dict[str, float]) -> Estimate:
    made = study(outcome("abstinence", result(data)))  # type: ignore[arg-type]
    (one,) = candidates(made, question(measure, "abstinence"), criteria())[0]
    found = estimate(one, measure, "only0", supposed)
    assert isinstance(found, Estimate), found
    return found


def test_an_estimate_with_the_values_that_it_rests_on_is_the_same() -> None:
    for data, measure in (
        (contrast("OR", 2.0, 1.0, 4.0), "OR"),
        (contrast("MD", 3.0, None, None, se=1.25), "MD"),
        (events(ketamine=(4, 30), saline=(0, 30)), "OR"),
        (means(ketamine={"n": 20, "mean": 5, "ci_low": 4, "ci_high": 6},
               saline={"n": 21, "mean": 3, "sd": 2}), "MD"),
    ):  # fmt: skip
        plain = number(data, measure, {})
        assert plain.assumptions
        own = {key: one.value for key, one in plain.assumptions if one.value is not None}
        again = number(data, measure, own)
        assert (again.y, again.v) == pytest.approx((plain.y, plain.v), rel=1e-12)


def test_another_amount_in_zero_cells_by_hand() -> None:
    data = events(ketamine=(4, 30), saline=(0, 30))
    made = number(data, "OR", {"zero cells": 0.1})
    cells = (4.1, 26.1, 0.1, 30.1)
    assert made.y == pytest.approx(math.log(4.1 * 30.1 / (26.1 * 0.1)), rel=1e-12)
    assert made.v == pytest.approx(sum(1 / x for x in cells), rel=1e-12)


def test_another_quantile_behind_the_interval_of_a_mean_by_hand() -> None:
    data = means(ketamine={"n": 20, "mean": 5, "ci_low": 4, "ci_high": 6},
                 saline={"n": 21, "mean": 3, "sd": 2})  # fmt: skip
    key = "quantile of the interval of ketamine"
    made = number(data, "MD", {key: Z})
    sd = math.sqrt(20) * 2 / (2 * Z)
    assert made.v == pytest.approx(sd**2 / 20 + 4 / 21, rel=1e-12)
    rests = dict(made.assumptions)[key]
    assert (rests.low, rests.value) == pytest.approx((Z, stdtrit(19, 0.975)), rel=1e-12)


def test_a_rounded_standard_error_by_hand() -> None:
    rests = dict(number(contrast("MD", 3.0, None, None, se=1.2), "MD", {}).assumptions)
    one = rests["printed standard error"]
    assert (one.low, one.value, one.high) == pytest.approx((1.15, 1.2, 1.25), rel=1e-12)
    moved = number(contrast("MD", 3.0, None, None, se=1.2), "MD", {"printed standard error": 1.25})
    assert moved.v == pytest.approx(1.25**2, rel=1e-12)
