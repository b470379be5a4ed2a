"""What a paper computes correctly and rounds is never doubted; summaries give what R gives."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations_with_replacement
from math import exp, log, sqrt
from statistics import mean, stdev
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from tests.records.integrity.test_integrity_rules import VOCABULARY
from tests.records.makers import contrast, events, means, outcome, result, study

from ketameta.records import integrity
from ketameta.records.integrity.baseline import variance_p
from ketameta.records.integrity.mean_tests import hedges_g, standardised, t_test
from ketameta.records.integrity.printed import Span
from ketameta.records.integrity.spread import most_sd
from ketameta.records.results import Summary

TRUTHFUL = settings(max_examples=100, deadline=None, derandomize=True)
scores = st.lists(st.integers(0, 20), min_size=5, max_size=30).filter(lambda x: len(set(x)) > 2)
digits = st.integers(1, 3)


def rounded(value: float, places: int) -> Decimal:
    return Decimal(f"{value:.{places}f}")


def codes(*data: dict[str, Any], instrument: str | None = None) -> list[str]:
    parts = [result(part, id=f"r{i}") for i, part in enumerate(data)]
    record = study(outcome("other", *parts, instrument=instrument))
    return [f"{f.code} {f.message}" for f in integrity.check(record, VOCABULARY)]


def summed(values: list[int], places: int) -> dict[str, Any]:
    """A complete summary: n, mean, SD, SE and the t interval of the mean."""
    n, middle, sd = len(values), mean(values), stdev(values)
    half = float(stats.t.ppf(0.975, n - 1)) * sd / sqrt(n)
    return {
        "n": n,
        "mean": rounded(middle, places),
        "sd": rounded(sd, places),
        "se": rounded(sd / sqrt(n), places + 1),
        "ci_low": rounded(middle - half, places),
        "ci_high": rounded(middle + half, places),
        "minimum": min(values),
        "maximum": max(values),
    }


@TRUTHFUL
@given(scores, scores, digits, st.booleans())
def test_means_and_their_t_test(
    first: list[int], second: list[int], places: int, equal: bool
) -> None:
    both = (summed(first, places), summed(second, places))
    test = stats.ttest_ind(first, second, equal_var=equal)
    apart = mean(first) - mean(second)
    pooled = sqrt(
        ((len(first) - 1) * stdev(first) ** 2 + (len(second) - 1) * stdev(second) ** 2)
        / (len(first) + len(second) - 2)
    )
    interval = test.confidence_interval(0.95)
    sizes = {"ketamine": len(first), "saline": len(second)}
    p = f"{test.pvalue:.3f}" if test.pvalue >= 0.001 else "<0.001"
    reported = contrast(
        "MD", rounded(apart, places), rounded(interval.low, places), rounded(interval.high, places)
    )
    levels = means(ketamine=both[0], saline=both[1])
    smd = contrast("SMD", rounded(apart / pooled, 2), None, None)
    # Welch's degrees of freedom are not those of the interval alone, so P is judged by the means.
    limits = reported if equal else {**reported, "ci_low": None, "ci_high": None}
    found = codes(levels, {**limits, "p": p, "n": sizes}, smd, instrument="sum")
    by_design = ("R111", "R153")  # such spreads do occur by chance, and two contrasts stand here
    assert [said for said in found if not said.startswith(by_design)] == []


counted = st.integers(5, 60).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n)))


@TRUTHFUL
@given(counted, counted, digits, st.sampled_from(["fisher", "pearson", "yates", "wald"]))
def test_counts_and_their_tests(
    first: tuple[int, int], second: tuple[int, int], places: int, test: str
) -> None:
    a, b, c, d = first[0], first[1] - first[0], second[0], second[1] - second[0]
    odds, error = log(a * d / (b * c)), sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    table = [[a, b], [c, d]]
    p = {
        "fisher": lambda: stats.fisher_exact(table).pvalue,
        "pearson": lambda: stats.chi2_contingency(table, correction=False).pvalue,
        "yates": lambda: stats.chi2_contingency(table).pvalue,
        "wald": lambda: 2 * stats.norm.sf(abs(odds / error)),
    }[test]()
    ends = [rounded(exp(odds + z * error), places) for z in (0, -1.959964, 1.959964)]
    wald = test == "wald"
    if ends[1] == 0:
        return
    reported = contrast(
        "OR",
        ends[0],
        *(ends[1:] if wald else (None, None)),
        p=f"{p:.4f}" if p >= 0.0001 else "<.0001",
    )
    if wald:
        reported["se"] = rounded(error, places)
    assert codes(events(ketamine=first, saline=second), reported) == []


def summary(n: int, middle: str, sd: str) -> Summary:
    """As if printed with so many digits that rounding does not show."""
    return Summary(n=n, mean=Decimal(f"{middle}00000000"), sd=Decimal(f"{sd}00000000"))


def test_summaries_give_what_r_gives() -> None:
    """R: n <- c(20, 25, 22); m <- c(10.1, 11.4, 10.6); s <- c(2.2, 2.9, 2.5);
    b <- sum(n * (m - sum(n * m) / sum(n))^2); w <- sum((n - 1) * s^2);
    pf(b / 2 / (w / 64), 2, 64, lower = F); and Student's and Welch's formulas."""
    arms = [summary(20, "10.1", "2.2"), summary(25, "11.4", "2.9"), summary(22, "10.6", "2.5")]
    both = variance_p(arms)
    assert both is not None
    assert both.low == pytest.approx(0.2378963, rel=1e-6)
    assert both.high == pytest.approx(0.2378963, rel=1e-6)
    pair = (summary(20, "12.0", "3.0"), summary(25, "10.0", "5.0"))
    tested = t_test(pair)
    assert tested is not None
    assert tested.low == pytest.approx(0.1045161, rel=1e-6)  # Welch
    assert tested.high == pytest.approx(0.1227242, rel=1e-6)  # Student
    assert hedges_g(pair) == pytest.approx(2 / sqrt((19 * 9 + 24 * 25) / 43) * (1 - 3 / 171))
    units = standardised(pair)
    assert units is not None
    assert units.low == pytest.approx(2 / 5 * (1 - 3 / 171), rel=1e-6)
    assert units.high == pytest.approx(2 / 3, rel=1e-6)


@pytest.mark.parametrize("n", [2, 3, 4, 6])
def test_the_largest_spread_is_that_of_the_most_uneven_sample(n: int) -> None:
    """All samples of whole numbers from 0 to 12 with a mean; those between can do no better."""
    largest: dict[int, float] = {}
    for values in combinations_with_replacement(range(13), n):
        total = sum(values)
        largest[total] = max(largest.get(total, 0.0), stdev(values))
    for total, sd in largest.items():
        assert most_sd(Span(total / n, total / n), n, 0, 12) == pytest.approx(sd, abs=1e-9)
    assert most_sd(Span(0, 12), n, 0, 12) == pytest.approx(max(largest.values()))
