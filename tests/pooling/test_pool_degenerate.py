"""One study, two studies, identical effects, tau2 at 0: each has a rule and a caution."""

from __future__ import annotations

import math

import pytest

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import Caution, EffectEstimates
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.intervals import shortens
from ketameta.pooling.pool import pool
from ketameta.pooling.result import Interval, PooledResult

NONE = Interval(None, None)


def codes(result: PooledResult) -> set[str]:
    return {caution.code for caution in result.cautions}


@pytest.mark.parametrize("tau2", ["REML", "DL", "PM", "SJ"])
@pytest.mark.parametrize("interval", ["hksj", "wald", "t"])
def test_single_study_is_itself(tau2: str, interval: str) -> None:
    """metafor reports tau2 = 0, I2 = 0 and a prediction interval equal to the interval."""
    result = pool(EffectEstimates.from_arrays("MD", [0.3], [0.04]), tau2=tau2, interval=interval)
    assert result.estimate == 0.3
    assert result.interval.low == pytest.approx(0.3 - 1.959963984540054 * 0.2, rel=1e-14)
    assert result.p_value == pytest.approx(0.13361440253771603, rel=1e-12)
    assert result.interval_method == "wald"
    assert (result.heterogeneity.tau2, result.heterogeneity.i2) == (None, None)
    assert result.prediction == result.heterogeneity.tau2_interval == NONE
    assert codes(result) == {"single_study"}


def test_two_studies() -> None:
    result = pool(EffectEstimates.from_arrays("MD", [0.1, 0.9], [0.05, 0.02]))
    assert result.df == 1.0
    assert "two_studies" in codes(result)


def test_two_studies_have_no_interval_with_zero_degrees_of_freedom() -> None:
    """metafor's "riley" uses one degree of freedom instead of k - 2 = 0."""
    two = EffectEstimates.from_arrays("MD", [0.1, 0.9], [0.05, 0.02])
    result = pool(two, prediction="t(k-2)")
    assert result.prediction == NONE
    assert "no_prediction_interval" in codes(result)


@pytest.mark.parametrize("value", [0.37, 0.1 + 0.2, 1e9, 0.0])
def test_identical_effects_are_not_certainty(value: float) -> None:
    """metafor gives a standard error of 0 and p = 0 here."""
    same = EffectEstimates.from_arrays("MD", [value] * 4, [0.04, 0.1, 0.02, 0.3])
    result = pool(same)
    plain = 1 / math.sqrt(1 / 0.04 + 1 / 0.1 + 1 / 0.02 + 1 / 0.3)
    assert result.se == pytest.approx(plain, rel=1e-14)
    assert result.df == 3.0
    assert result.p_value is not None
    assert result.p_value > 0.0
    assert {"identical_effects", "tau2_set_empty", "tau2_at_boundary"} <= codes(result)
    assert result.heterogeneity.tau2_interval == NONE
    assert result.heterogeneity.i2_interval == NONE


def test_identical_effects_up_to_rounding() -> None:
    same = EffectEstimates.from_arrays("MD", [0.3, 0.1 + 0.2, 0.3], [0.04, 0.1, 0.02])
    assert "identical_effects" in codes(pool(same))
    nearly = EffectEstimates.from_arrays("MD", [0.3, 0.3 + 1e-12, 0.3], [0.04, 0.1, 0.02])
    assert "identical_effects" not in codes(pool(nearly))


def test_factor_below_one_shows_the_other_intervals() -> None:
    """Intervals as printed by metafor for these data: .287-.325, .133-.479, .025-.587."""
    alike = EffectEstimates.from_arrays("MD", [0.30, 0.32, 0.29, 0.31], [0.02, 0.03, 0.05, 0.04])
    result = pool(alike)
    assert "hksj_factor_below_1" in codes(result)
    for interval, printed in (
        (result.interval, (0.287, 0.325)),
        (result.wald_interval, (0.133, 0.479)),
        (result.guarded_interval, (0.025, 0.587)),
    ):
        assert interval is not None
        assert (interval.low, interval.high) == pytest.approx(printed, abs=5e-4)
    assert result.hksj_factor is not None
    assert result.hksj_factor < 1.0


def test_empty_q_profile_set_is_explained() -> None:
    alike = EffectEstimates.from_arrays("MD", [0.30, 0.32, 0.29, 0.31], [0.1, 0.1, 0.1, 0.1])
    result = pool(alike, interval="wald")
    text = next(c.message for c in result.cautions if c.code == "tau2_set_empty")
    assert "empty" in text
    assert result.heterogeneity.h2_interval == NONE


def test_equal_effects_have_no_prediction_interval() -> None:
    result = pool(EffectEstimates.from_arrays("MD", [0.1, 0.9, 0.4], [0.1, 0.2, 0.3]), tau2="EE")
    assert result.interval_method == "wald"
    assert result.heterogeneity.tau2 == 0.0
    assert result.prediction == NONE
    assert "equal_effects" in codes(result)


def test_hksj_under_equal_effects_is_refused() -> None:
    """metafor only warns."""
    three = EffectEstimates.from_arrays("MD", [0.1, 0.9, 0.4], [0.1, 0.2, 0.3])
    with pytest.raises(UsageError, match="equal-effects"):
        pool(three, tau2="EE", interval="hksj")


def test_cautions_of_the_estimates_are_kept() -> None:
    corrected = EffectEstimates(
        "OR", [0.1, 0.2], [0.1, 0.2], ("a", "b"), None, (Caution("zero_cells", "Said before."),)
    )
    assert result_first_code(pool(corrected)) == "zero_cells"


def result_first_code(result: PooledResult) -> str:
    return result.cautions[0].code


def test_no_estimates() -> None:
    with pytest.raises(DataError, match="no estimates"):
        pool(EffectEstimates.from_arrays("MD", [], []))


@pytest.mark.parametrize("level", [0.0, 1.0, 95])
def test_level_outside_its_range(level: float) -> None:
    with pytest.raises(UsageError, match="level"):
        pool(EffectEstimates.from_arrays("MD", [0.1, 0.2], [0.1, 0.2]), level=level)


def test_choices_and_single_choices_agree() -> None:
    three = EffectEstimates.from_arrays("MD", [0.1, 0.9, 0.4], [0.1, 0.2, 0.3])
    choices = PoolingChoices(tau2="dl", interval="WALD", prediction="Z", level=0.9)
    whole = pool(three, choices)
    assert (
        whole.interval
        == pool(three, tau2="DL", interval="wald", prediction="z", level=0.9).interval
    )
    assert (whole.tau2_method, whole.interval_method, whole.prediction_method) == (
        "DL",
        "wald",
        "z",
    )
    assert pool(three, choices, tau2="PM").tau2_method == "PM"


@pytest.mark.parametrize("level", [0.9, 0.99])
def test_level(level: float) -> None:
    """Normal quantiles from printed tables."""
    three = EffectEstimates.from_arrays("MD", [0.1, 0.9, 0.4], [0.1, 0.2, 0.3])
    result = pool(three, interval="wald", level=level)
    critical = {0.9: 1.6448536269514722, 0.99: 2.5758293035489004}[level]
    assert result.interval.high - result.estimate == pytest.approx(critical * result.se, rel=1e-12)


@pytest.mark.parametrize("gap", [1.28e-308, 4.4e-229, 1e-170])
def test_effects_whose_squared_distance_underflows_are_taken_as_identical(gap: float) -> None:
    result = pool(EffectEstimates.from_arrays("OR", [0.0, gap], [1.0, 1.0]))
    assert result.se == pytest.approx(math.sqrt(0.5))
    assert "identical_effects" in {caution.code for caution in result.cautions}


def test_methods_that_contradict_each_other_say_so() -> None:
    """Kenward-Roger has few degrees of freedom; t(k - 1) for the new study has more."""
    estimates = EffectEstimates.from_arrays(
        "MD", [0.0, 0.1, -0.1, 0.05, 0.02, -0.04], [0.3, 0.2, 0.4, 0.3, 0.01, 0.2]
    )
    assert "prediction_narrower" in codes(pool(estimates, interval="kr", prediction="t(k-1)"))
    assert "prediction_narrower" not in codes(pool(estimates, interval="kr", prediction="kr"))
    assert "prediction_narrower" not in codes(pool(estimates))


def test_a_variance_outside_its_own_interval_is_said() -> None:
    """The Q-profile interval begins above 0 where maximum likelihood gives 0."""
    estimates = EffectEstimates.from_arrays(
        "MD", [1.14, -2.84, 2.4, 0.92], [0.02, 2.56, 0.46, 0.76]
    )
    found = pool(estimates, tau2="ML")
    assert found.heterogeneity.tau2 == 0.0
    assert found.heterogeneity.tau2_interval.low == pytest.approx(0.0349, abs=1e-4)
    assert "tau2_outside_its_interval" in codes(found)
    assert "tau2_outside_its_interval" not in codes(pool(estimates, tau2="PM"))


def test_a_factor_that_is_one_but_for_rounding_shortens_nothing() -> None:
    assert not shortens(1.0 - 2e-16)
    assert shortens(0.999)
