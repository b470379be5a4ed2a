"""What people ask whether it makes a difference, read from the records for each study."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ketameta.records.store import Evidence
from ketameta.records.study import Arm, Study
from ketameta.records.vocabulary import Depression, DoseUnit, PsychotherapyType, Route, YesNo
from ketameta.synthesis.answer import StudyRow

NOT_STATED = "not stated"


@dataclass(frozen=True, slots=True)
class ModeratorValue:
    """A study's value.

    Attributes
    ----------
    text
        For readers.
    level
        The group it belongs to; None where it is not stated. Arms that differ share one level
        that names them all.
    number
        For a moderator that is a number; None where there is none for the whole tested side.
    """

    text: str
    level: str | None = None
    number: float | None = None


@dataclass(frozen=True, slots=True)
class Moderator:
    """A characteristic of studies.

    Attributes
    ----------
    name, title
        Short name, as an option takes it, and heading.
    unit
        Of a number, for one step of a slope; "" for words.
    caution
        What stands between it and an answer.
    read
        From a study and its row to the value.
    """

    name: str
    title: str
    unit: str
    caution: str
    read: Callable[[Study, StudyRow], ModeratorValue]

    @property
    def numeric(self) -> bool:
        """Whether it is a number."""
        return bool(self.unit)


def _tested(study: Study, row: StudyRow) -> tuple[Arm, ...]:
    return tuple(study.arm(name) for name in row.experimental.arms)


def _compared(study: Study, row: StudyRow) -> tuple[Arm, ...]:
    return tuple(study.arm(name) for name in row.control.arms)


def _words(names: Sequence[str], unknown: str) -> ModeratorValue:
    """One level of all names; none where one of them is not known."""
    each = list(dict.fromkeys(names))
    text = " and ".join(each)
    known = each and unknown not in each
    return ModeratorValue(text or NOT_STATED, text if known else None)


def _psychotherapy(study: Study, row: StudyRow) -> ModeratorValue:
    unknown = str(PsychotherapyType.NOT_STATED)
    tested, control = (
        _words([str(arm.psychotherapy.type) for arm in arms], unknown)
        for arms in (_tested(study, row), _compared(study, row))
    )
    other = "the same" if control.text == tested.text else control.text
    return ModeratorValue(f"{tested.text}; control: {other}", tested.level)


def _route(study: Study, row: StudyRow) -> ModeratorValue:
    return _words([str(arm.route) for arm in _tested(study, row)], str(Route.NOT_STATED))


def _dose(study: Study, row: StudyRow) -> ModeratorValue:
    doses = [arm.dose for arm in _tested(study, row)]
    texts, numbers = [], []
    for dose in doses:
        if dose is None:
            texts.append(NOT_STATED)
            continue
        upper = "" if dose.maximum is None else f" to {dose.maximum}"
        texts.append(f"{dose.amount}{upper} {dose.unit}")
        if dose.unit is DoseUnit.MG_PER_KG and dose.maximum is None:
            numbers.append(float(dose.amount))
    return _number(texts, numbers, len(doses))


def _sessions(study: Study, row: StudyRow) -> ModeratorValue:
    counts = [arm.sessions for arm in _tested(study, row)]
    texts = [NOT_STATED if count is None else str(count) for count in counts]
    return _number(texts, [float(c) for c in counts if c is not None], len(counts))


def _number(texts: Sequence[str], numbers: Sequence[float], arms: int) -> ModeratorValue:
    """A number where every arm has the same one."""
    same = len(numbers) == arms and len(set(numbers)) == 1
    text = " and ".join(dict.fromkeys(texts)) or NOT_STATED
    return ModeratorValue(text, number=numbers[0] if same else None)


def _control(study: Study, row: StudyRow) -> ModeratorValue:
    return ModeratorValue(row.control_type, row.control_type)


def _seeking(study: Study, row: StudyRow) -> ModeratorValue:
    return _words([str(study.population.treatment_seeking)], str(YesNo.NOT_STATED))


def _depression(study: Study, row: StudyRow) -> ModeratorValue:
    return _words([str(study.population.depression)], str(Depression.NOT_STATED))


def _weeks(study: Study, row: StudyRow) -> ModeratorValue:
    text = NOT_STATED if row.weeks is None else f"{row.weeks:g}"
    return ModeratorValue(text, number=row.weeks)


MODERATORS = (
    Moderator(
        "psychotherapy",
        "Psychotherapy",
        "",
        "Mostly both arms had the same therapy, so that a comparison of studies tells what "
        "ketamine adds to each, not what the therapy does.",
        _psychotherapy,
    ),
    Moderator(
        "dose",
        "Dose",
        "mg/kg",
        "A milligram into a vein, a muscle and the nose is not the same exposure.",
        _dose,
    ),
    Moderator("route", "Route", "", "Route goes with dose, decade and team.", _route),
    Moderator(
        "sessions",
        "Sessions",
        "session",
        "Studies with more sessions were also longer and had more therapy.",
        _sessions,
    ),
    Moderator(
        "control",
        "Control",
        "",
        "Blinding fails more easily with some controls than with others.",
        _control,
    ),
    Moderator(
        "treatment-seeking",
        "Treatment seeking",
        "",
        "Where it is not stated, participants may have sought treatment or not.",
        _seeking,
    ),
    Moderator(
        "depression",
        "Depression at entry",
        "",
        "An entry criterion of the study, not a measurement of its participants.",
        _depression,
    ),
    Moderator(
        "weeks",
        "Weeks",
        "week",
        "Studies of different length differ in everything else as well; within a study the "
        "durability plot tells more.",
        _weeks,
    ),
)
"""Every characteristic that is asked about, in the order of tables."""


def moderator_columns(
    rows: Sequence[StudyRow], evidence: Evidence
) -> dict[str, tuple[float | str | None, ...]]:
    """The moderators of some studies as columns of a table; empty where nothing is stated.

    Names are those of `MODERATORS` with underscores; a moderator that is a number has numbers.
    """
    studies = [(evidence.get(row.study).study, row) for row in rows]
    found = {}
    for moderator in MODERATORS:
        values = [moderator.read(study, row) for study, row in studies]
        cells = [value.number if moderator.numeric else value.level for value in values]
        found[moderator.name.replace("-", "_")] = tuple(cells)
    return found
