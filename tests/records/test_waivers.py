"""Waivers: what they cover, what they cannot cover, and that none goes unnoticed."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.records.test_loading import GOOD, evidence_folder

from ketameta.records.store import Evidence, load_evidence
from ketameta.records.waiver_uses import waivers

LOPSIDED = GOOD.replace("ci_high: 6.25", "ci_high: 5.25")
HALF = GOOD.replace("treatment_seeking: yes", "treatment_seeking: yes\n  female: {percent: 50.5}")
AT = "outcomes.0.results.1.data"


def waiver(rule: str = "R035", at: str = "") -> str:
    place = f", at: {at}" if at else ""
    return f"waivers:\n  - {{rule: {rule}, reason: So printed, by: AB, date: 2026-11-20{place}}}\n"


def read(root: Path, text: str) -> Evidence:
    return load_evidence(evidence_folder(root, {"alcohol/doe-2020.yaml": text}))


def lines(evidence: Evidence) -> list[str]:
    return [str(p).removeprefix("studies/alcohol/doe-2020.yaml:") for p in evidence.problems]


@pytest.mark.parametrize("at", ["", AT, f"{AT}.ci_low", "outcomes"])
def test_a_waived_warning_is_listed_apart(tmp_path: Path, at: str) -> None:
    evidence = read(tmp_path, LOPSIDED + waiver(at=at))
    assert evidence.problems == ()
    (found,) = evidence.waived
    assert (found.problem.code, found.problem.field) == ("R035", f"{AT}.ci_low")
    assert (found.waiver.reason, found.waiver.by) == ("So printed", "AB")
    (use,) = waivers(evidence)
    assert (use.study_id, use.label, use.problems) == ("doe-2020", "Doe 2020", (found.problem,))
    assert use.line == len(LOPSIDED.splitlines()) + 2


@pytest.mark.parametrize("at", [f"{AT}.ci", "outcomes.1", "ci_low"])
def test_a_waiver_for_another_place_covers_nothing_and_says_so(tmp_path: Path, at: str) -> None:
    evidence = read(tmp_path, LOPSIDED + waiver(at=at))
    assert [p.code for p in evidence.problems] == ["R035", "R061"]
    assert evidence.problems[1].message == f"R035 finds nothing at {at} to waive."
    assert evidence.waived == ()
    assert waivers(evidence)[0].problems == ()


def test_an_error_that_can_be_waived_leaves_the_record_in_use(tmp_path: Path) -> None:
    assert read(tmp_path / "a", HALF).studies == ()
    evidence = read(tmp_path / "b", HALF + waiver("R036"))
    assert (evidence.problems, len(evidence.studies)) == ((), 1)
    assert evidence.waived[0].problem.severity == "error"


def test_an_error_that_makes_a_record_unusable_cannot_be_waived(tmp_path: Path) -> None:
    broken = GOOD.replace("sal: {events: 7, n: 30}", "sal: {events: 31, n: 30}")
    evidence = read(tmp_path, broken + waiver("R030"))
    assert evidence.studies == ()
    assert [p.code for p in evidence.problems] == ["R030", "R060"]
    assert evidence.problems[-1].message == "R030 cannot be waived."


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            "rule: R035",
            "rule: R053",
            '84:12: waivers.0.rule: there is no rule "R053". Did you mean "R153"?',
        ),
        (", by: AB", "", "84:5: waivers.0.by: is required but missing. Add the field."),
        ("reason: So printed", "reason: ", "84:18: waivers.0.reason: is empty. Fill it in, or"),
        (
            "date: 2026-11-20",
            "date: 20 Nov",
            '84:52: waivers.0.date: must be a day as 2026-11-20, found "20 Nov".',
        ),
        ("-11-20", "-11-31", "84:52: waivers.0.date: there is no such day."),
    ],
)
def test_a_waiver_is_complete(tmp_path: Path, before: str, after: str, message: str) -> None:
    text = waiver()
    assert before in text
    found = lines(read(tmp_path, LOPSIDED + text.replace(before, after)))
    assert found[-1].startswith(message)
