"""Pooled means, intervals, predictions and heterogeneity against metafor (tight control)."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.pool import pool
from ketameta.pooling.result import PooledResult

FOLDER = Path(__file__).parents[1] / "reference" / "pooling"
METAFOR = json.loads((FOLDER / "univariate.json").read_text())
FIFTY_DIGITS = json.loads((FOLDER / "fifty_digits.json").read_text())
COLUMNS = METAFOR["tests_columns"]
SEVERAL = [name for name, data in METAFOR["datasets"].items() if len(data["y"]) > 1]
METHODS = ["REML", "DL", "PM", "ML", "EB", "HE", "HS", "SJ"]
# metafor's HKSJ intervals have no width here and its "riley" interval for k = 2 borrows a degree
# of freedom; what is done instead stands in test_pool_degenerate.
IDENTICAL = "edge_identical"
# tau2 is 0; metafor's iterations end up to 4e-13 above it.
LOOSE = {"edge_near_boundary"}
PAIRS = [(name, method) for name in SEVERAL for method in METHODS]
SCALED_PAIRS = [(name, method) for name, method in PAIRS if name != IDENTICAL]
RILEY_PAIRS = [(name, method) for name, method in PAIRS if not name.startswith("edge_k2")]
INTERVAL_CASES = [
    (*pair, interval, test)
    for interval, test, pairs in (
        ("wald", "z", PAIRS),
        ("hksj", "knha", SCALED_PAIRS),
        ("t", "t", PAIRS),
    )
    for pair in pairs
]
PREDICTION_CASES = [
    (*pair, prediction, test)
    for prediction, test, pairs in (
        ("z", "z", PAIRS),
        ("t(k-1)-plain", "t", PAIRS),
        ("t(k-1)", "knha", SCALED_PAIRS),
        ("hksj", "knha", SCALED_PAIRS),
        ("t(k-2)", "riley", RILEY_PAIRS),
    )
    for pair in pairs
]


@functools.cache
def result_of(name: str, **choices: Any) -> PooledResult:
    data = METAFOR["datasets"][name]
    return pool(EffectEstimates.from_arrays("MD", data["y"], data["v"]), **choices)


def reference(name: str, method: str, test: str) -> dict[str, float]:
    return dict(zip(COLUMNS, METAFOR["results"][name][method][test], strict=True))


def tolerance(name: str, method: str) -> float:
    if method in {"DL", "HE", "HS", "SJ"}:
        return 1e-12
    return 1e-9 if name in LOOSE else 1e-10


@pytest.mark.parametrize(("name", "method", "interval", "test"), INTERVAL_CASES)
def test_mean_and_interval(name: str, method: str, interval: str, test: str) -> None:
    result = result_of(name, tau2=method, interval=interval)
    expected, close = reference(name, method, test), tolerance(name, method)
    scale = 1e-14 * abs(result.estimate)
    assert result.estimate == pytest.approx(METAFOR["results"][name][method]["estimate"], rel=close)
    assert result.se == pytest.approx(expected["se"], rel=close)
    assert result.statistic == pytest.approx(expected["stat"], rel=close)
    assert result.df == expected["ddf"]
    assert result.p_value == pytest.approx(expected["pval"], rel=30 * close)
    assert result.interval.low == pytest.approx(expected["ci_lb"], rel=10 * close, abs=scale)
    assert result.interval.high == pytest.approx(expected["ci_ub"], rel=10 * close, abs=scale)


@pytest.mark.parametrize(("name", "method", "prediction", "test"), PREDICTION_CASES)
def test_prediction_interval(name: str, method: str, prediction: str, test: str) -> None:
    found = result_of(name, tau2=method, prediction=prediction).prediction
    if test == "riley":
        low, high = METAFOR["results"][name][method]["pi_riley"]
    else:
        expected = reference(name, method, test)
        low, high = expected["pi_lb"], expected["pi_ub"]
    # At tau2 = 4e-13 instead of 0, sqrt(tau2) moves metafor's limits by 1e-7 of themselves.
    close = 1e-6 if name in LOOSE else 10 * tolerance(name, method)
    assert (found.low, found.high) == pytest.approx((low, high), rel=close, abs=1e-13)


@pytest.mark.parametrize(("name", "method"), PAIRS)
def test_heterogeneity(name: str, method: str) -> None:
    found = result_of(name, tau2=method).heterogeneity
    expected, close = METAFOR["results"][name][method], tolerance(name, method)
    small = 1e-8 if name in LOOSE else 1e-13
    assert found.i2 == pytest.approx(expected["I2"], rel=10 * close, abs=100 * small)
    assert found.h2 == pytest.approx(expected["H2"], rel=10 * close, abs=small)
    assert found.q == pytest.approx(expected["Q"], rel=1e-12, abs=1e-13)
    assert found.q_p == pytest.approx(expected["Qp"], rel=1e-10)


@pytest.mark.parametrize("name", SEVERAL)
def test_q_profile_limits(name: str) -> None:
    found = result_of(name).heterogeneity.tau2_interval
    expected = METAFOR["results"][name]["REML"]
    if expected["qp_empty"]:
        # metafor prints 0 to 0 here, and warns; there is no such interval.
        assert (found.low, found.high) == (None, None)
        return
    assert found.low == pytest.approx(expected["qp"][0], rel=1e-10, abs=1e-12)
    assert found.high == pytest.approx(expected["qp"][1], rel=1e-10)


@pytest.mark.parametrize("name", SEVERAL)
def test_q_profile_limits_to_fifty_digits(name: str) -> None:
    truth = FIFTY_DIGITS["results"][name]["REML"]
    found = result_of(name).heterogeneity.tau2_interval
    for side, key in ((found.low, "QP_tau2_lb"), (found.high, "QP_tau2_ub")):
        if truth.get(key) is not None and side is not None:
            assert side == pytest.approx(truth[key], rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("name", SEVERAL)
@pytest.mark.parametrize("method", ["REML", "ML", "PM"])
def test_standard_errors_to_fifty_digits(name: str, method: str) -> None:
    truth = FIFTY_DIGITS["results"][name][method]
    plain = result_of(name, tau2=method, interval="wald")
    assert plain.estimate == pytest.approx(truth["estimate"], rel=1e-13)
    assert plain.se == pytest.approx(truth["se"], rel=1e-13)
    if name != IDENTICAL:
        scaled = result_of(name, tau2=method)
        assert scaled.se == pytest.approx(truth["se_hk"], rel=1e-12)


@pytest.mark.parametrize(("name", "method"), SCALED_PAIRS)
def test_beside_the_hksj_interval(name: str, method: str) -> None:
    result = result_of(name, tau2=method)
    close = 10 * tolerance(name, method)
    normal, guarded = reference(name, method, "z"), reference(name, method, "adhoc")
    for interval, expected in (
        (result.wald_interval, normal),
        (result.guarded_interval, guarded),
    ):
        assert interval is not None
        assert interval.low == pytest.approx(expected["ci_lb"], rel=close, abs=1e-13)
        assert interval.high == pytest.approx(expected["ci_ub"], rel=close, abs=1e-13)
    ratio = reference(name, method, "knha")["se"] / normal["se"]
    assert result.hksj_factor == pytest.approx(ratio**2, rel=close)


@pytest.mark.parametrize("name", SEVERAL)
def test_weights(name: str) -> None:
    found = result_of(name).weights
    assert found == pytest.approx(METAFOR["results"][name]["REML"]["weights_pct"], rel=1e-9)
    assert np.sum(found) == pytest.approx(100.0, rel=1e-14)


@pytest.mark.parametrize("name", SEVERAL)
@pytest.mark.parametrize(("interval", "test"), [("wald", "z"), ("t", "t")])
def test_equal_effects(name: str, interval: str, test: str) -> None:
    result = result_of(name, tau2="EE", interval=interval)
    expected, whole = reference(name, "EE", test), METAFOR["results"][name]["EE"]
    assert result.estimate == pytest.approx(whole["estimate"], rel=1e-12)
    assert result.interval.low == pytest.approx(expected["ci_lb"], rel=1e-12, abs=1e-14)
    assert result.interval.high == pytest.approx(expected["ci_ub"], rel=1e-12, abs=1e-14)
    # metafor's I2 and H2 are Q-based under equal effects.
    assert result.heterogeneity.i2_q == pytest.approx(whole["I2"], rel=1e-12, abs=1e-12)
    assert result.heterogeneity.h2_q == pytest.approx(whole["H2"], rel=1e-12, abs=1e-14)
    assert result.heterogeneity.i2 is None
    assert result.prediction.low is None
