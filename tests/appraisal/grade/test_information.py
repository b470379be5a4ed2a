"""Optimal information sizes against the textbook formulas."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from statistics import NormalDist

import pytest
from statsmodels.stats.power import TTestIndPower
from tests.appraisal.grade.made import body, decided, trial
from tests.records.real import review

from ketameta.appraisal.grade.decision_scale import DecisionScale, decision_scale
from ketameta.appraisal.grade.imprecision import imprecision, information_size
from ketameta.appraisal.grade.proposal import Body
from ketameta.appraisal.information_size import events_for_hazard, required_for, required_size
from ketameta.errors import DataError

SIZE = review().thresholds.information_size
Z = NormalDist().inv_cdf(0.975) + NormalDist().inv_cdf(0.8)


def by_hand(first: float, second: float) -> int:
    """Fleiss: the null's standard deviation for the test, that of the two risks for the power."""
    alpha, beta = NormalDist().inv_cdf(0.975), NormalDist().inv_cdf(0.8)
    mean = (first + second) / 2
    null = math.sqrt(2 * mean * (1 - mean))
    own = math.sqrt(first * (1 - first) + second * (1 - second))
    return 2 * math.ceil(((alpha * null + beta * own) / (first - second)) ** 2)


# R 4.2.2: 2 * ceiling(power.prop.test(p1 = first, p2 = second, power = 0.8)$n).
@pytest.mark.parametrize(
    ("first", "second", "people"),
    [
        (0.25, 0.4, 304),
        (0.0, 0.02, 776),
        (0.98, 1.0, 776),
        (0.02, 0.04, 2282),
        (0.3, 0.4, 712),
        (0.5, 0.75, 116),
    ],
)
def test_two_risks(first: float, second: float, people: int) -> None:
    assert required_for(SIZE, risks=(first, second)) == by_hand(first, second) == people
    assert required_for(SIZE, risks=(second, first)) == people
    assert required_for(SIZE, risks=(1 - first, 1 - second)) == people


def test_equal_risks_have_no_size() -> None:
    with pytest.raises(DataError, match="no number of people shows an effect of 0"):
        required_for(SIZE, risks=(0.2, 0.2))


def test_the_control_risk_of_the_review_is_that_of_the_flag() -> None:
    """Odds of 1/3 doubled are 2/3, a risk of 40%."""
    assert required_size("OR", SIZE) == by_hand(0.25, 0.4)


def test_events_for_a_hazard_ratio() -> None:
    """Schoenfeld: 4 z² / log(HR)²; 65.3 events for a halved hazard, as in textbooks."""
    assert events_for_hazard(SIZE, math.log(0.5)) == math.ceil(4 * Z**2 / math.log(2) ** 2) == 66


def test_a_standardised_difference_of_a_half_needs_64_per_arm() -> None:
    """Cohen 1988, table 2.4.1: 64 in each group for d = 0.5, power 0.80, two-sided 0.05."""
    assert required_for(SIZE, smd=0.5) == 128


# R 4.2.2: power.t.test(delta = smd, power = power, sig.level = alpha, strict = TRUE)$n.
@pytest.mark.parametrize(
    ("smd", "power", "alpha", "per_arm"),
    [
        (3, "0.8", "0.01", 4.515232),
        (5, "0.9", "0.01", 3.211085),
        (10, "0.8", "0.01", 2.139372),
        (5, "0.95", "0.1", 2.115153),
        (10, "0.95", "0.1", 2),  # 1.615685, but there is no variance among fewer
    ],
)
def test_large_differences_need_few_people(
    smd: float, power: str, alpha: str, per_arm: float
) -> None:
    size = SIZE.model_copy(update={"power": Decimal(power), "alpha": Decimal(alpha)})
    assert required_for(size, smd=smd) == required_for(size, smd=-smd) == 2 * math.ceil(per_arm)


@pytest.mark.parametrize("smd", [0.02, 0.1, 0.2, 0.35, 0.447, 0.5, 0.8, 1.2])
@pytest.mark.parametrize("power", ["0.5", "0.8", "0.9"])
def test_statsmodels_asks_for_as_many(smd: float, power: str) -> None:
    size = SIZE.model_copy(update={"power": Decimal(power)})
    per_arm = TTestIndPower().solve_power(smd, alpha=0.05, power=float(power))
    assert required_for(size, smd=smd) == 2 * math.ceil(per_arm)


def test_a_huge_hazard_ratio_needs_one_event() -> None:
    assert events_for_hazard(SIZE, 40.0) == 1


def test_no_measure_no_size() -> None:
    assert required_size("MD", SIZE) is None


@pytest.mark.parametrize("risk", ["0.1", "0.5"])
def test_the_size_of_a_question_is_that_of_its_own_control_risk(risk: str) -> None:
    baseline = [{"label": "Stated", "risk": Decimal(risk), "source": "For this test."}]
    made = body([trial("ash-2020", (20, 50), (10, 50))], decided(baseline=baseline))
    needed, words = information_size(made, decision_scale(made))
    odds = 2 * float(risk) / (1 - float(risk))
    assert needed == by_hand(float(risk), odds / (1 + odds))
    assert words.startswith(f"an odds ratio of 2 at {100 * float(risk):.0f}%, the typical risk")


def test_fewer_bad_outcomes_are_looked_for_where_less_is_better() -> None:
    """Odds of 1/4 halved are 1/8, a risk of 11.1%; doubled they would be a third.

    R 4.2.2: 2 * ceiling(power.prop.test(p1 = 0.2, p2 = p, power = 0.8)$n), p = 1/9 and 1/3.
    """
    studies = [trial("ash-2020", (4, 40), (8, 40))]
    worse = body(studies, asked={"better": "lower"})
    needed, words = information_size(worse, decision_scale(worse))
    assert needed == by_hand(0.2, 1 / 9) == 520
    assert words.startswith("an odds ratio of 0.5 at 20%")
    better = body(studies)
    assert information_size(better, decision_scale(better))[0] == by_hand(0.2, 1 / 3) == 344


def test_the_inverse_of_an_odds_ratio_asks_for_the_same() -> None:
    """A review that states 0.5 means the same size of effect as one that states 2."""
    made = body([trial("ash-2020", (4, 40), (8, 40))], asked={"better": "lower"})
    limits = made.review.thresholds
    size = limits.information_size.model_copy(update={"odds_ratio": Decimal("0.5")})
    other = limits.model_copy(update={"information_size": size})
    turned = replace(made, review=made.review.model_copy(update={"thresholds": other}))
    scale = decision_scale(made)
    assert information_size(turned, scale) == information_size(made, scale)


HALF = DecisionScale("HR", 0.5, "per 1000", 100.0, 250.0)


@pytest.mark.parametrize(
    ("better", "other", "events", "words"),
    [
        # log(1 - 0.4) / log(1 - 0.5) = 0.5108 / 0.6931 = 0.7370, whose logarithm is -0.3052;
        # 4 * 2.8016^2 / 0.3052^2 = 31.396 / 0.09316 = 337.02, so 338 whole ones.
        ("lower", 0.4, 338, "−100 per 1000 at a risk of 50%"),
        # 0.9163 / 0.6931 = 1.3219, whose logarithm is 0.2791; 31.396 / 0.07789 = 403.1.
        ("higher", 0.6, 404, "+100 per 1000 at a risk of 50%"),
    ],
)
def test_events_are_those_of_the_benefit(
    better: str, other: float, events: int, words: str
) -> None:
    log_ratio = math.log(math.log(1 - other) / math.log(0.5))
    assert math.ceil(4 * Z**2 / log_ratio**2) == events
    assert information_size(asked(better, "HR"), HALF) == (events, words)


@pytest.mark.parametrize(
    ("better", "risk", "other"),
    [("lower", 0.3, 0.2), ("higher", 0.3, 0.4), ("lower", 0.1, 0.0), ("lower", 0.05, 0.15)],
)
def test_a_difference_of_risks_lies_on_the_side_of_benefit_where_there_is_room(
    better: str, risk: float, other: float
) -> None:
    made = asked(better, "RD")
    scale = DecisionScale("RD", risk, "per 1000", 100.0, 250.0)
    needed, words = information_size(made, scale)
    assert needed == by_hand(risk, other)
    sign = "+" if other > risk else "−"
    assert words == f"{sign}100 per 1000 at a risk of {100 * risk:.0f}%"


def test_a_hazard_without_room_on_either_side_has_no_size() -> None:
    for scale in (replace(HALF, typical=0.0), replace(HALF, smallest=600.0)):
        assert information_size(asked("lower", "HR"), scale) == (None, "")


def asked(better: str, measure: str) -> Body:
    """A body whose question is about a measure."""
    made = body([trial("ash-2020", (4, 40), (8, 40))], asked={"better": better})
    question = replace(made.answer.question, measure=measure)
    return replace(made, answer=replace(made.answer, question=question))


def test_the_two_sizes_are_named_so_that_nobody_takes_one_for_the_other() -> None:
    """304 at the review's 25% is the flag's; 8 of 40 people are this question's 20%."""
    made = body([trial("ash-2020", (16, 40), (8, 40))])
    reason = imprecision(made, decision_scale(made)).reason
    own = required_for(SIZE, risks=(0.2, 1 / 3))
    assert own == by_hand(0.2, 1 / 3) != 304
    assert (
        f"one adequate trial of this question needs {own} people (80% power for an odds " in reason
    )
    assert "304" not in reason
    flag = next(flag.message for flag in made.main.flags if flag.code == "PI")
    assert flag.endswith(
        "the yardstick of the review for every question is about 304 (an odds ratio of 2 at a "
        "control risk of 25%)."
    )
