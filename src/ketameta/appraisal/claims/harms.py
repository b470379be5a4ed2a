"""Parts of claims about harms: how many people had an event, with exact limits.

Nobody having had an event among few people does not make the risk zero: with 44 people it may
still be 8%.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ketameta.appraisal.claims.findings import (
    Bench,
    ClaimNumber,
    PartFinding,
    Signal,
    listed,
    percent,
)
from ketameta.counting import counted
from ketameta.measures.arms import Counts
from ketameta.measures.exact_proportions import clopper_pearson, largest_risk_of_none
from ketameta.records.claim_tests import EventsTest
from ketameta.records.vocabulary import Construct
from ketameta.synthesis.safety_records import (
    KETAMINE,
    OTHER_HARM,
    HarmCount,
    HarmResult,
    harm_counts,
)


@dataclass(frozen=True, slots=True)
class Counted:
    """Events among the people given ketamine in one result of a study."""

    result: HarmResult
    events: int
    n: int
    case_report: bool


def harms(test: EventsTest, bench: Bench) -> PartFinding:
    """Add up the people given ketamine and their events, and give exact limits of the share.

    People are added up over studies as they are: the sum says how much has been seen, and is no
    estimate for any one group of patients. Case reports do not count, for an event is why they
    were written; they are named. A study counts once; of several events of the kind that a test
    does not tell apart the most frequent counts, and the reasons name the others.
    """
    counts = [c for c in harm_counts(bench.evidence) if _asked(c.result, test)]
    worst = _one_per_study([c for c in counts if c.group == KETAMINE])
    found = [c for c in worst if not c.case_report]
    reports = [c for c in worst if c.case_report and c.events]
    name = _name(test)
    case = f"Case reports, not counted: {_labels(reports)}." if reports else ""
    beside = _beside(counts, found)
    if not found:
        reason = f"{name}: no count in people given ketamine is on record."
        return PartFinding(Signal.SILENT, tuple(x for x in (reason, case) if x))
    events, people = sum(c.events for c in found), sum(c.n for c in found)
    low, high = (float(x) for x in clopper_pearson(Counts(events, people)))
    text = f"{events}/{people}, exact 95% limits {percent(low)} to {percent(high)}"
    added = " added up" if len(found) > 1 else ""
    reason = f"{name}: {text} ({counted(len(found), 'study')}{added}). "
    if events == 0:
        one_sided = float(largest_risk_of_none(people))
        reason += (
            f"Nobody had it, yet a risk up to {percent(one_sided)} would go unseen once in twenty "
            f"times (rule of three: 3/{people} = {percent(3 / people)}). "
        )
    signal, why = _signal(test, events / people, (low, high))
    numbers = (ClaimNumber("events", text), *map(_number, (*found, *reports)))
    return PartFinding(signal, tuple(x for x in (reason + why, beside, case) if x), numbers)


def _asked(result: HarmResult, test: EventsTest) -> bool:
    kind = OTHER_HARM if test.construct_ is Construct.OTHER else str(test.construct_)
    if result.construct != kind:
        return False
    words = [word.casefold() for word in test.mentions]
    return not words or any(word in result.definition.casefold() for word in words)


def _name(test: EventsTest) -> str:
    """What was looked for: "Nausea", or the words where a test names some."""
    if not test.mentions:
        return str(test.construct_).capitalize()
    words = " or ".join(test.mentions)
    return f"{words[:1].upper()}{words[1:]}"


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


def _one_per_study(counts: Sequence[HarmCount]) -> list[Counted]:
    """Arms of a result added up, and of the results of a study the most frequent event."""
    sums: dict[tuple[str, tuple[int, int]], Counted] = {}
    for count in counts:
        key = (count.result.study, count.result.place)
        so_far = sums.get(key, Counted(count.result, 0, 0, count.case_report))
        sums[key] = Counted(
            count.result, so_far.events + count.events, so_far.n + count.n, count.case_report
        )
    worst: dict[str, Counted] = {}
    for (study, _), found in sums.items():
        worst[study] = max(worst.get(study, found), found, key=lambda c: (c.events / c.n, c.n))
    return [worst[study] for study in sorted(worst)]


def _beside(counts: Sequence[HarmCount], found: Sequence[Counted]) -> str:
    """Other events of the kind in the same people, which are not added up."""
    used = {(c.result.study, c.result.place) for c in found}
    others = [
        f"{c.result.label}: {c.events}/{c.n} ({c.result.definition})"
        for c in counts
        if c.group == KETAMINE
        and not c.case_report
        and (c.result.study, c.result.place) not in used
    ]
    return f"Also counted in the same people: {'; '.join(others)}." if others else ""


def _labels(found: Sequence[Counted]) -> str:
    return listed([c.result.label for c in found])


def _number(found: Counted) -> ClaimNumber:
    result = found.result
    text = f"{result.label}: {found.events}/{found.n} ({result.definition})"
    return ClaimNumber.read_in(result.study, text, result.source)
