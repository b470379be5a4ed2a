"""Percentages to counts, margins to tables, log odds to SMD: round trips and references."""

from __future__ import annotations

import json
import math
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ketameta.errors import DataError, UsageError
from ketameta.measures.conversions.percentages import counts_from_percentage
from ketameta.measures.conversions.scales import odds_ratio_to_smd, smd_to_odds_ratio
from ketameta.measures.conversions.two_by_two import (
    Margins,
    table_from_chi2,
    table_from_odds_ratio,
)

ESCALC = json.loads((Path(__file__).parents[2] / "reference" / "escalc.json").read_text())


def escalc(identity: str) -> tuple[np.ndarray, np.ndarray]:
    (case,) = [case for case in ESCALC["cases"] if case["id"] == identity]
    return np.array(case["yi"]), np.array(case["vi"])


@given(n=st.integers(1, 300), decimals=st.integers(0, 3), data=st.data())
def test_counts_are_those_that_print_so(n: int, decimals: int, data: st.DataObject) -> None:
    """Against printing every count out of n, with halves rounded up and down."""
    k = data.draw(st.integers(0, n))
    unit = Decimal(1).scaleb(-decimals)

    def printed(count: int) -> set[str]:
        exact = Decimal(100 * count) / Decimal(n)
        return {
            str(exact.quantize(unit, rounding)) for rounding in (ROUND_HALF_UP, ROUND_HALF_DOWN)
        }

    text = str((Decimal(100 * k) / Decimal(n)).quantize(unit, ROUND_HALF_UP))
    found = counts_from_percentage(text, n).value
    assert found == tuple(count for count in range(n + 1) if text in printed(count))


def test_ambiguous_percentages_carry_their_range() -> None:
    converted = counts_from_percentage("12%", 250)
    assert converted.value == (29, 30, 31)
    (assumption,) = converted.assumptions
    assert (assumption.value, assumption.low, assumption.high) == (None, 29, 31)
    assert counts_from_percentage("12.0", 250).value == (30,)
    assert counts_from_percentage(12.0, 250, decimals=1).value == (30,)


@pytest.mark.parametrize(
    ("percentage", "n", "said"),
    [
        ("12.5", 27, "no whole number of people gives it"),
        ("101", 27, "between 0 and 100"),
        ("-1", 27, "between 0 and 100"),
        ("many", 27, "not a number"),
        ("nan", 27, "not a finite number"),
        ("50", 0, "whole number of people"),
        ("50", 2.5, "whole number of people"),
    ],
)
def test_impossible_percentages(percentage: str, n: int, said: str) -> None:
    with pytest.raises(DataError, match=said):
        counts_from_percentage(percentage, n)


CELL = st.integers(1, 200)


@given(a=CELL, b=CELL, c=CELL, d=CELL)
def test_table_comes_back_from_its_odds_ratio_and_its_chi_squared(
    a: int, b: int, c: int, d: int
) -> None:
    margins = Margins(a + b, c + d, a + c)
    assert table_from_odds_ratio(a * d / (b * c), margins).value == (a, b, c, d)
    n = a + b + c + d
    lines = (a + b) * (c + d) * (a + c) * (b + d)
    more = a * d > b * c
    chi2 = n * (a * d - b * c) ** 2 / lines
    assert table_from_chi2(chi2, margins, more_in_1=more).value == (a, b, c, d)
    gap = abs(a * d - b * c) - n / 2
    assume(gap >= 0)
    corrected = n * gap**2 / lines
    assert table_from_chi2(corrected, margins, more_in_1=more, yates=True).value == (a, b, c, d)


def test_unrounded_cell_is_on_the_assumption() -> None:
    (assumption,) = table_from_odds_ratio(2.0, Margins(30, 30, 20)).assumptions
    assert assumption.low is not None
    assert assumption.high is not None
    assert assumption.value is not None
    assert assumption.low <= assumption.value <= assumption.high == assumption.low + 1


@pytest.mark.parametrize("ratio", [0.0, -1.0, float("inf"), float("nan")])
def test_impossible_odds_ratios(ratio: float) -> None:
    with pytest.raises(DataError, match="above 0 and finite"):
        table_from_odds_ratio(ratio, Margins(10, 10, 5))


@pytest.mark.parametrize("margins", [(0, 10, 5), (10, 10, 0), (10, 10, 20), (10, -2, 3)])
def test_impossible_margins(margins: tuple[int, int, int]) -> None:
    with pytest.raises(DataError, match="Check the three totals"):
        table_from_odds_ratio(2.0, Margins(*margins))


def test_chi_squared_too_large_for_the_margins() -> None:
    with pytest.raises(DataError, match="does not fit these margins"):
        table_from_chi2(19.0, Margins(10, 10, 3), more_in_1=True)


@pytest.mark.parametrize(("method", "code"), [("hasselblad-hedges", "OR2DL"), ("cox", "OR2DN")])
def test_log_odds_to_smd_as_escalc(method: str, code: str) -> None:
    converted = odds_ratio_to_smd(*escalc("escalc/bcg/OR/"), method=method)
    y, v = escalc(f"escalc/bcg/{code}/")
    np.testing.assert_allclose(converted.value.y, y, rtol=1e-12)
    np.testing.assert_allclose(converted.value.v, v, rtol=1e-12)


@pytest.mark.parametrize(("method", "code"), [("hasselblad-hedges", "D2ORL"), ("cox", "D2ORN")])
def test_smd_to_log_odds_as_escalc(method: str, code: str) -> None:
    """metafor scales Cohen's d with variance 1/n1 + 1/n2 + d²/(2N)."""
    data = {
        k: np.array(x, float) for k, x in ESCALC["datasets"]["normand1999"].items() if k[-1] == "i"
    }
    n1, n2 = data["n1i"], data["n2i"]
    square = (n1 - 1) * data["sd1i"] ** 2 + (n2 - 1) * data["sd2i"] ** 2
    d = (data["m1i"] - data["m2i"]) / np.sqrt(square / (n1 + n2 - 2))
    converted = smd_to_odds_ratio(d, 1 / n1 + 1 / n2 + d**2 / (2 * (n1 + n2)), method=method)
    y, v = escalc(f"escalc/normand1999/{code}/")
    np.testing.assert_allclose(converted.value.y, y, rtol=1e-12)
    np.testing.assert_allclose(converted.value.v, v, rtol=1e-12)


def test_the_two_factors_are_each_others_range() -> None:
    (assumption,) = smd_to_odds_ratio(0.5, 0.04, method="cox").assumptions
    assert (assumption.value, assumption.low) == (1.65, 1.65)
    assert assumption.high == pytest.approx(math.pi / math.sqrt(3))
    with pytest.raises(UsageError, match="Choose one of hasselblad-hedges, cox"):
        odds_ratio_to_smd(0.5, 0.04, method="digby")
    with pytest.raises(DataError, match="above 0"):
        odds_ratio_to_smd(0.5, 0.0)
