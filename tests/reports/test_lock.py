"""The lock: what moves is told in words, what is only rounding is not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.reports.small_review import REVIEW, TRIALS, Trial, write_root

from ketameta.errors import DataError
from ketameta.reports.inputs import ReportInputs, read_inputs
from ketameta.reports.lock import check_lock, lock_of, lock_text, read_lock, same_number, write_lock
from ketameta.tables.formatting import AnswerText


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = write_root(tmp_path)
    write_lock(read_inputs(root))
    return root


def rewrite(root: Path, *trials: Trial) -> ReportInputs:
    for trial in trials:
        (root / "studies" / trial.path).write_text(trial.text, encoding="utf-8")
    return read_inputs(root)


def estimate(inputs: ReportInputs) -> str:
    return AnswerText.of(inputs.answers[0]).estimate(inputs.answers[0].main)


def test_nothing_has_moved_right_after_writing(root: Path) -> None:
    found = check_lock(read_inputs(root))
    assert found.ok
    assert found.text == "Every number is as the lock has it."


def test_the_lock_holds_numbers_flags_and_hashes(root: Path) -> None:
    lock = read_lock(root / "reports" / "small" / "results.lock.json")
    main = lock["questions"]["abstinence"]["analyses"]["main"]
    assert main["k"] == 3
    assert list(main["studies"]) == ["adams-2001", "brown-2005", "clark-2010"]
    assert "SM" in main["studies"]["adams-2001"].split()
    assert "PK" in main["flags"].split()
    pooled = read_inputs(root).answers[0].main.pooled
    assert pooled is not None
    assert main["estimate"] == pytest.approx(pooled.estimate, rel=1e-9)
    assert main["estimate"] == float(f"{pooled.estimate:.10g}")
    assert set(main) == {
        "k",
        "studies",
        "estimate",
        "interval",
        "prediction",
        "tau2",
        "i2",
        "q",
        "flags",
    }
    assert len(lock["files"]["studies/alcohol/adams-2001.yaml"]) == 64
    assert list(lock["questions"]["abstinence"]["analyses"])[1:] == [
        "sensitivity: randomised",
        "sensitivity: verified",
        "leave one out: adams-2001",
        "leave one out: brown-2005",
        "leave one out: clark-2010",
    ]
    assert lock["questions"]["craving"]["analyses"]["main"] == {"k": 0, "studies": {}}


def test_a_changed_number_is_told_with_the_record_that_changed(root: Path) -> None:
    before = estimate(read_inputs(root))
    now = rewrite(root, replace(TRIALS[0], cells=(14, 30, 6, 30)))
    found = check_lock(now)
    assert not found.ok
    line = found.moved[0]
    assert before != estimate(now)
    assert line.startswith(f"Abstinence, main: OR {before} -> {estimate(now)}; ")
    assert line.endswith("record adams-2001 changed")
    assert found.text.startswith(f"{len(found.moved)} results have moved:\n  Abstinence, main: ")
    assert found.text.endswith("accept it with `make lock` and say why.")


def test_a_new_study_is_named(root: Path) -> None:
    found = check_lock(rewrite(root, Trial("frost-2021")))
    assert "k 3 -> 4 (added frost-2021)" in found.moved[0]
    assert "record frost-2021 added" in found.moved[0]
    assert any("leave one out: frost-2021: a new analysis (k 3)" in line for line in found.moved)


def test_a_study_that_is_gone_is_named(root: Path) -> None:
    (root / "studies" / TRIALS[1].path).unlink()
    found = check_lock(read_inputs(root))
    assert "k 3 -> 2 (removed brown-2005)" in found.moved[0]
    assert "record brown-2005 removed" in found.moved[0]


def test_flags_that_come_and_go_are_told(root: Path) -> None:
    found = check_lock(rewrite(root, replace(TRIALS[1], randomised="yes")))
    assert any("flag NR on brown-2005 gone" in line for line in found.moved)
    back = check_lock(rewrite(root, replace(TRIALS[0], randomised="no")))
    assert any("new flag NR on adams-2001" in line for line in back.moved)


def test_a_result_that_appears_or_disappears_is_told(root: Path) -> None:
    lock = root / "reports" / "small" / "results.lock.json"
    shown = estimate(read_inputs(root))
    only = rewrite(root, *(replace(t, status="ongoing") for t in TRIALS[:3]))
    assert f"OR {shown} -> no result" in check_lock(only).moved[0]
    write_lock(only, lock)
    found = check_lock(rewrite(root, *TRIALS[:3]))
    assert f"OR no result -> {shown}" in found.moved[0]


def test_another_measure_and_another_question_are_told(root: Path) -> None:
    review = root / "reports" / "small" / "review.yaml"
    review.write_text(REVIEW.replace("measure: OR", "measure: RR"), encoding="utf-8")
    found = check_lock(read_inputs(root))
    assert found.moved == ("Abstinence: measure OR -> RR",)
    assert found.notes == ("Files: reports/small/review.yaml changed.",)
    review.write_text(REVIEW.replace("id: craving", "id: wish"), encoding="utf-8")
    assert check_lock(read_inputs(root)).moved == (
        "Craving: the question is gone",
        "Craving: a new question",
    )


def test_bytes_that_move_no_number_are_a_note(root: Path) -> None:
    found = check_lock(rewrite(root, replace(TRIALS[0], note="Another note.")))
    assert found.ok
    assert found.notes == (
        "No number moved, but files did: studies/alcohol/adams-2001.yaml changed.",
    )


@pytest.mark.parametrize(("factor", "moves"), [(1 + 5e-9, False), (1 + 5e-8, True)])
def test_the_last_bits_of_arithmetic_do_not_move_a_number(
    root: Path, factor: float, moves: bool
) -> None:
    path = root / "reports" / "small" / "results.lock.json"
    lock = json.loads(path.read_text(encoding="utf-8"))
    main = lock["questions"]["abstinence"]["analyses"]["main"]
    main["estimate"] *= factor
    main["interval"] = [limit * factor for limit in main["interval"]]
    path.write_text(json.dumps(lock), encoding="utf-8")
    found = check_lock(read_inputs(root))
    assert (not found.ok) is moves
    if moves:  # few digits would hide it
        before, now = found.moved[0].split(": OR ")[1].split(" -> ")
        assert before != now


def test_zero_and_none_are_different_and_noise_at_zero_is_not() -> None:
    assert same_number(0.0, 4e-17)
    assert same_number(None, None)
    assert not same_number(None, 0.0)
    assert not same_number(0.0, 1e-6)


def test_other_versions_are_named_only_where_numbers_moved(root: Path) -> None:
    path = root / "reports" / "small" / "results.lock.json"
    lock = json.loads(path.read_text(encoding="utf-8"))
    lock["written_with"]["numpy"] = "1.0"
    path.write_text(json.dumps(lock), encoding="utf-8")
    assert check_lock(read_inputs(root)).notes == ()
    found = check_lock(rewrite(root, replace(TRIALS[0], cells=(14, 30, 6, 30))))
    assert any(note.startswith("Other versions: numpy 1.0 then, ") for note in found.notes)


def test_equal_inputs_give_an_equal_lock(root: Path) -> None:
    assert lock_text(lock_of(read_inputs(root))) == lock_text(lock_of(read_inputs(root)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not readable as JSON"),
        ("[]", r"not a lock of format ketameta\.lock/1"),
        ('{"format": "ketameta.lock/9"}', "not a lock of format"),
        ('{"format": "ketameta.lock/1", "files": {}, "questions": {"a": 1}}', "not a lock of"),
    ],
)
def test_a_lock_that_cannot_be_used_says_what_to_do(root: Path, text: str, message: str) -> None:
    path = root / "reports" / "small" / "results.lock.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=rf"results\.lock\.json: {message}"):
        check_lock(read_inputs(root))


def test_a_missing_lock_says_how_to_write_one(root: Path) -> None:
    (root / "reports" / "small" / "results.lock.json").unlink()
    with pytest.raises(DataError, match=r"there is no lock\. Write one with `make lock`\."):
        check_lock(read_inputs(root))
