"""Parts of claims about harms: how many people had an event, with exact limits.

Nobody having had an event among few people does not make the risk zero: with 44 people it may
still be 8%.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ketameta.appraisal.claims.findings import (
    Bench,
    ClaimNumber,
    PartFinding,
    Signal,
    counted,
    listed,
    percent,
)
from ketameta.measures.arms import Counts
from ketameta.measures.exact_proportions import clopper_pearson, largest_risk_of_none
from ketameta.questions.candidates import documents
from ketameta.records.claim_tests import EventsTest
from ketameta.records.results import EventsData, Result, SingleEventsData
from ketameta.records.study import Study
from ketameta.records.vocabulary import DesignType, Enantiomer, Status, Verification


@dataclass(frozen=True, slots=True)
class Counted:
    """Events among the people given ketamine in one study, and where the record has them."""

    study: Study
    index: tuple[int, int]
    events: int
    n: int


def harms(test: EventsTest, bench: Bench) -> PartFinding:
    """Add up the people given ketamine and their events, and give exact limits of the share.

    People are added up over studies as they are: the sum says how much has been seen, and is no
    estimate for any one group of patients. Case reports do not count, for an event is why they
    were written; they are named. A study counts once, with its most frequent event of the kind.
    """
    found, reports = _collected(test, bench)
    name = str(test.construct_)
    case = (
        f"Case reports, not counted: {listed([c.study.label for c in reports])}." if reports else ""
    )
    if not found:
        reason = f"{name.capitalize()}: no count in people given ketamine is on record."
        return PartFinding(Signal.SILENT, tuple(x for x in (reason, case) if x))
    events, people = sum(c.events for c in found), sum(c.n for c in found)
    low, high = (float(x) for x in clopper_pearson(Counts(events, people)))
    text = f"{events}/{people}, exact 95% limits {percent(low)} to {percent(high)}"
    reason = f"{name.capitalize()}: {text} ({counted(len(found), 'study')}). "
    if events == 0:
        one_sided = float(largest_risk_of_none(people))
        reason += (
            f"Nobody had it, yet a risk up to {percent(one_sided)} would go unseen once in twenty "
            f"times (rule of three: 3/{people} = {percent(3 / people)}). "
        )
    signal, why = _signal(test, events / people, (low, high))
    numbers = (ClaimNumber("events", text), *(_number(c, bench) for c in (*found, *reports)))
    return PartFinding(signal, tuple(x for x in (reason + why, case) if x), numbers)


def _signal(test: EventsTest, share: float, interval: tuple[float, float]) -> tuple[Signal, str]:
    low, high = interval
    rare = float(test.rare_percent) / 100
    if test.claimed == "occurs":
        if share:
            return Signal.WEAK, "It happens; how often is known only within these limits."
        return Signal.OPEN, "It was not seen among these people."
    if high < rare:
        return Signal.SUPPORTS, f"Even the upper limit is below {percent(rare)}."
    if low > rare:
        return Signal.AGAINST, f"Even the lower limit is above {percent(rare)}."
    if share > rare:
        return Signal.OPEN, f"The share seen is above {percent(rare)}."
    return Signal.WEAK, f"Too few people to call it rarer than {percent(rare)}."


def _collected(test: EventsTest, bench: Bench) -> tuple[list[Counted], list[Counted]]:
    """Studies with counts, and case reports with an event."""
    found: list[Counted] = []
    reports: list[Counted] = []
    for study in bench.evidence.studies:
        if study.status is Status.ONGOING:
            continue
        counts = list(_counts(study, test))
        if not counts:
            continue
        worst = max(counts, key=lambda c: (c.events / c.n, c.n))
        is_report = study.design.type is DesignType.CASE_REPORT
        (reports if is_report else found).append(worst)
    return found, [c for c in reports if c.events]


def _counts(study: Study, test: EventsTest) -> Iterator[Counted]:
    """People with ketamine in each result on the event."""
    ketamine = {a.id for a in study.arms if a.enantiomer is not Enantiomer.NOT_KETAMINE}
    for i, outcome in enumerate(study.outcomes):
        if outcome.construct_ is not test.construct_:
            continue
        for j, result in enumerate(outcome.results):
            if any(d.level is Verification.RECOLLECTION for d in documents(study, result)):
                continue
            events, n = _in_arms(result, ketamine)
            if n:
                yield Counted(study, (i, j), events, n)


def _in_arms(result: Result, ketamine: set[str]) -> tuple[int, int]:
    data = result.data
    if isinstance(data, SingleEventsData) and data.arm in ketamine:
        return data.events, data.n
    if isinstance(data, EventsData):
        arms = [counts for name, counts in data.arms.items() if name in ketamine]
        return sum(c.events for c in arms), sum(c.n for c in arms)
    return 0, 0


def _number(found: Counted, bench: Bench) -> ClaimNumber:
    i, j = found.index
    study = found.study
    file, line = bench.place(study, ("outcomes", i, "results", j))
    source = study.sources[study.outcomes[i].results[j].source.ref]
    name = study.outcomes[i].definition
    return ClaimNumber(
        study.id,
        f"{study.label}: {found.events}/{found.n} ({name})",
        study.id,
        file,
        line,
        source.url or "",
        str(source.level),
    )
