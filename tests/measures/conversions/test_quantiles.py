"""Medians to means: exact recoveries, published numbers, and what simulation must show."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from ketameta.errors import DataError, UsageError
from ketameta.measures.conversions.box_cox import box_cox_mean_sd
from ketameta.measures.conversions.fitted_quantiles import fits, fitted_mean_sd
from ketameta.measures.conversions.normal_quantiles import normal_mean_sd
from ketameta.measures.conversions.summaries import QuantileSummary, skewness_test


def summary_of(sample: np.ndarray, which: str) -> QuantileSummary:
    low, q1, median, q3, high = np.quantile(sample, [0, 0.25, 0.5, 0.75, 1]).tolist()
    quartiles = {"q1": q1, "q3": q3} if "quartiles" in which else {}
    ends = {"low": low, "high": high} if "range" in which else {}
    return QuantileSummary(median, sample.size, **quartiles, **ends)


KINDS = ["quartiles", "range", "quartiles and range"]


def test_luo_wan_shi_by_hand() -> None:
    """metafor's example: 20 people, 2, 4, 6, 10, 14; formulas written out here once more."""
    end, quartile = stats.norm.ppf(19.625 / 20.25), stats.norm.ppf(14.875 / 20.25)
    w = 4 / (4 + 20**0.75)
    found = normal_mean_sd(QuantileSummary(6, 20, low=2, high=14)).value
    assert found == pytest.approx((w * 8 + (1 - w) * 6, 12 / (2 * end)), rel=1e-12)
    w = 0.7 + 0.39 / 20
    found = normal_mean_sd(QuantileSummary(6, 20, q1=4, q3=10)).value
    assert found == pytest.approx((w * 7 + (1 - w) * 6, 6 / (2 * quartile)), rel=1e-12)
    w1, w2 = 2.2 / (2.2 + 20**0.75), 0.7 - 0.72 / 20**0.55
    whole = QuantileSummary(6, 20, q1=4, q3=10, low=2, high=14)
    theta_1 = (2 + 0.14 * 20**0.6) * end
    theta_2 = (2 + 2 / (0.07 * 20**0.6)) * quartile
    mean = w1 * 8 + w2 * 7 + (1 - w1 - w2) * 6
    assert normal_mean_sd(whole).value == pytest.approx((mean, 12 / theta_1 + 6 / theta_2))
    simple = (2 + 2 * 4 + 2 * 6 + 2 * 10 + 14) / 8
    averaged = (12 / (2 * end) + 6 / (2 * quartile)) / 2
    assert normal_mean_sd(whole, mean="wan", sd="wan").value == pytest.approx((simple, averaged))


@pytest.mark.parametrize("which", KINDS)
@pytest.mark.parametrize("n", [21, 101])
def test_normal_methods_are_unbiased_for_normal_data(which: str, n: int) -> None:
    """2000 samples of mean 10 and SD 2: within four standard errors, and 1.5 % for the SD."""
    samples = np.random.default_rng(20_260_101).normal(10, 2, size=(2000, n))
    found = np.array(
        [normal_mean_sd(summary_of(sample, which), allow_skew=True).value for sample in samples]
    )
    error = found[:, 0].std() / math.sqrt(len(found))
    assert abs(found[:, 0].mean() - 10) < 4 * error
    assert found[:, 1].mean() == pytest.approx(2, rel=0.015)


@pytest.mark.parametrize("which", KINDS)
@pytest.mark.parametrize("n", [41, 201])
def test_skewness_test_has_its_level(which: str, n: int) -> None:
    """5 % of normal samples are called skewed (4000 samples: standard error 0.34 %)."""
    samples = np.random.default_rng(7).normal(size=(4000, n))
    called = np.mean([skewness_test(summary_of(sample, which)).skewed for sample in samples])
    assert 0.035 < called < 0.065


def test_skewed_summaries_are_refused_unless_asked_for() -> None:
    """metafor's example of a skewed study: 2, 4, 6, 14, 20 of 20 people."""
    skewed = QuantileSummary(6, 20, q1=4, q3=14, low=2, high=20)
    assert skewness_test(skewed).skewed
    with pytest.raises(DataError, match="too lopsided for normal data"):
        normal_mean_sd(skewed)
    codes = [a.code for a in normal_mean_sd(skewed, allow_skew=True).assumptions]
    assert codes == ["normal_data", "skewness_ignored"]
    with pytest.raises(UsageError, match="luo or wan"):
        normal_mean_sd(skewed, mean="hozo")


N = 100
EXACT: list[tuple[str, Any]] = [
    ("normal", stats.norm(10, 2)),
    ("log-normal", stats.lognorm(0.6, scale=12)),
    ("gamma", stats.gamma(2.5, scale=4)),
    ("Weibull", stats.weibull_min(1.4, scale=30)),
    ("beta", stats.beta(2, 5)),
]


@pytest.mark.parametrize(("name", "truth"), EXACT, ids=[name for name, _ in EXACT])
@pytest.mark.parametrize("which", KINDS)
def test_fitting_finds_the_distribution_that_made_the_quantiles(
    name: str, truth: Any, which: str
) -> None:
    q = dict(
        zip(("low", "q1", "q3", "high"), truth.ppf([1 / N, 0.25, 0.75, 1 - 1 / N]), strict=True)
    )
    if "quartiles" not in which:
        q = {"low": q["low"], "high": q["high"]}
    elif "range" not in which:
        q = {"q1": q["q1"], "q3": q["q3"]}
    summary = QuantileSummary(float(truth.median()), N, **{k: float(x) for k, x in q.items()})
    fitted = {fit.distribution: fit for fit in fits(summary)}[name]
    assert fitted.distance < 1e-10 * truth.var()
    assert (fitted.mean, fitted.sd) == pytest.approx((truth.mean(), truth.std()), rel=1e-4)


def test_fitting_reaches_below_estmeansd() -> None:
    """estmeansd's README (2, 4, 9 of 100) prints 4.347284 and 1.502171, log-normal.

    Its optimiser stops a little early: the sum of squares at its answer is above ours.
    """
    summary = QuantileSummary(4, 100, low=2, high=9)
    best = min(fits(summary), key=lambda fit: fit.distance)
    assert best.distribution == "log-normal"
    assert fitted_mean_sd(summary).value == pytest.approx((4.347284, 1.502171), abs=5e-5)
    sigma2 = math.log1p((1.502171 / 4.347284) ** 2)
    mu = math.log(4.347284) - sigma2 / 2
    z = stats.norm.ppf([0.01, 0.5, 0.99])
    theirs = ((np.array([2, 4, 9]) - np.exp(mu + math.sqrt(sigma2) * z)) ** 2).sum()
    assert best.distance <= theirs


def test_only_the_normal_is_fitted_to_negative_values() -> None:
    found = fits(QuantileSummary(1.0, 30, q1=-2.0, q3=3.0))
    assert [fit.distribution for fit in found] == ["normal"]
    with pytest.raises(DataError, match="Compare medians"):
        fitted_mean_sd(QuantileSummary(0.0, 30, q1=-1.0, q3=30.0))


@pytest.mark.parametrize("which", ["quartiles", "range"])
def test_box_cox_recovers_a_log_normal(which: str) -> None:
    """With very many people the power is 0 and mean and SD are those of the log-normal."""
    truth, n = stats.lognorm(0.5, scale=7), 10**9
    q = truth.ppf([0.25, 0.75])
    ends = 7 * np.exp(0.5 * stats.norm.ppf((n - 0.375) / (n + 0.25)) * np.array([-1, 1]))
    given = {"q1": q[0], "q3": q[1]} if which == "quartiles" else {"low": ends[0], "high": ends[1]}
    converted = box_cox_mean_sd(QuantileSummary(7.0, n, **given))
    assert converted.assumptions[0].value == pytest.approx(0, abs=1e-9)
    assert converted.value == pytest.approx((truth.mean(), truth.std()), rel=1e-6)


@pytest.mark.parametrize("power", [-0.15, 0.3, 0.5, 2.0])
def test_box_cox_recovers_a_power_normal(power: float) -> None:
    """X = (λZ + 1)^(1/λ): power from the quantiles, moments against plain simulation."""
    z = np.random.default_rng(3).normal(1.5, 0.2, size=400_000)
    x = (power * z + 1) ** (1 / power)
    q = (power * (1.5 + 0.2 * stats.norm.ppf([0.25, 0.5, 0.75])) + 1) ** (1 / power)
    converted = box_cox_mean_sd(QuantileSummary(q[1], 10**9, q1=q[0], q3=q[2]))
    assert converted.assumptions[0].value == pytest.approx(power, abs=1e-6)
    assert converted.value.mean == pytest.approx(x.mean(), rel=0.001)
    assert converted.value.sd == pytest.approx(x.std(), rel=0.01)


def test_box_cox_does_not_know_the_unit() -> None:
    numbers = {"q1": 3.0, "q3": 9.0, "low": 1.0, "high": 21.0}
    plain = box_cox_mean_sd(QuantileSummary(5.0, 60, **numbers)).value
    scaled = {name: 1000 * x for name, x in numbers.items()}
    grams = box_cox_mean_sd(QuantileSummary(5000.0, 60, **scaled)).value
    assert grams == pytest.approx([1000 * x for x in plain], rel=1e-6)


@pytest.mark.parametrize(
    "numbers",
    [
        {"median": 2.0, "n": 20, "q1": 0.0, "q3": 5.0},
        {"median": 2.0, "n": 20, "q1": 2.0, "q3": 5.0},
        {"median": 1.0, "n": 20, "q1": 0.9, "q3": 30.0},
    ],
)
def test_box_cox_says_where_it_cannot_work(numbers: dict[str, Any]) -> None:
    with pytest.raises(DataError, match="Use fitted_mean_sd"):
        box_cox_mean_sd(QuantileSummary(**numbers))


@pytest.mark.parametrize(
    "numbers",
    [
        {"median": 2.0, "n": 20},
        {"median": 2.0, "n": 20, "q1": 1.0},
        {"median": 2.0, "n": 4, "q1": 1.0, "q3": 3.0},
        {"median": 2.0, "n": 20, "q1": 3.0, "q3": 4.0},
        {"median": 2.0, "n": 20, "q1": 2.0, "q3": 2.0},
        {"median": float("nan"), "n": 20, "q1": 1.0, "q3": 2.0},
        {"median": 2.0, "n": 20, "q1": 1.0, "q3": float("inf")},
    ],
)
def test_impossible_summaries_are_refused(numbers: dict[str, Any]) -> None:
    with pytest.raises(DataError):
        QuantileSummary(**numbers)
