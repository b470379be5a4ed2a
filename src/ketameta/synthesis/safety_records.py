"""What the records say about harms: counts per group, words, and what nobody has extracted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ketameta.questions.contrasts import CLASS_OF_CONTROL, ContrastClass
from ketameta.records.missing_words import speaks_of
from ketameta.records.results import EventsData, SingleEventsData, StatementData
from ketameta.records.store import Evidence
from ketameta.records.study import Arm, Outcome, Study
from ketameta.records.vocabulary import Construct, DesignType, Enantiomer, Role, Status
from ketameta.synthesis.answer import SourceLine
from ketameta.synthesis.result_source import result_source
from ketameta.synthesis.result_words import in_words, remembered

KETAMINE, CONTROL, OTHER_TREATMENT = (
    "ketamine",
    "control without ketamine",
    "other treatment",
)
WITH_KETAMINE = (ContrastClass.DOSE, ContrastClass.SESSIONS, ContrastClass.PROCEDURE)
OTHER_HARM = "other adverse effect"
"""Outcomes that no construct names, but whose definition speaks of an adverse effect."""

HARMS = (
    Construct.ANY_ADVERSE,
    Construct.SERIOUS_ADVERSE,
    Construct.REMOVAL,
    Construct.DROPOUT,
    Construct.MISUSE,
    Construct.DISSOCIATION,
    Construct.CARDIOVASCULAR,
    Construct.SEDATION,
    Construct.NAUSEA,
    Construct.URINARY,
)
HARM_NAMES = (*map(str, HARMS), OTHER_HARM)
"""Every harm that is looked for, in order."""


@dataclass(frozen=True, slots=True)
class HarmResult:
    """One result about harm as a record has it; which study, which outcome, when.

    `place` is (outcome, result) in the record.
    """

    study: str
    label: str
    substance: str
    status: str
    design: str
    construct: str
    definition: str
    time: str
    weeks: float | None
    source: SourceLine
    place: tuple[int, int]


@dataclass(frozen=True, slots=True)
class HarmCount:
    """People with the event in one group of one study.

    Attributes
    ----------
    group
        `KETAMINE`, `CONTROL` or `OTHER_TREATMENT`: by what was given, not by the arm's role.
    arm
        The arm's name.
    case_report
        Whether the people were reported because something happened to them: such counts have no
        meaning as a risk.
    """

    result: HarmResult
    group: str
    arm: str
    events: int
    n: int
    case_report: bool


@dataclass(frozen=True, slots=True)
class HarmWords:
    """A result that is not a count per group, in words."""

    result: HarmResult
    direction: str
    text: str


@dataclass(frozen=True, slots=True)
class HarmMissing:
    """What a study has, or should have, and nobody has extracted.

    `constructs` are the harms the entry speaks of.
    """

    study: str
    label: str
    constructs: tuple[str, ...]
    what: str
    where: str


def harm_counts(evidence: Evidence) -> tuple[HarmCount, ...]:
    """Counts of every harm, in the order of `HARM_NAMES`, then by study, then by group."""
    found = [
        count
        for study, outcome, i in _outcomes(evidence)
        for j, result in enumerate(outcome.results)
        if not remembered(study, result)
        for count in _counts(_result(evidence, study, (i, j)), study)
    ]
    order = list(HARM_NAMES)
    return tuple(sorted(found, key=lambda c: order.index(c.result.construct)))


def harm_words(evidence: Evidence) -> tuple[HarmWords, ...]:
    """Results that are not counts, in the same order."""
    found = []
    for study, outcome, i in _outcomes(evidence):
        for j, result in enumerate(outcome.results):
            data = result.data
            if isinstance(data, EventsData | SingleEventsData) or remembered(study, result):
                continue
            direction = str(data.direction) if isinstance(data, StatementData) else ""
            line = _result(evidence, study, (i, j))
            found.append(HarmWords(line, direction, in_words(data)))
    order = list(HARM_NAMES)
    return tuple(sorted(found, key=lambda w: order.index(w.result.construct)))


def harm_missing(evidence: Evidence) -> tuple[HarmMissing, ...]:
    """Entries of `missing` that speak of a harm, in the order of the studies."""
    return tuple(
        HarmMissing(study.id, study.label, constructs, missing.what, missing.where)
        for study in evidence.studies
        for missing in study.missing
        if (constructs := _spoken_of(missing.what))
    )


def harm_silent(evidence: Evidence) -> tuple[str, ...]:
    """Labels of finished studies whose records say nothing about harm, not even what is missing."""
    heard = {w.result.study for w in harm_words(evidence)} | {
        c.result.study for c in harm_counts(evidence)
    }
    heard |= {missing.study for missing in harm_missing(evidence)}
    return tuple(
        study.label
        for study in evidence.studies
        if study.status is not Status.ONGOING and study.id not in heard
    )


def harm_of(outcome: Outcome) -> str | None:
    """The harm that an outcome counts, None where it counts none."""
    construct = str(outcome.construct_)
    if construct in HARM_NAMES:
        return construct
    adverse = outcome.construct_ is Construct.OTHER and "adverse" in outcome.definition.lower()
    return OTHER_HARM if adverse else None


def given(arm: Arm) -> str:
    """The group of an arm by what it received; controls on less ketamine received ketamine."""
    if arm.role is Role.EXPERIMENTAL:
        return KETAMINE
    if arm.control_type is not None:
        return KETAMINE if CLASS_OF_CONTROL[arm.control_type] in WITH_KETAMINE else CONTROL
    return OTHER_TREATMENT if arm.enantiomer is Enantiomer.NOT_KETAMINE else KETAMINE


def _outcomes(evidence: Evidence) -> Iterator[tuple[Study, Outcome, int]]:
    for study in evidence.studies:
        if study.status is Status.ONGOING:
            continue
        for i, outcome in enumerate(study.outcomes):
            if harm_of(outcome) is not None:
                yield study, outcome, i


def _result(evidence: Evidence, study: Study, place: tuple[int, int]) -> HarmResult:
    outcome = study.outcomes[place[0]]
    result = outcome.results[place[1]]
    return HarmResult(
        study=study.id,
        label=study.label,
        substance=str(study.substance),
        status=str(study.status),
        design=str(study.design.type),
        construct=harm_of(outcome) or OTHER_HARM,
        definition=outcome.definition,
        time=result.time.label,
        weeks=None if result.time.weeks is None else float(result.time.weeks),
        source=result_source(evidence, study, place),
        place=place,
    )


def _counts(line: HarmResult, study: Study) -> Iterator[HarmCount]:
    data = study.outcomes[line.place[0]].results[line.place[1]].data
    case = study.design.type is DesignType.CASE_REPORT
    if isinstance(data, SingleEventsData):
        arm = study.arm(data.arm)
        yield HarmCount(line, given(arm), arm.label, data.events, data.n, case)
    elif isinstance(data, EventsData):
        for arm in study.arms:
            if arm.id in data.arms:
                own = data.arms[arm.id]
                yield HarmCount(line, given(arm), arm.label, own.events, own.n, case)


def _spoken_of(what: str) -> tuple[str, ...]:
    return tuple(str(harm) for harm in HARMS if speaks_of(what, harm))
