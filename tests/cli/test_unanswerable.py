"""A question that cannot be answered is a finding of `ketameta check`, and hides no other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from ketameta.appraisal import answers
from ketameta.errors import DataError
from ketameta.questions.question import Question, Review
from ketameta.records.store import Evidence
from ketameta.synthesis.answer import Answer

Run = Callable[..., Result]

REVIEW = Path("reports/ketamine/review.yaml")
CLAIM = """\
id: {id}
title: A claim
claim: A claim
found_in: [A]
kinds: [outcome]
needs: A trial.
parts:
  - says: A claim
    test: {{kind: pooled, question: {question}}}
"""
PLACE = f"{REVIEW.as_posix()}:28:9: questions.0.id"
SAID = '"abstinence" cannot be answered: interval method: kr is derived for REML, not for DL.'


@pytest.fixture
def unanswerable(run: Run, small_root: Path) -> Path:
    """Two claims with verdicts, then methods of pooling that do not fit together."""
    folder = small_root / "studies/claims"
    folder.mkdir()
    for name, question in (("K01", "abstinence"), ("K02", "craving")):
        path = folder / f"{name}.yaml"
        path.write_text(CLAIM.format(id=name, question=question))
        entered = run("claims", name, "--enter").stdout.replace("by: ''", "by: AB")
        path.write_text(path.read_text() + entered)
    said = REVIEW.read_text()
    assert said.splitlines()[27] == "  - id: abstinence"
    REVIEW.write_text(said.replace("tau2: REML, interval: hksj", "tau2: DL, interval: kr"))
    return small_root


def test_it_is_named_at_the_line_of_the_review_and_other_claims_are_judged(
    run: Run, unanswerable: Path
) -> None:
    path = Path("studies/claims/K02.yaml")
    path.write_text(path.read_text().replace("claim: A claim", "claim: Another claim"))
    found = run("check")
    assert found.exit_code == 1
    assert f"{PLACE}: {SAID}" in found.stdout
    assert "K02.yaml:11:3: entered: the verdict is stale" in found.stdout
    assert "K01" not in found.stdout
    assert "R004" in found.stderr


def test_the_certainty_of_the_other_questions_is_still_looked_at(
    run: Run, small_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_question = answers.answer_question

    def answered(question: Question, review: Review, evidence: Evidence, *, brief: bool) -> Answer:
        if question.id == "abstinence":
            raise DataError("pooling: broken. Mend it.")
        return answer_question(question, review, evidence, brief=brief)

    monkeypatch.setattr(answers, "answer_question", answered)
    decided = REVIEW.with_name("certainty.yaml")
    decided.write_text("non_randomised_start: low\nquestions: []\n")
    found = run("check", "--no-cache")
    assert found.exit_code == 1
    assert '"abstinence" cannot be answered: pooling: broken. Mend it.' in found.stdout
    assert f"{decided.as_posix()}:2:12: questions: nobody has decided on" in found.stdout
