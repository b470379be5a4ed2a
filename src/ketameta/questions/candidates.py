"""Which results of a study could answer a question, and why the others could not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ketameta.questions.contrasts import CLASS_OF_CONTROL, ContrastClass
from ketameta.questions.question import Criteria, Question, WeeksWindow
from ketameta.records.provenance import SourceRef
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
    """Usable results of a study for a question, and a reason for each other result."""
    found: list[Candidate] = []
    rejections: list[Rejection] = []
    constructs = {choice.construct_: choice for choice in question.outcomes}
    for i, outcome in enumerate(study.outcomes):
        choice = constructs.get(outcome.construct_)
        if choice is None:
            continue
        for j, result in enumerate(outcome.results):
            reason = _unusable(study, result, question, criteria)
            if reason is not None:
                rejections.append(reason)
                continue
            sides = list(_sides(study, result.data, criteria))
            if not sides:
                rejections.append(_no_sides(study, result, criteria))
            for experimental, control, contrast_class in sides:
                found.append(
                    Candidate(
                        study,
                        outcome,
                        result,
                        (i, j),
                        experimental,
                        control,
                        contrast_class,
                        choice.invert,
                    )
                )
    return found, rejections


def levels(study: Study, ref: SourceRef) -> tuple[Verification, ...]:
    """How far the documents behind a value were verified."""
    return tuple(study.sources[name].level for name in (ref.ref, *ref.also))


def _unusable(
    study: Study, result: Result, question: Question, criteria: Criteria
) -> Rejection | None:
    when = result.time.label
    verified = levels(study, result.source)
    if result.secondary_to:
        return Rejection("other", f"{when}: the same people are counted by another result.")
    if not _time_fits(result, question):
        return Rejection("other", f"{when}: outside the time of the question.")
    if isinstance(result.data, SingleEventsData | SingleMeansData):
        return Rejection("no comparison group", "No comparison group.")
    if reason := _no_number(result.data, question.measure):
        return Rejection("no usable number", f"{when}: {reason}")
    if Verification.RECOLLECTION in verified:
        return Rejection("no usable number", f"{when}: remembered only, not seen in any source.")
    if criteria.verification and not set(verified) <= set(criteria.verification):
        weakest = " and ".join(
            dict.fromkeys(str(v) for v in verified if v not in criteria.verification)
        )
        return Rejection("criteria", f"{when}: rests on a {weakest}.")
    if criteria.assessments and result.assessment not in criteria.assessments:
        return Rejection("criteria", f"{when}: assessed by {result.assessment}.")
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


def _no_number(data: Data, measure: str) -> str | None:
    """What a result lacks for a measure, or None."""
    if isinstance(data, StatementData):
        return f"only words ({data.direction})."
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


def _sides(
    study: Study, data: Data, criteria: Criteria
) -> Iterator[tuple[tuple[Arm, ...], tuple[Arm, ...], ContrastClass]]:
    """Experimental and control arms of each allowed contrast class."""
    if isinstance(data, ContrastData):
        arms = [study.arm(a) for a in (*data.experimental, *data.control)]
        experimental = tuple(arms[: len(data.experimental)])
        controls = tuple(arms[len(data.experimental) :])
    elif isinstance(data, PairedData):
        experimental, controls = (study.arm(data.experimental),), (study.arm(data.control),)
    else:
        used = [arm for arm in study.arms if arm.id in getattr(data, "arms", {})]
        experimental = tuple(a for a in used if a.role is Role.EXPERIMENTAL)
        controls = tuple(a for a in used if a.role is Role.CONTROL)
    if not experimental:
        return
    for contrast_class in ContrastClass:
        if criteria.contrast_classes and contrast_class not in criteria.contrast_classes:
            continue
        side = tuple(a for a in controls if _fits(a, contrast_class, criteria))
        if side and (not isinstance(data, ContrastData) or len(side) == len(controls)):
            yield experimental, side, contrast_class


def _fits(arm: Arm, contrast_class: ContrastClass, criteria: Criteria) -> bool:
    if arm.control_type is None or CLASS_OF_CONTROL[arm.control_type] is not contrast_class:
        return False
    return not criteria.control_types or arm.control_type in criteria.control_types


def _no_sides(study: Study, result: Result, criteria: Criteria) -> Rejection:
    controls = [arm for arm in study.arms if arm.role is Role.CONTROL and arm.control_type]
    if not controls:
        return Rejection("no comparison group", "No comparison group.")
    kinds = " and ".join(dict.fromkeys(str(a.control_type) for a in controls))
    classes = " and ".join(
        dict.fromkeys(str(CLASS_OF_CONTROL[a.control_type]) for a in controls if a.control_type)
    )
    if criteria.control_types:
        return Rejection("criteria", f"{result.time.label}: the control is {kinds}.")
    return Rejection("criteria", f"{result.time.label}: a {classes} (control: {kinds}).")
