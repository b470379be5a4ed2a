"""Numbers as text: minus signs, p values, and columns that line up in the font that draws them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketameta.figures.text_metrics import text_width
from ketameta.notation.numbers import (
    DASH,
    MINUS,
    NumberStyle,
    blank,
    decimals_for,
    line_up,
    number_width,
    written_decimals,
)

PLAIN = NumberStyle()


def test_negative_numbers_carry_a_real_minus_and_zero_carries_none() -> None:
    assert PLAIN.fixed(-1.5, 2) == f"{MINUS}1.50"
    assert PLAIN.fixed(-0.001, 2) == "0.00"
    assert "-" not in PLAIN.fixed(-12.3, 1)


@pytest.mark.parametrize("value", [None, math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_a_dash(value: float | None) -> None:
    assert PLAIN.fixed(value, 2) == DASH
    assert PLAIN.percent(value, 0) == DASH


@pytest.mark.parametrize(
    ("value", "text"),
    [(3.5261, "3.53"), (0.004, "<0.01"), (0.006, "0.01"), (999.4, "999.40"), (1e300, ">999")],
)
def test_ratios_say_when_they_leave_the_printable_range(value: float, text: str) -> None:
    assert PLAIN.ratio(value, 2) == text


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.0000001, "P < 0.001"),
        (0.0042, "P = 0.004"),
        (0.0479, "P = 0.048"),
        (0.0521, "P = 0.052"),
        (0.13, "P = 0.13"),
        (0.9999, "P > 0.99"),
        (None, f"P = {DASH}"),
    ],
)
def test_p_values_keep_the_digits_that_matter(p: float | None, text: str) -> None:
    assert PLAIN.p_value(p) == text


def test_house_styles_of_numbers() -> None:
    lancet = NumberStyle(decimal_mark="·", p_symbol="p", equals="=")
    assert lancet.p_value(0.13) == "p=0·13"
    assert lancet.fixed(-0.5, 2) == f"{MINUS}0·50"
    assert NumberStyle(p_leading_zero=False).p_value(0.0004) == "P < .001"


def test_decimals_suit_the_largest_value() -> None:
    assert decimals_for([0.5, -99.99]) == 2
    assert decimals_for([123.0]) == 1
    assert decimals_for([-1234.0, 3.0]) == 0
    assert decimals_for([]) == 2
    assert written_decimals([12.0, 3.0]) == 0
    assert written_decimals([12.5, 3.0]) == 1
    assert written_decimals([1 / 3]) == 2


@given(st.lists(st.floats(-5000, 5000), min_size=2, max_size=6))
def test_numbers_line_up_to_a_tenth_of_a_digit_in_the_font_of_the_figures(
    values: list[float],
) -> None:
    rows = [(PLAIN.fixed(v, 2), f" [{PLAIN.fixed(v - 1, 2)},") for v in values]
    lines = line_up(rows)
    widths = [text_width(f"|{line}|", 100.0) for line in lines]
    assert max(widths) - min(widths) < 0.1 * text_width("0", 100.0)


@given(st.integers(0, 6000))
def test_blanks_are_as_wide_as_asked(width: int) -> None:
    assert abs(number_width(blank(width)) - width) <= 60


def test_the_text_itself_survives_padding() -> None:
    lines = line_up([("1.25", " [0.48,", " 3.25]"), ("6.08", " [3.33,", " 11.12]")])
    assert ["".join(line.split()) for line in lines] == ["1.25[0.48,3.25]", "6.08[3.33,11.12]"]
