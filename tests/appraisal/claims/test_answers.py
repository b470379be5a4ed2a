"""Tests of claims on answers to questions: pooled, moderator, placebo."""

from __future__ import annotations

import math
from typing import Any

import pytest
from tests.appraisal.claims.builders import bench, finding
from tests.records import real
from tests.records.makers import arm, events, outcome, question, result, study
from tests.synthesis.real_answers import answers

from ketameta.appraisal.claims.findings import Bench, Signal
from ketameta.appraisal.claims.placebo import own_sizes
from ketameta.appraisal.grade.grading import grade_review
from ketameta.errors import DataError
from ketameta.questions.certainty import load_certainty
from ketameta.records.study import Study

ASKED = question("OR", "abstinence")
TEST: dict[str, Any] = {"kind": "pooled", "question": "a-question"}
BIG = ((600, 1000), (300, 1000))


def trial(name: str, one: tuple[int, int], two: tuple[int, int], **more: Any) -> Study:
    """Abstinence with ketamine and with saline, at week 12 unless said otherwise."""
    weeks = more.pop("weeks", 12)
    return study(
        outcome("abstinence", result(events(ketamine=one, saline=two), weeks=weeks)),
        name=name,
        **more,
    )


def test_many_large_placebo_controlled_trials_support_a_claim() -> None:
    trials = [trial(f"doe-20{i}", *BIG) for i in range(10, 15)]
    found = finding(TEST, bench(*trials, questions=(ASKED,)))
    assert found.signal is Signal.SUPPORTS
    # Five equal tables: the odds ratio of each is (600/400) / (300/700) = 3.5.
    assert {n.name: n.text for n in found.numbers}["estimate"].startswith("OR 3.50 (95% ")


def test_low_certainty_makes_support_weak() -> None:
    trials = [trial(f"doe-20{i}", *BIG) for i in range(10, 15)]
    on = bench(*trials, questions=(ASKED,), a_question="very low")
    found = finding(TEST, on)
    assert found.signal is Signal.WEAK
    assert found.certainty == "very low"
    assert "certainty very low" in found.reasons[0]


def test_one_small_trial_supports_weakly_and_says_why() -> None:
    found = finding(TEST, bench(trial("doe-2020", (20, 30), (5, 30)), questions=(ASKED,)))
    assert found.signal is Signal.WEAK
    assert "few studies: 1 study" in found.reasons[0]
    assert "information size not reached" in found.reasons[0]


def test_trials_without_placebo_support_weakly() -> None:
    arms = (arm("ketamine"), arm("saline", control="usual care"))
    trials = [trial(f"doe-20{i}", *BIG, arms=arms) for i in range(10, 15)]
    found = finding(TEST, bench(*trials, questions=(ASKED,)))
    assert found.signal is Signal.WEAK
    assert "without placebo control: 100% of the weight" in found.reasons[0]


def test_an_interval_on_the_other_side_contradicts() -> None:
    trials = [trial(f"doe-20{i}", *BIG[::-1]) for i in range(10, 15)]
    assert finding(TEST, bench(*trials, questions=(ASKED,))).signal is Signal.AGAINST


def test_what_makes_support_weak_makes_a_contradiction_weak_and_is_said() -> None:
    few = bench(trial("doe-2020", (5, 30), (20, 30)), questions=(ASKED,))
    sure = [trial(f"doe-20{i}", *BIG[::-1]) for i in range(10, 15)]
    unsure = bench(*sure, questions=(ASKED,), a_question="very low")
    for on, why in ((few, "few studies: 1 study"), (unsure, "certainty very low")):
        found = finding(TEST, on)
        assert found.signal is Signal.WEAK_AGAINST
        assert "The interval favours the control, yet " in found.reasons[0]
        assert why in found.reasons[0]


def test_for_outcomes_that_should_be_low_the_sides_are_exchanged() -> None:
    asked = question("OR", "relapse", better="lower")
    studies = [
        study(outcome("relapse", result(events(ketamine=one, saline=two))), name="doe-2020")
        for one, two in (BIG, BIG[::-1])
    ]
    signals = [finding(TEST, bench(s, questions=(asked,))).signal for s in studies]
    assert signals == [Signal.WEAK_AGAINST, Signal.WEAK]


def test_an_interval_over_the_null_leaves_it_open_on_either_side() -> None:
    for one, two, side in (((12, 30), (10, 30), "ketamine"), ((10, 30), (12, 30), "the control")):
        found = finding(TEST, bench(trial("doe-2020", one, two), questions=(ASKED,)))
        assert found.signal is Signal.OPEN
        assert f"on the side of {side}, but" in found.reasons[0]


def test_of_two_intervals_the_wider_decides() -> None:
    """Two trials that agree closely: the interval of Hartung and Knapp is far too short."""
    trials = [trial("a-2010", (20, 40), (12, 40)), trial("b-2011", (21, 40), (13, 40))]
    on = bench(*trials, questions=(ASKED,))
    pooled = on.answers["a-question"].main.pooled
    assert pooled is not None
    assert pooled.guarded_interval is not None
    assert (pooled.interval.low or 0) > 0 > (pooled.guarded_interval.low or 0)
    found = finding(TEST, on)
    assert found.signal is Signal.OPEN
    limits = [
        [f"{math.exp(x):.2f}" for x in (i.low or 0, i.high or 0)]
        for i in (pooled.interval, pooled.guarded_interval)
    ]
    text = {n.name: n.text for n in found.numbers}["estimate"]
    assert text.endswith(
        f"(95% interval {limits[0][0]} to {limits[0][1]}; guarded, never narrower than the plain "
        f"standard error: {limits[1][0]} to {limits[1][1]})"
    )


def test_narrowing_keeps_a_substance_and_a_time() -> None:
    trials = [
        trial("a-2010", (20, 30), (5, 30), weeks=4),
        trial("b-2011", (20, 30), (5, 30), weeks=52),
        trial("c-2012", (20, 30), (5, 30), weeks=52, substance="cocaine"),
        trial("d-2013", (20, 30), (5, 30), weeks=None),
    ]
    on = bench(*trials, questions=(ASKED,))
    test = {**TEST, "weeks": {"minimum": 26}, "substances": ["alcohol"]}
    numbers = {n.name: n.text for n in finding(test, on).numbers}
    assert numbers["studies"] == "1"
    assert "b-2011" in numbers
    nothing = finding({**TEST, "substances": ["opioid"]}, on)
    assert nothing.signal is Signal.SILENT
    assert "no study has a usable number" in nothing.reasons[0]
    assert finding(TEST, on).numbers[0].text == "4"


def test_a_question_that_was_not_answered_is_named() -> None:
    with pytest.raises(DataError, match=r"'another'.*Answered: a-question"):
        finding({**TEST, "question": "another"}, bench(trial("a-2010", *BIG), questions=(ASKED,)))


MODERATOR: dict[str, Any] = {
    "kind": "moderator",
    "question": "a-question",
    "by": "depression",
    "more": ["required"],
    "less": ["excluded"],
}


def depressed(rule: str) -> dict[str, Any]:
    return {
        "diagnosis": "dependence",
        "treatment_seeking": "yes",
        "depression": rule,
        "source": {"ref": "paper", "locator": "Methods"},
    }


def test_the_ratio_of_two_groups_is_that_of_their_pooled_effects() -> None:
    trials = [
        trial("a-2010", (20, 40), (10, 40), population=depressed("required")),
        trial("b-2011", (20, 40), (16, 40), population=depressed("excluded")),
    ]
    found = finding(MODERATOR, bench(*trials, questions=(ASKED,)))
    # OR 3 (20/20 over 10/30) against OR 1.5 (20/20 over 16/24); variances 1/20+1/20+1/10+1/30 and
    # 1/20+1/20+1/16+1/24 add up to 0.4375.
    half = 1.959964 * math.sqrt(0.4375)
    low, high = math.exp(math.log(2) - half), math.exp(math.log(2) + half)
    assert found.numbers[0].text == f"ratio of ORs 2.00 (95% interval {low:.2f} to {high:.2f})"
    assert found.signal is Signal.OPEN


def test_a_clear_difference_between_groups_is_weak_support_or_contradicts() -> None:
    for rules, signal in (
        (("required", "excluded"), Signal.WEAK),
        (("excluded", "required"), Signal.WEAK_AGAINST),
    ):
        trials = [
            trial("a-2010", (900, 1000), (100, 1000), population=depressed(rules[0])),
            trial("b-2011", (500, 1000), (500, 1000), population=depressed(rules[1])),
        ]
        assert finding(MODERATOR, bench(*trials, questions=(ASKED,))).signal is signal


def test_without_one_of_the_groups_nothing_can_be_compared() -> None:
    on = bench(trial("a-2010", *BIG, population=depressed("required")), questions=(ASKED,))
    found = finding(MODERATOR, on)
    assert found.signal is Signal.SILENT
    assert "depression excluded" in found.reasons[0]


PLACEBO: dict[str, Any] = {"kind": "placebo", "questions": ["a-question"]}


def test_more_placebo_controlled_people_are_needed_until_they_are_enough() -> None:
    few = finding(PLACEBO, bench(trial("a-2010", (20, 40), (10, 40)), questions=(ASKED,)))
    assert few.signal is Signal.SUPPORTS
    assert (
        "80 people of about 304 needed for an odds ratio of 2 at a control risk of 25%, 100.0%"
        in few.reasons[1]
    )
    assert few.reasons[0] == "Looked at: all 1 question of the review."
    assert (
        finding(PLACEBO, bench(trial("a-2010", *BIG), questions=(ASKED,))).signal is Signal.AGAINST
    )


def test_people_without_a_placebo_do_not_count_as_placebo_controlled() -> None:
    arms = (arm("ketamine"), arm("saline", control="usual care"))
    found = finding(PLACEBO, bench(trial("a-2010", *BIG, arms=arms), questions=(ASKED,)))
    assert found.signal is Signal.SUPPORTS
    assert "0 of 1 study with a placebo, 0 people of about 304 needed for an" in found.reasons[1]


def test_enough_for_one_question_and_not_for_another_is_half_of_it() -> None:
    other = question("OR", "retention").model_copy(update={"id": "other"})
    on = bench(trial("a-2010", *BIG), questions=(ASKED, other))
    found = finding({**PLACEBO, "questions": ["a-question", "other"]}, on)
    assert found.signal is Signal.MIXED


def test_a_test_says_how_many_of_the_questions_it_looks_at() -> None:
    other = question("OR", "retention").model_copy(update={"id": "other"})
    on = bench(trial("a-2010", *BIG), questions=(ASKED, other))
    assert finding(PLACEBO, on).reasons[0] == "Looked at: 1 of the 2 questions of the review."


def test_the_size_that_grading_took_is_said_beside_the_yardstick() -> None:
    on = bench(trial("a-2010", (20, 40), (10, 40)), questions=(ASKED,))
    graded = Bench(on.review, on.evidence, on.answers, {}, {"a-question": "528 people"})
    plain, found = finding(PLACEBO, on), finding(PLACEBO, graded)
    said = " For what matters in this question one trial needs 528 people."
    assert found.reasons[1] == plain.reasons[1] + said
    assert found.numbers == plain.numbers  # so that pages with and without it agree what is stale


def test_sizes_are_those_of_imprecision_with_their_unit() -> None:
    days = answers()["days-abstinent"]
    hazard = answers()["relapse-hazard"]
    decided = load_certainty(real.REVIEW.parent, real.review())
    grades = grade_review([days, hazard], real.review(), real.evidence(), decided)
    sizes = own_sizes(grades)
    # statsmodels 0.14: TTestIndPower().solve_power(10 / 22.37, alpha=.05, power=.8) = 79.5 an arm.
    assert sizes["days-abstinent"] == "160 people"
    # 4 * 2.8016^2 / log(log(0.6) / log(0.5))^2 = 337.02: half relapse without treatment, 400 with.
    assert sizes["relapse-hazard"] == "338 events"
