"""The beta-binomial model against R, scipy's distribution, and cases known by hand."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import expit, logit

from ketameta.errors import DataError, UsageError
from ketameta.measures.arms import Counts, Rates
from ketameta.pooling.beta_binomial import BETA_BINOMIAL, BetaBinomialResult, beta_binomial
from ketameta.pooling.beta_binomial.likelihood import ArmSums, log_likelihood
from ketameta.pooling.beta_binomial.rising_sums import sum_rule

FILE = Path(__file__).parents[1] / "reference" / "pooling" / "beta_binomial.json"
REFERENCE = json.loads(FILE.read_text())


def fitted(name: str, measure: str = "OR") -> BetaBinomialResult:
    d = REFERENCE[name]["data"]
    return beta_binomial(Counts(d["ai"], d["n1"]), Counts(d["ci"], d["n2"]), measure=measure)


def codes(result: BetaBinomialResult) -> set[str]:
    return {caution.code for caution in result.cautions}


@pytest.mark.parametrize("name", ["bcg", "sparse", "catheters"])
def test_r(name: str) -> None:
    # The likelihood written out with lbeta(), nlminb() and a numerical Hessian.
    expected, result = REFERENCE[name], fitted(name)
    assert result.log_likelihood == pytest.approx(expected["ll"], rel=1e-10)
    assert result.log_likelihood >= expected["ll"] - 1e-9
    assert result.probabilities == pytest.approx(expected["probabilities"], rel=1e-6)
    assert result.correlation == pytest.approx(expected["correlation"], rel=1e-5)
    assert result.correlation_se == pytest.approx(expected["correlation_se"], rel=1e-4)
    for measure in ("OR", "RR", "RD"):
        other = fitted(name, measure)
        assert [other.estimate, other.se] == pytest.approx(expected[measure], rel=2e-5)


def test_log_likelihood_and_derivatives() -> None:
    x, n = np.array([0.0, 3.0, 7.0, 1.0]), np.array([9.0, 12.0, 7.0, 30.0])
    arms = (ArmSums.build(x, n), ArmSums.build(n - x, n))
    at, g = np.array([-0.7, 0.4]), 0.3

    def value(at: np.ndarray, g: float) -> float:
        p = expit(at)
        first = stats.betabinom.logpmf(x, n, p[0] / g, (1 - p[0]) / g).sum()
        second = stats.betabinom.logpmf(n - x, n, p[1] / g, (1 - p[1]) / g).sum()
        return float(first + second)

    point = log_likelihood(arms, at, g)
    assert point.value == pytest.approx(value(at, g), rel=1e-12)
    whole, step = np.append(at, g), 1e-5
    for i in range(3):
        ahead, behind = whole.copy(), whole.copy()
        ahead[i] += step
        behind[i] -= step
        slope = (value(ahead[:2], ahead[2]) - value(behind[:2], behind[2])) / (2 * step)
        assert point.gradient[i] == pytest.approx(slope, rel=1e-6, abs=1e-7)
        curve = log_likelihood(arms, ahead[:2], ahead[2]).gradient
        curve = (curve - log_likelihood(arms, behind[:2], behind[2]).gradient) / (2 * step)
        assert point.hessian[i] == pytest.approx(curve, rel=1e-6, abs=1e-6)


def test_without_correlation_it_is_the_binomial_distribution() -> None:
    x, n = np.array([2.0, 5.0]), np.array([20.0, 31.0])
    point = log_likelihood((ArmSums.build(x, n),), np.array([-1.1]), 0.0)
    assert point.value == pytest.approx(stats.binom.logpmf(x, n, expit(-1.1)).sum(), rel=1e-13)


def test_equal_proportions_are_pooled_as_one_study() -> None:
    result = beta_binomial(Counts([3] * 6, [30] * 6), Counts([6] * 6, [30] * 6))
    assert result.estimate == pytest.approx(math.log(72 / 162), rel=1e-12)
    assert result.se == pytest.approx(math.sqrt(1 / 18 + 1 / 162 + 1 / 36 + 1 / 144), rel=1e-12)
    assert (result.correlation, result.correlation_se) == (0.0, None)
    assert result.correlation_lrt_p == 1.0
    assert "correlation_at_boundary" in codes(result)


def test_studies_without_events_count() -> None:
    some = beta_binomial(Counts([1, 3], [20, 30]), Counts([4, 6], [20, 30]))
    more = beta_binomial(Counts([1, 3, 0], [20, 30, 40]), Counts([4, 6, 0], [20, 30, 40]))
    assert more.k == 3
    assert more.probabilities[0] < some.probabilities[0]


def test_swapping_groups_turns_the_sign() -> None:
    d = REFERENCE["sparse"]["data"]
    treated, control = Counts(d["ai"], d["n1"]), Counts(d["ci"], d["n2"])
    for measure in ("OR", "RR", "RD"):
        one = beta_binomial(treated, control, measure=measure)
        other = beta_binomial(control, treated, measure=measure)
        assert other.estimate == pytest.approx(-one.estimate, rel=1e-9)
        assert other.se == pytest.approx(one.se, rel=1e-9)


def test_a_single_group() -> None:
    x, n = [3, 0, 12, 5, 1, 8], [30, 12, 40, 41, 25, 33]
    result = beta_binomial(Counts(x, n))
    p, s = result.probabilities[0], (1 - result.correlation) / result.correlation
    assert result.measure == "PLO"
    assert result.estimate == pytest.approx(float(logit(p)), rel=1e-12)
    assert result.statistic is None
    best = stats.betabinom.logpmf(x, n, p * s, (1 - p) * s).sum()
    assert result.log_likelihood == pytest.approx(best, rel=1e-12)
    for q, t in ((p * 1.01, s), (p, s * 1.05), (p, s / 1.05), (p / 1.01, s)):
        assert stats.betabinom.logpmf(x, n, q * t, (1 - q) * t).sum() < best


def test_t_interval() -> None:
    d = REFERENCE["sparse"]["data"]
    result = beta_binomial(Counts(d["ai"], d["n1"]), Counts(d["ci"], d["n2"]), interval="t")
    half = stats.t(7).ppf(0.975) * result.se
    assert result.interval.high - result.estimate == pytest.approx(half, rel=1e-10)
    assert result.p_value == pytest.approx(2 * stats.t(7).sf(abs(result.statistic)), rel=1e-10)


@given(counts=st.lists(st.integers(0, 60_000), min_size=1, max_size=5), g=st.floats(1e-6, 50.0))
@settings(max_examples=20, deadline=None)
def test_sums_of_many_terms(counts: list[int], g: float) -> None:
    rule = sum_rule(np.array(counts, dtype=float))
    functions = (
        lambda j: np.log(0.3 + g * j),
        lambda j: 1.0 / (0.3 + g * j),
        lambda j: (j / (0.3 + g * j)) ** 2,
    )
    for function in functions:
        plain = sum(float(np.sum(function(np.arange(c, dtype=float)))) for c in counts)
        assert rule.total(function(rule.at)) == pytest.approx(plain, rel=1e-11, abs=1e-9)


def test_large_studies() -> None:
    n = np.array([1e6, 2e9, 3e5])
    treated, control = np.array([2e3, 5e6, 500.0]), np.array([3e3, 6e6, 900.0])
    result = beta_binomial(Counts(treated, n), Counts(control, n), measure="RR")
    shares = np.array([treated / n, control / n])
    # With so many people each study's share is its probability: means of three shares a group.
    assert result.probabilities == pytest.approx(shares.mean(axis=1), rel=0.02)


@pytest.mark.parametrize(
    ("treated", "control", "message"),
    [
        (Counts([0, 0], [20, 30]), Counts([1, 2], [20, 30]), "group 1 has no event"),
        (Counts([1, 2], [20, 30]), Counts([20, 30], [20, 30]), "group 2 has events in every"),
        (Counts([0, 9], [9, 9]), Counts([9, 0], [9, 9]), "all or none had the event"),
        (Counts([11], [10]), Counts([1], [10]), "is more than n"),
        (Counts([0.5], [10]), Counts([1], [10]), "whole number"),
    ],
)
def test_edges_are_explained(treated: Counts, control: Counts, message: str) -> None:
    with pytest.raises(DataError, match=message):
        beta_binomial(treated, control)


def test_single_people_leave_no_correlation() -> None:
    result = beta_binomial(Counts([1, 0, 1], [1] * 3), Counts([0, 1, 0], [1] * 3))
    assert result.correlation == 0.0
    assert result.estimate == pytest.approx(2 * math.log(2.0), rel=1e-10)


def test_unusable_requests() -> None:
    pair = Counts([1], [10]), Counts([2], [10])
    with pytest.raises(UsageError, match="Use OR, RR, RD"):
        beta_binomial(*pair, measure="IRR")
    with pytest.raises(UsageError, match="Use PLO"):
        beta_binomial(pair[0], measure="OR")
    with pytest.raises(UsageError, match="Use wald or t"):
        beta_binomial(*pair, interval="hksj")
    with pytest.raises(UsageError, match="it takes counts"):
        beta_binomial(Rates([1], [10]), Rates([1], [10]))


def test_results_are_plain_numbers() -> None:
    result = fitted("sparse")
    assert "groups_not_paired" in codes(result)
    json.dumps(asdict(result), allow_nan=False)


def test_catalog_line_is_complete() -> None:
    assert BETA_BINOMIAL.summary.endswith(".")
    assert BETA_BINOMIAL.doi.startswith("10.")
    assert set(BETA_BINOMIAL.measures) == {"OR", "RR", "RD", "PLO"}
