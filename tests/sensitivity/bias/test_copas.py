"""The Copas model against an independent optimisation, as a density, and on simulated selection."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm
from tests.sensitivity.reference import data_set, reference

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.pool import pool
from ketameta.sensitivity.bias.copas import copas, probits
from ketameta.sensitivity.bias.copas_likelihood import CopasLikelihood

DATA = reference("copas")
SMOKING = EffectEstimates.from_arrays("RR", DATA["y"], np.square(DATA["s"]))
ROWS = DATA["rows"]


def test_independent_optimisation() -> None:
    found = copas(SMOKING, chances=tuple(row["chance"] for row in ROWS))
    for row, expected in zip(found.rows, ROWS, strict=True):
        assert row.log_likelihood == pytest.approx(expected["ll"], abs=1e-8)
        assert row.estimate == pytest.approx(expected["mu"], rel=1e-6)
        assert row.tau2 == pytest.approx(expected["tau2"], rel=1e-5)
        assert row.rho == pytest.approx(expected["rho"], rel=1e-5)
        assert row.se == pytest.approx(expected["se"], rel=1e-4)
        assert row.unpublished == pytest.approx(expected["unpublished"], rel=1e-10)
        ratio = 2 * (expected["ll_slope"] - expected["ll"])
        assert row.residual_p == pytest.approx(2 * norm.sf(np.sqrt(ratio)), rel=1e-3)
    left = [row for row in found.rows if row.residual_p > 0.1]
    assert found.adjusted is (left[0] if left else None)
    assert found.cautions == ()
    estimates = [row.estimate for row in found.rows]
    assert estimates == sorted(estimates, reverse=True)


def test_density_given_publication_integrates_to_one() -> None:
    se, u = np.array([0.3, 0.1]), np.array([-0.8, 1.5])
    likelihood = CopasLikelihood(np.zeros(2), se, u)
    for i in range(2):
        area, _ = quad(
            lambda y, i=i: np.exp(likelihood.terms(np.full(2, y), 0.2, 0.05, 0.7)[i]), -4, 4
        )
        assert area == pytest.approx(1.0, rel=1e-8)


def test_density_is_that_of_the_selected_part_of_a_normal_pair() -> None:
    """By Monte Carlo: mean effect among published studies."""
    u, tau2, rho, s = -0.3, 0.04, 0.8, 0.3
    ratio = norm.pdf(u) / norm.cdf(u)
    sigma = s / np.sqrt(1 - rho**2 * ratio * (u + ratio))
    rng = np.random.default_rng(9)
    delta = rng.normal(size=2_000_000)
    noise = rho * delta + np.sqrt(1 - rho**2) * rng.normal(size=delta.size)
    y = 0.1 + np.sqrt(tau2) * rng.normal(size=delta.size) + sigma * noise
    published = u + delta > 0
    likelihood = CopasLikelihood(np.zeros(1), np.array([s]), np.array([u]))
    mean, _ = quad(lambda x: x * np.exp(likelihood.terms(np.array([x]), 0.1, tau2, rho)[0]), -4, 4)
    assert y[published].mean() == pytest.approx(mean, abs=0.002)
    # The standard error of a published study is the one reported.
    assert (sigma * noise)[published].std() == pytest.approx(s, abs=0.002)


def test_no_selection_is_the_plain_model() -> None:
    likelihood = CopasLikelihood(SMOKING.y, np.sqrt(SMOKING.v), np.full(SMOKING.k, 2.0))
    plain = pool(SMOKING, tau2="ML")
    tau2 = plain.heterogeneity.tau2
    assert tau2 is not None
    assert likelihood.value(plain.estimate, tau2, 0.0) == pytest.approx(
        plain.log_likelihood, rel=1e-12
    )


def test_turned_effects_turn_the_answer() -> None:
    turned = EffectEstimates.from_arrays("OR", -SMOKING.y, SMOKING.v)
    one, other = (copas(e, chances=(0.4,)).rows[0] for e in (SMOKING, turned))
    assert other.estimate == pytest.approx(-one.estimate, rel=1e-6)
    assert other.rho == pytest.approx(-one.rho, rel=1e-4)


def test_chances_of_publication() -> None:
    se = np.array([0.5, 0.2, 0.1])
    u = probits(se, (0.3, 0.9))
    assert norm.cdf(u[[0, 2]]) == pytest.approx([0.3, 0.9])
    assert np.all(np.diff(u) > 0)


def test_few_studies_and_refusals() -> None:
    found = copas(data_set("edge_k3"), chances=(0.9, 0.5))
    assert found.cautions[0].code == "fewer_than_ten_studies"
    assert all(np.isfinite(row.estimate) for row in found.rows)
    homogeneous = copas(data_set("edge_tau0_boundary"), chances=(0.5,))
    assert np.isfinite(homogeneous.rows[0].estimate)
    for y, v in (
        ([0.1, 0.2], [0.1, 0.2]),
        ([0.1, 0.1, 0.1], [0.1, 0.2, 0.3]),
        ([0.1, 0.2, 0.3], [0.1, 0.1, 0.1]),
    ):
        with pytest.raises(DataError, match="effects and standard errors differ"):
            copas(EffectEstimates.from_arrays("MD", y, v))
    for chances, largest in (((1.0,), 0.99), ((), 0.99), ((0.5,), 0.4)):
        with pytest.raises(UsageError, match="between 0 and 1"):
            copas(SMOKING, chances=chances, chance_largest=largest)
