"""Tests of claims on results study by study: comparisons and one contrast."""

from __future__ import annotations

from typing import Any

import pytest
from tests.appraisal.claims.builders import bench, finding
from tests.records.makers import arm, contrast, events, means, outcome, result, study

from ketameta.appraisal.claims.findings import Signal
from ketameta.records.study import Study

CRAVING: dict[str, Any] = {"kind": "comparisons", "constructs": ["craving"]}
SIDES = {"experimental": ["ketamine"], "control": ["saline"]}


def words(direction: str, **more: Any) -> dict[str, Any]:
    return {"kind": "statement", "direction": direction, "text": "Said.", **SIDES, **more}


def craving(data: dict[str, Any], name: str = "a-2010", **more: Any) -> Study:
    times = {key: more.pop(key) for key in ("weeks", "phase") if key in more}
    return study(outcome("craving", result(data, **times), better="lower"), name=name, **more)


def signal(*studies: Study, **more: Any) -> Signal:
    return finding({**CRAVING, **more}, bench(*studies)).signal


DIRECTIONS = {
    "words for ketamine": (words("favours experimental"), Signal.WEAK),
    "words for the control": (words("favours control"), Signal.WEAK_AGAINST),
    "words for neither": (words("neither side said to do better"), Signal.OPEN),
    "words without an answer": (words("not reported"), Signal.SILENT),
    "an interval below 0": (contrast("MD", -2.0, -3.0, -1.0), Signal.WEAK),
    "an interval above 0": (contrast("MD", 2.0, 1.0, 3.0), Signal.WEAK_AGAINST),
    "an interval over 0": (contrast("MD", -2.0, -5.0, 1.0), Signal.OPEN),
    "a ratio below 1": (contrast("ROM", 0.5, 0.3, 0.9), Signal.WEAK),
    "an estimate without an interval": (contrast("MD", -2.0, None, None), Signal.SILENT),
    "few people with the event": (events(ketamine=(1, 30), saline=(20, 30)), Signal.WEAK),
    "as many on both sides": (events(ketamine=(10, 30), saline=(11, 30)), Signal.OPEN),
    "means without spread": (means(ketamine={"mean": 2}, saline={"mean": 5}), Signal.WEAK),
    "a mean on one side": (means(ketamine={"mean": 2}, saline={}), Signal.SILENT),
}


@pytest.mark.parametrize(("data", "expected"), DIRECTIONS.values(), ids=DIRECTIONS.keys())
def test_each_form_of_result_tells_its_direction(data: dict[str, Any], expected: Signal) -> None:
    assert signal(craving(data)) is expected


def test_paired_means_tell_a_direction_too() -> None:
    paired = {"kind": "paired", "experimental": "ketamine", "control": "saline", "n": 20}
    conditions = {"ketamine": {"mean": 1.61}, "saline": {"mean": 4.33}}
    assert signal(craving({**paired, "conditions": conditions})) is Signal.WEAK
    assert signal(craving({**paired, "p": "0.01"})) is Signal.SILENT


def test_studies_that_differ_bear_a_claim_out_in_part() -> None:
    for other in ("favours control", "neither side said to do better"):
        pair = craving(words("favours experimental")), craving(words(other), name="b-2011")
        assert signal(*pair) is Signal.MIXED


def test_directions_alone_neither_support_nor_contradict_fully() -> None:
    for sign, expected in ((-1, Signal.WEAK), (1, Signal.WEAK_AGAINST)):
        limits = sorted((1.9 * sign, 2.1 * sign))
        data = contrast("MD", 2.0 * sign, *limits)
        strong = [craving(data, name=f"a-20{i}") for i in range(10, 20)]
        assert signal(*strong) is expected


PRINTED = "58.1 % lower with ketamine (95 % CI 18.6 to 78.6 %)."


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (PRINTED, True),
        ("Lower with ketamine (95% confidence interval 1 to 2).", True),
        ("Reported with a 90 % interval 1.2 to 3.4.", True),
        ("Lower with ketamine, P = 0.01; a 95 % CI was not seen.", False),
        ("58.1 % lower with ketamine.", False),
    ],
)
def test_an_interval_that_a_source_prints_in_words_is_shown(said: str, shown: bool) -> None:
    found = finding(CRAVING, bench(craving(words("favours experimental", text=said))))
    number = found.numbers[2].text
    assert (said.rstrip(".") in number) is shown
    assert ("in words only" in number) is not shown
    assert ("with one that the source prints: 1" in found.reasons[1]) is shown
    assert found.signal is Signal.WEAK


def test_an_inferred_comparison_is_called_so() -> None:
    two = craving(words("favours experimental")), craving(words("favours experimental"), "b-2011")
    found = finding({**CRAVING, "inferred": ["b-2011"]}, bench(*two))
    assert "with the comparison inferred: B 2011" in found.reasons[1]
    texts = [n.text for n in found.numbers[2:]]
    assert [text.endswith("control: inert placebo, inferred") for text in texts] == [False, True]


def test_a_claim_of_harm_turns_the_directions_round() -> None:
    worse = craving(words("favours control"))
    assert signal(worse, claimed="worse") is Signal.WEAK
    assert signal(craving(words("favours experimental")), claimed="worse") is Signal.WEAK_AGAINST


def test_of_several_results_of_a_study_the_exact_and_latest_counts() -> None:
    several = study(
        outcome(
            "craving",
            result(words("favours control"), weeks=52),
            result(contrast("MD", -2.0, -3.0, -1.0), weeks=4),
            result(contrast("MD", 2.0, 1.0, 3.0), weeks=12),
            better="lower",
        )
    )
    found = finding(CRAVING, bench(several))
    assert found.signal is Signal.WEAK_AGAINST
    assert "week 12" in found.numbers[2].text


def test_criteria_narrow_what_counts() -> None:
    good = craving(words("favours experimental"), weeks=12)
    low = (arm("ketamine", sessions=4), arm("saline", control="low-dose ketamine"))
    less = craving(words("favours experimental"), name="b-2011", arms=low)
    assert signal(good, weeks={"minimum": 12, "maximum": 12}) is Signal.WEAK
    assert signal(good, weeks={"minimum": 13}) is Signal.SILENT
    assert signal(good, weeks={"maximum": 11}) is Signal.SILENT
    assert signal(craving(words("favours experimental"), weeks=None), weeks={}) is Signal.SILENT
    assert signal(good, substances=["cocaine"]) is Signal.SILENT
    assert signal(good, depression=["required"]) is Signal.SILENT
    assert signal(good, studies=["b-2011"]) is Signal.SILENT
    assert signal(less) is Signal.SILENT  # both arms had ketamine
    assert signal(less, control_types=["low-dose ketamine"]) is Signal.WEAK
    assert signal(good, minimum_sessions=4) is Signal.SILENT
    assert signal(less, minimum_sessions=4, control_types=["low-dose ketamine"]) is Signal.WEAK


def test_what_is_remembered_planned_or_before_treatment_does_not_count() -> None:
    memory = {"ref": "memory", "locator": "none"}
    remembered = study(
        outcome("craving", result(words("favours experimental"), source=memory), better="lower")
    )
    assert signal(remembered) is Signal.SILENT
    planned = craving(words("favours experimental"), status="ongoing", status_reason="Running.")
    assert signal(planned) is Signal.SILENT
    assert signal(craving(words("favours experimental"), phase="baseline")) is Signal.SILENT


def test_changes_of_one_group_count_only_where_the_claim_is_about_change() -> None:
    single = {"kind": "single means", "arm": "ketamine", "value": {"mean": 3}}
    one = (arm("ketamine"),)
    fell = craving({**single, "baseline": {"mean": 9}}, arms=one)
    rose = craving({**single, "baseline": {"mean": 1}}, arms=one)
    assert signal(fell) is Signal.SILENT
    assert signal(fell, uncontrolled=True) is Signal.WEAK
    assert signal(rose, uncontrolled=True) is Signal.WEAK_AGAINST


def test_numbers_lead_to_the_record_and_its_source() -> None:
    number = finding(CRAVING, bench(craving(words("favours experimental")))).numbers[2]
    assert (number.study, number.file) == ("a-2010", "studies/alcohol/a-2010.yaml")
    assert number.line == 1
    assert number.verification == "primary abstract"


CONTRAST: dict[str, Any] = {
    "kind": "contrast",
    "study": "a-2010",
    "outcome": "craving",
    "experimental": ["ketamine"],
    "control": ["saline"],
}


@pytest.mark.parametrize(
    ("claimed", "expected"), [("experimental", Signal.WEAK), ("control", Signal.WEAK_AGAINST)]
)
def test_one_contrast_speaks_for_the_side_it_favours(claimed: str, expected: Signal) -> None:
    on = bench(craving(contrast("MD", -2.0, -3.0, -1.0)))
    assert finding({**CONTRAST, "claimed": claimed}, on).signal is expected


def test_a_contrast_over_the_null_or_without_interval_leaves_it_open() -> None:
    for data in (contrast("MD", -2.0, -5.0, 1.0), contrast("MD", -2.0, None, None)):
        assert finding(CONTRAST, bench(craving(data))).signal is Signal.OPEN


def test_reported_limits_are_shown_as_reported() -> None:
    """Limits are symmetric here on no scale; recomputed ones would be 0.31 to 2.08."""
    text = finding(CONTRAST, bench(craving(contrast("OR", 0.80, 0.31, 2.10)))).numbers[0].text
    assert text == "A 2010: OR 0.80 (0.31 to 2.10)"


def test_arms_that_both_had_ketamine_can_be_compared() -> None:
    arms = (arm("ketamine"), arm("more"), arm("saline", control="inert placebo"))
    data = {**contrast("MD", 4.2, -6.7, 15.2), "control": ["more"]}
    found = finding({**CONTRAST, "control": ["more"]}, bench(craving(data, arms=arms)))
    assert found.signal is Signal.OPEN
    assert "Ketamine against More" in found.reasons[0]
    assert finding(CONTRAST, bench(craving(data, arms=arms))).signal is Signal.SILENT


JUDGED = {
    "tool": "RoB 2",
    "outcomes": ["craving"],
    "rater": "AB",
    "date": "2026-11-22",
    "answers": [{"question": "1.1", "answer": "NI"}],
    "overall": {"judgement": "high", "reason": "It was open."},
}


def test_the_risk_of_bias_of_a_result_is_said_beside_it() -> None:
    on = bench(craving(contrast("MD", -2.0, -3.0, -1.0), risk_of_bias=[JUDGED]))
    for test in (CONTRAST, CRAVING):
        found = finding(test, on)
        assert found.numbers[-1].text.endswith("risk of bias high (one rating)")
    assert "; risk of bias high (one rating). The interval" in finding(CONTRAST, on).reasons[0]


def lost(enrolled: int, better: str = "higher", unknown: str = "left out") -> Study:
    """13 of 26 against 6 of 27, of some people who were enrolled."""
    data = result(events(ketamine=(13, 26), saline=(6, 27)), unknown_are=unknown)
    design = {"type": "parallel", "randomised": "yes", "enrolled_n": enrolled}
    return study(outcome("craving", data, better=better), name="a-2010", design=design)


def test_people_missing_from_an_unknown_arm_are_put_in_either() -> None:
    """Six of 59: 13/32 v 6/27 is OR (13*21)/(19*6) = 2.39, 13/26 v 6/33 (13*27)/(13*6) = 4.50.

    Standard errors of the logarithms 0.5867 and 0.5980, by sqrt(1/a + 1/b + 1/c + 1/d).
    """
    found = finding(CONTRAST, bench(lost(59)))
    assert found.reasons[1].startswith("6 of 59 are not counted and their arm is not stated.")
    assert found.numbers[1].text == "OR 2.39 (0.76 to 7.56), or OR 4.50 (1.39 to 14.53)"
    # One of them holds both directions, so that a result that alone would not is left open.
    assert found.signal is Signal.OPEN
    assert found.reasons[1].endswith("So the direction is left open.")
    # Where the event is the bad outcome they count as having it: (19*21)/(13*6), (13*21)/(13*12).
    other = finding(CONTRAST, bench(lost(59, better="lower"))).numbers[1].text
    assert [part.split(" (")[0] for part in other.split(", or ")] == ["OR 5.12", "OR 1.75"]


def test_people_missing_who_could_not_turn_a_result_leave_it_as_it_is() -> None:
    """One of 81: (30*30)/(11*10) = 8.18 and (30*31)/(10*10) = 9.30; both intervals far above 1."""
    data = result(events(ketamine=(30, 40), saline=(10, 40)), unknown_are="left out")
    design = {"type": "parallel", "randomised": "yes", "enrolled_n": 81}
    one = study(outcome("craving", data, better="higher"), name="a-2010", design=design)
    found = finding(CONTRAST, bench(one))
    assert found.numbers[1].text.startswith("OR 8.18 (")
    assert found.signal is Signal.WEAK


def test_nobody_is_put_anywhere_where_nobody_is_known_to_be_missing() -> None:
    for whole in (lost(53), lost(59, unknown="not stated")):
        assert len(finding(CONTRAST, bench(whole)).numbers) == 1
