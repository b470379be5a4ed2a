"""What a printed number can have been before it was rounded.

A mean of 14.30 was between 14.295 and 14.305, one of 14.3 between 14.25 and 14.35. Both ends count,
for papers round halves up, down and to even.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import exp, log, sqrt
from typing import NamedTuple

TINY = 1e-300
LARGEST = 1e30
"""Larger numbers stand for this one, whose powers are still numbers."""


class Span(NamedTuple):
    """Lowest and highest value that a number can stand for."""

    low: float
    high: float

    def __sub__(self, other: Span) -> Span:
        return Span(self.low - other.high, self.high - other.low)

    def meets(self, other: Span) -> bool:
        """Whether the two have a value in common, within the precision of a double."""
        slack = 1e-12 * max(abs(self.low), abs(self.high), abs(other.low), abs(other.high))
        return self.low <= other.high + slack and other.low <= self.high + slack

    def times(self, factor: float) -> Span:
        """Every value times a positive factor."""
        return Span(self.low * factor, self.high * factor)

    def size(self) -> Span:
        """What the absolute value can be."""
        if self.low <= 0 <= self.high:
            return Span(0.0, max(-self.low, self.high))
        return Span(*sorted((abs(self.low), abs(self.high))))

    def logarithm(self) -> Span:
        """Natural logarithms of a positive quantity."""
        return Span(log(max(self.low, TINY)), log(max(self.high, TINY)))

    def exponential(self) -> Span:
        """Back from natural logarithms."""
        return Span(exp(self.low), exp(self.high))

    def root(self) -> Span:
        """Square roots of a quantity that is not negative."""
        return Span(sqrt(max(self.low, 0.0)), sqrt(max(self.high, 0.0)))


def unit(value: Decimal) -> Decimal:
    """One in the last printed digit."""
    return Decimal(1).scaleb(int(value.as_tuple().exponent))


def exact_span(value: Decimal) -> tuple[Fraction, Fraction]:
    """Lowest and highest value that prints like this, without any rounding of our own."""
    half = Fraction(unit(value)) / 2
    return Fraction(value) - half, Fraction(value) + half


def span(value: Decimal) -> Span:
    """The same in floating point, within what can be computed with."""
    low, high = exact_span(value)
    return Span(max(float(low), -LARGEST), min(float(high), LARGEST))


def positive_span(value: Decimal) -> Span:
    """The same for a quantity that cannot be negative, such as a standard deviation."""
    low, high = span(value)
    return Span(max(low, 0.0), high)


def shown(value: float) -> str:
    """A computed number with three significant digits, never in exponents that hide its size."""
    return f"{value:.3g}" if abs(value) >= 1e-4 or value == 0 else f"{value:.1e}"


def shown_span(both: Span) -> str:
    """A computed range, as one number where its ends print alike."""
    low, high = shown(both.low), shown(both.high)
    return low if low == high else f"{low} to {high}"
