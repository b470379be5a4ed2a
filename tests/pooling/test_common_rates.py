"""Mantel-Haenszel for rates against metafor, and by hand."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from ketameta.errors import DataError, UsageError
from ketameta.measures.arms import Rates
from ketameta.pooling.catalog import COMMON_RATE_METHODS
from ketameta.pooling.common_rates import RateTables, pool_rates

REFERENCE = json.loads(
    (Path(__file__).parents[1] / "reference" / "pooling" / "common_rates.json").read_text()
)
CASES = [(name, method) for name, found in REFERENCE["results"].items() for method in found]
WITH_ESTIMATE = [c for c in CASES if REFERENCE["results"][c[0]][c[1]].get("estimate") is not None]


def tables(name: str) -> RateTables:
    table = REFERENCE["tables"][name]
    return RateTables.from_rates(Rates(table["x1"], table["t1"]), Rates(table["x2"], table["t2"]))


def test_the_reference_covers_every_method() -> None:
    assert {method for _, method in CASES} == set(COMMON_RATE_METHODS)
    assert len(WITH_ESTIMATE) >= 11


@pytest.mark.parametrize(("name", "method"), WITH_ESTIMATE)
def test_metafor(name: str, method: str) -> None:
    expected = REFERENCE["results"][name][method]
    found = pool_rates(tables(name), method=method)
    assert found.estimate == pytest.approx(expected["estimate"], rel=1e-12)
    assert found.se == pytest.approx(expected["se"], rel=1e-12)
    assert found.interval.low == pytest.approx(expected["ci_lb"], rel=1e-12)
    assert found.interval.high == pytest.approx(expected["ci_ub"], rel=1e-12)
    assert found.p_value == pytest.approx(expected["pval"], rel=1e-10)
    assert found.heterogeneity.q == pytest.approx(expected["QE"], rel=1e-11, abs=1e-13)
    assert found.heterogeneity.q_df == expected["k_yi"] - 1
    assert found.weights == pytest.approx(np.atleast_1d(expected["weights"]), rel=1e-10)
    assert found.weighting == method


def test_by_hand() -> None:
    """Two studies of 1:1 time: the ratio is that of all events, the difference their mean."""
    even = RateTables.from_rates(Rates([2, 4], [10, 10]), Rates([4, 8], [10, 10]))
    assert pool_rates(even).estimate == pytest.approx(math.log(0.5), rel=1e-14)
    difference = pool_rates(even, method="mh-ird")
    assert difference.estimate == pytest.approx(-0.3, rel=1e-14)
    # sum (x1 t2² + x2 t1²) / t², over (sum t1 t2 / t)², is (6 + 12) / 4 / 100.
    assert difference.se == pytest.approx(math.sqrt(0.045), rel=1e-14)


def test_studies_without_events_are_named() -> None:
    ratio = pool_rates(tables("double_zeros"))
    assert "tables_without_information" in [caution.code for caution in ratio.cautions]
    assert ratio.weights[3] == 0
    assert pool_rates(tables("double_zeros"), method="MH-IRD").weights[3] > 0


def test_where_there_is_no_ratio() -> None:
    with pytest.raises(DataError, match="Mantel-Haenszel rate ratio: it does not exist"):
        pool_rates(tables("one_group_without_events"))
    with pytest.raises(DataError, match="does not exist"):
        pool_rates(RateTables.from_rates(Rates([0], [1]), Rates([0], [1])), method="MH-IRD")


@pytest.mark.parametrize(
    ("events", "time"), [([-1.0], [1.0]), ([1.0], [0.0]), ([np.nan], [1.0]), ([1.0], [np.inf])]
)
def test_rates_that_cannot_be(events: list[float], time: list[float]) -> None:
    with pytest.raises(DataError, match=r"^1: events must be 0 or more"):
        RateTables.from_rates(Rates(events, time), Rates([1.0], [1.0]))


def test_what_cannot_be_asked() -> None:
    with pytest.raises(UsageError, match="common-rate method: there is none"):
        pool_rates(tables("one"), method="MH-OR")
    with pytest.raises(UsageError, match="level"):
        pool_rates(tables("one"), level=95)
    with pytest.raises(DataError, match="labels"):
        RateTables.from_rates(Rates([1], [1]), Rates([1], [1]), ["a", "b"])
