"""Reported comparisons: estimate, interval, standard error, P value, counts and means together."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from ketameta.records.checks_numbers import RATIOS
from ketameta.records.findings import Finding
from ketameta.records.integrity import comparisons, mean_tests, two_by_two
from ketameta.records.integrity.comparisons import Sides
from ketameta.records.integrity.printed import Span, positive_span, shown, shown_span, span, unit
from ketameta.records.integrity.printed_p import compared, printed_p
from ketameta.records.integrity.probability import normal_quantile, t_p, t_quantile
from ketameta.records.results import ContrastData, Result
from ketameta.records.study import Outcome
from ketameta.records.vocabulary import ContrastMeasure
from ketameta.records.yaml_reader import Path_

FEWEST_DF = 10.0
"""Degrees of freedom that a test may have had where the numbers of people are not known."""
CONDITIONAL = 0.05
"""How far a conditional or adjusted odds ratio may be from that of the counts, as a fraction."""
CHECK_BOTH = "Check both; where a model adjusted the estimate, say `adjusted: true`."


def check(outcome: Outcome, result: Result, where: Path_) -> Iterator[Finding]:
    """Everything about a contrast that does not fit together."""
    data = result.data
    if not isinstance(data, ContrastData) or not _possible(data):
        return
    yield from _error_and_interval(data, where)
    p = printed_p(data.p)
    if p is not None and p.value > 0:
        for computed, basis in _own_p(data):
            yield from compared(p, computed, basis, where)
    if data.adjusted is True or set(data.experimental) & set(data.control):  # R027
        return
    sides = Sides(data.experimental, data.control)
    for other in comparisons.beside(outcome, result):
        yield from _counted(data, other, sides, where)
        yield from _averaged(data, other, sides, where)


def _possible(data: ContrastData) -> bool:
    """Whether the numbers are such that arithmetic with them makes sense (R034 says if not)."""
    values = [v for v in (data.ci_low, data.estimate, data.ci_high) if v is not None]
    positive = data.measure not in RATIOS or all(v > 0 for v in values)
    return positive and values == sorted(values)


def _on_scale(data: ContrastData) -> tuple[Span, Span | None]:
    """The estimate and the width of its interval, on the log scale for ratios."""
    log = data.measure in RATIOS
    estimate = span(data.estimate).logarithm() if log else span(data.estimate)
    if data.ci_low is None or data.ci_high is None:
        return estimate, None
    low, high = span(data.ci_low), span(data.ci_high)
    width = high.logarithm() - low.logarithm() if log else high - low
    return estimate, Span(max(width.low, 0.0), width.high)


def _dfs(data: ContrastData) -> tuple[float, float]:
    """Degrees of freedom between which those of the analysis lie."""
    arms = {*data.experimental, *data.control}
    people = sum(data.n.values()) if arms <= set(data.n) else 0
    return (float(people - 2) if people > 3 else FEWEST_DF), inf


def _quantile(level: float, df: float) -> float:
    return normal_quantile(level) if df == inf else t_quantile(level, df)


def _error_and_interval(data: ContrastData, where: Path_) -> Iterator[Finding]:
    _, width = _on_scale(data)
    if data.se is None or width is None:
        return
    level = float(data.ci_level) / 100
    quantiles = [_quantile(level, df) for df in _dfs(data)]
    expected = Span(width.low / 2 / max(quantiles), width.high / 2 / min(quantiles))
    if not positive_span(data.se).meets(expected):
        message = (
            f"a standard error of {data.se} does not fit the interval {data.ci_low} to "
            f"{data.ci_high}, which gives {shown_span(expected)}."
        )
        log = data.measure in RATIOS
        hint = (
            "The standard error of a ratio is that of its logarithm."
            if log
            else "Check the level of the interval and the printed numbers."
        )
        yield Finding("R125", (*where, "se"), message, hint)


def _own_p(data: ContrastData) -> Iterator[tuple[Span, str]]:
    """P values from the contrast's own interval and standard error."""
    estimate, width = _on_scale(data)
    level = float(data.ci_level) / 100
    if width is not None and width.low > 0:
        found = []
        for df in _dfs(data):
            halves = 2 * _quantile(level, df)
            found += _ps(estimate, width.times(1 / halves), df)
        named = f"{data.measure} {data.estimate} ({data.ci_low} to {data.ci_high})"
        yield Span(min(found), max(found)), named
    if data.se is not None:
        found = [p for df in _dfs(data) for p in _ps(estimate, positive_span(data.se), df)]
        yield (
            Span(min(found), max(found)),
            f"{data.measure} {data.estimate} with the standard error {data.se}",
        )


def _ps(estimate: Span, error: Span, df: float) -> list[float]:
    t = comparisons.ratio(estimate.size(), error)
    return [t_p(t.high, df), t_p(t.low, df)]


def _counted(data: ContrastData, other: Result, sides: Sides, where: Path_) -> Iterator[Finding]:
    """The estimate and P value against the counts of the same people."""
    counts = comparisons.counts(other.data, sides)
    if counts is None or any(
        data.n.get(arm, other_n) != other_n for arm, other_n in _people(other).items()
    ):
        return
    exact = {
        ContrastMeasure.RR: two_by_two.risk_ratio,
        ContrastMeasure.OR: two_by_two.odds_ratio,
        ContrastMeasure.RD: two_by_two.risk_difference,
    }.get(data.measure)
    if exact is None:
        return
    named = "{}/{} and {}/{}".format(*counts)
    value = exact(counts)
    candidates = [value, 100 * value] if data.measure is ContrastMeasure.RD else [value]
    odds = data.measure is ContrastMeasure.OR
    if value != inf and not any(_near(data, c, conditional=odds) for c in candidates):
        message = f"{data.measure} {data.estimate} does not fit {named}, which give {shown(value)}."
        yield Finding("R123", (*where, "estimate"), message, CHECK_BOTH)
        return
    p = printed_p(data.p)
    if p is not None and p.value > 0:
        yield from compared(p, two_by_two.p_values(counts), named, where)


def _near(data: ContrastData, value: float, *, conditional: bool) -> bool:
    """Within a unit of the last digit, for papers round what they had rounded before."""
    apart = abs(float(data.estimate) - value)
    return apart <= float(unit(data.estimate)) or (conditional and apart <= CONDITIONAL * value)


def _people(other: Result) -> dict[str, int]:
    arms = getattr(other.data, "arms", {})
    return {name: arm.n for name, arm in arms.items() if arm.n is not None}


def _averaged(data: ContrastData, other: Result, sides: Sides, where: Path_) -> Iterator[Finding]:
    """The same against the means."""
    both = comparisons.means(other.data, sides)
    if both is None:
        return
    if data.measure is ContrastMeasure.MD:
        expected: Span | None = comparisons.difference(both)
    elif data.measure is ContrastMeasure.SMD:
        expected = mean_tests.standardised(both)
    else:
        return
    named = f"the means {both[0].mean} and {both[1].mean}"
    half = float(unit(data.estimate)) / 2
    estimate = Span(float(data.estimate) - 2 * half, float(data.estimate) + 2 * half)
    if expected is not None and not estimate.meets(expected):
        message = (
            f"{data.measure} {data.estimate} does not fit {named}, which give "
            f"{shown_span(expected)}."
        )
        yield Finding("R124", (*where, "estimate"), message, CHECK_BOTH)
        return
    p, computed = printed_p(data.p), mean_tests.t_test(both)
    if p is not None and p.value > 0 and computed is not None:
        yield from compared(p, computed, f"{named} with their spread", where)
