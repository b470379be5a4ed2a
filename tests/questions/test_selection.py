"""One result per study: which one is preferred, and where every other study is accounted for."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from tests.records import real
from tests.records.makers import (
    arm,
    contrast,
    criteria,
    events,
    outcome,
    question,
    result,
    study,
)

from ketameta.questions.selection import Selection, select
from ketameta.records.study import Study

COUNTS = events(ketamine=(13, 30), saline=(6, 30))
ESTIMATE = contrast("OR", 3.0, 1.0, 9.0)
WORDS = {"kind": "statement", "direction": "neither side said to do better", "text": "So."}


def chosen(made: Study, *constructs: str, allow: Any = None, **more: Any) -> tuple[int, int]:
    """Which (outcome, result) of a study is used."""
    found = select(question("OR", *constructs, **more), criteria(**(allow or {})), [made])
    (candidate,) = found.chosen
    return candidate.index


def test_the_longest_follow_up() -> None:
    times = [result(COUNTS, weeks=w) for w in (4, 52, 26)]
    made = study(outcome("abstinence", *times))
    assert chosen(made) == (0, 1)
    assert chosen(made, time={"minimum": 4, "maximum": 30}) == (0, 2)


def test_a_later_estimate_is_preferred_to_earlier_counts() -> None:
    made = study(outcome("abstinence", result(COUNTS, weeks=12), result(ESTIMATE, weeks=26)))
    assert chosen(made) == (0, 1)


def test_at_one_time_counts_are_preferred_to_an_estimate() -> None:
    for first, second in itertools.permutations([COUNTS, ESTIMATE]):
        made = study(outcome("abstinence", result(first), result(second)))
        assert chosen(made) == (0, 0 if first is COUNTS else 1)


def test_at_one_time_the_construct_that_the_question_names_first() -> None:
    made = study(
        outcome("relapse", result(COUNTS)),
        outcome("abstinence", result(ESTIMATE)),
    )
    assert chosen(made, "abstinence", "no relapse") == (1, 0)
    assert chosen(made, "no relapse", "abstinence") == (0, 0)
    later = study(
        outcome("relapse", result(COUNTS, weeks=26)),
        outcome("abstinence", result(ESTIMATE)),
    )
    assert chosen(later, "abstinence", "no relapse") == (0, 0)


def test_of_several_analyses_that_of_all_randomised() -> None:
    order = ("all randomised", "modified", "not stated", "completers")
    for first, second in itertools.combinations(order, 2):
        for pair in ((first, second), (second, first)):
            results = [result(COUNTS, population=population) for population in pair]
            assert chosen(study(outcome("abstinence", *results))) == (0, pair.index(first))


def test_without_weeks_the_later_phase() -> None:
    phases = ("during treatment", "end of treatment", "follow-up")
    for early, late in itertools.combinations(phases, 2):
        results = [result(COUNTS, weeks=None, phase=p) for p in (late, early)]
        assert chosen(study(outcome("abstinence", *results))) == (0, 0)


def test_a_follow_up_at_an_unstated_time_is_later_than_the_end_of_treatment() -> None:
    results = [
        result(COUNTS, weeks=5, phase="end of treatment"),
        result(COUNTS, weeks=None, phase="follow-up"),
    ]
    assert chosen(study(outcome("abstinence", *results))) == (0, 1)
    stated = [*results, result(COUNTS, weeks=20, phase="follow-up")]
    assert chosen(study(outcome("abstinence", *stated))) == (0, 2)


def test_the_contrast_class_that_is_listed_first() -> None:
    arms = [
        arm("ketamine"),
        arm("little", control="low-dose ketamine"),
        arm("saline", control="inert placebo"),
    ]
    counts = events(ketamine=(9, 30), little=(6, 30), saline=(3, 30))
    made = study(outcome("abstinence", result(counts)), arms=arms)
    (candidate,) = select(question(), criteria(), [made]).chosen
    assert [a.id for a in candidate.control] == ["saline"]
    doses = criteria(contrast_classes=["dose comparison"])
    (candidate,) = select(question(), doses, [made]).chosen
    assert [a.id for a in candidate.control] == ["little"]


def test_the_telephone_follow_up_only_where_it_is_counted() -> None:
    made = study(
        outcome(
            "abstinence",
            result(COUNTS, weeks=5, assessment="scheduled"),
            result(COUNTS, weeks=26, assessment="telephone"),
        )
    )
    assert chosen(made, allow={"assessments": ["scheduled"]}) == (0, 0)
    assert chosen(made, allow={"assessments": ["scheduled", "telephone"]}) == (0, 1)


def test_the_real_telephone_follow_up_only_where_it_is_counted() -> None:
    review = real.review()
    dakwar = real.evidence().get("dakwar-2019").study
    wanted = review.question("abstinence-longest")
    assert wanted is not None
    telephone = next(s for s in review.sets if s.id == "telephone").criteria
    for rules, weeks in ((review.criteria, 5), (review.criteria.overridden_by(telephone), 26)):
        (candidate,) = select(wanted, rules, [dakwar]).chosen
        assert candidate.result.time.weeks == weeks


def left_out(made: Study, measure: str = "OR", **more: Any) -> tuple[str, str, str | None]:
    """Category, reason and place of the missing number of a study that is not used."""
    found = select(question(measure, **more), criteria(), [made])
    assert found.chosen == ()
    (entry,) = found.left_out
    return entry.category, entry.reason, entry.where


def test_why_a_study_is_left_out() -> None:
    assert left_out(study(outcome("craving", result(COUNTS)))) == (
        "outcome not recorded",
        "No result for abstinence or relapse in the record.",
        None,
    )
    waiting = study(
        outcome("abstinence", result(COUNTS)), status="awaiting data", status_reason="Wait."
    )
    assert left_out(waiting)[:2] == ("awaiting data", "Wait.")


def test_the_reason_that_came_closest_to_use_is_given_once() -> None:
    made = study(
        outcome(
            "abstinence",
            result(WORDS),
            result(WORDS),
            result(WORDS, weeks=26),
            result(COUNTS, phase="baseline"),
        )
    )
    assert left_out(made)[:2] == (
        "no usable number",
        "Week 12: only words (neither side said to do better). "
        "Week 26: only words (neither side said to do better).",
    )


def test_where_a_missing_number_can_be_found() -> None:
    missing = [
        {"what": "Abstinence per arm", "where": "Table 2"},
        {"what": "Age", "where": "Table 1."},
    ]
    made = study(outcome("abstinence", result(WORDS)), missing=missing)
    assert left_out(made)[2] == "Abstinence per arm: Table 2."
    made = study(outcome("relapse", result(WORDS)), missing=missing[1:])
    assert left_out(made)[2] is None
    general = [*missing[1:], {"what": "All results, actual enrolment", "where": "Registry"}]
    made = study(outcome("relapse", result(WORDS)), missing=general)
    assert left_out(made)[2] == "All results, actual enrolment: Registry."


def test_studies_stand_in_the_order_of_their_years() -> None:
    names = ("roe-2021", "doe-2020", "abe-2021")
    made = [study(outcome("abstinence", result(COUNTS)), name=n) for n in names]
    expected = ["doe-2020", "abe-2021", "roe-2021"]
    for order in itertools.permutations(made):
        found = select(question(), criteria(), order)
        assert [c.study.id for c in found.chosen] == expected


def selections() -> list[Selection]:
    review = real.review()
    sets = {s.id: s.criteria for s in review.sets}
    found = []
    for wanted in review.questions:
        rules = review.criteria.overridden_by(wanted.criteria)
        for extra in (None, *(sets[name] for name in wanted.sensitivity)):
            used = rules if extra is None else rules.overridden_by(extra)
            found.append(select(wanted, used, real.evidence().studies))
    return found


def test_each_study_stands_on_exactly_one_side_of_every_real_question() -> None:
    every = sorted(s.id for s in real.evidence().studies)
    for found in selections():
        used = [c.study.id for c in found.chosen]
        left = [entry.study.id for entry in found.left_out]
        assert sorted(used + left) == every
        for entry in found.left_out:
            assert entry.reason.endswith((".", "?", "!")), entry
            assert entry.category in CATEGORIES


CATEGORIES = {
    "awaiting data",
    "ongoing",
    "narrative",
    "no comparison group",
    "outcome not recorded",
    "no usable number",
    "criteria",
    "other",
}


def test_what_real_questions_use_may_be_used() -> None:
    used = 0
    for found in selections():
        rules = found.criteria
        for candidate in found.chosen:
            used += 1
            assert candidate.study.status == "included"
            assert candidate.result.source.ref != "memory"
            assert candidate.result.assessment in (rules.assessments or ())
            assert candidate.contrast_class in (rules.contrast_classes or ())
            assert candidate.study.design.randomised in (
                rules.randomised or ("yes", "no", "not stated")
            )
    assert used > 30


@pytest.mark.parametrize("field", ["contrast_classes", "control_types", "randomised", "substances"])
def test_criteria_that_say_nothing_change_nothing(field: str) -> None:
    values = {
        "contrast_classes": ["dose comparison"],
        "control_types": ["inert placebo"],
        "randomised": ["yes"],
        "substances": ["opioid"],
    }
    own = criteria(**values)
    assert own.overridden_by(criteria()) == own
    other = own.overridden_by(criteria(**{field: None}))
    assert getattr(other, field) is None
    assert other.model_copy(update={field: getattr(own, field)}) == own


def test_criteria_that_are_filled_in_replace_and_do_not_add() -> None:
    own = criteria(randomised=["yes"], substances=["opioid"])
    other = own.overridden_by(criteria(randomised=["no", "not stated"]))
    assert other == criteria(randomised=["no", "not stated"], substances=["opioid"])
    assert own == criteria(randomised=["yes"], substances=["opioid"])
