"""The parts of a report that are worked out beside the answers: certainty, claims, harms, time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ketameta.appraisal.claims.placebo import own_sizes
from ketameta.appraisal.risk_of_bias.overview import Assessments, assessments_in
from ketameta.figures.risk_of_bias import weighted_bars_figure
from ketameta.reports.certainty_part import CertaintyPart, certainty_part
from ketameta.reports.durability_part import DurabilityPart, durability_part
from ketameta.reports.inputs import ReportInputs
from ketameta.reports.moderators_part import ModeratorsPart, moderators_part
from ketameta.reports.safety_part import SafetyPart, safety_part
from ketameta.reports.section import Fold, Piece, Shown
from ketameta.synthesis.answer import Answer
from ketameta.tables.claims_part import ClaimsPart, claims_part
from ketameta.tables.risk_of_bias import rob_tables
from ketameta.tables.table import Table

PICTURED = 3
"""From so many studies on a question shows its course over time as a picture in the page."""


@dataclass(frozen=True, slots=True)
class ReportParts:
    """Every part; `moderators` and `durability` by the id of the question."""

    certainty: CertaintyPart
    claims: ClaimsPart
    safety: SafetyPart
    moderators: Mapping[str, ModeratorsPart]
    durability: Mapping[str, DurabilityPart]


def report_parts(inputs: ReportInputs) -> ReportParts:
    """Work out every part of a report.

    Raises
    ------
    DataError
        When `certainty.yaml` cannot be used, or a claim names a question that was not answered.
    """
    review, evidence, answers = inputs.review, inputs.evidence, inputs.answers
    certainty = certainty_part(review, evidence, answers, inputs.review_folder)
    levels = {g.id: g.certainty for g in certainty.grades if g.domains}
    return ReportParts(
        certainty=certainty,
        claims=claims_part(review, evidence, answers, levels, own_sizes(certainty.grades)),
        safety=safety_part(evidence, review),
        moderators={p.question: p for p in moderators_part(answers, evidence, review)},
        durability={q.id: durability_part(q, review, evidence) for q in review.questions},
    )


def question_pieces(answer: Answer, parts: ReportParts, inputs: ReportInputs) -> tuple[Piece, ...]:
    """What a question shows after its robustness: risk of bias, moderators, course over time."""
    return tuple(_pieces(answer, parts, inputs))


def _pieces(answer: Answer, parts: ReportParts, inputs: ReportInputs) -> Iterator[Piece]:
    if answer.main.k:
        yield from _risk_of_bias(answer, inputs)
    moderators = parts.moderators.get(answer.question.id)
    if moderators is not None:
        yield Fold(
            "What else differs between the studies: therapy, dose, route, control, people",
            (*moderators.sentences, *_filled(moderators.tables)),
        )
    time = parts.durability.get(answer.question.id)
    if time is not None and (time.found.compared or time.found.shares):
        picture = (Shown(time.picture()),) if answer.main.k >= PICTURED else ()
        tables = tuple(_filled(time.tables)) if answer.main.k > 1 else ()
        more = () if tables else (f"In numbers: ketameta durability {answer.question.id}",)
        yield Fold(
            "How long it lasts: every result at every time",
            (*picture, *time.sentences, *tables, *more),
        )


def _filled(tables: Mapping[str, Table]) -> Iterator[Piece]:
    yield from (table for table in tables.values() if table.rows)


def _risk_of_bias(answer: Answer, inputs: ReportInputs) -> Iterator[Piece]:
    found: Assessments = assessments_in(answer.main, inputs.evidence, answer.question.title)
    tables = tuple(replace(t, id=f"{t.id}-{answer.question.id}") for t in rob_tables(found))
    if not tables:
        return
    picture = (
        (Shown(weighted_bars_figure(answer.main, answer.question.title)),)
        if answer.main.k >= PICTURED
        else ()
    )
    yield Fold("Risk of bias of the studies", (*picture, *tables))
