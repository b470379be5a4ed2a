"""Standard deviations, standard errors and intervals of a mean: possible, and told apart."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from math import ceil, floor, log, sqrt

from ketameta.records.findings import Finding
from ketameta.records.integrity.printed import Span, positive_span, shown, shown_span, span
from ketameta.records.integrity.probability import normal_quantile, t_quantile
from ketameta.records.results import PairedData, Summary
from ketameta.records.scales import Scale
from ketameta.records.study import Study
from ketameta.records.yaml_reader import Path_

LEAST_FRACTION = 3
"""A standard deviation below a third of the usual, or of another arm's, may be a standard error."""
NEAR_ROOT = 1.25
"""How far from sqrt(n) the ratio of two may be for that."""
PERHAPS_SE = (
    "If it is a standard error, write it as `se`; the effect would be several times too large."
)


def check(summary: Summary, scale: Scale, where: Path_, *, of_change: bool) -> Iterator[Finding]:
    """Every measure of spread that is impossible, or at odds with another."""
    yield from _possible(summary, scale, where, of_change=of_change)
    yield from _agree(summary, where)
    sd, usual = summary.sd, scale.usual_sd
    if sd is not None and usual is not None and not of_change and 0 < sd * LEAST_FRACTION < usual:
        message = f"{sd} is less than a third of {usual}, which is usual for {scale.name}."
        yield Finding("R111", (*where, "sd"), message, PERHAPS_SE)


def age(study: Study) -> Iterator[Finding]:
    """Mean and spread of age against the youngest and oldest who could or did take part."""
    known, n = study.population.age, study.design.enrolled_n
    if known is None or known.mean is None:
        return
    low, high = known.minimum, known.maximum
    if low is not None and high is not None and low > high:
        return  # R037
    where: Path_ = ("population", "age")
    scale = Scale("age", known.minimum, known.maximum, None, None)
    if not scale.holds(known.mean, of_change=False):
        limits = f"{known.minimum or 'any'} to {known.maximum or 'any'}"
        message = f"a mean age of {known.mean} lies outside {limits}."
        yield Finding("R110", (*where, "mean"), message, "Check the digits.")
    elif n is not None:
        summary = Summary(n=n or None, mean=known.mean, sd=known.sd)
        yield from _possible(summary, scale, where, of_change=False)


def between_arms(arms: list[tuple[Path_, Summary]]) -> Iterator[Finding]:
    """A standard deviation that is another one divided by about sqrt(n)."""
    known = [(where, s) for where, s in arms if s.sd and s.n is not None]
    for where, small in known:
        for _, large in known:
            assert small.sd is not None
            assert large.sd is not None
            assert small.n is not None
            ratio = float(large.sd / small.sd)
            near = abs(log(ratio / sqrt(small.n))) < log(NEAR_ROOT)
            if ratio > LEAST_FRACTION and near:
                message = (
                    f"{small.sd} times the root of {small.n} is {shown(_as_sd(small))}, "
                    f"close to {large.sd} beside it."
                )
                yield Finding("R111", (*where, "sd"), message, PERHAPS_SE)
                break


def paired(data: PairedData, where: Path_) -> Iterator[Finding]:
    """A standard deviation of differences that no correlation of the two conditions gives."""
    both = [data.conditions.get(arm) for arm in (data.experimental, data.control)]
    sds = [summary.sd for summary in both if summary is not None and summary.sd is not None]
    if data.sd_difference is None or len(sds) < len(both):
        return
    first, second = (positive_span(sd) for sd in sds)
    apart = (first - second).size()
    possible = Span(apart.low, first.high + second.high)
    if not positive_span(data.sd_difference).meets(possible):
        message = (
            f"{data.sd_difference} is not possible for differences of values with the standard "
            f"deviations {sds[0]} and {sds[1]}: {shown_span(possible)} is."
        )
        yield Finding("R112", (*where, "sd_difference"), message, "Check the printed numbers.")


def most_sd(mean: Span, n: int, low: float, high: float) -> float:
    """The largest standard deviation of n values between two bounds with a mean in a span.

    All values but one are at the bounds. For a given mean that is exact; over the span the largest
    is at one of its ends, or where the values at the upper bound are a whole number nearest n / 2.
    """
    ends = [(min(max(m, low), high) - low) / (high - low) * n for m in mean]
    whole = [min(max(n / 2, ceil(ends[0])), floor(ends[1]))] if ceil(ends[0]) <= ends[1] else []
    points = [*ends, *(p for w in whole for p in (floor(w), ceil(w)) if ends[0] <= p <= ends[1])]

    def squares(total: float) -> float:
        at_top = floor(total)
        return at_top + (total - at_top) ** 2 - total * total / n

    return (high - low) * sqrt(max(0.0, *(squares(p) for p in points)) / (n - 1))


def _possible(
    summary: Summary, scale: Scale, where: Path_, *, of_change: bool
) -> Iterator[Finding]:
    n, mean = summary.n, summary.mean
    stated = "sd" if summary.sd is not None else "se"
    value = getattr(summary, stated)
    if n is None or n < 2 or mean is None or value is None:
        return
    sd = positive_span(value) if stated == "sd" else positive_span(value).times(sqrt(n))
    low, high, named = _bounds(summary, scale, of_change=of_change)
    least = _width(summary.minimum, summary.maximum) / sqrt(2 * (n - 1))
    words = f"{value}" if stated == "sd" else f"a standard error of {value}"
    hint = "Check the digits, and whether it is another measure of spread."
    if low is not None and high is not None and low < high:
        most = most_sd(span(mean), n, float(low), float(high))
        if sd.low > most * (1 + 1e-12):
            message = (
                f"{words} is not possible: {n} values from {low} to {high} ({named}) with the "
                f"mean {mean} have a standard deviation of at most {shown(most)}."
            )
            yield Finding("R110", (*where, stated), message, hint)
            return
    if sd.high < least * (1 - 1e-12):
        message = (
            f"{words} is not possible: {n} values of which one is {summary.minimum} and one "
            f"{summary.maximum} have a standard deviation of at least {shown(least)}."
        )
        yield Finding("R110", (*where, stated), message, hint)


def _bounds(
    summary: Summary, scale: Scale, *, of_change: bool
) -> tuple[Decimal | None, Decimal | None, str]:
    """The observed extremes where they are known, else those of the scale."""
    if summary.minimum is not None and summary.maximum is not None:
        return summary.minimum, summary.maximum, "as observed"
    return *scale.limits(of_change=of_change), f"the range of {scale.name}"


def _width(low: Decimal | None, high: Decimal | None) -> float:
    return 0.0 if low is None or high is None else max(0.0, float(high - low))


def _agree(summary: Summary, where: Path_) -> Iterator[Finding]:
    """Standard deviation, standard error, interval and n of one mean, each against the next."""
    n = summary.n
    if n is None or n < 2:
        return
    sd, se = summary.sd, summary.se
    if sd is not None and se is not None:
        expected = positive_span(sd).times(1 / sqrt(n))
        if not positive_span(se).meets(expected):
            message = (
                f"{se} does not fit the standard deviation {sd} of {n} people, which gives "
                f"{shown_span(expected)}."
            )
            yield Finding("R112", (*where, "se"), message, "Check which of the three is wrong.")
    if summary.ci_low is None or summary.ci_high is None or (sd is None and se is None):
        return
    error = positive_span(se) if se is not None else positive_span(sd or Decimal(0)).times(n**-0.5)
    quantiles = Span(normal_quantile(0.95), t_quantile(0.95, n - 1))
    expected = Span(2 * quantiles.low * error.low, 2 * quantiles.high * error.high)
    width = span(summary.ci_high) - span(summary.ci_low)
    if not width.meets(expected):
        words = f"standard error {se}" if se is not None else f"standard deviation {sd}"
        message = (
            f"{summary.ci_low} to {summary.ci_high} does not fit the {words} of {n} people, "
            f"which gives a 95 % interval {shown_span(expected)} wide."
        )
        yield Finding("R112", (*where, "ci_low"), message, "Check the numbers and their labels.")


def _as_sd(summary: Summary) -> float:
    return float(summary.sd or 0) * sqrt(summary.n or 0)
