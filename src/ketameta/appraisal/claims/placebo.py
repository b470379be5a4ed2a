"""The claim that larger placebo-controlled studies are needed, tested by what there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ketameta.appraisal.claims.findings import (
    Bench,
    ClaimNumber,
    PartFinding,
    Signal,
    listed,
    percent,
)
from ketameta.appraisal.evidence_map import PLACEBOS
from ketameta.appraisal.grade.rating import QuestionGrade
from ketameta.appraisal.information_size import required_size, size_words
from ketameta.counting import counted
from ketameta.questions.certainty import Domain
from ketameta.records.claim_tests import PlaceboTest
from ketameta.synthesis.answer import Answer


@dataclass(frozen=True, slots=True)
class Share:
    """Placebo-controlled evidence on one question.

    `needed` is the review's yardstick, the same for every question, and `yardstick` what it is for;
    `own` is the size that grading took for what matters in this question, "" where not graded.
    """

    title: str
    studies: int
    of: int
    people: int
    weight: float
    needed: int | None
    yardstick: str
    own: str


def placebo(test: PlaceboTest, bench: Bench) -> PartFinding:
    """Whether people in placebo-controlled studies reach the review's yardstick.

    Where the yardstick has no size (hazards, means in units of their own), fewer studies than the
    review's threshold of few are too few. The size that grading took for the question is said
    beside it.
    """
    shares = [placebo_share(bench.answer(name), bench) for name in test.questions]
    few = int(bench.review.thresholds.small_k.value)
    short = [s for s in shares if _too_small(s, few)]
    reasons = (_looked_at(len(shares), bench), *map(_sentence, shares))
    numbers = tuple(ClaimNumber(s.title, _text(s)) for s in shares)
    if len(short) == len(shares):
        return PartFinding(Signal.SUPPORTS, reasons, numbers)
    if short:
        enough = listed([s.title for s in shares if s not in short])
        return PartFinding(Signal.MIXED, (*reasons, f"Large enough: {enough}."), numbers)
    return PartFinding(Signal.AGAINST, (*reasons, "All are large enough."), numbers)


def _looked_at(questions: int, bench: Bench) -> str:
    every = len(bench.review.questions)
    if questions == every:
        return f"Looked at: all {counted(every, 'question')} of the review."
    return f"Looked at: {questions} of the {counted(every, 'question')} of the review."


def placebo_share(answer: Answer, bench: Bench) -> Share:
    """Studies, people and weight with a placebo in the main analysis of an answer."""
    rows = answer.main.rows
    pooled = answer.main.pooled
    placebos = {str(kind) for kind in PLACEBOS}
    size = bench.review.thresholds.information_size
    with_placebo = [set(row.control_type.split(" and ")) <= placebos for row in rows]
    weights = [] if pooled is None else [float(w) for w in pooled.weights]
    return Share(
        answer.question.title,
        sum(with_placebo),
        len(rows),
        sum(row.n or 0 for row, yes in zip(rows, with_placebo, strict=True) if yes),
        sum(w for w, yes in zip(weights, with_placebo, strict=True) if yes) / 100,
        required_size(answer.question.measure, size),
        size_words(answer.question.measure, size),
        bench.sizes.get(answer.question.id, ""),
    )


def _too_small(share: Share, few: int) -> bool:
    return share.studies < few if share.needed is None else share.people < share.needed


def _text(share: Share) -> str:
    needed = ""
    if share.needed is not None:
        needed = f" of about {share.needed} needed for {share.yardstick}"
    return (
        f"{share.studies} of {counted(share.of, 'study')} with a placebo, "
        f"{counted(share.people, 'person')}{needed}, {percent(share.weight)} of the weight"
    )


def _sentence(share: Share) -> str:
    own = f" For what matters in this question one trial needs {share.own}." if share.own else ""
    return f"{share.title}: {_text(share)}.{own}"


def own_sizes(grades: Sequence[QuestionGrade]) -> dict[str, str]:
    """The information size that grading took, by id of the question; only where it has one."""
    found = {}
    for grade in grades:
        for domain in grade.domains:
            needed = dict(domain.proposal.seen).get("needed", "")
            if domain.proposal.domain is Domain.IMPRECISION and needed.isdigit():
                hazard = grade.answer.question.measure == "HR"
                found[grade.id] = f"{needed} {'events' if hazard else 'people'}"
    return found
