"""Tests of claims that are looked up: citations, figures, documents, practice."""

from __future__ import annotations

from typing import Any

import pytest
from tests.appraisal.claims.builders import bench, finding
from tests.records.makers import arm, outcome, result, study
from tests.records.makers import events as per_arm

from ketameta.appraisal.claims.findings import Signal
from ketameta.records.study import Study

CITED: dict[str, Any] = {"kind": "citation", "study": "doe-2020"}
TRIAL = study(outcome("craving", result(per_arm(ketamine=(1, 2), saline=(1, 2)))))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"substances": ["alcohol"]}, Signal.SUPPORTS),
        ({"substances": ["cocaine", "opioid"]}, Signal.MISPLACED),
        ({"substances": ["cocaine"], "year": 2020}, Signal.MISPLACED),
        ({"year": 2020}, Signal.SUPPORTS),
        ({"year": 2019}, Signal.AGAINST),
        ({"journal": "Nature"}, Signal.AGAINST),
        ({"randomised": "yes"}, Signal.SUPPORTS),
        ({"randomised": "no"}, Signal.AGAINST),
        ({"treatment_seeking": "no"}, Signal.AGAINST),
        ({"control_types": ["inert placebo", "usual care"]}, Signal.SUPPORTS),
        ({"control_types": ["active placebo"]}, Signal.AGAINST),
        ({"constructs": ["craving"]}, Signal.SUPPORTS),
        ({"constructs": ["craving", "withdrawal"]}, Signal.SILENT),
    ],
)
def test_a_cited_study_is_what_the_record_says(said: dict[str, Any], expected: Signal) -> None:
    assert finding({**CITED, **said}, bench(TRIAL)).signal is expected


SOURCES = {"report": {"document": "A report", "url": "https://example.org", "level": "press"}}


def published(value: int, until: int, **more: Any) -> dict[str, Any]:
    ref = {"ref": "report", "locator": "Text"}
    return {"value": value, "period": f"to {until}", "until": until, "source": ref, **more}


def deaths(stated: int, *figures: dict[str, Any]) -> Signal:
    test = {
        "kind": "figure",
        "stated": stated,
        "unit": "deaths",
        "rounding": 999,
        "published": list(figures),
    }
    return finding(test, bench(TRIAL), sources=SOURCES).signal


def test_a_figure_is_new_old_or_none_of_those_published() -> None:
    old, new = published(95_158, 2015), published(178_307, 2021)
    assert deaths(95_000, old, new) is Signal.OUTDATED
    assert deaths(95_000, new, old) is Signal.OUTDATED
    assert deaths(95_000, old) is Signal.SUPPORTS
    assert deaths(178_000, old, new) is Signal.SUPPORTS
    assert deaths(90_000, old, new) is Signal.AGAINST
    assert deaths(96_000, old, new) is Signal.AGAINST  # "more than" does not round up
    assert deaths(93_000, published(93_296, 2015, withdrawn=True), old) is Signal.OUTDATED


@pytest.mark.parametrize(
    ("bearings", "expected"),
    [
        ((), Signal.SILENT),
        (("background",), Signal.ASIDE),
        (("supports",), Signal.SUPPORTS),
        (("supports", "background"), Signal.SUPPORTS),
        (("supports in part",), Signal.WEAK),
        (("supports", "supports in part"), Signal.WEAK),
        (("speaks against",), Signal.AGAINST),
        (("supports in part", "speaks against"), Signal.MIXED),
    ],
)
def test_documents_bear_on_a_claim_as_a_person_has_read_them(
    bearings: tuple[str, ...], expected: Signal
) -> None:
    ref = {"ref": "report", "locator": "Text"}
    facts = [
        {"id": f"fact-{i}", "text": "It says so.", "bearing": bearing, "source": ref}
        for i, bearing in enumerate(bearings)
    ]
    unused = {"id": "unused", "text": "No.", "bearing": "speaks against", "source": ref}
    test = {"kind": "documents", "facts": [fact["id"] for fact in facts]}
    found = finding(test, bench(TRIAL), facts=[*facts, unused], sources=SOURCES)
    assert found.signal is expected
    assert len(found.numbers) == len(bearings)


def given(i: int, **more: Any) -> Study:
    return study(name=f"doe-20{i}", arms=[arm("ketamine", **more)])


def minutes(*values: int, route: str = "intravenous") -> list[Study]:
    return [given(i, infusion_minutes=v, route=route) for i, v in enumerate(values, start=10)]


INFUSED = {
    "kind": "arms",
    "share": "minutes",
    "routes": ["intravenous"],
    "minimum": 40,
    "maximum": 60,
}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((40, 52, 60), Signal.SUPPORTS),
        ((40, 52, 90), Signal.MIXED),
        ((40, 20, 90), Signal.OPEN),
        ((20, 90), Signal.SILENT),
        ((), Signal.SILENT),
    ],
)
def test_a_practice_is_that_of_all_most_some_or_no_trials(
    values: tuple[int, ...], expected: Signal
) -> None:
    assert finding(INFUSED, bench(*minutes(*values))).signal is expected


def test_arms_of_other_routes_or_without_a_statement_are_not_looked_at() -> None:
    others = [*minutes(40), given(20), given(21, infusion_minutes=90, route="subcutaneous")]
    assert finding(INFUSED, bench(*others)).numbers[0].text == "1 of 1 ketamine arms (100.0%)"


def test_arms_of_a_study_with_the_same_value_count_once() -> None:
    twice = study(arms=[arm("one", infusion_minutes=40), arm("two", infusion_minutes=40)])
    assert finding(INFUSED, bench(twice)).numbers[0].text == "1 of 1 ketamine arms (100.0%)"


def test_routes_sessions_and_varied_doses_are_shares_of_arms() -> None:
    dose = {"amount": 0.5, "unit": "mg/kg"}
    on = bench(
        given(10, sessions=1, dose=dose),
        given(11, sessions=3, dose={**dose, "maximum": 0.75}, route="intramuscular"),
    )
    for test, text in (
        ({"share": "route", "routes": ["intravenous"]}, "1 of 2"),
        ({"share": "sessions", "minimum": 1, "maximum": 3}, "2 of 2"),
        ({"share": "sessions", "minimum": 2}, "1 of 2"),
        ({"share": "varied dose"}, "1 of 2"),
    ):
        assert finding({"kind": "arms", **test}, on).numbers[0].text.startswith(text)


def asked(eligibility: str, **more: Any) -> Study:
    population = {
        "diagnosis": "Dependence",
        "treatment_seeking": "yes",
        "eligibility": eligibility,
        "source": {"ref": "paper", "locator": "Methods"},
    }
    return study(*more.pop("outcomes", ()), population=population, **more)


ELIGIBLE: dict[str, Any] = {"kind": "eligibility", "mentions": ["failed attempts"]}
WITH_RESULTS = {**ELIGIBLE, "with_results": True}


def test_what_records_mention_helps_and_silence_is_not_a_no() -> None:
    mentioned = asked("Several FAILED attempts to quit")
    assert finding(ELIGIBLE, bench(mentioned)).signal is Signal.WEAK
    assert finding(ELIGIBLE, bench(asked("Adults"))).signal is Signal.SILENT
    assert finding(WITH_RESULTS, bench(mentioned)).signal is Signal.SILENT
    compared = outcome("abstinence", result(per_arm(ketamine=(20, 30), saline=(5, 30))))
    useful = asked("Several failed attempts", outcomes=(compared,))
    assert finding(WITH_RESULTS, bench(useful)).signal is Signal.WEAK


def test_a_mechanism_is_not_judged() -> None:
    assert finding({"kind": "mechanism"}, bench(TRIAL)).signal is Signal.OUTSIDE
