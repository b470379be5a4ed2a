"""What claims are judged on: the questions they name answered, and graded where that is decided."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ketameta.appraisal.answers import answer_question
from ketameta.appraisal.claims.asked import asked_questions
from ketameta.appraisal.claims.findings import Bench
from ketameta.appraisal.claims.placebo import own_sizes
from ketameta.appraisal.grade.grading import grade_review
from ketameta.appraisal.grade.rating import QuestionGrade
from ketameta.questions.certainty import FILE, read_certainty
from ketameta.questions.question import Review
from ketameta.records.claim_files import LoadedClaim
from ketameta.records.store import Evidence
from ketameta.synthesis.answer import Answer


def claim_bench(
    loaded: Sequence[LoadedClaim], evidence: Evidence, review: Review, folder: Path
) -> Bench:
    """Answers to the questions that claims name, with their certainty.

    Parameters
    ----------
    folder
        Where the review lies; without a sound `certainty.yaml` there nothing is graded.
    """
    questions = asked_questions(loaded, review)
    answers = [answer_question(each, review, evidence, brief=True) for each in questions]
    return bench_of(answers, evidence, review, folder)


def bench_of(answers: Sequence[Answer], evidence: Evidence, review: Review, folder: Path) -> Bench:
    """The same for answers that are there already; brief ones will do."""
    grades = _grades(answers, evidence, review, folder)
    certainty = {graded.id: str(graded.certainty) for graded in grades if graded.domains}
    by_id = {found.question.id: found for found in answers}
    return Bench(review, evidence, by_id, certainty, own_sizes(grades))


def _grades(
    answers: Sequence[Answer], evidence: Evidence, review: Review, folder: Path
) -> Sequence[QuestionGrade]:
    if not (folder / FILE).is_file():
        return ()
    decided, document = read_certainty(folder / FILE, review)
    if decided is None or document.problems:
        return ()
    return grade_review(answers, review, evidence, decided)
