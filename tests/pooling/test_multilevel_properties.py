"""What must hold for every multilevel model: limits, definitions, shift, scale, order, maxima."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import chdtri

from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.aggregate import aggregate
from ketameta.pooling.design_matrix import design_from_columns, intercept_only
from ketameta.pooling.multilevel import multilevel
from ketameta.pooling.multilevel_choices import MultilevelChoices
from ketameta.pooling.multilevel_covariance import block_covariance, impute_covariance
from ketameta.pooling.multilevel_effects import (
    component_test,
    predict_multilevel,
    random_effects,
    variance_intervals,
)
from ketameta.pooling.multilevel_groups import groups
from ketameta.pooling.multilevel_multivariate import multivariate
from ketameta.pooling.multilevel_outcomes import outcome_problem, value_and_slope
from ketameta.pooling.multilevel_search import profile
from ketameta.pooling.multilevel_structures import STRUCTURES
from ketameta.pooling.pool import pool
from ketameta.pooling.regression import regress
from ketameta.pooling.regression_choices import RegressionChoices

RNG = np.random.default_rng(11)
CLUSTER = np.repeat(np.arange(9), [1, 2, 3, 4, 5, 1, 2, 3, 4])
K = CLUSTER.size
UNIT = np.arange(K) // 2
Y = RNG.normal(size=K) * 0.6 + RNG.normal(size=9)[CLUSTER]
V = RNG.uniform(0.02, 0.3, K)
X = RNG.normal(size=K)


def made(y: Any = Y, v: Any = V) -> EffectEstimates:
    return EffectEstimates.from_arrays("MD", y, v)


def dense_log_likelihood(
    sigma2: Any, *, within: Any, design: Any, sampling: np.ndarray, restricted: bool
) -> float:
    """Straight from the multivariate normal density, nothing in closed form."""
    between = np.equal.outer(CLUSTER, CLUSTER)
    units = np.eye(K) if within is None else between & np.equal.outer(within, within)
    m = sampling + sigma2[0] * between + sigma2[1] * units
    w = np.linalg.inv(m)
    gram = design.T @ w @ design
    residual = Y - design @ np.linalg.solve(gram, design.T @ w @ Y)
    value = K * np.log(2 * np.pi) + np.linalg.slogdet(m)[1] + residual @ w @ residual
    if restricted:
        value += np.linalg.slogdet(gram)[1] - np.linalg.slogdet(design.T @ design)[1]
        value -= design.shape[1] * np.log(2 * np.pi)
    return float(-0.5 * value)


@pytest.mark.parametrize("method", ["REML", "ML"])
@pytest.mark.parametrize("within", [None, UNIT])
@pytest.mark.parametrize("rho", [None, 0.5])
@pytest.mark.parametrize("moderator", [False, True])
def test_likelihood_and_maximum_by_brute_force(
    method: str, within: Any, rho: float | None, moderator: bool
) -> None:
    design = design_from_columns({"x": X}) if moderator else intercept_only(K)
    choices = MultilevelChoices(method, "wald")
    result = multilevel(
        made(), CLUSTER, within=within, design=design, covariance=rho, choices=choices
    )
    sampling = np.diag(V) if rho is None else impute_covariance(V, CLUSTER, rho).dense()

    def dense(sigma2: Any) -> float:
        return dense_log_likelihood(
            sigma2,
            within=within,
            design=design.values,
            sampling=sampling,
            restricted=method == "REML",
        )

    assert result.log_likelihood == pytest.approx(dense(result.sigma2), rel=1e-12)
    grid = np.concatenate([[0.0], np.geomspace(1e-4, 20.0, 25)])
    best = max(dense(point) for point in product(grid, grid))
    assert best <= result.log_likelihood + 1e-12
    for a in (0, 1):
        step = np.zeros(2)
        step[a] = 1e-4 * max(result.sigma2[a], 1e-3)
        assert dense(result.sigma2 + step) <= result.log_likelihood
        if result.sigma2[a] > 0.0:
            assert dense(result.sigma2 - step) <= result.log_likelihood


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_clusters_of_one_are_pool(method: str) -> None:
    choices = MultilevelChoices(method, "wald")
    result = multilevel(made(), np.arange(K), choices=choices)
    pooled = pool(made(), tau2=method, interval="wald")
    assert result.sigma2 == pytest.approx([pooled.heterogeneity.tau2, 0.0], rel=1e-9)
    row = result.coefficients[0]
    assert (row.estimate, row.se) == pytest.approx((pooled.estimate, pooled.se), rel=1e-10)
    assert result.log_likelihood == pytest.approx(pooled.log_likelihood, rel=1e-12)
    assert result.i2 == pytest.approx(pooled.heterogeneity.i2, rel=1e-9)
    assert result.q == pytest.approx(pooled.heterogeneity.q, rel=1e-12)
    assert result.weights == pytest.approx(pooled.weights, rel=1e-9)
    assert "single_unit_clusters" in {caution.code for caution in result.cautions}


def test_without_variance_between_clusters_it_is_regress() -> None:
    design = design_from_columns({"x": X})
    held = MultilevelChoices("REML", "wald", sigma2=(0.0, None))
    result = multilevel(made(), CLUSTER, design=design, choices=held)
    flat = regress(made(), design, None, RegressionChoices("REML", "wald"))
    assert result.sigma2[1] == pytest.approx(flat.tau2, rel=1e-9)
    assert result.beta == pytest.approx(flat.beta, rel=1e-9)
    assert result.covariance == pytest.approx(flat.covariance, rel=1e-9)
    assert result.reml.bic == pytest.approx(flat.reml.bic, rel=1e-12)


def test_all_correlated_and_one_component_is_pooling_of_aggregates() -> None:
    """Effects that differ only between clusters: the clusters' combined estimates suffice."""
    held = MultilevelChoices("ML", "wald", sigma2=(None, 0.0))
    result = multilevel(made(), CLUSTER, covariance=0.5, choices=held)
    pooled = pool(aggregate(made(), CLUSTER, 0.5), tau2="ML", interval="wald")
    assert result.sigma2[0] == pytest.approx(pooled.heterogeneity.tau2, rel=1e-9)
    row = result.coefficients[0]
    assert (row.estimate, row.se) == pytest.approx((pooled.estimate, pooled.se), rel=1e-10)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([1e-6, 1.0, 1e6]), st.sampled_from([0.0, 1e6]))
def test_order_scale_and_shift_do_not_matter(seed: int, scale: float, shift: float) -> None:
    order = np.random.default_rng(seed).permutation(K)
    near = multilevel(made(), CLUSTER, within=UNIT)
    y = (Y[order] + shift) * scale
    far = multilevel(made(y, V[order] * scale**2), CLUSTER[order], within=UNIT[order])
    # Effects near 1e6 are themselves rounded to 1e-10.
    close = 1e-9 if shift == 0.0 else 1e-7
    assert far.sigma2 == pytest.approx(near.sigma2 * scale**2, rel=close)
    assert far.coefficients[0].se == pytest.approx(near.coefficients[0].se * scale, rel=close)
    moved = (near.coefficients[0].estimate + shift) * scale
    assert far.coefficients[0].estimate == pytest.approx(moved, rel=close)


def test_names_of_clusters_and_units_do_not_matter() -> None:
    one = multilevel(made(), CLUSTER, within=UNIT)
    names = [f"trial/{c}" for c in CLUSTER]
    inner = [f"{u % 2}" for u in UNIT]
    other = multilevel(made(), names, within=inner)
    assert other.log_likelihood != pytest.approx(one.log_likelihood, rel=1e-6)
    same = multilevel(made(), names, within=[f"u{u}" for u in UNIT])
    assert same.sigma2 == pytest.approx(one.sigma2, rel=1e-12)


def test_a_matrix_blocks_and_a_correlation_are_one() -> None:
    known = impute_covariance(V, CLUSTER, 0.6)
    results = [
        multilevel(made(), CLUSTER, covariance=given)
        for given in (0.6, known, known.dense(), block_covariance(known.dense(), CLUSTER))
    ]
    for other in results[1:]:
        assert other.sigma2 == pytest.approx(results[0].sigma2, rel=1e-10)
        assert other.covariance == pytest.approx(results[0].covariance, rel=1e-10)
    assert multilevel(made(), CLUSTER, covariance=0.0).sigma2 == pytest.approx(
        multilevel(made(), CLUSTER).sigma2, rel=1e-12
    )


def balanced(groups_of: int = 6, size: int = 4, seed: int = 3) -> tuple[Any, Any, float]:
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(groups_of), size)
    y = rng.normal(size=cluster.size) * 0.7 + rng.normal(size=groups_of)[cluster]
    return y, cluster, 0.1


def test_balanced_data_are_analysis_of_variance() -> None:
    """Equal variances and sizes: REML components are those of the mean squares, by hand."""
    y, cluster, v = balanced()
    means = y.reshape(6, 4).mean(axis=1)
    inside = ((y - means[cluster]) ** 2).sum() / (6 * 3)
    outside = 4 * means.var(ddof=1)
    result = multilevel(made(y, np.full(24, v)), cluster)
    assert result.sigma2 == pytest.approx([(outside - inside) / 4, inside - v], rel=1e-9)
    assert result.coefficients[0].estimate == pytest.approx(y.mean(), rel=1e-12)
    assert result.coefficients[0].se == pytest.approx(np.sqrt(outside / 24), rel=1e-9)
    total = result.sigma2.sum() + v
    assert [c.i2 for c in result.components] == pytest.approx(100 * result.sigma2 / total)


def test_limits_are_where_the_profile_has_fallen() -> None:
    result = multilevel(made(), CLUSTER)
    drop = 0.5 * float(chdtri(1, 0.05))
    for i, row in enumerate(variance_intervals(result)):
        assert row.interval.high is not None
        values = [row.interval.high]
        if row.interval.low:
            values.append(row.interval.low)
        for value in values:
            fallen = result.log_likelihood - profile(result.problem, i, value)
            assert fallen == pytest.approx(drop, rel=1e-9)
    narrow = variance_intervals(result, level=0.5)[0].interval
    wide = variance_intervals(result)[0].interval
    assert (wide.low or 0.0) < (narrow.low or 0.0) < result.sigma2[0]


def test_random_effects_from_the_definition() -> None:
    """sigma2 Z'P y and sigma2 - sigma2^2 Z'P Z with dense matrices."""
    result = multilevel(made(), CLUSTER, within=UNIT, covariance=0.3)
    m = result.marginal.block(np.arange(K))
    w = np.linalg.inv(m)
    one = np.ones((K, 1))
    p = w - w @ one @ np.linalg.inv(one.T @ w @ one) @ one.T @ w
    for level, index in (("between", CLUSTER), ("within", result.unit.index if result.unit else 0)):
        found = random_effects(result, level)
        z = np.equal.outer(index, np.arange(len(found.labels))).astype(float)
        sigma2 = result.sigma2[("between", "within").index(level)]
        assert found.value == pytest.approx(sigma2 * z.T @ p @ Y, rel=1e-9, abs=1e-12)
        variance = sigma2 - sigma2**2 * np.diag(z.T @ p @ z)
        assert found.se == pytest.approx(np.sqrt(variance), rel=1e-8)


def test_marginal_covariance_two_ways() -> None:
    """Rank-one updates against Cholesky factors of whole blocks."""
    columns = RNG.normal(size=(K, 3))
    fast = multilevel(made(), CLUSTER).marginal
    slow = multilevel(made(), CLUSTER, covariance=impute_covariance(V, CLUSTER, 0.0)).marginal
    everything = np.arange(K)
    assert type(fast) is not type(slow)
    assert fast.block(everything) == pytest.approx(slow.block(everything), rel=1e-8, abs=1e-12)
    assert fast.solve(columns) == pytest.approx(slow.solve(columns), rel=1e-7, abs=1e-9)
    white = fast.whiten(fast.block(everything))
    assert white @ fast.whiten(np.eye(K)).T == pytest.approx(np.eye(K), abs=1e-10)
    part = groups(UNIT, K, "unit")
    inner = groups(np.arange(K), K, "row")
    for which in (inner, groups(CLUSTER, K, "cluster")):
        assert fast.information(which) == pytest.approx(slow.information(which), rel=1e-8)
    assert part.members[0].tolist() == [0, 1]


def test_variances_of_very_different_size() -> None:
    rng = np.random.default_rng(1)
    for span in (4.0, 8.0, 12.0):
        v = 10.0 ** rng.uniform(-span, span, K)
        result = multilevel(made(Y, v), CLUSTER)
        assert np.isfinite(result.sigma2).all()
        assert result.coefficients[0].se > 0.0


def test_prediction_is_wider_than_the_interval() -> None:
    result = multilevel(made(), CLUSTER, design=design_from_columns({"x": X}))
    found = predict_multilevel(result, {"x": [0.0, 1.0]})
    assert found.prediction_low is not None
    assert np.all(found.prediction_low < found.low)
    assert result.prediction is None


def test_component_test_of_a_component_at_the_edge() -> None:
    same = np.tile([0.1, 0.9, 0.5, 0.3], 6)
    result = multilevel(made(same, np.full(24, 0.01)), np.repeat(np.arange(6), 4))
    assert result.sigma2[0] == 0.0
    found = component_test(result, "between")
    assert (found.statistic, found.p_value, found.p_boundary) == (0.0, 1.0, 1.0)
    assert variance_intervals(result)[0].interval.low == 0.0


OUTCOME = np.concatenate([np.arange(n) % 3 for n in np.bincount(CLUSTER)])


def several(structure: str, y: Any = Y, v: Any = V, **more: Any) -> Any:
    return multivariate(made(y, v), CLUSTER, OUTCOME, structure=structure, **more)


@pytest.mark.parametrize("structure", ["UN", "CS", "DIAG", "ID"])
@pytest.mark.parametrize("method", ["REML", "ML"])
def test_multivariate_likelihood_by_brute_force(structure: str, method: str) -> None:
    result = several(structure, covariance=0.4, choices=MultilevelChoices(method, "wald"))
    g = result.correlation * np.sqrt(np.outer(result.tau2, result.tau2))
    together = np.equal.outer(CLUSTER, CLUSTER)
    m = impute_covariance(V, CLUSTER, 0.4).dense() + together * g[np.ix_(OUTCOME, OUTCOME)]
    x = np.equal.outer(OUTCOME, np.arange(3)).astype(float)
    w = np.linalg.inv(m)
    gram = x.T @ w @ x
    beta = np.linalg.solve(gram, x.T @ w @ Y)
    value = K * np.log(2 * np.pi) + np.linalg.slogdet(m)[1] + (Y - x @ beta) @ w @ (Y - x @ beta)
    if method == "REML":
        value += np.linalg.slogdet(gram)[1] - np.linalg.slogdet(x.T @ x)[1] - 3 * np.log(2 * np.pi)
    assert result.log_likelihood == pytest.approx(-0.5 * value, rel=1e-11)
    assert result.beta == pytest.approx(beta, rel=1e-9)
    assert [c.se for c in result.coefficients] == pytest.approx(
        np.sqrt(np.diag(np.linalg.inv(gram))), rel=1e-9
    )


@pytest.mark.parametrize("restricted", [True, False])
def test_derivative_with_respect_to_the_covariance_of_outcomes(restricted: bool) -> None:
    grouped, named = groups(CLUSTER, K, "c"), groups(OUTCOME, K, "o")
    basis, _ = np.linalg.qr(np.equal.outer(OUTCOME, np.arange(3)).astype(float))
    blocks = tuple(np.diag(V[rows]) for rows in grouped.members)
    problem = outcome_problem(
        np.column_stack([basis, Y]),
        blocks,
        grouped,
        named,
        STRUCTURES["UN"].function,
        restricted=restricted,
    )
    g = np.array([[0.5, 0.1, 0.2], [0.1, 0.4, -0.1], [0.2, -0.1, 0.7]])
    slope = value_and_slope(problem, g)[1]
    for i, j in ((0, 0), (1, 2), (2, 1), (0, 2)):
        step = np.zeros((3, 3))
        step[i, j] = step[j, i] = 1e-5
        up, down = (value_and_slope(problem, g + sign * step)[0] for sign in (1, -1))
        found = slope[i, j] + (slope[j, i] if i != j else 0.0)
        assert found == pytest.approx((up - down) / 2e-5, rel=1e-6)


@pytest.mark.parametrize("structure", ["UN", "CS", "DIAG", "ID"])
def test_structures_hold_their_start_and_their_derivative(structure: str) -> None:
    family = STRUCTURES[structure].function
    sd, rho = np.array([0.5, 0.8, 1.1]), 0.3
    values = family.start(sd, rho)
    assert values.size == family.parameters(3)
    g = family.matrix(values, 3)
    assert np.trace(g) == pytest.approx(np.sum(sd**2))
    weight = RNG.normal(size=(3, 3))
    weight = weight + weight.T
    pulled = family.pull_back(weight, values)
    for i in range(values.size):
        step = 1e-6 * np.equal(np.arange(values.size), i)
        moved = family.matrix(values + step, 3) - family.matrix(values - step, 3)
        assert pulled[i] == pytest.approx(np.sum(weight * moved) / 2e-6, rel=1e-6)


def test_one_outcome_is_a_three_level_model_without_variance_within() -> None:
    one = multivariate(made(), CLUSTER, ["a"] * K, choices=MultilevelChoices("REML", "wald"))
    held = MultilevelChoices("REML", "wald", sigma2=(None, 0.0))
    other = multilevel(made(), CLUSTER, choices=held)
    assert one.tau2[0] == pytest.approx(other.sigma2[0], rel=1e-7)
    assert one.coefficients[0].se == pytest.approx(other.coefficients[0].se, rel=1e-7)
    assert one.log_likelihood == pytest.approx(other.log_likelihood, rel=1e-12)


def test_uncorrelated_outcomes_are_pooled_each_by_itself() -> None:
    cluster, outcome = np.repeat(np.arange(7), 3), np.tile(["a", "b", "c"], 7)
    choices = MultilevelChoices("REML", "wald")
    result = multivariate(made(Y[:21], V[:21]), cluster, outcome, structure="DIAG", choices=choices)
    for i, name in enumerate("abc"):
        rows = np.flatnonzero(outcome == name)
        alone = pool(made(Y[rows], V[rows]), interval="wald")
        assert result.tau2[i] == pytest.approx(alone.heterogeneity.tau2, rel=1e-7)
        assert result.coefficients[i].estimate == pytest.approx(alone.estimate, rel=1e-8)
        assert result.coefficients[i].se == pytest.approx(alone.se, rel=1e-8)


def test_multivariate_shift_and_scale() -> None:
    near, far = several("UN"), several("UN", y=(Y + 1e3) * 1e-3, v=V * 1e-6)
    assert far.tau2 == pytest.approx(near.tau2 * 1e-6, rel=1e-5)
    assert far.beta == pytest.approx((near.beta + 1e3) * 1e-3, rel=1e-9)
    assert [c.se for c in far.coefficients] == pytest.approx(
        [1e-3 * c.se for c in near.coefficients], rel=1e-5
    )
