"""How certain each answer is, domain by domain: for readers and, with every input, for files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ketameta.appraisal.confirmation import confirmations_words, joint_state
from ketameta.appraisal.grade.design import MIXED
from ketameta.appraisal.grade.rating import DomainGrade, QuestionGrade
from ketameta.appraisal.grade.signs import (
    CHANGED_MARK,
    OPEN_MARK,
    STALE_MARK,
    certainty_text,
    domain_sign,
)
from ketameta.appraisal.grade.upgrades import NOT_CONSIDERED, may_rise
from ketameta.counting import counted
from ketameta.notation.numbers import DASH
from ketameta.questions.certainty import UPGRADES, Domain
from ketameta.tables.findings import question_anchor
from ketameta.tables.formatting import AnswerText, people_text
from ketameta.tables.table import FILES, Cell, Column, Row, Table

LOWERING = tuple(domain for domain in Domain if domain not in UPGRADES)
KEY = (
    "A number is how many levels a domain takes off (? not judged yet, which takes nothing off). "
    f"{CHANGED_MARK} decided otherwise than the rules propose; {STALE_MARK} an input moved since "
    f"it was decided; {OPEN_MARK} proposed only. Evidence that is randomised throughout starts "
    'high, other evidence low. Rules and literature: ketameta explain "risk of bias", and so on.'
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
        Column("state", "state of the decisions", audience=FILES),
        Column("statement", "statement", audience=FILES),
    )
    rows = tuple(_overview_row(graded) for graded in grades)
    notes = (KEY, NOT_CONSIDERED, *filter(None, (decisions_words(grades),)))
    return Table("certainty", "How certain each answer is (GRADE)", columns, rows, notes)


def decisions_words(grades: Sequence[QuestionGrade]) -> str:
    """How many decisions people confirmed, and how many are not what the rules propose; or ""."""
    decided = [d for g in grades for d in g.domains if d.decision is not None]
    if not decided:
        return ""
    states = [one.state for graded in grades for one in graded.confirmations]
    changed = [domain for domain in decided if domain.changed]
    reasoned = sum(bool(d.decision and d.decision.reason) for d in changed)
    if not changed:
        kept = "What the rules propose stands throughout."
    else:
        depart = "1 departs" if len(changed) == 1 else f"{len(changed)} depart"
        why = "with a reason" if reasoned == len(changed) else f"{reasoned} with a reason"
        same = len(decided) - len(changed)
        kept = f"What the rules propose stands in {same} of them; {depart} from it, {why}."
    return f"{confirmations_words(states, 'decision')} {kept}"


def grade_disagreements(grades: Sequence[QuestionGrade]) -> Table:
    """One row per decision that a person who signed would take otherwise."""
    columns = (
        Column("question", "Question"),
        Column("domain", "Domain"),
        Column("level", "Decided"),
        Column("by", "Person"),
        Column("otherwise", "Would decide"),
        Column("reason", "Reason"),
        Column("date", "Date"),
    )
    rows = tuple(
        Row(tuple(map(Cell, (graded.answer.question.title, *cells))))
        for graded in grades
        for cells in _dissents(graded)
    )
    notes = () if rows else ("No person who signed would decide otherwise.",)
    caption = "Decisions on certainty on which people differ"
    return Table("certainty-disagreements", caption, columns, rows, notes)


def _dissents(graded: QuestionGrade) -> Iterator[tuple[str, ...]]:
    for one in graded.asked.signed if graded.asked is not None else ():
        for other in one.otherwise:
            domain = graded.domain(str(other.domain))
            level = "" if domain is None else str(domain.level)
            yield str(other.domain), level, one.by, str(other.level), other.reason, one.date


def randomised_words(graded: QuestionGrade) -> str:
    """What the randomised studies of a mixed body say alone, and how certain; or ""."""
    alone = graded.randomised_alone
    if alone is None:
        return ""
    main, text = alone.answer.main, AnswerText.of(alone.answer)
    return (
        f"Randomised trials alone ({counted(main.k, 'study')}, {people_text(main)} people): "
        f"{text.short} {text.estimate(main)}; they start high and end {certainty_text(alone)} by "
        "the rules."
    )


def _overview_row(graded: QuestionGrade) -> Row:
    main = graded.answer.main
    domains = (graded.domain(domain) for domain in LOWERING)
    raised = sum(d.steps for d in graded.domains if d.domain in UPGRADES)
    return Row(
        (
            Cell(graded.answer.question.title, graded.id, href=question_anchor(graded.id)),
            Cell(str(main.k), main.k),
            Cell(people_text(main)),
            _start_cell(graded),
            *(domain_cell(domain) for domain in domains),
            _raised_cell(graded, raised),
            Cell(certainty_text(graded), graded.certainty),
            Cell(graded.proposed),
            Cell(joint_state(graded.confirmations)),
            Cell(graded.statement),
        )
    )


def _start_cell(graded: QuestionGrade) -> Cell:
    """Where it starts; of a mixed body with the share that is not randomised."""
    start = graded.start
    if start is None:
        return Cell(DASH)
    mixed = f"{100 - start.randomised_weight:.0f}% not randomised"
    return Cell(start.level, detail=mixed if start.kind == MIXED else "")


def _raised_cell(graded: QuestionGrade, raised: int) -> Cell:
    """Levels added; a dash where raising is not considered."""
    considered = graded.start is not None and may_rise(graded.start)
    return Cell(f"+{raised}" if raised else "0" if considered else DASH, raised)


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
        Column("decided_by", "State"),
        Column("date", "Date"),
        Column("stale", "Inputs that moved"),
    )
    rows = tuple(
        row
        for graded in grades
        for row in (
            *_start_rows(graded),
            *(_detail_row(graded, domain) for domain in graded.domains),
            *_never_raised(graded),
        )
    )
    notes = tuple(filter(None, (decisions_words(grades),)))
    return Table("certainty-reasons", "Reasons for every step of certainty", columns, rows, notes)


def _start_rows(graded: QuestionGrade) -> tuple[Row, ...]:
    """Where it starts, by which rule, and what the randomised studies of a mixed body say."""
    if graded.start is None:
        return ()
    title, start = graded.answer.question.title, graded.start
    reason = f"{start.reason} {randomised_words(graded)}".strip()
    cells = ("start", f"starts {start.level}", "by rule", f"starts {start.level}", reason)
    share = f"randomised weight: {start.randomised_weight:.0f}%"
    rest = (Cell(share), Cell(DASH), Cell(DASH), Cell())
    return (Row((Cell(title, graded.id), *(Cell(text) for text in cells), *rest)),)


def _never_raised(graded: QuestionGrade) -> tuple[Row, ...]:
    """Where studies are randomised: that nothing is forgotten."""
    if graded.start is None or may_rise(graded.start):
        return ()
    cells = (", ".join(UPGRADES), "not considered", "by rule", "not considered", NOT_CONSIDERED)
    rest = (Cell(), Cell(DASH), Cell(DASH), Cell())
    title = Cell(graded.answer.question.title, graded.id)
    return (Row((title, *(Cell(text) for text in cells), *rest)),)


def _detail_row(graded: QuestionGrade, domain: DomainGrade) -> Row:
    asked = graded.asked if domain.decision is not None else None
    confirmation = graded.confirmation(domain)
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
            Cell(DASH) if confirmation is None else Cell(confirmation.state, confirmation.words),
            Cell((asked.date or DASH) if asked else DASH),
            Cell(domain.moved_text),
        )
    )
