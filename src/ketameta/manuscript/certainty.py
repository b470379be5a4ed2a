"""How certain a finding is, in sentences: the rating, what lowered it, and the plain statement."""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.appraisal.grade.rating import DomainGrade, QuestionGrade
from ketameta.manuscript.literature import GRADE, GRADE_WORDING
from ketameta.manuscript.phrases import listed, number_word
from ketameta.manuscript.text_blocks import Sentence
from ketameta.questions.certainty import UPGRADES


def certainty_sentences(graded: QuestionGrade) -> Iterator[Sentence]:
    """The certainty of one finding; nothing without a study."""
    if graded.start is None:
        return
    moved = [domain for domain in graded.domains if domain.steps]
    why = f", {_moved(moved)}" if moved else ""
    yield Sentence(f"By GRADE the certainty of this finding is {graded.certainty}{why}.", (GRADE,))
    lowering = [d for d in graded.domains if d.domain not in UPGRADES]
    if graded.undecided:
        which = (
            "" if len(graded.undecided) == len(lowering) else f" in {_domains(graded.undecided)}"
        )
        yield Sentence(
            f"This rating is what the stated rules propose; no person has confirmed it yet{which}."
        )
    if graded.provisional:
        yield Sentence("It is an upper bound, because a domain has not been judged.")
    if graded.stale:
        yield Sentence(
            f"[To be written by the review team: judge {_domains(graded.stale)} again, whose "
            "inputs moved since it was decided.]"
        )
    yield Sentence(graded.statement, (GRADE_WORDING,))


def _moved(domains: list[DomainGrade]) -> str:
    """ "lowered for risk of bias (two levels) and imprecision (one level)"."""
    parts = []
    for word, chosen in (
        ("lowered", [d for d in domains if d.steps < 0]),
        ("raised", [d for d in domains if d.steps > 0]),
    ):
        if chosen:
            names = [f"{_name(d)} ({_levels(abs(d.steps))})" for d in chosen]
            parts.append(f"{word} for {listed(names)}")
    return " and ".join(parts)


def _levels(steps: int) -> str:
    return "one level" if steps == 1 else f"{number_word(steps)} levels"


def _domains(domains: tuple[DomainGrade, ...]) -> str:
    return listed([_name(domain) for domain in domains])


def _name(domain: DomainGrade) -> str:
    return domain.domain.replace("_", " ")
