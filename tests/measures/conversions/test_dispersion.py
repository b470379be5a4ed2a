"""SDs and standardised differences from what reports give: the Handbook's worked numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ketameta.errors import DataError, UsageError
from ketameta.measures.arms import Means
from ketameta.measures.continuous import standardised_mean_difference
from ketameta.measures.conversions import dispersion, standardised
from ketameta.measures.conversions.dispersion import (
    sd_from_difference_error,
    sd_from_difference_interval,
    sd_from_f,
    sd_from_mean_interval,
    sd_from_p,
    sd_from_standard_error,
    sd_from_t,
    se_from_p,
)

SIZES = (25, 22)


def test_interval_of_a_mean_as_in_the_handbook() -> None:
    """Section 6.5.2.2: 30.0 to 34.2 with 25 people gives SD = √25 · 4.2/4.128 = 5.09."""
    converted = sd_from_mean_interval(30.0, 34.2, 25)
    assert float(converted.value) == pytest.approx(5.09, abs=0.005)
    assert converted.assumptions[0].code == "t_interval"


def test_p_value_as_in_the_handbook() -> None:
    """Section 6.5.2.3: difference 3.8, p = 0.008, 25 and 22 people: t = 2.78, SD = 4.69."""
    converted = sd_from_p(3.8, 0.008, SIZES)
    assert float(converted.value) == pytest.approx(4.69, abs=0.01)
    assert [a.code for a in converted.assumptions] == ["equal_sds", "two_sided_exact_p"]


@given(
    difference=st.floats(0.1, 20), sd=st.floats(0.5, 30), n=st.integers(2, 90), m=st.integers(2, 90)
)
def test_every_road_leads_to_the_same_sd(difference: float, sd: float, n: int, m: int) -> None:
    root, df = math.sqrt(1 / n + 1 / m), n + m - 2
    t = difference / (sd * root)
    q = stats.t.ppf(0.975, df)
    limits = difference - q * sd * root, difference + q * sd * root
    roads = [
        sd_from_t(difference, t, (n, m)),
        sd_from_f(-difference, t**2, (n, m)),
        sd_from_difference_interval(*limits, (n, m)),
        sd_from_difference_error(sd * root, (n, m)),
    ]
    p = 2 * stats.t.sf(t, df)
    if 1e-12 < p < 0.999:
        roads.append(sd_from_p(difference, p, (n, m)))
    for road in roads:
        assert float(road.value) == pytest.approx(sd, rel=1e-7)


def test_standard_error_times_root_n() -> None:
    assert sd_from_standard_error([2.0, 0.5], [16, 100]).value.tolist() == [8.0, 5.0]


def test_normal_interval_is_on_offer() -> None:
    sd = float(sd_from_mean_interval(9.0, 11.0, 100, quantile="z").value)
    assert sd == pytest.approx(10 * 2 / 3.919927969, rel=1e-9)
    with pytest.raises(UsageError, match="Choose t or z"):
        sd_from_mean_interval(9.0, 11.0, 100, quantile="normal")


def test_standard_error_from_p() -> None:
    """ln OR = ln 2 with p = 0.05 has z = 1.96."""
    converted = se_from_p(math.log(2), 0.05)
    assert "normal (z) test" in converted.assumptions[0].description
    se = float(converted.value)
    assert se == pytest.approx(math.log(2) / 1.959963984540, rel=1e-11)


BAD: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (sd_from_standard_error, (0.0, 10)),
    (sd_from_standard_error, (1.0, 1)),
    (sd_from_standard_error, (float("nan"), 10)),
    (sd_from_mean_interval, (3.0, 2.0, 10)),
    (sd_from_difference_interval, (2.0, 2.0, SIZES)),
    (sd_from_difference_error, (0.0, SIZES)),
    (sd_from_t, (0.0, 1.0, SIZES)),
    (sd_from_t, (1.0, 0.0, SIZES)),
    (sd_from_t, (1.0, 2.0, (1, 1))),
    (sd_from_f, (1.0, -2.0, SIZES)),
    (sd_from_p, (1.0, 0.0, SIZES)),
    (sd_from_p, (1.0, 1.0, SIZES)),
    (sd_from_p, (1.0, "<0.05", SIZES)),
    (se_from_p, (0.0, 0.5)),
    (standardised.smd_from_t, (float("inf"), SIZES)),
    (standardised.smd_from_correlation, (1.0, SIZES)),
]


@pytest.mark.parametrize(("function", "arguments"), BAD)
def test_impossible_numbers_are_refused(
    function: Callable[..., Any], arguments: tuple[Any, ...]
) -> None:
    with pytest.raises(DataError):
        function(*arguments)


@given(
    d=st.floats(-2.5, 2.5).filter(lambda x: abs(x) > 1e-3),
    n=st.integers(3, 80),
    m=st.integers(3, 80),
)
def test_smd_from_statistics_is_that_of_the_means(d: float, n: int, m: int) -> None:
    """From t, F and p, and from the point-biserial correlation of the people themselves."""
    y, v = standardised_mean_difference(Means(d, 1.0, n), Means(0.0, 1.0, m))
    sign = 1 if d > 0 else -1
    df = n + m - 2
    t = d / math.sqrt(1 / n + 1 / m)
    between = n * m / (n + m) * d**2
    r = sign * math.sqrt(between / (between + df))
    found = [
        standardised.smd_from_t(t, (n, m)),
        standardised.smd_from_f(t**2, (n, m), sign=sign),
        standardised.smd_from_correlation(r, (n, m)),
    ]
    p = 2 * stats.t.sf(abs(t), df)
    if 1e-12 < p < 0.99:
        found.append(standardised.smd_from_p(p, (n, m), sign=sign))
    for converted in found:
        np.testing.assert_allclose(converted.value.y, y, rtol=1e-7)
        np.testing.assert_allclose(converted.value.v, v, rtol=1e-7)


def test_smd_from_chi_squared_of_equal_groups() -> None:
    """The usual formula for equal groups is 2 √(χ²/(N - χ²)); h has N - 2 where it has N."""
    converted = standardised.smd_from_chi2(4.0, (50, 50), sign=-1)
    d = -2 * math.sqrt(4 / 96) * math.sqrt(98 / 100)
    j = 1 - 3 / (4 * 98 - 1)
    assert float(converted.value.y) == pytest.approx(j * d, rel=1e-4)
    assert [a.code for a in converted.assumptions] == ["equal_sds", "phi_as_correlation"]
    with pytest.raises(DataError, match="between 0 and the number of people"):
        standardised.smd_from_chi2(100.0, (50, 50), sign=1)
    with pytest.raises(DataError, match="neither 1 nor -1"):
        standardised.smd_from_f(4.0, (50, 50), sign=0)


def test_t_from_p_is_the_quantile() -> None:
    assert float(dispersion.t_from_p(0.008, 45)) == pytest.approx(stats.t.isf(0.004, 45), rel=1e-10)
