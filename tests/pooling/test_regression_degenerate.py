"""Too few studies, dependent columns, perfect fits, flat likelihoods: each has a rule."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.design_matrix import DesignMatrix, design_from_columns, intercept_only
from ketameta.pooling.location_scale import location_scale
from ketameta.pooling.regression import regress
from ketameta.pooling.regression_choices import RegressionChoices
from ketameta.pooling.regression_diagnostics import regression_residuals
from ketameta.pooling.regression_formula import design_from_formula
from ketameta.pooling.regression_multiplicity import adjust_p_values
from ketameta.pooling.regression_permutation import permutation_test
from ketameta.pooling.regression_prediction import predict_at
from ketameta.pooling.regression_tests import contrasts, omnibus_test

Y = [0.1, 0.5, 0.4, 0.9, 0.2, 0.7]
V = [0.02, 0.03, 0.05, 0.04, 0.1, 0.06]
DATA: dict[str, Any] = {
    "x": [1.0, 2.0, 3.0, 4.0, 6.0, 9.0],
    "twice": [2.0, 4.0, 6.0, 8.0, 12.0, 18.0],
    "same": [7.0] * 6,
    "g": ["a", "b", "c", "a", "b", "c"],
    "alone": ["a", "b", "b", "b", "b", "b"],
    "gap": [1.0, 2.0, None, 4.0, 5.0, 6.0],
    "nan": [1.0, 2.0, float("nan"), 4.0, 5.0, 6.0],
    "inf": [1.0, 2.0, float("inf"), 4.0, 5.0, 6.0],
}


def made(k: int = 6) -> EffectEstimates:
    return EffectEstimates.from_arrays("MD", Y[:k], V[:k])


def codes(result: Any) -> set[str]:
    return {caution.code for caution in result.cautions}


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("~ x + twice", "'twice' is a linear combination of 'x'"),
        ("~ same", "'same' is 7 for all studies"),
        ("~ 0 + C(g) + same", "'same' is 7 for all studies"),
        ("~ C(g) + I(g == 'a')", r"linear combination of 'Intercept', 'C\(g\)\[T.b\]'"),
        ("~ x * C(g) + C(alone)", "6 studies"),
        ("~ gap", "column 'gap' is missing in row 3"),
        ("~ nan", "column 'nan' is missing in row 3"),
        ("~ inf", "'inf' is inf in row 3"),
        ("~ nothing", "no column 'nothing'. Known are x, twice"),
        ("~ log(g)", "cannot be evaluated"),
    ],
)
def test_columns_that_cannot_be_used_are_named(formula: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        regress(made(), formula, DATA)


@pytest.mark.parametrize("formula", ["y ~ x", "~ x +", "~ x | g", "~ 0"])
def test_formulas_that_cannot_be_read(formula: str) -> None:
    with pytest.raises(UsageError, match="formula"):
        regress(made(), formula, DATA)


@pytest.mark.parametrize(
    "formula",
    [
        "~ __import__('os').getpid()",
        "~ I(x.to_csv('made'))",
        "~ I((x).map(print))",
        "~ I([x][0].to_csv('made'))",
        "~ I((lambda a: a)(x))",
        "~ np.save('made', x)",
        "~ eval('x')",
    ],
)
def test_a_formula_runs_no_code(formula: str) -> None:
    with pytest.raises(UsageError, match="formula"):
        design_from_formula(formula, DATA)


def test_names_that_look_like_calls() -> None:
    odd = {"dose (mg)": DATA["x"], "g": DATA["g"]}
    design = design_from_formula("~ `dose (mg)` + I(g == 'f(x)') + (np.log(`dose (mg)`))", odd)
    assert design.columns[1] == "dose (mg)"


@pytest.mark.parametrize("tau2", ["REML", "DL", "EE"])
def test_as_many_coefficients_as_studies(tau2: str) -> None:
    with pytest.raises(DataError, match="nothing to estimate residual heterogeneity"):
        regress(made(2), design_from_columns({"x": [1.0, 2.0]}), None, RegressionChoices(tau2))
    with pytest.raises(DataError, match="3 coefficients for 2 studies"):
        regress(made(2), design_from_columns({"x": [1.0, 2.0], "z": [0.0, 5.0]}))
    with pytest.raises(DataError, match="nothing to estimate"):
        regress(made(1), intercept_only(1))


def test_rows_must_match_studies() -> None:
    with pytest.raises(DataError, match="3 rows of moderators for 6 estimates"):
        regress(made(), design_from_columns({"x": [1.0, 2.0, 4.0]}))
    with pytest.raises(DataError, match="lengths"):
        design_from_columns({"x": [1.0, 2.0], "z": [1.0]})
    with pytest.raises(DataError, match="not all values are numbers"):
        design_from_columns({"x": ["low", "high"]})
    with pytest.raises(DataError, match="0 for all studies"):
        regress(made(), design_from_columns({"x": [0.0] * 6}))


@pytest.mark.parametrize(
    "choices",
    [
        RegressionChoices("nothing"),
        RegressionChoices(interval="nothing"),
        RegressionChoices("EE", "hksj"),
        RegressionChoices(level=1.0),
        RegressionChoices(level=float("nan")),
    ],
)
def test_methods_that_do_not_exist_or_fit(choices: RegressionChoices) -> None:
    with pytest.raises(UsageError):
        regress(made(), "~ x", DATA, choices)


def test_a_formula_needs_data() -> None:
    with pytest.raises(UsageError, match="needs data"):
        regress(made(), "~ x")


def test_a_perfect_fit_is_not_certainty() -> None:
    """metafor gives standard errors of 0 here."""
    line = EffectEstimates.from_arrays("MD", 1.0 + 0.1 * np.arange(5), [0.1] * 5)
    result = regress(line, design_from_columns({"x": np.arange(5.0)}))
    # Equal variances: se of the slope is sqrt(v / sum of squares about the mean).
    assert result.coefficients[1].se == pytest.approx(np.sqrt(0.1 / 10.0), rel=1e-12)
    assert {"perfect_fit", "tau2_at_boundary", "tau2_set_empty"} <= codes(result)
    assert 0.0 < (result.coefficients[1].p_value or 0.0) < 1.0


def test_identical_effects() -> None:
    same = EffectEstimates.from_arrays("MD", [0.37] * 6, V)
    result = regress(same, "~ x", DATA)
    assert result.beta == pytest.approx([0.37, 0.0], abs=1e-15)
    assert result.coefficients[1].se > 0.0
    assert result.r2 == 0.0
    assert {"perfect_fit", "nothing_to_explain"} <= codes(result)
    found = permutation_test(result)
    assert found.p_values[1] == 1.0


def test_tau2_at_the_boundary_is_said() -> None:
    result = regress(made(4), "~ x", {"x": DATA["x"][:4]})
    assert result.tau2 == 0.0
    assert {"tau2_at_boundary", "few_studies_per_moderator", "hksj_factor_below_1"} <= codes(result)


def test_a_study_alone_in_its_group_has_no_deleted_residual() -> None:
    result = regress(made(), "~ C(alone) + x", DATA)
    found = regression_residuals(result)
    assert found.leverage[0] == pytest.approx(1.0, abs=1e-12)
    for column in (found.standard, found.deleted, found.studentised, found.cooks_distance):
        assert np.isnan(column[0])
        assert np.isfinite(column[1:]).all()


def test_two_modes_are_said() -> None:
    """The data set of methods on which a loop stops at the lower mode."""
    y, v = [0.628868, 1.94018, 0.618294, -1.55919], [0.0439213, 2.28092, 0.00686531, 0.699819]
    result = regress(EffectEstimates.from_arrays("MD", y, v), intercept_only(4))
    assert result.local_maxima == 2
    assert "several_likelihood_modes" in codes(result)
    assert result.tau2 == 0.0


@pytest.mark.parametrize(
    "new",
    [
        {"x": [1.0]},
        {"g": ["z"], "x": [1.0]},
        {"g": ["a"], "x": [None]},
        {"g": ["a"], "x": ["text"]},
        [[1.0, 2.0]],
        [[1.0, 2.0, 3.0, float("nan")]],
    ],
)
@pytest.mark.filterwarnings("error")
def test_new_data_that_do_not_fit(new: Any) -> None:
    result = regress(made(), "~ x + C(g)", DATA)
    with pytest.raises(DataError, match="new data"):
        predict_at(result, new)


def test_equal_effects_have_no_prediction_interval() -> None:
    result = regress(made(), "~ x", DATA, RegressionChoices("EE"))
    ahead = predict_at(result, {"x": [5.0, 100.0]})
    assert ahead.prediction_low is None
    assert ahead.leverage[1] > 1.0 > ahead.leverage[0]


def test_unknown_and_repeated_coefficients() -> None:
    result = regress(made(), "~ x + C(g)", DATA)
    with pytest.raises(UsageError, match="none called 'nothing'"):
        omnibus_test(result, ["nothing"])
    with pytest.raises(UsageError, match="none are named"):
        omnibus_test(result, [])
    with pytest.raises(UsageError, match="4 coefficients"):
        contrasts(result, [[1.0, 0.0]])
    with pytest.raises(UsageError, match="names"):
        contrasts(result, [0, 1, 0, 0], names=["one", "two"])
    assert contrasts(result, [[0, 0, 1, -1], [0, 0, -2, 2]]).joint is None
    assert omnibus_test(result, ["x", 1, "x"]).df == 1


def test_permutations_that_are_too_many_or_too_few() -> None:
    result = regress(made(), "~ x", DATA)
    with pytest.raises(UsageError, match="at least 2"):
        permutation_test(result, iterations=1)
    many = EffectEstimates.from_arrays("MD", np.arange(30.0), np.ones(30))
    large = regress(many, design_from_columns({"x": np.sqrt(np.arange(30.0))}))
    with pytest.raises(UsageError, match="fewer iterations"):
        permutation_test(large, iterations=5_000_000)


def test_p_values_out_of_range_and_missing() -> None:
    assert adjust_p_values([0.01, None, 0.5], "bonferroni") == (0.02, None, 1.0)
    assert adjust_p_values([]) == ()
    with pytest.raises(DataError, match="between 0 and 1"):
        adjust_p_values([1.5])
    with pytest.raises(UsageError, match="Known are holm"):
        adjust_p_values([0.5], "nothing")


@pytest.mark.parametrize("span", [4.0, 8.0, 12.0])
def test_variances_of_very_different_size(span: float) -> None:
    rng = np.random.default_rng(4)
    v = 10.0 ** rng.uniform(-span, span, 12)
    x, y = rng.normal(size=12), rng.normal(size=12)
    estimates = EffectEstimates.from_arrays("MD", y, v)
    for tau2 in ("REML", "ML", "PM", "DL"):
        result = regress(estimates, design_from_columns({"x": x}), None, RegressionChoices(tau2))
        assert np.isfinite(result.beta).all()
        assert all(c.se > 0.0 for c in result.coefficients)


def flat_scale(seed: int = 2) -> tuple[EffectEstimates, DesignMatrix]:
    """Group a: identical effects. Group b: very different ones."""
    rng = np.random.default_rng(seed)
    y = np.concatenate([np.full(8, 0.2), rng.normal(0.0, 2.0, 8)])
    groups = {"g": ["a"] * 8 + ["b"] * 8}
    return EffectEstimates.from_arrays("MD", y, np.full(16, 0.1)), design_from_formula(
        "~ C(g)", groups
    )


def test_location_scale_with_a_group_without_heterogeneity() -> None:
    """log tau2 of the first group would be minus infinity."""
    estimates, scale = flat_scale()
    result = location_scale(estimates, intercept_only(16), scale)
    assert "scale_likelihood_flat" in codes(result)
    assert result.scale_omnibus is None
    assert all(np.isnan(c.se) for c in result.scale)
    assert np.max(result.tau2[:8]) < 1e-6
    assert np.min(result.tau2[8:]) > 1.0
    assert result.homogeneity is not None
    assert result.homogeneity.p_value < 1e-3


def test_location_scale_of_identical_effects() -> None:
    same = EffectEstimates.from_arrays("MD", [0.5] * 8, [0.1] * 8)
    scale = design_from_columns({"x": np.arange(8.0)})
    result = location_scale(same, intercept_only(8), scale)
    assert result.location[0].estimate == pytest.approx(0.5)
    assert np.all(np.isfinite(result.tau2))
    assert "scale_likelihood_flat" in codes(result)


def test_location_scale_refusals() -> None:
    scale = design_from_columns({"x": DATA["x"]})
    with pytest.raises(UsageError, match="use REML or ML"):
        location_scale(made(), intercept_only(6), scale, RegressionChoices("DL", "wald"))
    with pytest.raises(UsageError, match="use wald or t"):
        location_scale(made(), intercept_only(6), scale, RegressionChoices("REML", "hksj"))
    with pytest.raises(DataError, match="one row per estimate"):
        location_scale(made(), intercept_only(5), scale)
    with pytest.raises(DataError, match="Leave out moderators"):
        location_scale(made(3), intercept_only(3), design_from_columns({"x": [1.0, 2.0, 4.0]}))
