"""Studies left out of a question, and reports left out of the records, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from ketameta.records.study import ExcludedReport
from ketameta.synthesis.answer import Answer, LeftOut
from ketameta.tables.findings import MAIN, analyses
from ketameta.tables.table import FILES, Cell, Column, Row, Table

NO_NUMBER = "no usable number"

GROUPS = (
    (NO_NUMBER, "The number is missing or cannot be used"),
    ("awaiting data", "Finished, but no usable numbers have been seen"),
    ("criteria", "Outside the criteria of this analysis"),
    ("no comparison group", "No comparison group"),
    ("other", "Another time, or the same people counted elsewhere"),
    ("ongoing", "Registered; running or ended without results seen"),
    ("narrative", "Described only, never pooled"),
    ("outcome not recorded", "The record has no result for this outcome"),
)
"""Reasons in the order in which a reader would ask: what could still change the answer first."""

SAME_FOR_ALL = frozenset({"ongoing", "narrative", "outcome not recorded"})
"""Reasons that the heading says for all; what is known of each study stands on its card."""


def grouped(left_out: Sequence[LeftOut]) -> Iterator[tuple[str, tuple[LeftOut, ...]]]:
    """Left-out studies by reason, each group with a heading; every study exactly once."""
    known = [status for status, _ in GROUPS]
    headings = dict(GROUPS)
    others = dict.fromkeys(item.status for item in left_out if item.status not in known)
    for status in chain(known, others):
        members = tuple(item for item in left_out if item.status == status)
        if members:
            yield headings.get(status, status.capitalize()), members


def left_out(answers: Sequence[Answer]) -> Table:
    """Every study left out of a main analysis, and what other sets leave out besides, for files."""
    keys = (
        "question",
        "kind",
        "analysis",
        "study",
        "label",
        "substance",
        "category",
        "reason",
        "where_to_find_it",
    )
    rows = tuple(
        Row(
            (
                Cell(answer.question.id),
                Cell(kind),
                Cell(analysis.id),
                Cell(item.study),
                Cell(item.label),
                Cell(item.substance),
                Cell(item.status),
                Cell(item.reason),
                Cell(item.where or ""),
            )
        )
        for answer in answers
        for kind, analysis in analyses(answer)
        for item in analysis.left_out
        if kind == MAIN or item not in answer.main.left_out
    )
    columns = tuple(Column(key, key, audience=FILES) for key in keys)
    return Table("left-out", "Studies left out", columns, rows)


def excluded_reports(excluded: Sequence[ExcludedReport]) -> Table:
    """Reports that were looked at and left out of the records."""
    columns = (
        Column("id", "Id", audience=FILES),
        Column("report", "Report"),
        Column("substance", "Substance"),
        Column("reason", "Why it was left out"),
        Column("doi", "DOI", audience=FILES),
        Column("note", "Note", audience=FILES),
    )
    rows = tuple(
        Row(
            (
                Cell(item.id),
                Cell(item.citation, href=_address(item)),
                Cell(str(item.substance)),
                Cell(item.reason, detail=item.note or ""),
                Cell(item.doi or ""),
                Cell(item.note or ""),
            )
        )
        for item in excluded
    )
    return Table("excluded", "Reports looked at and left out", columns, rows)


def _address(item: ExcludedReport) -> str:
    if item.doi:
        return f"https://doi.org/{item.doi}"
    if item.pmid:
        return f"https://pubmed.ncbi.nlm.nih.gov/{item.pmid}/"
    return item.url or ""
