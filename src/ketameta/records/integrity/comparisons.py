"""Which results of an outcome are about the same comparison at the same time, and what they say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

from ketameta.records.integrity.printed import Span, positive_span, span
from ketameta.records.integrity.two_by_two import Counts
from ketameta.records.results import ChangesData, EventsData, MeansData, Result, Summary
from ketameta.records.study import Outcome, Study
from ketameta.records.vocabulary import AnalysisPopulation, Role


@dataclass(frozen=True, slots=True)
class Sides:
    """Arms of the tested side and of the control side."""

    experimental: tuple[str, ...]
    control: tuple[str, ...]


def sides_of(study: Study) -> Sides:
    """The sides that the roles of the arms give."""
    return Sides(
        tuple(arm.id for arm in study.arms if arm.role is Role.EXPERIMENTAL),
        tuple(arm.id for arm in study.arms if arm.role is Role.CONTROL),
    )


def same_occasion(first: Result, second: Result) -> bool:
    """Same time, and not two different populations."""
    if (first.time.weeks, first.time.phase) != (second.time.weeks, second.time.phase):
        return False
    if first.time.weeks is None and first.time.label != second.time.label:
        return False
    stated = {first.population, second.population} - {AnalysisPopulation.NOT_STATED}
    return len(stated) < 2


def beside(outcome: Outcome, result: Result) -> Iterator[Result]:
    """The other results of the outcome at the same occasion."""
    for other in outcome.results:
        if other is not result and same_occasion(other, result):
            yield other


def counts(data: object, sides: Sides) -> Counts | None:
    """The four counts of a comparison; None where the data do not give them."""
    if not isinstance(data, EventsData) or not all(sides_in(data.arms, sides)):
        return None
    (events, n), (control_events, control_n) = (
        (sum(data.arms[arm].events for arm in arms), sum(data.arms[arm].n for arm in arms))
        for arms in (sides.experimental, sides.control)
    )
    if events > n or control_events > control_n:
        return None
    return Counts(events, n, control_events, control_n)


def sides_in(arms: object, sides: Sides) -> tuple[bool, bool]:
    """Whether each side has arms, and all of them are among those of the data."""
    assert isinstance(arms, dict)
    return (
        bool(sides.experimental) and all(arm in arms for arm in sides.experimental),
        bool(sides.control) and all(arm in arms for arm in sides.control),
    )


def means(data: object, sides: Sides) -> tuple[Summary, Summary] | None:
    """The summaries of a comparison of one arm with one arm that have means."""
    if not isinstance(data, MeansData | ChangesData):
        return None
    if len(sides.experimental) != 1 or len(sides.control) != 1:
        return None
    both = data.arms.get(sides.experimental[0]), data.arms.get(sides.control[0])
    if both[0] is None or both[1] is None or both[0].mean is None or both[1].mean is None:
        return None
    return both[0], both[1]


def difference(both: tuple[Summary, Summary]) -> Span:
    """Difference of two printed means."""
    first, second = (span(s.mean) for s in both if s.mean is not None)
    return first - second


def sd_of(summary: Summary) -> Span | None:
    """The standard deviation as printed, or from the standard error."""
    if summary.sd is not None:
        return positive_span(summary.sd)
    if summary.se is not None and summary.n is not None:
        return positive_span(summary.se).times(summary.n**0.5)
    return None


def spreads(both: Sequence[Summary]) -> tuple[list[Span], list[int]] | None:
    """Standard deviations above 0 and numbers of people, where all are known."""
    sds = [sd for s in both if (sd := sd_of(s)) is not None and sd.high > 0]
    ns = [s.n for s in both if s.n is not None and s.n > 1]
    return (sds, ns) if len(sds) == len(ns) == len(both) else None


def ratio(top: Span, bottom: Span) -> Span:
    """A size over an error, both at least 0."""
    return Span(
        top.low / bottom.high if bottom.high else inf, top.high / bottom.low if bottom.low else inf
    )
