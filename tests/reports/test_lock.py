"""The lock: what moves is told in words, what is only rounding is not."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.reports.small_review import REVIEW, TRIALS, Trial, write_root

from ketameta.errors import DataError
from ketameta.reports.acceptance import accept
from ketameta.reports.build import committed_summary
from ketameta.reports.inputs import ReportInputs, read_inputs
from ketameta.reports.lock import (
    LockCheck,
    check_lock,
    lock_of,
    lock_text,
    read_lock,
    same_number,
    write_lock,
)
from ketameta.reports.lock_table import WIDTH, Move, table_lines
from ketameta.reports.lock_words import moves
from ketameta.tables.formatting import AnswerText

LOCK = Path("reports", "small", "results.lock.json")
WITH_SUBGROUPS = REVIEW.replace("    measure: OR\n", "    measure: OR\n    subgroups: randomised\n")
STALE = Move("summary.md", "", "text", "as committed", "stale")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = write_root(tmp_path, review=WITH_SUBGROUPS)
    inputs = read_inputs(root)
    write_lock(inputs)
    (root / "reports" / "small" / "summary.md").write_text(committed_summary(inputs), "utf-8")
    return root


@pytest.fixture
def split_root(root: Path) -> Path:
    """With two studies in each subgroup, so that the subgroups can be tested."""
    accept(rewrite(root, Trial("flynn-2003", (9, 30, 7, 30), randomised="no")))
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
    lock = read_lock(root / LOCK)
    main = lock["questions"]["abstinence"]["analyses"]["main"]
    assert main["k"] == 3
    assert list(main["studies"]) == ["adams-2001", "brown-2005", "clark-2010"]
    assert "SM" in main["studies"]["adams-2001"]["flags"].split()
    assert "PK" in main["flags"].split()
    pooled = read_inputs(root).answers[0].main.pooled
    assert pooled is not None
    assert main["estimate"] == pytest.approx(pooled.estimate, rel=1e-9)
    assert main["estimate"] == float(f"{pooled.estimate:.10g}")
    assert len(lock["files"]["studies/alcohol/adams-2001.yaml"]) == 64
    assert list(lock["questions"]["abstinence"]["analyses"])[1:] == [
        "subgroup: randomised: yes",
        "subgroup: randomised: no",
        "sensitivity: randomised",
        "sensitivity: verified",
        "leave one out: adams-2001",
        "leave one out: brown-2005",
        "leave one out: clark-2010",
    ]
    assert lock["questions"]["craving"]["analyses"]["main"] == {"k": 0, "people": 0, "studies": {}}
    assert lock["questions"]["craving"]["subgroup_test"] is None


def test_the_lock_holds_each_study_as_it_entered(root: Path) -> None:
    """Adams by hand: 13 of 30 with ketamine and 6 of 30 without."""
    main = read_lock(root / LOCK)["questions"]["abstinence"]["analyses"]["main"]
    y, v = math.log(13 * 24 / (17 * 6)), 1 / 13 + 1 / 17 + 1 / 6 + 1 / 24
    study = main["studies"]["adams-2001"]
    assert study["n"] == 60
    assert study["y"] == pytest.approx(y, rel=1e-9)
    assert study["v"] == pytest.approx(v, rel=1e-9)
    half = 1.959963984540054 * math.sqrt(v)
    assert study["interval"] == pytest.approx([y - half, y + half], rel=1e-9)
    assert sum(one["weight"] for one in main["studies"].values()) == pytest.approx(100)
    assert main["people"] == 180


def test_the_lock_holds_the_subgroup_test_of_the_answer(split_root: Path) -> None:
    test = read_inputs(split_root).answers[0].subgroup_test
    assert test is not None
    assert test.q is not None
    assert test.p_value is not None
    kept = read_lock(split_root / LOCK)["questions"]["abstinence"]["subgroup_test"]
    assert kept == {
        "by": "randomised",
        "q": pytest.approx(test.q, rel=1e-9),
        "df": 1,
        "p": pytest.approx(test.p_value, rel=1e-9),
    }


def accept_another(root: Path, *keys: str | int, factor: float = 1.001) -> LockCheck:
    """Change one number of the first question in the lock alone; what the check then says."""
    lock = read_lock(root / LOCK)
    *inside, last = keys
    part = lock["questions"]["abstinence"]
    for key in inside:
        part = part[key]
    assert part[last], "choose a number that is there and is not 0"
    part[last] *= factor
    (root / LOCK).write_text(json.dumps(lock), encoding="utf-8")
    return check_lock(read_inputs(root))


def assert_only(found: LockCheck, number: str, analysis: str = "main") -> None:
    """The check fails, names this number and no other, and tells the two apart."""
    assert not found.ok
    assert [(m.question, m.analysis, m.number) for m in found.moved] == [
        ("Abstinence", analysis, number)
    ]
    assert found.moved[0].accepted != found.moved[0].now
    assert found.moved[0].now.split()[0] in found.text
    assert "In 1 analysis, 1 result has moved:" in found.text


MAIN = ("analyses", "main")
ADAMS = (*MAIN, "studies", "adams-2001")


def test_a_moved_number_of_people_is_named(root: Path) -> None:
    assert_only(accept_another(root, *MAIN, "people"), "people")


def test_a_moved_n_of_one_study_is_named(root: Path) -> None:
    assert_only(accept_another(root, *ADAMS, "n"), "people in adams-2001")


def test_a_moved_weight_is_named(root: Path) -> None:
    assert_only(accept_another(root, *ADAMS, "weight"), "weight of adams-2001")


def test_a_moved_y_of_one_study_is_named(root: Path) -> None:
    found = accept_another(root, *ADAMS, "y")
    assert_only(found, "OR of adams-2001")
    assert found.moved[0].now == "3.059"  # exp of 1.1180; two decimals would hide 3.062
    assert found.moved[0].accepted == "3.062"


def test_a_moved_v_of_one_study_is_named(root: Path) -> None:
    assert_only(accept_another(root, *ADAMS, "v"), "variance of adams-2001")


@pytest.mark.parametrize("limit", [0, 1])
def test_a_moved_limit_of_one_study_is_named(root: Path, limit: int) -> None:
    assert_only(accept_another(root, *ADAMS, "interval", limit), "interval of adams-2001")


@pytest.mark.parametrize(
    ("key", "number"), [("q", "Q between subgroups"), ("p", "P of subgroup test")]
)
def test_a_moved_subgroup_test_is_named(split_root: Path, key: str, number: str) -> None:
    assert_only(accept_another(split_root, "subgroup_test", key), number, "subgroup test")


def test_moved_degrees_of_freedom_of_the_subgroup_test_are_named(split_root: Path) -> None:
    found = accept_another(split_root, "subgroup_test", "df", factor=2)
    assert_only(found, "df between subgroups", "subgroup test")
    assert (found.moved[0].accepted, found.moved[0].now) == ("2", "1")


def test_a_moved_tau2_interval_is_named(root: Path) -> None:
    assert_only(accept_another(root, *MAIN, "tau2_interval", 1), "tau² interval")


def test_a_moved_i2_interval_is_named(root: Path) -> None:
    assert_only(accept_another(root, *MAIN, "i2_interval", 1), "I² interval")


@pytest.mark.parametrize("limit", [0, 1])
def test_a_moved_guarded_interval_is_named(root: Path, limit: int) -> None:
    found = accept_another(root, *MAIN, "guarded_interval", limit)
    assert_only(found, "guarded interval")


def test_a_moved_wald_interval_or_factor_is_named(root: Path) -> None:
    assert_only(accept_another(root, *MAIN, "wald_interval", 0), "Wald interval")
    accept(read_inputs(root))
    assert_only(accept_another(root, *MAIN, "hksj_factor"), "HKSJ factor")


def leaves(part: object, *keys: str | int) -> Iterator[tuple[str | int, ...]]:
    """Where the numbers of a lock stand, and the places where one could be."""
    if isinstance(part, dict):
        for key, value in part.items():
            yield from leaves(value, *keys, key)
    elif isinstance(part, list):
        for i, value in enumerate(part):
            yield from leaves(value, *keys, i)
    elif not isinstance(part, str):
        yield keys


APPEARS = {"subgroup_test": {"q": 1.5}, "further": {"universes": 2}}
"""What appears where there was a whole part missing; elsewhere a number."""


def test_no_number_of_the_lock_can_move_unseen(split_root: Path) -> None:
    questions = lock_of(read_inputs(split_root))["questions"]
    places = list(leaves(questions))
    assert len(places) > 300
    for place in places:
        other = json.loads(json.dumps(questions))
        part = other
        for key in place[:-1]:
            part = part[key]
        before = part[place[-1]]
        something = APPEARS.get(place[-1], 1.5)
        part[place[-1]] = something if before is None else before + 1e-5
        assert any(True for _ in moves(other, questions, same_number)), place


def test_the_lock_is_silent_on_itself(root: Path) -> None:
    questions = lock_of(read_inputs(root))["questions"]
    assert not list(moves(questions, questions, same_number))


def test_a_stale_summary_is_found_though_no_number_moved(root: Path) -> None:
    page = root / "reports" / "small" / "summary.md"
    page.write_text(page.read_text(encoding="utf-8") + "More.\n", encoding="utf-8")
    found = check_lock(read_inputs(root))
    assert found.moved == (STALE,)
    assert "No number of the lock has moved, but summary.md is not" in found.text
    page.unlink()
    assert [move.now for move in check_lock(read_inputs(root)).moved] == ["missing"]


def test_the_table_says_before_and_after(root: Path) -> None:
    before = estimate(read_inputs(root))
    now = rewrite(root, replace(TRIALS[0], cells=(14, 30, 6, 30)))
    found = check_lock(now)
    after = estimate(now)
    assert before.split(" (")[0] != after.split(" (")[0]
    move = next(m for m in found.moved if m.number == "OR")
    assert (move.question, move.analysis) == ("Abstinence", "main")
    assert (move.accepted, move.now) == (before.split(" (")[0], after.split(" (")[0])
    interval = next(m for m in found.moved if m.number == "confidence interval")
    assert f"{move.accepted} ({interval.accepted})" == before
    assert f"{move.now} ({interval.now})" == after
    assert found.moved[-1] == STALE
    lines = found.text.splitlines()
    assert lines[0].endswith(" results have moved:")
    assert lines[1].split() == ["question", "analysis", "number", "accepted", "now"]
    assert lines[3].split()[:2] == ["Abstinence", "main"]
    assert max(map(len, lines)) <= WIDTH
    assert lines[-2] == "Files: studies/alcohol/adams-2001.yaml changed."
    assert lines[-1].endswith("accept it with `make lock` and say why.")


def test_a_long_title_and_a_long_number_share_the_width() -> None:
    title = "Abstinence or no relapse, at the longest follow-up that any report gives"
    rows = [
        Move(title, "leave one out: krupitsky-2002", "interval of krupitsky-1997", a, "0.51 to 2")
        for a in ("0.5123456789 to 12.3456789012", "none")
    ]
    lines = table_lines(rows)
    assert max(map(len, lines)) <= WIDTH
    assert sum("Abstinence" in line for line in lines) == 1
    text = " ".join(" ".join(lines).split())
    assert text.count("krupitsky-1997") == 2
    assert "12.3456789012" in text


def found_rows(found: LockCheck, analysis: str = "main") -> set[tuple[str, str, str]]:
    return {(m.number, m.accepted, m.now) for m in found.moved if m.analysis == analysis}


def test_a_new_study_is_named(root: Path) -> None:
    found = check_lock(rewrite(root, Trial("frost-2021")))
    rows = found_rows(found)
    assert ("studies", "3", "4") in rows
    assert ("people", "180", "240") in rows
    assert ("frost-2021", "not included", "included") in rows
    assert found_rows(found, "leave one out: frost-2021") == {("analysis", "none", "new, k = 3")}
    assert found.notes[0] == "Files: studies/alcohol/frost-2021.yaml added."


def test_a_study_that_is_gone_is_named(root: Path) -> None:
    (root / "studies" / TRIALS[1].path).unlink()
    found = check_lock(read_inputs(root))
    assert ("studies", "3", "2") in found_rows(found)
    assert ("brown-2005", "included", "not included") in found_rows(found)
    assert found_rows(found, "leave one out: brown-2005") == {("analysis", "k = 2", "gone")}
    assert found.notes[0] == "Files: studies/alcohol/brown-2005.yaml removed."


def test_flags_that_come_and_go_are_told(root: Path) -> None:
    found = check_lock(rewrite(root, replace(TRIALS[1], randomised="yes")))
    assert ("flag NR on brown-2005", "raised", "not raised") in found_rows(found)
    back = check_lock(rewrite(root, replace(TRIALS[0], randomised="no")))
    assert ("flag NR on adams-2001", "not raised", "raised") in found_rows(back)


def test_a_result_that_appears_or_disappears_is_told(root: Path) -> None:
    shown = estimate(read_inputs(root)).split(" (")[0]
    only = rewrite(root, *(replace(t, status="ongoing") for t in TRIALS[:3]))
    assert ("OR", shown, "none") in found_rows(check_lock(only))
    write_lock(only)
    found = check_lock(rewrite(root, *TRIALS[:3]))
    assert ("OR", "none", shown) in found_rows(found)


def test_another_measure_and_another_question_are_told(root: Path) -> None:
    review = root / "reports" / "small" / "review.yaml"
    review.write_text(WITH_SUBGROUPS.replace("measure: OR", "measure: RR"), encoding="utf-8")
    found = check_lock(read_inputs(root))
    assert found.moved == (Move("Abstinence", "", "measure", "OR", "RR"), STALE)
    assert found.notes == ("Files: reports/small/review.yaml changed.",)
    review.write_text(WITH_SUBGROUPS.replace("id: craving", "id: wish"), encoding="utf-8")
    found = check_lock(read_inputs(root))
    assert Move("Craving", "", "question", "asked", "gone") in found.moved
    assert Move("Craving", "", "question", "none", "new") in found.moved


def test_bytes_that_move_no_number_are_a_note(root: Path) -> None:
    found = check_lock(rewrite(root, replace(TRIALS[0], note="Another note.")))
    assert found.ok
    assert found.notes == (
        "No number moved, but files did: studies/alcohol/adams-2001.yaml changed.",
    )


@pytest.mark.parametrize(("factor", "moved"), [(1 + 5e-9, False), (1 + 5e-8, True)])
def test_the_last_bits_of_arithmetic_do_not_move_a_number(
    root: Path, factor: float, moved: bool
) -> None:
    path = root / LOCK
    lock = json.loads(path.read_text(encoding="utf-8"))
    main = lock["questions"]["abstinence"]["analyses"]["main"]
    main["estimate"] *= factor
    main["interval"] = [limit * factor for limit in main["interval"]]
    path.write_text(json.dumps(lock), encoding="utf-8")
    found = check_lock(read_inputs(root))
    assert (not found.ok) is moved
    if moved:  # few digits would hide it
        assert [move.number for move in found.moved] == ["OR", "confidence interval"]
        assert all(move.accepted != move.now for move in found.moved)


def test_zero_and_none_are_different_and_noise_at_zero_is_not() -> None:
    assert same_number(0.0, 4e-17)
    assert same_number(None, None)
    assert not same_number(None, 0.0)
    assert not same_number(0.0, 1e-6)


def test_other_versions_are_named_only_where_numbers_moved(root: Path) -> None:
    path = root / LOCK
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
        ("[]", r"not a lock of format ketameta\.lock/3"),
        ('{"format": "ketameta.lock/9"}', "not a lock of format"),
        ('{"format": "ketameta.lock/3", "files": {}, "questions": {"a": 1}}', "not a lock of"),
    ],
)
def test_a_lock_that_cannot_be_used_says_what_to_do(root: Path, text: str, message: str) -> None:
    path = root / LOCK
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=rf"results\.lock\.json: {message}"):
        check_lock(read_inputs(root))


def test_a_missing_lock_says_how_to_write_one(root: Path) -> None:
    (root / LOCK).unlink()
    with pytest.raises(DataError, match=r"there is no lock\. Write one with `make lock`\."):
        check_lock(read_inputs(root))
