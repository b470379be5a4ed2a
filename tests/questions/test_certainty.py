"""certainty.yaml: every mistake has its place, and a draft reads back as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.reports.real_report import real_inputs

from ketameta.appraisal.grade.draft import draft
from ketameta.appraisal.grade.grading import grade_review
from ketameta.errors import DataError
from ketameta.questions.certainty import (
    FILE,
    Certainty,
    Domain,
    Level,
    levels_of,
    load_certainty,
)

INPUTS = real_inputs()
REVIEW = INPUTS.review
ENTRY = """\
main_outcomes: [craving]
questions:
  - question: craving
    outcome: craving
    important: {smallest: 0.2, large: 0.8, unit: SD, source: A choice.}
    judgements:
      - {domain: imprecision, level: serious, seen: {people: "12"}}
    raters: [AB]
    date: 2026-11-22
"""


def loaded(folder: Path, text: str) -> Certainty:
    (folder / FILE).write_text(text, encoding="utf-8")
    return load_certainty(folder, REVIEW)


def test_without_a_file_nothing_is_decided(tmp_path: Path) -> None:
    assert load_certainty(tmp_path, REVIEW) == Certainty()


def test_an_entry(tmp_path: Path) -> None:
    found = loaded(tmp_path, ENTRY).of("craving")
    assert found is not None
    judged = found.judgement("imprecision")
    assert judged is not None
    assert (judged.level, judged.seen) == (Level.SERIOUS, {"people": "12"})
    assert found.judgement("inconsistency") is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("question: craving", "question: cravings", 'no question "cravings".*Did you mean'),
        ("[craving]", "[craving, craving]", '"craving" stands twice'),
        ("[craving]", "[nothing]", 'no question "nothing"'),
        ("level: serious", "level: one level up", '"one level up" is no level of imprecision'),
        ("imprecision, level: serious", "dose response, level: serious", "is no level of dose"),
        ("large: 0.8", "large: 0.2", "must be above `smallest`"),
        ("    raters: [AB]\n", "", "decisions need `raters` and `date`"),
        ("[AB]", "[TO BE DECIDED]", "left from the draft"),
        ("date: 2026-11-22", "date: TO BE DECIDED", "must be a day"),
        ("domain: imprecision", "domain: precision", "imprecision"),
        ("smallest: 0.2", "smallest: 0", "greater than 0"),
        ("outcome: craving", "outcomes: craving", "unknown field"),
        (
            "      - {domain: imprecision, level: serious",
            "      - {domain: imprecision, level: serious}\n"
            "      - {domain: imprecision, level: serious",
            "two decisions on imprecision",
        ),
    ],
)
def test_mistakes_are_refused_with_their_place(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in ENTRY
    with pytest.raises(DataError, match=rf"{FILE}:\d+:\d+: .*{message}"):
        loaded(tmp_path, ENTRY.replace(old, new, 1))


def test_seven_outcomes_are_enough(tmp_path: Path) -> None:
    names = ", ".join(question.id for question in REVIEW.questions[:8])
    with pytest.raises(DataError, match="main_outcomes"):
        loaded(tmp_path, f"main_outcomes: [{names}]\n")


def test_levels_belong_to_domains() -> None:
    assert Level.SERIOUS in levels_of(Domain.IMPRECISION)
    assert levels_of(Domain.LARGE_EFFECT) == (Level.NONE, Level.ONE_UP, Level.TWO_UP)
    # GRADE guidelines 1: one level for a gradient, one for confounding that works against it.
    assert levels_of(Domain.DOSE_RESPONSE) == (Level.NONE, Level.ONE_UP)
    assert levels_of(Domain.OPPOSING_CONFOUNDING) == (Level.NONE, Level.ONE_UP)
    assert set(levels_of(Domain.RISK_OF_BIAS)) | set(levels_of(Domain.LARGE_EFFECT)) == set(Level)


def test_a_draft_of_what_is_decided_is_the_file_itself(tmp_path: Path) -> None:
    decided = load_certainty(INPUTS.review_folder, REVIEW)
    grades = grade_review(INPUTS.answers, REVIEW, INPUTS.evidence, decided)
    text = draft(grades, decided)
    assert text == (INPUTS.review_folder / FILE).read_text(encoding="utf-8")
    assert loaded(tmp_path, text) == decided


def test_a_draft_of_nothing_says_what_is_to_be_decided(tmp_path: Path) -> None:
    grades = grade_review(INPUTS.answers, REVIEW, INPUTS.evidence, Certainty())
    text = draft(grades, Certainty())
    with pytest.raises(DataError) as refused:
        loaded(tmp_path, text)
    assert "smallest" in str(refused.value)
