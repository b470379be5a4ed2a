"""`ketameta correct`: guarded, kept as history, and held by check."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

RECORD = Path("studies/alcohol/ash-2020.yaml")
FOLDER = Path("studies/corrections")
WHY = ("--reason", "Misread", "--source", "Table 2", "--by", "AB", "--date", "2026-11-20")


def country() -> str:
    (line,) = [line for line in RECORD.read_text().splitlines() if "country:" in line]
    return line.split(": ")[1]


def correct(run: Run, *words: str) -> Any:
    return run("correct", "ash-2020", *words, *WHY)


def test_a_correction_changes_one_line_and_is_kept(run: Run, small_root: Path) -> None:
    before, old = RECORD.read_text(), country()
    done = correct(run, "design.country", "Atlantis", "--expected", old)
    assert done.exit_code == 0, done.stderr
    assert RECORD.read_text() == before.replace(f"country: {old}", "country: Atlantis")
    assert f"-  country: {old}\n+  country: Atlantis\n" in done.stdout
    (file,) = FOLDER.glob("*.yaml")
    assert "reason: Misread" in file.read_text()
    assert run("check", FOLDER).exit_code == 0
    assert run("fmt", "--check", FOLDER).exit_code == 0
    listed = run("correct")
    assert "(stands; AB, 2026-11-20: Misread)" in listed.stdout
    # whoever changes it back is told
    RECORD.write_text(before)
    assert run("check").exit_code == 0
    assert "R081" in run("check", "--format", "json").stdout
    RECORD.write_text(before.replace(f"country: {old}", "country: Mu"))
    told = run("check")
    assert told.exit_code == 1
    assert '"Mu" stands there, not "Atlantis" as corrected.' in told.stdout


def test_a_later_correction_takes_the_place_of_an_earlier_one(run: Run, small_root: Path) -> None:
    old = country()
    assert correct(run, "design.country", "Atlantis", "--expected", old).exit_code == 0
    assert correct(run, "design.country", "Lemuria", "--expected", "Atlantis").exit_code == 0
    assert run("check").exit_code == 0
    assert len(list(FOLDER.glob("*.yaml"))) == 2


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("design.country", "X", "--expected", "Y"), 1, 'design.country: "Y" is expected, but'),
        (("design.country", "X"), 1, "nothing is expected, but"),
        (("design.contry.x", "X"), 2, 'there is no design.contry. Did you mean "country"?'),
        (("arms.nobody.label", "X"), 2, "there is no arms.nobody."),
        (("design.type", "paralel", "--expected", "parallel"), 1, "is not an allowed word."),
        (("id", "other", "--expected", "ash-2020"), 1, "is not the file name."),
        (("design", "X"), 1, "expected"),
        (("design.country",), 2, "say STUDY PATH VALUE"),
    ],
)
def test_nothing_is_written_unless_the_record_says_what_is_expected(
    run: Run, small_root: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    before = RECORD.read_bytes()
    done = correct(run, *words)
    assert done.exit_code == code, done.stderr
    assert said in done.stderr
    assert RECORD.read_bytes() == before
    assert not FOLDER.exists()


def test_a_file_is_applied_once(run: Run, small_root: Path) -> None:
    old = country()
    text = (
        "study: ash-2020\nreason: Misread\nsource: Table 2\nby: AB\ndate: 2026-11-20\n"
        "changes:\n"
        f"  - path: design.country\n    expected: {old}\n    value: Atlantis\n"
        "  - path: design.team\n    value: Somebody\n"
    )
    Path("mine.yaml").write_text(text)
    before = RECORD.read_bytes()
    assert run("correct", "--apply", "mine.yaml", "--dry-run").exit_code == 0
    assert RECORD.read_bytes() == before
    done = run("correct", "--apply", "mine.yaml")
    assert done.exit_code == 0, done.stderr
    assert (FOLDER / "mine.yaml").read_text() == text
    assert "team: Somebody" in RECORD.read_text()
    again = run("correct", "--apply", FOLDER / "mine.yaml")
    assert again.exit_code == 1
    assert "seems to be applied already" in again.stderr
    second = run("correct", "--apply", "mine.yaml")
    assert (second.exit_code, "Give mine.yaml another name." in second.stderr) == (2, True)


def test_one_change_that_does_not_fit_stops_all(run: Run, small_root: Path) -> None:
    before = RECORD.read_bytes()
    Path("mine.yaml").write_text(
        "study: ash-2020\nreason: A\nsource: B\nby: AB\ndate: 2026-11-20\nchanges:\n"
        f"  - {{path: design.country, expected: {country()}, value: Atlantis}}\n"
        "  - {path: design.team, expected: Nobody, value: Somebody}\n"
    )
    done = run("correct", "--apply", "mine.yaml")
    assert (done.exit_code, RECORD.read_bytes()) == (1, before)
    assert done.stderr.endswith("Nothing was changed.\n")


@pytest.mark.parametrize(
    "text", ["", "study: ash-2020\n", "study: ../x\nchanges: []\n", "a: [1", "x" * 10]
)
def test_files_that_are_no_correction(run: Run, small_root: Path, text: str) -> None:
    Path("mine.yaml").write_text(text)
    done = run("correct", "--apply", "mine.yaml")
    assert done.exit_code == 3
    assert "mine.yaml:1" in done.stderr
    assert run("correct", "--apply", "none.yaml").exit_code == 2
    Path("mine.yml").write_text(text)
    assert "ends in .yaml" in run("correct", "--apply", "mine.yml").stderr


def test_who_why_and_on_what_are_asked_for(run: Run, small_root: Path) -> None:
    done = run("correct", "ash-2020", "design.country", "X", "--by", "AB")
    assert (done.exit_code, "say --reason, --source" in done.stderr) == (2, True)
    day = run("correct", "ash-2020", "design.country", "X", *WHY[:-1], "tomorrow")
    assert (day.exit_code, "is no day" in day.stderr) == (2, True)
    assert "no corrections" in run("correct").stderr
