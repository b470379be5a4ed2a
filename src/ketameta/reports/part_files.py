"""What of a report's parts is written as files of its own: tables as CSV, pictures."""

from __future__ import annotations

from ketameta.appraisal.availability import availability
from ketameta.appraisal.evidence_map import evidence_map
from ketameta.appraisal.risk_of_bias.overview import assessments_of
from ketameta.figures.evidence_map import evidence_map_figure
from ketameta.figures.picture import Picture
from ketameta.figures.prisma_flow import prisma_flow_figure
from ketameta.figures.risk_of_bias import traffic_light_figure
from ketameta.reports.inputs import ReportInputs
from ketameta.reports.parts import ReportParts
from ketameta.reports.prisma_part import prisma_part
from ketameta.tables.availability import availability_table
from ketameta.tables.claims import claim_disagreements, claims_table
from ketameta.tables.evidence_map import evidence_map_list
from ketameta.tables.grade import grade_disagreements
from ketameta.tables.risk_of_bias import disagreement_table, rob_list
from ketameta.tables.table import Table
from ketameta.tables.waivers import waivers_table


def part_tables(parts: ReportParts, inputs: ReportInputs) -> tuple[Table, ...]:
    """The summary of findings, certainty, claims, risk of bias, harms, the map and waivers."""
    certainty, evidence, judged = parts.certainty, inputs.evidence, parts.claims.judged
    return (
        certainty.summary,
        certainty.overview,
        certainty.reasons,
        grade_disagreements(certainty.grades),
        *((claims_table(judged), claim_disagreements(judged)) if judged else ()),
        rob_list(evidence.studies),
        disagreement_table(evidence.studies),
        *parts.safety.tables.values(),
        evidence_map_list(evidence_map(evidence, certainty.bodies)),
        availability_table(availability(inputs.answers, evidence)),
        waivers_table(evidence),
    )


def part_pictures(parts: ReportParts, inputs: ReportInputs) -> tuple[Picture, ...]:
    """The evidence map, flow of studies, risk of bias, certainty, harms, courses over time."""
    evidence = inputs.evidence
    flow = prisma_part(inputs.prisma, evidence, inputs.answers, ()).diagram
    assessed = assessments_of(evidence.studies, "All results assessed")
    return (
        evidence_map_figure(evidence_map(evidence, parts.certainty.bodies)),
        prisma_flow_figure(flow),
        *((traffic_light_figure(assessed),) if assessed.results else ()),
        parts.certainty.picture(),
        parts.safety.picture(),
    )
