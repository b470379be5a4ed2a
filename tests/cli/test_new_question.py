"""`ketameta new question`: checked before it is written, and every comment stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

REVIEW = Path("reports/ketamine/review.yaml")
WORDS = [
    *("new", "question", "craving-soon", "--title", "Craving: soon", "--text", "Is there less?"),
    *("--construct", "craving", "--better", "lower", "--measure", "smd", "--time", "2-6"),
]


def changed(option: str, value: str) -> list[str]:
    words = list(WORDS)
    words[words.index(option) + 1] = value
    return words


def test_the_question_is_added_and_nothing_else_changes(run: Run, small_root: Path) -> None:
    run("fmt", REVIEW)
    before = REVIEW.read_text().replace("questions:\n", "# these are asked\nquestions:\n")
    REVIEW.write_text(before + "# the end\n")
    done = run(*WORDS)
    assert done.exit_code == 0, done.stderr
    after = REVIEW.read_text()
    added = (
        "  - id: craving-soon\n"
        '    title: "Craving: soon"\n'
        "    text: Is there less?\n"
        "    outcomes: [{construct: craving}]\n"
        "    better: lower\n"
        "    measure: smd\n"
        "    time: {minimum: 2, maximum: 6}\n"
    )
    assert after.count(added) == 1
    assert after.replace(added, "") == f"{before}# the end\n"
    listed = run("list", "--questions")
    assert "craving-soon" in listed.stdout
    assert run("check", REVIEW).exit_code == 0
    again = run(*WORDS)
    assert (again.exit_code, '"craving-soon" stands twice.' in again.stderr) == (2, True)
    assert REVIEW.read_text() == after


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("question", "../x", "id: must be lower-case words"),
        ("--construct", "cravings", 'construct: "cravings" is not an allowed word.'),
        ("--better", "down", 'better: "down" is not an allowed word.'),
        ("--measure", "smdd", "measure"),
        ("--time", "6-2", "minimum 6 is above maximum 2."),
        ("--time", "soon", "time"),
        ("--title", "x\x1b[31m", "Nothing was written"),
    ],
)
def test_what_a_review_cannot_hold_is_refused(
    run: Run, small_root: Path, option: str, value: str, said: str
) -> None:
    before = REVIEW.read_bytes()
    done = run(*changed(option, value))
    if done.exit_code == 0:  # control characters are escaped, which is fine
        assert b"\x1b" not in REVIEW.read_bytes()
        return
    assert done.exit_code == 2
    assert said in done.stderr
    assert REVIEW.read_bytes() == before


def test_what_is_not_said_is_asked(run: Run, small_root: Path) -> None:
    words = [*WORDS[:3], *WORDS[5:]]
    assert run(*words, stdin="Craving soon\n").exit_code == 0
    assert "title: Craving soon\n" in REVIEW.read_text()
    before = REVIEW.read_bytes()
    ended = run("new", "question", stdin="x\n")
    assert ended.exit_code == 2
    assert "Title: there is no terminal to ask" in ended.stderr
    assert ended.stderr.endswith("Say it with --title.\n")
    assert REVIEW.read_bytes() == before


def test_a_dry_run_writes_nothing(run: Run, small_root: Path) -> None:
    before = REVIEW.read_bytes()
    done = run(*WORDS, "--dry-run")
    assert "craving-soon" in done.stdout
    assert REVIEW.read_bytes() == before


def test_a_broken_review_is_not_added_to(run: Run, small_root: Path) -> None:
    REVIEW.write_text("id: x\n")
    done = run(*WORDS)
    assert done.exit_code == 3
    assert "correct this before a question is added" in done.stderr
    missing = run(*WORDS, "--review", "none.yaml")
    assert (missing.exit_code, "no such file" in missing.stderr) == (2, True)
