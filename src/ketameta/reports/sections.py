"""The sections of the page beside the questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ketameta.appraisal.availability import availability
from ketameta.appraisal.evidence_map import evidence_map
from ketameta.appraisal.map_marks import map_key
from ketameta.appraisal.prisma.checklist import counted_states
from ketameta.appraisal.risk_of_bias.assessed import assessments
from ketameta.appraisal.risk_of_bias.overview import assessments_of, caveats
from ketameta.appraisal.risk_of_bias.tools import TOOLS
from ketameta.figures.prisma_flow import prisma_flow_figure
from ketameta.records.study import Study
from ketameta.reports.certainty_part import certainty_section
from ketameta.reports.inputs import ReportInputs
from ketameta.reports.methods_text import MethodsParagraph
from ketameta.reports.parts import ReportParts
from ketameta.reports.prisma_part import prisma_part
from ketameta.reports.section import (
    APPRAISAL,
    END,
    EVIDENCE,
    SUMMARY,
    Claimed,
    Fold,
    Listed,
    Piece,
    Section,
    Shown,
    Subsection,
    Wide,
)
from ketameta.tables.availability import availability_table, numbered
from ketameta.tables.claims import claim_disagreements, claims_table
from ketameta.tables.claims_part import ClaimCard
from ketameta.tables.evidence_map import evidence_map_by_control
from ketameta.tables.prisma import checklist_table, sums_table
from ketameta.tables.risk_of_bias import (
    answers_tables,
    disagreement_table,
    published_table,
    rob_tables,
)
from ketameta.tables.table import Cell, Row, Table
from ketameta.tables.waivers import waivers_table

FIXED = ("questions", "studies", "excluded-reports", "methods", "against", "provenance")
"""Anchors that every page has."""
NUMBERS_OF_HARMS = ("risks", "compared", "pooled", "groups")
WORDS_OF_HARMS = ("words", "missing")
ANSWERED = ("question", "answer", "support", "source")


def sections(
    inputs: ReportInputs, methods: Sequence[MethodsParagraph], parts: ReportParts
) -> tuple[Section, ...]:
    """Every further section that has something to show."""
    found = list(_before_prisma(inputs, parts))
    anchors = (*FIXED, "flow", *(section.anchor for section in found))
    return (*found, _prisma(inputs, methods, anchors))


def _before_prisma(inputs: ReportInputs, parts: ReportParts) -> Iterator[Section]:
    yield certainty_section(parts.certainty)
    if parts.claims.cards:
        yield _claims(parts)
    yield _harms(parts)
    yield _risk_of_bias(inputs)
    yield _map(inputs, parts)
    yield _waivers(inputs)


def _claims(parts: ReportParts) -> Section:
    claims = parts.claims
    said = (claims.summary, claims.signed, claims.stale)
    differing = claim_disagreements(claims.judged)
    return Section(
        "claims",
        "Claims on trial",
        SUMMARY,
        (
            *(line for line in said if line),
            replace(claims_table(claims.judged, brief=True), id="claims-table"),
            Fold(
                f"Every claim in full ({len(claims.cards)})",
                tuple(_claim(card) for card in claims.cards),
            ),
            *((differing,) if differing.rows else ()),
        ),
    )


def _claim(card: ClaimCard) -> Subsection:
    """One claim with what it rests on: all that `ketameta claims` shows of it."""
    verdict = f"{card.verdict[:1].upper()}{card.verdict[1:]}"
    stale = ", computed after the drafted one went stale" if card.moved else ""
    proposed = f" Computed: {card.proposed}." if card.proposed else ""
    numbers = _numbers(card)
    pieces: tuple[Piece, ...] = (
        Claimed(card.claim),
        f"{verdict}{stale}.{proposed} {card.why} {card.signed}",
        Listed(tuple(_claim_lines(card))),
        Listed(tuple(_part_lines(card)), claimed=True),
        *((Listed(fair),) if (fair := tuple(_claim_remarks(card))) else ()),
        *((numbers,) if numbers.rows else ()),
    )
    return Subsection(f"{card.id} {card.title}", pieces, claimed=True)


def _claim_lines(card: ClaimCard) -> Iterator[tuple[str, str]]:
    yield "Met in:", "; ".join(card.met_in)
    asked = f" Questions of the review: {', '.join(card.questions)}." if card.questions else ""
    yield "It would need:", f"{card.needs}{asked}"
    if card.certainty:
        yield "Certainty:", "; ".join(card.certainty)
    if card.flags:
        yield "Flags:", card.flags


def _part_lines(card: ClaimCard) -> Iterator[tuple[str, str]]:
    """What the claim asserts, one by one, with what each part came to."""
    for i, part in enumerate(card.parts, start=1):
        says = part.says if part.says.endswith((".", "?", "!")) else f"{part.says}."
        beside = "" if part.decides else " (shown beside the verdict)"
        signal = f"{str(part.finding.signal).capitalize()}{beside}."
        yield f"{i}. {says}", " ".join((signal, *part.finding.reasons))


def _claim_remarks(card: ClaimCard) -> Iterator[tuple[str, str]]:
    yield from (("To be fair:", note) for note in card.notes)
    yield from (("Moved since:", text) for text in card.moved)


def _numbers(card: ClaimCard) -> Table:
    """Numbers with a source, each once, under the first part that has it."""
    found = card.numbers.only("place", "number", "record", "document")
    rows = {
        tuple(cell.text for cell in row.cells[1:]): row
        for row in reversed(found.rows)
        if row.cells[2].text or row.cells[3].text
    }
    kept = tuple(row for row in found.rows if row in rows.values())
    return replace(found, id=f"{found.id}-numbers", rows=kept)


def _harms(parts: ReportParts) -> Section:
    harms = parts.safety
    tables = {name: table for name, table in harms.tables.items() if table.rows}
    shown = tuple(tables[name] for name in NUMBERS_OF_HARMS if name in tables)
    folded = tuple(
        Fold(tables[name].caption, (tables[name],)) for name in WORDS_OF_HARMS if name in tables
    )
    return Section(
        "harms",
        "Harms",
        APPRAISAL,
        (
            *harms.sentences,
            Shown(harms.picture()),
            Fold(f"Risks, comparisons and pools in numbers ({len(shown)} tables)", shown),
            *folded,
        ),
    )


def _risk_of_bias(inputs: ReportInputs) -> Section:
    studies = inputs.evidence.studies
    found = assessments_of(studies, "All results assessed")
    published = published_table(studies)
    return Section(
        "risk-of-bias",
        "Risk of bias",
        APPRAISAL,
        (
            *caveats(found),
            *rob_tables(found),
            Fold("Every answer, with what it rests on", tuple(_answers(studies))),
            disagreement_table(studies),
            *((Fold(published.caption, (published,)),) if published.rows else ()),
        ),
    )


def _answers(studies: Sequence[Study]) -> Iterator[Piece]:
    """The answers of each assessment; the questions of each tool stand once, before them."""
    used = dict.fromkeys(one.tool.name for s in studies for one in assessments(s))
    for tool in (tool for tool in TOOLS.values() if tool.name in used):
        lines = tuple((q.id, q.text) for domain in tool.domains for q in domain.questions)
        yield Subsection(f"Questions of {tool.name}", (Listed(lines),))
    for study in studies:
        if study.risk_of_bias:
            tables = (_silent_together(t.only(*ANSWERED)) for t in answers_tables(study))
            yield Subsection(study.label, tuple(tables))


def _silent_together(table: Table) -> Table:
    """Questions on which the sources say nothing, in one row."""
    silent = [row for row in table.rows if row.cells[1].text == "NI" and not row.cells[2].text]
    if len(silent) < 2:
        return table
    names = ", ".join(row.cells[0].text for row in silent)
    merged = Row((Cell(names), Cell("NI"), Cell("The sources seen say nothing."), Cell()))
    return replace(table, rows=(merged, *(row for row in table.rows if row not in silent)))


def _waivers(inputs: ReportInputs) -> Section:
    table = replace(waivers_table(inputs.evidence), id="waivers-table")
    return Section(
        "waivers",
        "Findings that the records keep",
        EVIDENCE,
        (
            "The records are checked by rules. Where a rule objects and the record stands all the "
            "same, somebody has said why.",
            Fold(f"{len(table.rows)} findings, each with the reason", (table,)),
        ),
    )


def _map(inputs: ReportInputs, parts: ReportParts) -> Section:
    found = evidence_map(inputs.evidence, parts.certainty.bodies)
    matrix = availability(inputs.answers, inputs.evidence)
    return Section(
        "evidence-map",
        "What is known of what, and what is missing",
        EVIDENCE,
        (
            "Each study counts once in a cell, by the most useful thing it gives there. What was "
            "measured but not extracted, and trials that have not reported, are shown too: a gap "
            "is a gap only where none of that exists.",
            *map_key(found),
            *map(Wide, evidence_map_by_control(found, details=True)),
            *found.silences,
            Fold(
                f"Which study has a result for which question ({len(matrix.studies)} studies)",
                (Wide(numbered(availability_table(matrix))),),
            ),
        ),
    )


def _prisma(
    inputs: ReportInputs, methods: Sequence[MethodsParagraph], anchors: Sequence[str]
) -> Section:
    part = prisma_part(inputs.prisma, inputs.evidence, inputs.answers, methods, places=anchors)
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
                f"PRISMA 2020 checklist: {counted_states(part.items)}",
                (checklist_table(part.items),),
            ),
        ),
    )
