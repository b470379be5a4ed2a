"""Kenward-Roger and bootstrap prediction intervals; probability beyond a threshold."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy.special import stdtrit

from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.moment_statistic import moment_statistic
from ketameta.pooling.new_study import probability_above
from ketameta.pooling.pool import pool
from ketameta.pooling.predictive_bootstrap import draw_new_effects, draw_tau2

FOLDER = Path(__file__).parents[1] / "reference" / "pooling"
BCG = json.loads((FOLDER / "univariate.json").read_text())["datasets"]["bcg_RR"]
BCG_ESTIMATES = EffectEstimates.from_arrays("RR", BCG["y"], BCG["v"])

# Cisapride for dyspepsia (Hartung and Knapp 2001): responders / patients, treated and control.
RESPONSE = np.array([15, 12, 29, 42, 14, 44, 14, 29, 10, 17, 38, 19, 21])
TREATED = np.array([16, 16, 34, 56, 22, 54, 17, 58, 14, 26, 44, 29, 38])
RESPONSE_0 = np.array([9, 1, 18, 31, 6, 17, 7, 23, 3, 6, 12, 22, 19])
CONTROL = np.array([16, 16, 34, 56, 22, 55, 15, 58, 15, 27, 45, 30, 38])


def cisapride() -> EffectEstimates:
    """Log odds ratios with 1/2 added to every cell, as in the example of pimeta 1.1.4."""
    cells = [RESPONSE, TREATED - RESPONSE, RESPONSE_0, CONTROL - RESPONSE_0]
    a, b, c, d = (cell + 0.5 for cell in cells)
    return EffectEstimates.from_arrays("OR", np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d)


def test_cisapride_data() -> None:
    estimates = cisapride()
    assert estimates.y[:3] == pytest.approx([2.098986, 3.357026, 1.565232], abs=5e-7)
    assert np.sqrt(estimates.v[:3]) == pytest.approx([0.9847737, 1.0165653, 0.5747840], abs=5e-8)
    found = pool(estimates, tau2="DL")
    assert found.heterogeneity.tau2 == pytest.approx(0.718, abs=5e-4)
    assert found.heterogeneity.i2 == pytest.approx(69.9, abs=0.05)


def test_bootstrap_against_published_example() -> None:
    """pimeta 1.1.4 prints 4.141 (0.533 to 33.692) and P(theta < 0) = 0.075, from 25,000 draws.

    Limits of 25,000 draws vary by about 3 % from seed to seed (standard deviation of the log
    limits 0.02 in repeated runs), hence the tolerance of 0.06 on the log scale.
    """
    found = pool(cisapride(), tau2="DL", prediction="bootstrap")
    assert math.exp(found.estimate) == pytest.approx(4.141, abs=5e-4)
    assert found.prediction.low == pytest.approx(math.log(0.533), abs=0.06)
    assert found.prediction.high == pytest.approx(math.log(33.692), abs=0.06)
    effects = draw_new_effects(cisapride().y, cisapride().v)
    assert np.mean(effects < 0) == pytest.approx(0.075, abs=0.005)


def test_tau2_is_drawn_from_its_distribution() -> None:
    statistic = moment_statistic(BCG_ESTIMATES.y, BCG_ESTIMATES.v, 1 / BCG_ESTIMATES.v)
    uniform = np.array([0.025, 0.3, 0.5, 0.9])
    for u, tau2 in zip(uniform, draw_tau2(statistic, uniform), strict=True):
        assert statistic.probability(float(tau2)) == pytest.approx(u, abs=1e-4)


def test_tau2_is_drawn_as_0_as_often_as_q_would_be_smaller() -> None:
    y, v = np.array([0.1, 0.3, 0.5, 0.2]), np.array([0.05, 0.04, 0.1, 0.02])
    statistic = moment_statistic(y, v, 1 / v)
    at_zero = statistic.probability(0.0)
    assert 0.2 < at_zero < 0.8
    drawn = draw_tau2(statistic, np.array([at_zero - 1e-6, at_zero + 1e-6]))
    assert 0.0 < drawn[0] < 1e-4
    assert drawn[1] == 0.0


def test_bootstrap_of_identical_effects_is_the_spread_of_tau2() -> None:
    same = EffectEstimates.from_arrays("MD", [0.3] * 4, [0.1, 0.2, 0.3, 0.4])
    found = pool(same, prediction="bootstrap")
    assert found.prediction.low == pytest.approx(0.3)
    assert "tau2_set_empty" in {caution.code for caution in found.cautions}


def test_kenward_roger_prediction() -> None:
    found = pool(BCG_ESTIMATES, interval="kr", prediction="kr")
    assert found.df is not None
    spread = math.sqrt(found.se**2 + found.heterogeneity.tau2)
    half = stdtrit(found.df - 1, 0.975) * spread
    assert found.prediction.high == pytest.approx(found.estimate + half, rel=1e-12)
    assert found.prediction_df == found.df - 1


@pytest.mark.parametrize("prediction", ["kr", "bootstrap", "hk-pr"])
def test_two_studies_are_too_few(prediction: str) -> None:
    two = EffectEstimates.from_arrays("MD", [0.1, 0.9], [0.05, 0.02])
    found = pool(two, prediction=prediction)
    assert found.prediction.low is None
    assert "no_prediction_interval" in {caution.code for caution in found.cautions}


def test_partlett_riley_uses_the_scaled_standard_error_and_k_minus_2() -> None:
    found = pool(BCG_ESTIMATES, prediction="hk-pr")
    half = stdtrit(11, 0.975) * math.sqrt(found.se**2 + found.heterogeneity.tau2)
    assert found.prediction.low == pytest.approx(found.estimate - half, rel=1e-12)


@pytest.mark.parametrize("prediction", ["t(k-1)", "z", "t(k-2)", "kr"])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_probability_fits_the_prediction_interval(prediction: str, level: float) -> None:
    found = pool(BCG_ESTIMATES, prediction=prediction, level=level)
    assert found.prediction.low is not None
    assert found.prediction.high is not None
    tail = (1 - level) / 2
    assert probability_above(found, found.prediction.high) == pytest.approx(tail, rel=1e-9)
    assert probability_above(found, found.prediction.low) == pytest.approx(1 - tail, rel=1e-9)
    assert probability_above(found, found.estimate) == pytest.approx(0.5)


def test_no_probability_without_a_prediction_interval() -> None:
    one = EffectEstimates.from_arrays("MD", [0.3], [0.04])
    assert probability_above(pool(one), 0.0) is None
