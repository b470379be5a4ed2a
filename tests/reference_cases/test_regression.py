"""Meta-regression against metafor: formulas as R writes them, every estimator."""

from __future__ import annotations

import numpy as np
import pytest
from tests.reference_cases.harvest import assert_close, data, estimates, harvest

from ketameta.pooling.regression import regress
from ketameta.pooling.regression_choices import RegressionChoices
from ketameta.pooling.regression_prediction import predict_studies

CASES = harvest("regression")["cases"]
INTERVALS = {"z": "wald", "t": "t", "knha": "hksj"}


@pytest.mark.parametrize("formula", sorted({case["formula"] for case in CASES}))
def test_every_number_of_a_regression(formula: str) -> None:
    for case in (case for case in CASES if case["formula"] == formula):
        found = estimates("regression", case["data"])
        settled = RegressionChoices(case["method"], INTERVALS[case["test"]])
        result = regress(found, formula, data("regression", case["data"]), settled)
        for i, one in enumerate(result.coefficients):
            assert_close(one.estimate, case["beta"][i], 1e-7, one.se)
            assert_close(one.se, case["se"][i], 1e-7)
            assert_close(one.p_value, case["pval"][i], 1e-6, 1e-12)
        assert result.omnibus is not None
        assert_close(result.omnibus.statistic, case["QM"], 1e-7)
        assert_close(result.omnibus.p_value, case["QMp"], 1e-6, 1e-12)
        spread = result.heterogeneity
        assert_close(spread.tau2, case["tau2"], 1e-7, 1e-6)
        assert_close(spread.q, case["QE"], 1e-9)
        if case["method"] == "EE":
            continue
        assert_close(spread.tau2_se, case["se_tau2"], 1e-6)
        assert_close(spread.i2, case["I2"], 1e-6, 1e-2)
        if case["R2"] is not None:
            assert_close(result.r2, case["R2"], 1e-6, 1e-2)
        if "vb" in case:
            expected = np.atleast_2d(case["vb"])
            np.testing.assert_allclose(result.covariance, expected, rtol=1e-6, atol=1e-12)
            ahead = predict_studies(result)
            np.testing.assert_allclose(ahead.estimate, case["pred"], rtol=1e-7, atol=1e-9)
        if "QP" in case:
            assert_close(spread.tau2_interval.low, case["QP"][0], 1e-6, 1e-6)
            assert_close(spread.tau2_interval.high, case["QP"][1], 1e-6)


def test_without_an_intercept_metafor_subtracts_the_mean_from_the_effects() -> None:
    """metafor 3.8-1 then finds Q 151.6057: that of effects less their mean. R's lm finds ours."""
    columns = data("regression", "bcg")
    found = estimates("regression", "bcg")
    result = regress(found, "~ 0 + year", columns, RegressionChoices("DL", "wald"))

    def q_of(y: np.ndarray) -> float:
        x, w = np.asarray(columns["year"], dtype=float), 1.0 / found.v
        slope = np.sum(w * x * y) / np.sum(w * x * x)
        return float(np.sum(w * (y - slope * x) ** 2))

    assert_close(result.heterogeneity.q, 153.10494068085, 1e-12)
    assert_close(result.heterogeneity.q, q_of(found.y), 1e-10)
    assert_close(q_of(found.y - found.y.mean()), 151.605709855514, 1e-10)
