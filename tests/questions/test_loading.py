"""Reading a review: every name resolves, and what does not is named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.records import real

from ketameta.errors import DataError, UsageError
from ketameta.questions.contrasts import CLASS_OF_CONTROL
from ketameta.questions.loading import find_question, load_review, read_review
from ketameta.questions.question import WeeksWindow
from ketameta.records.vocabulary import ControlType

REVIEW = """\
id: a-review
title: A review
purpose: To test.
search_date: Today
thresholds:
  small_arm: {value: 50, source: x}
  small_total: {value: 100, source: x}
  short_follow_up_weeks: {value: 12, source: x}
  high_attrition_percent: {value: 20, source: x}
  small_k: {value: 5, source: x}
  dominant_weight_percent: {value: 50, source: x}
  information_size: {power: 0.8, alpha: 0.05, control_risk: 0.25, odds_ratio: 2, smd: 1, source: x}
sets:
  - {id: randomised, title: Randomised, why: Chance., criteria: {randomised: [yes]}}
questions:
  - id: abstinence
    title: Abstinence
    text: Is it?
    outcomes: [{construct: abstinence}, {construct: relapse, invert: true}]
    better: higher
    measure: OR
    time: longest
    subgroups: substance
    sensitivity: [randomised]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "review.yaml"
    path.write_text(text)
    return path


def test_a_good_review_is_read(tmp_path: Path) -> None:
    review = load_review(write(tmp_path, REVIEW))
    assert review.choices.tau2 == "REML"
    assert str(review.choices.level) == "95"
    assert review.questions[0].outcomes[1].invert


def test_a_window_of_weeks_and_the_spelling_of_a_measure(tmp_path: Path) -> None:
    text = REVIEW.replace("time: longest", "time: {minimum: 4, maximum: 26}")
    review = load_review(write(tmp_path, text.replace("measure: OR", "measure: or")))
    assert review.questions[0].time == WeeksWindow(minimum=4, maximum=26)
    assert review.questions[0].measure == "OR"


PROBLEMS = {
    "unknown time": (
        "time: longest",
        "time: latest",
        '22:11: questions.0.time: "latest" is not an allowed word. Did you mean "longest"?',
    ),
    "misspelt window": (
        "time: longest",
        "time: {minimum: 4, maximum: 26, maximun: 30}",
        '22:37: questions.0.time.maximun: unknown field. Did you mean "maximum"?',
    ),
    "half a window": (
        "time: longest",
        "time: {minimum: 4}",
        "22:11: questions.0.time.maximum: is required but missing. Add the field.",
    ),
    "window the wrong way round": (
        "time: longest",
        "time: {minimum: 26, maximum: 4}",
        "22:11: questions.0.time: minimum 26 is above maximum 4. Exchange them.",
    ),
    "unknown subgroups": (
        "subgroups: substance",
        "subgroups: substances",
        '23:16: questions.0.subgroups: "substances" is not an allowed word. Did you mean '
        '"substance"?',
    ),
    "unknown set": (
        "sensitivity: [randomised]",
        "sensitivity: [randomized]",
        '24:19: questions.0.sensitivity.0: no sensitivity set "randomized" in this review. Did you '
        'mean "randomised"?',
    ),
    "a construct twice": (
        "{construct: relapse, invert: true}",
        "{construct: abstinence, invert: true}",
        '19:53: questions.0.outcomes.1.construct: "abstinence" stands twice. Keep one of them.',
    ),
    "a set twice": (
        "questions:\n",
        "  - {id: randomised, title: R, why: W.}\nquestions:\n",
        '15:10: sets.1.id: "randomised" stands twice. Keep one of them.',
    ),
    "a level as a fraction": (
        "sets:\n",
        "choices: {level: 0.95}\nsets:\n",
        "13:18: choices.level: must be at least 50, got 0.95.",
    ),
    "unknown criterion": (
        "criteria: {randomised: [yes]}",
        "criteria: {randomized: [yes]}",
        '14:66: sets.0.criteria.randomized: unknown field. Did you mean "randomised"?',
    ),
}


@pytest.mark.parametrize(("before", "after", "message"), PROBLEMS.values(), ids=PROBLEMS.keys())
def test_problems_have_their_place(tmp_path: Path, before: str, after: str, message: str) -> None:
    assert before in REVIEW
    path = write(tmp_path, REVIEW.replace(before, after, 1))
    with pytest.raises(DataError) as caught:
        load_review(path, shown_as=Path("review.yaml"))
    assert str(caught.value) == f"review.yaml:{message}"
    _, document = read_review(path, shown_as=Path("review.yaml"))
    assert [str(problem) for problem in document.problems] == [str(caught.value)]


def test_a_question_twice(tmp_path: Path) -> None:
    twice = REVIEW + REVIEW.split("questions:\n")[1]
    with pytest.raises(DataError, match=r'questions\.1\.id: "abstinence" stands twice'):
        load_review(write(tmp_path, twice))


def test_a_review_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"review\.yaml: no such file"):
        load_review(tmp_path / "review.yaml", shown_as=Path("review.yaml"))


def test_a_question_is_found_by_its_id() -> None:
    review = real.review()
    assert find_question(review, "craving").measure == "SMD"
    with pytest.raises(UsageError, match=r'"cravings"\. Did you mean "craving"'):
        find_question(review, "cravings")


def test_every_control_has_a_contrast_class() -> None:
    assert set(CLASS_OF_CONTROL) == set(ControlType)
