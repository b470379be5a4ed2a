"""The sections of the page beside the questions: what is known of what, PRISMA, waivers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ketameta.appraisal.availability import availability
from ketameta.appraisal.evidence_map import evidence_map
from ketameta.figures.prisma_flow import prisma_flow_figure
from ketameta.reports.inputs import ReportInputs
from ketameta.reports.methods_text import MethodsParagraph
from ketameta.reports.prisma_part import prisma_part
from ketameta.reports.section import END, EVIDENCE, Fold, Section, Shown, Wide
from ketameta.tables.availability import availability_table
from ketameta.tables.evidence_map import evidence_map_table
from ketameta.tables.prisma import checklist_table, sums_table

FIXED = ("questions", "studies", "excluded-reports", "methods", "against", "provenance")
"""Anchors that every page has."""


def sections(inputs: ReportInputs, methods: Sequence[MethodsParagraph]) -> tuple[Section, ...]:
    """Every further section that has something to show."""
    found = list(_before_prisma(inputs))
    anchors = (*FIXED, "flow", *(section.anchor for section in found))
    return (*found, _prisma(inputs, methods, anchors))


def _before_prisma(inputs: ReportInputs) -> Iterator[Section]:
    yield _map(inputs)


def _map(inputs: ReportInputs) -> Section:
    found = evidence_map(inputs.evidence)
    matrix = availability(inputs.answers, inputs.evidence)
    return Section(
        "evidence-map",
        "What is known of what, and what is missing",
        EVIDENCE,
        (
            "Each study counts once in a cell, by the most useful thing it gives there. What was "
            "measured but not extracted, and trials that have not reported, are shown too: a gap "
            "is a gap only where none of that exists.",
            Wide(evidence_map_table(found)),
            Fold(
                f"Which study has a result for which question ({len(matrix.studies)} studies)",
                (Wide(availability_table(matrix)),),
            ),
        ),
    )


def _prisma(
    inputs: ReportInputs, methods: Sequence[MethodsParagraph], anchors: Sequence[str]
) -> Section:
    part = prisma_part(inputs.prisma, inputs.evidence, inputs.answers, methods, places=anchors)
    done = sum(item.state == "done" for item in part.items)
    broken = [check.message for check in part.broken]
    return Section(
        "flow",
        "Flow of studies and PRISMA checklist",
        END,
        (
            Shown(prisma_flow_figure(part.diagram)),
            *(f"This sum does not hold: {message}" for message in broken),
            Fold(f"Sums of the flow diagram ({len(part.sums)})", (sums_table(part.sums),)),
            Fold(
                f"PRISMA 2020 checklist: {done} of {len(part.items)} items answered",
                (checklist_table(part.items),),
            ),
        ),
    )
