"""Cluster-robust variances against clubSandwich and metafor, and against their definitions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.design_matrix import design_from_columns
from ketameta.pooling.multilevel import multilevel
from ketameta.pooling.multilevel_choices import MultilevelChoices
from ketameta.pooling.multilevel_multivariate import multivariate
from ketameta.pooling.regression import regress
from ketameta.pooling.regression_choices import RegressionChoices
from ketameta.pooling.regression_formula import design_from_formula
from ketameta.pooling.robust import robust
from ketameta.pooling.robust_tests import robust_test

FOLDER = Path(__file__).parents[1] / "reference" / "pooling"
KONST = json.loads((FOLDER / "three_level.json").read_text())
MORE = json.loads((FOLDER / "multilevel.json").read_text())
WITH_ROBUST = [case for case in MORE["three_level"] if "robust" in case]
KINDS = ["CR0", "CR1", "CR1p", "CR1S", "CR2", "CR3"]


def made(data: dict[str, Any]) -> EffectEstimates:
    return EffectEstimates.from_arrays("MD", data["y"], data["v"])


@pytest.mark.parametrize("case", KONST["robust"], ids=lambda case: case["id"])
def test_single_coefficients(case: dict[str, Any]) -> None:
    program, data_name, kind = case["id"].split("/")
    expected = case["expected"]
    if data_name == "konst_mv3":
        result: Any = multilevel(made(KONST["data"]), KONST["data"]["district"])
        cluster = None
    else:
        data = KONST["bcg"]
        estimates = EffectEstimates.from_arrays("RR", data["yi"], data["vi"])
        result = regress(estimates, design_from_columns({"ablat": data["ablat"]}))
        cluster = data["trial"]
    plain = program == "robust" and kind != "CR2"
    degrees = "clusters" if plain else "satterthwaite"
    found = robust(result, cluster, kind=kind, degrees=degrees)
    for name, value in (
        ("se", expected.get("se", expected.get("SE"))),
        ("df", expected.get("ddf", expected.get("df"))),
        ("p_value", expected.get("pval", expected.get("p"))),
    ):
        numbers = [getattr(row, name) for row in found.coefficients]
        assert numbers == pytest.approx(np.broadcast_to(value, len(numbers)), rel=5e-9)
    if "QM" in expected and found.omnibus is not None:
        assert found.omnibus.statistic == pytest.approx(expected["QM"], rel=5e-9)
        assert found.omnibus.p_value == pytest.approx(expected["QMp"], rel=5e-9)


@pytest.mark.parametrize("case", WITH_ROBUST)
def test_three_level_models(case: dict[str, Any]) -> None:
    data = MORE["datasets"][case["data"]]
    result = multilevel(
        made(data),
        data["cluster"],
        within=data["within"],
        design=None if case["mods"] == "~1" else design_from_formula(case["mods"], data),
        covariance=case.get("rho"),
        choices=MultilevelChoices(case["method"]),
    )
    # Limited by the components of the reference, good to 1e-8.
    for expected in case["robust"]:
        rows = robust(result, kind=expected["kind"]).coefficients
        assert [c.se for c in rows] == pytest.approx(expected["se"], rel=1e-8)
        assert [c.df for c in rows] == pytest.approx(expected["df"], rel=1e-7)
        assert [c.p_value for c in rows] == pytest.approx(expected["p"], rel=1e-6)
    for expected in case.get("htz", ()):
        places = [i - 1 for i in expected["which"]]
        test = robust_test(robust(result, kind=expected["kind"]), places)
        assert test.statistic == pytest.approx(expected["F"], rel=1e-7)
        assert test.df_denominator == pytest.approx(expected["df_denom"], rel=1e-7)
        assert test.p_value == pytest.approx(expected["p"], rel=1e-6)


def test_meta_regression_with_clusters() -> None:
    data = MORE["datasets"]["assink"]
    choices = RegressionChoices("REML", "wald")
    result = regress(made(data), MORE["uni"]["mods"], data, choices)
    for single, several in zip(MORE["uni"]["robust"], MORE["uni"]["htz"], strict=True):
        found = robust(result, data["cluster"], kind=single["kind"])
        assert [c.se for c in found.coefficients] == pytest.approx(single["se"], rel=1e-9)
        assert [c.df for c in found.coefficients] == pytest.approx(single["df"], rel=1e-9)
        assert found.omnibus is not None
        assert found.omnibus.statistic == pytest.approx(several["F"], rel=1e-8)
        assert found.omnibus.df_denominator == pytest.approx(several["df_denom"], rel=1e-8)
        assert found.omnibus.p_value == pytest.approx(several["p"], rel=1e-7)


RNG = np.random.default_rng(8)
CLUSTER = np.repeat(np.arange(8), [1, 2, 3, 4, 1, 2, 3, 4])
K = CLUSTER.size
Y = RNG.normal(size=K) + RNG.normal(size=8)[CLUSTER]
V = RNG.uniform(0.05, 0.3, K)
X = np.column_stack([np.ones(K), RNG.normal(size=K), CLUSTER % 3])


def fitted(y: np.ndarray = Y, v: np.ndarray = V) -> Any:
    design = design_from_columns({"a": X[:, 1], "b": X[:, 2]})
    estimates = EffectEstimates.from_arrays("MD", y, v)
    return multilevel(estimates, CLUSTER, design=design, covariance=0.5)


def pieces(result: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Working covariance, its inverse and (X'WX)^-1, dense."""
    m = result.marginal.block(np.arange(K))
    w = np.linalg.inv(m)
    return m, w, np.linalg.inv(X.T @ w @ X)


def test_cr2_is_unbiased_under_the_working_model() -> None:
    """E[sum a'ee'a] = (X'WX)^-1, with a = A'WX from the definition of the adjustment."""
    result = fitted()
    found = robust(result)
    for i in range(3):
        direction = found.working.factor[i]
        expected = found.working.expected(direction[None, :])[0, 0]
        assert expected == pytest.approx(result.coefficients[i].se ** 2, rel=1e-11)


@pytest.mark.parametrize("kind", ["CR0", "CR3"])
def test_from_the_definition(kind: str) -> None:
    result = fitted()
    _, w, c = pieces(result)
    e = Y - X @ result.beta
    meat = np.zeros((3, 3))
    for j in range(8):
        rows = np.flatnonzero(np.equal(CLUSTER, j))
        own = e[rows]
        if kind == "CR3":
            hat = X[rows] @ c @ (X.T @ w)[:, rows]
            own = np.linalg.solve(np.eye(rows.size) - hat, own)
        score = (X.T @ w)[:, rows] @ own
        meat += np.outer(score, score)
    assert robust(result, kind=kind).covariance == pytest.approx(c @ meat @ c, rel=1e-9)


def test_satterthwaite_from_the_definition() -> None:
    """2 E[V]^2 / Var[V] of the quadratic form in normal effects, CR0, dense."""
    result = fitted()
    m, w, c = pieces(result)
    residual = np.eye(K) - X @ c @ X.T @ w
    for i in range(3):
        form = np.zeros((K, K))
        for j in range(8):
            rows = np.flatnonzero(np.equal(CLUSTER, j))
            g = residual[rows].T @ (w @ X @ c)[rows][:, i]
            form += np.outer(g, g)
        product = form @ m
        df = np.trace(product) ** 2 / np.trace(product @ product)
        assert robust(result, kind="CR0").coefficients[i].df == pytest.approx(df, rel=1e-9)


def test_multipliers() -> None:
    result = fitted()
    se = {kind: robust(result, kind=kind).coefficients[1].se for kind in KINDS}
    assert se["CR1"] ** 2 == pytest.approx(se["CR0"] ** 2 * 8 / 7, rel=1e-12)
    assert se["CR1p"] ** 2 == pytest.approx(se["CR0"] ** 2 * 8 / 5, rel=1e-12)
    assert se["CR1S"] ** 2 == pytest.approx(se["CR0"] ** 2 * 8 * 19 / (7 * 17), rel=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_order_shift_and_scale_do_not_matter(kind: str) -> None:
    one = robust(fitted(), kind=kind)
    order = RNG.permutation(K)
    design = design_from_columns({"a": X[order, 1], "b": X[order, 2]})
    estimates = EffectEstimates.from_arrays("MD", 1e-4 * Y[order] + 7.0, 1e-8 * V[order])
    result = multilevel(estimates, CLUSTER[order], design=design, covariance=0.5)
    other = robust(result, kind=kind)
    for a, b in zip(one.coefficients, other.coefficients, strict=True):
        assert b.se == pytest.approx(1e-4 * a.se, rel=1e-7)
        assert b.df == pytest.approx(a.df, rel=1e-7)


def test_clusters_of_one_without_adjustment_are_the_sandwich_of_white() -> None:
    """Equal variances, a common mean: CR1 with singletons is the standard error of a mean."""
    y = RNG.normal(size=9)
    result = regress(EffectEstimates.from_arrays("MD", y, np.full(9, 0.2)), "~ 1", {"y": y})
    found = robust(result, range(9), kind="CR1")
    assert found.coefficients[0].se == pytest.approx(np.std(y, ddof=1) / 3.0, rel=1e-12)
    assert found.coefficients[0].df == pytest.approx(8.0, rel=1e-10)


def test_one_combination_is_the_t_test_squared() -> None:
    found = robust(fitted())
    test = robust_test(found, ["a"])
    row = found.coefficients[1]
    assert row.statistic is not None
    assert test.statistic == pytest.approx(row.statistic**2, rel=1e-10)
    assert test.df_denominator == pytest.approx(row.df, rel=1e-10)
    assert test.p_value == pytest.approx(row.p_value, rel=1e-9)


def test_combinations_do_not_depend_on_how_they_are_written() -> None:
    found = robust(fitted())
    by_name = robust_test(found, ["a", "b"])
    mixed = robust_test(found, [[0.0, 1.0, 1.0], [0.0, 2.0, -5.0]])
    assert mixed.statistic == pytest.approx(by_name.statistic, rel=1e-9)
    assert mixed.p_value == pytest.approx(by_name.p_value, rel=1e-9)


def test_degrees_of_freedom_by_choice() -> None:
    normal, clusters = (robust(fitted(), degrees=d) for d in ("normal", "clusters"))
    assert normal.coefficients[0].df is None
    assert clusters.coefficients[0].df == 5.0
    assert normal.omnibus is not None
    assert clusters.omnibus is not None
    assert normal.omnibus.df_denominator is None
    assert clusters.omnibus.statistic == pytest.approx(normal.omnibus.statistic / 2.0)


def test_a_coefficient_of_one_cluster_has_no_robust_variance() -> None:
    alone = np.equal(CLUSTER, 0)
    columns = {"alone": alone, "others": ~alone}
    estimates = EffectEstimates.from_arrays("MD", Y, V)
    model = multilevel(estimates, CLUSTER, design=design_from_columns(columns, intercept=False))
    found = robust(model)
    assert np.isnan(found.coefficients[0].se)
    assert found.coefficients[0].p_value is None
    assert found.coefficients[1].se > 0.0
    assert "robust_variance_missing" in {caution.code for caution in found.cautions}
    assert found.omnibus is None


def test_a_difference_from_one_cluster_has_part_of_its_variance() -> None:
    """clubSandwich gives the same number without a word."""
    estimates = EffectEstimates.from_arrays("MD", Y, V)
    design = design_from_columns({"alone": np.equal(CLUSTER, 3)})
    found = robust(multilevel(estimates, CLUSTER, design=design))
    said = {caution.code: caution.message for caution in found.cautions}
    assert "alone (" in said["robust_variance_too_small"]
    assert "Intercept" not in said["robust_variance_too_small"]


def test_few_clusters_are_said() -> None:
    part = CLUSTER < 3
    estimates = EffectEstimates.from_arrays("MD", Y[part], V[part])
    found = robust(multilevel(estimates, CLUSTER[part]))
    assert "robust_df_below_4" in {caution.code for caution in found.cautions}


def test_clusters_may_be_joined_but_not_split() -> None:
    result = fitted()
    assert robust(result, CLUSTER // 2).clusters == 4
    with pytest.raises(DataError, match="hold those of the model whole"):
        robust(result, np.arange(K))


def test_joined_clusters_from_the_definition() -> None:
    result = fitted()
    _, w, c = pieces(result)
    e = Y - X @ result.beta
    joined = CLUSTER // 2
    scores = [(X.T @ w)[:, joined == j] @ e[joined == j] for j in range(4)]
    expected = c @ sum(np.outer(s, s) for s in scores) @ c
    assert robust(result, CLUSTER // 2, kind="CR0").covariance == pytest.approx(expected, rel=1e-9)


def test_multivariate_models_have_robust_variances_too() -> None:
    data = MORE["datasets"]["berkey"]
    result = multivariate(
        made(data), data["cluster"], data["outcome"], covariance=np.array(data["V"])
    )
    found = robust(result)
    for i in range(2):
        expected = found.working.expected(found.working.factor[i][None, :])[0, 0]
        assert expected == pytest.approx(result.coefficients[i].se ** 2, rel=1e-11)
    assert found.omnibus is not None


def test_refusals() -> None:
    estimates = EffectEstimates.from_arrays("MD", Y, V)
    alone = regress(estimates, "~ a", {"a": X[:, 1]})
    with pytest.raises(UsageError, match="no clusters of its own"):
        robust(alone)
    with pytest.raises(DataError, match="1 clusters for 2 coefficients"):
        robust(alone, ["one"] * K)
    with pytest.raises(DataError, match="too few"):
        robust(alone, CLUSTER % 2, kind="CR1p")
    with pytest.raises(UsageError, match="none called 'CR9'"):
        robust(alone, CLUSTER, kind="CR9")
    with pytest.raises(UsageError, match="Known are satterthwaite"):
        robust(alone, CLUSTER, degrees="many")
    with pytest.raises(DataError, match="row 2 is missing"):
        robust(alone, [1, None, *CLUSTER[2:]])
    found = robust(fitted())
    with pytest.raises(UsageError, match="none called 'c'"):
        robust_test(found, ["c"])
    with pytest.raises(DataError, match="not independent"):
        robust_test(found, [[0.0, 1.0, 0.0], [0.0, 2.0, 0.0]])
    with pytest.raises(DataError, match="only weights of 0"):
        robust_test(found, [[0.0, 0.0, 0.0]])
    with pytest.raises(UsageError, match="shape"):
        robust_test(found, np.array([1.0, 0.0]))


@pytest.mark.parametrize("kind", KINDS)
def test_equal_estimates_have_no_robust_interval_without_width(kind: str) -> None:
    equal = EffectEstimates.from_arrays("MD", [0.5, 0.5, 0.5], [0.1, 0.1, 0.2])
    found = robust(multilevel(equal, ["a", "b", "c"]), kind=kind)
    (only,) = found.coefficients
    assert only.estimate == pytest.approx(0.5, rel=1e-12)
    assert np.isnan(only.se)
    assert (only.interval.low, only.interval.high) == (None, None)
    assert only.p_value is None
    assert [caution.code for caution in found.cautions] == ["robust_variance_zero"]


def test_nearly_equal_estimates_keep_theirs() -> None:
    near = EffectEstimates.from_arrays("MD", [0.5, 0.501, 0.5], [0.1, 0.1, 0.2])
    found = robust(multilevel(near, ["a", "b", "c"]))
    assert 0.0 < found.coefficients[0].se < 0.001
    assert "robust_variance_zero" not in {caution.code for caution in found.cautions}
