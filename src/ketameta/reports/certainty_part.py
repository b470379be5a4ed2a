"""Certainty in a report: summary of findings, ratings with their reasons, and what is stale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ketameta.appraisal.grade.grading import grade_review, graded_bodies
from ketameta.appraisal.grade.rating import QuestionGrade
from ketameta.appraisal.grade.stale import decision_problems
from ketameta.appraisal.grade.wording import certainty_sentences
from ketameta.appraisal.map_certainty import GradedBody
from ketameta.figures.grade import grade_figure
from ketameta.figures.picture import Picture
from ketameta.questions.certainty import Certainty, load_certainty
from ketameta.questions.question import Review
from ketameta.records.store import Evidence
from ketameta.reports.section import SUMMARY, Fold, Listed, Section, Shown
from ketameta.synthesis.answer import Answer
from ketameta.tables.findings_summary import findings_summary, main_findings
from ketameta.tables.grade import (
    decisions_words,
    grade_details,
    grade_disagreements,
    grade_overview,
)
from ketameta.tables.table import Table

ANCHOR = "certainty"


@dataclass(frozen=True, slots=True)
class CertaintyPart:
    """What a report says about certainty.

    Attributes
    ----------
    grades
        One per question, in the order of the review.
    certainty
        What people decided.
    summary, overview, reasons
        The summary of findings; levels per question; every domain with its reason.
    problems
        Decisions to look at again: id of the question, and what is the matter.
    bodies
        What each graded question pools, for the evidence map.
    """

    grades: tuple[QuestionGrade, ...]
    certainty: Certainty
    summary: Table
    overview: Table
    reasons: Table
    problems: tuple[tuple[str, str], ...]
    bodies: tuple[GradedBody, ...]

    def sentences(self, question: str) -> str:
        """What is said about the certainty of one answer (KeyError if there is none)."""
        return certainty_sentences({graded.id: graded for graded in self.grades}[question])

    def picture(self) -> Picture:
        """The ratings as a figure."""
        return grade_figure(self.grades)


def certainty_part(
    review: Review, evidence: Evidence, answers: Sequence[Answer], review_folder: Path
) -> CertaintyPart:
    """Rate the answers of a review by the decisions beside it.

    Raises
    ------
    DataError
        When `certainty.yaml` cannot be used, with every problem.
    """
    certainty = load_certainty(review_folder, review)
    grades = grade_review(answers, review, evidence, certainty)
    return CertaintyPart(
        grades,
        certainty,
        findings_summary(main_findings(grades, certainty)),
        grade_overview(grades),
        grade_details(grades),
        tuple((p.question, p.message) for p in decision_problems(grades)),
        graded_bodies(grades, evidence),
    )


def certainty_section(part: CertaintyPart) -> Section:
    """The part as a section of the page."""
    problems = (Listed(part.problems),) if part.problems else ()
    levels = replace(part.overview, id="certainty-levels")
    differing = grade_disagreements(part.grades)
    return Section(
        ANCHOR,
        "Summary of findings and certainty",
        SUMMARY,
        (
            "People out of 1000, at several risks without ketamine, with the certainty of each "
            "answer by GRADE. Levels are proposed by stated rules from computed inputs. "
            f"{decisions_words(part.grades)}".rstrip(),
            part.summary,
            Shown(part.picture()),
            *problems,
            Fold("Certainty of every answer", (levels,)),
            Fold(f"Reasons for every step ({len(part.reasons.rows)})", (part.reasons,)),
            *((differing,) if differing.rows else ()),
        ),
    )
