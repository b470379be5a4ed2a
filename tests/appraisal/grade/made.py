"""Bodies of evidence made of small trials with two arms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.records.makers import arm, events, evidence, outcome, question, result, study
from tests.records.real import review as real_review

from ketameta.appraisal.answers import answer_question
from ketameta.appraisal.grade.proposal import Body
from ketameta.questions.certainty import Certainty
from ketameta.questions.question import Review
from ketameta.records.study import Study

IMPORTANT = {"smallest": 100, "large": 250, "unit": "per 1000", "source": "For this test."}


def trial(name: str, ketamine: tuple[int, int], control: tuple[int, int], **more: Any) -> Study:
    """A trial of abstinence at 26 weeks; `weeks`, `kind` and fields of a study may differ."""
    weeks, kind = more.pop("weeks", 26), more.pop("kind", "inert placebo")
    arms = (arm("ketamine", ketamine[1]), arm("saline", control[1], control=kind))
    counts = outcome("abstinence", result(events(ketamine=ketamine, saline=control), weeks=weeks))
    return study(counts, name=name, arms=arms, **more)


def decided(*judgements: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An entry of certainty.yaml on the question."""
    by = {"raters": ["AB"], "date": "2026-11-22"} if judgements else {}
    return {
        "question": "a-question",
        "outcome": "the number of people who are abstinent",
        "important": IMPORTANT,
        "judgements": list(judgements),
        **by,
        **more,
    }


def body(studies: Sequence[Study], entry: dict[str, Any] | None = None, **more: Any) -> Body:
    """The body of trials behind a question on abstinence.

    `asked` are fields of that question, `question` is another one; everything else goes to
    `certainty.yaml`.
    """
    asked = more.pop("question", None) or question("OR", "abstinence", **more.pop("asked", {}))
    review: Review = real_review().model_copy(update={"questions": (asked,)})
    decisions = Certainty.model_validate({"questions": [entry or decided()], **more})
    records = evidence(*studies)
    return Body.of(answer_question(asked, review, records), review, records, decisions)


def alike(k: int, ketamine: tuple[int, int], control: tuple[int, int], **more: Any) -> list[Study]:
    """Several trials with the same counts."""
    names = ("ash", "birch", "cedar", "elm", "fir", "gum", "hazel", "ivy", "juniper", "larch")
    return [trial(f"{name}-2020", ketamine, control, **more) for name in names[:k]]
