"""The Bayesian model against printed results and against integrals done another way."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.bayes import (
    BayesResult,
    CustomPrior,
    HalfNormal,
    NormalPrior,
    Posterior,
    TauPrior,
    bayes,
    fit_posterior,
    half_cauchy,
    turner,
)

# Colditz and colleagues 1994, BCG vaccine, log risk ratios.
BCG = np.array(
    [
        [4, 119, 11, 128],
        [6, 300, 29, 274],
        [3, 228, 11, 209],
        [62, 13536, 248, 12619],
        [33, 5036, 47, 5761],
        [180, 1361, 372, 1079],
        [8, 2537, 10, 619],
        [505, 87886, 499, 87892],
        [29, 7470, 45, 7232],
        [17, 1699, 65, 1600],
        [186, 50448, 141, 27197],
        [5, 2493, 3, 2338],
        [27, 16886, 29, 17825],
    ],
    dtype=float,
)


def bcg() -> EffectEstimates:
    a, b, c, d = BCG.T
    y = np.log(a / (a + b) / (c / (c + d)))
    return EffectEstimates.from_arrays("RR", y, 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))


def test_bcg_with_a_half_normal_prior() -> None:
    # Printed by an independent grid evaluation; equal-tailed limits.
    result = bayes(bcg(), prior=HalfNormal(0.5))
    assert result.mu.median == pytest.approx(-0.7092, abs=5e-5)
    assert result.mu.equal_tailed.low == pytest.approx(-1.0912, abs=5e-5)
    assert result.mu.equal_tailed.high == pytest.approx(-0.3470, abs=5e-5)
    assert result.new_study.equal_tailed.low == pytest.approx(-1.958, abs=5e-4)
    assert result.new_study.equal_tailed.high == pytest.approx(0.517, abs=5e-4)


def jeffreys(v: np.ndarray) -> CustomPrior:
    """p(tau) proportional to sqrt(sum (tau / (v + tau^2))^2), improper."""

    def log_density(tau: np.ndarray) -> np.ndarray:
        share = tau[..., None] / (v + tau[..., None] ** 2)
        return 0.5 * np.log(np.sum(share**2, axis=-1))

    return CustomPrior(log_density, proper=False, label="Jeffreys")


def printed_by_bayesmeta() -> BayesResult:
    v = np.array([1.0, 1.0, 4.0])
    return bayes(EffectEstimates.from_arrays("SMD", [11, 13, 16], v), prior=jeffreys(v))


def test_tau_as_bayesmeta_prints_it() -> None:
    # R package bayesmeta, bayesmeta(c(11, 13, 16), c(1, 1, 2), tau.prior = "Jeffreys"), output
    # printed in a Japanese handout on meta-analysis. Median and mean are integrals, printed to
    # nine digits; mode and shortest limits come from its one-dimensional optimiser.
    tau = printed_by_bayesmeta().tau
    assert tau.median == pytest.approx(2.35487034, abs=5e-8)
    assert tau.mean == pytest.approx(3.67647047, abs=5e-8)
    assert tau.sd is None  # printed as NA
    assert tau.mode == pytest.approx(1.39055194, abs=2e-6)
    assert tau.shortest.low == pytest.approx(0.02912476, abs=2e-5)
    assert tau.shortest.high == pytest.approx(10.14895476, abs=2e-5)


def test_effects_as_bayesmeta_prints_them() -> None:
    # There the distribution of effects is approximated to within 1e-4 in probability by a grid
    # of tau (its delta and epsilon), hence three to four digits.
    result = printed_by_bayesmeta()
    mu = result.mu
    assert [mu.mode, mu.median, mu.mean] == pytest.approx(
        [12.693292, 12.855986, 12.980341], rel=5e-5
    )
    assert [mu.shortest.low, mu.shortest.high] == pytest.approx([7.485701, 18.955488], rel=3e-4)
    modes = [11.4712359, 12.9058835, 13.962664]
    means = [11.4133994, 12.9395931, 14.588030]
    sds = [0.9927761, 0.9349359, 1.888808]
    lows = [9.4594936, 11.1165736, 11.181006]
    highs = [13.3319573, 14.7865567, 18.370448]
    assert [s.mode for s in result.studies] == pytest.approx(modes, rel=5e-5)
    assert [s.mean for s in result.studies] == pytest.approx(means, rel=5e-5)
    assert [s.sd for s in result.studies] == pytest.approx(sds, rel=5e-4)
    assert [s.shortest.low for s in result.studies] == pytest.approx(lows, rel=5e-5)
    assert [s.shortest.high for s in result.studies] == pytest.approx(highs, rel=5e-5)


class Brute:
    """The model without any of its closed forms: mu and tau both integrated numerically."""

    def __init__(self, y: list[float], v: list[float], prior: TauPrior, mean: NormalPrior | None):
        self.y, self.v, self.prior, self.mean = np.array(y), np.array(v), prior, mean

    def joint(self, mu: np.ndarray, tau: float) -> np.ndarray:
        sd = np.sqrt(self.v + tau * tau)
        density = np.prod(stats.norm.pdf(self.y, mu[:, None], sd), axis=1)
        if self.mean is not None:
            density = density * stats.norm.pdf(mu, self.mean.mean, self.mean.sd)
        return density * np.exp(self.prior.log_density(np.array([tau]))[0])

    def integral(self, weight, upper: float = math.inf) -> float:
        """Integral of weight(mu, tau) times the joint density over mu and tau < upper."""

        def over_mu(u: float) -> float:
            # The trapezoidal rule over the whole line converges faster than any power.
            tau = math.exp(u)
            reach = 9.0 * math.sqrt(float(np.max(self.v)) + tau * tau)
            mu = np.linspace(self.y.min() - reach, self.y.max() + reach, 801)
            values = weight(mu, tau) * self.joint(mu, tau)
            return float(values.sum() * (mu[1] - mu[0]) * tau)

        end = min(math.log(upper), 25.0)
        pieces = [-30.0, -4.0, -2.0, -1.0, 0.0, 1.0, 3.0, 8.0, 25.0]
        edges = [e for e in pieces if e < end] + [end]
        return sum(
            quad(over_mu, a, b, epsabs=1e-15, epsrel=1e-11, limit=200)[0]
            for a, b in pairwise(edges)
        )

    def probability(self, row: int, limit: float) -> float:
        """P(mu, theta_new or theta_1 < limit), row 0, 1 or 2, by conditioning one big normal."""
        assert self.mean is not None
        k, m0, s0 = self.y.size, self.mean.mean, self.mean.sd

        def given(u: float) -> tuple[float, float]:
            tau = math.exp(u)
            covariance = np.full((k + 3, k + 3), s0**2)
            covariance[1, 1] += tau**2
            covariance[2, 2] += tau**2
            covariance[2, 3] += tau**2
            covariance[3, 2] += tau**2
            covariance[3:, 3:] += np.diag(self.v + tau**2)
            data = stats.multivariate_normal(np.full(k, m0), covariance[3:, 3:]).pdf(self.y)
            slope = np.linalg.solve(covariance[3:, 3:], covariance[3:, row])
            mean = m0 + slope @ (self.y - m0)
            sd = math.sqrt(covariance[row, row] - slope @ covariance[3:, row])
            mass = data * math.exp(self.prior.log_density(np.array([tau]))[0]) * tau
            return mass, mass * stats.norm.cdf((limit - mean) / sd)

        def integral(part: int) -> float:
            pieces = (
                quad(lambda u: given(u)[part], *ends, epsrel=1e-11) for ends in pairwise(EDGES)
            )
            return float(sum(piece[0] for piece in pieces))

        return integral(1) / integral(0)


CASES = [
    ([0.1, 0.9], [0.05, 0.1], HalfNormal(0.5), None),
    ([0.1, 0.5, 1.6], [0.04, 0.3, 0.2], half_cauchy(0.5), NormalPrior(0.0, 2.0)),
    ([-0.2, 0.4, 0.3, 0.8], [0.04, 0.1, 0.02, 0.3], turner(), NormalPrior(0.5, 0.7)),
]


@pytest.fixture(scope="module", params=CASES, ids=["two", "three", "four"])
def case(request: pytest.FixtureRequest) -> tuple[Brute, Posterior, BayesResult]:
    y, v, prior, mean = request.param
    posterior = fit_posterior(EffectEstimates.from_arrays("OR", y, v), prior=prior, mean_prior=mean)
    result = bayes(posterior.estimates, prior=prior, mean_prior=mean, threshold=0.25)
    return Brute(y, v, prior, mean), posterior, result


EDGES = (-25.0, -4.0, -2.0, -1.0, 0.0, 1.0, 3.0, 12.0)


def test_moments_and_tau_by_brute_force(case: tuple[Brute, Posterior, BayesResult]) -> None:
    brute, _, result = case
    total = brute.integral(lambda mu, tau: 1.0)
    half = brute.integral(lambda mu, tau: 1.0, result.tau.median)
    assert half == pytest.approx(0.5 * total, rel=1e-8)
    mean = brute.integral(lambda mu, tau: mu) / total
    assert result.mu.mean == pytest.approx(mean, rel=1e-8)
    square = brute.integral(lambda mu, tau: (mu - mean) ** 2) / total
    assert result.mu.sd == pytest.approx(math.sqrt(square), rel=1e-8)
    y, v = brute.y[0], brute.v[0]
    own = brute.integral(lambda mu, tau: (y / v + mu / tau**2) / (1.0 / v + 1.0 / tau**2))
    assert result.studies[0].mean == pytest.approx(own / total, rel=1e-8)


@pytest.mark.parametrize("case", CASES[1:], ids=["three", "four"], indirect=True)
def test_probabilities_by_brute_force(case: tuple[Brute, Posterior, BayesResult]) -> None:
    brute, _, result = case
    mu, new, study = result.mu, result.new_study, result.studies[0]
    for row, limits in enumerate((mu, new, study)):
        found = brute.probability(row, limits.equal_tailed.low)
        assert found == pytest.approx(0.025, rel=1e-8)
        assert brute.probability(row, limits.median) == pytest.approx(0.5, rel=1e-8)
    assert result.mu_above == pytest.approx(1.0 - brute.probability(0, 0.25), rel=1e-8)
    assert result.new_study_above == pytest.approx(1.0 - brute.probability(1, 0.25), rel=1e-8)


def test_evidence_by_brute_force(case: tuple[Brute, Posterior, BayesResult]) -> None:
    brute, posterior, result = case
    total = brute.integral(lambda mu, tau: 1.0)
    assert posterior.tau.log_evidence == pytest.approx(math.log(total), abs=1e-9)
    if brute.mean is None:
        assert result.log_marginal_likelihood is None
        assert result.bayes_factor_mu_zero is None
        return
    assert result.log_marginal_likelihood == pytest.approx(math.log(total), abs=1e-9)
    # Savage and Dickey: posterior over prior density at 0.
    at_zero = posterior.pooled().density(np.full((2, 1), -posterior.origin))[0, 0]
    ratio = at_zero / stats.norm.pdf(0.0, brute.mean.mean, brute.mean.sd)
    assert result.bayes_factor_mu_zero == pytest.approx(ratio, rel=1e-9)
    covariance = np.diag(brute.v) + brute.mean.sd**2
    joint = stats.multivariate_normal(np.full(brute.y.size, brute.mean.mean), covariance)
    tau_zero = joint.pdf(brute.y) / total
    assert result.bayes_factor_tau_zero == pytest.approx(tau_zero, rel=1e-8)


def test_limits_and_shortest_interval_of_mu(case: tuple[Brute, Posterior, BayesResult]) -> None:
    _, posterior, result = case
    mixture = posterior.pooled()

    def quantile(p: float) -> float:
        return float(mixture.quantiles(np.full((2, 1), p))[0, 0])

    length = minimize_scalar(
        lambda p: quantile(p + 0.95) - quantile(p), bounds=(1e-4, 0.0499), method="bounded"
    ).fun
    shortest = result.mu.shortest
    assert shortest.high - shortest.low == pytest.approx(length, rel=1e-9)
    ends = np.array([[shortest.low, shortest.high]] * 2) - posterior.origin
    density = mixture.density(ends)[0]
    assert density[0] == pytest.approx(density[1], rel=1e-9)
    assert float(np.diff(mixture.cdf(ends)[0])[0]) == pytest.approx(0.95, rel=1e-12)
    assert quantile(0.025) + posterior.origin == pytest.approx(result.mu.equal_tailed.low)
