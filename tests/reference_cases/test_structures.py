"""Several outcomes, a network, and a variance that depends on moderators, against metafor."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.reference_cases.harvest import assert_close, data, estimates, harvest

from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.location_scale import location_scale
from ketameta.pooling.multilevel_choices import MultilevelChoices
from ketameta.pooling.multilevel_multivariate import multivariate
from ketameta.pooling.network import contrasts_from_arms, network
from ketameta.pooling.pool import pool
from ketameta.pooling.regression_choices import RegressionChoices
from ketameta.pooling.regression_formula import design_from_formula
from ketameta.sensitivity.leave_cluster_out import leave_cluster_out
from ketameta.sensitivity.selected_estimates import selected_estimates

CASES = harvest("structures")["cases"]


def of_kind(kind: str) -> list[int]:
    return [i for i, case in enumerate(CASES) if case["kind"] == kind]


@pytest.mark.parametrize("index", of_kind("multivariate"))
def test_two_outcomes_of_five_trials(index: int) -> None:
    case, columns = CASES[index], data("structures", "berkey")
    k = len(columns["yi"])
    known = np.zeros((k, k))
    for i in range(0, k, 2):  # rows come in pairs, each with its row of the covariance matrix
        for row in (i, i + 1):
            known[row, i], known[row, i + 1] = columns["v1i"][row], columns["v2i"][row]
    found = multivariate(
        estimates("structures", "berkey"),
        [str(trial) for trial in columns["trial"]],
        columns["outcome"],
        structure=case["structure"],
        covariance=known,
        choices=MultilevelChoices(method=case["method"], test="wald"),
    )
    fit = found.reml if case["method"] == "REML" else found.ml
    assert -1e-10 <= fit.log_likelihood - case["ll"] < 1e-7
    for name, beta, se in zip(case["names"], case["beta"], case["se"], strict=True):
        (one,) = (x for x in found.coefficients if name in x.name)
        # metafor stops up to 5e-9 below the maximum of the likelihood, where it is flat: four
        # digits are its own. That ours is not lower is asserted above.
        assert_close(one.estimate, beta, 1e-4, one.se)
        assert_close(one.se, se, 1e-4)


@pytest.mark.parametrize("index", of_kind("location-scale"))
def test_variance_that_depends_on_size(index: int) -> None:
    case, columns = CASES[index], data("structures", "scale")
    found = location_scale(
        estimates("structures", "scale"),
        design_from_formula("~ x", columns),
        design_from_formula("~ z", columns),
        RegressionChoices(tau2=case["method"], interval="wald"),
    )
    assert -1e-12 <= found.fit.log_likelihood - case["ll"] < 1e-11
    for i in (0, 1):
        assert_close(found.location[i].estimate, case["beta"][i], 1e-6, 1e-2)
        assert_close(found.location[i].se, case["se"][i], 1e-6)
        assert_close(found.scale[i].estimate, case["alpha"][i], 1e-6, 1e-2)
        assert_close(found.scale[i].se, case["se_alpha"][i], 1e-6)


@pytest.mark.parametrize("index", of_kind("network"))
def test_diabetes_network(index: int) -> None:
    case, columns = CASES[index], data("structures", "senn")
    rows = contrasts_from_arms("MD", columns)
    found = network(rows, PoolingChoices(case["method"], "wald", "z"), reference="placebo")
    names = list(found.network.treatments)
    placebo = names.index("placebo")
    for name, beta, se in zip(case["names"], case["beta"], case["se"], strict=True):
        assert_close(float(found.estimate[names.index(name), placebo]), beta, 1e-6, 1e-2)
        assert_close(float(found.se[names.index(name), placebo]), se, 1e-6)
    assert_close(found.tau2, case["tau2"], 1e-6, 1e-9)
    if case["method"] == "EE":
        by_arms(columns, case)


def by_arms(columns: dict[str, list[Any]], case: dict[str, Any]) -> None:
    """The same by another way: least squares on arms with an intercept for each trial."""
    trials, v = list(dict.fromkeys(columns["study"])), []
    x = np.zeros((len(columns["study"]), len(trials) + len(case["names"])))
    for i, (study, treatment) in enumerate(
        zip(columns["study"], columns["treatment"], strict=True)
    ):
        x[i, trials.index(study)] = 1.0
        if treatment in case["names"]:
            x[i, len(trials) + case["names"].index(treatment)] = 1.0
        v.append(columns["sdi"][i] ** 2 / columns["ni"][i])
    w = 1.0 / np.array(v)
    beta = np.linalg.solve(x.T @ (w[:, None] * x), x.T @ (w * np.array(columns["mi"])))
    np.testing.assert_allclose(beta[len(trials) :], case["beta"], rtol=1e-9)


def test_without_a_cluster_is_pooling_the_others() -> None:
    found = estimates("structures", "berkey")
    trials = [str(trial) for trial in data("structures", "berkey")["trial"]]
    without = leave_cluster_out(found, trials)
    assert len(without) == len(set(trials))
    for (left_out, one), trial in zip(without, dict.fromkeys(trials), strict=True):
        assert left_out == trial
        rest = pool(selected_estimates(found, np.array([t != trial for t in trials])))
        assert one.estimate == rest.estimate
        assert one.interval == rest.interval
