"""Priors of tau that follow from the standard errors, against plain integration in R."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.bayes import StudyPrior, bayes, density_curves, fit_posterior, parse_prior

HERE = Path(__file__).parents[1] / "reference" / "pooling" / "study_priors.json"
REFERENCE = json.loads(HERE.read_text())
CASES = REFERENCE["cases"]
CODES = ["jeffreys", "overall-jeffreys", "berger-deely", "conventional", "dumouchel", "shrinkage"]
CODES += ["i2", "sqrt"]


def estimates(y: list[float], v: list[float]) -> EffectEstimates:
    return EffectEstimates.from_arrays("SMD", y, v)


def test_every_case_is_there() -> None:
    assert sorted({case["prior"] for case in CASES}) == sorted(CODES)
    assert len(CASES) == 3 * len(CODES)


@pytest.mark.parametrize("case", CASES, ids=[f"{c['prior']}-{c['data']}" for c in CASES])
def test_posterior_as_integrated_in_r(case: dict[str, Any]) -> None:
    data = REFERENCE["datasets"][case["data"]]
    posterior = fit_posterior(estimates(**data), prior=parse_prior(case["prior"]))
    prior = posterior.prior
    assert prior.proper is case["proper"]
    density = np.exp(prior.log_density(np.array([0.05, 0.3, 1.2])))
    np.testing.assert_allclose(density, case["density"], rtol=1e-9)
    quantiles = posterior.tau.quantile(np.array([0.025, 0.5, 0.975]))
    np.testing.assert_allclose(quantiles, case["tau"], rtol=1e-7)
    found = bayes(posterior.estimates, prior=parse_prior(case["prior"]))
    assert found.mu_above == pytest.approx(case["mu_above"], rel=1e-8)
    # With two studies and heavy tails the mean does not exist, or only just.
    if case["mu_mean"] is not None and found.mu.mean is not None:
        assert found.mu.mean == pytest.approx(case["mu_mean"], rel=1e-7)


@pytest.mark.parametrize(
    "code", ["overall-jeffreys", "conventional", "dumouchel", "shrinkage", "i2"]
)
@pytest.mark.parametrize("v", [[0.1, 0.2], [1e-10, 1e10], [0.5] * 7])
def test_proper_ones_have_mass_one(code: str, v: list[float]) -> None:
    prior = StudyPrior(code).given(np.array(v))

    def over_log(u: float) -> float:
        return float(np.exp(prior.log_density(np.array([np.exp(u)]))[0] + u))

    pieces = np.linspace(-40.0, 60.0, 41)
    mass = sum(quad(over_log, *pair, epsabs=1e-13)[0] for pair in pairwise(pieces))
    assert mass == pytest.approx(1.0, abs=1e-9)


def test_definitions_by_hand() -> None:
    v = np.array([0.04, 0.12])
    harmonic = 2 / (1 / 0.04 + 1 / 0.12)  # 0.06
    assert harmonic == pytest.approx(0.06)
    assert StudyPrior("dumouchel").given(v).quantile(np.array([0.5])) == pytest.approx(0.06**0.5)
    # A uniform share of 1/4: tau^2 = s^2 / 3.
    share = StudyPrior("shrinkage").given(v)
    assert share.quantile(np.array([0.25])) == pytest.approx((0.06 / 3) ** 0.5)
    # Typical variance of Higgins and Thompson: (k-1) W / (W^2 - W2), W = 100/3, W2 = 625 + 625/9.
    typical = (100 / 3) / ((100 / 3) ** 2 - 625 - 625 / 9)
    assert StudyPrior("i2").given(v).quantile(np.array([0.5])) == pytest.approx(typical**0.5)


def test_shrinkage_and_i2_are_the_same_for_equal_variances() -> None:
    v, tau = np.full(4, 0.3), np.array([0.1, 0.7])
    one, other = (StudyPrior(code).given(v) for code in ("shrinkage", "i2"))
    np.testing.assert_allclose(one.log_density(tau), other.log_density(tau), rtol=1e-12)
    u = stats.uniform.rvs(size=3, random_state=1)
    np.testing.assert_allclose(one.cdf(one.quantile(u)), u, rtol=1e-12)
    step = 1e-6
    rise = one.log_density(tau * (1 + step)) - one.log_density(tau * (1 - step))
    np.testing.assert_allclose(one.slope(tau), rise / (2 * step * tau), rtol=1e-7)


@pytest.mark.parametrize("code", ["jeffreys", "berger-deely", "sqrt"])
def test_improper_ones_need_two_studies(code: str) -> None:
    with pytest.raises(DataError, match=r"1 study .* improper\. Use a proper prior"):
        bayes(estimates([0.3], [0.1]), prior=parse_prior(code))
    two = bayes(estimates([0.3, 0.5], [0.1, 0.2]), prior=parse_prior(code))
    assert "improper_prior" in {caution.code for caution in two.cautions}
    assert two.bayes_factor_tau_zero is None
    assert two.prior.endswith("(improper)")


def test_one_study_has_no_i2() -> None:
    with pytest.raises(DataError, match="with one study there is no I2"):
        bayes(estimates([0.3], [0.1]), prior=parse_prior("i2"))


@pytest.mark.parametrize("code", ["conventional", "dumouchel", "shrinkage", "overall-jeffreys"])
def test_proper_ones_leave_one_study_to_the_prior(code: str) -> None:
    result = bayes(estimates([0.3], [0.1]), prior=parse_prior(code))
    assert result.bayes_factor_tau_zero == pytest.approx(1.0, rel=1e-8)


HOSTILE = {
    "tiny": ([1e-8, -2e-8, 3e-8], [1e-16] * 3),
    "huge": ([1e8, -1e8, 2e8], [1e16] * 3),
    "all magnitudes": ([1.0, 0.2, -0.4, 0.1, -1.0], [1e-16, 1e-8, 1.0, 1e8, 1e16]),
    "identical": ([0.3] * 5, [0.1, 0.2, 0.3, 0.4, 0.5]),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("code", CODES)
def test_hostile_data_get_an_answer(name: str, code: str) -> None:
    result = bayes(estimates(*HOSTILE[name]), prior=parse_prior(code))
    for part in (result.mu, result.tau):
        assert part.equal_tailed.low <= part.median <= part.equal_tailed.high


@pytest.mark.parametrize("unit", [1e-6, 1e6])
@pytest.mark.parametrize("code", [code for code in CODES if code != "sqrt"])
def test_they_follow_the_unit_of_the_outcome(code: str, unit: float) -> None:
    y, v = np.array([0.12, 0.55, -0.2]), np.array([0.04, 0.09, 0.02])
    plain = bayes(estimates(list(y), list(v)), prior=parse_prior(code))
    other = bayes(estimates(list(unit * y), list(unit**2 * v)), prior=parse_prior(code))
    assert other.tau.median / unit == pytest.approx(plain.tau.median, rel=1e-8)
    assert other.mu.equal_tailed.low / unit == pytest.approx(plain.mu.equal_tailed.low, rel=1e-7)


def test_many_studies() -> None:
    rng = np.random.default_rng(1)
    v = rng.uniform(0.01, 0.2, 400)
    y = rng.normal(0.2, np.sqrt(v + 0.09))
    result = bayes(estimates(list(y), list(v)), prior=parse_prior("jeffreys"))
    assert result.tau.median == pytest.approx(0.3, abs=0.05)


def test_before_the_studies_are_known_there_is_no_density() -> None:
    prior = parse_prior("jeffreys")
    assert prior == StudyPrior("jeffreys")
    with pytest.raises(UsageError, match="follows from the standard errors"):
        prior.log_density(np.array([0.1]))
    posterior = fit_posterior(estimates([0.1, 0.5, 0.2], [0.1, 0.1, 0.3]), prior=prior)
    assert np.isfinite(density_curves(posterior).tau_prior[1:]).all()
