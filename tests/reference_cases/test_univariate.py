"""Pooled means, tau2 and heterogeneity against metafor, on data sets of every kind."""

from __future__ import annotations

from typing import Any

import pytest
from tests.reference_cases.harvest import assert_close, estimates, harvest, scale_of

from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool

CASES = harvest("univariate")["cases"]
INTERVALS = {"z": "wald", "t": "t", "knha": "hksj", "adhoc": "hksj-guarded"}
NAMES = sorted({case["data"] for case in CASES})


def choices(case: dict[str, Any], **more: str) -> PoolingChoices:
    prediction = "z" if case["test"] == "z" else "t(k-1)"
    return PoolingChoices(case["method"], INTERVALS[case["test"]], prediction, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NAMES)
def test_every_estimator_and_interval(name: str) -> None:
    found = estimates("univariate", name)
    for case in (case for case in CASES if case["data"] == name):
        result = pool(found, choices(case))
        spread, small = result.heterogeneity, 1e-4 * scale_of(found)
        assert_close(spread.tau2, case["tau2"], 1e-7, small)
        assert_close(spread.q, case["QE"], 1e-10)
        assert_close(spread.q_p, case["QEp"], 1e-8)
        equal = case["method"] == "EE"
        assert_close(spread.i2_q if equal else spread.i2, case["I2"], 1e-6, 1e-2)
        assert_close(spread.h2_q if equal else spread.h2, case["H2"], 1e-7)
        if "estimate" not in case:
            continue
        assert_close(result.estimate, case["estimate"], 1e-7, result.se)
        assert_close(result.se, case["se"], 1e-7)
        assert_close(result.p_value, case["pval"], 1e-6, 1e-12)
        assert_close(result.interval.low, case["ci_lb"], 1e-7, result.se)
        assert_close(result.interval.high, case["ci_ub"], 1e-7, result.se)
        if case["se_tau2"] is not None and not equal:
            assert_close(spread.tau2_se, case["se_tau2"], 1e-7)
        if "pi_lb" in case:
            assert_close(result.prediction.low, case["pi_lb"], 1e-7, result.se)
            assert_close(result.prediction.high, case["pi_ub"], 1e-7, result.se)


@pytest.mark.parametrize("method", ["QP", "PL"])
def test_intervals_of_tau2(method: str) -> None:
    compared = 0
    for case in (case for case in CASES if method in case):
        found = estimates("univariate", case["data"])
        limits = pool(found, choices(case, tau2_interval=method)).heterogeneity.tau2_interval
        if limits.low is None:  # an empty set, which metafor prints as 0 to 0
            assert case[method] == [0, 0]
            continue
        compared += 1
        assert_close(limits.low, case[method][0], 1e-6, 1e-4 * scale_of(found))
        assert_close(limits.high, case[method][1], 1e-6, 1e-4 * scale_of(found))
    assert compared >= 12
