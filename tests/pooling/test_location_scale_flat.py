"""Scale coefficients that no study tells lose their standard error; the others keep theirs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.design_matrix import DesignMatrix, design_from_columns, intercept_only
from ketameta.pooling.location_scale import LocationScaleResult, location_scale
from ketameta.pooling.regression_formula import design_from_formula

FOLDER = Path(__file__).parents[1] / "reference" / "pooling"
DATA = json.loads((FOLDER / "location_scale_flat.json").read_text())
COLUMNS = {"g": DATA["g"], "x": DATA["x"]}
ESTIMATES = EffectEstimates.from_arrays("MD", DATA["y"], DATA["v"])


def fitted(mods: str, scale: str) -> LocationScaleResult:
    return location_scale(ESTIMATES, _design(mods), _design(scale))


def _design(formula: str) -> DesignMatrix:
    if formula == "~ 1":
        return intercept_only(len(DATA["y"]))
    return design_from_formula(formula, COLUMNS)


def flat_text(result: LocationScaleResult) -> str:
    found = [c.message for c in result.cautions if c.code == "scale_likelihood_flat"]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(("case", "mods"), [("one_mean", "~ 1"), ("two_means", "~ C(g)")])
def test_the_group_that_differs_keeps_its_standard_error(case: str, mods: str) -> None:
    """metafor prints -25 with a standard error of 38,000 for the other group."""
    result, expected = fitted(mods, "~ C(g)"), DATA[case]
    assert expected["se_alpha"][1] > 10_000
    intercept, contrast = result.scale
    assert intercept.estimate == pytest.approx(expected["alpha"][0], abs=3e-6)
    assert intercept.se == pytest.approx(expected["se_alpha"][0], rel=2e-6)
    assert np.isnan(contrast.se)
    assert contrast.estimate < -15
    assert contrast.p_value is None
    assert [c.estimate for c in result.location] == pytest.approx(expected["beta"], abs=1e-6)
    assert [c.se for c in result.location] == pytest.approx(expected["se"], rel=2e-6)
    assert result.fit.log_likelihood >= expected["ll"] - 1e-9
    assert result.scale_omnibus is None
    text = flat_text(result)
    assert "Not identified: C(g)[T.b]" in text
    assert "9, 10, 11, 12, 13, 14" in text
    assert "Intercept" in text.split("Not identified")[1]


def test_with_means_of_their_own_the_groups_are_two_analyses() -> None:
    result = fitted("~ C(g)", "~ C(g)")
    alone = DATA["first_alone"]
    assert result.scale[0].se == pytest.approx(alone["se_alpha"][0], rel=1e-6)
    assert result.location[0].se == pytest.approx(alone["se"][0], rel=1e-6)


def test_a_slope_within_the_group_that_differs_is_identified() -> None:
    """metafor does not converge; it does on that group alone."""
    result, alone = fitted("~ C(g)", "~ C(g) + x"), DATA["first_alone_slope"]
    found = {c.name: c for c in result.scale}
    for name, i in (("Intercept", 0), ("x", 1)):
        assert found[name].estimate == pytest.approx(alone["alpha"][i], abs=2e-5)
        assert found[name].se == pytest.approx(alone["se_alpha"][i], rel=1e-4)
    assert np.isnan(found["C(g)[T.b]"].se)
    assert "Not identified: C(g)[T.b]" in flat_text(result)


def test_the_reference_level_takes_its_contrast_with_it() -> None:
    """Coded the other way round neither intercept nor contrast is told, their sum is."""
    turned = {"g": ["b" if g == "a" else "a" for g in DATA["g"]]}
    result = location_scale(ESTIMATES, _design("~ 1"), design_from_formula("~ C(g)", turned))
    assert all(np.isnan(c.se) for c in result.scale)
    assert "Not identified: Intercept, C(g)[T.b]" in flat_text(result)
    cells = location_scale(ESTIMATES, _design("~ 1"), design_from_formula("~ 0 + C(g)", turned))
    first, second = cells.scale
    assert np.isnan(first.se)
    assert second.se == pytest.approx(DATA["one_mean"]["se_alpha"][0], rel=2e-6)
    assert sum(c.estimate for c in result.scale) == pytest.approx(second.estimate, abs=1e-6)


def test_a_number_far_from_zero_does_not_hide_what_is_not_identified() -> None:
    year = np.where(np.array(DATA["g"]) == "a", 2001.0, 2000.0)
    result = location_scale(ESTIMATES, _design("~ 1"), design_from_columns({"year": year}))
    assert all(np.isnan(c.se) for c in result.scale)


def test_identified_scales_have_no_such_caution() -> None:
    rng = np.random.default_rng(8)
    v = rng.uniform(0.02, 0.1, 40)
    x = rng.normal(size=40)
    y = rng.normal(0.0, np.sqrt(v + np.exp(-1.0 + 0.5 * x)))
    estimates = EffectEstimates.from_arrays("MD", y, v)
    result = location_scale(estimates, intercept_only(40), design_from_columns({"x": x}))
    assert all(np.isfinite(c.se) for c in result.scale)
    assert not [c for c in result.cautions if c.code == "scale_likelihood_flat"]
    assert result.scale_omnibus is not None
