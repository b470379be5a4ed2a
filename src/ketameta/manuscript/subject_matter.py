"""What a manuscript is about: a review, its records, some or all of its answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ketameta.appraisal.grade.grading import grade_review
from ketameta.appraisal.grade.rating import QuestionGrade
from ketameta.errors import UsageError
from ketameta.manuscript.works import Work, study_work
from ketameta.nearest import nearest_hint
from ketameta.questions.certainty import Certainty, load_certainty
from ketameta.questions.prisma import Prisma
from ketameta.questions.question import Review
from ketameta.records.store import Evidence
from ketameta.reports.inputs import ReportInputs
from ketameta.synthesis.answer import Answer


@dataclass(frozen=True, slots=True)
class SubjectMatter:
    """Everything that the texts of a manuscript are written from.

    Attributes
    ----------
    answers
        Those that the manuscript is about, in the order of the review.
    whole
        Whether these are all answers of the review.
    prisma
        What the team states for PRISMA 2020.
    digest
        The hash of every file of the review and the records.
    grades
        The certainty of each answer, in their order.
    certainty
        The decisions that the grades rest on.
    """

    review: Review
    evidence: Evidence
    answers: tuple[Answer, ...]
    prisma: Prisma
    digest: str
    grades: tuple[QuestionGrade, ...]
    certainty: Certainty
    whole: bool = True

    @property
    def works(self) -> dict[str, Work]:
        """The main report of every study on record, by the study's id."""
        return {study.id: study_work(study) for study in self.evidence.studies}


def subject_matter(inputs: ReportInputs, questions: Sequence[str] = ()) -> SubjectMatter:
    """What a manuscript on these questions is about; on all of them by default.

    Raises
    ------
    UsageError
        For a question that the review does not ask.
    """
    answers = tuple(chosen_answers(inputs.answers, questions)) if questions else inputs.answers
    certainty = load_certainty(inputs.review_folder, inputs.review)
    return SubjectMatter(
        inputs.review,
        inputs.evidence,
        answers,
        inputs.prisma,
        inputs.digest,
        grade_review(answers, inputs.review, inputs.evidence, certainty),
        certainty,
        whole=len(answers) == len(inputs.answers),
    )


def chosen_answers(answers: Sequence[Answer], questions: Sequence[str]) -> Iterable[Answer]:
    """The answers to these questions, in the order of the review."""
    known = [answer.question.id for answer in answers]
    for name in questions:
        if name not in known:
            hint = nearest_hint(name, known, listing="See ketameta list --questions.")
            raise UsageError(f"question: the review does not ask {name!r}. {hint}")
    return [answer for answer in answers if answer.question.id in questions]
