"""Problems that only show once the questions of a review are answered, looked for anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ketameta.appraisal.grade.grading import grade_review
from ketameta.appraisal.grade.rating import QuestionGrade
from ketameta.appraisal.grade.stale import (
    SIGNIFICANCE,
    STALE,
    UNREASONED,
    DecisionProblem,
    decision_problems,
)
from ketameta.cli.check_paths import REVIEW, decisions_of
from ketameta.cli.checked import Checked
from ketameta.cli.checked_evidence import CheckedEvidence
from ketameta.cli.unanswerable import per_question
from ketameta.cli.workspace import shown
from ketameta.errors import KetametaError
from ketameta.questions.certainty import Certainty, read_certainty
from ketameta.questions.question import Question
from ketameta.records.findings import Finding
from ketameta.records.problems import Problem
from ketameta.records.rules import located
from ketameta.records.yaml_reader import Document, Path_, read_yaml
from ketameta.synthesis.review_names import load_review

CODES = {STALE: "R085", UNREASONED: "R086", SIGNIFICANCE: "R088"}
HINT = "Look at it again; ketameta grade --draft prints the entry with the inputs of today."


def check_answers(looked_at: CheckedEvidence) -> Checked:
    """Every problem of the decisions on certainty."""
    files = decisions_of(looked_at.workspace)
    problems = [problem for path in files for problem in _problems(path, looked_at)]
    return Checked(tuple(sorted(set(problems))), (), ())


def _problems(path: Path, looked_at: CheckedEvidence) -> Iterator[Problem]:
    beside = path.with_name(REVIEW)
    try:
        review = load_review(beside)
    except KetametaError:  # said where reviews are checked
        return
    certainty, document = read_certainty(path, review, shown_as=shown(path))
    yield from (replace(problem, code="R084") for problem in document.problems)
    if certainty is None or document.problems:
        return

    def graded(question: Question) -> QuestionGrade:
        answer = looked_at.answer(question, review)
        return grade_review((answer,), review, looked_at.evidence, certainty)[0]

    asked = read_yaml(beside, shown_as=shown(beside))
    grades, unanswerable = per_question(review.questions, review, asked, graded)
    yield from unanswerable
    for problem in decision_problems(grades):
        yield _located(problem, certainty, document)


def _located(problem: DecisionProblem, certainty: Certainty, document: Document) -> Problem:
    code = CODES.get(problem.kind, "R087")
    return located(Finding(code, _place(problem, certainty), problem.message, HINT), document)


def _place(problem: DecisionProblem, certainty: Certainty) -> Path_:
    names = [question.question for question in certainty.questions]
    if problem.question not in names:
        return ("questions",)
    i = names.index(problem.question)
    domains = [str(judgement.domain) for judgement in certainty.questions[i].judgements]
    if problem.domain not in domains:
        return ("questions", i)
    return ("questions", i, "judgements", domains.index(problem.domain))
