"""The Bayesian model where its answer is known beforehand, and where it cannot have one."""

from __future__ import annotations

import json
import math
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import trapezoid

from ketameta.errors import ConvergenceError, DataError, UsageError
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.bayes import (
    CustomPrior,
    HalfNormal,
    LogNormalTau2,
    Lomax,
    NormalPrior,
    TauPrior,
    Uniform,
    bayes,
    density_curves,
    fit_posterior,
    half_cauchy,
    plausible_priors,
    prior_sensitivity,
    rhodes,
    turner,
)

Z = 1.959963984540054


def estimates(y: list[float], v: list[float], measure: str = "OR") -> EffectEstimates:
    return EffectEstimates.from_arrays(measure, y, v)


def codes(result: object) -> set[str]:
    return {caution.code for caution in result.cautions}


def test_tau_near_zero_is_the_common_effect_model() -> None:
    y, w = np.array([0.1, 0.5, 0.9]), np.array([10.0, 20.0, 5.0])
    result = bayes(estimates(list(y), list(1 / w)), prior=HalfNormal(1e-9))
    mean, se = float(np.sum(w * y) / np.sum(w)), float(np.sum(w) ** -0.5)
    assert result.mu.median == pytest.approx(mean, rel=1e-12)
    assert result.mu.sd == pytest.approx(se, rel=1e-12)
    assert result.mu.shortest.low == pytest.approx(mean - Z * se, rel=1e-10)
    assert result.mu.equal_tailed.high == pytest.approx(mean + Z * se, rel=1e-10)
    assert result.weights == pytest.approx(100 * w / w.sum(), rel=1e-12)
    assert result.shrinkage == pytest.approx([1, 1, 1])
    assert [s.mean for s in result.studies] == pytest.approx([mean] * 3)


def test_a_normal_prior_of_the_mean_is_one_more_study() -> None:
    y, w = np.array([0.1, 0.5]), np.array([10.0, 20.0])
    prior = NormalPrior(-0.3, 0.5)
    result = bayes(estimates(list(y), list(1 / w)), prior=HalfNormal(1e-9), mean_prior=prior)
    total = np.sum(w) + 4.0
    assert result.mu.mean == pytest.approx((np.sum(w * y) - 0.3 * 4.0) / total, rel=1e-12)
    assert result.mu.sd == pytest.approx(total**-0.5, rel=1e-12)
    assert result.weights.sum() == pytest.approx(100 * np.sum(w) / total)


def test_a_very_wide_tau_leaves_every_study_alone() -> None:
    result = bayes(estimates([1.0, 2.0, 6.0], [0.1, 0.2, 0.3]), prior=LogNormalTau2(30.0, 0.01))
    assert [s.mean for s in result.studies] == pytest.approx([1.0, 2.0, 6.0], abs=1e-10)
    assert result.mu.mean == pytest.approx(3.0, rel=1e-9)
    assert result.weights == pytest.approx([100 / 3] * 3)
    assert result.mu.sd == pytest.approx(math.exp(15.0) / math.sqrt(3.0), rel=1e-3)


def test_one_study_leaves_tau_to_its_prior() -> None:
    prior = HalfNormal(0.5)
    result = bayes(estimates([0.3], [0.04]), prior=prior)
    ends = prior.quantile(np.array([0.025, 0.5, 0.975]))
    tau = result.tau
    limits = [tau.equal_tailed.low, tau.median, tau.equal_tailed.high]
    assert limits == pytest.approx(list(ends), rel=1e-10)
    assert tau.mean == pytest.approx(0.5 * math.sqrt(2 / math.pi), rel=1e-10)
    assert result.mu.mean == pytest.approx(0.3)
    assert result.mu.sd == pytest.approx(math.sqrt(0.04 + 0.25), rel=1e-10)
    assert result.bayes_factor_tau_zero == pytest.approx(1.0, rel=1e-10)
    assert "single_study" in codes(result)


@pytest.mark.parametrize("k", [2, 3])
def test_few_studies_are_said_to_leave_much_to_the_prior(k: int) -> None:
    assert "prior_dominates" in codes(bayes(estimates([0.1] * k, [0.1] * k)))


def test_an_improper_prior_needs_three_studies() -> None:
    with pytest.raises(DataError, match=r"2 studies .* improper\. Use a proper prior"):
        bayes(estimates([0.1, 0.4], [0.1, 0.2]), prior=Uniform())
    three = bayes(estimates([0.1, 0.4, 0.2], [0.1, 0.2, 0.1]), prior=Uniform())
    assert {"improper_prior", "no_posterior_moments"} <= codes(three)
    assert three.tau.mean is None
    assert three.mu.sd is None
    assert three.bayes_factor_tau_zero is None
    # A normal prior of the mean counts like a study.
    two = bayes(estimates([0.1, 0.4], [0.1, 0.2]), prior=Uniform(), mean_prior=NormalPrior(0, 1))
    assert two.mu.sd is not None


def test_moments_that_do_not_exist_are_not_given() -> None:
    result = bayes(estimates([0.1, 0.4], [0.1, 0.2]), prior=half_cauchy(0.5))
    assert result.tau.mean is not None
    assert (result.tau.sd, result.mu.sd, result.new_study.sd) == (None, None, None)
    assert result.studies[0].sd is not None
    assert bayes(estimates([0.1], [0.1], "SMD"), prior=rhodes()).mu.mean is None


@given(
    shift=st.sampled_from([0.0, -3.0, 1e9]),
    exponent=st.integers(-8, 8),
    k=st.integers(1, 6),
    seed=st.integers(0, 50),
)
@settings(max_examples=12, deadline=None)
def test_units_do_not_matter(shift: float, exponent: int, k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    # Steps of 2^-20 survive a shift by 1e9 unchanged.
    y = np.round(rng.normal(0, 0.6, k) * 2**20) / 2**20
    v, unit = rng.uniform(0.01, 0.5, k), 2.0**exponent
    plain = bayes(estimates(list(y), list(v)), prior=HalfNormal(0.5))
    moved = bayes(
        estimates(list(y * unit + shift), list(v * unit**2)), prior=HalfNormal(0.5 * unit)
    )
    rounding = 1e-15 * abs(shift) / unit
    for a, b in [(plain.mu, moved.mu), (plain.new_study, moved.new_study)]:
        limits = [(x - shift) / unit for x in (b.median, b.shortest.low, b.equal_tailed.high)]
        expected = [a.median, a.shortest.low, a.equal_tailed.high]
        assert limits == pytest.approx(expected, abs=1e-8 + 1e6 * rounding)
    assert moved.tau.median / unit == pytest.approx(plain.tau.median, abs=1e-9 + 1e6 * rounding)


PRIORS: list[TauPrior] = [
    HalfNormal(0.5),
    HalfNormal(1e-6),
    half_cauchy(0.5),
    Lomax(0.1, 1.0),
    rhodes(),
    LogNormalTau2(-2.0, 8.0),
    CustomPrior(lambda tau: -tau),
]
HOSTILE = {
    "one": ([0.3], [0.04]),
    "two": ([0.3, 0.9], [0.04, 0.09]),
    "identical": ([0.3] * 5, [0.1, 0.2, 0.3, 0.4, 0.5]),
    "tiny variances": ([1e-8, -2e-8, 3e-8], [1e-16] * 3),
    "apart by far": ([-1.0, 0.2, 1.1], [1e-16] * 3),
    "huge variances": ([1e8, -1e8, 2e8], [1e16] * 3),
    "all magnitudes": ([1.0, 0.2, -0.4, 0.1, -1.0], [1e-16, 1e-8, 1.0, 1e8, 1e16]),
    "shifted": ([1e9, 1e9 + 1, 1e9 - 1], [0.1, 0.2, 0.3]),
    "against the prior": ([-1e4, 0.0, 1e4], [1e-4] * 3),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_data_get_an_answer_under_every_prior(name: str) -> None:
    for prior in PRIORS:
        result = bayes(estimates(*HOSTILE[name]), prior=prior)
        for part in (result.mu, result.new_study, result.tau, *result.studies):
            ends = part.equal_tailed
            assert ends.low <= part.median <= ends.high, prior.label
            width = part.shortest.high - part.shortest.low
            assert 0.0 <= width <= (ends.high - ends.low) * (1 + 1e-5), prior.label
        text = json.dumps(asdict(result), default=list, allow_nan=False)
        assert "nan" not in text.casefold()


def test_a_rising_density_has_its_shortest_interval_at_the_end() -> None:
    # p(tau) = tau / 2 on (0, 2), and a single study that says nothing about tau.
    prior = CustomPrior(lambda tau: np.log(np.maximum(tau, 1e-300) / 2.0), upper=2.0)
    tau = bayes(estimates([0.0], [1.0]), prior=prior, level=0.75).tau
    assert tau.shortest.low == pytest.approx(1.0, rel=1e-6)  # P(tau < 1) = 1/4
    assert tau.shortest.high == pytest.approx(2.0, rel=1e-6)
    assert tau.mode == 2.0
    assert tau.median == pytest.approx(math.sqrt(2.0), rel=1e-10)


def test_conflict_of_prior_and_data_is_said() -> None:
    result = bayes(estimates([10.0, -20.0, 5.0, 30.0], [1.0] * 4, "MD"), prior=HalfNormal(0.5))
    assert "prior_data_conflict" in codes(result)
    assert "prior_data_conflict" not in codes(bayes(estimates([0.1, 0.4, 0.2], [0.1] * 3)))


def test_published_priors_belong_to_their_measures() -> None:
    data = ([0.1, 0.4, 0.2], [0.1] * 3)
    assert "prior_of_other_measure" in codes(bayes(estimates(*data, "SMD"), prior=turner()))
    assert "prior_of_other_measure" in codes(bayes(estimates(*data, "OR"), prior=rhodes()))
    assert "prior_of_other_measure" not in codes(bayes(estimates(*data, "SMD"), prior=rhodes()))


def test_unusable_requests() -> None:
    with pytest.raises(UsageError, match="level: 95"):
        bayes(estimates([0.1], [0.1]), level=95)
    with pytest.raises(DataError, match="no estimates"):
        bayes(estimates([], []), prior=HalfNormal(0.5))
    with pytest.raises(UsageError, match="units of its own"):
        bayes(estimates([0.1], [0.1], "MD"))


def test_probabilities_beyond_a_threshold_are_those_of_the_quantiles() -> None:
    data = estimates([0.1, 0.6, 0.3], [0.1, 0.2, 0.1])
    found = bayes(data, prior=HalfNormal(0.5))
    for threshold, chance in ((found.mu.median, 0.5), (found.mu.equal_tailed.high, 0.025)):
        again = bayes(data, prior=HalfNormal(0.5), threshold=threshold)
        assert again.mu_above == pytest.approx(chance, rel=1e-9)
    low = found.new_study.equal_tailed.low
    again = bayes(data, prior=HalfNormal(0.5), threshold=low)
    assert again.new_study_above == pytest.approx(0.975, rel=1e-9)


def test_curves_are_densities() -> None:
    posterior = fit_posterior(
        estimates([0.1, 0.6, 0.3, 0.9], [0.1, 0.2, 0.1, 0.3]),
        prior=HalfNormal(0.5),
        mean_prior=NormalPrior(0.0, 2.0),
    )
    curves = density_curves(posterior, points=801)
    assert trapezoid(curves.tau_posterior, curves.tau) == pytest.approx(0.995, abs=2e-3)
    assert trapezoid(curves.new_study, curves.effect) == pytest.approx(0.99, abs=1e-4)
    assert trapezoid(curves.mu_posterior, curves.effect) == pytest.approx(1.0, abs=5e-3)
    assert curves.tau_prior == pytest.approx(np.exp(HalfNormal(0.5).log_density(curves.tau)))
    assert curves.mu_prior.max() <= (2.0 * math.sqrt(2 * math.pi)) ** -1


def test_prior_sensitivity_keeps_the_order_of_the_priors() -> None:
    data = estimates([0.1, 0.9], [0.05, 0.1])
    results = prior_sensitivity(data)
    assert [r.prior for r in results] == [p.label for p in plausible_priors("OR")]
    widths = [r.mu.shortest.high - r.mu.shortest.low for r in results[:3]]
    assert widths == sorted(widths)
    assert results[1] is not None
    assert results[1].mu == bayes(data).mu


def test_a_prior_that_the_data_contradict_beyond_numbers_is_refused_in_a_sentence() -> None:
    far = EffectEstimates.from_arrays("GEN", [1.6e7, 1.0, 2.0], [1e-5, 1.0, 1.0])
    with pytest.raises(ConvergenceError, match="no possible value of tau"):
        bayes(far, prior=Uniform(10.0))
