"""Selection models against metafor's best fits, numerical integration and numerical derivatives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm
from tests.sensitivity.reference import data_set, reference

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import EffectEstimates, FloatArray
from ketameta.pooling.pool import pool
from ketameta.sensitivity.bias.selection.box_newton import Box, box_maximum
from ketameta.sensitivity.bias.selection.choices import (
    VEVEA_WOODS,
    SelectionChoices,
    vevea_woods,
)
from ketameta.sensitivity.bias.selection.fit import _problem, selection_model
from ketameta.sensitivity.bias.selection.likelihood import SelectionLikelihood
from ketameta.sensitivity.bias.selection.normalisers import Quadrature, Steps, partial_moments
from ketameta.sensitivity.bias.selection.weight_functions import SMOOTH, p_values

METAFOR = reference("selection_models")["results"]
NAMES = {"stepfun": "step", "halfnorm": "half-normal", "negexp": "negative-exponential"}
# How far metafor's own integration is off: see the notes of the reference file.
ACCURACY = {"beta": 5e-4, "power": 5e-6}


def choices(args: dict[str, Any]) -> SelectionChoices:
    return SelectionChoices(
        model=NAMES.get(args["type"], args["type"]),
        steps=tuple(np.atleast_1d(args.get("steps", 0.025))),
        weights=tuple(args["delta"]) if "delta" in args else None,
        alternative=args["alternative"].replace(".", "-"),
        imprecision={"sei": "se"}.get(args.get("prec", ""), "none"),
        equal_effects=args["method"] == "EE",
    )


@pytest.mark.parametrize("case", METAFOR)
def test_metafor(case: str) -> None:
    expected = METAFOR[case]
    kind = expected["args"]["type"]
    found = selection_model(data_set(case.split("/")[0]), choices(expected["args"]))
    off = ACCURACY.get(kind, 1e-8)
    assert found.log_likelihood == pytest.approx(expected["ll"], abs=off)
    close = 1e-4 if kind in ACCURACY else 1e-5
    assert found.estimate == pytest.approx(expected["estimate"], rel=close, abs=1e-5)
    assert found.tau2 == pytest.approx(expected["tau2"], rel=10 * close, abs=1e-5)
    assert [w.value for w in found.weights] == pytest.approx(
        expected["delta"], rel=10 * close, abs=1e-5
    )
    if found.lr_statistic is not None:
        assert found.lr_statistic == pytest.approx(expected["LRT"], abs=2 * off)
        assert found.lr_df == expected["LRTdf"]
        assert found.aic == pytest.approx(expected["AIC"], abs=2 * off)
    inside = all(w.se is not None or w.fixed or w.value == 1.0 for w in found.weights)
    if inside and kind != "beta":
        assert found.se == pytest.approx(expected["se"], rel=1e-3)
    if "counts" in expected:
        assert [w.k for w in found.weights] == expected["counts"]


def test_standard_errors_of_steps() -> None:
    expected = METAFOR["bcg_RR/ML/step025"]
    found = selection_model(data_set("bcg_RR"), choices(expected["args"]))
    assert found.se == pytest.approx(expected["se"], rel=1e-6)
    assert found.tau2_se == pytest.approx(expected["se_tau2"], rel=1e-6)
    assert found.weights[1].se == pytest.approx(expected["se_delta"][1], rel=1e-6)
    assert found.weights[0].name == "p <= 0.025"
    assert found.weights[1].name == "0.025 < p <= 1"
    assert found.weights[1].interval.low == 0.0
    assert found.unadjusted.estimate == pytest.approx(
        pool(data_set("bcg_RR"), tau2="ML", interval="wald").estimate
    )


def weight_of(model: str, p: float, delta: FloatArray, c: float) -> float:
    """The weight functions written out once more."""
    if model == "beta":
        return float(p ** (delta[0] - 1) * (1 - p) ** (delta[1] - 1))
    return float(
        {
            "half-normal": np.exp(-delta[0] * c * p**2),
            "negative-exponential": np.exp(-delta[0] * c * p),
            "logistic": 2 * np.exp(-delta[0] * c * p) / (1 + np.exp(-delta[0] * c * p)),
            "power": (1 - p) ** (delta[0] * c),
        }[model]
    )


Y, V = np.array([0.7, -0.1, 0.35]), np.array([0.04, 0.09, 0.02])
DELTA = {"beta": np.array([0.6, 1.8])}


@pytest.mark.parametrize("two_sided", [False, True])
@pytest.mark.parametrize("model", SMOOTH)
def test_likelihood_by_numerical_integration(model: str, two_sided: bool) -> None:
    weights, mu, tau2 = SMOOTH[model], 0.2, 0.15
    delta = DELTA.get(model, np.array([1.7]))
    scale = np.array([0.6, 1.0, 0.4])
    se = np.sqrt(V)
    low = weights.smallest_p
    observed = p_values(Y / se, two_sided=two_sided, smallest=low)
    likelihood = SelectionLikelihood(
        Y, V, Quadrature.build(weights, scale, two_sided=two_sided), observed, None
    )

    def p_of(y: float, s: float) -> float:
        p = 2 * norm.sf(abs(y) / s) if two_sided else norm.sf(y / s)
        return float(np.clip(p, low, 1 - low))

    total = 0.0
    for y, v, s, c in zip(Y, V, se, scale, strict=True):
        spread = np.sqrt(v + tau2)
        edge = -norm.ppf(max(low, 1e-16) / (1 + two_sided)) * s
        points = [x for x in (-edge, 0.0, edge) if abs(x - mu) < 9 * spread]
        area, _ = quad(
            lambda x, s=s, c=c, d=spread: (
                weight_of(model, p_of(x, s), delta, c) * norm.pdf(x, mu, d)
            ),
            mu - 9 * spread,
            mu + 9 * spread,
            points=points,
            limit=400,
            epsabs=1e-13,
        )
        total += np.log(weight_of(model, p_of(y, s), delta, c))
        total += norm.logpdf(y, mu, spread) - np.log(area)
    assert likelihood.at(mu, tau2, delta)[0] == pytest.approx(total, rel=1e-9)


@pytest.mark.parametrize("model", ["step", *SMOOTH])
def test_derivatives_by_differences(model: str) -> None:
    se = np.sqrt(V)
    if model == "step":
        alphas, delta = np.array([0.025, 0.5]), np.array([1.0, 0.6, 0.3])
        interval = np.searchsorted(alphas, norm.sf(Y / se))
        likelihood = SelectionLikelihood(Y, V, Steps.build(alphas, two_sided=False), None, interval)
    else:
        weights, delta = SMOOTH[model], DELTA.get(model, np.array([1.7]))
        quadrature = Quadrature.build(weights, np.ones(3), two_sided=False)
        observed = p_values(Y / se, two_sided=False, smallest=weights.smallest_p)
        likelihood = SelectionLikelihood(Y, V, quadrature, observed, None)
    x = np.concatenate([[0.2, 0.1], delta])
    _, gradient, hessian = likelihood.at(x[0], x[1], x[2:])
    for j, unit in enumerate(np.eye(x.size) * 1e-5):
        up = likelihood.at((x + unit)[0], (x + unit)[1], (x + unit)[2:])
        down = likelihood.at((x - unit)[0], (x - unit)[1], (x - unit)[2:])
        assert gradient[j] == pytest.approx((up[0] - down[0]) / 2e-5, rel=1e-6, abs=1e-7)
        assert hessian[j] == pytest.approx((up[1] - down[1]) / 2e-5, rel=1e-5, abs=1e-6)


def test_partial_moments() -> None:
    x = np.array([-np.inf, -1.3, 0.4, np.inf])
    found = partial_moments(x)
    assert found[0] == pytest.approx(norm.cdf(x))
    for n in range(5):
        he = np.polynomial.hermite_e.HermiteE.basis(n)
        for i, end in enumerate([-40.0, -1.3, 0.4, 40.0]):
            by_quad = quad(lambda t, he=he: he(t) * norm.pdf(t), -40, end, points=[0.0])[0]
            assert found[n, i] == pytest.approx(by_quad, abs=1e-7)


def test_two_sided_steps_cover_the_line() -> None:
    steps = Steps.build(np.array([0.01, 0.05, 0.5]), two_sided=True)
    found, _ = steps.expectations(0.3, np.sqrt(V + 0.1), np.sqrt(V), np.ones(4))
    assert found.w[0] == pytest.approx(np.ones(3))
    assert found.first[0].sum(axis=0) == pytest.approx(np.ones(3))
    inside = norm.cdf(norm.ppf(0.995) * np.sqrt(V), 0.3, np.sqrt(V + 0.1))
    outside = norm.cdf(-norm.ppf(0.995) * np.sqrt(V), 0.3, np.sqrt(V + 0.1))
    assert found.first[0, 0] == pytest.approx(1 - inside + outside)


def test_no_selection_is_the_plain_model() -> None:
    estimates = data_set("bcg_RR")
    found = selection_model(estimates, SelectionChoices(weights=(1.0, 1.0)))
    plain = pool(estimates, tau2="ML", interval="wald")
    assert found.estimate == pytest.approx(plain.estimate, rel=1e-8)
    assert found.tau2 == pytest.approx(plain.heterogeneity.tau2, rel=1e-6)
    assert found.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-12)
    assert found.alternative == "less"
    assert found.lr_p is None


def test_units_do_not_matter() -> None:
    estimates = data_set("bcg_RR")
    large = EffectEstimates.from_arrays("MD", -1000 * estimates.y, 1e6 * estimates.v)
    for model in ("step", "half-normal", "beta"):
        one = selection_model(estimates, SelectionChoices(model))
        other = selection_model(large, SelectionChoices(model))
        assert (one.alternative, other.alternative) == ("less", "greater")
        assert other.estimate == pytest.approx(-1000 * one.estimate, rel=1e-6)
        assert other.tau2 == pytest.approx(1e6 * one.tau2, rel=1e-5)
        assert [w.value for w in other.weights] == pytest.approx(
            [w.value for w in one.weights], rel=1e-5
        )


def test_selection_is_undone() -> None:
    """Many studies, of which those with p above 0.025 were kept with probability 0.2."""
    rng = np.random.default_rng(42)
    v = rng.uniform(0.02, 0.2, 8000)
    y = rng.normal(0.2, np.sqrt(v + 0.03))
    seen = (y / np.sqrt(v) > 1.96) | (rng.uniform(size=8000) < 0.2)
    found = selection_model(EffectEstimates.from_arrays("SMD", y[seen], v[seen]))
    assert found.se is not None
    assert found.estimate == pytest.approx(0.2, abs=4 * found.se)
    assert found.unadjusted.estimate > 0.3
    assert found.weights[1].value == pytest.approx(0.2, abs=4 * (found.weights[1].se or 0.0))
    assert found.tau2 == pytest.approx(0.03, abs=4 * (found.tau2_se or 0.0))
    assert found.cautions == ()


def test_fixed_weights_of_vevea_and_woods() -> None:
    estimates = data_set("bcg_RR")
    moderate, severe = (
        selection_model(estimates, vevea_woods(f"{name} one-sided"))
        for name in ("moderate", "severe")
    )
    plain = pool(estimates, tau2="ML").estimate
    assert plain < moderate.estimate < severe.estimate
    assert all(w.fixed for w in severe.weights)
    assert {len(weights) for weights in VEVEA_WOODS.values()} == {14}
    with pytest.raises(UsageError, match="no weights 'mild'"):
        vevea_woods("mild")


def test_edges_and_several_maxima_are_named() -> None:
    codes = [c.code for c in selection_model(data_set("raudenbush1985")).cautions]
    assert "tau2_at_boundary" in codes
    edge = selection_model(
        data_set("raudenbush1985"), SelectionChoices("half-normal", equal_effects=True)
    )
    assert edge.weights[0].value == 0.0
    assert edge.weights[0].se is None
    assert "selection_at_edge" in [c.code for c in edge.cautions]
    beta = selection_model(data_set("raudenbush1985"), SelectionChoices("beta"))
    assert beta.local_maxima > 1
    assert "several_likelihood_modes" in [c.code for c in beta.cautions]


def test_a_far_maximum_is_found_and_named() -> None:
    """The power model of these effects has its highest maximum at an absurd mean."""
    y = [0.303, -1.404, -0.026, -0.015, -0.38, 0.118, -0.137, -0.29]
    v = [0.333, 0.997, 0.524, 0.268, 0.041, 0.184, 0.012, 0.014]
    found = selection_model(EffectEstimates.from_arrays("MD", y, v), SelectionChoices("power"))
    assert found.estimate > 3.0
    assert found.log_likelihood > -0.9479  # the maximum near the data has -1.287
    codes = [c.code for c in found.cautions]
    assert codes[1:] == ["several_likelihood_modes", "mean_outside_effects"]


def test_few_studies_come_with_the_reason() -> None:
    found = selection_model(data_set("edge_k3"), SelectionChoices(steps=(0.05,)))
    assert found.cautions[0].code == "fewer_than_ten_studies"
    two = selection_model(data_set("edge_k2_het"), SelectionChoices("half-normal"))
    assert np.isfinite(two.estimate)


def test_extreme_variances() -> None:
    rng = np.random.default_rng(5)
    v = 10.0 ** rng.uniform(-16, 16, 20)
    wide = EffectEstimates.from_arrays("MD", rng.normal(0, np.sqrt(v)), v)
    for model in ("step", "half-normal"):
        found = selection_model(wide, SelectionChoices(model, steps=(0.5,)))
        assert np.isfinite(found.estimate)
        assert np.isfinite(found.log_likelihood)


def test_what_is_refused() -> None:
    with pytest.raises(DataError, match="no study has"):
        selection_model(data_set("edge_k3"), SelectionChoices(steps=(1e-9,)))
    with pytest.raises(DataError, match="whose effects differ"):
        selection_model(data_set("edge_identical"))
    with pytest.raises(DataError, match="two or more"):
        selection_model(EffectEstimates.from_arrays("MD", [0.1], [0.1]))
    with pytest.raises(DataError, match="needs the number of participants"):
        selection_model(data_set("edge_k3"), SelectionChoices("power", imprecision="1/n"))
    for bad in (
        {"model": "steps"},
        {"alternative": "up"},
        {"imprecision": "n"},
        {"imprecision": "se"},
        {"steps": (0.5, 0.025)},
        {"steps": ()},
        {"steps": (2.0,)},
        {"weights": (1.0, 0.5, 0.5)},
        {"weights": (0.5, 1.0)},
        {"level": 95.0},
    ):
        with pytest.raises(UsageError):
            SelectionChoices(**bad)


def test_box_maximum() -> None:
    def hill(x: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """1 - x^4 - (y - 2)^2, whose Hessian is singular at the top in x."""
        return (
            float(1 - x[0] ** 4 - (x[1] - 2) ** 2),
            np.array([-4 * x[0] ** 3, -2 * (x[1] - 2)]),
            np.diag([-12 * x[0] ** 2, -2.0]),
        )

    wide, step = np.array([10.0, 10.0]), np.array([3.0, np.inf])
    free = box_maximum(hill, np.array([3.0, -5.0]), Box(-wide, wide, step))
    assert free.settled
    assert free.value == pytest.approx(1.0, abs=1e-10)
    held = box_maximum(hill, np.array([3.0, -5.0]), Box(-wide, np.array([10.0, 1.0]), step))
    assert held.x[1] == 1.0
    assert held.value == pytest.approx(0.0, abs=1e-10)


@pytest.mark.parametrize("model", ["step", "beta", "half-normal", "logistic", "power"])
@pytest.mark.parametrize("alternative", ["less", "two-sided"])
def test_the_value_alone_is_that_with_derivatives(model: str, alternative: str) -> None:
    """Searches start where `value` is highest; `at` then climbs."""
    estimates = data_set("bcg_RR")
    problem, *_ = _problem(estimates, SelectionChoices(model), alternative)
    delta = np.full(problem.delta.size, 0.6)
    for mu, tau2 in ((0.1, 0.05), (-2.0, 1e-6), (3.0, 10.0)):
        alone = problem.likelihood.value(mu, tau2, delta)
        assert alone == pytest.approx(problem.likelihood.at(mu, tau2, delta)[0], rel=1e-12)
