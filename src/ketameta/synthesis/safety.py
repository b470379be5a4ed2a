"""Harms: risks per group with exact intervals, comparisons, and what pooling can say of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ketameta.errors import KetametaError
from ketameta.measures.arms import Counts
from ketameta.measures.difference_intervals import miettinen_nurminen, newcombe
from ketameta.measures.exact_proportions import clopper_pearson, largest_risk_of_none
from ketameta.pooling.common_effect import Tables
from ketameta.pooling.exact_odds_ratio import exact_odds_ratio
from ketameta.questions.candidates import Candidate, candidates
from ketameta.questions.question import Criteria, OutcomeChoice, Question, Review
from ketameta.questions.selection import select
from ketameta.records.results import EventsData
from ketameta.records.store import Evidence
from ketameta.records.study import Arm
from ketameta.records.vocabulary import Better, Construct, DesignType, Status
from ketameta.synthesis.safety_groups import GroupRisk, group_risk
from ketameta.synthesis.safety_methods import HarmPool, harm_pools
from ketameta.synthesis.safety_records import (
    HARM_NAMES,
    OTHER_HARM,
    HarmCount,
    HarmMissing,
    HarmWords,
    harm_counts,
    harm_missing,
    harm_of,
    harm_silent,
    harm_words,
)

CROSSOVER_NOTE = "The same people were in both groups; the interval treats them as different ones."
Pair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class HarmRisk:
    """A count with its exact interval; shares from 0 to 1.

    `upper_of_none` is the one-sided bound where nobody had the event, otherwise None.
    """

    count: HarmCount
    low: float
    high: float
    upper_of_none: float | None

    @property
    def risk(self) -> float:
        """Share with the event."""
        return self.count.events / self.count.n


@dataclass(frozen=True, slots=True)
class HarmComparison:
    """Ketamine against a control in one study; differences from -1 to 1, ratios not logged.

    Attributes
    ----------
    ketamine, control
        Events and people.
    difference, score, newcombe
        Risk difference with the intervals of Miettinen and Nurminen and of Newcombe.
    odds_ratio, exact, mid_p
        Conditional odds ratio with its intervals; None where nobody, or everybody, had the event.
    pooled
        Whether it takes part in pooling; `why_not` says why it does not.
    note
        What else to know.
    """

    study: str
    label: str
    construct: str
    definition: str
    time: str
    contrast_class: str
    control_type: str
    ketamine: tuple[int, int]
    control: tuple[int, int]
    difference: float
    score: Pair
    newcombe: Pair
    odds_ratio: float | None
    exact: Pair | None
    mid_p: Pair | None
    pooled: bool
    why_not: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Harm:
    """All that is known of one harm."""

    construct: str
    risks: tuple[HarmRisk, ...]
    comparisons: tuple[HarmComparison, ...]
    pools: tuple[HarmPool, ...]
    ketamine: GroupRisk | None
    words: tuple[HarmWords, ...]
    missing: tuple[HarmMissing, ...]


@dataclass(frozen=True, slots=True)
class Safety:
    """Every harm that is looked for, in order; `silent` studies say nothing about any."""

    harms: tuple[Harm, ...]
    silent: tuple[str, ...]
    level: float


def safety(evidence: Evidence, review: Review) -> Safety:
    """What the records say about harms.

    Parameters
    ----------
    evidence
        The records; trials without results are left aside.
    review
        Its criteria decide which comparisons are pooled, its level the coverage of intervals.
    """
    level = float(review.choices.level) / 100
    counts, words, missing = harm_counts(evidence), harm_words(evidence), harm_missing(evidence)
    harms = []
    for construct in HARM_NAMES:
        own = [c for c in counts if c.result.construct == construct]
        compared = tuple(_comparisons(construct, evidence, review.criteria, level))
        harms.append(
            Harm(
                construct,
                tuple(_risk(count, level) for count in own),
                compared,
                _pools(compared, level),
                group_risk(own, level=level),
                tuple(w for w in words if w.result.construct == construct),
                tuple(m for m in missing if construct in m.constructs),
            )
        )
    return Safety(tuple(harms), harm_silent(evidence), level)


def _risk(count: HarmCount, level: float) -> HarmRisk:
    low, high = clopper_pearson(Counts(count.events, count.n), level=level)
    none = float(largest_risk_of_none(count.n, level=level)) if count.events == 0 else None
    return HarmRisk(count, float(low), float(high), none)


def _comparisons(
    construct: str, evidence: Evidence, criteria: Criteria, level: float
) -> Iterator[HarmComparison]:
    question = _question(construct)
    chosen = {(c.study.id, c.index) for c in select(question, criteria, evidence.studies).chosen}
    for study in evidence.studies:
        if study.status is Status.ONGOING:
            continue
        for candidate in candidates(study, question, Criteria())[0]:
            if harm_of(candidate.outcome) == construct:
                reason = _why_not(candidate, chosen, criteria)
                yield from _compared(candidate, level, reason)


def _question(construct: str) -> Question:
    own = next((c for c in Construct if str(c) == construct), Construct.OTHER)
    return Question(
        id="safety",
        title=construct.capitalize(),
        text=construct.capitalize(),
        outcomes=(OutcomeChoice(construct=own),),
        better=Better.LOWER,
        measure="RD",
        time="longest",
    )


def _why_not(
    candidate: Candidate, chosen: set[tuple[str, tuple[int, int]]], criteria: Criteria
) -> str:
    """Why a comparison is not pooled; "" where it is."""
    study, classes = candidate.study, criteria.contrast_classes
    if study.status is not Status.INCLUDED:
        return f"The study is not among those included ({study.status})."
    if classes and candidate.contrast_class not in classes:
        return f"A {candidate.contrast_class}."
    if study.design.type is DesignType.CROSSOVER:
        return "A crossover."
    if (study.id, candidate.index) not in chosen:
        return "Another result of the study is used, or the criteria of the review leave it out."
    return ""


def _compared(candidate: Candidate, level: float, reason: str) -> Iterator[HarmComparison]:
    data = candidate.result.data
    if not isinstance(data, EventsData):
        return

    def side(arms: Sequence[Arm]) -> tuple[int, int]:
        own = [data.arms[arm.id] for arm in arms]
        return sum(o.events for o in own), sum(o.n for o in own)

    one, two = side(candidate.experimental), side(candidate.control)
    score = miettinen_nurminen(Counts(*one), Counts(*two), level=level)
    hybrid = newcombe(Counts(*one), Counts(*two), level=level)
    ratio = _ratio(one, two, level)
    crossover = candidate.study.design.type is DesignType.CROSSOVER
    yield HarmComparison(
        study=candidate.study.id,
        label=candidate.study.label,
        construct=harm_of(candidate.outcome) or OTHER_HARM,
        definition=candidate.outcome.definition,
        time=candidate.result.time.label,
        contrast_class=str(candidate.contrast_class),
        control_type=candidate.control_type,
        ketamine=one,
        control=two,
        difference=one[0] / one[1] - two[0] / two[1],
        score=(float(score[0]), float(score[1])),
        newcombe=(float(hybrid[0]), float(hybrid[1])),
        odds_ratio=None if ratio is None else ratio[0],
        exact=None if ratio is None else ratio[1],
        mid_p=None if ratio is None else ratio[2],
        pooled=not reason,
        why_not=reason,
        note=CROSSOVER_NOTE if crossover else "",
    )


def _ratio(
    one: tuple[int, int], two: tuple[int, int], level: float
) -> tuple[float, Pair, Pair] | None:
    tables = Tables.from_counts(Counts(*one), Counts(*two))
    try:
        found = exact_odds_ratio(tables, level=level)
    except KetametaError:
        return None
    exact, mid = np.exp(found.exact), np.exp(found.mid_p)
    return (
        float(np.exp(found.estimate)),
        (float(exact[0]), float(exact[1])),
        (float(mid[0]), float(mid[1])),
    )


def _pools(comparisons: Sequence[HarmComparison], level: float) -> tuple[HarmPool, ...]:
    """By every method, from two studies on."""
    used = [c for c in comparisons if c.pooled]
    if len(used) < 2:
        return ()
    first = Counts([c.ketamine[0] for c in used], [c.ketamine[1] for c in used])
    second = Counts([c.control[0] for c in used], [c.control[1] for c in used])
    return harm_pools(Tables.from_counts(first, second, [c.label for c in used]), level=level)
