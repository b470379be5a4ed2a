"""PET-PEESE, WAAP, limit meta-analysis, p-curve and funnel data."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import norm, t
from tests.sensitivity.reference import data_set, reference

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.pool import pool
from ketameta.sensitivity.bias.funnel import funnel_plot
from ketameta.sensitivity.bias.limit_meta_analysis import _standard_error, limit_meta_analysis
from ketameta.sensitivity.bias.p_curve import p_curve
from ketameta.sensitivity.bias.pet_peese import pet_peese
from ketameta.sensitivity.bias.waap import unrestricted_mean, waap
from ketameta.sensitivity.bias.weighted_line import Dispersion

WITNESS = reference("adjusted_means")["results"]


def witnessed(name: str) -> EffectEstimates:
    """The estimates that the R script worked on."""
    return EffectEstimates.from_arrays("RR", WITNESS[name]["y"], WITNESS[name]["v"])


SMOKING = witnessed("hackshaw1998")


def least_squares(y: np.ndarray, x: np.ndarray, v: np.ndarray) -> tuple[float, float]:
    """Intercept of the weighted line and its standard error, by the normal equations."""
    design = np.column_stack([np.ones_like(x), x]) / np.sqrt(v)[:, None]
    target = y / np.sqrt(v)
    beta, rest, _, _ = np.linalg.lstsq(design, target, rcond=None)
    covariance = np.linalg.inv(design.T @ design) * rest[0] / (y.size - 2)
    return float(beta[0]), float(np.sqrt(covariance[0, 0]))


def test_pet_and_peese_are_weighted_lines() -> None:
    estimates = data_set("bcg_RR")
    found = pet_peese(estimates)
    se = np.sqrt(estimates.v)
    pet = least_squares(estimates.y, se, estimates.v)
    peese = least_squares(estimates.y, estimates.v, estimates.v)
    assert (found.pet.limit, found.pet.limit_se) == pytest.approx(pet, rel=1e-10)
    assert (found.peese.limit, found.peese.limit_se) == pytest.approx(peese, rel=1e-10)
    # The common-effect mean is negative, so PET's one-sided p value is that of a negative limit.
    assert found.pet_p == pytest.approx(t.cdf(pet[0] / pet[1], 11), rel=1e-10)
    assert found.chosen == "PET"
    assert found.estimate == found.pet.limit
    assert pet_peese(estimates, switch_at=0.5).chosen == "PEESE"
    assert pet_peese(estimates, switch_at=0.5).interval == found.peese.limit_interval


def test_pet_peese_with_additive_heterogeneity() -> None:
    found = pet_peese(data_set("bcg_RR"), dispersion=Dispersion("additive"))
    expected = reference("egger")["results"]["bcg_RR/rma/sei/REML/z"]
    assert found.pet.limit == pytest.approx(expected["beta"][0], rel=1e-7)
    assert found.df is None


@pytest.mark.parametrize("name", ["edge_identical", "edge_k2_het"])
def test_pet_peese_without_a_line(name: str) -> None:
    found = pet_peese(data_set(name))
    assert found.estimate is None
    assert found.chosen is None
    assert found.cautions[0].code == "fewer_than_ten_studies"
    with pytest.raises(UsageError, match="threshold"):
        pet_peese(data_set(name), switch_at=1.0)


def test_unrestricted_mean_is_a_line_through_the_origin() -> None:
    estimates = data_set("raudenbush1985")
    found = unrestricted_mean(estimates)
    x = 1 / np.sqrt(estimates.v)
    z = estimates.y * x
    slope = float(x @ z / (x @ x))
    se = float(np.sqrt(np.sum((z - slope * x) ** 2) / 18 / (x @ x)))
    assert (found.estimate, found.se) == pytest.approx((slope, se), rel=1e-12)
    assert found.p_value == pytest.approx(2 * t.sf(abs(slope / se), 18), rel=1e-10)
    half = t.ppf(0.975, 18) * se
    assert found.interval.low == pytest.approx(slope - half, rel=1e-10)


def test_waap_uses_powered_studies_only() -> None:
    estimates = data_set("bcg_RR")
    found = waap(estimates)
    mean = pool(estimates, tau2="EE").estimate
    powered = np.sqrt(estimates.v) < abs(mean) / 2.8
    assert [label in found.powered for label in estimates.labels] == powered.tolist()
    assert found.method == "WAAP"
    part = EffectEstimates.from_arrays("RR", estimates.y[powered], estimates.v[powered])
    assert found.result.estimate == pytest.approx(pool(part, tau2="EE").estimate, rel=1e-12)
    assert found.result.k == len(found.powered) > 1


def test_waap_without_power() -> None:
    found = waap(data_set("raudenbush1985"))
    assert found.method == "WLS"
    assert found.result == found.all_studies
    assert found.cautions[-1].code == "hardly_any_power"
    one = waap(EffectEstimates.from_arrays("MD", [0.3], [0.1]))
    assert one.result.se is None
    assert waap(data_set("edge_identical")).result.se is None
    with pytest.raises(DataError, match="no estimates"):
        waap(EffectEstimates.from_arrays("MD", [], []))


@pytest.mark.parametrize("tau2", ["DL", "REML"])
@pytest.mark.parametrize("name", WITNESS)
def test_limit_meta_analysis_by_minimising_in_r(name: str, tau2: str) -> None:
    found, expected = (
        limit_meta_analysis(witnessed(name), tau2=tau2),
        WITNESS[name][f"limit_{tau2}"],
    )
    for key in ("tau2", "bias", "slope", "estimate", "se", "q", "q_residual", "q_residual_p"):
        assert getattr(found, key) == pytest.approx(expected[key], rel=1e-6), key
    assert [found.interval.low, found.interval.high] == pytest.approx(expected["ci"], rel=1e-6)
    assert found.q_small == pytest.approx(expected["q_small"], rel=1e-6, abs=1e-9)
    assert found.q_small_p == pytest.approx(expected["q_small_p"], rel=1e-6)
    assert found.limit_effects == pytest.approx(np.array(expected["limit_effects"]), rel=1e-6)
    assert found.q_small + found.q_residual == pytest.approx(found.q, rel=1e-12)


def test_standard_error_of_the_limit_by_simulation() -> None:
    """Effects drawn from the model scatter as the standard error says, tau2 known."""
    rng, v, tau = np.random.default_rng(7), np.linspace(0.01, 0.5, 12), 0.3
    s = np.sqrt(v + tau**2)
    design = np.column_stack([np.ones(12), 1 / s])
    y = 0.2 + s * (1.0 + rng.normal(size=(200_000, 12)))
    alpha, beta = np.linalg.lstsq(design, (y / s).T, rcond=None)[0]
    assert _standard_error(v, s, tau) == pytest.approx(np.std(beta + tau * alpha), rel=0.01)


@pytest.mark.parametrize("name", WITNESS)
def test_lines_and_powered_studies_by_lm(name: str) -> None:
    estimates = witnessed(name)
    found, powered = pet_peese(estimates), waap(estimates)
    for line, key in ((found.pet, "pet"), (found.peese, "peese")):
        expected = WITNESS[name][key]
        assert line.limit == pytest.approx(expected["estimate"], rel=1e-8)
        assert line.limit_se == pytest.approx(expected["se"], rel=1e-8)
        assert line.p_value == pytest.approx(expected["slope_p"], rel=1e-8)
        assert line.df == expected["df"]
    expected = WITNESS[name]["waap"]
    assert len(powered.powered) == expected["powered"]
    assert powered.result.k == expected["k"]
    assert powered.result.estimate == pytest.approx(expected["estimate"], rel=1e-10)
    assert powered.result.se == pytest.approx(expected["se"], rel=1e-10)
    assert powered.result.p_value == pytest.approx(expected["p_value"], rel=1e-9)


def test_limit_effects_follow_the_model() -> None:
    found = limit_meta_analysis(SMOKING, tau2="DL")
    s = np.sqrt(SMOKING.v + found.tau2)
    slope, bias = np.polyfit(1 / s, SMOKING.y / s, 1)
    assert (found.slope, found.bias) == pytest.approx((slope, bias), rel=1e-9)
    error = (SMOKING.y - slope) / s  # alpha + epsilon
    assert found.limit_effects == pytest.approx(slope + np.sqrt(found.tau2) * error)
    homogeneous = limit_meta_analysis(data_set("edge_tau0_boundary"))
    assert homogeneous.tau2 == 0.0
    assert np.ptp(homogeneous.limit_effects) == 0.0


def test_limit_meta_analysis_refuses_what_it_cannot_extrapolate() -> None:
    for y, v in (([0.1, 0.4], [0.1, 0.2]), ([0.1, 0.4, 0.3], [0.1, 0.1, 0.1])):
        with pytest.raises(DataError, match="three or more whose standard errors differ"):
            limit_meta_analysis(EffectEstimates.from_arrays("MD", y, v))
    assert limit_meta_analysis(data_set("edge_identical")).estimate == pytest.approx(0.37)


@pytest.mark.parametrize("name", WITNESS)
def test_p_curve_by_noncentral_chi_squared_in_r(name: str) -> None:
    found, expected = p_curve(witnessed(name)), WITNESS[name]["p_curve"]
    assert (found.below_05, found.below_025) == (expected["below_05"], expected["below_025"])
    for key in ("right_skew", "right_skew_half", "flatness", "flatness_half"):
        test = getattr(found, key)
        assert test.k == expected[key]["k"]
        # Where a probability is within 1e-9 of 1, R's tail is the better or the worse one.
        assert test.z == pytest.approx(expected[key]["z"], rel=1e-6), key
        assert test.p_value == pytest.approx(norm.cdf(expected[key]["z"]), rel=1e-4)
    for key in ("right_skew_binomial", "flatness_binomial"):
        assert getattr(found, key) == pytest.approx(expected[key], rel=1e-8)
    power = [found.power, found.power_interval.low, found.power_interval.high]
    assert power == pytest.approx(expected["power"], rel=1e-6)
    full, half = (norm.cdf(expected[n]["z"]) for n in ("right_skew", "right_skew_half"))
    assert found.evidential_value == (half < 0.05 or max(full, half) < 0.1)


def test_p_curve_probabilities_by_hand() -> None:
    """One study with z = 2.5; power 1/3 is a mean shift of about 1.53."""
    found = p_curve(EffectEstimates.from_arrays("MD", [2.5], [1.0]))
    p = 2 * norm.sf(2.5)
    assert found.right_skew is not None
    assert found.right_skew.p_value == pytest.approx(p / 0.05, rel=1e-10)
    assert found.right_skew_half is not None
    assert found.right_skew_half.p_value == pytest.approx(p / 0.025, rel=1e-10)
    shift = brentq(lambda m: norm.sf(1.959963985, m) + norm.cdf(-1.959963985, m) - 1 / 3, 0, 5)
    share = {
        a: norm.sf(norm.isf(a / 2), shift) + norm.cdf(-norm.isf(a / 2), shift)
        for a in (0.05, 0.025)
    }
    beyond = norm.sf(2.5, shift) + norm.cdf(-2.5, shift)
    assert found.flatness is not None
    assert found.flatness.p_value == pytest.approx(1 - beyond / share[0.05], rel=1e-7)
    assert found.flatness_half is not None
    assert found.flatness_half.p_value == pytest.approx(1 - beyond / share[0.025], rel=1e-7)


def test_p_curve_of_real_effects_and_of_none() -> None:
    rng = np.random.default_rng(3)
    strong = p_curve(EffectEstimates.from_arrays("MD", rng.normal(3, 1, 300), np.ones(300)))
    assert strong.power == pytest.approx(norm.sf(1.96 - 3), abs=0.05)
    assert strong.evidential_value
    null = p_curve(EffectEstimates.from_arrays("MD", rng.normal(0, 1, 6000), np.ones(6000)))
    assert not null.evidential_value
    assert null.inadequate
    assert null.power is not None
    assert null.power < 0.12
    extreme = p_curve(EffectEstimates.from_arrays("MD", [50.0], [1.0]))
    assert extreme.power == 0.99


def test_no_p_curve() -> None:
    found = p_curve(EffectEstimates.from_arrays("MD", [0.1], [1.0]))
    assert found.power is None
    assert found.cautions[-1].code == "no_p_curve"
    with pytest.raises(DataError, match="no estimates"):
        p_curve(EffectEstimates.from_arrays("MD", [], []))


def test_funnel_plot() -> None:
    estimates = data_set("bcg_RR", "RR")
    found = funnel_plot(estimates)
    assert found.centre == pytest.approx(pool(estimates, tau2="EE").estimate, rel=1e-12)
    assert [c.alpha for c in found.contours] == [0.1, 0.05, 0.01]
    contour = found.contours[1]
    inside = np.interp(found.se, found.se_axis, contour.high) > np.abs(found.effect)
    assert ((found.p_value > 0.05) == inside).all()
    assert found.se_axis[0] == 0.0
    assert found.se_axis[-1] > found.se.max()
    half = (found.funnel_high - found.funnel_low) / 2
    assert half == pytest.approx(norm.ppf(0.975) * found.se_axis)
    random = funnel_plot(estimates, tau2="REML")
    assert random.centre == pytest.approx(pool(estimates).estimate, rel=1e-12)


def test_funnel_plot_without_a_null_value_and_its_options() -> None:
    proportions = EffectEstimates.from_arrays("PLO", [-1.0, -2.0], [0.1, 0.2])
    found = funnel_plot(proportions, tau2="REML")
    assert found.contours == ()
    assert np.isnan(found.p_value).all()
    assert found.cautions[0].code == "fewer_than_ten_studies"
    assert funnel_plot(EffectEstimates.from_arrays("MD", [1.0], [0.1])).centre == 1.0
    with pytest.raises(UsageError, match="between 0 and 1"):
        funnel_plot(proportions, contours=(95.0,))
    with pytest.raises(DataError, match="no estimates"):
        funnel_plot(EffectEstimates.from_arrays("MD", [], []))
