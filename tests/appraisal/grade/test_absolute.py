"""Absolute effects and numbers needed: published tables, hand calculations, properties."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketameta.appraisal.grade.absolute import absolute_effect, number_needed, risk_with
from ketameta.errors import UsageError

# Cochrane review CD011612.pub3 (Dean 2021), summary of findings 2, ketamine versus midazolam:
# odds ratio with limits, control risk, and the printed risks with ketamine, all in percent.
COCHRANE = [
    ((2.48, 1.00, 6.18), 25.9, (46.5, 25.9, 68.4)),
    ((2.21, 0.67, 7.32), 18.0, (32.7, 12.8, 61.6)),
    ((0.33, 0.05, 2.09), 12.0, (4.3, 0.7, 22.2)),
]


@pytest.mark.parametrize(("odds_ratio", "control", "printed"), COCHRANE)
def test_a_cochrane_summary_of_findings(
    odds_ratio: tuple[float, float, float], control: float, printed: tuple[float, float, float]
) -> None:
    logs = (math.log(odds_ratio[0]), math.log(odds_ratio[1]), math.log(odds_ratio[2]))
    found = absolute_effect("OR", logs, control / 100)
    # The printed odds ratios have two decimals, which moves a risk by up to 0.1.
    for value, expected in zip((found.treated, found.low, found.high), printed, strict=True):
        assert 100 * value == pytest.approx(expected, abs=0.1)


def test_each_measure_by_hand() -> None:
    # OR 3 at 25%: odds 1/3 times 3 is 1, a risk of one half.
    assert risk_with("OR", math.log(3), 0.25) == pytest.approx(0.5, rel=1e-12)
    # RR 1.5 at 40%: 60%. RD 0.1 at 40%: 50%.
    assert risk_with("RR", math.log(1.5), 0.4) == pytest.approx(0.6, rel=1e-12)
    assert risk_with("RD", 0.1, 0.4) == pytest.approx(0.5, rel=1e-12)
    # HR 0.5 at 36%: survival 0.64 becomes its square root, 0.8.
    assert risk_with("HR", math.log(0.5), 0.36) == pytest.approx(0.2, rel=1e-12)


# Cochrane Handbook 5.1, 12.5.4.1 to 12.5.4.3, with a control risk of 0.3: measure, effect, people
# fewer per 1000, and the number needed to treat, rounded up.
HANDBOOK = [
    ("RD", -0.12, 120, 9),
    ("RD", -0.22, 220, 5),
    ("RR", math.log(0.92), 24, 42),
    ("OR", math.log(0.73), 62, 17),
]


@pytest.mark.parametrize(("measure", "y", "fewer", "needed"), HANDBOOK)
def test_the_worked_examples_of_the_cochrane_handbook(
    measure: str, y: float, fewer: int, needed: int
) -> None:
    found = absolute_effect(measure, (y, y, y), 0.3)
    assert round(-1000 * found.difference) == fewer
    words = f"NNTB {needed} (NNTB {needed} to NNTB {needed})"
    assert number_needed(found, more_is_better=False).text == words


def test_the_interval_of_a_number_needed_from_an_odds_ratio_by_hand() -> None:
    """Odds ratio 1.5 (0.8 to 2.8) at 20%, odds of 1/4.

    Odds 0.375, 0.2 and 0.7 are risks of 3/11, 1/6 and 7/17: differences of 4/55, -1/30 and 18/85,
    so that one more is helped of 13.75, harmed of 30, helped of 4.72.
    """
    effect = absolute_effect("OR", (math.log(1.5), math.log(0.8), math.log(2.8)), 0.2)
    assert [effect.treated, effect.low, effect.high] == pytest.approx([3 / 11, 1 / 6, 7 / 17])
    assert effect.difference == pytest.approx(4 / 55)
    better = number_needed(effect, more_is_better=True)
    assert better.text == "NNTB 14 (NNTB 5 to ∞ to NNTH 30)"
    assert number_needed(effect, more_is_better=False).text == "NNTH 14 (NNTB 30 to ∞ to NNTH 5)"


def test_the_interval_of_a_risk_from_a_hazard_ratio_by_hand() -> None:
    """Hazard ratio 0.5 (0.25 to 2) at 19%: survival 0.81 to the power of each."""
    effect = absolute_effect("HR", (math.log(0.5), math.log(0.25), math.log(2)), 0.19)
    expected = [1 - 0.9, 1 - math.sqrt(0.9), 1 - 0.6561]
    assert [effect.treated, effect.low, effect.high] == pytest.approx(expected)
    # Differences of -0.09, -0.1387 and +0.1539: one in 11.1, 7.2 and 6.5.
    assert number_needed(effect, more_is_better=False).text == "NNTB 12 (NNTB 8 to ∞ to NNTH 7)"


def test_risks_stay_risks() -> None:
    assert risk_with("RR", math.log(5), 0.4) == 1.0
    assert risk_with("RD", -0.5, 0.4) == 0.0
    assert risk_with("OR", 800.0, 0.5) == 1.0
    assert risk_with("OR", -800.0, 0.5) == 0.0
    assert risk_with("OR", 1.0, 0.0) == 0.0


def test_a_measure_without_risks_is_refused() -> None:
    with pytest.raises(UsageError, match=r"MD gives no risks\. Use OR, RR, RD, HR"):
        risk_with("MD", 1.0, 0.2)


@given(
    st.sampled_from(["OR", "RR", "HR"]), st.floats(-3, 3), st.floats(0.001, 0.999), st.floats(0, 2)
)
def test_more_effect_means_no_less_risk_and_none_the_control_risk(
    measure: str, y: float, control: float, more: float
) -> None:
    assert risk_with(measure, 0.0, control) == pytest.approx(control, rel=1e-9)
    assert 0 <= risk_with(measure, y, control) <= risk_with(measure, y + more, control) <= 1


def test_the_example_of_altman() -> None:
    """Altman 1998: a reduction of 10% (-5% to 25%) is NNTB 10 (NNTH 20 to infinity to NNTB 4)."""
    found = number_needed(absolute_effect("RD", (-0.10, -0.25, 0.05), 0.5), more_is_better=False)
    assert found.estimate == pytest.approx(10)
    assert found.low == pytest.approx(4)
    assert found.high == pytest.approx(-20)
    assert found.through_infinity
    assert found.text == "NNTB 10 (NNTB 4 to ∞ to NNTH 20)"


def test_an_interval_on_one_side_does_not_run_over_infinity() -> None:
    effect = absolute_effect("RD", (0.25, 0.1, 0.4), 0.3)
    assert number_needed(effect, more_is_better=True).text == "NNTB 4 (NNTB 3 to NNTB 10)"
    assert number_needed(effect, more_is_better=False).text == "NNTH 4 (NNTH 10 to NNTH 3)"


def test_no_difference_needs_endlessly_many() -> None:
    effect = absolute_effect("RD", (0.0, 0.0, 0.1), 0.3)
    assert number_needed(effect, more_is_better=True).text == "∞ (NNTB 10 to ∞)"


@given(st.floats(0.01, 0.99), st.floats(-2, 2))
def test_the_number_needed_is_the_inverse_of_the_difference(control: float, y: float) -> None:
    effect = absolute_effect("OR", (y, y - 0.5, y + 0.5), control)
    if abs(effect.difference) > 1e-6:
        found = number_needed(effect, more_is_better=True)
        assert found.estimate * effect.difference == pytest.approx(1.0)
