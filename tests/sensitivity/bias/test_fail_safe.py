"""Fail-safe N and excess significance against metafor."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from tests.sensitivity.reference import data_set, reference

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.pool import pool
from ketameta.sensitivity.bias.excess_significance import (
    PowerModel,
    excess_significance,
    study_power,
)
from ketameta.sensitivity.bias.fail_safe import FailSafe, orwin, rosenberg, rosenthal

FSN = reference("fail_safe")["results"]


def fail_safe(case: str) -> FailSafe:
    args, estimates = FSN[case]["args"], data_set(case.split("/")[0])
    if args["type"] == "Orwin":
        weighted = args.get("weighted", False)
        return orwin(estimates, target=args.get("target"), weighted=weighted)
    method = rosenthal if args["type"] == "Rosenthal" else rosenberg
    return method(estimates, alpha=args["alpha"])


@pytest.mark.parametrize("case", FSN)
def test_metafor_fsn(case: str) -> None:
    found, expected = fail_safe(case), FSN[case]
    assert found.n == expected["fsnum"]
    for theirs, ours in {"meanes": found.mean, "target": found.target}.items():
        if theirs in expected:
            assert ours == pytest.approx(expected[theirs], rel=1e-12)
    if "pval" in expected:
        assert found.p_value == pytest.approx(expected["pval"], rel=1e-9)
    assert found.cautions[-1].code == "fail_safe_n_discouraged"


def test_added_studies_do_undo_the_result() -> None:
    estimates = data_set("bcg_RR")
    number = rosenberg(estimates).n
    assert number is not None
    average = 13 / np.sum(1 / estimates.v)
    for extra, undone in ((number, True), (number - 1, False)):
        joined = EffectEstimates.from_arrays(
            "RR",
            np.concatenate([estimates.y, np.zeros(extra)]),
            np.concatenate([estimates.v, np.full(extra, average)]),
        )
        assert ((pool(joined, tau2="EE").p_value or 0.0) >= 0.05) == undone
    n = rosenthal(estimates).n
    assert n is not None
    total = abs(np.sum(estimates.y / np.sqrt(estimates.v)))
    assert total / np.sqrt(13 + n) <= 1.6448537 < total / np.sqrt(13 + n - 1)
    assert rosenthal(estimates).tolerance == 75


def test_targets_of_orwin() -> None:
    estimates = data_set("bcg_RR")
    assert orwin(estimates, target=0.0).n is None
    assert orwin(estimates, target=0.3).cautions[-1].code == "target_out_of_reach"
    assert orwin(estimates, target=-2.0).n == 0
    nothing = EffectEstimates.from_arrays("MD", [0.0, 0.0], [0.1, 0.2])
    assert orwin(nothing).n == 0
    assert rosenthal(nothing).n == 0
    assert rosenberg(nothing).n == 0


def test_fail_safe_options() -> None:
    with pytest.raises(UsageError, match="not between 0 and 1"):
        rosenthal(data_set("edge_k3"), alpha=5.0)
    with pytest.raises(UsageError, match="not a number"):
        orwin(data_set("edge_k3"), target=float("nan"))
    with pytest.raises(DataError, match="no estimates"):
        rosenberg(EffectEstimates.from_arrays("MD", [], []))


TES = reference("excess_significance")["results"]
NAMES = {"binom": "binomial"}


@pytest.mark.parametrize("case", TES)
def test_metafor_tes(case: str) -> None:
    expected = TES[case]
    args = dict(expected["args"])
    test = NAMES.get(expected["test"], expected["test"])
    alternative = args.get("alternative", "two-sided")
    model = PowerModel(
        theta=args.get("theta"),
        tau2=args.get("tau2", 0.0),
        null=args.get("H0", 0.0),
        alpha=args.get("alpha", 0.05),
        alternative=alternative,
    )
    found = excess_significance(data_set(case.split("/")[0]), model, test=test)
    assert found.observed == expected["O"]
    assert found.expected == pytest.approx(expected["E"], rel=1e-10)
    assert found.theta == pytest.approx(expected["theta"], rel=1e-12)
    assert found.p_value == pytest.approx(expected["pval"], rel=1e-9)
    if "X2" in expected:
        assert found.statistic == pytest.approx(expected["X2"], rel=1e-9)
    if "power" in expected:
        assert found.power == pytest.approx(expected["power"], rel=1e-9)
    if alternative == "less" and found.theta > 0.0:
        return  # metafor searches on the side of theta, where there is nothing to find
    limit = expected["theta_lim"][0]
    if limit is None:
        assert found.limit is None
    else:
        assert found.limit == pytest.approx(limit, abs=1e-4)


def test_limit_is_where_the_p_value_is_a_tenth() -> None:
    found = excess_significance(data_set("bcg_RR"))
    again = excess_significance(data_set("bcg_RR"), PowerModel(theta=found.limit))
    assert again.p_value == pytest.approx(0.1, rel=1e-9)


def test_exact_distribution_by_enumeration() -> None:
    found = excess_significance(data_set("normand1999_SMD"))
    total = 0.0
    for hits in product((0, 1), repeat=9):
        if sum(hits) >= found.observed:
            total += float(np.prod(np.where(hits, found.power, 1 - found.power)))
    assert found.p_value == pytest.approx(total, rel=1e-12)


def test_power_with_heterogeneity_by_quadrature() -> None:
    v, model = np.array([0.04, 0.3]), PowerModel(tau2=0.1, alternative="greater")
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    average = sum(
        w * study_power(v, 0.25 + np.sqrt(0.1) * x, PowerModel(alternative="greater"))
        for x, w in zip(nodes, weights, strict=True)
    ) / np.sqrt(2 * np.pi)
    assert study_power(v, 0.25, model) == pytest.approx(average, rel=1e-8)


def test_extremes_and_options() -> None:
    sure = EffectEstimates.from_arrays("MD", np.full(12, 5.0), np.full(12, 1e-6))
    for test in ("exact", "binomial", "chi2"):
        found = excess_significance(sure, test=test)
        assert found.expected == 12.0
        assert 0.0 <= found.p_value <= 1.0
    assert excess_significance(data_set("edge_k3")).cautions[0].code == "fewer_than_ten_studies"
    with pytest.raises(UsageError, match="no test 'x'"):
        excess_significance(sure, test="x")
    with pytest.raises(UsageError, match="no alternative"):
        PowerModel(alternative="both")
    with pytest.raises(UsageError, match="alpha"):
        PowerModel(alpha=0.0)
    with pytest.raises(UsageError, match="0 or more"):
        PowerModel(tau2=-1.0)
    with pytest.raises(DataError, match="no estimates"):
        excess_significance(EffectEstimates.from_arrays("MD", [], []))
