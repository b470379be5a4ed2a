"""Which results can answer a question: every reason for refusing one, and what is then compared."""

from __future__ import annotations

from typing import Any

import pytest
from tests.records import real
from tests.records.makers import (
    arm,
    contrast,
    criteria,
    events,
    means,
    outcome,
    question,
    result,
    study,
)

from ketameta.questions.candidates import candidates, documents
from ketameta.records.study import Study
from ketameta.records.vocabulary import Verification

COUNTS = events(ketamine=(13, 30), saline=(6, 30))
FULL = {"n": 20, "mean": 5, "sd": 2}


def one(data: dict[str, Any], construct: str = "abstinence", **more: Any) -> Study:
    """A study with a single result."""
    return study(outcome(construct, result(data, **more)))


def source(ref: str, **more: Any) -> dict[str, Any]:
    return {"ref": ref, "locator": "somewhere", **more}


def refused(
    made: Study, measure: str = "OR", *constructs: str, allow: Any = None, **more: Any
) -> tuple[str, str]:
    """Category and reason of the only refusal."""
    found, rejections = candidates(
        made, question(measure, *constructs, **more), criteria(**(allow or {}))
    )
    assert found == []
    (rejection,) = rejections
    return rejection.category, rejection.reason


PAIRED = {"kind": "paired", "experimental": "ketamine", "control": "saline", "n": 20}
SINGLE = {"kind": "single events", "arm": "ketamine", "events": 5, "n": 30}
WORDS = {"kind": "statement", "direction": "neither side said to do better", "text": "So."}
NUMBERLESS: dict[str, tuple[Study, str, str]] = {
    "words": (one(WORDS), "OR", "only words (neither side said to do better)."),
    "another measure": (
        one(contrast("RR", 2.0, 1.0, 4.0)),
        "OR",
        "reported as RR, the question asks for OR.",
    ),
    "no interval": (one(contrast("OR", 2.0, None, None)), "OR", "an estimate without an interval."),
    "half an interval": (
        one(contrast("OR", 2.0, 1.0, None)),
        "OR",
        "an estimate without an interval.",
    ),
    "means for a ratio": (one(means(ketamine=FULL, saline=FULL)), "OR", "not events per arm."),
    "counts for a difference": (one(COUNTS), "MD", "cannot be expressed as MD."),
    "an unknown measure": (one(COUNTS), "ZZZ", "cannot be expressed as ZZZ."),
    "no spread": (
        one(means(ketamine=FULL, saline={"n": 20, "mean": 5})),
        "MD",
        "means without a standard deviation or a number of people.",
    ),
    "no number of people": (
        one(means(ketamine=FULL, saline={"mean": 5, "sd": 1})),
        "MD",
        "means without a standard deviation or a number of people.",
    ),
    "changes in a standardised difference": (
        one(means("changes", ketamine=FULL, saline=FULL)),
        "SMD",
        "changes cannot be standardised together with end values.",
    ),
    "pairs without a spread": (
        one({**PAIRED, "mean_difference": 2}),
        "MD",
        "no paired standard deviation.",
    ),
    "pairs without a difference": (
        one({**PAIRED, "t": 2}),
        "MD",
        "no paired standard deviation.",
    ),
}


@pytest.mark.parametrize(("made", "measure", "reason"), NUMBERLESS.values(), ids=NUMBERLESS.keys())
def test_a_result_without_a_usable_number(made: Study, measure: str, reason: str) -> None:
    assert refused(made, measure, "abstinence") == ("no usable number", f"week 12: {reason}")


@pytest.mark.parametrize("measure", ["RR", "HR", "ROM"])
def test_a_ratio_that_cannot_be_turned_round(measure: str) -> None:
    made = one(contrast(measure, 2.0, 1.0, 4.0), "relapse")
    expected = f"week 12: {measure} cannot be turned round without the counts."
    assert refused(made, measure, "no relapse") == ("no usable number", expected)
    assert candidates(made, question(measure, "relapse"), criteria())[0]


def test_a_ratio_of_means_cannot_be_turned_round_either() -> None:
    made = one(means(ketamine=FULL, saline=FULL), "craving")
    assert refused(made, "ROM", "no craving")[0] == "no usable number"
    assert candidates(made, question("MD", "no craving"), criteria())[0]


def used(made: Study, measure: str = "OR", **restrictions: Any) -> list[int]:
    """Which results of the first outcome are candidates."""
    found, _ = candidates(made, question(measure), criteria(**restrictions))
    return [candidate.index[1] for candidate in found]


def test_a_result_of_the_same_people_is_left_to_the_other_one() -> None:
    first = result(COUNTS, id="first", assessment="scheduled")
    second = result(COUNTS, id="second", weeks=24, secondary_to="first")
    third = result(COUNTS, weeks=52, secondary_to="second")
    assert used(study(outcome("abstinence", first, second, third))) == [0]
    assert used(study(outcome("abstinence", third, second, first))) == [2]


def test_a_secondary_result_is_used_where_the_other_one_cannot_be() -> None:
    words = result(WORDS, id="first")
    ratio = result(contrast("RR", 2.0, 1.0, 4.0), id="first")
    remembered = result(COUNTS, id="first", source=source("memory"))
    for unusable in (words, ratio, remembered):
        second = result(COUNTS, secondary_to="first")
        assert used(study(outcome("abstinence", unusable, second))) == [1]
    press = result(COUNTS, id="first", source=source("news"))
    paper = result(COUNTS, secondary_to="first")
    made = study(outcome("abstinence", press, paper))
    assert used(made) == [0]
    assert used(made, verification=["primary abstract"]) == [1]


@pytest.mark.parametrize(
    ("time", "weeks", "phase", "fits"),
    [
        ("longest", 12, "baseline", False),
        ("longest", None, "during treatment", True),
        ("longest", 12, "follow-up", True),
        ("end of treatment", 12, "end of treatment", True),
        ("end of treatment", None, "end of treatment", True),
        ("end of treatment", 12, "follow-up", False),
        ("end of treatment", 12, "during treatment", False),
        ({"minimum": 12, "maximum": 26}, 12, "follow-up", True),
        ({"minimum": 12, "maximum": 26}, 26, "follow-up", True),
        ({"minimum": 12, "maximum": 26}, 11.9, "follow-up", False),
        ({"minimum": 12, "maximum": 26}, 26.1, "follow-up", False),
        ({"minimum": 12, "maximum": 26}, None, "follow-up", False),
        ({"minimum": 0, "maximum": 26}, 0, "baseline", False),
    ],
)
def test_the_time_of_the_question(time: Any, weeks: float | None, phase: str, fits: bool) -> None:
    made = one(COUNTS, weeks=weeks, phase=phase)
    found, rejections = candidates(made, question(time=time), criteria())
    assert len(found) == int(fits)
    assert [r.category for r in rejections] == [] if fits else ["other"]
    if not fits:
        assert rejections[0].reason.endswith("outside the time of the question.")


@pytest.mark.parametrize(
    ("allow", "more", "reason"),
    [
        (
            {"verification": ["registry"]},
            {},
            "week 12: the number rests on primary abstract.",
        ),
        (
            {"verification": ["primary abstract"]},
            {"source": source("paper", also=["news", "review"])},
            "week 12: the number rests on press and secondary review.",
        ),
        (
            {"assessments": ["scheduled"]},
            {"assessment": "telephone"},
            "week 12: assessment: telephone.",
        ),
        ({"assessments": ["scheduled"]}, {}, "week 12: assessment: not stated."),
        ({"randomised": ["no", "not stated"]}, {}, "Randomised: yes."),
        ({"substances": ["opioid"]}, {}, "Substance: alcohol."),
        ({"control_types": ["active placebo"]}, {}, "week 12: the control is inert placebo."),
        (
            {"contrast_classes": ["dose comparison"]},
            {},
            "week 12: a ketamine versus control (control: inert placebo).",
        ),
    ],
)
def test_a_criterion_that_is_not_met(allow: Any, more: dict[str, Any], reason: str) -> None:
    assert refused(one(COUNTS, **more), allow=allow) == ("criteria", reason)


def test_the_telephone_is_let_in_where_the_criteria_name_it() -> None:
    made = one(COUNTS, assessment="telephone")
    assert candidates(made, question(), criteria(assessments=["scheduled", "telephone"]))[0]


def test_one_group_is_no_comparison() -> None:
    assert refused(one(SINGLE)) == ("no usable number", "week 12: numbers of one arm only.")
    only_ketamine = one(events(ketamine=(1, 9)))
    assert refused(only_ketamine) == ("no comparison group", "No comparison group.")
    other = study(
        outcome("abstinence", result(events(ketamine=(1, 9), naltrexone=(1, 9)))),
        arms=[arm("ketamine"), {**arm("naltrexone"), "role": "other"}],
    )
    assert refused(other) == ("no comparison group", "No comparison group.")


def test_the_reason_names_the_controls_of_the_result_not_of_the_study() -> None:
    made = study(
        outcome("abstinence", result(events(ketamine=(9, 30), little=(3, 30)))),
        arms=[
            arm("ketamine"),
            arm("little", control="low-dose ketamine"),
            arm("saline", control="inert placebo"),
        ],
    )
    expected = "week 12: a dose comparison (control: low-dose ketamine)."
    assert refused(made, allow={"contrast_classes": ["ketamine versus control"]}) == (
        "criteria",
        expected,
    )


@pytest.mark.parametrize(
    ("data", "measure", "field", "counts"),
    [
        (COUNTS, "OR", "data.arms.ketamine.n", True),
        (COUNTS, "OR", "arms.saline.events", True),
        (COUNTS, "OR", "time.weeks", False),
        (COUNTS, "OR", "population", False),
        (contrast("OR", 2.0, 1.0, 4.0), "OR", "data.ci_low", True),
        (contrast("OR", 2.0, 1.0, 4.0), "OR", "data.n.ketamine", False),
        (contrast("OR", 2.0, 1.0, 4.0), "OR", "data.p", False),
        (contrast("OR", 2.0, 1.0, 4.0), "OR", "data.adjusted_for", False),
    ],
)
def test_sources_of_single_numbers_count_where_the_estimate_needs_them(
    data: dict[str, Any], measure: str, field: str, counts: bool
) -> None:
    made = one(data, field_sources={field: source("memory")})
    result_ = made.outcomes[0].results[0]
    assert [d.document for d in documents(made, result_)] == ["The paper"] + ["Memory"] * counts
    found, _ = candidates(made, question(measure), criteria())
    assert len(found) == int(not counts)


@pytest.mark.parametrize(
    "where",
    [
        {"source": source("memory")},
        {"source": source("paper", also=["memory"])},
        {"field_sources": {"data.arms.ketamine.n": source("review", also=["memory"])}},
    ],
)
def test_what_is_only_remembered_is_never_used_even_where_nothing_else_is(
    where: dict[str, Any],
) -> None:
    expected = ("no usable number", "week 12: remembered only, not seen in any source.")
    assert refused(one(COUNTS, **where)) == expected
    everything = {"verification": [str(level) for level in Verification]}
    assert refused(one(COUNTS, **where), allow=everything) == expected


def test_a_memory_that_merely_confirms_does_no_harm() -> None:
    made = one(COUNTS, source=source("paper", confirmed_in=["memory"]))
    assert candidates(made, question(), criteria())[0]


def test_recollections_of_the_real_records_are_never_candidates() -> None:
    """Each with the most generous criteria, at any time, for its own construct and any measure."""
    remembered = 0
    for made in real.evidence().studies:
        for i, seen in enumerate(made.outcomes):
            for j, result_ in enumerate(seen.results):
                if made.sources[result_.source.ref].level is not Verification.RECOLLECTION:
                    continue
                remembered += 1
                for measure in ("OR", "RR", "HR", "RD", "MD", "SMD"):
                    wanted = question(measure, seen.construct_)
                    found, _ = candidates(made, wanted, criteria())
                    assert (i, j) not in [c.index for c in found]
    assert remembered >= 3


def test_remembered_counts_would_not_be_used_if_pizon_2018_held_them_as_numbers() -> None:
    """The real record keeps the counts behind the odds ratio as words; here they are numbers."""
    pizon = real.evidence().get("pizon-2018").study
    intubation = next(o for o in pizon.outcomes if o.construct_ == "intubation")
    counts = next(r for r in intubation.results if r.source.ref == "memory")
    numbers = events(guideline=(10, 34), before=(22, 29))
    dump = pizon.model_dump(by_alias=True)
    remembered = {**counts.model_dump(), "data": numbers, "secondary_to": None}
    for kept in dump["outcomes"]:
        if kept["id"] == intubation.id:
            kept["results"] = [remembered]
    altered = Study.model_validate(dump)
    assert refused(altered, "OR", "intubation") == (
        "no usable number",
        f"{counts.time.label}: remembered only, not seen in any source.",
    )
    found, _ = candidates(pizon, question("OR", "intubation"), criteria())
    assert [c.result.data.kind for c in found] == ["contrast"]


FOUR_ARMS = (
    arm("high"),
    arm("higher"),
    arm("saline", control="inert placebo"),
    arm("nothing", control="none"),
    arm("little", control="low-dose ketamine"),
)


def test_arms_of_one_side_are_gathered_by_the_class_of_their_control() -> None:
    counts = events(high=(9, 30), higher=(8, 30), saline=(3, 30), nothing=(2, 30), little=(5, 30))
    made = study(outcome("abstinence", result(counts)), arms=FOUR_ARMS)
    first, second = candidates(made, question(), criteria())[0]
    assert first.contrast_class == "ketamine versus control"
    assert [a.id for a in first.experimental] == ["high", "higher"]
    assert [a.id for a in first.control] == ["saline", "nothing"]
    assert first.control_type == "inert placebo and none"
    assert second.contrast_class == "dose comparison"
    assert [a.id for a in second.control] == ["little"]
    (placebo,) = candidates(made, question(), criteria(control_types=["inert placebo"]))[0]
    assert [a.id for a in placebo.control] == ["saline"]


def test_the_controls_of_a_reported_estimate_are_not_taken_apart() -> None:
    data = contrast("OR", 2.0, 1.0, 4.0, experimental=["high"], control=["saline", "little"])
    made = study(outcome("abstinence", result(data)), arms=FOUR_ARMS)
    assert refused(made)[0] == "criteria"
    both = contrast("OR", 2.0, 1.0, 4.0, experimental=["high"], control=["saline", "nothing"])
    made = study(outcome("abstinence", result(both)), arms=FOUR_ARMS)
    (found,) = candidates(made, question(), criteria())[0]
    assert [a.id for a in found.control] == ["saline", "nothing"]


def test_pairs_are_compared_as_the_record_names_them() -> None:
    made = one({**PAIRED, "mean_difference": 2, "t": 2.5}, "craving")
    (found,) = candidates(made, question("MD", "craving"), criteria())[0]
    assert ([a.id for a in found.experimental], [a.id for a in found.control]) == (
        ["ketamine"],
        ["saline"],
    )
