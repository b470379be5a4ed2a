"""Hedges's correction and the continuous measures, against 50-digit arithmetic."""

from __future__ import annotations

from decimal import Decimal, getcontext

import numpy as np
import pytest

from ketameta.errors import UsageError
from ketameta.measures.arms import Means
from ketameta.measures.continuous import (
    mean_difference,
    small_sample_factor,
    standardised_mean_difference,
)

getcontext().prec = 50
PI = Decimal("3.1415926535897932384626433832795028841971693993751")


def exact_j(df: int) -> Decimal:
    """gamma(df/2) / (sqrt(df/2) gamma((df-1)/2)) by the recurrence gamma(x + 1) = x gamma(x)."""
    ratio, reached = (1 / PI.sqrt(), 2) if df % 2 == 0 else (PI.sqrt() / 2, 3)
    while reached < df:
        ratio *= Decimal(reached) / Decimal(reached - 1)
        reached += 2
    return ratio / (Decimal(df) / 2).sqrt()


@pytest.mark.parametrize("df", [2, 3, 4, 9, 20, 60, 99, 100, 101, 102, 103, 200, 999, 20_001])
def test_small_sample_factor_is_exact(df: int) -> None:
    assert float(small_sample_factor(df)) == pytest.approx(float(exact_j(df)), rel=5e-15)


def test_small_sample_factor_needs_more_than_one_degree_of_freedom() -> None:
    assert np.isnan(small_sample_factor([1.0, 0.0, -3.0])).all()


def test_unbiased_variance_to_50_digits() -> None:
    """n1 = 155, n2 = 156, d = 5/4: v = 1/n1 + 1/n2 + (1 - (m - 2)/(m J²)) (J d)²."""
    m, d, j = 309, Decimal("1.25"), exact_j(309)
    truth = 1 / Decimal(155) + 1 / Decimal(156)
    truth += (1 - Decimal(m - 2) / (Decimal(m) * j * j)) * (j * d) ** 2
    y, v = standardised_mean_difference(Means(1.25, 1.0, 155), Means(0.0, 1.0, 156), variance="UB")
    assert float(y) == pytest.approx(float(j * d), rel=1e-14)
    assert float(v) == pytest.approx(float(truth), rel=1e-12)


def test_revman_form_by_hand() -> None:
    """n = 10 and 12, SDs 4 and 5, difference 3: s² = (9·16 + 11·25)/20 = 20.95."""
    y, v = standardised_mean_difference(Means(8.0, 4.0, 10), Means(5.0, 5.0, 12), variance="RevMan")
    g = 3 / 20.95**0.5 * (1 - 3 / (4 * 22 - 9))
    assert float(y) == pytest.approx(g, rel=1e-14)
    assert float(v) == pytest.approx(1 / 10 + 1 / 12 + g**2 / (2 * (22 - 3.94)), rel=1e-14)


def test_arms_that_cannot_give_a_difference_are_nan() -> None:
    bad = Means([1.0, np.nan, 1.0, 1.0], [1.0, 1.0, -1.0, np.inf], [1, 9, 9, 9])
    for function in (mean_difference, standardised_mean_difference):
        y, v = function(bad, Means(0.0, 1.0, 10))
        assert np.isnan(y).all()
        assert np.isnan(v).all()


def test_identical_people_have_no_standardised_difference() -> None:
    y, v = standardised_mean_difference(Means(3.0, 0.0, 10), Means(2.0, 0.0, 10))
    assert np.isnan(y)
    assert np.isnan(v)


@pytest.mark.parametrize("function", [mean_difference, standardised_mean_difference])
def test_unknown_variance(function: object) -> None:
    with pytest.raises(UsageError, match="there is no variance 'XX'"):
        function(Means(1, 1, 9), Means(0, 1, 9), variance="XX")  # type: ignore[operator]
