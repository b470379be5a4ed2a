"""Every integrity rule that looks at one record."""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.records.checks_numbers import summaries
from ketameta.records.findings import Finding
from ketameta.records.integrity import (
    addresses,
    baseline,
    contrasts,
    derived_counts,
    direction,
    effects,
    granularity,
    people,
    percentages,
    printed_p,
    shared_arms,
    spread,
    within_people,
    written_tests,
)
from ketameta.records.results import (
    MeansData,
    PairedData,
    Result,
    SingleMeansData,
    StatementData,
)
from ketameta.records.scales import Scale, scale_of
from ketameta.records.study import Outcome, Study, Vocabulary
from ketameta.records.yaml_reader import Path_


def check(study: Study, vocabulary: Vocabulary | None) -> Iterator[Finding]:
    """What the numbers of a record say about themselves."""
    yield from people.check(study)
    yield from percentages.check(study)
    yield from addresses.check(study)
    yield from baseline.check(study)
    yield from spread.age(study)
    for i, outcome in enumerate(study.outcomes):
        place: Path_ = ("outcomes", i)
        scale = scale_of(outcome, vocabulary)
        yield from shared_arms.check(outcome, place)
        for j, result in enumerate(outcome.results):
            where: Path_ = (*place, "results", j, "data")
            yield from _summaries(result, scale, where)
            yield from _reported(outcome, result, where)
            yield from derived_counts.check(result, where)
            yield from direction.check(study, outcome, result, where)
            yield from effects.check(study, outcome, result, where)


def _summaries(result: Result, scale: Scale, where: Path_) -> Iterator[Finding]:
    """Each mean with its spread, then the spreads of one result beside each other."""
    both = list(summaries(result, where))
    for place, summary, is_change in both:
        if not scale.holds(summary.mean, of_change=is_change):
            continue  # R033
        impossible = list(spread.check(summary, scale, place, of_change=is_change))
        yield from impossible
        if not any(finding.code == "R110" for finding in impossible):
            yield from granularity.check(summary, scale, place, of_change=is_change)
    data = result.data
    if isinstance(data, MeansData | PairedData | SingleMeansData):
        yield from spread.between_arms(
            [(place, s) for place, s, is_change in both if not is_change]
        )
    if isinstance(data, PairedData):
        yield from spread.paired(data, where)


def _reported(outcome: Outcome, result: Result, where: Path_) -> Iterator[Finding]:
    """P values, and what a result says twice in different ways."""
    data = result.data
    yield from printed_p.possible(getattr(data, "p", None), where)
    yield from contrasts.check(outcome, result, where)
    if isinstance(data, PairedData):
        yield from within_people.crossover(data, where)
    elif isinstance(data, SingleMeansData):
        yield from within_people.before_after(data, where)
    elif isinstance(data, StatementData):
        yield from written_tests.check(data, where)
