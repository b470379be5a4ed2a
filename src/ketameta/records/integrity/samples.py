"""Which means and standard deviations a sample of whole numbers can have.

Everything is counted in steps of the scale, so that a score is a whole number. Exact: no rounding
of our own, and samples are searched for rather than approximated.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from math import ceil, floor, isqrt
from typing import NamedTuple

_MOST_STATES = 20_000
"""States searched for one total and sum of squares; beyond that the benefit of the doubt."""


class Sample(NamedTuple):
    """How many people, and the lowest and highest score in steps; None where there is no bound."""

    n: int
    low: int | None = None
    high: int | None = None


def totals(sample: Sample, mean: tuple[Fraction, Fraction]) -> range:
    """Totals of the sample whose mean lies in a closed interval (in steps)."""
    first, last = ceil(mean[0] * sample.n), floor(mean[1] * sample.n)
    if sample.low is not None:
        first = max(first, sample.low * sample.n)
    if sample.high is not None:
        last = min(last, sample.high * sample.n)
    return range(first, last + 1)


def square_sums(sample: Sample, total: int, sd: tuple[Fraction, Fraction]) -> Iterator[int]:
    """Sums of squares with this total and a standard deviation (n - 1) in a closed interval."""
    about_mean = Fraction(total * total, sample.n)
    low, high = (bound * bound * (sample.n - 1) + about_mean for bound in sd)
    for squares in range(ceil(low), floor(high) + 1):
        if (squares - total) % 2 == 0:  # x and x squared are both even or both odd
            yield squares


def exists(sample: Sample, total: int, squares: int) -> bool:
    """Whether whole numbers with this total and sum of squares exist.

    Scores are tried from the highest down, the highest first; a branch ends where the rest cannot
    be as even, or as uneven, as it would have to be.
    """
    budget = _MOST_STATES

    @cache
    def search(n: int, total: int, squares: int, highest: int) -> bool:
        nonlocal budget
        if n == 0:
            return total == squares == 0
        budget -= 1
        if budget < 0:
            return True
        if squares < _least(n, total) or total > n * highest:
            return False
        if sample.low is not None and (
            total < n * sample.low or squares > _most(n, total, sample.low, highest)
        ):
            return False
        mean = -(-total // n)
        return any(
            search(n - 1, total - x, squares - x * x, x) for x in range(highest, mean - 1, -1)
        )

    reach = _reach(sample.n, total, squares)
    highest = reach if sample.high is None else min(reach, sample.high)
    return search(sample.n, total, squares, highest)


def _reach(n: int, total: int, squares: int) -> int:
    """The highest score that can be in the sample: (mean + sqrt((n - 1) * SS / n)), rounded up."""
    about_mean = max(0, n * squares - total * total)
    return (total + isqrt((n - 1) * about_mean) + n) // n + 1


def _least(n: int, total: int) -> int:
    """The smallest sum of squares: all scores as equal as whole numbers can be."""
    whole, rest = divmod(total, n)
    return n * whole * whole + 2 * rest * whole + rest


def _most(n: int, total: int, low: int, high: int) -> int:
    """The largest sum of squares: all scores but one at the ends of the scale."""
    if high <= low:
        return n * low * low if total == n * low else -1
    at_top, rest = divmod(total - n * low, high - low)

    at_bottom = n - at_top - (rest > 0)
    between = (low + rest) ** 2 if rest else 0
    return at_top * high * high + between + at_bottom * low * low
