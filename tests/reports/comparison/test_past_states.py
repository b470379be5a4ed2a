"""States of which today's program cannot read the records: renamed words, and locks alone."""

from __future__ import annotations

import copy
import json
import math
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from tests.reports.small_review import TRIALS, write_root

from ketameta.errors import DataError
from ketameta.reports.comparison.accepted import shared_moves
from ketameta.reports.comparison.compare import compare
from ketameta.reports.comparison.picture import before_after
from ketameta.reports.comparison.sentences import sentence
from ketameta.reports.comparison.states import State, state_of
from ketameta.reports.comparison.words import markdown, plain, summary
from ketameta.reports.inputs import read_inputs
from ketameta.reports.lock import lock_of, write_lock

CHANGED = (replace(TRIALS[0], cells=(25, 30, 3, 30)), *TRIALS[1:])


def git(folder: Path, *arguments: str) -> None:
    names = ["-c", "user.name=a", "-c", "user.email=a@b.invalid", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *names, *arguments], cwd=folder, check=True, capture_output=True)


def past_repository(tmp_path: Path, then: str, *, lock: bool = True) -> Path:
    """First a state with `then` for a direction, accepted in words of its time; then another."""
    root = write_root(tmp_path / "past", TRIALS)
    if lock:
        write_lock(read_inputs(root))
    _reword(root, then)
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "Words of then")
    write_root(root, CHANGED)
    git(root, "add", ".")
    git(root, "commit", "-qm", "Words of today")
    return root


def _reword(root: Path, then: str) -> None:
    for file in (root / "studies").glob("*/*.yaml"):
        text = file.read_text("utf-8").replace("favours experimental", then)
        file.write_text(text, "utf-8", newline="\n")


def test_a_word_that_was_renamed_is_read_as_today(tmp_path: Path) -> None:
    """The old word stands inside braces too, where a comma ends it."""
    root = past_repository(tmp_path, "no difference stated")
    with state_of("HEAD~1", root) as one, state_of("HEAD", root) as two:
        found = compare(one, two)
    assert not found.accepted_only
    assert "“no difference stated” as “neither side said to do better”" in found.notes[0]
    assert "3 times" in found.notes[0]
    assert "were renamed since, and read in those of today" in markdown(found, {})
    assert "computed by the same version" in markdown(found, {})
    assert "The odds ratio rose from" in sentence(found.answers[0])


def test_records_in_unknown_words_leave_the_numbers_of_the_lock(tmp_path: Path) -> None:
    root = past_repository(tmp_path, "a word of then")
    with state_of("HEAD~1", root) as one, state_of("HEAD", root) as two:
        found, back = compare(one, two), compare(two, one)
    assert isinstance(two, State)
    kept = lock_of(two.inputs)["questions"]["abstinence"]["analyses"]["main"]
    with state_of("HEAD", root) as computed:
        assert compare(computed, two).same
    assert found.accepted_only
    text = markdown(found, {})
    assert '"a word of then" is not an allowed word' in found.notes[0]
    assert "numbers that its lock accepted" in text
    assert "computed by the same version" not in text
    assert "Certainty and verdicts on claims could not be compared." in summary(found)
    estimate = next(m for m in found.answers[0].moves if (m.analysis, m.number) == ("main", "OR"))
    assert estimate.now == f"{math.exp(kept['estimate']):.2f}"
    assert f"OR {estimate.accepted} → {estimate.now}" in sentence(found.answers[0])
    assert f"OR {estimate.now} → {estimate.accepted}" in sentence(back.answers[0])
    assert before_after(found.answers[0], ("then", "now")) is None
    fields = {f.path: (f.before, f.now) for r in found.records for f in r.fields}
    assert fields["outcomes[craving].results[0].data.direction"] == (
        "a word of then",
        "favours experimental",
    )
    assert json.loads(json.dumps(plain(found)))["notes"] == list(found.notes)


def test_the_numbers_of_a_lock_equal_those_computed(tmp_path: Path) -> None:
    """The same two states, once computed and once with one known by its lock: the same moves."""
    root = past_repository(tmp_path, "a word of then")
    before = write_root(tmp_path / "before", TRIALS)
    computed = compare(State("before", read_inputs(before)), State("now", read_inputs(root)))
    with state_of("HEAD~1", root) as one, state_of("HEAD", root) as two:
        accepted = compare(one, two)
    assert accepted.answers[0].moves == computed.answers[0].moves


def test_files_that_changed_since_the_lock_are_named(tmp_path: Path) -> None:
    root = past_repository(tmp_path, "a word of then")
    with state_of("HEAD~1", root) as state:
        assert "3 changed between the acceptance" in state.notes[0]
        assert "studies/alcohol/adams-2001.yaml" in state.notes[0]


def test_without_a_lock_the_problems_are_said(tmp_path: Path) -> None:
    root = past_repository(tmp_path, "a word of then", lock=False)
    with (
        pytest.raises(DataError, match=r"HEAD~1: .*\n.*not an allowed word"),
        state_of("HEAD~1", root),
    ):
        pass


def test_a_number_that_only_one_lock_holds_did_not_move(tmp_path: Path) -> None:
    """The first locks kept of a study its flags alone, and no people."""
    today = lock_of(read_inputs(write_root(tmp_path)))["questions"]
    first = copy.deepcopy(today)
    for question in first.values():
        del question["further"], question["subgroup_test"]
        for entry in question["analyses"].values():
            entry.pop("people")
            entry["studies"] = {name: kept["flags"] for name, kept in entry["studies"].items()}
    assert shared_moves(first, today) == ()
    assert shared_moves(today, first) == ()
    first["abstinence"]["analyses"]["main"]["tau2"] += 1
    assert [move.number for move in shared_moves(first, today)] == ["tau²"]
