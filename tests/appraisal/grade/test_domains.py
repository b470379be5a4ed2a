"""Every rule of every domain: what takes a level off, and what comes close."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from tests.appraisal.grade.made import alike, body, decided, trial
from tests.records.makers import arm, outcome, study

from ketameta.appraisal.grade.decision_scale import (
    DecisionScale,
    baselines,
    decision_scale,
    typical_baseline,
)
from ketameta.appraisal.grade.design import start
from ketameta.appraisal.grade.grading import grade
from ketameta.appraisal.grade.imprecision import imprecision, information_size
from ketameta.appraisal.grade.inconsistency import inconsistency, share_overlapping
from ketameta.appraisal.grade.indirectness import indirectness
from ketameta.appraisal.grade.publication_bias import missing_results, publication_bias
from ketameta.appraisal.grade.risk_of_bias import risk_of_bias
from ketameta.appraisal.grade.upgrades import risk_ratios
from ketameta.pooling.result import Interval
from ketameta.synthesis.answer import RowRiskOfBias

NOT_RANDOM = {"type": "non-randomised controlled", "randomised": "no"}


def bias(shares: dict[str, float], studies: Any = None, **more: Any) -> str:
    made = body(studies or alike(2, (20, 50), (10, 50)), **more)
    return str(risk_of_bias(made, start(made), shares).level)


@pytest.mark.parametrize(
    ("shares", "level"),
    [
        ({"low": 100.0}, "not serious"),
        ({"low": 60.0, "some concerns": 40.0}, "not serious"),
        ({"low": 50.0, "some concerns": 50.0}, "serious"),
        ({"low": 76.0, "high": 24.0}, "not serious"),
        ({"low": 75.0, "high": 25.0}, "serious"),
        ({"low": 26.0, "high": 74.0}, "serious"),
        ({"low": 25.0, "high": 75.0}, "very serious"),
        ({"critical": 80.0, "low": 20.0}, "extremely serious"),
        ({"low": 49.0, "not assessed": 51.0}, "not judged"),
        ({"low": 50.0, "not assessed": 50.0}, "not serious"),
    ],
)
def test_risk_of_bias_by_weight(shares: dict[str, float], level: str) -> None:
    assert bias(shares) == level


def test_a_low_start_has_paid_for_confounding() -> None:
    studies = alike(2, (20, 50), (10, 50), design=NOT_RANDOM)
    assert bias({"serious": 100.0}, studies) == "not serious"
    assert bias({"critical": 100.0}, studies) == "serious"
    assert bias({"serious": 100.0}, studies, non_randomised_start="high") == "very serious"


def test_starts() -> None:
    trials = alike(2, (20, 50), (10, 50))
    other = trial("yew-2020", (20, 50), (10, 50), design=NOT_RANDOM)
    large = trial("yew-2020", (400, 1000), (200, 1000), design=NOT_RANDOM)
    unstated = trial("yew-2020", (20, 50), (10, 50), design={"randomised": "not stated"})
    found = [start(body(s)) for s in (trials, [other], [*trials, other], [large, trials[0]])]
    assert [(s.kind, s.level) for s in found] == [
        ("randomised", "high"),
        ("non-randomised", "low"),
        ("mixed", "low"),
        ("mixed", "low"),
    ]
    assert found[2].reason.startswith(
        "33% of the weight is not randomised, so that the body starts low"
    )
    assert (found[0].because, found[1].because) == ("", "chance did not decide")
    assert start(body([unstated])).level == "low"
    for studies in ([other], [*trials, other]):
        robins = start(body(studies, non_randomised_start="high"))
        assert (robins.level, robins.because) == ("high", "")
        assert "ROBINS-I" in robins.reason


@pytest.mark.parametrize(
    ("randomised", "other", "beyond", "level"),
    [
        ("low", "serious", "0%", "not serious"),
        ("low", "critical", "33%", "serious"),
        ("high", "serious", "67%", "serious"),
        ("high", "critical", "100%", "very serious"),
    ],
)
def test_a_mixed_body_that_starts_low_has_paid_for_the_confounding_of_a_part(
    randomised: str, other: str, beyond: str, level: str
) -> None:
    """Three like studies, one not randomised: a third of the weight each."""
    odd = trial("yew-2020", (20, 50), (10, 50), design=NOT_RANDOM)
    made = body([*alike(2, (20, 50), (10, 50)), odd])
    rows = tuple(
        replace(
            row,
            risk_of_bias=RowRiskOfBias("a tool", other if row.study == "yew-2020" else randomised),
        )
        for row in made.main.rows
    )
    judged = replace(made, answer=replace(made.answer, main=replace(made.main, rows=rows)))
    shares = judged.shares(lambda row: row.risk_of_bias.overall if row.risk_of_bias else "")
    found = risk_of_bias(judged, start(judged), shares)
    assert dict(found.seen)["high, confounding aside"] == beyond
    assert str(found.level) == level


def test_the_randomised_studies_of_a_mixed_body_are_graded_beside_it() -> None:
    trials = alike(2, (800, 2000), (400, 2000))
    odd = trial("yew-2020", (1000, 2000), (400, 2000), design=NOT_RANDOM)
    entry = decided({"domain": "imprecision", "level": "serious"})
    found = grade(body([*trials, odd], entry), {"low": 100.0})
    alone, direct = found.randomised_alone, grade(body(trials), {"not assessed": 100.0})
    assert alone is not None
    assert alone.answer.main.pooled is not None
    assert direct.answer.main.pooled is not None
    assert alone.answer.main.pooled.estimate == direct.answer.main.pooled.estimate
    assert (alone.certainty, alone.start.level) == (direct.certainty, "high")  # type: ignore[union-attr]
    assert all(domain.decision is None for domain in alone.domains)
    assert found.certainty == "very low"
    assert direct.randomised_alone is None
    assert [d.domain for d in found.domains if d.domain == "large effect"] == []


def test_one_study_cannot_be_inconsistent() -> None:
    made = body([trial("ash-2020", (20, 50), (10, 50))])
    found = inconsistency(made, decision_scale(made))
    assert str(found.level) == "not serious"
    assert found.reason.startswith("One study")


def test_studies_that_agree() -> None:
    made = body(alike(4, (20, 50), (10, 50)))
    assert str(inconsistency(made, decision_scale(made)).level) == "not serious"


def test_studies_that_contradict_each_other() -> None:
    """Half strongly for, half strongly against: I² high, estimates on both sides, no overlap."""
    made = body([*alike(2, (80, 100), (20, 100)), trial("yew-2020", (20, 100), (80, 100))])
    found = inconsistency(made, decision_scale(made))
    assert str(found.level) == "very serious"
    assert dict(found.seen)["pairs overlapping"] == "33%"
    assert dict(found.seen)["both sides"] == "yes"


def test_overlap_counts_pairs() -> None:
    made = body([*alike(2, (80, 100), (20, 100)), trial("yew-2020", (20, 100), (80, 100))])
    assert share_overlapping(made.main.rows) == pytest.approx(100 / 3)
    assert share_overlapping(made.main.rows[:1]) == 100.0


@pytest.mark.parametrize(
    ("studies", "level"),
    [
        (alike(2, (20, 50), (10, 50)), "not serious"),
        (alike(2, (20, 50), (10, 50), weeks=4), "serious"),
        ([*alike(1, (20, 50), (10, 50)), trial("yew-2020", (20, 50), (10, 50), kind="usual care")],
         "not serious"),
        (
            [
                *alike(1, (20, 50), (10, 50)),
                trial("yew-2020", (20, 50), (10, 50), kind="usual care", substance="opioid"),
            ],
            "serious",
        ),
    ],
)  # fmt: skip
def test_indirectness(studies: Any, level: str) -> None:
    found = indirectness(body(studies))
    assert str(found.level) == level, found.reason


def test_short_follow_up_is_asked_of_every_question() -> None:
    """One rule; where a question asks about a short time, `certainty.yaml` says so."""
    window = {"asked": {"time": {"minimum": 0, "maximum": 8}}}
    found = indirectness(body(alike(2, (20, 50), (10, 50), weeks=4), **window))
    assert str(found.level) == "serious"
    assert found.reason == "100% of the weight was followed for less than 12 weeks."


def levels(*studies: Any, **important: Any) -> tuple[str, str]:
    entry = decided(important={"unit": "per 1000", "source": "Test.", **important})
    made = body(studies, entry)
    found = imprecision(made, decision_scale(made))
    return str(found.level), found.reason


def test_imprecision_by_thresholds_and_size() -> None:
    """At a control risk of 20% the same odds ratio of 2.67, from ever fewer people."""
    thousands = trial("ash-2020", (800, 2000), (400, 2000))
    assert levels(thousands, smallest=100, large=250)[0] == "not serious"
    assert levels(thousands, smallest=200, large=300)[0] == "serious"
    hundreds = trial("ash-2020", (80, 200), (40, 200))
    assert levels(hundreds, smallest=90, large=250)[0] == "not serious"
    assert levels(hundreds, smallest=100, large=250)[0] == "serious"
    tens = trial("ash-2020", (16, 40), (8, 40))
    assert levels(tens, smallest=100, large=250)[0] == "very serious"
    # Odds ratio 2.667, standard error 1.021: from -117 to +631 of 1000.
    few = trial("ash-2020", (4, 10), (2, 10))
    assert levels(few, smallest=50, large=110)[0] == "extremely serious"
    assert levels(few, smallest=50, large=120)[0] == "very serious"


# Thresholds of 100 (matters) and 250 (large) per 1000. By the limits: what the interval takes off
# with people enough, with fewer than the optimal information size, and with less than half of it.
TAKEN_OFF = {
    "on one side of every threshold": (0, 1, 2),
    "holds one difference that matters": (1, 1, 2),
    "holds a benefit and a harm that matter": (2, 2, 2),
    "holds a large benefit and a large harm": (3, 3, 3),
}
LEVELS = ("not serious", "serious", "very serious", "extremely serious")


def described(low: float, high: float) -> str:
    if low < -250 and high > 250:
        return "holds a large benefit and a large harm"
    harm, benefit = low < -100 < high, low < 100 < high
    if harm and benefit:
        return "holds a benefit and a harm that matter"
    if harm or benefit:
        return "holds one difference that matters"
    return "on one side of every threshold"


# An odds ratio of 2 at a half needs 137 in each group (R 4.2.2, power.prop.test: 136.17).
@pytest.mark.parametrize(("enough", "group"), [(0, 137), (1, 136), (1, 69), (2, 68)])
def test_imprecision_for_every_place_of_the_interval(enough: int, group: int) -> None:
    made = body([trial("ash-2020", (group // 2, group), (group // 2, group))])
    scale = DecisionScale("RD", 0.5, "per 1000", 100.0, 250.0)
    assert information_size(made, scale)[0] == 274
    pooled = made.main.pooled
    assert pooled is not None
    edges = (-0.4, -0.3, -0.2, -0.05, 0.0, 0.05, 0.2, 0.3, 0.4)
    seen = set()
    for low, high in combinations(edges, 2):
        moved = replace(pooled, interval=Interval(low, high))
        main = replace(made.main, pooled=moved)
        found = imprecision(replace(made, answer=replace(made.answer, main=main)), scale)
        place = described(1000 * low, 1000 * high)
        seen.add(place)
        assert str(found.level) == LEVELS[TAKEN_OFF[place][enough]], (low, high)
    assert seen == set(TAKEN_OFF)


def test_the_reason_holds_the_numbers() -> None:
    reason = levels(trial("ash-2020", (80, 200), (40, 200)), smallest=100, large=250)[1]
    # Odds ratio 2.667, standard error sqrt(1/80 + 1/120 + 1/40 + 1/160) = 0.2282; limits 1.705 to
    # 4.171, at odds of 1/4: 298.9 and 510.5 of 1000, less 200.
    assert "from +99 to +310 per 1000" in reason
    assert "400 people" in reason


def test_without_thresholds_no_difference_decides() -> None:
    made = body([trial("ash-2020", (800, 2000), (400, 2000))])
    bare = decision_scale(made)
    unset = type(bare)("OR", bare.typical, "per 1000", None, None)
    assert str(imprecision(made, unset).level) == "not serious"
    wide = body([trial("ash-2020", (480, 2000), (470, 2000))])
    assert str(imprecision(wide, unset).level) == "serious"


def test_baselines_are_lowest_median_and_highest_of_the_controls() -> None:
    studies = [
        trial("ash-2020", (20, 50), (5, 50)),
        trial("elm-2020", (20, 50), (10, 50)),
        trial("fir-2020", (20, 50), (30, 50)),
    ]
    made = body(studies)
    assert [(b.label, b.risk) for b in baselines(made)] == [
        ("Lowest", 0.1),
        ("Median", 0.2),
        ("Highest", 0.6),
    ]
    assert typical_baseline(made).risk == 0.2
    assert [b.risk for b in baselines(body(studies[:1]))] == [0.1]


def test_known_results_without_numbers_suggest_publication_bias() -> None:
    from tests.records.makers import result

    words = {"kind": "statement", "direction": "neither side said to do better", "text": "So."}
    silent = study(outcome("abstinence", result(words)), name="yew-2020")
    unrelated = study(outcome("craving", result(words)), name="oak-2020")
    two, three = alike(2, (20, 50), (10, 50)), alike(3, (20, 50), (10, 50))
    made = body([*two, silent, unrelated])
    assert missing_results(made).unusable == ("Yew 2020",)
    assert str(publication_bias(made).level) == "serious"
    assert str(publication_bias(body([*three, silent])).level) == "not serious"
    assert "10 are needed" in publication_bias(body(three)).reason


@pytest.mark.parametrize(
    ("arms", "design", "counted"),
    [
        ((arm("ketamine"), arm("saline", control="inert placebo")), {}, True),
        ((arm("ketamine"), arm("less", control="low-dose ketamine")), {}, False),
        ((arm("ketamine"), arm("morphine", control="active treatment")), {}, False),
        ((arm("ketamine"),), {"type": "single arm", "randomised": "no"}, False),
        ((arm("ketamine", 0), arm("saline", 0, control="inert placebo")), {"enrolled_n": 0}, False),
    ],
)
def test_only_studies_that_could_answer_the_question_are_missing(
    arms: Any, design: dict[str, Any], counted: bool
) -> None:
    lacks = [{"what": "Abstinence per arm", "where": "The paper"}]
    awaited = study(
        name="yew-2020", arms=arms, design=design, status="awaiting data", missing=lacks
    )
    planned = study(name="oak-2020", arms=arms, design=design, status="ongoing")
    missing = missing_results(body([*alike(2, (20, 50), (10, 50)), awaited, planned]))
    assert (missing.awaited, missing.planned) == (
        (("Yew 2020",), ("Oak 2020",)) if counted else ((), ())
    )


def test_a_question_on_doses_misses_studies_of_doses() -> None:
    arms = (arm("ketamine"), arm("less", control="low-dose ketamine"))
    lacks = [{"what": "Abstinence per arm", "where": "The paper"}]
    awaited = study(name="yew-2020", arms=arms, status="awaiting data", missing=lacks)
    both = {"criteria": {"contrast_classes": ["ketamine versus control", "dose comparison"]}}
    made = body([*alike(2, (20, 50), (10, 50)), awaited], asked=both)
    assert missing_results(made).awaited == ("Yew 2020",)


def test_whether_the_prediction_reaches_further_than_the_interval() -> None:
    name = "prediction reaches from harm to benefit"

    def said(*studies: Any) -> str:
        made = body(studies)
        return dict(inconsistency(made, decision_scale(made)).seen)[name]

    assert said(*alike(4, (800, 2000), (400, 2000))) == "no"
    # Two studies that differ: t with one degree of freedom makes both intervals endless.
    two = (trial("ash-2020", (40, 100), (20, 100)), trial("elm-2020", (25, 100), (20, 100)))
    assert said(*two) == "yes, and so does the interval"
    spread = [
        trial(f"{tree}-2020", (events, 1000), (200, 1000))
        for tree, events in zip(
            ("ash", "elm", "fir", "gum", "ivy", "oak"), (80, 260, 300, 330, 400, 450), strict=True
        )
    ]
    assert said(*spread) == "yes, the interval does not"


def test_a_large_effect_raises_only_what_has_no_doubts() -> None:
    """Risk ratio 4 at 20% from 4000 people who were not randomised."""
    sound = [trial("ash-2020", (1600, 2000), (400, 2000), design=NOT_RANDOM)]
    made = body(sound)
    ratios = risk_ratios(made, decision_scale(made))
    assert ratios is not None
    assert ratios[0] == pytest.approx(4.0, rel=1e-9)
    assert [grade(made, {"low": 100.0}).certainty, grade(made, {"critical": 100.0}).certainty] == [
        "moderate",
        "very low",
    ]
    randomised = body([trial("ash-2020", (1600, 2000), (400, 2000))])
    assert grade(randomised, {"low": 100.0}).domain("large effect") is None
