"""Comparisons within the same people: crossover data, and before against after."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

from ketameta.records.findings import Finding
from ketameta.records.integrity.comparisons import ratio, sd_of
from ketameta.records.integrity.printed import Span, positive_span, shown_span, span
from ketameta.records.integrity.printed_p import compared, printed_p
from ketameta.records.integrity.probability import t_p
from ketameta.records.results import PairedData, SingleMeansData
from ketameta.records.yaml_reader import Path_


def crossover(data: PairedData, where: Path_) -> Iterator[Finding]:
    """Means, difference, t and P value of two conditions."""
    means = [
        data.conditions[arm].mean
        for arm in (data.experimental, data.control)
        if arm in data.conditions
    ]
    if data.mean_difference is not None and len(means) == 2 and None not in means:
        first, second = (span(mean) for mean in means if mean is not None)
        if not span(data.mean_difference).meets(first - second):
            message = (
                f"{data.mean_difference} does not fit the means {means[0]} and {means[1]}, "
                f"which give {shown_span(first - second)}."
            )
            hint = "The difference is tested minus control; check the digits."
            yield Finding("R124", (*where, "mean_difference"), message, hint)
    df = data.n - 1
    if df < 1:
        return
    t = _t(data)
    if t is not None and data.t is not None and not span(data.t).size().meets(t):
        message = (
            f"{data.t} does not fit the difference {data.mean_difference} with the standard "
            f"deviation {data.sd_difference} of {data.n} people, which gives {shown_span(t)}."
        )
        yield Finding("R124", (*where, "t"), message, "Check the printed numbers.")
    p = printed_p(data.p)
    if p is None or p.value == 0:
        return
    if data.t is not None:
        size = span(data.t).size()
        basis = f"t = {data.t} with {df} degrees of freedom"
        yield from compared(p, Span(t_p(size.high, df), t_p(size.low, df)), basis, where)
    elif t is not None:
        basis = f"{data.mean_difference} with the standard deviation {data.sd_difference}"
        yield from compared(p, Span(t_p(t.high, df), t_p(t.low, df)), basis, where)


def before_after(data: SingleMeansData, where: Path_) -> Iterator[Finding]:
    """Baseline, value and change of one group, where all are of the same people."""
    change, value, baseline = data.change, data.value, data.baseline
    if change is None or change.mean is None:
        return
    if (
        baseline is not None
        and None not in (value.mean, baseline.mean, change.n)
        and value.n == baseline.n == change.n
    ):
        assert value.mean is not None
        assert baseline.mean is not None
        expected = span(value.mean) - span(baseline.mean)
        if not span(change.mean).meets(expected):
            message = (
                f"{change.mean} does not fit the means {value.mean} and {baseline.mean} of the "
                f"same {change.n} people, which give {shown_span(expected)}."
            )
            hint = "The change is value minus baseline; check sign and digits."
            yield Finding("R124", (*where, "change", "mean"), message, hint)
    p, sd, n = printed_p(data.p), sd_of(change), change.n
    if p is not None and p.value > 0 and sd is not None and n is not None and n > 1:
        t = ratio(span(change.mean).size(), sd.times(1 / sqrt(n)))
        basis = f"the change {change.mean} of {n} people with its spread"
        yield from compared(p, Span(t_p(t.high, n - 1), t_p(t.low, n - 1)), basis, where)


def _t(data: PairedData) -> Span | None:
    if data.mean_difference is None or not data.sd_difference:
        return None
    error = positive_span(data.sd_difference).times(1 / sqrt(data.n))
    return ratio(span(data.mean_difference).size(), error)
