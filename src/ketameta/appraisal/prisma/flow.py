"""The flow diagram of PRISMA 2020, from what the team states and what the records show.

Page MJ, McKenzie JE, Bossuyt PM, et al. BMJ 2021;372:n71. doi:10.1136/bmj.n71.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ketameta.questions.prisma import Flow, Identified, Screening
from ketameta.records.store import Evidence
from ketameta.records.vocabulary import Status

Number = int | None
IN_REVIEW = (Status.INCLUDED,)
"""Status of the studies that the box of included studies counts."""
APART = {
    Status.NARRATIVE: "Described only, never pooled",
    Status.AWAITING: "Finished, usable numbers not extracted",
    Status.ONGOING: "Ongoing, or no results seen",
}
"""What the other studies on record are called, each in a line of its own."""
ASSESSED_TOO = (Status.NARRATIVE, Status.AWAITING)
"""Of those, the ones whose reports were assessed and not excluded."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the diagram; None where no number was kept."""

    identified: Number
    screened: Number
    excluded: Number
    sought: Number
    not_retrieved: Number
    assessed: Number
    reasons: tuple[tuple[str, int], ...]

    @property
    def excluded_reports(self) -> Number:
        """Reports excluded after assessment; None where no reason is given."""
        return sum(n for _, n in self.reasons) if self.reasons else None


@dataclass(frozen=True, slots=True)
class FlowDiagram:
    """Every number of the diagram; None where no number was kept.

    Attributes
    ----------
    identified
        Records by kind of place: pairs of its name and a number, as listed by the team.
    removed
        Before screening: duplicates, by automation tools, for other reasons.
    databases, other
        The two columns.
    new_studies, new_reports, total_studies, total_reports
        Included; `counted_studies` are those that the records show as included.
    apart, apart_reports
        Other studies on record, by what they are called; reports of those that are finished.
    pooled
        Studies in the main analysis of at least one question.
    not_kept
        Why numbers are missing.
    """

    previous_studies: Number
    previous_reports: Number
    identified: tuple[tuple[str, str, Number], ...]
    removed: tuple[tuple[str, Number], ...]
    databases: Column
    other: Column
    new_studies: Number
    new_reports: Number
    total_studies: Number
    total_reports: Number
    counted_studies: int
    apart: tuple[tuple[str, int], ...]
    apart_reports: int
    by_status: tuple[tuple[str, int], ...]
    listed_exclusions: int
    pooled: int
    not_kept: str


def flow_diagram(flow: Flow, evidence: Evidence, pooled: int) -> FlowDiagram:
    """The diagram of a review.

    Parameters
    ----------
    flow
        What the team states.
    evidence
        The records: studies with the status "included" are counted as such, their reports with
        them; all others are named apart.
    pooled
        Studies in at least one main analysis.
    """
    inside = [study for study in evidence.studies if study.status in IN_REVIEW]
    reports = _reports(evidence, IN_REVIEW)
    statuses = Counter(str(study.status) for study in evidence.studies)
    new = len(inside) if flow.new_studies is None else flow.new_studies
    new_reports = reports if flow.new_reports is None else flow.new_reports
    return FlowDiagram(
        previous_studies=flow.previous_studies,
        previous_reports=flow.previous_reports,
        identified=tuple(_identified(flow)),
        removed=(
            ("Duplicate records", flow.duplicates),
            ("Marked as ineligible by automation tools", flow.automation),
            ("Removed for other reasons", flow.removed_otherwise),
        ),
        databases=_column(flow.databases_and_registers, (*flow.databases, *flow.registers), None),
        other=_column(flow.other_methods, (*flow.websites, *flow.organisations), flow.citations),
        new_studies=new,
        new_reports=new_reports,
        total_studies=_total(flow.total_studies, flow.previous_studies, new),
        total_reports=_total(flow.total_reports, flow.previous_reports, new_reports),
        counted_studies=len(inside),
        apart=tuple((name, statuses[str(s)]) for s, name in APART.items() if statuses[str(s)]),
        apart_reports=_reports(evidence, ASSESSED_TOO),
        by_status=tuple((str(s), statuses[str(s)]) for s in Status if statuses[str(s)]),
        listed_exclusions=len(evidence.excluded),
        pooled=pooled,
        not_kept=flow.not_kept or "",
    )


def _reports(evidence: Evidence, statuses: Collection[Status]) -> int:
    return sum(1 + len(study.reports) for study in evidence.studies if study.status in statuses)


def _identified(flow: Flow) -> Iterator[tuple[str, str, Number]]:
    for kind, places in (
        ("Databases", flow.databases),
        ("Registers", flow.registers),
        ("Websites", flow.websites),
        ("Organisations", flow.organisations),
    ):
        yield from ((kind, place.name, place.n) for place in places)
    if flow.citations is not None:
        yield ("Citation searching", "Citation searching", flow.citations)


def _column(screening: Screening, places: tuple[Identified, ...], further: Number) -> Column:
    counts = [place.n for place in places] + ([further] if further is not None else [])
    known = bool(counts) and None not in counts
    return Column(
        sum(n or 0 for n in counts) if known else None,
        screening.screened,
        screening.excluded,
        screening.sought,
        screening.not_retrieved,
        screening.assessed,
        tuple((line.reason, line.n) for line in screening.reasons),
    )


def _total(stated: Number, previous: Number, new: Number) -> Number:
    return stated if stated is not None or new is None else new + (previous or 0)
