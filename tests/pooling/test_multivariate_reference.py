"""Several outcomes with a known covariance of their errors, against metafor and clubSandwich."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.aggregate import aggregate
from ketameta.pooling.joint_tests import joint_test
from ketameta.pooling.multilevel import multilevel
from ketameta.pooling.multilevel_choices import MultilevelChoices
from ketameta.pooling.multilevel_held import held_correlation, held_variance
from ketameta.pooling.multilevel_multivariate import multivariate
from ketameta.pooling.multilevel_multivariate_result import MultivariateResult
from ketameta.pooling.multilevel_outcome_intervals import outcome_intervals
from ketameta.pooling.multilevel_outcomes import climb
from ketameta.pooling.multilevel_structures import STRUCTURES
from ketameta.pooling.robust import robust
from ketameta.pooling.robust_tests import robust_test

FOLDER = Path(__file__).parents[1] / "reference" / "pooling"
REFERENCE = json.loads((FOLDER / "multivariate.json").read_text())
CASES = REFERENCE["cases"]


def data_of(case: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = REFERENCE["datasets"][case["data"]]
    return data


def made(data: dict[str, Any]) -> EffectEstimates:
    return EffectEstimates.from_arrays("MD", data["y"], data["v"])


def fitted(case: dict[str, Any]) -> MultivariateResult:
    data = data_of(case)
    return multivariate(
        made(data),
        data["cluster"],
        data["outcome"],
        structure=case["structure"].lower(),
        covariance=np.array(data["V"]),
        choices=MultilevelChoices(case["method"]),
    )


def name(case: dict[str, Any]) -> str:
    return f"{case['data']}-{case['structure']}-{case['method']}"


@pytest.mark.parametrize("case", CASES, ids=name)
def test_structures_with_a_known_covariance(case: dict[str, Any]) -> None:
    result = fitted(case)
    order = [result.outcomes.index(name) for name in case["outcomes"]]
    # rma.mv does not go the last digits of its flat top; no likelihood here is below its own.
    assert result.log_likelihood == pytest.approx(case["ll"], abs=2e-9)
    assert result.log_likelihood > case["ll"] - 1e-11
    assert result.beta[order] == pytest.approx(case["estimate"], rel=2e-7)
    assert [result.coefficients[i].se for i in order] == pytest.approx(case["se"], rel=2e-7)
    expected = np.broadcast_to(np.ravel(case["tau2"]), (len(order),))
    assert result.tau2[order] == pytest.approx(expected, rel=2e-7)
    assert result.correlation[0, 1] == pytest.approx(case["rho"], rel=2e-7, abs=1e-12)
    assert result.q == pytest.approx(case["QE"], rel=1e-11)
    assert result.omnibus.statistic == pytest.approx(case["QM"], rel=2e-7)
    fit = result.reml if case["method"] == "REML" else result.ml
    assert (fit.aic, fit.bic) == pytest.approx((case["aic"], case["bic"]), abs=1e-8)
    assert [result.coefficients[i].df for i in order] == case["df"]


@pytest.mark.parametrize("case", CASES, ids=name)
def test_chosen_coefficients(case: dict[str, Any]) -> None:
    result = fitted(case)
    order = [case["outcomes"].index(name) for name in result.outcomes]
    assert case["tests"]
    for one in case["tests"]:
        weights = np.array(one["weights"])[:, order]
        model = joint_test(result, weights)
        assert (model.df, model.df_denominator) == (one["df"], one["df_denominator"])
        assert model.statistic == pytest.approx(one["statistic"], rel=3e-7)
        assert model.p_value == pytest.approx(one["p"], rel=2e-6)
        htz = robust_test(robust(result), weights)
        assert htz.statistic == pytest.approx(one["htz"], rel=3e-7)
        assert htz.df_denominator == pytest.approx(one["htz_df"], rel=3e-7)
        assert htz.p_value == pytest.approx(one["htz_p"], rel=3e-6)


@pytest.mark.parametrize("case", REFERENCE["aggregate"])
def test_aggregation_by_a_known_covariance(case: dict[str, Any]) -> None:
    data = data_of(case)
    found = aggregate(made(data), data["cluster"], np.array(data["V"]), weighted=case["weighted"])
    assert found.y == pytest.approx(case["y"], rel=1e-11)
    assert found.v == pytest.approx(case["v"], rel=1e-11)


@pytest.mark.parametrize("case", REFERENCE["intervals"][:-1], ids=name)
def test_profile_intervals(case: dict[str, Any]) -> None:
    result = fitted(case)
    found = outcome_intervals(result)
    variances = [one for one in found if one.kind == "tau2"]
    for number, low, high in case["tau2"]:
        wanted = case["outcomes"][int(number) - 1]
        limits = next(one.interval for one in variances if wanted in one.outcomes)
        # metafor's limits are found to 1e-10 of a variance, around its own, lower maximum.
        assert (limits.low, limits.high) == pytest.approx((low, high), rel=2e-8, abs=1e-11)
    if case["rho"]:
        (limits,) = (one.interval for one in found if one.kind == "rho")
        assert (limits.low, limits.high) == pytest.approx(case["rho"], rel=2e-8)


def test_metafors_limits_with_four_outcomes_are_where_the_likelihood_has_fallen() -> None:
    case = REFERENCE["intervals"][-1]
    result = fitted(case)
    number, *limits = case["tau2"][0]
    place = result.outcomes.index(case["outcomes"][int(number) - 1])
    sd = np.sqrt(result.tau2)
    for limit in limits:
        structure = held_variance("UN", 4, place, limit)
        problem = replace(result.problem, structure=structure)
        highest = max(climb(problem, structure.start(sd, rho) / 6.0, 6.0)[0] for rho in (0.0, 0.8))
        assert result.log_likelihood - highest == pytest.approx(
            0.5 * 1.959963984540054**2, abs=1e-7
        )


@pytest.mark.parametrize("code", ["UN", "HCS", "CS"])
def test_what_is_held_is_held_with_exact_derivatives(code: str) -> None:
    rng, m = np.random.default_rng(5), 3
    variance = held_variance(code, m, 1, 0.7)
    correlation = held_correlation(code, m, (0, 2), -0.3)
    for structure in (variance, correlation):
        size = structure.start(np.ones(m), 0.3).size
        for _ in range(5):
            x = rng.normal(size=size)
            g = structure.matrix(x, m)
            if structure is variance:
                assert g[1, 1] == pytest.approx(0.7, rel=1e-12)
            else:
                assert g[0, 2] == pytest.approx(-0.3 * (g[0, 0] * g[2, 2]) ** 0.5, rel=1e-12)
            slope = rng.normal(size=(m, m))
            slope = slope + slope.T
            found = structure.pull_back(slope, x)
            for i, step in enumerate(1e-6 * np.eye(size)):
                change = structure.matrix(x + step, m) - structure.matrix(x - step, m)
                expected = np.sum(slope * change) / 2e-6
                assert found[i] == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_one_correlation_has_one_sign() -> None:
    structure = STRUCTURES["HCS"].function
    g = structure.matrix(np.array([-1.0, 2.0, 3.0, 1.0, 0.2]), 3)
    correlation = g / np.sqrt(np.outer(np.diag(g), np.diag(g)))
    assert np.ptp(correlation[np.triu_indices(3, 1)]) < 1e-12


def test_intervals_at_the_edge() -> None:
    """Two outcomes, one of which does not vary: its interval begins at 0, and no correlation."""
    cluster = np.repeat(np.arange(6), 2)
    y = np.array([0.1, 2.0, 0.1, -1.0, 0.1, 0.5, 0.1, 3.0, 0.1, -2.0, 0.1, 1.0])
    estimates = EffectEstimates.from_arrays("MD", y, np.full(12, 0.2))
    result = multivariate(estimates, cluster, ["a", "b"] * 6)
    found = outcome_intervals(result)
    assert [one.kind for one in found] == ["tau2", "tau2"]
    assert (found[0].estimate, found[0].interval.low) == (0.0, 0.0)
    assert found[0].interval.high is not None
    assert found[1].interval.low is not None
    assert found[1].interval.low > 0.2
    wide = outcome_intervals(result, level=0.99)[1].interval
    assert wide.low is not None
    assert 0.0 < wide.low < found[1].interval.low
    with pytest.raises(UsageError, match="level: 95"):
        outcome_intervals(result, level=95)


def test_two_outcomes_with_one_correlation_are_unstructured() -> None:
    case = next(case for case in CASES if case["data"] == "berkey")
    one, other = fitted({**case, "structure": "HCS"}), fitted({**case, "structure": "UN"})
    assert one.log_likelihood == pytest.approx(other.log_likelihood, abs=1e-10)
    assert one.tau2 == pytest.approx(other.tau2, rel=1e-7)


@pytest.mark.parametrize("code", STRUCTURES)
@pytest.mark.parametrize("m", [1, 2, 4])
def test_derivatives_and_definiteness_of_every_structure(code: str, m: int) -> None:
    """`pull_back` against differences of `matrix`, at points far from each other."""
    structure = STRUCTURES[code].function
    rng = np.random.default_rng(m)
    size = structure.start(np.ones(m), 0.3).size
    for _ in range(5):
        x = rng.normal(size=size)
        g = structure.matrix(x, m)
        assert np.linalg.eigvalsh(g)[0] > -1e-12
        slope = rng.normal(size=(m, m))
        slope = slope + slope.T
        found = structure.pull_back(slope, x)
        for i, step in enumerate(1e-6 * np.eye(size)):
            change = structure.matrix(x + step, m) - structure.matrix(x - step, m)
            assert found[i] == pytest.approx(np.sum(slope * change) / 2e-6, rel=1e-6, abs=1e-7)


@pytest.mark.parametrize("rho", [-0.3, 0.0, 0.6])
def test_one_correlation_starts_where_it_is_told(rho: float) -> None:
    structure, sd = STRUCTURES["HCS"].function, np.array([0.5, 2.0, 1.0])
    g = structure.matrix(structure.start(sd, rho), 3)
    assert np.sqrt(np.diag(g)) == pytest.approx(sd, rel=1e-12)
    assert g[0, 2] / (sd[0] * sd[2]) == pytest.approx(rho, abs=1e-12)
    assert structure.parameters(3) == 4


def test_an_outcome_reported_twice_by_a_study_is_said() -> None:
    data = data_of(CASES[0])
    twice = [*data["outcome"][:2], "AL", *data["outcome"][3:]]
    found = multivariate(made(data), ["1", "1", "1", *data["cluster"][3:]], twice)
    assert "repeated_outcomes" in {caution.code for caution in found.cautions}
    plain = multivariate(made(data), data["cluster"], data["outcome"])
    assert "repeated_outcomes" not in {caution.code for caution in plain.cautions}


def test_model_based_tests_of_three_levels() -> None:
    """One coefficient: its t test squared; unknown, dependent and empty combinations refused."""
    data = data_of(CASES[3])
    result = multilevel(made(data), data["cluster"], covariance=0.4)
    row, test = result.coefficients[0], joint_test(result, ["Intercept"])
    assert row.statistic is not None
    assert test.statistic == pytest.approx(row.statistic**2, rel=1e-12)
    assert test.df_denominator == row.df
    assert test.p_value == pytest.approx(row.p_value, rel=1e-9)
    normal = multilevel(made(data), data["cluster"], choices=MultilevelChoices(test="wald"))
    assert joint_test(normal, [0]).df_denominator is None
    with pytest.raises(UsageError, match="none called 'dose'"):
        joint_test(result, ["dose"])
    with pytest.raises(DataError, match="linearly independent"):
        joint_test(result, [[1.0], [2.0]])
    with pytest.raises(DataError, match="only weights of 0"):
        joint_test(result, [[0.0]])
    with pytest.raises(UsageError, match=r"shape \(1, 2\) for 1 coefficients"):
        joint_test(result, [[1.0, 2.0]])
