"""Which results of a study could answer a question, and why the others could not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ketameta.questions.contrasts import CLASS_OF_CONTROL, ContrastClass
from ketameta.questions.question import Criteria, Question, WeeksWindow
from ketameta.records.provenance import Source, weakest_level
from ketameta.records.results import (
    ChangesData,
    ContrastData,
    Data,
    EventsData,
    MeansData,
    PairedData,
    Result,
    SingleEventsData,
    SingleMeansData,
    StatementData,
    Summary,
)
from ketameta.records.study import Arm, Outcome, Study
from ketameta.records.vocabulary import Phase, Role, Verification

BINARY = ("OR", "RR", "RD")
MEANS = ("MD", "SMD", "ROM")
CHANGE_SIGN = ("OR", "RD", "MD", "SMD")
"""Measures whose estimate for the opposite event or direction is the same with the other sign."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A result that can answer a question, with the two sides to compare.

    `inverted` says that the record counts the opposite event. `index` is the place of the
    result in the record: (outcome, result).
    """

    study: Study
    outcome: Outcome
    result: Result
    index: tuple[int, int]
    experimental: tuple[Arm, ...]
    control: tuple[Arm, ...]
    contrast_class: ContrastClass
    inverted: bool

    @property
    def control_type(self) -> str:
        """The control type, or several joined by "and"."""
        return " and ".join(dict.fromkeys(str(arm.control_type) for arm in self.control))


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a result is not a candidate."""

    category: str
    reason: str


def candidates(
    study: Study, question: Question, criteria: Criteria
) -> tuple[list[Candidate], list[Rejection]]:
    """Usable results of a study for a question, and a reason for each other result.

    A result that the record calls secondary is used only where the one it is secondary to cannot
    answer the question, for example because it has another measure.
    """
    found: list[Candidate] = []
    rejections: list[Rejection] = []
    choices = {choice.construct_: choice for choice in question.outcomes}
    for i, outcome in enumerate(study.outcomes):
        if outcome.construct_ not in choices:
            continue
        inverted = choices[outcome.construct_].invert
        usable: list[Candidate] = []
        for j, result in enumerate(outcome.results):
            reason = _unusable(study, result, question, inverted) or _unfit(study, result, criteria)
            sides = [] if reason else list(_sides(study, result.data, criteria))
            if not sides:
                rejections.append(reason or _without_sides(study, result, criteria))
            usable += [
                Candidate(study, outcome, result, (i, j), *side, inverted=inverted)
                for side in sides
            ]
        names = {candidate.result.id for candidate in usable}
        found += [c for c in usable if c.result.secondary_to not in names - {None, c.result.id}]
    return found, rejections


def documents(study: Study, result: Result) -> tuple[Source, ...]:
    """The documents that the effect estimate of a result rests on, the main one first.

    Documents of single fields count where the estimate is computed from the field: those of a
    count do, those of a p value, of the time, or of the people behind a reported estimate do not.
    """
    beside = {"p", "adjusted", "adjusted_for"}
    if isinstance(result.data, ContrastData):
        beside.add("n")
    refs = [result.source]
    for name, ref in result.field_sources.items():
        step = name.removeprefix("data.").split(".")[0]
        if step in type(result.data).model_fields and step not in beside:
            refs.append(ref)
    keys = dict.fromkeys(key for ref in refs for key in (ref.ref, *ref.also))
    return tuple(study.sources[key] for key in keys)


def result_level(study: Study, result: Result) -> str:
    """How far the estimate of a result was verified, by the weakest document it rests on."""
    return weakest_level(documents(study, result), derived=result.source.derivation is not None)


def _unusable(study: Study, result: Result, question: Question, inverted: bool) -> Rejection | None:
    """Why a result cannot answer the question, whatever the criteria."""
    when = result.time.label
    if not _time_fits(result, question):
        return Rejection("other", f"{when}: outside the time of the question.")
    if isinstance(result.data, SingleEventsData | SingleMeansData):
        if any(arm.role is Role.CONTROL for arm in study.arms):
            return Rejection("no usable number", f"{when}: numbers of one arm only.")
        return Rejection("no comparison group", "No comparison group.")
    if reason := _no_number(result.data, question.measure, inverted):
        return Rejection("no usable number", f"{when}: {reason}")
    if any(d.level is Verification.RECOLLECTION for d in documents(study, result)):
        return Rejection("no usable number", f"{when}: remembered only, not seen in any source.")
    return None


def _unfit(study: Study, result: Result, criteria: Criteria) -> Rejection | None:
    """Which criterion a result or its study does not meet."""
    when = result.time.label
    levels = list(dict.fromkeys(document.level for document in documents(study, result)))
    if criteria.verification and not set(levels) <= set(criteria.verification):
        weak = " and ".join(str(v) for v in levels if v not in criteria.verification)
        return Rejection("criteria", f"{when}: the number rests on {weak}.")
    if criteria.assessments and result.assessment not in criteria.assessments:
        return Rejection("criteria", f"{when}: assessment: {result.assessment}.")
    if criteria.randomised and study.design.randomised not in criteria.randomised:
        return Rejection("criteria", f"Randomised: {study.design.randomised}.")
    if criteria.substances and study.substance not in criteria.substances:
        return Rejection("criteria", f"Substance: {study.substance}.")
    return None


def _time_fits(result: Result, question: Question) -> bool:
    if result.time.phase is Phase.BASELINE:
        return False
    if question.time == "end of treatment":
        return result.time.phase is Phase.END
    if isinstance(question.time, WeeksWindow):
        weeks = result.time.weeks
        return weeks is not None and question.time.minimum <= weeks <= question.time.maximum
    return True


def _no_number(data: Data, measure: str, inverted: bool) -> str | None:
    """What a result lacks for a measure, or None."""
    if isinstance(data, StatementData):
        return f"only words ({data.direction})."
    if inverted and not _can_be_inverted(data, measure):
        return f"{measure} cannot be turned round without the counts."
    if isinstance(data, ContrastData):
        if data.measure != measure:
            return f"reported as {data.measure}, the question asks for {measure}."
        if data.se is None and (data.ci_low is None or data.ci_high is None):
            return "an estimate without an interval."
        return None
    if measure in BINARY:
        return None if isinstance(data, EventsData) else "not events per arm."
    if measure in MEANS and isinstance(data, PairedData):
        known = data.mean_difference is not None
        spread = data.sd_difference is not None or data.t is not None
        return None if known and spread and measure == "MD" else "no paired standard deviation."
    if measure in MEANS and isinstance(data, MeansData | ChangesData):
        if isinstance(data, ChangesData) and measure != "MD":
            return "changes cannot be standardised together with end values."
        complete = all(_complete(summary) for summary in data.arms.values())
        return None if complete else "means without a standard deviation or a number of people."
    return f"cannot be expressed as {measure}."


def _can_be_inverted(data: Data, measure: str) -> bool:
    """Whether the opposite event or direction has an estimate; for most ratios it has none."""
    return isinstance(data, EventsData) or measure in CHANGE_SIGN


def _complete(summary: Summary) -> bool:
    return (
        summary.n is not None
        and summary.mean is not None
        and (
            summary.sd is not None
            or summary.se is not None
            or (summary.ci_low is not None and summary.ci_high is not None)
        )
    )


def _arms(study: Study, data: Data) -> tuple[tuple[Arm, ...], tuple[Arm, ...]]:
    """Tested and control arms that a result has numbers for."""
    if isinstance(data, ContrastData):
        return tuple(map(study.arm, data.experimental)), tuple(map(study.arm, data.control))
    if isinstance(data, PairedData):
        return (study.arm(data.experimental),), (study.arm(data.control),)
    used = [arm for arm in study.arms if arm.id in getattr(data, "arms", {})]
    experimental = tuple(arm for arm in used if arm.role is Role.EXPERIMENTAL)
    return experimental, tuple(arm for arm in used if arm.role is Role.CONTROL)


def _sides(
    study: Study, data: Data, criteria: Criteria
) -> Iterator[tuple[tuple[Arm, ...], tuple[Arm, ...], ContrastClass]]:
    """Experimental and control arms of each allowed contrast class."""
    experimental, controls = _arms(study, data)
    for contrast_class in ContrastClass:
        if criteria.contrast_classes and contrast_class not in criteria.contrast_classes:
            continue
        side = tuple(a for a in controls if control_fits(a, contrast_class, criteria))
        whole = len(side) == len(controls)  # arms of a finished estimate cannot be taken apart
        if experimental and side and (whole or not isinstance(data, ContrastData)):
            yield experimental, side, contrast_class


def control_fits(arm: Arm, contrast_class: ContrastClass, criteria: Criteria) -> bool:
    """Whether an arm is a control of a contrast class, and of a kind that the criteria allow."""
    if arm.control_type is None or CLASS_OF_CONTROL[arm.control_type] is not contrast_class:
        return False
    return not criteria.control_types or arm.control_type in criteria.control_types


def _without_sides(study: Study, result: Result, criteria: Criteria) -> Rejection:
    experimental, controls = _arms(study, result.data)
    types = list(dict.fromkeys(arm.control_type for arm in controls if arm.control_type))
    if not experimental or not types:
        return Rejection("no comparison group", "No comparison group.")
    kinds = " and ".join(types)
    classes = list(dict.fromkeys(CLASS_OF_CONTROL[kind] for kind in types))
    allowed = criteria.contrast_classes or tuple(ContrastClass)
    if not any(name in allowed for name in classes):
        message = f"a {' and '.join(classes)} (control: {kinds})."
        return Rejection("criteria", f"{result.time.label}: {message}")
    return Rejection("criteria", f"{result.time.label}: the control is {kinds}.")
