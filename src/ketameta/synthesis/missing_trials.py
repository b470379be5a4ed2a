"""The studies of an answer as trials with people whose outcome nobody knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ketameta.measures.estimates import EffectEstimates
from ketameta.records.vocabulary import UnknownAre
from ketameta.sensitivity.missing_outcomes import Outcomes, Trials
from ketameta.synthesis.answer import ArmNumbers, StudyRow
from ketameta.synthesis.study_columns import study_columns

TOO_MANY = "More people are said to be without an outcome than the counts have room for."
NO_COUNTS = "It gives an estimate without counts, in which nobody's outcome can be changed."


@dataclass(frozen=True, slots=True)
class StudyUnknown:
    """One study: whether it is varied, over how many people of each side, and why.

    `missing_1` and `missing_2` (experimental, control) are None where the study stays as it is.
    """

    study: str
    label: str
    missing_1: int | None
    missing_2: int | None
    counted: str
    why: str

    @property
    def varied(self) -> bool:
        """Whether an assumption can change its numbers."""
        return bool(self.missing_1 or self.missing_2)


def missing_trials(
    rows: Sequence[StudyRow], code: str, zero_cells: str
) -> tuple[Trials, tuple[StudyUnknown, ...]]:
    """Outcomes of both sides, with what was counted for unknown ones undone.

    Where the numbers of people are not stated, or what stands in for their outcomes cannot be
    undone, the study keeps its counts, or its estimate where it has none.

    Parameters
    ----------
    code, zero_cells
        The measure of the estimates, and the rule by which they were made.
    """
    columns = study_columns(rows, code, zero_cells)
    counts = columns.get("events_1", [np.nan] * len(rows))
    told = [_told(row, counted=bool(np.isfinite(counts[i]))) for i, row in enumerate(rows)]
    inside = [i for i in range(len(rows)) if np.isfinite(counts[i])]
    others = [i for i in range(len(rows)) if not np.isfinite(counts[i])]
    groups = (
        _outcomes([rows[i].experimental for i in inside], [told[i] for i in inside], first=True),
        _outcomes([rows[i].control for i in inside], [told[i] for i in inside], first=False),
    )
    reported = None
    if others:
        reported = EffectEstimates.from_arrays(
            code,
            [rows[i].y for i in others],
            [rows[i].v for i in others],
            labels=[rows[i].label for i in others],
        )
    return Trials(*groups, [rows[i].label for i in inside], reported), tuple(told)


def _told(row: StudyRow, *, counted: bool) -> StudyUnknown:
    unknown = row.unknown
    if unknown is None or not counted:
        why = NO_COUNTS if unknown is None else unknown.why
        return StudyUnknown(row.study, row.label, None, None, str(UnknownAre.NOT_STATED), why)
    pair = unknown.experimental, unknown.control
    if None in pair:
        return StudyUnknown(row.study, row.label, None, None, unknown.counted, unknown.why)
    one, two = (count or 0 for count in pair)
    if not (
        _fits(row.experimental, one, unknown.counted) and _fits(row.control, two, unknown.counted)
    ):
        return StudyUnknown(row.study, row.label, None, None, unknown.counted, TOO_MANY)
    return StudyUnknown(row.study, row.label, one, two, unknown.counted, unknown.why)


def _fits(side: ArmNumbers, missing: int, counted: str) -> bool:
    events, others, _ = _undone(side, missing, counted)
    return events >= 0 and others >= 0


def _undone(side: ArmNumbers, missing: int, counted: str) -> tuple[float, float, float]:
    """People seen with the event, seen without it, and not seen."""
    assert side.events is not None
    assert side.n is not None
    events, others = float(side.events), float(side.n - side.events)
    taken: Mapping[str, tuple[float, float]] = {
        UnknownAre.WITH_EVENT: (missing, 0.0),
        UnknownAre.WITHOUT_EVENT: (0.0, missing),
    }
    from_events, from_others = taken.get(counted, (0.0, 0.0))
    return events - from_events, others - from_others, float(missing)


def _outcomes(
    sides: Sequence[ArmNumbers], told: Sequence[StudyUnknown], *, first: bool
) -> Outcomes:
    known = [
        _undone(side, (one.missing_1 if first else one.missing_2) or 0, one.counted)
        if one.missing_1 is not None
        else _undone(side, 0, "")
        for side, one in zip(sides, told, strict=True)
    ]
    return Outcomes(
        np.array([one[0] for one in known]),
        np.array([one[1] for one in known]),
        np.array([one[2] for one in known]),
    )
