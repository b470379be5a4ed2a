"""Every waiver of the records with what it covers, for those who report on the evidence."""

from __future__ import annotations

from dataclasses import dataclass

from ketameta.records.problems import Problem
from ketameta.records.store import Evidence
from ketameta.records.study import Waiver


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """A waiver with everything it covers and the line it stands on, for a report."""

    study_id: str
    label: str
    waiver: Waiver
    problems: tuple[Problem, ...]
    line: int


def waivers(evidence: Evidence) -> tuple[WaiverUse, ...]:
    """Every waiver of the records, in the order of studies and of the record.

    One that covers nothing has no problems; `ketameta check` warns of it.
    """
    return tuple(
        WaiverUse(
            study_id=item.study.id,
            label=item.study.label,
            waiver=waiver,
            problems=tuple(
                found.problem
                for found in evidence.waived
                if found.study_id == item.study.id and found.waiver == waiver
            ),
            line=item.document.locate(("waivers", i))[0],
        )
        for item in evidence.loaded
        for i, waiver in enumerate(item.study.waivers)
    )
