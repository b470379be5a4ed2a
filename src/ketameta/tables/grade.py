"""How certain each answer is, domain by domain: for readers and, with every input, for files."""

from __future__ import annotations

from collections.abc import Sequence

from ketameta.appraisal.grade.rating import DomainGrade, QuestionGrade
from ketameta.appraisal.grade.signs import (
    CHANGED_MARK,
    OPEN_MARK,
    STALE_MARK,
    certainty_text,
    domain_sign,
)
from ketameta.notation.numbers import DASH
from ketameta.questions.certainty import UPGRADES, Domain
from ketameta.tables.findings import question_anchor
from ketameta.tables.formatting import people_text
from ketameta.tables.table import FILES, Cell, Column, Row, Table

LOWERING = tuple(domain for domain in Domain if domain not in UPGRADES)
KEY = (
    "A number is how many levels a domain takes off (? not judged yet, which takes nothing off). "
    f"{CHANGED_MARK} decided otherwise than the rules propose; {STALE_MARK} an input moved since "
    f"it was decided; {OPEN_MARK} proposed only. Randomised evidence starts high, other evidence "
    'low. Rules and literature: ketameta explain "risk of bias", and so on.'
)


def grade_overview(grades: Sequence[QuestionGrade]) -> Table:
    """One row per question; questions without a study say so."""
    columns = (
        Column("question", "Question"),
        Column("k", "Studies", "right"),
        Column("people", "People", "right"),
        Column("start", "Start"),
        *(Column(domain.replace(" ", "_"), domain.capitalize(), "right") for domain in LOWERING),
        Column("raised", "Raised", "right"),
        Column("certainty", "Certainty"),
        Column("proposed", "proposed", audience=FILES),
        Column("statement", "statement", audience=FILES),
    )
    rows = tuple(_overview_row(graded) for graded in grades)
    return Table("certainty", "How certain each answer is (GRADE)", columns, rows, (KEY,))


def _overview_row(graded: QuestionGrade) -> Row:
    main = graded.answer.main
    domains = (graded.domain(domain) for domain in LOWERING)
    raised = sum(d.steps for d in graded.domains if d.domain in UPGRADES)
    return Row(
        (
            Cell(graded.answer.question.title, graded.id, href=question_anchor(graded.id)),
            Cell(str(main.k), main.k),
            Cell(people_text(main)),
            Cell(DASH if graded.start is None else graded.start.level),
            *(domain_cell(domain) for domain in domains),
            Cell(f"+{raised}" if raised else DASH, raised),
            Cell(certainty_text(graded), graded.certainty),
            Cell(graded.proposed),
            Cell(graded.statement),
        )
    )


def domain_cell(domain: DomainGrade | None) -> Cell:
    """Levels taken off, with marks on how it was decided; files get the level in words."""
    if domain is None:
        return Cell(DASH, "")
    return Cell(domain_sign(domain), str(domain.level))


def grade_details(grades: Sequence[QuestionGrade]) -> Table:
    """One row per question and domain: proposal, decision, reasons, inputs."""
    columns = (
        Column("question", "Question"),
        Column("domain", "Domain"),
        Column("level", "Level"),
        Column("reason", "Reason"),
        Column("proposed", "Proposed"),
        Column("proposal_reason", "Why proposed"),
        Column("inputs", "Inputs", audience=FILES),
        Column("decided_by", "Decided by"),
        Column("date", "Date"),
        Column("stale", "Inputs that moved"),
    )
    rows = tuple(_detail_row(graded, domain) for graded in grades for domain in graded.domains)
    return Table("certainty-reasons", "Reasons for every step of certainty", columns, rows)


def _detail_row(graded: QuestionGrade, domain: DomainGrade) -> Row:
    asked = graded.asked if domain.decision is not None else None
    own = domain.decision.reason if domain.decision is not None else None
    return Row(
        (
            Cell(graded.answer.question.title, graded.id),
            Cell(domain.domain),
            Cell(str(domain.level)),
            Cell(own or ("as proposed" if domain.decision else "not decided")),
            Cell(str(domain.proposal.level)),
            Cell(domain.proposal.reason),
            Cell("; ".join(f"{name}: {value}" for name, value in domain.proposal.seen)),
            Cell(", ".join(asked.raters) if asked else DASH),
            Cell((asked.date or DASH) if asked else DASH),
            Cell(domain.moved_text),
        )
    )
