"""Durability: every result in exactly one place, and nothing that was only remembered."""

from __future__ import annotations

import math
from typing import Any

import pytest
from tests.records import real
from tests.records.makers import (
    TWO_ARMS,
    arm,
    contrast,
    events,
    evidence,
    outcome,
    question,
    result,
    study,
)

from ketameta.records.study import Study
from ketameta.reports.durability_part import durability_part
from ketameta.synthesis.durability import Durability, durability

MEMORY = {"ref": "memory", "locator": "none"}
ASKED = question("OR")


def found(*studies: Study) -> Durability:
    return durability(ASKED, real.review(), evidence(*studies))


def words(*studies: Study) -> str:
    return " ".join(durability_part(ASKED, real.review(), evidence(*studies)).sentences)


def alone(*results: dict[str, Any], **more: Any) -> Study:
    return study(outcome("abstinence", *results), arms=(arm("ketamine"),), **more)


def single(count: int, n: int) -> dict[str, Any]:
    return {"kind": "single events", "arm": "ketamine", "events": count, "n": n}


def test_every_time_of_a_trial_is_on_its_line() -> None:
    early, late = (
        events(ketamine=(12, 20), saline=(6, 20)),
        events(ketamine=(8, 20), saline=(6, 20)),
    )
    got = found(
        study(
            outcome(
                "abstinence",
                result(late, weeks=26),
                result(early, weeks=4, phase="end of treatment"),
                result(early, weeks=0, phase="baseline"),
            )
        )
    )
    assert [(c.at.weeks, c.at.ends_treatment) for c in got.compared] == [(4, True), (26, False)]
    assert len({c.line for c in got.compared}) == 1
    # By hand: log of (12 x 14) / (8 x 6); its variance is the sum of the inverse cells.
    assert got.compared[0].y == pytest.approx(math.log(12 * 14 / (8 * 6)))
    half = 1.959963984540054 * math.sqrt(1 / 12 + 1 / 8 + 1 / 6 + 1 / 14)
    assert got.compared[0].high - got.compared[0].y == pytest.approx(half)


def test_relapse_is_turned_round_and_a_zero_is_said() -> None:
    counts = events(ketamine=(20, 20), saline=(6, 20))
    got = found(study(outcome("relapse", result(counts), better="lower")))
    one = got.compared[0]
    # No relapse: 0 of 20 against 14 of 20, with 1/2 in every cell.
    assert one.y == pytest.approx(math.log(0.5 * 6.5 / (20.5 * 14.5)))
    assert one.corrected
    assert (one.experimental, one.control) == ("0 of 20", "14 of 20")


def test_groups_without_a_comparison_have_exact_shares_and_single_patients_none() -> None:
    got = found(
        alone(result(single(14, 22)), name="doe-2020"),
        alone(result(single(1, 1)), name="roe-2021", design={"type": "case report"}),
    )
    assert [(s.events, s.n) for s in got.shares] == [(14, 22)]
    assert 0.40 < got.shares[0].low < 14 / 22 < got.shares[0].high < 0.83
    assert got.case_reports == ("Roe 2021",)


def test_other_measures_and_statements_are_words_and_memories_are_left_out() -> None:
    hazard = contrast("HR", 0.5, 0.3, 0.9)
    text = {
        "kind": "statement",
        "direction": "favours experimental",
        "text": "Later with ketamine.",
        "experimental": ["ketamine"],
        "control": ["saline"],
    }
    counts = events(ketamine=(12, 20), saline=(6, 20))
    got = found(
        study(
            outcome("relapse", result(hazard), result(text, weeks=104), better="lower"),
            outcome("abstinence", result(counts, source=MEMORY)),
        )
    )
    assert got.compared == ()
    assert [w.text for w in got.words] == [
        "Reported as HR 0.5 (95 % interval 0.3 to 0.9).",
        "Later with ketamine.",
    ]
    assert got.remembered == 1


def test_sentences_say_where_knowledge_ends() -> None:
    counts = events(ketamine=(12, 20), saline=(6, 20))
    chance = study(outcome("abstinence", result(counts, weeks=26)), name="doe-2020")
    no_chance = study(
        outcome("abstinence", result(counts, weeks=52)),
        name="roe-2021",
        design={"type": "non-randomised controlled", "randomised": "not stated"},
    )
    said = words(chance, no_chance)
    assert "at 52 weeks: Roe 2021" in said
    assert "allocation by chance not stated" in said
    assert "with allocation by chance the longest is at 26 weeks: Doe 2020" in said
    assert "Beyond 52 weeks nothing is known" in said
    assert "No trial has numbers at two times" in said


def test_without_a_comparison_nothing_is_claimed() -> None:
    said = words(alone(result(single(14, 22))))
    assert "how long an effect lasts is not known" in said
    assert "Beyond" not in said


def test_dose_comparisons_are_kept_apart() -> None:
    arms = (TWO_ARMS[0], arm("low", control="low-dose ketamine"))
    counts = events(ketamine=(12, 20), low=(6, 20))
    got = study(outcome("abstinence", result(counts, weeks=104)), arms=arms)
    assert found(got).compared[0].contrast_class == "dose comparison"
    said = words(got)
    assert "No comparison of ketamine with a control without ketamine" in said
    assert "More ketamine against less was followed to 104 weeks" in said


def test_the_review_over_time() -> None:
    asked = next(q for q in real.review().questions if q.id == "abstinence-longest")
    got = durability(asked, real.review(), real.evidence())
    assert {(c.at.study, c.at.weeks) for c in got.compared} == {
        ("dakwar-2019", 5),
        ("dakwar-2019", 26),
        ("dakwar-2020", 3),
        ("grabski-2022", 26),
        ("krupitsky-1997", 52),
        ("krupitsky-2007", 52),
    }
    assert {s.at.study for s in got.shares} == {"elyn-2024", "garel-2023", "malchow-2019"}
    assert "krupitsky-2002" in {w.at.study for w in got.words}
    assert not any("remembered" in w.text.lower() for w in got.words)
