"""What must hold for every meta-regression: limits, shifts, scales, order, coding, exactness."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.design_matrix import design_from_columns, intercept_only
from ketameta.pooling.location_scale import location_scale
from ketameta.pooling.pool import pool
from ketameta.pooling.regression import regress
from ketameta.pooling.regression_choices import RegressionChoices
from ketameta.pooling.regression_diagnostics import regression_residuals, variance_inflation
from ketameta.pooling.regression_formula import design_from_formula
from ketameta.pooling.regression_permutation import permutation_test
from ketameta.pooling.regression_prediction import predict_at
from ketameta.pooling.regression_result import RegressionResult
from ketameta.pooling.regression_tests import contrasts, omnibus_test

K = 12
RNG = np.random.default_rng(20)
X = RNG.integers(0, 40, K).astype(float)
Y = 0.3 + 0.02 * X + RNG.normal(0.0, 0.9, K)
V = RNG.uniform(0.01, 0.3, K)
G = list("abcabcabcabc")


def made(y: Any = Y, v: Any = V) -> EffectEstimates:
    return EffectEstimates.from_arrays("MD", y, v)


def fit(formula: str, y: Any = Y, v: Any = V, x: Any = X, tau2: str = "REML") -> RegressionResult:
    return regress(made(y, v), formula, {"x": x, "g": G}, RegressionChoices(tau2))


@pytest.mark.parametrize("tau2", ["REML", "ML", "DL", "PM", "HE", "HS", "SJ"])
@pytest.mark.parametrize("interval", ["hksj", "wald", "t"])
def test_without_moderators_it_is_pool(tau2: str, interval: str) -> None:
    pooled = pool(made(), tau2=tau2, interval=interval)
    alone = regress(made(), intercept_only(K), None, RegressionChoices(tau2, interval))
    row = alone.coefficients[0]
    assert row.estimate == pytest.approx(pooled.estimate, rel=1e-13)
    assert row.se == pytest.approx(pooled.se, rel=1e-13)
    assert row.p_value == pytest.approx(pooled.p_value, rel=1e-11)
    assert row.interval.low == pytest.approx(pooled.interval.low, rel=1e-12)
    assert alone.heterogeneity == pooled.heterogeneity
    assert alone.r2 is None
    if tau2 == "REML":
        assert alone.reml.log_likelihood == pytest.approx(pooled.log_likelihood, rel=1e-14)
    ahead = predict_at(alone, [[1.0]])
    if interval == "hksj":
        assert ahead.prediction_low is not None
        assert ahead.prediction_low[0] == pytest.approx(pooled.prediction.low, rel=1e-12)


@pytest.mark.parametrize("formula", ["~ x", "~ x + C(g)", "~ 0 + C(g) + x"])
@pytest.mark.parametrize("shift", [1e6, 1e9])
def test_a_predictor_far_from_zero_costs_no_digits(formula: str, shift: float) -> None:
    """metafor refuses such a predictor as not of full rank."""
    near, far = fit(formula), fit(formula, x=X + shift)
    assert far.tau2 == pytest.approx(near.tau2, rel=1e-12)
    assert far.beta[-1] == pytest.approx(near.beta[-1], rel=1e-11)
    assert far.coefficients[-1].se == pytest.approx(near.coefficients[-1].se, rel=1e-11)
    assert far.heterogeneity.q == pytest.approx(near.heterogeneity.q, rel=1e-12)
    at = {"x": [7.0, 20.0], "g": ["a", "b"]}
    moved = {"x": [7.0 + shift, 20.0 + shift], "g": ["a", "b"]}
    there = predict_at(far, moved)
    assert there.estimate == pytest.approx(predict_at(near, at).estimate, rel=1e-9)
    assert there.se == pytest.approx(predict_at(near, at).se, rel=1e-9)


def test_an_interaction_with_a_predictor_far_from_zero() -> None:
    near, far = fit("~ C(g) * x"), fit("~ C(g) * x", x=X + 1e6)
    assert far.tau2 == pytest.approx(near.tau2, rel=1e-8)
    assert far.beta[-2:] == pytest.approx(near.beta[-2:], rel=1e-8)


@pytest.mark.parametrize("shift", [1e3, 1e6])
def test_effects_far_from_zero(shift: float) -> None:
    """The shifted effects themselves are rounded: 1e-10 at 1e6."""
    near, far = fit("~ x + C(g)"), fit("~ x + C(g)", y=Y + shift)
    close = 1e-14 * shift + 1e-12
    assert far.beta[0] == pytest.approx(near.beta[0] + shift, rel=1e-13)
    assert far.beta[1:] == pytest.approx(near.beta[1:], rel=100 * close)
    assert far.tau2 == pytest.approx(near.tau2, rel=10 * close)


@pytest.mark.parametrize("scale", [1e-8, 1e8])
def test_scale_of_the_effects(scale: float) -> None:
    one, other = fit("~ x + C(g)"), fit("~ x + C(g)", y=Y * scale, v=V * scale**2)
    assert other.beta == pytest.approx(one.beta * scale, rel=1e-11)
    assert other.tau2 == pytest.approx(one.tau2 * scale**2, rel=1e-12)
    assert other.omnibus.p_value == pytest.approx(one.omnibus.p_value, rel=1e-11)


def test_order_of_studies_does_not_matter() -> None:
    order = RNG.permutation(K)
    data = {"x": X[order], "g": [G[i] for i in order]}
    other = regress(made(Y[order], V[order]), "~ x * C(g)", data)
    one = fit("~ x * C(g)")
    assert other.beta == pytest.approx(one.beta, rel=1e-9)
    assert other.tau2 == pytest.approx(one.tau2, rel=1e-11)
    assert regression_residuals(other).studentised == pytest.approx(
        regression_residuals(one).studentised[order], rel=1e-8
    )


def test_coding_does_not_matter() -> None:
    """Treatment, sum-to-zero and cell-mean coding are one model."""
    codings = ["~ x + C(g)", "~ x + C(g, contr.sum)", "~ 0 + C(g) + x"]
    fits = [fit(formula) for formula in codings]
    for other in fits[1:]:
        assert other.fitted == pytest.approx(fits[0].fitted, rel=1e-11)
        assert other.reml.log_likelihood == pytest.approx(fits[0].reml.log_likelihood, rel=1e-12)
    differences = contrasts(fits[2], [[1, -1, 0, 0], [0, 1, -1, 0]])
    assert differences.joint is not None
    term = omnibus_test(fits[0], ["C(g)"])
    assert differences.joint.p_value == pytest.approx(term.p_value, rel=1e-10)


def exact(x: np.ndarray, y: np.ndarray, v: np.ndarray) -> tuple[list[float], list[float]]:
    """Weighted least squares in rational arithmetic: coefficients and standard errors."""
    k, p = x.shape
    xs = [[Fraction(value) for value in row] for row in x]
    w = [1 / Fraction(value) for value in v]
    rows = [
        [sum(w[i] * xs[i][a] * xs[i][b] for i in range(k)) for b in range(p)]
        + [sum(w[i] * xs[i][a] * Fraction(y[i]) for i in range(k))]
        + [Fraction(a == b) for b in range(p)]
        for a in range(p)
    ]
    for a in range(p):
        rows[a] = [value / rows[a][a] for value in rows[a]]
        for b in range(p):
            if b != a:
                factor = rows[b][a]
                rows[b] = [s - factor * t for s, t in zip(rows[b], rows[a], strict=True)]
    return [float(r[p]) for r in rows], [float(r[p + 1 + a]) ** 0.5 for a, r in enumerate(rows)]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([1.0, 4.0, 8.0, 12.0]))
def test_equal_effects_against_exact_arithmetic(seed: int, span: float) -> None:
    """Variances up to 24 orders of magnitude apart."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(K), rng.integers(0, 40, K), rng.normal(size=K)])
    y, v = rng.normal(size=K), 10.0 ** rng.uniform(-span, span, K)
    design = design_from_columns({"a": x[:, 1], "b": x[:, 2]})
    found = regress(made(y, v), design, None, RegressionChoices("EE"))
    beta, se = exact(x, y, v)
    size = np.abs(x * np.array(beta)).max(axis=0).max() / np.abs(x).max(axis=0)
    assert np.all(np.abs(found.beta - beta) <= 1e-11 * size)
    assert [c.se for c in found.coefficients] == pytest.approx(se, rel=1e-11)


def test_residuals_add_up() -> None:
    result = fit("~ x + C(g)")
    found = regression_residuals(result)
    assert np.sum(found.leverage) == pytest.approx(4.0, rel=1e-12)
    weighted = result.design.values.T @ (found.residual / (V + result.tau2))
    assert weighted == pytest.approx(np.zeros(4), abs=1e-10)
    assert np.sum(result.weights) == pytest.approx(100.0)


def test_deleted_residuals_are_those_of_a_refit() -> None:
    result = fit("~ x")
    found = regression_residuals(result)
    for i in range(K):
        keep = np.arange(K) != i
        other = regress(made(Y[keep], V[keep]), "~ x", {"x": X[keep]})
        ahead = predict_at(other, {"x": [X[i]]})
        assert found.deleted[i] == pytest.approx(Y[i] - ahead.estimate[0], rel=1e-9)


def test_uncorrelated_predictors_have_no_inflation() -> None:
    a, b = np.tile([0.0, 1.0], 6), np.repeat([0.0, 1.0], 6)
    equal = made(Y, np.full(K, 0.1))
    result = regress(equal, design_from_columns({"a": a, "b": b}))
    assert [row.vif for row in variance_inflation(result)] == pytest.approx([1.0, 1.0], rel=1e-12)


def test_sampled_permutations_come_near_the_exact_test_and_repeat() -> None:
    result = regress(made(Y[:7], V[:7]), "~ x", {"x": X[:7]})
    whole = permutation_test(result, iterations=5040)
    assert whole.exact
    some = permutation_test(result, iterations=2000, seed=5)
    assert (some.exact, some.arrangements) == (False, 2000)
    assert some == permutation_test(result, iterations=2000, seed=5)
    # Four standard errors of a proportion.
    p = np.array(whole.p_values)
    assert np.all(np.abs(np.array(some.p_values) - p) < 4.0 * np.sqrt(p * (1.0 - p) / 2000))


def test_permutation_by_enumeration_in_a_loop() -> None:
    """Five studies, two groups: ten arrangements, each fitted by itself."""
    from itertools import permutations

    y, v, x = Y[:5], V[:5], np.array([0.0, 0.0, 1.0, 1.0, 1.0])
    result = regress(made(y, v), design_from_columns({"x": x}))
    seen = {tuple(p) for p in permutations(x)}
    statistics = [
        regress(made(y, v), design_from_columns({"x": p})).coefficients[1].statistic for p in seen
    ]
    own = abs(result.coefficients[1].statistic or 0.0)
    expected = np.mean([abs(z or 0.0) >= own * (1 - 1e-9) for z in statistics])
    found = permutation_test(result)
    assert found.arrangements == len(seen) == 10
    assert found.p_values[1] == pytest.approx(expected)


def test_location_scale_with_one_tau2_is_regress() -> None:
    design = design_from_formula("~ x", {"x": X})
    for method in ("REML", "ML"):
        choices = RegressionChoices(method, "wald")
        one = regress(made(), design, None, choices)
        both = location_scale(made(), design, intercept_only(K), choices)
        assert both.tau2 == pytest.approx(np.full(K, one.tau2), rel=1e-7)
        fit_statistics = one.reml if method == "REML" else one.ml
        assert both.fit.log_likelihood == pytest.approx(fit_statistics.log_likelihood, rel=1e-11)
        assert [c.se for c in both.location] == pytest.approx(
            [c.se for c in one.coefficients], rel=1e-7
        )


def test_location_scale_of_groups_is_each_group_by_itself() -> None:
    """Means and tau2 of their own: two separate meta-analyses."""
    rng = np.random.default_rng(3)
    y = np.concatenate([rng.normal(0, 0.5, 15), rng.normal(1, 1.5, 15)])
    v, g = rng.uniform(0.05, 0.2, 30), ["a"] * 15 + ["b"] * 15
    design = design_from_formula("~ 0 + C(g)", {"g": g})
    both = location_scale(made(y, v), design, design, RegressionChoices("REML", "wald"))
    for part, row in ((slice(0, 15), 0), (slice(15, 30), 1)):
        alone = pool(made(y[part], v[part]), interval="wald")
        assert both.location[row].estimate == pytest.approx(alone.estimate, rel=1e-8)
        assert np.exp(both.scale[row].estimate) == pytest.approx(alone.heterogeneity.tau2, rel=1e-7)
        assert both.location[row].se == pytest.approx(alone.se, rel=1e-7)
