"""Three-level and multivariate models against metafor."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.aggregate import aggregate
from ketameta.pooling.multilevel import multilevel
from ketameta.pooling.multilevel_choices import MultilevelChoices
from ketameta.pooling.multilevel_correlation import WithinCorrelation
from ketameta.pooling.multilevel_effects import (
    component_test,
    predict_multilevel,
    random_effects,
    variance_intervals,
)
from ketameta.pooling.multilevel_multivariate import multivariate
from ketameta.pooling.multilevel_result import MultilevelResult
from ketameta.pooling.regression_formula import design_from_formula

FOLDER = Path(__file__).parents[1] / "reference" / "pooling"
KONST = json.loads((FOLDER / "three_level.json").read_text())
MORE = json.loads((FOLDER / "multilevel.json").read_text())
# metafor's optimiser stops within 2e-9 of the components here.
CLOSE = 1e-7


def estimates_of(data: dict[str, Any]) -> EffectEstimates:
    return EffectEstimates.from_arrays("MD", data["y"], data["v"])


def konst(method: str, test: str, **choices: Any) -> MultilevelResult:
    data = KONST["data"]
    return multilevel(
        estimates_of(data),
        data["district"],
        within=data["school"],
        choices=MultilevelChoices(method, test, **choices),
    )


def test_published_numbers() -> None:
    """Konstantopoulos (2011), as recomputed in the field's handbooks."""
    result = konst("REML", "wald")
    assert result.coefficients[0].estimate == pytest.approx(0.184713, abs=5e-7)
    assert result.coefficients[0].se == pytest.approx(0.0845559, abs=5e-8)
    assert result.sigma2 == pytest.approx([0.0650619, 0.0327365], abs=5e-8)
    assert result.log_likelihood == pytest.approx(-7.958724, abs=5e-7)


@pytest.mark.parametrize("method", ["REML", "ML"])
@pytest.mark.parametrize(("test", "code"), [("z", "wald"), ("t", "t"), ("t_contain", "contain")])
def test_mean_and_interval(method: str, test: str, code: str) -> None:
    result, whole = konst(method, code), KONST["fits"][method]
    expected, row = whole["tests"][test], result.coefficients[0]
    assert row.estimate == pytest.approx(whole["estimate"], rel=CLOSE)
    assert row.se == pytest.approx(whole["se"], rel=CLOSE)
    assert row.p_value == pytest.approx(expected["pval"], rel=CLOSE)
    assert row.df == expected["ddf"]
    size = CLOSE * expected["ci_ub"]
    assert row.interval.low == pytest.approx(expected["ci_lb"], rel=0, abs=size)
    assert row.interval.high == pytest.approx(expected["ci_ub"], rel=CLOSE)
    assert result.prediction is not None
    assert result.prediction.low == pytest.approx(expected["pi_lb"], rel=CLOSE)


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_components_fit_and_weights(method: str) -> None:
    result, expected = konst(method, "wald"), KONST["fits"][method]
    assert result.sigma2 == pytest.approx(expected["sigma2"], rel=CLOSE)
    assert result.log_likelihood == pytest.approx(expected["logLik"], abs=1e-12)
    assert result.ml.log_likelihood == pytest.approx(expected["ll_ML"], rel=CLOSE)
    assert result.reml.log_likelihood == pytest.approx(expected["ll_REML"], rel=CLOSE)
    fit = result.reml if method == "REML" else result.ml
    found = (fit.aic, fit.bic, fit.aicc)
    assert found == pytest.approx((expected["AIC"], expected["BIC"], expected["AICc"]), rel=1e-12)
    assert (result.q, result.q_p) == pytest.approx((expected["QE"], expected["QEp"]), rel=1e-10)
    assert [c.i2 for c in result.components] == pytest.approx(expected["I2_levels"], rel=CLOSE)
    assert result.weights == pytest.approx(expected["weights"], rel=CLOSE)
    assert result.maxima == 1


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_profile_likelihood_limits(method: str) -> None:
    found = variance_intervals(konst(method, "wald"))
    for row, (low, high) in zip(found, KONST["fits"][method]["limits"], strict=True):
        # metafor's own search for the limits is off by 1e-8.
        assert (row.interval.low, row.interval.high) == pytest.approx((low, high), rel=2e-8)


@pytest.mark.parametrize("method", ["REML", "ML"])
@pytest.mark.parametrize(
    ("level", "name"), [("between", "district"), ("within", "district/school")]
)
def test_random_effects(method: str, level: str, name: str) -> None:
    found, expected = random_effects(konst(method, "wald"), level), KONST["fits"][method]["ranef"]
    assert found.value == pytest.approx(expected[name]["intrcpt"], rel=1e-7, abs=1e-8)
    assert found.se == pytest.approx(expected[name]["se"], rel=1e-7)
    assert found.low == pytest.approx(expected[name]["pi_lb"], rel=1e-7, abs=1e-8)


def test_a_component_held_and_tested() -> None:
    held = konst("REML", "wald", sigma2=(None, 0.0))
    assert held.sigma2 == pytest.approx(KONST["held"]["sigma2"], rel=CLOSE)
    assert held.coefficients[0].se == pytest.approx(KONST["held"]["se"], rel=CLOSE)
    assert held.log_likelihood == pytest.approx(KONST["held"]["logLik"], rel=1e-12)
    assert [c.estimated for c in held.components] == [True, False]
    found = component_test(konst("REML", "wald"), "between")
    assert found.statistic == pytest.approx(KONST["lrt"]["LRT"], rel=1e-10)
    assert found.p_value == pytest.approx(KONST["lrt"]["pval"], rel=1e-9)


@pytest.mark.parametrize("case", MORE["three_level"])
def test_units_moderators_and_known_covariance(case: dict[str, Any]) -> None:
    data = MORE["datasets"][case["data"]]
    result = multilevel(
        estimates_of(data),
        data["cluster"],
        within=data["half" if "half" in case["random"] else "within"],
        design=None if case["mods"] == "~1" else design_from_formula(case["mods"], data),
        covariance=case.get("rho"),
        choices=MultilevelChoices(case["method"], "containment"),
    )
    assert result.log_likelihood == pytest.approx(case["ll"], abs=1e-11)
    # The reference ends with Newton steps on numerical derivatives: good to 1e-8.
    assert result.sigma2 == pytest.approx(case["sigma2"], rel=5e-8, abs=5e-9)
    assert result.beta == pytest.approx(np.ravel(case["estimate"]), rel=CLOSE)
    assert [c.se for c in result.coefficients] == pytest.approx(np.ravel(case["se"]), rel=CLOSE)
    assert result.q == pytest.approx(case["QE"], rel=1e-12)
    assert [c.df for c in result.coefficients] == case["ddf"]
    assert [result.omnibus.df, result.omnibus.df_denominator] == case["QM_df"]
    if case.get("weights"):
        assert result.weights == pytest.approx(case["weights"], rel=1e-6)
    if "limits" in case:
        for row, limits in zip(variance_intervals(result), case["limits"], strict=True):
            assert (row.interval.low, row.interval.high) == pytest.approx(limits, rel=1e-5)


def test_predictions_at_new_data() -> None:
    """At the mean of a centred moderator the prediction is the intercept."""
    data = KONST["data"]
    year = np.array(data["year"], dtype=float)
    design = design_from_formula("~ centred", {"centred": year - year.mean()})
    result = multilevel(estimates_of(data), data["district"], design=design)
    found = predict_multilevel(result, {"centred": [0.0]})
    assert found.estimate[0] == pytest.approx(0.17834714801098478, rel=CLOSE)
    assert found.se[0] == pytest.approx(0.08913659999499063, rel=CLOSE)


@pytest.mark.parametrize("case", MORE["multivariate"])
def test_multivariate(case: dict[str, Any]) -> None:
    data = MORE["datasets"]["berkey"]
    design = design_from_formula(case["mods"], data)
    result = multivariate(
        estimates_of(data),
        data["cluster"],
        data["outcome"],
        structure=case["structure"],
        design=design,
        covariance=np.array(data["V"]),
        choices=MultilevelChoices(case["method"], "t"),
    )
    # metafor's optimiser stops up to 1e-10 of log-likelihood, hence 1e-5 of estimates, away.
    assert result.log_likelihood == pytest.approx(case["ll"], abs=2e-10)
    assert result.log_likelihood > case["ll"] - 1e-13
    assert result.beta == pytest.approx(case["estimate"], rel=2e-5)
    assert [c.se for c in result.coefficients] == pytest.approx(case["se"], rel=2e-5)
    order = [result.outcomes.index(name) for name in ("AL", "PD")]
    expected = np.broadcast_to(np.ravel(case["tau2"]), (2,))
    assert result.tau2[order] == pytest.approx(expected, rel=3e-5)
    assert result.correlation[0, 1] == pytest.approx(np.ravel(case["rho"])[0], rel=1e-4)
    assert result.q == pytest.approx(case["QE"], rel=1e-12)
    assert result.omnibus.statistic == pytest.approx(case["QM"], rel=3e-5)
    fit = result.reml if case["method"] == "REML" else result.ml
    assert (fit.aic, fit.bic) == pytest.approx((case["AIC"], case["BIC"]), abs=1e-9)


@pytest.mark.parametrize("case", MORE["aggregate"])
def test_aggregate(case: dict[str, Any]) -> None:
    data = MORE["datasets"]["konst"]
    pattern = WithinCorrelation(
        case["structure"], case.get("rho"), case.get("phi"), data["time"], data["obs"]
    )
    found = aggregate(
        estimates_of(data), data["cluster"], pattern, weighted=case.get("weighted", True)
    )
    assert found.y == pytest.approx(case["result"]["y"], rel=1e-12, abs=1e-14)
    assert found.v == pytest.approx(case["result"]["v"], rel=1e-12)
    assert found.labels[0] == "11"
