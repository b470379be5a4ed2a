"""Effect estimates of selected results, against calculations written out here."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.records.makers import (
    arm,
    contrast,
    criteria,
    events,
    means,
    outcome,
    question,
    result,
    study,
)

from ketameta.errors import UsageError
from ketameta.questions.candidates import candidates
from ketameta.records.results import Summary
from ketameta.records.study import Study
from ketameta.synthesis.arm_means import ArmMean, arm_mean, combined_mean
from ketameta.synthesis.estimation import Estimate, estimate

Z95 = 1.959963984540054
Z90 = 1.6448536269514722


def made(
    data: dict[str, Any],
    measure: str = "OR",
    construct: str = "abstinence",
    *,
    inverted: bool = False,
    zero_cells: str = "only0",
    of: Study | None = None,
    **more: Any,
) -> Estimate | str:
    """The estimate of the only candidate of a study with a single result."""
    wanted = question(measure, f"no {construct}" if inverted else construct)
    subject = of or study(outcome(construct, result(data, **more)))
    (candidate,) = candidates(subject, wanted, criteria())[0]
    return estimate(candidate, measure, zero_cells)


def number(data: dict[str, Any], measure: str = "OR", **more: Any) -> Estimate:
    found = made(data, measure, **more)
    assert isinstance(found, Estimate), found
    return found


def test_ratios_and_difference_from_counts() -> None:
    counts = events(ketamine=(13, 30), saline=(6, 40))
    odds = number(counts)
    assert odds.y == pytest.approx(math.log((13 * 34) / (17 * 6)), rel=1e-12)
    assert odds.v == pytest.approx(1 / 13 + 1 / 17 + 1 / 6 + 1 / 34, rel=1e-12)
    risk = number(counts, "RR")
    assert risk.y == pytest.approx(math.log((13 / 30) / (6 / 40)), rel=1e-12)
    assert risk.v == pytest.approx(1 / 13 - 1 / 30 + 1 / 6 - 1 / 40, rel=1e-12)
    difference = number(counts, "RD")
    assert difference.y == pytest.approx(13 / 30 - 6 / 40, rel=1e-12)
    assert difference.v == pytest.approx(13 * 17 / 30**3 + 6 * 34 / 40**3, rel=1e-12)
    assert (odds.experimental.events, odds.experimental.n, odds.control.n) == (13, 30, 40)
    assert (odds.experimental.arms, odds.control.arms, odds.n) == (("ketamine",), ("saline",), 70)
    assert odds.how == "From events and totals of each arm."


def test_relapse_turned_round_is_abstinence() -> None:
    """17 of 30 relapsed, so 13 of 30 did not; the reported ratio of relapse is one over."""
    abstinent = number(events(ketamine=(13, 30), saline=(6, 30)))
    relapsed = number(
        events(ketamine=(17, 30), saline=(24, 30)), construct="relapse", inverted=True
    )
    assert (relapsed.y, relapsed.v) == pytest.approx((abstinent.y, abstinent.v), rel=1e-12)
    assert (relapsed.experimental.events, relapsed.control.events) == (13, 6)
    assert relapsed.how == "From events and totals of each arm; relapse was turned round."
    half = Z95 * math.sqrt(abstinent.v)
    low, high = math.exp(-abstinent.y - half), math.exp(-abstinent.y + half)
    reported = number(
        contrast("OR", math.exp(-abstinent.y), low, high), construct="relapse", inverted=True
    )
    assert (reported.y, reported.v) == pytest.approx((abstinent.y, abstinent.v), rel=1e-9)
    assert (
        reported.how
        == "Reported OR, standard error from its 95 % interval; relapse was turned round."
    )


def test_a_risk_ratio_is_turned_round_by_its_counts() -> None:
    found = number(
        events(ketamine=(17, 30), saline=(24, 30)), "RR", construct="relapse", inverted=True
    )
    assert found.y == pytest.approx(math.log((13 / 30) / (6 / 30)), rel=1e-12)
    wanted = question("RR", "no relapse")
    reported = study(outcome("relapse", result(contrast("RR", 0.7, 0.5, 0.98))))
    assert candidates(reported, wanted, criteria())[0] == []


@pytest.mark.parametrize(("level", "z"), [(95, Z95), (90, Z90)])
def test_a_reported_ratio_with_an_interval_of_some_level(level: int, z: float) -> None:
    found = number(contrast("OR", 2.0, 1.0, 4.0, ci_level=level, adjusted=True))
    assert found.y == pytest.approx(math.log(2), rel=1e-12)
    assert found.v == pytest.approx((math.log(4) / (2 * z)) ** 2, rel=1e-12)
    assert found.how == f"Reported adjusted OR, standard error from its {level} % interval."


def test_a_reported_difference_is_not_logged() -> None:
    found = number(contrast("MD", -2.0, -3.0, -1.0, adjusted=False), "MD")
    assert found.y == -2.0
    assert found.v == pytest.approx((2 / (2 * Z95)) ** 2, rel=1e-12)
    assert found.how == "Reported unadjusted MD, standard error from its 95 % interval."


def test_a_reported_standard_error_is_used_before_the_interval() -> None:
    ratio = number(contrast("HR", 0.5, 0.1, 9.0, se=0.25), "HR", construct="relapse")
    assert (ratio.y, ratio.v) == (pytest.approx(math.log(0.5), rel=1e-12), 0.0625)
    difference = number(contrast("SMD", 0.5, None, None, se=0.25), "SMD")
    assert (difference.y, difference.v) == (0.5, 0.0625)
    assert difference.how == "Reported SMD, its standard error as reported."


def test_an_interval_that_cannot_be_one_gives_no_estimate() -> None:
    expected = "the reported interval cannot be turned into a standard error."
    assert made(contrast("OR", 2.0, 2.0, 2.0)) == expected
    assert made(contrast("OR", 5.0, 1.0, 4.0)) == expected


SPREADS = {
    "sd": ({"sd": 4.0}, {"sd": 6.0}, "SD as reported"),
    "se": ({"se": 1.0}, {"se": 1.2}, "SD from the standard error"),
    # t quantiles 2.131449545559323 on 15 and 2.063898561628021 on 24 degrees of freedom
    "ci": (
        {"ci_low": 10 - 2.131449545559323, "ci_high": 10 + 2.131449545559323},
        {"ci_low": 7 - 1.2 * 2.063898561628021, "ci_high": 7 + 1.2 * 2.063898561628021},
        "SD from the 95 % interval",
    ),
}


@pytest.mark.parametrize(("one", "two", "how"), SPREADS.values(), ids=SPREADS.keys())
def test_a_mean_difference_from_whatever_spread_is_given(
    one: dict[str, float], two: dict[str, float], how: str
) -> None:
    """SD 4 of 16 people is a standard error of 1, SD 6 of 25 people one of 1.2."""
    data = means(ketamine={"n": 16, "mean": 10, **one}, saline={"n": 25, "mean": 7, **two})
    found = number(data, "MD", construct="craving")
    assert found.y == pytest.approx(3.0, rel=1e-12)
    assert found.v == pytest.approx(1.0**2 + 1.2**2, rel=1e-12)
    assert (found.experimental.sd, found.control.sd) == pytest.approx((4.0, 6.0), rel=1e-12)
    assert found.how == f"From means of each arm ({how})."
    assert found.n == 41


def test_a_standardised_mean_difference() -> None:
    """Hedges' g with the exact correction, and the variance 1/n1 + 1/n2 + g2/(2(n1 + n2))."""
    data = means(ketamine={"n": 16, "mean": 10, "sd": 4}, saline={"n": 25, "mean": 7, "sd": 6})
    pooled = math.sqrt((15 * 16 + 24 * 36) / 39)
    correction = math.exp(math.lgamma(19.5) - math.lgamma(19)) / math.sqrt(19.5)
    g = correction * 3 / pooled
    found = number(data, "SMD", construct="craving")
    assert found.y == pytest.approx(g, rel=1e-10)
    assert found.v == pytest.approx(1 / 16 + 1 / 25 + g**2 / (2 * 41), rel=1e-10)


def test_changes_from_baseline_and_a_difference_turned_round() -> None:
    data = means(
        "changes",
        ketamine={"n": 16, "mean": -5, "sd": 4},
        saline={"n": 25, "mean": -2, "se": 1.2},
    )
    found = number(data, "MD", construct="craving", inverted=True)
    assert (found.y, found.v) == pytest.approx((3.0, 1.0 + 1.44), rel=1e-12)
    assert (found.experimental.mean, found.control.mean) == (-5, -2)
    assert found.how == (
        "From changes from baseline of each arm (SD as reported; SD from the standard error); "
        "craving was turned round."
    )


PAIRED = {
    "kind": "paired",
    "experimental": "ketamine",
    "control": "saline",
    "n": 16,
    "mean_difference": -3,
}


@pytest.mark.parametrize(
    ("spread", "how"),
    [
        ({"sd_difference": 6}, "standard deviation of the differences"),
        ({"t": -2}, "paired t statistic"),
        ({"t": 2}, "paired t statistic"),
        ({"sd_difference": 6, "t": 9}, "standard deviation of the differences"),
    ],
)
@pytest.mark.parametrize("inverted", [False, True])
def test_a_within_person_difference(spread: dict[str, float], how: str, inverted: bool) -> None:
    """SD 6 of 16 differences is a standard error of 1.5, as is a difference of 3 with t = 2."""
    found = number({**PAIRED, **spread}, "MD", construct="craving", inverted=inverted)
    assert (found.y, found.v) == pytest.approx((3.0 if inverted else -3.0, 1.5**2), rel=1e-12)
    turned = "; craving was turned round" if inverted else ""
    assert found.how == f"Within-person difference; standard error from the {how}{turned}."
    assert (found.n, found.experimental.n, found.control.n) == (16, 16, 16)


def test_a_difference_of_zero_with_a_t_of_zero_has_no_spread() -> None:
    data = {**PAIRED, "mean_difference": 0, "t": 0}
    assert made(data, "MD", "craving") == "no paired standard deviation."


def three_arms() -> tuple[dict[str, Any], ...]:
    return (arm("low"), arm("high"), arm("saline", control="inert placebo"))


def test_arms_of_one_side_are_added_up() -> None:
    counts = events(low=(5, 20), high=(8, 21), saline=(4, 22))
    found = number(counts, of=study(outcome("abstinence", result(counts)), arms=three_arms()))
    assert found.y == pytest.approx(math.log((13 * 18) / (28 * 4)), rel=1e-12)
    assert (found.experimental.events, found.experimental.n) == (13, 41)
    assert found.experimental.label == "Low + High"
    assert found.experimental.arms == ("low", "high")
    assert found.how == ("From events and totals of each arm; arms of the same side were combined.")


def test_combined_arms_are_those_of_the_handbook() -> None:
    """Cochrane Handbook 6.5, table 6.5.a, for two groups."""
    n1, m1, s1, n2, m2, s2 = 12, 4.2, 1.1, 17, 6.9, 2.3
    spread = n1 * n2 / (n1 + n2) * (m1**2 + m2**2 - 2 * m1 * m2)
    sd = math.sqrt(((n1 - 1) * s1**2 + (n2 - 1) * s2**2 + spread) / (n1 + n2 - 1))
    found = combined_mean([ArmMean(n1, m1, s1, "a"), ArmMean(n2, m2, s2, "b")])
    assert found.n == 29
    assert found.mean == pytest.approx((n1 * m1 + n2 * m2) / (n1 + n2), rel=1e-12)
    assert found.sd == pytest.approx(sd, rel=1e-12)
    assert found.spread == "a; b"


values = st.lists(st.floats(-100, 100), min_size=2, max_size=8)


@given(st.lists(values, min_size=1, max_size=4))
def test_combined_arms_are_the_people_of_all_arms_together(groups: list[list[float]]) -> None:
    arms = [
        ArmMean(len(g), float(np.mean(g)), float(np.std(g, ddof=1)), "SD as reported")
        for g in groups
    ]
    everybody = np.concatenate(groups)
    found = combined_mean(arms)
    assert found.n == everybody.size
    assert found.mean == pytest.approx(everybody.mean(), rel=1e-9, abs=1e-9)
    assert found.sd == pytest.approx(everybody.std(ddof=1), rel=1e-6, abs=1e-6)


def test_an_arm_without_enough_has_no_mean() -> None:
    for lacking in ({"mean": 3, "sd": 1}, {"n": 3, "sd": 1}, {"n": 3, "mean": 3}):
        assert arm_mean(Summary.model_validate(lacking)) is None
    one_person = {"n": 1, "mean": 3, "ci_low": 2, "ci_high": 4}
    assert arm_mean(Summary.model_validate(one_person)) is None
    sd_and_se = arm_mean(Summary.model_validate({"n": 9, "mean": 3, "sd": 1, "se": 5}))
    assert sd_and_se == ArmMean(9, 3.0, 1.0, "SD as reported")


def test_no_events_at_all_tell_nothing_about_a_ratio() -> None:
    nobody = events(ketamine=(0, 30), saline=(0, 30))
    assert made(nobody) == "no events in either group: no information about the odds ratio."
    half = number(events(ketamine=(3, 30), saline=(0, 30)))
    assert half.y == pytest.approx(math.log((3.5 * 30.5) / (27.5 * 0.5)), rel=1e-12)
    assert [c.code for c in half.cautions] == ["zero_cell_correction"]
    assert isinstance(made(events(ketamine=(3, 30), saline=(0, 30)), zero_cells="none"), str)


def test_a_rule_that_needs_all_studies_is_refused() -> None:
    with pytest.raises(UsageError, match='zero_cells: "if0all" depends on the other studies'):
        made(events(ketamine=(3, 30), saline=(0, 30)), zero_cells="if0all")


ESTIMATE = contrast("OR", 2.0, 1.0, 4.0)


@pytest.mark.parametrize(
    ("more", "population", "sides", "total"),
    [
        ({"n": {"ketamine": 28, "saline": 29}}, "not stated", (28, 29), 57),
        ({}, "all randomised", (30, 30), 60),
        ({"n": {"ketamine": 28}}, "all randomised", (28, 30), 58),
        ({"n": {"ketamine": 28}}, "completers", (28, None), 51),
        ({}, "not stated", (None, None), 51),
    ],
)
def test_people_behind_a_reported_estimate(
    more: dict[str, Any], population: str, sides: tuple[int | None, int | None], total: int | None
) -> None:
    """Of a comparison of all arms the main analysis (here of 51) tells them, if nothing else."""
    data = {**ESTIMATE, **more}
    subject = study(
        outcome("abstinence", result(data, population=population)), design={"analysed_n": 51}
    )
    found = number(data, of=subject)
    assert ((found.experimental.n, found.control.n), found.n) == (sides, total)


def test_people_of_arms_that_are_not_compared_do_not_count() -> None:
    """As in a trial of ketamine, naltrexone and neither, with 44 people in its main analysis."""
    arms = [
        arm("ketamine", 13),
        {**arm("naltrexone", 14), "role": "other"},
        arm("saline", 17, control="usual care"),
    ]
    for population, total in (("not stated", None), ("all randomised", 30)):
        subject = study(
            outcome("abstinence", result(ESTIMATE, population=population)),
            arms=arms,
            design={"analysed_n": 44},
        )
        assert number(ESTIMATE, of=subject).n == total


def test_people_in_a_crossover_are_counted_once() -> None:
    counts = events(ketamine=(13, 30), saline=(6, 29))
    crossover = {"type": "crossover", "enrolled_n": 30}
    for data, how in (
        (
            counts,
            "From events and totals of each arm; the conditions of a crossover were treated as "
            "separate groups.",
        ),
        ({**ESTIMATE, "n": {"ketamine": 30, "saline": 29}}, None),
    ):
        subject = study(outcome("abstinence", result(data)), design=crossover)
        found = number(data, of=subject)
        assert found.n == 30
        assert how is None or found.how == how
