"""Parts of claims about harms: how many people had an event, and how large its risk may be.

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
    share_text,
)
from ketameta.counting import counted
from ketameta.measures.arms import Counts
from ketameta.measures.exact_proportions import clopper_pearson, largest_risk_of_none
from ketameta.pooling.result import Interval
from ketameta.records.claim_tests import EventsTest
from ketameta.records.vocabulary import Construct
from ketameta.synthesis.safety_groups import GroupRisk, group_risk
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


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a risk: in words, and the limits that decide; shares from 0 to 1.

    `few` says of how few studies, "" where they are enough to judge a claim by.
    """

    text: str
    share: float
    low: float
    high: float
    few: str


def harms(test: EventsTest, bench: Bench) -> PartFinding:
    """Count the people given ketamine and their events, and give limits of the risk.

    One study has its exact limits. Several are pooled as in the tables of harms: by a model in
    which risks differ, as one risk where nobody had the event, and not at all where two studies
    do not tell how much they differ; then the limits are the outermost of the studies.

    Case reports do not count, for an event is why they were written; they are named. A study
    counts once; of several events of the kind that a test does not tell apart the most frequent
    counts, and the reasons name the others.
    """
    counts = [c for c in harm_counts(bench.evidence) if _asked(c.result, test)]
    worst = _one_per_study([c for c in counts if c.group == KETAMINE])
    found = [c for c in worst if not c.case_report]
    reports = [c for c in worst if c.case_report and c.events]
    name = _name(test)
    case = f"Case reports, not counted: {_labels(reports)}." if reports else ""
    used = {(c.result.study, c.result.place) for c in found}
    group = group_risk(
        [c for c in counts if (c.result.study, c.result.place) in used], level=_level(bench)
    )
    if group is None:
        reason = f"{name}: no count in people given ketamine is on record."
        return PartFinding(Signal.SILENT, tuple(x for x in (reason, case) if x))
    known = _known(group, found, bench)
    reason = f"{name}: {known.text} ({counted(len(found), 'study')}). "
    if group.events == 0:
        reason += _unseen(group, _level(bench))
    signal, why = _signal(test, known)
    numbers = (ClaimNumber("events", known.text), *map(_number, (*found, *reports)))
    beside = _beside(counts, found)
    return PartFinding(signal, tuple(x for x in (reason + why, beside, case) if x), numbers)


def _level(bench: Bench) -> float:
    return float(bench.review.choices.level) / 100


def _known(group: GroupRisk, found: Sequence[Counted], bench: Bench) -> Known:
    """The limits by which a claim is judged: the widest that the pooled risk has."""
    level = _level(bench)
    said, share = f"{group.events}/{group.n}", group.events / group.n
    enough = len(found) >= int(bench.review.thresholds.small_k.value)
    few = "" if enough else f"only {counted(len(found), 'study')}"
    own = [clopper_pearson(Counts(c.events, c.n), level=level) for c in found]
    low, high = min(float(x[0]) for x in own), max(float(x[1]) for x in own)
    if len(found) == 1:
        return Known(f"{said}, exact {level:.0%} limits {_range(low, high)}", share, low, high, few)
    if group.estimate is None:
        text = f"{said}, not pooled; exact {level:.0%} limits of the studies {_range(low, high)}"
        return Known(text, share, low, high, few)
    low, high = _ends(group.interval)
    if group.events == 0:
        text = f"{said}, exact {level:.0%} limits {_range(low, high)} if all have the same risk"
        return Known(text, share, low, high, few)
    new = _ends(group.prediction)
    text = (
        f"{said}; in the median study {share_text(group.estimate)} ({_range(low, high)}), in a "
        f"new one {_range(*new)} ({level:.0%} limits)"
    )
    return Known(text, group.estimate, min(low, new[0]), max(high, new[1]), few)


def _ends(interval: Interval) -> tuple[float, float]:
    """The limits of a share; where there is none, the end of all shares."""
    return (
        0.0 if interval.low is None else interval.low,
        1.0 if interval.high is None else interval.high,
    )


def _range(low: float, high: float) -> str:
    return f"{share_text(low)} to {share_text(high)}"


def _unseen(group: GroupRisk, level: float) -> str:
    bound = float(largest_risk_of_none(group.n, level=level))
    return (
        f"Nobody had it, yet risks up to {share_text(bound)} would fit (one-sided {level:.0%} "
        f"bound; rule of three: 3/{group.n} = {share_text(3 / group.n)}). "
    )


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


def _signal(test: EventsTest, known: Known) -> tuple[Signal, str]:
    """Whether the limits lie on one side of what the claim calls rare; few studies judge weakly."""
    rare = float(test.rare_percent) / 100
    if test.claimed == "occurs":
        if known.share:
            return Signal.WEAK, "It happens; how often is known only within these limits."
        return Signal.OPEN, "It was not seen among these people."
    weakly = f", in {known.few}" if known.few else ""
    if known.high < rare:
        signal = Signal.WEAK if known.few else Signal.SUPPORTS
        return signal, f"Even the upper limit is below {share_text(rare)}{weakly}."
    if known.low > rare:
        signal = Signal.WEAK_AGAINST if known.few else Signal.AGAINST
        return signal, f"Even the lower limit is above {share_text(rare)}{weakly}."
    if known.share > rare:
        return Signal.OPEN, f"The share seen is above {share_text(rare)}, the lower limit is not."
    return Signal.OPEN, f"Too few people to call it rarer than {share_text(rare)}."


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
