"""Mantel-Haenszel, Peto and tests on 2x2 tables, against metafor."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ketameta.errors import DataError, UsageError
from ketameta.measures.arms import Counts, Rates
from ketameta.pooling.common_effect import Tables, pool_tables
from ketameta.pooling.mantel_haenszel import (
    mh_odds_ratio,
    mh_rate_difference,
    mh_rate_ratio,
    mh_risk_difference,
    mh_risk_ratio,
)
from ketameta.pooling.peto import peto_odds_ratio
from ketameta.pooling.result import PooledResult
from ketameta.pooling.stratified_tests import (
    NO_TEST,
    ChiSquaredTest,
    breslow_day,
    cochran_mantel_haenszel,
    tarone,
)

REFERENCE = json.loads(
    (Path(__file__).parents[1] / "reference" / "pooling" / "common_effect.json").read_text()
)
CASES = [
    (name, method)
    for name, methods in REFERENCE["results"].items()
    for method, expected in methods.items()
    if expected["estimate"] is not None
]
NONE = [
    (name, method)
    for name, methods in REFERENCE["results"].items()
    for method, expected in methods.items()
    if expected["estimate"] is None
]
FUNCTIONS = [mh_odds_ratio, mh_risk_ratio, mh_risk_difference, peto_odds_ratio]


def groups(name: str) -> tuple[Counts, Counts]:
    table = REFERENCE["tables"][name]
    return Counts(table["a"], table["n1"]), Counts(table["c"], table["n2"])


def codes(result: PooledResult) -> set[str]:
    return {caution.code for caution in result.cautions}


@pytest.mark.parametrize(("name", "method"), CASES)
def test_estimate_and_interval(name: str, method: str) -> None:
    expected = REFERENCE["results"][name][method]
    found = pool_tables(Tables.from_counts(*groups(name)), method=method)
    assert found.estimate == pytest.approx(expected["estimate"], rel=1e-12)
    assert found.se == pytest.approx(expected["se"], rel=1e-12)
    assert found.interval.low == pytest.approx(expected["ci_lb"], rel=1e-12)
    assert found.interval.high == pytest.approx(expected["ci_ub"], rel=1e-12)
    assert found.p_value == pytest.approx(expected["pval"], rel=1e-10)
    assert found.weighting == method


@pytest.mark.parametrize(("name", "method"), CASES)
def test_heterogeneity_and_weights(name: str, method: str) -> None:
    """For risk differences metafor is run with drop00 = FALSE: tables without events count."""
    expected = REFERENCE["results"][name][method]
    found = pool_tables(Tables.from_counts(*groups(name)), method=method)
    assert found.heterogeneity.q == pytest.approx(expected["QE"], rel=1e-11, abs=1e-13)
    assert found.heterogeneity.q_df == expected["k_yi"] - 1
    assert found.weights == pytest.approx(np.atleast_1d(expected["weights"]), rel=1e-10)


@pytest.mark.parametrize(("name", "method"), NONE)
def test_estimates_that_do_not_exist_are_explained(name: str, method: str) -> None:
    """metafor returns NA for these."""
    with pytest.raises(DataError, match="one of the groups has no event"):
        pool_tables(Tables.from_counts(*groups(name)), method=method)
    for function in (mh_odds_ratio, mh_risk_ratio):
        assert np.isnan(function(*groups(name))[0])


@pytest.mark.parametrize("name", list(REFERENCE["tables"]))
def test_stratified_tests(name: str) -> None:
    expected = REFERENCE["results"][name]["MH-OR"]
    corrected = cochran_mantel_haenszel(*groups(name))
    assert corrected.statistic == pytest.approx(expected["MH"], rel=1e-12)
    assert corrected.p_value == pytest.approx(expected["MHp"], rel=1e-10)
    plain = cochran_mantel_haenszel(*groups(name), correct=False)
    assert plain.statistic == pytest.approx(expected["MH_uncorrected"], rel=1e-12)
    for test, key in ((breslow_day, "BD"), (tarone, "TA")):
        found: ChiSquaredTest = test(*groups(name))
        if name == "one" or expected[key] is None:
            assert found == NO_TEST  # one table, or no common odds ratio
            continue
        assert found.statistic == pytest.approx(expected[key], rel=1e-11)
        assert found.p_value == pytest.approx(expected[f"{key}p"], rel=1e-9)


@pytest.mark.parametrize(
    ("measure", "function"), [("IRR", mh_rate_ratio), ("IRD", mh_rate_difference)]
)
def test_rates(measure: str, function: Any) -> None:
    data, expected = REFERENCE["rates"]["data"], REFERENCE["rates"][measure]
    estimate, se = function(Rates(data["x1"], data["t1"]), Rates(data["x2"], data["t2"]))
    assert float(estimate) == pytest.approx(expected["estimate"], rel=1e-12)
    assert float(se) == pytest.approx(expected["se"], rel=1e-12)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_swapping_the_groups_changes_the_sign(function: Any) -> None:
    first, second = groups("zero_cells")
    forth, back = function(first, second), function(second, first)
    assert float(forth[0]) == pytest.approx(-float(back[0]), rel=1e-12)
    assert float(forth[1]) == pytest.approx(float(back[1]), rel=1e-12)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_batch_is_a_loop(function: Any) -> None:
    rng = np.random.default_rng(9)
    n1, n2 = rng.integers(20, 60, (2, 3, 4, 6))
    a, c = rng.binomial(n1, 0.1), rng.binomial(n2, 0.2)
    estimate, se = function(Counts(a, n1), Counts(c, n2))
    assert estimate.shape == se.shape == (3, 4)
    for i in np.ndindex(3, 4):
        alone = function(Counts(a[i], n1[i]), Counts(c[i], n2[i]))
        both = [float(x) for x in alone]
        assert [estimate[i], se[i]] == pytest.approx(both, rel=1e-13, nan_ok=True)


def test_equal_risks_make_a_common_odds_ratio_of_1() -> None:
    """The expected count is then events * share of people: the limit of the quadratic."""
    first, second = Counts([10, 20], [100, 50]), Counts([5, 40], [50, 100])
    assert float(mh_odds_ratio(first, second)[0]) == pytest.approx(0.0, abs=1e-12)
    assert breslow_day(first, second).statistic == pytest.approx(0.0, abs=1e-12)


def test_tables_without_information_are_named() -> None:
    tables = Tables.from_counts(*groups("double_zeros"), labels=["a", "b", "c", "d", "e"])
    ratio, difference = pool_tables(tables), pool_tables(tables, method="MH-RD")
    for result in (ratio, difference):
        text = next(c.message for c in result.cautions if c.code == "tables_without_information")
        assert "a, c, e" in text
    assert list(ratio.weights[[0, 2, 4]]) == [0.0, 0.0, 0.0]
    assert np.all(difference.weights > 0.0)


def test_peto_says_when_its_conditions_do_not_hold() -> None:
    text = next(
        caution.message
        for caution in pool_tables(
            Tables.from_counts(*groups("unbalanced")), method="peto"
        ).cautions
    )
    assert "not rare" in text
    assert "differ in size" in text
    rare = Tables.from_counts(Counts([3, 2], [1000, 900]), Counts([4, 2], [1000, 950]))
    assert codes(pool_tables(rare, method="Peto")) == set()


def test_result_is_an_equal_effects_result() -> None:
    found = pool_tables(Tables.from_counts(*groups("bcg")), method="mh-rr")
    assert (found.measure, found.tau2_method, found.k) == ("RR", "EE", 13)
    assert found.heterogeneity.tau2 == 0.0
    assert found.prediction.low is None


def test_one_table_is_its_own_estimate() -> None:
    found = pool_tables(Tables.from_counts(Counts(4, 123), Counts(11, 139)))
    assert found.estimate == pytest.approx(np.log(4 * 128 / (119 * 11)), rel=1e-14)
    assert found.heterogeneity.q_p is None


@pytest.mark.parametrize(
    ("group_1", "group_2"),
    [
        (Counts([5], [4]), Counts([1], [4])),
        (Counts([-1], [4]), Counts([1], [4])),
        (Counts([0], [0]), Counts([1], [4])),
        (Counts([], []), Counts([], [])),
    ],
)
def test_impossible_tables_are_refused(group_1: Counts, group_2: Counts) -> None:
    with pytest.raises(DataError):
        Tables.from_counts(group_1, group_2)


def test_unknown_method_and_level() -> None:
    tables = Tables.from_counts(*groups("bcg"))
    with pytest.raises(UsageError, match="Known are MH-OR"):
        pool_tables(tables, method="xyz")
    with pytest.raises(UsageError, match="level"):
        pool_tables(tables, level=95)
