"""Labels of times against weeks: what agrees in some way of counting, and what cannot."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.records.real import evidence

from ketameta.records.checks_participants import HIGHEST_DOSES, LONGEST_INFUSION
from ketameta.records.checks_times import contradiction
from ketameta.records.results import Time
from ketameta.records.vocabulary import Enantiomer


def said(label: str, weeks: str) -> str:
    time = {"label": label, "weeks": Decimal(weeks), "phase": "follow-up"}
    return contradiction(Time.model_validate(time))


@pytest.mark.parametrize(
    ("label", "weeks"),
    [
        ("6 months", "24"),
        ("6 months", "26"),
        ("six months", "26"),
        ("6-month visit", "26.1"),
        ("1 year", "52"),
        ("12 months", "52"),
        ("30 days", "4.29"),
        ("day 8", "1"),
        ("days 8 to 14", "2"),
        ("week 12", "12"),
        ("24 hours after the dose", "0.14"),
        ("2 and 3 years", "104"),
        ("4 to 6 weeks", "5"),
        ("180 days (6 months)", "26"),
        ("more than 1 year", "80"),
        ("within 24 months", "60"),
        ("7-day point prevalence at the end", "12"),
        ("last 7 days of treatment", "12"),
        ("4 weeks after the last infusion", "10"),
        ("3-month follow-up", "20"),
        ("end of treatment", "6"),
        ("30 minutes after the dose", "0.003"),
    ],
)
def test_what_agrees_in_some_way_is_passed(label: str, weeks: str) -> None:
    assert said(label, weeks) == ""


@pytest.mark.parametrize(
    ("label", "weeks", "message"),
    [
        ("6 months", "6", '"6 months" is 24 to 26.6 weeks, not 6.'),
        ("6 months", "260", '"6 months" is 24 to 26.6 weeks, not 260.'),
        ("week 12", "1.2", '"week 12" is 11 to 12 weeks, not 1.2.'),
        ("12 weeks", "12.5", '"12 weeks" is 12 weeks, not 12.5.'),
        ("90 days", "90", '"90 days" is 12.9 weeks, not 90.'),
        ("24 hours", "24", '"24 hours" is 0.14 weeks, not 24.'),
        ("two years", "2", '"two years" is 96 to 104.6 weeks, not 2.'),
        ("6 months after baseline", "60", '"6 months after baseline" is 24 to 26.6 weeks, not 60.'),
        # Counted from a later moment, weeks may be more than stated but never fewer.
        ("6 months after discharge", "6", '"6 months after discharge" is 24 to 26.6 weeks, not 6.'),
        ("within 4 weeks", "40", '"within 4 weeks" is 0 to 4 weeks, not 40.'),
    ],
)
def test_what_no_way_of_counting_gives_is_named(label: str, weeks: str, message: str) -> None:
    assert said(label, weeks) == message


def test_the_limits_are_those_of_the_records() -> None:
    arms = [arm for item in evidence().loaded for arm in item.study.arms]
    highest = {
        unit: max(
            arm.dose.maximum or arm.dose.amount
            for arm in arms
            if arm.dose and arm.dose.unit is unit and arm.enantiomer is not Enantiomer.NOT_KETAMINE
        )
        for unit in HIGHEST_DOSES
    }
    assert highest == HIGHEST_DOSES
    longest = max(arm.infusion_minutes for arm in arms if arm.infusion_minutes is not None)
    assert longest == 92
    assert longest < LONGEST_INFUSION
