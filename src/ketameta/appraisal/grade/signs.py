"""Short signs of a rating, the same in tables and figures."""

from __future__ import annotations

from ketameta.appraisal.grade.rating import DomainGrade, QuestionGrade
from ketameta.questions.certainty import Level

MINUS = "\u2212"
STALE_MARK, CHANGED_MARK, OPEN_MARK = "!", "*", "°"


def certainty_text(graded: QuestionGrade) -> str:
    """The certainty with its symbols: "⊕○○○ very low"; "at most" while a domain is not judged."""
    at_most = "at most " if graded.provisional else ""
    return f"{graded.symbol} {at_most}{graded.certainty}".strip()


def domain_sign(domain: DomainGrade) -> str:
    """Levels taken off, with its marks: "−1*"; "?" where it is not judged yet."""
    unjudged = domain.level is Level.NOT_JUDGED
    steps = "?" if unjudged else str(domain.steps).replace("-", MINUS)
    return f"{steps}{domain_marks(domain)}"


def domain_marks(domain: DomainGrade) -> str:
    """How it was decided: otherwise than proposed, on inputs that moved, or not at all."""
    marks = CHANGED_MARK if domain.changed else ""
    marks += STALE_MARK if domain.stale else ""
    return marks + (OPEN_MARK if domain.decision is None else "")
