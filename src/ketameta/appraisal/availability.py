"""Which study has a result for which question, and which result is missing: the ROB-ME matrix.

Page MJ, Sterne JAC, Boutron I, et al. BMJ 2023;383:e076754. doi:10.1136/bmj-2023-076754.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ketameta.records.store import Evidence
from ketameta.synthesis.answer import Answer

POOLED, UNUSABLE, AWAITED, PLANNED, OTHER_WAY, NOT_RECORDED = (
    "in the analysis",
    "known, not usable",
    "not extracted",
    "not reported yet",
    "does not meet the criteria",
    "not recorded",
)
STATES = (POOLED, UNUSABLE, AWAITED, PLANNED, OTHER_WAY, NOT_RECORDED)
STATE_OF: Mapping[str, str] = {
    "no usable number": UNUSABLE,
    "awaiting data": AWAITED,
    "ongoing": PLANNED,
    "criteria": OTHER_WAY,
    "no comparison group": OTHER_WAY,
    "narrative": OTHER_WAY,
    "other": OTHER_WAY,
    "outcome not recorded": NOT_RECORDED,
}


@dataclass(frozen=True, slots=True)
class Availability:
    """One study: a state for each question, with the reason and where the result may be found."""

    study: str
    label: str
    substance: str
    states: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AvailabilityMatrix:
    """Studies by questions; `questions` are pairs of id and title."""

    questions: tuple[tuple[str, str], ...]
    studies: tuple[Availability, ...]


def availability(answers: Sequence[Answer], evidence: Evidence) -> AvailabilityMatrix:
    """The matrix of every study on record and every question of a review."""
    found: dict[str, list[tuple[str, str]]] = {study.id: [] for study in evidence.studies}
    for answer in answers:
        states = {row.study: (POOLED, "") for row in answer.main.rows}
        states |= {
            left.study: (STATE_OF.get(left.status, OTHER_WAY), _reason(left.reason, left.where))
            for left in answer.main.left_out
        }
        for study in found:
            found[study].append(states.get(study, (NOT_RECORDED, "")))
    studies = sorted(evidence.studies, key=lambda s: (str(s.substance), s.label))
    return AvailabilityMatrix(
        tuple((a.question.id, a.question.title) for a in answers),
        tuple(
            Availability(
                s.id,
                s.label,
                str(s.substance),
                tuple(state for state, _ in found[s.id]),
                tuple(reason for _, reason in found[s.id]),
            )
            for s in studies
        ),
    )


def _reason(reason: str, where: str | None) -> str:
    return f"{reason} {where}".strip() if where else reason
