"""Courses over time that a manuscript draws: of questions with results at several times."""

from __future__ import annotations

from collections.abc import Iterator

from ketameta.manuscript.subject_matter import SubjectMatter
from ketameta.questions.loading import find_question
from ketameta.reports.durability_part import DurabilityPart, durability_part

LEAST_TIMES = 3
"""Of so many times a course can be drawn; of fewer the table says as much."""


def courses(subject: SubjectMatter) -> Iterator[DurabilityPart]:
    """Each course once: the same outcome asked at another time has the same course."""
    drawn = set()
    for answer in subject.answers:
        asked = find_question(subject.review, answer.question.id)
        part = durability_part(asked, subject.review, subject.evidence)
        found = part.found
        times = {one.at.weeks for one in found.compared if one.at.weeks is not None}
        shown = (found.outcome, found.measure, found.compared)
        if len(times) >= LEAST_TIMES and shown not in drawn:
            drawn.add(shown)
            yield part
