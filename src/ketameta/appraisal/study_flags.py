"""Flags on a study, judged from its record and, where there is one, its row in an analysis."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ketameta.appraisal.catalog import FLAGS
from ketameta.questions.question import Thresholds
from ketameta.records.study import Arm, Outcome, Study
from ketameta.records.vocabulary import (
    Ascertainment,
    Assessment,
    Blinded,
    Construct,
    ControlType,
    DesignType,
    Role,
    YesNo,
)
from ketameta.synthesis.answer import Flag, StudyRow

PLACEBO = (ControlType.INERT_PLACEBO, ControlType.ACTIVE_PLACEBO)
LESS_KETAMINE = (ControlType.LOW_DOSE, ControlType.FEWER_SESSIONS)
TESTED = (
    Ascertainment.URINE,
    Ascertainment.BREATH,
    Ascertainment.BLOOD,
    Ascertainment.BIOCHEMICAL,
    Ascertainment.RECORDS,
    Ascertainment.LABORATORY,
    Ascertainment.CLINICIAN,
)
SUBSTANCE_USE = (
    Construct.ABSTINENCE,
    Construct.RELAPSE,
    Construct.DAYS_ABSTINENT,
    Construct.HEAVY_DAYS,
    Construct.CONSUMPTION,
)
"""Outcomes that a test could establish."""
SECOND_HAND = ("secondary review", "press", "unverified recollection")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a study flag is judged on; `row` and `outcome` are None outside an analysis."""

    study: Study
    thresholds: Thresholds
    row: StudyRow | None = None
    outcome: Outcome | None = None
    team_mates: tuple[str, ...] = ()

    @property
    def controls(self) -> tuple[Arm, ...]:
        """Control arms of the comparison, or of the study."""
        if self.row is not None and self.row.control.arms:
            return tuple(self.study.arm(arm) for arm in self.row.control.arms)
        return tuple(arm for arm in self.study.arms if arm.role is Role.CONTROL)


def study_flags(subject: Subject) -> tuple[Flag, ...]:
    """Every flag of a study, in the order of the catalog."""
    found = []
    for code, judge in JUDGES.items():
        message = judge(subject)
        if message:
            found.append(Flag(code, FLAGS[code].severity, message))
    return tuple(found)


def _small(s: Subject) -> str | None:
    per_arm, total = float(s.thresholds.small_arm.value), float(s.thresholds.small_total.value)
    arms = list(_arm_sizes(s))
    n = s.row.n if s.row and s.row.n is not None else sum(arms) or s.study.design.enrolled_n
    if arms and min(arms) < per_arm:
        return f"{min(arms)} people in the smallest group (threshold {per_arm:g})."
    if n is not None and n < total:
        return f"{n} people in total (threshold {total:g})."
    return None


def _arm_sizes(s: Subject) -> Iterator[int]:
    if s.row is not None:
        for side in (s.row.experimental, s.row.control):
            if side.n is not None:
                yield side.n
    else:
        yield from (arm.n_randomised for arm in s.study.arms if arm.n_randomised is not None)


def _no_placebo(s: Subject) -> str | None:
    if not s.controls:
        return "No comparison group at all."
    with_placebo = [arm.control_type in PLACEBO for arm in s.controls]
    if all(with_placebo):
        return None
    return f"{'Part of the control' if any(with_placebo) else 'The control'} was {_listed(s)}."


def _listed(s: Subject) -> str:
    return " and ".join(dict.fromkeys(str(arm.control_type) for arm in s.controls))


def _active_placebo(s: Subject) -> str | None:
    drugs = [arm.drug for arm in s.controls if arm.control_type is ControlType.ACTIVE_PLACEBO]
    return f"The control received {' and '.join(dict.fromkeys(drugs))}." if drugs else None


def _inert_placebo(s: Subject) -> str | None:
    drugs = [arm.drug for arm in s.controls if arm.control_type is ControlType.INERT_PLACEBO]
    return f"The control received {' and '.join(dict.fromkeys(drugs))}." if drugs else None


def _less_ketamine(s: Subject) -> str | None:
    if any(arm.control_type in LESS_KETAMINE for arm in s.controls):
        return f"The control was {_listed(s)}."
    return None


def _not_randomised(s: Subject) -> str | None:
    if s.study.design.randomised is YesNo.YES:
        return None
    detail = "not stated" if s.study.design.randomised is YesNo.NOT_STATED else "no"
    return f"Design: {s.study.design.type}; randomised: {detail}."


def _open_label(s: Subject) -> str | None:
    blinded = s.study.design.blinded
    if Blinded.NOBODY in blinded:
        return "Nobody was blinded."
    if set(blinded) == {Blinded.NOT_STATED}:
        return "No blinding is stated."
    if Blinded.PARTICIPANTS not in blinded:
        return f"Participants are not stated to be blinded (blinded: {', '.join(blinded)})."
    return None


def _short(s: Subject) -> str | None:
    limit = float(s.thresholds.short_follow_up_weeks.value)
    weeks = s.row.weeks if s.row else s.study.design.follow_up_weeks
    if weeks is None or float(weeks) >= limit:
        return None
    unit = "week" if weeks == 1 else "weeks"
    return f"{float(weeks):g} {unit} (threshold {limit:g})."


def _self_report(s: Subject) -> str | None:
    if s.outcome is None:
        return None
    if s.row is not None and s.row.assessment == Assessment.TELEPHONE:
        return "Asked by telephone, without a test."
    kinds = s.outcome.ascertainment
    if any(kind in TESTED for kind in kinds):
        return None
    return "Established by self-report." if Ascertainment.SELF_REPORT in kinds else None


def _not_ascertained(s: Subject) -> str | None:
    if s.outcome is None or s.outcome.construct_ not in SUBSTANCE_USE:
        return None
    if set(s.outcome.ascertainment) != {Ascertainment.NOT_STATED}:
        return None
    return "How it was established is not stated."


def _same_team(s: Subject) -> str | None:
    found = []
    if s.study.design.centres == 1:
        found.append("One centre.")
    if s.team_mates:
        found.append(f"Same team as {' and '.join(s.team_mates)}.")
    return " ".join(found) or None


def _stopped(s: Subject) -> str | None:
    design = s.study.design
    if design.stopped_early is not YesNo.YES:
        return None
    return design.stopping_reason or "Stopped before the planned end."


def _fewer(s: Subject) -> str | None:
    planned, enrolled = s.study.design.planned_n, s.study.design.enrolled_n
    if not planned or not enrolled or enrolled >= planned:
        return None
    return f"{enrolled} of {planned} planned."


def _attrition(s: Subject) -> str | None:
    limit = float(s.thresholds.high_attrition_percent.value)
    design = s.study.design
    randomised, analysed = _followed(s) or (design.enrolled_n, design.analysed_n)
    if not randomised or analysed is None:
        return None
    lost = 100 * (randomised - analysed) / randomised
    if lost <= limit:
        return None
    return f"{randomised - analysed} of {randomised} missing ({lost:.3g}%; threshold {limit:g}%)."


def _followed(s: Subject) -> tuple[int, int] | None:
    """People randomised to the arms of a row, and those of them in its result, where known."""
    if s.row is None or s.row.n is None:
        return None
    used = (*s.row.experimental.arms, *s.row.control.arms)
    everyone = {arm.id for arm in s.study.arms} == set(used)
    if s.study.design.type is DesignType.CROSSOVER:  # the arms are the same people
        return (s.study.design.enrolled_n, s.row.n) if s.study.design.enrolled_n else None
    people = [s.study.arm(arm).n_randomised for arm in used]
    known = [n for n in people if n is not None]
    if known and len(known) == len(people):
        return sum(known), s.row.n
    if everyone and s.study.design.enrolled_n:
        return s.study.design.enrolled_n, s.row.n
    return None


def _unverified(s: Subject) -> str | None:
    if s.row is None:
        return None
    level = s.row.source.verification
    if any(word in level for word in SECOND_HAND):
        return f"Number read in: {level.removeprefix('derived from ')}."
    return None


def _derived(s: Subject) -> str | None:
    if s.row is None or s.row.source.derivation is None:
        return None
    return f"Worked out: {s.row.source.derivation.rstrip('.')}."


def _conflict(s: Subject) -> str | None:
    funding = s.study.funding
    if funding is None or funding.conflict_of_interest is not YesNo.YES:
        return None
    return f"{(funding.details or 'A financial interest is stated').rstrip('.')}."


JUDGES: dict[str, Callable[[Subject], str | None]] = {
    "SM": _small,
    "NP": _no_placebo,
    "AP": _active_placebo,
    "IP": _inert_placebo,
    "LD": _less_ketamine,
    "NR": _not_randomised,
    "OL": _open_label,
    "SF": _short,
    "SR": _self_report,
    "AN": _not_ascertained,
    "SC": _same_team,
    "SE": _stopped,
    "FP": _fewer,
    "HA": _attrition,
    "UV": _unverified,
    "DC": _derived,
    "CI": _conflict,
}
