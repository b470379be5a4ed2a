"""Priors of tau: they are what they say, and text describes each of them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from ketameta.errors import UsageError
from ketameta.pooling.bayes import (
    PRIORS,
    RHODES,
    TURNER,
    CustomPrior,
    Exponential,
    HalfNormal,
    HalfT,
    LogNormalTau2,
    LogTTau2,
    Lomax,
    NormalPrior,
    TauPrior,
    Uniform,
    default_prior,
    half_cauchy,
    parse_mean_prior,
    parse_prior,
    rhodes,
    turner,
)

TAU = np.array([1e-6, 0.01, 0.1, 0.3, 0.7, 1.5, 4.0])
# The same distributions from scipy.stats; of tau itself, so with location and scale halved where
# they are published for tau2.
WITNESSES = [
    (HalfNormal(0.5), stats.halfnorm(scale=0.5)),
    (half_cauchy(0.5), stats.halfcauchy(scale=0.5)),
    (Exponential(0.4), stats.expon(scale=0.4)),
    (Lomax(2.0, 0.7), stats.lomax(2.0, scale=0.7)),
    (Uniform(5.0), stats.uniform(0.0, 5.0)),
    (LogNormalTau2(-2.56, 1.74), stats.lognorm(s=0.87, scale=math.exp(-1.28))),
]
PROPER: list[TauPrior] = [prior for prior, _ in WITNESSES]
PROPER += [HalfT(0.5, 4.0), LogTTau2(-3.44, 2.59)]


@pytest.mark.parametrize(("prior", "witness"), WITNESSES, ids=lambda x: getattr(x, "label", ""))
def test_density_distribution_and_quantiles(prior: TauPrior, witness: stats.rv_continuous) -> None:
    assert prior.log_density(TAU) == pytest.approx(witness.logpdf(TAU), rel=1e-12, abs=1e-12)
    assert prior.cdf(TAU) == pytest.approx(witness.cdf(TAU), rel=1e-11)
    p = np.array([1e-6, 0.1, 0.5, 0.975])
    assert prior.quantile(p) == pytest.approx(witness.ppf(p), rel=1e-11)


@pytest.mark.parametrize("prior", PROPER, ids=lambda prior: prior.label)
def test_mass_slope_and_quantile(prior: TauPrior) -> None:
    def density_of_log(u: float) -> float:
        return float(np.exp(prior.log_density(np.array([math.exp(u)]))[0] + u))

    median = math.log(prior.quantile(np.array([0.5]))[0])
    pieces = ((median - 690.0, median - 40.0), (median - 40.0, median))
    below = sum(quad(density_of_log, *piece, epsabs=1e-12, limit=400)[0] for piece in pieces)
    assert below == pytest.approx(0.5, abs=1e-8)
    middle, step = TAU[1:-1], 1e-6
    rise = prior.log_density(middle * (1 + step)) - prior.log_density(middle * (1 - step))
    assert prior.slope(middle) == pytest.approx(rise / (2 * step * middle), rel=1e-7, abs=1e-7)
    assert prior.cdf(prior.quantile(np.array([0.2, 0.9]))) == pytest.approx([0.2, 0.9], rel=1e-12)


def test_log_t_has_five_degrees_of_freedom() -> None:
    prior, t = rhodes("mental-health"), stats.t(5)
    z = (np.log(TAU**2) - -2.99) / 2.16
    assert prior.cdf(TAU) == pytest.approx(t.cdf(z), rel=1e-11)
    density = t.pdf(z) * 2.0 / (2.16 * TAU)
    assert np.exp(prior.log_density(TAU)) == pytest.approx(density, rel=1e-12)


def test_half_t_is_half_normal_in_the_limit() -> None:
    assert HalfT(0.5, 1e9).log_density(TAU) == pytest.approx(HalfNormal(0.5).log_density(TAU))


def test_published_medians_of_tau() -> None:
    # exp(location / 2): the medians that go with the printed locations of log(tau2).
    assert turner().quantile(np.array([0.5]))[0] == pytest.approx(0.278, abs=5e-4)
    assert rhodes().quantile(np.array([0.5]))[0] == pytest.approx(0.179, abs=5e-4)
    assert turner("mental-health").location == -2.12
    assert turner("withdrawal", "drug-drug").location == -3.23
    assert (len(TURNER), len(RHODES)) == (17, 9)


@pytest.mark.parametrize(
    ("text", "prior"),
    [
        ("half-normal:0.5", HalfNormal(0.5)),
        (" HN : 0.5 ", HalfNormal(0.5)),
        ("half-cauchy:0.5", HalfT(0.5, 1.0)),
        ("half_t:0.5,4", HalfT(0.5, 4.0)),
        ("exponential:0.3", Exponential(0.3)),
        ("lomax:1,2", Lomax(1.0, 2.0)),
        ("uniform:10", Uniform(10.0)),
        ("flat", Uniform()),
        ("lognormal:-2.56,1.74", LogNormalTau2(-2.56, 1.74)),
        ("log-t:-3.44,2.59", LogTTau2(-3.44, 2.59)),
        ("turner", turner("any")),
        ("turner:Mental-Health,drug-drug", turner("mental-health", "drug-drug")),
        ("rhodes:any", rhodes()),
    ],
)
def test_parse(text: str, prior: TauPrior) -> None:
    assert parse_prior(text) == prior


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("half-norml:1", "Did you mean half-normal"),
        ("half-normal", "it is written half-normal:SCALE"),
        ("half-normal:0.5,2", "it is written half-normal:SCALE"),
        ("half-normal:x", "not a number"),
        ("half-normal:-1", "scale must be above 0"),
        ("half-normal:nan", "scale must be above 0"),
        ("uniform:0", "upper must be above 0"),
        ("lognormal:inf,1", "location must be a number"),
        ("turner:mental", "Did you mean mental-health"),
        ("turner:any,surgery", "drug-placebo or drug-drug"),
    ],
)
def test_unusable_text(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse_prior(text)


def test_prior_of_the_mean() -> None:
    assert parse_mean_prior("flat") is None
    assert parse_mean_prior("normal:0, 2") == NormalPrior(0.0, 2.0)
    for text in ("normal:0", "gamma:1,2", "normal:0,0", "normal:0,x"):
        with pytest.raises(UsageError, match=r"t is written|does not exist"):
            parse_mean_prior(text)


def test_defaults_exist_only_where_half_is_large() -> None:
    assert default_prior("OR") == default_prior("smd") == HalfNormal(0.5)
    with pytest.raises(UsageError, match="units of its own"):
        default_prior("MD")


@pytest.mark.parametrize("entry", PRIORS.values(), ids=lambda entry: entry.code)
def test_catalog_lines_are_complete(entry: object) -> None:
    assert entry.summary.endswith(".")
    assert entry.reference[-4:].isdigit()
    assert entry.doi.startswith("10.")
    assert entry.usage.startswith(entry.code)
    assert entry.function.__doc__


def test_a_custom_density_must_be_one() -> None:
    bad = CustomPrior(lambda tau: np.log(tau - 1.0))
    with pytest.raises(UsageError, match="Return -inf"):
        bad.log_density(np.array([0.5]))
