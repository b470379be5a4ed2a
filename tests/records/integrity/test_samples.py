"""GRIM, GRIMMER and DEBIT against every sample there is: brute force on small numbers of people."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import combinations_with_replacement
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketameta.records.integrity import granularity
from ketameta.records.integrity.samples import Sample, exists
from ketameta.records.results import Summary
from ketameta.records.scales import Scale

WHERE = ("data",)


def scale(low: int | None, high: int | None, steps: int = 1) -> Scale:
    bounds = [None if bound is None else Decimal(bound) for bound in (low, high)]
    return Scale("Scale", bounds[0], bounds[1], steps, None)


def codes(summary: Summary, on: Scale, *, of_change: bool = False) -> list[str]:
    return [f.code for f in granularity.check(summary, on, WHERE, of_change=of_change)]


def printed(value: float, digits: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    return Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), rounding=rounding)


def mean_and_sd(scores: tuple[int, ...], steps: int) -> tuple[float, float]:
    n = len(scores)
    mean = sum(scores) / n
    return mean / steps, sqrt(sum((x - mean) ** 2 for x in scores) / (n - 1)) / steps


@pytest.mark.parametrize(
    ("n", "high", "steps"),
    [(2, 6, 1), (3, 6, 1), (4, 5, 1), (5, 4, 1), (6, 3, 1), (7, 1, 1), (4, 6, 3)],
)
def test_exactly_the_sums_and_squares_of_samples_exist(n: int, high: int, steps: int) -> None:
    seen = {
        (sum(scores), sum(x * x for x in scores))
        for scores in combinations_with_replacement(range(high + 1), n)
    }
    for total in range(n * high + 1):
        for squares in range(n * high * high + 1):
            assert exists(Sample(n, 0, high), total, squares) == ((total, squares) in seen)


@pytest.mark.parametrize(("n", "reach"), [(2, 9), (3, 7), (4, 5), (5, 4)])
def test_exactly_the_same_without_bounds(n: int, reach: int) -> None:
    """Scores beyond the reach would give squares beyond the limit that is looked at."""
    seen = {
        (sum(scores), sum(x * x for x in scores))
        for scores in combinations_with_replacement(range(-reach, reach + 1), n)
    }
    for total in range(-n, n + 1):
        for squares in range(reach * reach + 1):
            assert exists(Sample(n), total, squares) == ((total, squares) in seen)


@pytest.mark.parametrize(
    ("n", "low", "high", "steps", "digits"),
    [(3, 0, 4, 1, 2), (4, 1, 5, 1, 2), (5, 0, 3, 1, 1), (4, 0, 2, 2, 2), (6, 0, 1, 1, 2)],
)
def test_a_pair_passes_if_and_only_if_a_sample_prints_it(
    n: int, low: int, high: int, steps: int, digits: int
) -> None:
    """Every mean and SD on a grid, against all samples; halves may be rounded either way."""
    pairs = defaultdict(set)
    for scores in combinations_with_replacement(range(low * steps, high * steps + 1), n):
        total, squares = sum(scores), sum(x * x for x in scores)
        for mean in both_ways(Fraction(total, n * steps), digits):
            pairs[mean].add((Fraction(squares) - Fraction(total**2, n)) / (n - 1) / steps**2)
    unit = Decimal(1).scaleb(-digits)
    half = Fraction(unit) / 2
    on = scale(low, high, steps)
    sd_code = "R102" if (low, high, steps) == (0, 1, 1) else "R101"
    widest = (high - low) * sqrt(n / (n - 1) / 4)
    checked = failed = 0
    for i in range(int(Decimal(low) / unit), int(Decimal(high) / unit) + 1):
        mean = (i * unit).quantize(unit)
        if mean not in pairs:
            assert codes(Summary(n=n, mean=mean), on) == ["R100"]
            continue
        for j in range(int(widest / float(unit)) + 2):
            sd = (j * unit).quantize(unit)
            least, most = max(Fraction(0), Fraction(sd) - half) ** 2, (Fraction(sd) + half) ** 2
            possible = any(least <= variance <= most for variance in pairs[mean])
            assert codes(Summary(n=n, mean=mean, sd=sd), on) == ([] if possible else [sd_code])
            checked, failed = checked + 1, failed + (not possible)
    assert 0 < failed < checked


def both_ways(value: Fraction, digits: int) -> set[Decimal]:
    """What a value prints as, with halves rounded down and up."""
    size = 10**digits
    whole, rest = divmod(value * size, 1)
    ends = {whole} if rest < Fraction(1, 2) else {whole + 1}
    if rest == Fraction(1, 2):
        ends = {whole, whole + 1}
    return {Decimal(int(end)).scaleb(-digits) for end in ends}


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(0, 60), min_size=2, max_size=60),
    st.integers(0, 3),
    st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN]),
    st.sampled_from([1, 1, 4, 10]),
)
def test_what_people_can_score_is_never_doubted(
    scores: list[int], digits: int, rounding: str, steps: int
) -> None:
    mean, sd = mean_and_sd(tuple(scores), steps)
    summary = Summary(
        n=len(scores), mean=printed(mean, digits, rounding), sd=printed(sd, digits, rounding)
    )
    assert codes(summary, scale(0, 60 // steps, steps)) == []
    assert codes(summary, scale(None, None, steps)) == []
    assert codes(summary, scale(0, 60 // steps, steps), of_change=True) == []


def test_the_example_of_brown_and_heathers() -> None:
    """The example of the paper: 28 people on a 7-point item cannot have a mean of 5.19:
    145/28 = 5.1786 prints as 5.18 and 146/28 = 5.2143 as 5.21."""
    found = list(
        granularity.check(Summary(n=28, mean=Decimal("5.19")), scale(1, 7), WHERE, of_change=False)
    )
    assert [f.code for f in found] == ["R100"]
    assert found[0].where == ("data", "mean")
    assert "5.179 and 5.214" in found[0].message
    assert codes(Summary(n=28, mean=Decimal("5.18")), scale(1, 7)) == []
    assert codes(Summary(n=28, mean=Decimal("5.21")), scale(1, 7)) == []


def test_the_mean_of_several_items_has_a_finer_grain() -> None:
    # 28 people with the mean of 3 items: 436/84 = 5.1905.
    assert codes(Summary(n=28, mean=Decimal("5.19")), scale(1, 7, 3)) == []


def test_printed_zeros_count() -> None:
    # 7 people: 100/7 = 14.286 prints as 14.3 and never as 14.30.
    assert codes(Summary(n=7, mean=Decimal("14.3")), scale(0, 20)) == []
    assert codes(Summary(n=7, mean=Decimal("14.30")), scale(0, 20)) == ["R100"]


def test_more_people_than_the_digits_can_tell_apart() -> None:
    for hundredths in range(1000, 1100):
        mean = Decimal(hundredths).scaleb(-2)
        assert codes(Summary(n=100, mean=mean), scale(0, 20)) == []


def test_a_parity_that_only_the_spread_gives_away() -> None:
    """By hand: 3 people with the total 9 have squares 27 (3 3 3), 29 (2 3 4), 33, 35 ..., so their
    variance is 0, 1, 3, 4 ... and a standard deviation of 1.41 (variance 2, squares 31) is not."""
    assert codes(Summary(n=3, mean=Decimal("3.00"), sd=Decimal("1.00")), scale(0, 20)) == []
    assert codes(Summary(n=3, mean=Decimal("3.00"), sd=Decimal("1.41")), scale(0, 20)) == ["R101"]
    assert codes(Summary(n=3, mean=Decimal("3.00"), sd=Decimal("1.73")), scale(0, 20)) == []


def test_debit_on_a_proportion() -> None:
    """By hand: 6 of 20 answer yes: 0.30, SD sqrt(0.3 * 0.7 * 20 / 19) = 0.4702."""
    assert codes(Summary(n=20, mean=Decimal("0.30"), sd=Decimal("0.47")), scale(0, 1)) == []
    assert codes(Summary(n=20, mean=Decimal("0.30"), sd=Decimal("0.46")), scale(0, 1)) == ["R102"]


def test_nothing_is_said_of_scores_of_any_value_or_unknown_people() -> None:
    odd = Summary(n=28, mean=Decimal("5.19"), sd=Decimal("0.01"))
    assert codes(odd, Scale("VAS", Decimal(0), Decimal(100), None, None)) == []
    assert codes(Summary(mean=Decimal("5.19")), scale(1, 7)) == []


def test_a_change_of_whole_numbers_is_one() -> None:
    # -94/14 = -6.714 prints as -6.71; with 15 people -6.71 is not possible (-101/15 = -6.733).
    assert codes(Summary(n=14, mean=Decimal("-6.71")), scale(0, 21), of_change=True) == []
    assert codes(Summary(n=15, mean=Decimal("-6.71")), scale(0, 21), of_change=True) == ["R100"]
