"""Guarded, hybrid, Kenward-Roger, likelihood, permutation, Henmi-Copas and IVhet intervals."""

from __future__ import annotations

import functools
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ketameta.errors import UsageError
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.permutation import sign_changes
from ketameta.pooling.pool import pool
from ketameta.pooling.result import PooledResult

FOLDER = Path(__file__).parents[1] / "reference" / "pooling"
METAFOR = json.loads((FOLDER / "univariate.json").read_text())
OTHER = json.loads((FOLDER / "other_intervals.json").read_text())
LIKELIHOOD = json.loads((FOLDER / "profile_likelihood.json").read_text())["results"]
COLUMNS = METAFOR["tests_columns"]
SEVERAL = [name for name, data in METAFOR["datasets"].items() if len(data["y"]) > 1]


@functools.cache
def result_of(name: str, **choices: Any) -> PooledResult:
    data = METAFOR["datasets"][name]
    return pool(EffectEstimates.from_arrays("MD", data["y"], data["v"]), **choices)


@pytest.mark.parametrize("name", SEVERAL)
@pytest.mark.parametrize("method", ["REML", "DL"])
def test_guarded(name: str, method: str) -> None:
    found = result_of(name, tau2=method, interval="adhoc")
    values = METAFOR["results"][name][method]["adhoc"]
    expected = dict(zip(COLUMNS, values, strict=True))
    assert found.se == pytest.approx(expected["se"], rel=1e-10)
    assert found.interval.low == pytest.approx(expected["ci_lb"], rel=1e-9)
    assert found.p_value == pytest.approx(expected["pval"], rel=1e-9)


@pytest.mark.parametrize("name", SEVERAL)
def test_hybrid_is_the_wider_one(name: str) -> None:
    hybrid = result_of(name, interval="hybrid")
    scaled, normal = result_of(name), result_of(name, interval="wald")
    widths = [r.interval.high - r.interval.low for r in (hybrid, scaled, normal)]
    assert widths[0] == max(widths[1:])
    is_normal = "hybrid_is_normal" in {caution.code for caution in hybrid.cautions}
    assert is_normal is (hybrid.interval == normal.interval)


def test_kenward_roger_on_bcg() -> None:
    """Standard error and df as evaluated by others for these data."""
    found = result_of("bcg_RR", interval="kr")
    assert found.se == pytest.approx(0.181536, abs=5e-7)
    assert found.df == pytest.approx(10.5137, abs=5e-5)


@pytest.mark.parametrize("name", [n for n in SEVERAL if n != "konstantopoulos2011_2lev"])
def test_kenward_roger_from_matrices(name: str) -> None:
    """Kenward and Roger (1997), general formula with one variance component."""
    data = METAFOR["datasets"][name]
    y, v = np.array(data["y"]), np.array(data["v"])
    found = result_of(name, interval="kr")
    tau2 = found.heterogeneity.tau2
    assert tau2 is not None
    inverse = np.diag(1 / (v + tau2))
    x = np.ones((y.size, 1))
    phi = np.linalg.inv(x.T @ inverse @ x)
    projection = inverse - inverse @ x @ phi @ x.T @ inverse
    information = 0.5 * np.trace(projection @ projection)
    p, q = -x.T @ inverse @ inverse @ x, x.T @ inverse @ inverse @ inverse @ x
    adjusted = phi + 2 * phi @ ((q - p @ phi @ p) / information) @ phi
    gradient = phi @ -p @ phi  # derivative of phi in tau2
    df = 2 * phi[0, 0] ** 2 / (gradient[0, 0] ** 2 / information)
    assert found.se == pytest.approx(math.sqrt(adjusted[0, 0]), rel=1e-10)
    # Partlett and Riley put the adjusted variance in place of phi.
    assert found.df == pytest.approx(df * (phi[0, 0] / adjusted[0, 0]) ** 2, rel=1e-9)


@pytest.mark.parametrize("name", list(LIKELIHOOD))
def test_profile_likelihood(name: str) -> None:
    low, high, ratio = LIKELIHOOD[name]
    found = result_of(name, tau2="ML", interval="pl")
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high), rel=1e-8)
    assert found.statistic is not None
    assert found.statistic**2 == pytest.approx(ratio, rel=1e-8)


def test_profile_likelihood_of_identical_effects_has_a_width() -> None:
    found = result_of("edge_identical", tau2="ML", interval="pl")
    normal = result_of("edge_identical", tau2="ML", interval="wald")
    assert (found.interval.low, found.interval.high) == pytest.approx(
        (normal.interval.low, normal.interval.high), rel=1e-9
    )


def test_profile_likelihood_in_parts_is_told() -> None:
    far = EffectEstimates.from_arrays("MD", [0.0, 10.0], [1e-4, 1.1e-4])
    found = pool(far, tau2="ML", interval="pl")
    assert found.interval.low < 0.0
    assert found.interval.high > 10.0


@pytest.mark.parametrize("case", OTHER["permutation"], ids=lambda case: case["id"])
def test_permutation(case: dict[str, Any]) -> None:
    estimates = EffectEstimates.from_arrays("MD", case["y"], case["v"])
    found = pool(estimates, tau2=case["method"], interval="permutation")
    assert found.p_value == pytest.approx(case["pval"], abs=1e-12)
    if "ci_lb" in case:  # metafor's root is exact to about 1e-4
        limits = (found.interval.low, found.interval.high)
        assert limits == pytest.approx((case["ci_lb"], case["ci_ub"]), abs=1e-4)


def test_permutation_interval_holds_what_the_test_does_not_reject() -> None:
    found = result_of("normand1999_SMD", interval="permutation")
    data = METAFOR["datasets"]["normand1999_SMD"]
    for limit, inward in ((found.interval.low, 1e-6), (found.interval.high, -1e-6)):
        inside = np.array(data["y"]) - (limit + inward)
        outside = np.array(data["y"]) - (limit - inward)
        p_inside, p_outside = (
            pool(EffectEstimates.from_arrays("MD", y, data["v"]), interval="permutation").p_value
            for y in (inside, outside)
        )
        assert p_inside > 0.05 >= p_outside


def test_permutation_of_many_studies_is_random_but_repeats() -> None:
    assert np.array_equal(sign_changes(19), sign_changes(19))
    found = result_of("raudenbush1985", interval="permutation", tau2="DL")
    normal = result_of("raudenbush1985", interval="wald", tau2="DL")
    assert found.p_value == pytest.approx(normal.p_value, abs=0.1)


def test_permutation_needs_six_studies() -> None:
    found = result_of("edge_k3", interval="permutation")
    assert found.interval.low is None
    assert "permutation_needs_more_studies" in {caution.code for caution in found.cautions}


def test_permutation_of_identical_effects_has_a_width() -> None:
    found = result_of("edge_identical", interval="permutation")
    assert found.interval == result_of("edge_identical", interval="wald").interval
    assert "identical_effects" in {caution.code for caution in found.cautions}


@pytest.mark.parametrize("case", OTHER["henmi_copas"], ids=lambda case: case["id"])
def test_henmi_copas(case: dict[str, Any]) -> None:
    found = pool(EffectEstimates.from_arrays("MD", case["y"], case["v"]), interval="hc")
    assert found.estimate == pytest.approx(case["estimate"], rel=1e-12)
    assert found.se == pytest.approx(case["se"], rel=1e-12)
    # metafor integrates to about 1e-8.
    assert found.interval.low == pytest.approx(case["ci_lb"], abs=1e-7)
    assert found.interval.high == pytest.approx(case["ci_ub"], abs=1e-7)


def test_henmi_copas_p_value_fits_its_interval() -> None:
    data = METAFOR["datasets"]["bcg_RR"]
    limit = result_of("bcg_RR", interval="hc").interval.high
    moved = EffectEstimates.from_arrays("MD", np.array(data["y"]) - limit, data["v"])
    assert pool(moved, interval="hc").p_value == pytest.approx(0.05, abs=1e-10)


def test_ivhet() -> None:
    data = METAFOR["datasets"]["bcg_RR"]
    v = np.array(data["v"])
    found = result_of("bcg_RR", interval="ivhet", tau2="DL")
    share = (1 / v) / np.sum(1 / v)
    se = math.sqrt(np.sum(share**2 * (v + found.heterogeneity.tau2)))
    assert found.estimate == pytest.approx(METAFOR["results"]["bcg_RR"]["EE"]["estimate"])
    assert found.se == pytest.approx(se, rel=1e-12)
    assert found.weights == pytest.approx(100 * share)


@pytest.mark.parametrize(
    ("tau2", "interval", "prediction"),
    [("DL", "kr", "z"), ("REML", "pl", "z"), ("DL", "hksj", "kr"), ("EE", "hc", "z")],
)
def test_methods_that_do_not_fit(tau2: str, interval: str, prediction: str) -> None:
    with pytest.raises(UsageError):
        result_of("bcg_RR", tau2=tau2, interval=interval, prediction=prediction)


@pytest.mark.parametrize("unit", [1e-150, 1e150])
def test_kenward_roger_in_any_unit(unit: float) -> None:
    """Squares of variances of 1e-300 or 1e300 do not exist; the interval does."""
    y, v = np.array([0.1, 0.4, 0.9, 0.2, 0.8]), np.array([0.02, 0.05, 0.03, 0.1, 0.04])
    usual = pool(EffectEstimates.from_arrays("GEN", y, v), interval="kr", prediction="kr")
    other = pool(
        EffectEstimates.from_arrays("GEN", unit * y, unit**2 * v), interval="kr", prediction="kr"
    )
    assert other.se == pytest.approx(unit * usual.se, rel=1e-12)
    assert other.df == pytest.approx(usual.df, rel=1e-12)
    assert other.prediction.high == pytest.approx(unit * usual.prediction.high, rel=1e-12)


@pytest.mark.parametrize("interval", ["adhoc", "hybrid", "kr", "permutation", "hc", "ivhet"])
def test_single_study(interval: str) -> None:
    one = EffectEstimates.from_arrays("MD", [0.3], [0.04])
    assert pool(one, interval=interval).interval == pool(one).interval
