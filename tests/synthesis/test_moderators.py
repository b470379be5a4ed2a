"""Moderators: what records say of them, what is pooled, and what a few studies cannot tell."""

from __future__ import annotations

from typing import Any

import pytest
from tests.records import real
from tests.records.makers import (
    TWO_ARMS,
    arm,
    contrast,
    evidence,
    outcome,
    question,
    result,
    study,
)
from tests.synthesis.real_answers import answers

from ketameta.errors import UsageError
from ketameta.records.study import Study
from ketameta.synthesis.answering import answer
from ketameta.synthesis.moderator_values import MODERATORS, moderator_columns
from ketameta.synthesis.moderators import LevelsFound, Moderated, SlopeFound, moderated

PER_KG = {"amount": 0.5, "unit": "mg/kg"}


def trial(name: str, difference: float, weeks: float | None, **tested: Any) -> Study:
    """A mean difference with a standard error of 1, so that all weights are equal."""
    data = contrast("MD", difference, difference - 1.959963985, difference + 1.959963985)
    arms = (arm("ketamine", **tested), TWO_ARMS[1])
    measured = result(data, weeks=weeks)
    return study(outcome("days abstinent", measured), name=name, arms=arms)


def found(*studies: Study, by: str | None = None) -> Moderated:
    records = evidence(*studies)
    asked = question("MD", "days abstinent")
    got = moderated(answer(asked, real.review(), records), records, real.review(), by)
    assert got is not None
    return got


def levels(got: Moderated, name: str) -> LevelsFound:
    return next(x for x in got.sets[0].levels if x.moderator.name == name)


def slope(got: Moderated, name: str) -> SlopeFound:
    return next(x for x in got.sets[0].slopes if x.moderator.name == name)


def test_a_line_through_equal_weights_is_that_of_least_squares() -> None:
    got = found(trial("a-2001", 1, 4), trial("b-2002", 2, 8), trial("c-2003", 4, 12))
    # By hand: sum of (x - 8)(y - 7/3) = (-4)(-4/3) + 4(5/3) = 12; sum of (x - 8)^2 = 32.
    assert slope(got, "weeks").slope == pytest.approx(12 / 32)
    limits = slope(got, "weeks").interval
    assert limits.low is not None
    assert limits.low < 0 < 12 / 32


def test_two_studies_make_no_line_and_equal_values_neither() -> None:
    two = slope(found(trial("a-2001", 1, 4), trial("b-2002", 2, 8)), "weeks")
    assert two.slope is None
    assert "needs three" in two.why_not
    same = found(*(trial(f"{x}-2001", i, 4) for i, x in enumerate("abc")))
    assert "the same value" in slope(same, "weeks").why_not


def test_levels_of_two_studies_are_pooled_and_single_ones_are_not() -> None:
    got = found(
        trial("a-2001", 1, 4),
        trial("b-2002", 3, 4),
        trial("c-2003", 9, 4, route="intramuscular"),
    )
    routes = levels(got, "route")
    by_name = {level.name: level for level in routes.levels}
    pooled = by_name["intravenous"].pooled
    assert pooled is not None
    assert pooled.estimate == pytest.approx(2.0)
    assert by_name["intramuscular"].pooled is None
    assert routes.q is None
    assert "two levels with two studies each" in routes.why_not


def test_levels_of_two_studies_each_are_tested_without_the_single_ones() -> None:
    muscle = {"route": "intramuscular"}
    got = found(
        trial("a-2001", 1.5, 4),
        trial("b-2002", 2.5, 4),
        trial("c-2003", 8.5, 4, **muscle),
        trial("d-2004", 9.5, 4, **muscle),
        trial("e-2005", 50, 4, route="oral"),
    )
    routes = levels(got, "route")
    assert routes.tested == ("intravenous", "intramuscular")
    assert routes.df == 1
    # By hand: in each level the effects are 1 apart, q = 1/2 and the Hartung-Knapp variance of the
    # mean 1/2 times 1/2; the means are 7 apart, so Q = 49 / (1/4 + 1/4).
    assert routes.q == pytest.approx(98.0)


def test_what_is_not_stated_is_no_level_and_no_number() -> None:
    got = found(
        trial("a-2001", 1, None, route="not stated"),
        trial("b-2002", 3, 4, dose={"amount": 60, "unit": "mg"}),
        trial("c-2003", 9, 4, dose=PER_KG),
    )
    assert levels(got, "route").unknown == ("A 2001",)
    assert slope(got, "dose").unknown == ("A 2001", "B 2002")
    assert slope(got, "weeks").unknown == ("A 2001",)
    values = {s.row.label: s.values["dose"].text for s in got.sets[0].studies}
    assert values == {"A 2001": "not stated", "B 2002": "60 mg", "C 2003": "0.5 mg/kg"}


def test_a_range_of_doses_is_not_one_number() -> None:
    got = found(
        trial("a-2001", 1, 4, dose={**PER_KG, "maximum": 1.0}), trial("b-2002", 3, 4, dose=PER_KG)
    )
    assert slope(got, "dose").labels == ("B 2002",)
    assert got.sets[0].studies[0].values["dose"].text == "0.5 to 1.0 mg/kg"


def test_one_study_has_no_moderators_and_an_unknown_one_is_refused() -> None:
    records = evidence(trial("a-2001", 1, 4))
    asked = question("MD", "days abstinent")
    given = answer(asked, real.review(), records)
    assert moderated(given, records, real.review()) is None
    with pytest.raises(UsageError, match="Known are psychotherapy, dose"):
        moderated(given, records, real.review(), "age")


def test_by_asks_for_one_only() -> None:
    got = found(trial("a-2001", 1, 4), trial("b-2002", 3, 4), by="route")
    assert [x.moderator.name for x in got.sets[0].levels] == ["route"]
    assert got.sets[0].slopes == ()


def test_the_abstinence_question_is_looked_at_with_all_contrasts_too() -> None:
    given = answers()["abstinence-longest"]
    got = moderated(given, real.evidence(), real.review())
    assert got is not None
    assert [one.id for one in got.sets] == ["main", "all-contrasts"]
    main, wide = (
        {s.row.study: {k: v.text for k, v in s.values.items()} for s in one.studies}
        for one in got.sets
    )
    assert set(wide) - set(main) == {"krupitsky-2007"}
    assert main["grabski-2022"]["sessions"] == "3"
    assert main["grabski-2022"]["depression"] == "required"
    assert main["dakwar-2019"]["dose"] == "0.5 mg/kg"
    assert wide["krupitsky-2007"]["control"] == "fewer sessions"
    assert not any(one.enough for one in got.sets)
    assert set(main["dakwar-2020"]) == {m.name for m in MODERATORS}


def test_columns_hold_numbers_or_levels_and_nothing_where_nothing_is_stated() -> None:
    one, two = trial("a-2001", 1, 4, dose=PER_KG), trial("b-2002", 2, None)
    records = evidence(one, two)
    rows = answer(question("MD", "days abstinent"), real.review(), records).main.rows
    columns = moderator_columns(rows, records)
    assert columns["dose"] == (0.5, None)
    assert columns["weeks"] == (4.0, None)
    assert [name.replace("_", "-") for name in columns] == [m.name for m in MODERATORS]
    assert all(isinstance(cell, str | None) for cell in columns["treatment_seeking"])
