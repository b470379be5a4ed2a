"""Tests of claims on harms: exact limits of one study, several pooled as their tables pool them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.appraisal.claims.builders import bench, finding
from tests.records import real
from tests.records.makers import TWO_ARMS, events, outcome, result, study

from ketameta.appraisal.claims.findings import Bench, Signal, share_text
from ketameta.appraisal.claims.harms import harms
from ketameta.records.claim_files import load_claims
from ketameta.records.claim_tests import EventsTest
from ketameta.records.study import Study
from ketameta.synthesis.safety import safety
from ketameta.tables import risks


def harm(events_: int, n: int, name: str = "a-2010", **more: Any) -> Study:
    data = events(ketamine=(events_, n), saline=(5, 30))
    arms = (TWO_ARMS[0], {**TWO_ARMS[1], "enantiomer": "not ketamine"})
    return study(outcome("serious adverse event", result(data)), name=name, arms=arms, **more)


RARE: dict[str, Any] = {"kind": "events", "construct": "serious adverse event", "claimed": "rare"}
OCCURS = {**RARE, "claimed": "occurs"}


def test_zero_events_are_not_zero_risk() -> None:
    """R 4.2.2: binom.test(0, 44)$conf.int is 0 to 0.08042; one-sided 1 - 0.05^(1/44) is 0.0658."""
    found = finding(RARE, bench(harm(0, 27), harm(0, 17, "b-2011")))
    text = "0/44, exact 95% limits 0% to 8.0% if all have the same risk"
    assert found.numbers[0].text == text
    assert "risks up to 6.6% would fit" in found.reasons[0]
    assert "3/44 = 6.8%" in found.reasons[0]
    assert found.signal is Signal.OPEN


@pytest.mark.parametrize(
    ("events_", "n", "expected"),
    [
        (0, 18, Signal.OPEN),  # upper limit 18.5 %
        (0, 300, Signal.OPEN),  # 1.2 %
        (2, 30, Signal.OPEN),  # 0.8 to 22.1 %
        (0, 400, Signal.WEAK),  # 0.9 %, in one study
        (10, 30, Signal.WEAK_AGAINST),  # 17.3 to 52.8 %
    ],
)
def test_an_event_is_called_rare_only_where_the_upper_limit_is_low(
    events_: int, n: int, expected: Signal
) -> None:
    assert finding(RARE, bench(harm(events_, n))).signal is expected


def test_what_is_rare_is_for_the_test_to_say() -> None:
    assert finding({**RARE, "rare_percent": 60}, bench(harm(10, 30))).signal is Signal.WEAK


def several(*counts: tuple[int, int]) -> Bench:
    return bench(*(harm(x, n, f"study-20{i}") for i, (x, n) in enumerate(counts, start=10)))


def test_five_studies_can_bear_out_and_contradict_fully() -> None:
    """The review calls fewer than five few."""
    assert finding(RARE, several(*[(0, 100)] * 4)).signal is Signal.WEAK
    assert finding(RARE, several(*[(0, 100)] * 5)).signal is Signal.SUPPORTS
    assert finding(RARE, several(*[(10, 30)] * 4)).signal is Signal.WEAK_AGAINST
    assert finding(RARE, several(*[(10, 30)] * 5)).signal is Signal.AGAINST


def test_studies_that_differ_are_not_added_up_as_if_they_were_one() -> None:
    """Added up 20/68 has exact limits of 19.0% to 41.7%, which no study on its own agrees with."""
    found = finding({**RARE, "rare_percent": 15}, several((0, 8), (19, 26), (1, 34)))
    assert found.signal is Signal.OPEN
    text = found.numbers[0].text
    assert text.startswith("20/68; in the median study 8.5% (0.3% to 77%), in a new one <0.1% to")
    assert "41" not in text
    assert "19.0" not in text


def test_two_studies_with_events_are_judged_by_their_outermost_limits() -> None:
    """R 4.2.2: binom.test(3, 30)$conf.int is 0.02112 to 0.26529; (12, 30) 0.22656 to 0.59398."""
    found = finding({**RARE, "rare_percent": 10}, several((3, 30), (12, 30)))
    assert found.numbers[0].text == "15/60, not pooled; exact 95% limits of the studies 2.1% to 59%"
    assert found.signal is Signal.OPEN
    assert finding({**RARE, "rare_percent": 60}, several((3, 30), (12, 30))).signal is Signal.WEAK


def test_shares_have_the_digits_of_the_tables() -> None:
    for per_myriad in range(0, 10001, 3):
        share = per_myriad / 10000
        assert share_text(share) == risks.share_text(share)


def test_claims_say_of_every_harm_what_its_table_says() -> None:
    """Of every harm that a claim names as a whole, studies together as in `ketameta safety`."""
    groups = {h.construct: h.ketamine for h in safety(real.evidence(), real.review()).harms}
    on = Bench(real.review(), real.evidence(), {})
    tests = [
        part.test
        for item in load_claims(real.evidence()).loaded
        for part in item.claim.parts
        if isinstance(part.test, EventsTest) and not part.test.mentions
    ]
    pooled = set()
    for test in tests:
        group = groups.get(str(test.construct_))
        if group is None or not group.method:
            continue
        text = harms(test, on).numbers[0].text
        assert text.startswith(f"{group.events}/{group.n}")
        low, high = group.interval.low, group.interval.high
        assert low is not None
        assert high is not None
        if group.events == 0:
            assert f"{risks.share_text(low)} to {risks.share_text(high)} if" in text
        else:
            assert risks.shares_text(group.estimate, low, high) in text
            assert group.prediction.low is not None
            assert f"{risks.share_text(group.prediction.low)} to " in text
        pooled.add(str(test.construct_))
    assert {"any adverse event", "dropout", "serious adverse event"} <= pooled


def test_limits_of_some_events_are_those_of_clopper_and_pearson() -> None:
    """R 4.2.2: binom.test(2, 30)$conf.int is 0.008178 to 0.220735."""
    found = finding(OCCURS, bench(harm(2, 30)))
    assert found.numbers[0].text == "2/30, exact 95% limits 0.8% to 22%"
    assert found.signal is Signal.WEAK


def test_an_event_that_was_not_seen_leaves_it_open_whether_it_occurs() -> None:
    assert finding(OCCURS, bench(harm(0, 30))).signal is Signal.OPEN
    assert finding(OCCURS, bench(study())).signal is Signal.SILENT


def test_case_reports_are_named_and_not_counted() -> None:
    report = harm(1, 1, "b-2011", design={"type": "case report"})
    found = finding(RARE, bench(harm(0, 30), report))
    assert found.numbers[0].text.startswith("0/30")
    assert found.reasons[-1] == "Case reports, not counted: B 2011."


ONE = {"kind": "single events", "arm": "ketamine"}
HEART = study(
    outcome(
        "cardiovascular effects",
        result({**ONE, "events": 2, "n": 30}),
        id="hypertension",
        definition="Hypertension",
    ),
    outcome(
        "cardiovascular effects",
        result({**ONE, "events": 0, "n": 30}),
        id="tachycardia",
        definition="Tachycardia attributed to ketamine",
    ),
)
RISES = {**OCCURS, "construct": "cardiovascular effects"}


def test_events_of_a_kind_are_counted_apart_where_a_test_tells_them_apart() -> None:
    pressure = finding({**RISES, "mentions": ["hypertension"]}, bench(HEART))
    rate = finding({**RISES, "mentions": ["TACHYCARDIA", "heart rate"]}, bench(HEART))
    assert (pressure.signal, rate.signal) == (Signal.WEAK, Signal.OPEN)
    assert pressure.reasons[0].startswith("Hypertension: 2/30")
    assert rate.reasons[0].startswith("TACHYCARDIA or heart rate: 0/30")
    neither = finding({**RISES, "mentions": ["arrhythmia"]}, bench(HEART))
    assert neither.signal is Signal.SILENT
    assert neither.reasons == ("Arrhythmia: no count in people given ketamine is on record.",)


def test_a_study_counts_once_and_its_other_events_are_named() -> None:
    found = finding(RISES, bench(HEART))
    assert found.numbers[0].text.startswith("2/30")
    assert found.reasons[-1] == (
        "Also counted in the same people: Doe 2020: 0/30 (Tachycardia attributed to ketamine)."
    )


def test_harms_without_a_kind_of_their_own_are_found_by_their_words() -> None:
    dizzy = study(
        outcome(
            "other",
            result({**ONE, "events": 3, "n": 30}),
            definition="Adverse effect: dizziness",
        )
    )
    test = {**OCCURS, "construct": "other", "mentions": ["dizziness"]}
    assert finding(test, bench(dizzy)).numbers[0].text.startswith("3/30")
    assert finding(test, bench(HEART)).signal is Signal.SILENT
