"""What four counts say: effect estimates, and the P values of the usual tests."""

from __future__ import annotations

from math import comb, inf, log, sqrt
from typing import NamedTuple

from ketameta.records.integrity.printed import Span
from ketameta.records.integrity.probability import chi2_p, normal_p

MOST_EXACT = 2000
"""People up to which Fisher's test is computed; beyond that it is Pearson's, and slow."""


class Counts(NamedTuple):
    """Events and people of the tested side, then of the control side."""

    events: int
    n: int
    control_events: int
    control_n: int

    @property
    def cells(self) -> tuple[int, int, int, int]:
        """Events and non-events of each side."""
        return (
            self.events,
            self.n - self.events,
            self.control_events,
            self.control_n - self.control_events,
        )


def risk_ratio(counts: Counts) -> float:
    """Risk ratio; infinite without events on the control side."""
    control = counts.control_events * counts.n
    return counts.events * counts.control_n / control if control else inf


def odds_ratio(counts: Counts) -> float:
    """Odds ratio; infinite where its denominator is 0."""
    a, b, c, d = counts.cells
    return a * d / (b * c) if b * c else inf


def risk_difference(counts: Counts) -> float:
    """Difference of the proportions."""
    return counts.events / counts.n - counts.control_events / counts.control_n


def p_values(counts: Counts) -> Span:
    """From the smallest to the largest P value that a usual test of the table gives.

    Pearson's test with and without Yates' correction, the likelihood ratio, Fisher's exact test
    (two-sided, tables at most as likely), and Wald tests of the logarithms of both ratios.
    """
    a, b, c, d = counts.cells
    if a + c == 0 or b + d == 0:
        return Span(0.0, 1.0)
    found = [_pearson(counts, correction=0.0), _pearson(counts, correction=counts_half(counts))]
    if counts.n + counts.control_n <= MOST_EXACT:
        found.append(fisher(counts))
    found += [chi2_p(_likelihood_ratio(counts), 1)]
    if min(a, b, c, d) > 0:
        found.append(normal_p(log(odds_ratio(counts)) / sqrt(1 / a + 1 / b + 1 / c + 1 / d)))
        error = sqrt(1 / a - 1 / counts.n + 1 / c - 1 / counts.control_n)
        found.append(normal_p(log(risk_ratio(counts)) / error))
    return Span(min(found), max(found))


def counts_half(counts: Counts) -> float:
    """Yates' correction: a half, or less where the difference from expectation is smaller."""
    a, b, c, d = counts.cells
    whole = sum(counts.cells)
    return min(0.5, abs(a * d - b * c) / whole)


def fisher(counts: Counts) -> float:
    """Fisher's exact test, two-sided: the probability of all tables at most as likely as this."""
    a, _, c, _ = counts.cells
    events, first, second = a + c, counts.n, counts.control_n
    ways = {
        x: comb(first, x) * comb(second, events - x)
        for x in range(max(0, events - second), min(first, events) + 1)
    }
    seen = ways[a]
    return sum(w for w in ways.values() if w <= seen) / sum(ways.values())


def _pearson(counts: Counts, *, correction: float) -> float:
    a, b, c, d = counts.cells
    whole = sum(counts.cells)
    apart = max(0.0, abs(a * d - b * c) - correction * whole)
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    return chi2_p(whole * apart**2 / margins, 1)


def _likelihood_ratio(counts: Counts) -> float:
    a, b, c, d = counts.cells
    whole = sum(counts.cells)
    rows, columns = (a + b, a + b, c + d, c + d), (a + c, b + d, a + c, b + d)
    return 2 * sum(
        cell * log(cell * whole / (row * column))
        for cell, row, column in zip((a, b, c, d), rows, columns, strict=True)
        if cell
    )
