"""Coordinates of plots against metafor and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm, t
from tests.sensitivity.reference import data_set, reference

from ketameta.errors import DataError, UsageError
from ketameta.measures.arms import Counts
from ketameta.measures.effects import effects
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool
from ketameta.sensitivity.drapery import drapery_plot
from ketameta.sensitivity.labbe import labbe_plot
from ketameta.sensitivity.likelihood_profile import likelihood_profile
from ketameta.sensitivity.normal_quantiles import normal_quantiles
from ketameta.sensitivity.radial import radial_plot

METAFOR = reference("plots")
NONE = EffectEstimates.from_arrays("MD", [], [])
ONE = EffectEstimates.from_arrays("MD", [0.3], [0.04])


@pytest.mark.parametrize("method", ["REML", "EE"])
def test_radial_plot(method: str) -> None:
    found, expected = radial_plot(data_set("bcg_RR"), tau2=method), METAFOR["radial"][method]
    assert found.precision == pytest.approx(expected["x"], rel=1e-8)
    assert found.z == pytest.approx(expected["y"], rel=1e-8)
    assert found.slope == pytest.approx(pool(data_set("bcg_RR"), tau2=method).estimate, rel=1e-9)
    distance = np.abs(found.z - found.slope * found.precision)
    assert ((distance > found.half_width) == found.outside).all()


def test_radial_plot_of_one_study_and_none() -> None:
    assert radial_plot(ONE, tau2="REML").precision == pytest.approx([5.0])
    with pytest.raises(DataError, match="no estimates"):
        radial_plot(NONE)


@pytest.mark.parametrize("kind", ["rstandard", "rstudent"])
def test_normal_quantiles(kind: str) -> None:
    found = normal_quantiles(data_set("bcg_RR"), deleted=kind == "rstudent")
    expected = METAFOR["qq"][kind]
    order = np.argsort(expected["y"])
    assert found.residual == pytest.approx(np.array(expected["y"])[order], rel=1e-7)
    assert found.quantile == pytest.approx(np.array(expected["x"])[order], rel=1e-8)
    assert found.deleted == (kind == "rstudent")
    assert (found.envelope_low < found.quantile).all()
    assert (found.envelope_high > found.quantile).all()


def test_envelope_covers_what_it_says() -> None:
    estimates = data_set("raudenbush1985")
    found = normal_quantiles(estimates, tau2="EE", level=0.8)
    rng = np.random.default_rng(1)
    inside = []
    for _ in range(400):
        drawn = EffectEstimates.from_arrays("MD", rng.normal(0, np.sqrt(estimates.v)), estimates.v)
        residual = normal_quantiles(drawn, tau2="EE").residual
        inside.append((residual > found.envelope_low) & (residual < found.envelope_high))
    assert np.mean(inside, axis=0) == pytest.approx(np.full(19, 0.8), abs=0.08)


def test_normal_quantiles_refusals() -> None:
    with pytest.raises(DataError, match="three studies"):
        normal_quantiles(data_set("edge_k2_het"))
    with pytest.raises(UsageError, match="between 0 and 1"):
        normal_quantiles(data_set("edge_k3"), level=2.0)
    assert normal_quantiles(data_set("edge_identical")).residual == pytest.approx(
        np.zeros(6), abs=1e-12
    )


@pytest.mark.parametrize("restricted", [True, False])
def test_likelihood_profile(restricted: bool) -> None:
    found = likelihood_profile(data_set("bcg_RR"), restricted=restricted)
    expected = METAFOR["profile"]
    name = "REML" if restricted else "ML"
    inside = np.array(expected["tau2"]) <= found.tau2[-1]
    at = np.interp(np.array(expected["tau2"])[inside], found.tau2, found.log_likelihood)
    assert at == pytest.approx(np.array(expected[name])[inside], abs=0.01)  # between grid points
    assert found.log_likelihood[0] == pytest.approx(expected[name][0], rel=1e-10)
    assert found.log_likelihood.max() == pytest.approx(found.peak_log_likelihood, rel=1e-12)
    assert found.peak in found.tau2
    assert found.cut_off == pytest.approx(found.peak_log_likelihood - 1.920729, abs=1e-6)
    assert found.log_likelihood[-1] < found.cut_off
    assert found.local_maxima == 1
    spread = pool(data_set("bcg_RR"), PoolingChoices(tau2=name, tau2_interval="PL"))
    above = found.tau2[found.log_likelihood >= found.cut_off]
    assert above.max() == pytest.approx(spread.heterogeneity.tau2_interval.high, rel=0.03)


def test_likelihood_profile_degenerate() -> None:
    flat = likelihood_profile(data_set("edge_identical"))
    assert flat.peak == 0.0
    assert np.isfinite(flat.log_likelihood).all()
    assert likelihood_profile(data_set("edge_k2_het")).local_maxima == 1
    with pytest.raises(DataError, match="two studies"):
        likelihood_profile(ONE)
    with pytest.raises(UsageError, match="between 0 and 1"):
        likelihood_profile(data_set("edge_k3"), level=95.0)


def test_drapery_crosses_alpha_at_the_limits() -> None:
    estimates = data_set("bcg_RR")
    result = pool(estimates)
    limits = [result.interval.low, result.interval.high]
    ahead = [result.prediction.low, result.prediction.high]
    found = drapery_plot(estimates, effect=np.array([*limits, *ahead, result.estimate]))
    assert found.pooled[:2] == pytest.approx([0.05, 0.05], rel=1e-9)
    assert found.pooled[4] == 1.0
    assert found.prediction is not None
    assert found.prediction[2:4] == pytest.approx([0.05, 0.05], rel=1e-9)
    first = 2 * norm.sf(abs(limits[0] - estimates.y[0]) / np.sqrt(estimates.v[0]))
    assert found.studies[0, 0] == pytest.approx(first, rel=1e-9)
    zero = drapery_plot(estimates, effect=np.array([0.0])).pooled[0]
    assert zero == pytest.approx(result.p_value, rel=1e-9)
    assert zero == pytest.approx(2 * t.sf(abs(result.statistic), 12), rel=1e-9)


def test_drapery_axis_holds_everything() -> None:
    estimates = data_set("bcg_RR")
    found = drapery_plot(estimates)
    assert found.effect[0] < estimates.y.min()
    assert found.effect[-1] > estimates.y.max()
    assert found.pooled[0] < 0.01
    assert drapery_plot(ONE).prediction is None
    with pytest.raises(UsageError, match="Use hksj, t or wald"):
        drapery_plot(estimates, PoolingChoices(interval="henmi-copas"))
    with pytest.raises(DataError, match="finite numbers"):
        drapery_plot(estimates, effect=np.array([np.nan]))
    with pytest.raises(DataError, match="no estimates"):
        drapery_plot(NONE)


TWO = Counts([4, 0, 3, 6], [60, 40, 50, 70]), Counts([12, 0, 9, 11], [60, 42, 50, 69])


@pytest.mark.parametrize("code", ["OR", "RR", "RD"])
def test_labbe_plot(code: str) -> None:
    found = labbe_plot(*TWO, code=code, labels=("a", "b", "c", "d"))
    assert found.risk_1 == pytest.approx([4 / 60, 0, 3 / 50, 6 / 70])
    assert found.people.tolist() == [120, 82, 100, 139]
    assert np.isnan(found.weight[1]) == (code != "RD")
    assert np.nansum(found.weight) == pytest.approx(100.0)
    result = pool(
        effects(
            code, {"ai": TWO[0].events, "n1i": TWO[0].n, "ci": TWO[1].events, "n2i": TWO[1].n}
        ).estimates
    )
    p1, p2 = found.curve[100], found.axis[100]  # risk 0.5 in group 2
    effect = {
        "OR": np.log(p1 / (1 - p1) * (1 - p2) / p2),
        "RR": np.log(p1 / p2),
        "RD": p1 - p2,
    }[code]
    assert effect == pytest.approx(result.estimate, rel=1e-9)
    assert (found.curve_low <= found.curve).all()
    assert (found.curve_high >= found.curve).all()
    assert found.curve.min() >= 0.0
    assert found.curve.max() <= 1.0


def test_labbe_plot_refusals() -> None:
    with pytest.raises(UsageError, match="OR, RR and RD"):
        labbe_plot(*TWO, code="AS")
    with pytest.raises(DataError, match="more than 0"):
        labbe_plot(Counts([1], [0]), Counts([1], [4]))
