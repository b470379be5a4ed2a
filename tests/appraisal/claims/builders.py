"""Claims and benches made for one test each, around the small records of `tests.records.makers`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.records import makers
from tests.records.real import review

from ketameta.appraisal.answers import answer_question
from ketameta.appraisal.claims.findings import Bench, PartFinding
from ketameta.appraisal.claims.trial import JudgedClaim, judge
from ketameta.questions.question import Question
from ketameta.records.claim_files import LoadedClaim
from ketameta.records.claims import Claim
from ketameta.records.study import Study
from ketameta.records.yaml_reader import Document

SAID = "Somebody says so."


def bench(*studies: Study, questions: tuple[Question, ...] = (), **certainty: str) -> Bench:
    """Records, and the questions answered from them with the choices of this project's review."""
    evidence = makers.evidence(*studies)
    asked = review().model_copy(update={"questions": questions}) if questions else review()
    answers = {q.id: answer_question(q, asked, evidence) for q in questions}
    graded = {name.replace("_", "-"): level for name, level in certainty.items()}
    return Bench(asked, evidence, answers, graded)


def claim(*tests: dict[str, Any], **more: Any) -> LoadedClaim:
    """A claim with one part per test."""
    made = Claim.model_validate(
        {
            "id": "K01",
            "title": "A claim",
            "claim": SAID,
            "found_in": ["A"],
            "kinds": ["outcome"],
            "needs": "A trial.",
            "parts": [{"says": SAID, "test": test} for test in tests],
            **more,
        }
    )
    return LoadedClaim(made, Document(Path("studies/claims/K01.yaml"), positions={(): (1, 1)}))


def judged(test: dict[str, Any], on: Bench, **more: Any) -> JudgedClaim:
    """A claim of one part, judged."""
    return judge(claim(test, **more), on)


def finding(test: dict[str, Any], on: Bench, **more: Any) -> PartFinding:
    """What one test comes to."""
    return judged(test, on, **more).parts[0].finding
