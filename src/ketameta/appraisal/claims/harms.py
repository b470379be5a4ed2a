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
    counted,
    listed,
    percent,
)
from ketameta.measures.arms import Counts
from ketameta.measures.exact_proportions import clopper_pearson, largest_risk_of_none
from ketameta.records.claim_tests import EventsTest
from ketameta.synthesis.safety_records import KETAMINE, HarmCount, HarmResult, harm_counts


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
    were written; they are named. A study counts once, with its most frequent event of the kind.
    """
    counts = [c for c in harm_counts(bench.evidence) if c.result.construct == test.construct_]
    worst = _one_per_study([c for c in counts if c.group == KETAMINE])
    found = [c for c in worst if not c.case_report]
    reports = [c for c in worst if c.case_report and c.events]
    name = str(test.construct_).capitalize()
    case = f"Case reports, not counted: {_labels(reports)}." if reports else ""
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


def _labels(found: Sequence[Counted]) -> str:
    return listed([c.result.label for c in found])


def _number(found: Counted) -> ClaimNumber:
    result = found.result
    return ClaimNumber(
        result.study,
        f"{result.label}: {found.events}/{found.n} ({result.definition})",
        result.study,
        result.source.file,
        result.source.line,
        result.source.address or "",
        result.source.verification,
    )
