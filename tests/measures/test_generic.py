"""Reported estimates: intervals, log-rank statistics, and rows filled from them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from ketameta.errors import DataError, UsageError
from ketameta.measures.effects import effects
from ketameta.measures.generic import (
    asymmetry,
    difference_from_interval,
    log_hazard_ratio_from_log_rank,
    log_ratio_from_interval,
    normal_quantile,
)


def test_hazard_ratio_from_its_interval() -> None:
    """HR 0.70 (95 % CI 0.50 to 0.98): se = ln(0.98/0.50)/(2 · 1.959964)."""
    y, v = log_ratio_from_interval(0.70, 0.50, 0.98)
    assert float(y) == pytest.approx(math.log(0.70))
    assert float(np.sqrt(v)) == pytest.approx(math.log(0.98 / 0.50) / 3.919927969, rel=1e-9)


@pytest.mark.parametrize(
    ("level", "z"), [(0.90, 1.644853626951), (0.95, 1.959963984540), (0.99, 2.575829303549)]
)
def test_the_stated_level_counts(level: float, z: float) -> None:
    assert float(normal_quantile(level)) == pytest.approx(z, rel=1e-12)
    _, v = difference_from_interval(1.0, 1.0 - 0.3 * z, 1.0 + 0.3 * z, level=level)
    assert float(v) == pytest.approx(0.09, rel=1e-11)


def test_generic_estimates_are_taken_as_they_are() -> None:
    found = effects("GEN", {"study": ["A", "B"], "yi": [0.2, -1.5], "sei": [0.5, 0.1]}).estimates
    assert found.y.tolist() == [0.2, -1.5]
    assert found.v.tolist() == [0.25, 0.1**2]


@pytest.mark.parametrize("level", [0.0, 1.0, 95, -0.5, float("nan")])
def test_impossible_level(level: float) -> None:
    with pytest.raises(UsageError, match=r"Write 0\.95"):
        log_ratio_from_interval(1.0, 0.5, 2.0, level=level)


@pytest.mark.parametrize(
    "numbers", [(3.0, 0.5, 2.0), (1.0, 2.0, 0.5), (-1.0, -2.0, -0.5), (1.0, 0.0, 2.0)]
)
def test_impossible_intervals_are_nan(numbers: tuple[float, float, float]) -> None:
    y, v = log_ratio_from_interval(*numbers)
    assert np.isnan(y)
    assert np.isnan(v)


def test_log_rank() -> None:
    y, v = log_hazard_ratio_from_log_rank([-8.0, 1.0], [16.0, 0.0])
    assert y.tolist() == pytest.approx([-0.5, np.nan], nan_ok=True)
    assert v.tolist() == pytest.approx([1 / 16, np.nan], nan_ok=True)


def test_asymmetry() -> None:
    assert asymmetry(0.0, -1.0, 1.0) == pytest.approx(0.0)
    assert asymmetry(0.5, -1.0, 1.0) == pytest.approx(0.5)


def test_one_table_with_counts_and_reported_ratios() -> None:
    columns: dict[str, Any] = {
        "study": ["counts", "adjusted", "logs", "neither"],
        "events_1": [4, None, None, None],
        "n_1": [123, 100, None, None],
        "events_2": [11, None, None, None],
        "n_2": [139, 100, None, None],
        "estimate": [9.99, 0.5, None, None],
        "ci_low": [9.0, 0.25, None, None],
        "ci_high": [11.0, 1.0, None, None],
        "yi": [None, None, -0.3, None],
        "sei": [None, None, 0.2, None],
    }
    table = effects("OR", columns)
    assert table.estimates.labels == ("counts", "adjusted", "logs")
    counts = math.log((4 / 119) / (11 / 128))
    assert table.estimates.y == pytest.approx([counts, math.log(0.5), -0.3])
    z = 1.959963984540054
    assert table.estimates.v[1:] == pytest.approx([(math.log(4) / (2 * z)) ** 2, 0.04])
    (caution,) = table.estimates.cautions
    assert caution.code == "reported_estimate"
    assert caution.message.startswith("adjusted, logs: ")
    assert table.excluded[0].reason == "missing: events_1, n_1, events_2, n_2"


def test_a_measure_column_keeps_other_measures_out() -> None:
    columns = {
        "measure": ["HR", "or", "HR"],
        "estimate": [0.5, 0.5, 0.8],
        "ci_low": [0.25, 0.25, 0.4],
        "ci_high": [1.0, 1.0, 1.6],
    }
    assert effects("HR", columns).rows.tolist() == [0, 2]
    assert effects("OR", columns).rows.tolist() == [1]


def test_ninety_percent_interval_in_a_table() -> None:
    columns = {"estimate": [0.5, 0.5], "ci_low": 0.25, "ci_high": 1.0, "ci_level": [90, None]}
    v = effects("HR", columns).estimates.v
    assert v[0] / v[1] == pytest.approx((1.959963984540054 / 1.644853626951472) ** 2)


def test_a_lopsided_interval_is_said() -> None:
    """A risk difference printed as a ratio, or a typing error, shows as asymmetry of the logs."""
    table = effects("HR", {"study": ["A"], "ratio": 1.9, "ci_low": 0.5, "ci_high": 2.0})
    assert "lopsided_interval" in [caution.code for caution in table.estimates.cautions]
    table = effects("HR", {"study": ["A"], "ratio": 1.0, "ci_low": 0.5, "ci_high": 2.0})
    assert table.estimates.cautions == ()


def test_a_proportion_from_its_interval() -> None:
    """On the logit scale: 20 % (10 % to 36 %), which is symmetric there."""
    table = effects("PLO", {"estimate": 0.2, "ci_low": 0.1, "ci_high": 0.36})
    assert table.estimates.y == pytest.approx([math.log(0.25)])
    width = math.log(0.36 / 0.64) - math.log(0.1 / 0.9)
    assert table.estimates.v == pytest.approx([(width / (2 * 1.959963984540054)) ** 2])


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ((2.5, 0.5, 2.0), "does not lie inside"),
        ((-0.5, -1.0, 0.2), "cannot be put on the log scale"),
        ((1.0, 1.0, 1.0), "does not lie inside"),
    ],
)
def test_impossible_reported_rows(row: tuple[float, float, float], said: str) -> None:
    columns = dict(zip(("estimate", "ci_low", "ci_high"), row, strict=True))
    with pytest.raises(DataError, match=said):
        effects("HR", columns | {"study": ["A"]})
