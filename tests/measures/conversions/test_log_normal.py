"""Skewed data taken for log-normal: Shi's formulas, what simulation must show, and the way back."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ketameta.errors import DataError
from ketameta.measures.conversions.log_normal import (
    log_normal_mean_sd,
    log_scale_mean_sd,
    raw_scale_mean_sd,
)
from ketameta.measures.conversions.normal_quantiles import normal_mean_sd
from ketameta.measures.conversions.summaries import QuantileSummary

REFERENCE = json.loads((Path(__file__).parents[2] / "reference" / "log_normal.json").read_text())
KINDS = {"range": ("low", "high"), "quartiles": ("q1", "q3"), "both": ("low", "q1", "q3", "high")}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", REFERENCE["cases"], ids=lambda case: f"n{case['n']}")
def test_formulas_of_the_paper(case: dict[str, Any], kind: str) -> None:
    given_values = {name: case[name] for name in KINDS[kind]}
    converted = log_normal_mean_sd(QuantileSummary(case["median"], case["n"], **given_values))
    assert converted.value == pytest.approx(case[kind], rel=1e-12)
    assert [a.code for a in converted.assumptions] == ["log_normal_data"]


@pytest.mark.parametrize("kind", KINDS)
def test_nearly_unbiased_for_log_normal_data(kind: str) -> None:
    """4000 samples of 60 people, sigma 0.6: mean within 1 %, SD far nearer than as normal."""
    truth = stats.lognorm(0.6, scale=12)
    samples = truth.rvs(size=(4000, 60), random_state=11)
    found, as_normal = [], []
    for sample in samples:
        quantiles = np.quantile(sample, [0, 0.25, 0.5, 0.75, 1]).tolist()
        named = dict(zip(("low", "q1", "median", "q3", "high"), quantiles, strict=True))
        summary = {name: named[name] for name in KINDS[kind]}
        reported = QuantileSummary(named["median"], 60, **summary)
        found.append(log_normal_mean_sd(reported).value)
        as_normal.append(normal_mean_sd(reported, allow_skew=True).value)
    bias = np.abs(np.mean(found, axis=0) / [truth.mean(), truth.std()] - 1)
    other = np.abs(np.mean(as_normal, axis=0) / [truth.mean(), truth.std()] - 1)
    assert bias[0] < 0.01
    assert bias[1] < other[1] / 3


@pytest.mark.parametrize("kind", KINDS)
def test_with_very_many_people_it_is_exact(kind: str) -> None:
    truth, n = stats.lognorm(0.5, scale=7), 10**9
    end = 7 * np.exp(0.5 * stats.norm.ppf((n - 0.375) / (n + 0.25)) * np.array([-1, 1]))
    q = truth.ppf([0.25, 0.75])
    named = {"low": end[0], "q1": q[0], "q3": q[1], "high": end[1]}
    summary = QuantileSummary(7.0, n, **{name: float(named[name]) for name in KINDS[kind]})
    # What the factors leave of the variance of the logarithms, 1/4: not all, the range's is 1.01.
    factor = {"range": (1.01, 0.25), "both": (1, 0.28), "quartiles": (1, 0)}[kind]
    left = stats.lognorm((0.25 / (factor[0] + factor[1] / math.log(n) ** 2)) ** 0.5, scale=7)
    assert log_normal_mean_sd(summary).value == pytest.approx((left.mean(), left.std()), rel=1e-8)


def test_the_unit_does_not_matter() -> None:
    numbers = {"q1": 3.0, "q3": 9.0, "low": 1.0, "high": 21.0}
    plain = log_normal_mean_sd(QuantileSummary(5.0, 60, **numbers)).value
    scaled = {name: 1000 * x for name, x in numbers.items()}
    grams = log_normal_mean_sd(QuantileSummary(5000.0, 60, **scaled)).value
    assert grams == pytest.approx([1000 * x for x in plain], rel=1e-12)


def test_what_cannot_be_converted() -> None:
    with pytest.raises(DataError, match="needs values above 0"):
        log_normal_mean_sd(QuantileSummary(2.0, 20, q1=0.0, q3=5.0))
    with pytest.raises(DataError, match="no finite result"):
        log_normal_mean_sd(QuantileSummary(1.0, 5, low=1e-90, high=1e90))
    with pytest.raises(DataError, match="mean and SD must be above 0"):
        log_scale_mean_sd(-1.0, 2.0)
    with pytest.raises(DataError, match="SD of the logarithms"):
        raw_scale_mean_sd(1.0, 0.0)


@given(mean=st.floats(1e-3, 1e4), cv=st.floats(0.01, 5))
def test_logarithms_and_back(mean: float, cv: float) -> None:
    there = log_scale_mean_sd(mean, cv * mean).value
    assert raw_scale_mean_sd(*there).value == pytest.approx((mean, cv * mean), rel=1e-9)


def test_logarithms_by_hand() -> None:
    """m = s: the variance of the logarithms is ln 2, their mean ln m - ln(2)/2."""
    found = log_scale_mean_sd(10.0, 10.0).value
    assert found == pytest.approx((math.log(10) - math.log(2) / 2, math.sqrt(math.log(2))))
