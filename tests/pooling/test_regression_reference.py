"""Meta-regression against metafor (tight control)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.design_matrix import design_from_columns
from ketameta.pooling.location_scale import location_scale
from ketameta.pooling.regression import regress
from ketameta.pooling.regression_choices import RegressionChoices
from ketameta.pooling.regression_diagnostics import (
    regression_residuals,
    variance_inflation,
)
from ketameta.pooling.regression_formula import design_from_formula
from ketameta.pooling.regression_multiplicity import adjust_p_values
from ketameta.pooling.regression_permutation import permutation_test
from ketameta.pooling.regression_prediction import predict_at, predict_studies
from ketameta.pooling.regression_result import RegressionResult
from ketameta.pooling.regression_tests import contrasts, omnibus_test

FOLDER = Path(__file__).parents[1] / "reference" / "pooling"
METAFOR = json.loads((FOLDER / "regression.json").read_text())
MORE = json.loads((FOLDER / "regression_more.json").read_text())
SUBGROUPS = json.loads((FOLDER / "subgroups.json").read_text())
CASES = [
    (design, method, test)
    for design, methods in METAFOR["results"].items()
    for method, row in methods.items()
    for test in ("z", "knha", "t", "adhoc")
    if test in row
]
DIAGNOSED = [case for case in CASES if "predict" in METAFOR["results"][case[0]][case[1]][case[2]]]
FORMULAS = {
    "~ablat": "~ ablat",
    "~ablat + year": "~ ablat + year",
    "~factor(alloc)": "~ C(alloc)",
    "~ablat * factor(alloc)": "~ ablat * factor(alloc)",
    "~0 + factor(alloc)": "~ 0 + C(alloc)",
    "~ablat + I(ablat^2)": "~ ablat + I(ablat ** 2)",
}


def data_of(name: str) -> dict[str, Any]:
    return dict(MORE["datasets"][name])


def estimates_of(name: str) -> EffectEstimates:
    data = MORE["datasets"][name]
    return EffectEstimates.from_arrays("RR", data["y"], data["v"])


@cache
def fit_of(design: str, method: str, test: str) -> RegressionResult:
    data = METAFOR["datasets"][design.split()[0]]
    estimates = EffectEstimates.from_arrays("RR", data["y"], data["v"])
    columns = design_from_columns(METAFOR["designs"][design], intercept=False)
    return regress(estimates, columns, None, RegressionChoices(method, test))


def same(found: Any, expected: Any, rel: float, scale: float = 0.0) -> None:
    assert np.ravel(found) == pytest.approx(np.ravel(expected), rel=rel, abs=rel * scale)


# metafor solves the normal equations of uncentred predictors: year and ablat * alloc cost it
# digits. Iterative estimators add up to 1e-9 of tau2.
CLOSE = 3e-9


@pytest.mark.parametrize(("design", "method", "test"), CASES)
def test_coefficients_tests_and_intervals(design: str, method: str, test: str) -> None:
    result = fit_of(design, method, test)
    whole = METAFOR["results"][design][method]
    row = whole[test]
    rows = result.coefficients
    same(result.beta, whole["estimate"], CLOSE)
    same([c.se for c in rows], row["se"], CLOSE)
    same([c.p_value for c in rows], row["pval"], 10 * CLOSE)
    size = float(np.max(np.abs(row["ci_ub"])))
    same([c.interval.low for c in rows], row["ci_lb"], CLOSE, size)
    same([c.interval.high for c in rows], row["ci_ub"], CLOSE, size)
    same(result.omnibus.statistic, row["QM"], CLOSE)
    same(result.omnibus.p_value, row["QMp"], 10 * CLOSE)
    assert [result.omnibus.df, result.omnibus.df_denominator] == row["QM_df"]
    if "vcov" in row:
        same(result.covariance, row["vcov"], CLOSE, float(np.max(np.abs(row["vcov"]))))


@pytest.mark.parametrize(("design", "method"), sorted({case[:2] for case in CASES}))
def test_heterogeneity_and_fit(design: str, method: str) -> None:
    result, expected = fit_of(design, method, "z"), METAFOR["results"][design][method]
    # Where tau2 is 0, metafor's iterations end up to 4e-13 above it.
    assert result.tau2 == pytest.approx(expected["tau2"], rel=CLOSE, abs=1e-12)
    same(result.heterogeneity.q, expected["Q"], 1e-10)
    if method != "EE":
        assert result.heterogeneity.tau2_se == pytest.approx(expected["se_tau2"], rel=CLOSE)
        assert result.heterogeneity.i2 == pytest.approx(expected["I2"], rel=CLOSE, abs=1e-9)
    if expected["R2"] is None:
        assert result.r2 is None
    else:
        assert result.r2 == pytest.approx(expected["R2"], rel=CLOSE, abs=1e-8)
    for name, fit in (("ML", result.ml), ("REML", result.reml)):
        assert fit.log_likelihood == pytest.approx(expected["fit"][f"ll_{name}"], rel=1e-10)
        assert fit.aic == pytest.approx(expected["fit"][f"AIC_{name}"], rel=1e-9)
        assert fit.bic == pytest.approx(expected["fit"][f"BIC_{name}"], rel=1e-9)
        if expected["fit"][f"AICc_{name}"] is not None:
            assert fit.aicc == pytest.approx(expected["fit"][f"AICc_{name}"], rel=1e-9)
    assert result.ml.deviance == pytest.approx(expected["fit"]["dev_ML"], rel=1e-9)


@pytest.mark.parametrize(("design", "method", "test"), DIAGNOSED)
def test_predictions_residuals_and_influence(design: str, method: str, test: str) -> None:
    result = fit_of(design, method, test)
    whole = METAFOR["results"][design][method]
    row = whole[test]
    mean, se, low = row["predict"]
    for found in (predict_studies(result), predict_at(result, result.design.values)):
        same(found.estimate, mean, CLOSE)
        same(found.se, se, CLOSE)
        same(found.prediction_low, low, CLOSE)
        assert np.max(found.leverage) == pytest.approx(1.0)
    residuals = regression_residuals(result)
    same(residuals.leverage, whole["hat"], CLOSE)
    # A study alone in its group has residual 0 and leverage 1: metafor prints 0, here none.
    alone = np.isnan(residuals.standard)
    same(residuals.leverage[alone], np.ones(alone.sum()), 1e-12)
    same(residuals.standard[~alone], np.array(whole["rstandard"])[~alone], CLOSE)
    for found, expected in (
        (residuals.studentised, row["rstudent"]),
        (residuals.cooks_distance, row["cooks"]),
    ):
        numbers = np.array([np.nan if x is None else x for x in expected])
        assert np.array_equal(np.isnan(found), np.isnan(numbers))
        known = ~np.isnan(numbers)
        same(found[known], numbers[known], 3e-8)


@pytest.mark.parametrize("mods", FORMULAS)
def test_a_formula_makes_the_same_columns(mods: str) -> None:
    expected = METAFOR["designs"][f"bcg {mods}"]
    design = design_from_formula(FORMULAS[mods], data_of("bcg"))
    same(design.values.T, list(expected.values()), 1e-14)


@pytest.mark.parametrize("test", ["z", "knha"])
def test_predictions_at_new_data(test: str) -> None:
    choices = RegressionChoices("REML", test)
    result = regress(estimates_of("bcg"), "~ ablat", data_of("bcg"), choices)
    found, expected = predict_at(result, {"ablat": [0, 13, 33, 55]}), METAFOR["new_data"][test]
    for name, column in (
        ("estimate", "pred"),
        ("se", "se"),
        ("low", "ci_lb"),
        ("high", "ci_ub"),
        ("prediction_low", "pi_lb"),
        ("prediction_high", "pi_ub"),
    ):
        same(getattr(found, name), expected[column], CLOSE)


@pytest.mark.parametrize("case", METAFOR["permutation"]["cases"])
def test_exact_permutation(case: dict[str, Any]) -> None:
    data = METAFOR["permutation"]["datasets"][case["data"]]
    estimates = EffectEstimates.from_arrays("RR", data["yi"], data["vi"])
    choices = RegressionChoices(case["method"], case["test"])
    found = permutation_test(regress(estimates, case["mods"], data, choices))
    assert found.exact
    # metafor drops arrangements on which its REML did not converge: 1 of 2520.
    dropped = case["data"] == "bcg7_ablat" and case["method"] == "REML"
    close = 1 / 2519 if dropped else 1e-12
    assert found.p_values == pytest.approx(np.ravel(case["pval"]), rel=0, abs=close)
    if case["QMp"] is not None:
        assert found.omnibus_p == pytest.approx(np.ravel(case["QMp"])[0], rel=0, abs=close)


def test_variance_inflation() -> None:
    formula = "~ ablat + year + factor(alloc)"
    result = regress(estimates_of("bcg"), formula, data_of("bcg"))
    columns = variance_inflation(result, result.design.columns[1:])
    same([c.vif for c in columns], MORE["vif"]["columns"], CLOSE)
    terms = variance_inflation(result)
    same([t.vif for t in terms], MORE["vif"]["terms"], CLOSE)
    assert terms[2].columns == ("C(alloc)[T.random]", "C(alloc)[T.systematic]")
    assert terms[2].standard_error_factor == pytest.approx(terms[2].vif ** 0.25)


def test_contrasts_and_omnibus_tests_of_terms() -> None:
    expected = MORE["contrasts"]
    formula = "~ ablat + year + factor(alloc)"
    result = regress(estimates_of("bcg"), formula, data_of("bcg"))
    found = contrasts(result, expected["matrix"], against=expected["rhs"])
    # metafor prints the combinations less the values they are tested against.
    less = [c.estimate - h for c, h in zip(found.rows, expected["rhs"], strict=True)]
    same(less, expected["estimate"], CLOSE)
    same([c.se for c in found.rows], expected["se"], CLOSE)
    same([c.statistic for c in found.rows], expected["stat"], CLOSE)
    same([c.p_value for c in found.rows], expected["p"], CLOSE)
    assert found.joint is not None
    same(found.joint.statistic, expected["F"], CLOSE)
    same(found.joint.p_value, expected["Fp"], CLOSE)
    term = omnibus_test(result, ["C(alloc)"])
    same([term.statistic, term.p_value], [expected["bttF"], expected["bttp"]], CLOSE)


@pytest.mark.parametrize("case", MORE["curves"])
def test_splines_and_polynomials(case: dict[str, Any]) -> None:
    formula = case["formula"].replace("c(25, 40)", "[25, 40]")
    choices = RegressionChoices("REML", "wald")
    result = regress(estimates_of("bcg"), formula, data_of("bcg"), choices)
    same(result.beta, case["beta"], 1e-8)
    same([c.se for c in result.coefficients], case["se"], 1e-8)
    same(result.omnibus.statistic, case["QM"], 1e-8)
    assert result.tau2 == pytest.approx(case["tau2"], rel=1e-8)


@pytest.mark.parametrize("method", ["holm", "bonferroni", "hochberg", "BH", "BY"])
def test_adjusted_p_values(method: str) -> None:
    same(adjust_p_values(MORE["adjust"]["p"], method), MORE["adjust"][method], 1e-14)


@pytest.mark.parametrize("case", MORE["location_scale"])
def test_location_scale(case: dict[str, Any]) -> None:
    data = data_of(case["data"])
    mods, scale = (design_from_formula(case[part], data) for part in ("mods", "scale"))
    choices = RegressionChoices("REML" if case["reml"] else "ML", "wald")
    found = location_scale(estimates_of(case["data"]), mods, scale, choices)
    assert found.fit.log_likelihood == pytest.approx(case["ll"], abs=1e-10)
    assert found.fit.log_likelihood > case["metafor_ll"] - 1e-10
    # The reference centred its scale predictors; slopes are the same.
    slopes = found.scale[1:]
    size = max(c.se for c in slopes)
    same([c.estimate for c in slopes], case["alpha"][1:], 1e-7, size)
    same([c.se for c in slopes], case["se_alpha"][1:], 1e-6)
    same([c.estimate for c in found.scale], case["metafor_alpha"], 1e-5, size)
    same([c.estimate for c in found.location], case["beta"], 1e-7)
    same([c.se for c in found.location], case["se_beta"], 1e-7)


@pytest.mark.parametrize("name", SUBGROUPS["datasets"])
@pytest.mark.parametrize("test", ["z", "knha"])
def test_groups_that_share_one_tau2(name: str, test: str) -> None:
    data = SUBGROUPS["datasets"][name]
    expected = SUBGROUPS["results"][name][f"REML/{test}"]["pooled"]
    estimates = EffectEstimates.from_arrays("RR", data["y"], data["v"])
    choices = RegressionChoices("REML", test)
    difference = regress(estimates, "~ C(group)", {"group": data["group"]}, choices)
    # Where tau2 is 0, metafor's iterations end 2e-13 above it.
    assert difference.tau2 == pytest.approx(expected["tau2"], rel=CLOSE, abs=1e-12)
    same(difference.omnibus.statistic, expected["QM"], CLOSE)
    same(difference.omnibus.p_value, expected["QMp"], 10 * CLOSE)
    same(difference.heterogeneity.q, expected["QE"], 1e-10)
    means = regress(estimates, "~ 0 + C(group)", {"group": data["group"]}, choices)
    same(means.beta, expected["estimate"], CLOSE)
    same([c.se for c in means.coefficients], expected["se"], CLOSE)
