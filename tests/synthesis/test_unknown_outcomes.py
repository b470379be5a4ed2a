"""People without an outcome: what a record says of them, and the best and the worst case."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.records.makers import (
    arm,
    contrast,
    criteria,
    outcome,
    question,
    result,
    study,
)
from tests.synthesis.real_answers import answers

from ketameta.pooling.choices import PoolingChoices
from ketameta.questions.candidates import Candidate, candidates
from ketameta.records.study import Study
from ketameta.sensitivity.informative_missingness import LogImor, imor_estimates, imor_result
from ketameta.sensitivity.missing_outcomes import Outcomes, missing_outcome_results
from ketameta.sensitivity.recipe import Recipe
from ketameta.synthesis.answer import StudyRow
from ketameta.synthesis.estimation import Estimate, estimate
from ketameta.synthesis.missing_trials import TOO_MANY, missing_trials
from ketameta.synthesis.unknown_outcomes import unknown_outcomes


def counts(**arms: tuple[int, ...]) -> dict[str, Any]:
    """Events, people, and where a third number stands people without an outcome."""
    names = ("events", "n", "unknown")
    return {
        "kind": "events",
        "arms": {a: dict(zip(names, x, strict=False)) for a, x in arms.items()},
    }


def subject(data: dict[str, Any], construct: str = "abstinence", **more: Any) -> Study:
    design = more.pop("design", None)
    arms = more.pop("arms", (arm("ketamine"), arm("saline", control="inert placebo")))
    made = outcome(construct, result(data, **more))
    return study(made, arms=arms, **({"design": design} if design else {}))


def candidate(made: Study, construct: str = "abstinence", *, inverted: bool = False) -> Candidate:
    wanted = question("OR", f"no {construct}" if inverted else construct)
    return candidates(made, wanted, criteria())[0][0]


def test_people_left_out_are_those_randomised_less_those_analysed() -> None:
    """30 were randomised to each arm."""
    found = unknown_outcomes(candidate(subject(counts(ketamine=(13, 26), saline=(6, 27)))))
    assert found is not None
    assert (found.experimental, found.control, found.counted) == (4, 3, "left out")
    assert "4 of Ketamine (30 allocated less 26 analysed)" in found.why
    stated = counts(ketamine=(13, 26, 4), saline=(6, 30, 0))
    found = unknown_outcomes(candidate(subject(stated, unknown_are="left out")))
    assert found is not None
    assert (found.experimental, found.control) == (4, 0)


def test_whoever_is_in_the_numbers_is_not_supposed_to_be_known() -> None:
    everybody = counts(ketamine=(13, 30), saline=(6, 30))
    found = unknown_outcomes(candidate(subject(everybody, population="all randomised")))
    assert found is not None
    assert (found.experimental, found.control) == (None, None)
    assert found.why.startswith("All 60 people allocated to these arms are in the numbers;")
    known = unknown_outcomes(candidate(subject(everybody, unknown_are="nobody")))
    assert known is not None
    assert (known.experimental, known.control, known.counted) == (0, 0, "nobody")


@pytest.mark.parametrize(
    ("data", "more", "said"),
    [
        (counts(ketamine=(13, 30), saline=(6, 30)), {"unknown_are": "imputed or modelled"}, "undo"),
        (
            counts(ketamine=(13, 30), saline=(6, 30)),
            {"unknown_are": "counted without the event"},
            "how many they are, is not stated",
        ),
        (contrast("OR", 2.0, 1.0, 4.0), {}, "without counts"),
    ],
)
def test_what_cannot_be_undone_says_why(
    data: dict[str, Any], more: dict[str, Any], said: str
) -> None:
    found = unknown_outcomes(candidate(subject(data, **more)))
    assert found is not None
    assert (found.experimental, found.control) == (None, None)
    assert said in found.why


def test_people_whose_arm_is_not_stated() -> None:
    """As in a trial that enrolled 59 and reports 26 and 27: six are missing, of no known arm."""
    arms = (arm("ketamine", None), arm("saline", None, "inert placebo"))
    made = subject(
        counts(ketamine=(13, 26), saline=(6, 27)),
        arms=arms,
        population="completers",
        design={"enrolled_n": 59},
    )
    found = unknown_outcomes(candidate(made))
    assert found is not None
    assert (found.experimental, found.control) == (None, None)
    assert found.why == (
        "6 of the 59 people enrolled are left out; of which arm they were, is not stated."
    )


def row_of(made: Study, name: str, construct: str = "abstinence", **more: Any) -> StudyRow:
    """A row of the real answers with the numbers of a small record."""
    one = candidate(made, construct, **more)
    found = estimate(one, "OR", "only0")
    assert isinstance(found, Estimate)
    basis = answers()["abstinence-longest"].main.rows[0]
    return replace(
        basis,
        study=name,
        label=name,
        y=found.y,
        v=found.v,
        experimental=found.experimental,
        control=found.control,
        unknown=unknown_outcomes(one),
    )


def log_odds(a: float, b: float, c: float, d: float) -> float:
    return math.log(a * d / (b * c))


# How 4 and 3 people without an outcome can stand in the numbers of 13 of 26 and 6 of 27 seen.
SAME_PEOPLE = {
    "left out": counts(ketamine=(13, 26, 4), saline=(6, 27, 3)),
    "counted without the event": counts(ketamine=(13, 30, 4), saline=(6, 30, 3)),
    "counted with the event": counts(ketamine=(17, 30, 4), saline=(9, 30, 3)),
}


@pytest.mark.parametrize("how", SAME_PEOPLE)
def test_the_bounds_undo_what_was_counted(how: str) -> None:
    """However the paper counted them, the bounds are those of the people that were seen."""
    row = row_of(subject(SAME_PEOPLE[how], unknown_are=how), "One")
    trials, told = missing_trials([row], "OR", "only0")
    assert told[0].varied
    found = {one.code: one.result.estimate for one in missing_outcome_results(trials, Recipe("OR"))}
    assert found == pytest.approx(
        {
            "available-case": log_odds(13, 13, 6, 21),
            "no-events": log_odds(13, 17, 6, 24),
            "all-events": log_odds(17, 13, 9, 21),
            "lowest": log_odds(13, 17, 9, 21),
            "highest": log_odds(17, 13, 6, 24),
        },
        rel=1e-12,
    )


def test_relapse_counted_for_those_lost_is_no_abstinence() -> None:
    """17 of 30 with relapse, 4 of them only supposed: 13 without, all of whom were seen."""
    data = counts(ketamine=(17, 30, 4), saline=(24, 30, 3))
    made = subject(data, "relapse", unknown_are="counted with the event")
    row = row_of(made, "One", "relapse", inverted=True)
    assert row.unknown is not None
    assert row.unknown.counted == "counted without the event"
    trials, _ = missing_trials([row], "OR", "only0")
    first, second = trials.group_1, trials.group_2
    assert [float(np.asarray(x)[0]) for x in (*first, *second)] == [13, 13, 4, 6, 21, 3]


def test_more_people_without_an_outcome_than_there_is_room_for() -> None:
    data = counts(ketamine=(2, 30, 4), saline=(6, 30, 3))
    row = row_of(subject(data, unknown_are="counted with the event"), "One")
    _, told = missing_trials([row], "OR", "only0")
    assert (told[0].missing_1, told[0].why) == (None, TOO_MANY)


def test_studies_that_cannot_be_varied_stay_as_they_are() -> None:
    """Pooled by hand with equal effects: one trial varied, one without counts, one untold."""
    varied = row_of(subject(SAME_PEOPLE["left out"], unknown_are="left out"), "Varied")
    reported = row_of(subject(contrast("OR", 2.0, 1.0, 4.0)), "Reported")
    untold = row_of(subject(counts(ketamine=(9, 30), saline=(5, 30))), "Untold")
    trials, told = missing_trials([reported, varied, untold], "OR", "only0")
    assert [one.varied for one in told] == [False, True, False]
    recipe = Recipe("OR", PoolingChoices("EE", "wald"))
    found = {one.code: one.result for one in missing_outcome_results(trials, recipe)}
    worst = (log_odds(13, 17, 9, 21), 1 / 13 + 1 / 17 + 1 / 9 + 1 / 21)
    pairs = [worst, (reported.y, reported.v), (untold.y, untold.v)]
    w = sum(1 / v for _, v in pairs)
    assert found["lowest"].estimate == pytest.approx(sum(y / v for y, v in pairs) / w, rel=1e-12)
    assert found["lowest"].k == 3
    belief = LogImor((math.log(2), math.log(2)))
    imor = imor_result(trials, recipe, belief, name="imor", text="twice")
    alone = imor_estimates(Outcomes([13], [13], [4]), Outcomes([6], [21], [3]), belief, code="OR")
    pairs = [(alone.y[0], alone.v[0]), *pairs[1:]]
    w = sum(1 / v for _, v in pairs)
    assert imor.result.estimate == pytest.approx(sum(y / v for y, v in pairs) / w, rel=1e-12)


def test_the_records_of_this_review_say_so_or_say_why_not() -> None:
    """No record of a pooled study tells who was lost; one outcome is known of everybody."""
    for name, answer in answers().items():
        for row in answer.main.rows:
            if row.unknown is None:
                assert answer.question.measure in ("MD", "SMD"), name
                continue
            assert row.unknown.why.endswith(".")
            known = row.unknown.experimental is not None
            assert known == (row.study == "nct04177706")
