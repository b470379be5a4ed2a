"""The axis: limits from the data rounded outwards, ticks symmetric about 1, linear ticks plain."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketameta.errors import UsageError
from ketameta.figures.forest.axis import Contents, clip, fixed_axis, linear_axis, log_axis

effects = st.lists(
    st.tuples(st.floats(-4, 4), st.floats(0.05, 2)).map(
        lambda pair: (pair[0] - 2 * pair[1], pair[0], pair[0] + 2 * pair[1])
    ),
    min_size=1,
    max_size=8,
)


def ratios(triples: list[tuple[float, float, float]]) -> Contents:
    return Contents(
        tuple(math.exp(y) for _, y, _ in triples),
        tuple((math.exp(low), math.exp(high)) for low, _, high in triples),
    )


@given(effects)
def test_ticks_of_ratios_are_symmetric_about_1_and_hold_every_estimate(
    triples: list[tuple[float, float, float]],
) -> None:
    axis = log_axis(ratios(triples), title="Odds ratio")
    values = [tick.value for tick in axis.ticks]
    assert values == sorted(values)
    assert 1.0 in values
    for left, right in zip(values, reversed(values), strict=True):
        assert left * right == pytest.approx(1.0, rel=1e-12)
    assert (axis.low, axis.high) == (values[0], values[-1])
    assert axis.fraction(1.0) == pytest.approx(0.5)
    for _, y, _ in triples:
        assert axis.low <= math.exp(y) <= axis.high


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (0.95, 1.08, ["0.91", "1", "1.1"]),
        (0.6, 1.9, ["0.5", "1", "2"]),
        (0.3, 4.0, ["0.2", "0.5", "1", "2", "5"]),
        (0.5, 9.9, ["0.1", "0.2", "0.5", "1", "2", "5", "10"]),
        (0.02, 30.0, ["0.02", "0.1", "0.5", "1", "2", "10", "50"]),
        (0.01, 80.0, ["0.01", "0.1", "1", "10", "100"]),
    ],
)
def test_the_narrowest_ladder_that_holds_the_data_is_taken(
    low: float, high: float, texts: list[str]
) -> None:
    contents = Contents((1.0, (low * high) ** 0.5), ((low, high), (low, high)))
    assert [tick.text for tick in log_axis(contents, title="OR").ticks] == texts


def test_one_useless_interval_does_not_squash_the_others() -> None:
    good = [(math.exp(y - 0.4), math.exp(y + 0.4)) for y in (0.1, 0.2, 0.3)]
    contents = Contents((1.1, 1.2, 1.35, 1.5), (*good, (1e-6, 1e6)))
    assert log_axis(contents, title="OR").high <= 5


@given(effects)
def test_linear_axes_end_on_ticks_and_show_both_sides_of_the_null(
    triples: list[tuple[float, float, float]],
) -> None:
    contents = Contents(tuple(t[1] for t in triples), tuple((t[0], t[2]) for t in triples))
    axis = linear_axis(contents, title="Mean difference", null=0.0)
    values = [tick.value for tick in axis.ticks]
    steps = {round(b - a, 9) for a, b in pairwise(values)}
    assert len(steps) == 1
    assert 4 <= len(values) <= 8
    assert (axis.low, axis.high) == (values[0], values[-1])
    assert 0.2 <= axis.fraction(0.0) <= 0.8
    assert all(axis.low <= y <= axis.high for _, y, _ in triples)


def test_linear_ticks_drop_trailing_zeros_and_carry_a_real_minus() -> None:
    axis = linear_axis(Contents((-0.4, 0.1), ((-0.5, 0.5),) * 2), title="SMD", null=0.0)
    assert [tick.text for tick in axis.ticks] == ["−0.5", "−0.25", "0", "0.25", "0.5"]


def test_proportions_stay_between_0_and_1() -> None:
    contents = Contents((0.5,), ((0.02, 0.98),))
    axis = linear_axis(contents, title="Proportion", null=None, bounds=(0.0, 1.0))
    assert (axis.low, axis.high) == (0.0, 1.0)


def test_no_data_still_gives_an_axis() -> None:
    empty = Contents((), ())
    assert log_axis(empty, title="OR").high == 10
    assert linear_axis(empty, title="MD", null=0.0).high > 0


def test_given_limits_are_kept() -> None:
    axis = fixed_axis("log", (0.5, 4.0), title="OR", null=1.0)
    assert (axis.low, axis.high) == (0.5, 4.0)
    assert all(0.5 <= tick.value <= 4.0 for tick in axis.ticks)
    assert 1.0 in [tick.value for tick in axis.ticks]
    linear = fixed_axis("linear", (-10.0, 25.0), title="MD", null=0.0)
    assert [tick.text for tick in linear.ticks] == ["−10", "0", "10", "20"]


@pytest.mark.parametrize(
    ("kind", "limits"),
    [("log", (0.0, 2.0)), ("log", (2.0, 1.0)), ("linear", (1.0, 1.0)), ("linear", (0.0, math.inf))],
)
def test_impossible_limits_are_refused_with_advice(kind: str, limits: tuple[float, float]) -> None:
    with pytest.raises(UsageError, match=r"^forest limits: .*\. (Give|Ratios need) "):
        fixed_axis(kind, limits, title="x", null=None)


def test_cuts_are_noted_only_where_the_interval_leaves_the_axis() -> None:
    axis = fixed_axis("log", (0.5, 2.0), title="OR", null=1.0)
    assert not clip(0.5, 2.0, axis).cut_low
    assert not clip(0.5, 2.0, axis).cut_high
    assert clip(0.49, 1.0, axis).cut_low
    assert clip(1.0, 2.01, axis).cut_high
    assert axis.position(4.0) == pytest.approx(1.5)
    assert axis.fraction(4.0) == 1.0
