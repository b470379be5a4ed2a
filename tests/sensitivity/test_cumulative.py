"""Cumulative meta-analysis against metafor, and what orders and ties do."""

from __future__ import annotations

import numpy as np
import pytest
from tests.sensitivity.reference import data_set, reference

from ketameta.errors import DataError
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool
from ketameta.sensitivity.cumulative import cumulative, order_of

METAFOR = reference("cumulative")["results"]
CASES = [
    case
    for case in METAFOR
    # On purpose not as metafor: HKSJ under equal effects (refused) and with identical effects.
    if not case.endswith("year") and "EE/knha" not in case and "identical" not in case
]


@pytest.mark.parametrize("case", CASES)
def test_metafor(case: str) -> None:
    name, method, test, order = case.split("/")
    estimates = data_set(name)
    keys = estimates.v if order == "precision" else None
    choices = PoolingChoices(tau2=method, interval="wald" if test == "z" else "hksj")
    steps = cumulative(estimates, choices, order=keys)
    expected, results = METAFOR[case], [step.result for step in steps]
    first = 0 if test == "z" else 1  # one study: metafor scales by an unknown factor
    for key, found in {
        "estimate": [r.estimate for r in results],
        "se": [r.se for r in results],
        "ci_lb": [r.interval.low for r in results],
        "ci_ub": [r.interval.high for r in results],
        "Q": [r.heterogeneity.q for r in results],
    }.items():
        if key in expected:
            assert found[first:] == pytest.approx(expected[key][first:], rel=1e-9, abs=1e-12)
    if method != "EE":
        tau2 = [r.heterogeneity.tau2 for r in results[1:]]
        assert tau2 == pytest.approx(expected["tau2"][1:], rel=1e-8, abs=1e-12)


def test_by_year() -> None:
    expected = METAFOR["bcg_RR/year"]
    estimates = data_set("bcg_RR")
    steps = cumulative(estimates, PoolingChoices(interval="wald"), order=expected["order"])
    assert [step.key for step in steps] == sorted(expected["order"])
    # metafor lets the two trials of 1973 in by their row; so do we.
    assert [step.result.estimate for step in steps] == pytest.approx(
        expected["estimate"], rel=1e-7, abs=1e-12
    )
    assert [step.result.interval.high for step in steps] == pytest.approx(
        expected["ci_ub"], rel=1e-6
    )


FIVE = EffectEstimates.from_arrays(
    "MD", [0.1, 0.5, 0.9, 0.3, 0.7], [0.1, 0.2, 0.1, 0.3, 0.2], labels=list("abcde")
)


def test_ties_come_in_one_by_one_or_together() -> None:
    years = [2001, 1999, 2001, 1999, 2003]
    one_by_one = cumulative(FIVE, order=years)
    assert [step.added for step in one_by_one] == [("b",), ("d",), ("a",), ("c",), ("e",)]
    joint = cumulative(FIVE, order=years, together=True)
    assert [step.added for step in joint] == [("b", "d"), ("a", "c"), ("e",)]
    assert [step.result.k for step in joint] == [2, 4, 5]
    assert joint[1].result.interval == one_by_one[3].result.interval


def test_descending_keeps_the_order_of_ties() -> None:
    steps = cumulative(FIVE, order=[2001, 1999, 2001, 1999, 2003], descending=True)
    assert "".join(step.added[0] for step in steps) == "eacbd"
    assert order_of(["b", "a", "b"], descending=True).tolist() == [0, 2, 1]


def test_names_are_keys_too() -> None:
    steps = cumulative(FIVE, order=["x", "w", "v", "u", "t"])
    assert "".join(step.added[0] for step in steps) == "edcba"
    assert steps[0].key == "t"


def test_last_step_is_the_whole() -> None:
    steps = cumulative(FIVE)
    assert [step.key for step in steps] == [None] * 5
    whole = pool(FIVE)
    assert steps[-1].result.interval == whole.interval
    assert steps[-1].result.prediction == whole.prediction


def test_one_study_and_none() -> None:
    one = cumulative(EffectEstimates.from_arrays("MD", [0.1], [0.2]), order=[1999])
    assert one[0].result.interval_method == "wald"
    assert cumulative(EffectEstimates.from_arrays("MD", [], []), order=[]) == ()


def test_identical_effects_have_no_zero_width() -> None:
    steps = cumulative(data_set("edge_identical"))
    assert all(step.result.se > 0.0 for step in steps)


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ([1, 2], "2 keys for 5 estimates"),
        ([1, 2, 3, 4, np.nan], "finite numbers for all studies, or text for all"),
        ([1, 2, 3, 4, None], "finite numbers"),
        ([1, 2, 3, 4, "x"], "finite numbers"),
    ],
)
def test_keys_are_refused(order: list[object], message: str) -> None:
    with pytest.raises(DataError, match=message):
        cumulative(FIVE, order=order)
