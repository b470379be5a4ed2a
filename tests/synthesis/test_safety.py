"""Harms: who counts, what is pooled, what zero events mean, and that nothing is dropped."""

from __future__ import annotations

import json
from math import comb
from pathlib import Path
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
    result,
    study,
)

from ketameta.records.study import Study
from ketameta.synthesis.safety import Harm, Safety, safety
from ketameta.synthesis.safety_methods import HARM_METHODS
from ketameta.synthesis.safety_records import CONTROL, KETAMINE, OTHER_HARM, OTHER_TREATMENT

GROUPS = Path(__file__).parents[1] / "reference/pooling/single_group.json"
SERIOUS = "serious adverse event"


def trial(name: str, ketamine: tuple[int, int], saline: tuple[int, int], **more: Any) -> Study:
    counts = events(ketamine=ketamine, saline=saline)
    return study(outcome(SERIOUS, result(counts), better="lower"), name=name, **more)


def found(*studies: Study) -> Safety:
    return safety(evidence(*studies), real.review())


def harm(everything: Safety, construct: str = SERIOUS) -> Harm:
    return next(h for h in everything.harms if h.construct == construct)


def test_without_any_event_the_difference_has_an_interval_and_ratios_have_a_reason() -> None:
    serious = harm(found(trial("doe-2020", (0, 17), (0, 23)), trial("roe-2021", (0, 27), (0, 28))))
    numbers = {(p.method.name, p.method.measure): p for p in serious.pools}
    score = numbers["Mantel-Haenszel, score interval", "RD"]
    assert score.k == 2
    assert score.estimate == 0.0
    # R by numerical likelihood: tests/reference/pooling/sparse_exact.json, all_zero.
    assert [score.low, score.high] == pytest.approx([-0.0717629, 0.0821656], abs=1e-6)
    for pool in serious.pools:
        if pool.method.measure == "OR":
            assert pool.estimate is None
            assert "silence about the ratio" in pool.reason
            assert pool.silent == ("Doe 2020", "Roe 2021")
    assert serious.comparisons[0].odds_ratio is None


def test_a_study_without_events_is_used_by_some_methods_and_named_by_the_others() -> None:
    serious = harm(
        found(
            trial("doe-2020", (0, 17), (0, 23)),
            trial("roe-2021", (3, 27), (1, 28)),
            trial("poe-2022", (2, 40), (2, 38)),
        )
    )
    for pool in serious.pools:
        assert pool.estimate is not None, pool.method.name
        assert pool.low is not None
        assert pool.high is not None
        assert pool.low < pool.estimate < pool.high
        assert (pool.k, pool.silent) == ((3, ()) if pool.method.uses_zero else (2, ("Doe 2020",)))
    ratios = {p.method.name: p.estimate for p in serious.pools if p.method.measure == "OR"}
    # By hand: R = sum of a d / n, S = sum of b c / n over the two tables with events.
    upper = 3 * 27 / 55 + 2 * 36 / 78
    lower = 24 * 1 / 55 + 38 * 2 / 78
    assert ratios["Mantel-Haenszel without correction"] == pytest.approx(upper / lower)


def test_every_method_says_what_it_makes_of_zero_events() -> None:
    for method in HARM_METHODS:
        assert ("no weight" in method.zero) == (not method.uses_zero)
        assert "doi:10." in method.reference


def test_one_study_is_not_pooled() -> None:
    serious = harm(found(trial("doe-2020", (2, 17), (1, 23))))
    assert serious.pools == ()
    assert serious.comparisons[0].pooled
    assert serious.comparisons[0].exact is not None


def test_people_of_a_case_report_are_no_risk() -> None:
    counts = {"kind": "single events", "arm": "ketamine", "events": 1, "n": 1}
    case = study(
        outcome(SERIOUS, result(counts), better="lower"),
        name="doe-2020",
        arms=(arm("ketamine"),),
        design={"type": "case report", "randomised": "no"},
    )
    serious = harm(found(case))
    assert serious.risks[0].count.case_report
    assert serious.ketamine is None


def test_groups_are_named_by_what_was_given() -> None:
    arms = (
        *TWO_ARMS,
        arm("low", control="low-dose ketamine"),
        {**arm("naltrexone"), "role": "other", "enantiomer": "not ketamine"},
    )
    counts = events(ketamine=(1, 10), saline=(0, 11), low=(0, 12), naltrexone=(2, 13))
    one = study(outcome(SERIOUS, result(counts), better="lower"), arms=arms)
    groups = {r.count.arm: r.count.group for r in harm(found(one)).risks}
    assert groups == {
        "Ketamine": KETAMINE,
        "Saline": CONTROL,
        "Low": KETAMINE,
        "Naltrexone": OTHER_TREATMENT,
    }
    assert [(c.control, c.pooled) for c in harm(found(one)).comparisons] == [
        ((0, 11), True),
        ((0, 12), False),
    ]


def test_two_groups_without_events_bound_the_risk_as_if_it_were_the_same() -> None:
    group = harm(found(trial("doe-2020", (0, 17), (0, 23)), trial("roe-2021", (0, 27), (0, 28))))
    assert group.ketamine is not None
    assert (group.ketamine.method, group.ketamine.n) == ("one risk", 44)
    # By hand: 1 - 0.05^(1/44), and two-sided 1 - 0.025^(1/44).
    assert group.ketamine.upper_of_none == pytest.approx(1 - 0.05 ** (1 / 44))
    assert group.ketamine.interval.high == pytest.approx(1 - 0.025 ** (1 / 44))


def test_two_groups_with_events_are_not_pooled_and_three_are_by_a_mixed_model() -> None:
    trials = [
        trial("doe-2020", (3, 20), (0, 20)),
        trial("roe-2021", (9, 30), (0, 28)),
        trial("poe-2022", (1, 25), (2, 38)),
    ]
    two = harm(found(*trials[:2])).ketamine
    assert two is not None
    assert two.estimate is None
    assert "Two studies" in two.reason
    three = harm(found(*trials)).ketamine
    assert three is not None
    assert three.method == "mixed model"
    assert three.estimate is not None
    assert 1 / 25 < three.estimate < 9 / 30
    assert three.prediction.low is not None
    assert three.interval.low is not None
    assert three.prediction.low <= three.interval.low


def test_the_latest_result_of_a_study_counts_once() -> None:
    early, late = events(ketamine=(1, 20)), events(ketamine=(4, 19))
    one = study(
        outcome(SERIOUS, result(early, weeks=2), result(late, weeks=12), better="lower"),
        name="doe-2020",
    )
    two = trial("roe-2021", (0, 10), (0, 10))
    group = harm(found(one, two)).ketamine
    assert group is not None
    assert (group.events, group.n) == (4, 29)


def test_numbers_that_are_no_counts_are_words_and_an_adverse_other_outcome_is_found() -> None:
    ratio = contrast("OR", 2.5, 0.5, 12.5)
    counts = {"kind": "single events", "arm": "ketamine", "events": 0, "n": 30}
    one = study(
        outcome(SERIOUS, result(ratio), better="lower"),
        outcome("other", result(counts), definition="Adverse effects on the eyes", better="lower"),
    )
    everything = found(one)
    assert "OR 2.5 (95 % interval 0.5 to 12.5)" in harm(everything).words[0].text
    assert harm(everything, OTHER_HARM).risks[0].count.n == 30


def test_nothing_of_the_records_is_lost() -> None:
    everything = safety(real.evidence(), real.review())
    seen = {r.count.result.study for h in everything.harms for r in h.risks}
    seen |= {w.result.study for h in everything.harms for w in h.words}
    seen |= {m.study for h in everything.harms for m in h.missing}
    labels = {s.label for s in real.evidence().studies if s.id in seen}
    finished = {s.label for s in real.evidence().studies if str(s.status) != "ongoing"}
    assert finished <= labels | set(everything.silent)
    removal = harm(everything, "removal because of an adverse event")
    assert {c.label for c in removal.comparisons} == {"Dakwar 2019", "Dakwar 2020"}
    assert {r.count.events for r in removal.risks} == {0}


def test_exact_risk_against_the_binomial_sum() -> None:
    risk = harm(found(trial("doe-2020", (2, 17), (1, 23)))).risks[0]

    def at_most(x: int, p: float) -> float:
        return sum(comb(17, k) * p**k * (1 - p) ** (17 - k) for k in range(x + 1))

    assert at_most(2, risk.high) == pytest.approx(0.025)
    assert 1 - at_most(1, risk.low) == pytest.approx(0.025)


@pytest.mark.parametrize("name", ["adverse", "dropout", "alike"])
def test_ketamine_groups_together_against_metafor(name: str) -> None:
    stored = json.loads(GROUPS.read_text("utf-8"))["groups"][name]
    pairs = zip(stored["group"]["events"], stored["group"]["n"], strict=True)
    trials = [trial(f"doe-{2000 + i}", pair, (0, 20)) for i, pair in enumerate(pairs)]
    group = harm(found(*trials)).ketamine
    assert group is not None
    # metafor integrates with a fixed number of nodes and stops at about 1e-4.
    assert group.estimate == pytest.approx(stored["estimate"], rel=2e-3)
    for own, key in ((group.interval, "interval"), (group.prediction, "prediction")):
        assert [own.low, own.high] == pytest.approx(stored[key], rel=3e-3)
