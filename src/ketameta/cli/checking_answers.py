"""Problems that only show once the questions of a review are answered, looked for anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ketameta.appraisal.answers import answer_review
from ketameta.appraisal.grade.grading import grade_review
from ketameta.appraisal.grade.stale import (
    SIGNIFICANCE,
    STALE,
    UNREASONED,
    DecisionProblem,
    decision_problems,
)
from ketameta.cli.check_paths import REVIEW, decisions_of
from ketameta.cli.checked import Checked
from ketameta.cli.workspace import Workspace, shown
from ketameta.errors import KetametaError
from ketameta.questions.certainty import Certainty, read_certainty
from ketameta.records.findings import Finding
from ketameta.records.problems import Problem
from ketameta.records.rules import located
from ketameta.records.store import Evidence, load_evidence
from ketameta.records.yaml_reader import Document, Path_
from ketameta.synthesis.review_names import load_review

CODES = {STALE: "R085", UNREASONED: "R086", SIGNIFICANCE: "R088"}
HINT = "Look at it again; ketameta grade --draft prints the entry with the inputs of today."


def check_answers(workspace: Workspace, *, cached: bool) -> Checked:
    """Every problem of the decisions on certainty; `cached` as of `load_evidence`."""
    files = decisions_of(workspace)
    if not files:
        return Checked((), (), ())
    evidence = load_evidence(workspace.folder, cached=cached)
    problems = [problem for path in files for problem in _problems(path, evidence)]
    return Checked(tuple(sorted(set(problems))), (), ())


def _problems(path: Path, evidence: Evidence) -> Iterator[Problem]:
    try:
        review = load_review(path.with_name(REVIEW))
    except KetametaError:  # said where reviews are checked
        return
    certainty, document = read_certainty(path, review, shown_as=shown(path))
    yield from (replace(problem, code="R084") for problem in document.problems)
    if certainty is None or document.problems:
        return
    try:
        answers = answer_review(review, evidence, brief=True)
        grades = grade_review(answers, review, evidence, certainty)
    except KetametaError:  # said where records are checked, and by every command that answers
        return
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
