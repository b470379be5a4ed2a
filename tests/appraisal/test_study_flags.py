"""Every flag on a study: what raises it, what comes close, and the threshold that moves it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.records import real
from tests.records.makers import arm, contrast, events, evidence, outcome, question, result, study
from tests.synthesis.real_answers import answers

from ketameta.appraisal.answers import flagged
from ketameta.appraisal.catalog import FLAGS
from ketameta.appraisal.study_flags import JUDGES, Subject, study_flags
from ketameta.questions.question import Review, Threshold, Thresholds
from ketameta.records.study import Study
from ketameta.synthesis.answer import StudyRow
from ketameta.synthesis.answering import answer

COUNTS = events(ketamine=(13, 60), saline=(6, 60))
BIG = (arm("ketamine", 60), arm("saline", 60, control="inert placebo"))


def review(wanted: Any, **thresholds: float) -> Review:
    """The review of the project with one question of one's own, and some thresholds changed."""
    base = real.review()
    changed = {
        n: Threshold.model_validate({"value": v, "source": "x"}) for n, v in thresholds.items()
    }
    limits = base.thresholds.model_copy(update=changed)
    return base.model_copy(update={"questions": (wanted,), "thresholds": limits})


def flags_of(*studies: Study, construct: str = "abstinence", **thresholds: float) -> dict[str, str]:
    """Codes and messages of the flags on the first study in an analysis of all."""
    wanted = question("OR", construct)
    rules = review(wanted, **thresholds)
    rules = rules.model_copy(update={"criteria": type(rules.criteria)()})
    records = evidence(*studies)
    found = flagged(answer(wanted, rules, records), records, rules.thresholds)
    row = next(row for row in found.main.rows if row.study == studies[0].id)
    return {flag.code: flag.message for flag in row.flags}


def trial(
    data: Any = COUNTS,
    *,
    construct: str = "abstinence",
    arms: Any = BIG,
    design: Any = None,
    seen: Any = None,
    weeks: float | None = 26,
    of: Any = None,
    **more: Any,
) -> Study:
    """A study without any flag but that of its inert placebo."""
    found = {"ascertainment": ["urine"], **(seen or {})}
    return study(
        outcome(construct, result(data, weeks=weeks, **(of or {})), **found),
        arms=arms,
        design={"enrolled_n": 120, "analysed_n": 120, **(design or {})},
        **more,
    )


def control(kind: str, **more: Any) -> Study:
    return trial(arms=(arm("ketamine", 60), arm("saline", 60, control=kind, **more)))


def sized(a: int, b: int) -> Study:
    return trial(events(ketamine=(5, a), saline=(4, b)))


MATE = study(
    outcome("abstinence", result(COUNTS)), name="roe-2021", arms=BIG, design={"team": "Doe, Oslo"}
)
OTHER = study(
    outcome("abstinence", result(COUNTS)), name="roe-2021", arms=BIG, design={"team": "Roe, Rome"}
)
SILENT = study(outcome("abstinence", result(COUNTS)), name="roe-2021", arms=BIG)
TEAM = {"team": "Doe, Oslo"}
FUNDING = {"source": {"ref": "paper", "locator": "Funding"}, "details": "Shares in a clinic."}


def source(ref: str, **more: Any) -> dict[str, Any]:
    return {"source": {"ref": ref, "locator": "x", **more}}


# For each flag: studies that raise it with the message, and studies that come close.
Raises = list[tuple[tuple[Study, ...], str]]
RAISED: dict[str, Raises] = {
    "SM": [
        ((sized(49, 60),), "49 people in the smallest group (threshold 50)."),
        ((sized(60, 12),), "12 people in the smallest group (threshold 50)."),
        (
            (
                trial(
                    contrast("OR", 2.0, 1.0, 4.0),
                    design={"enrolled_n": 99, "analysed_n": 99},
                ),
            ),
            "99 people in total (threshold 100).",
        ),
    ],
    "NP": [
        ((control("usual care"),), "The control was usual care."),
        ((control("low-dose ketamine"),), "The control was low-dose ketamine."),
        (
            (
                trial(
                    events(ketamine=(13, 60), saline=(6, 60), nothing=(5, 60)),
                    arms=(*BIG, arm("nothing", 60, control="none")),
                    design={"enrolled_n": 180, "analysed_n": 180},
                ),
            ),
            "Part of the control was inert placebo and none.",
        ),
    ],
    "AP": [((control("active placebo", drug="midazolam"),), "The control received midazolam.")],
    "IP": [((trial(),), "The control received saline.")],
    "LD": [
        ((control("low-dose ketamine"),), "The control was low-dose ketamine."),
        ((control("fewer sessions"),), "The control was fewer sessions."),
    ],
    "NR": [
        ((trial(design={"randomised": "no"}),), "Design: parallel; randomised: no."),
        (
            (trial(design={"randomised": "not stated", "type": "before-after"}),),
            "Design: before-after; randomised: not stated.",
        ),
    ],
    "OL": [
        ((trial(design={"blinded": ["nobody"]}),), "Nobody was blinded."),
        ((trial(design={"blinded": ["not stated"]}),), "No blinding is stated."),
        (
            (trial(design={"blinded": ["outcome assessors"]}),),
            "Participants are not stated to be blinded (blinded: outcome assessors).",
        ),
    ],
    "SF": [
        ((trial(weeks=11.9),), "11.9 weeks (threshold 12)."),
        ((trial(weeks=1),), "1 week (threshold 12)."),
    ],
    "SR": [
        ((trial(seen={"ascertainment": ["self-report"]}),), "Established by self-report."),
        ((trial(of={"assessment": "telephone"}),), "Asked by telephone, without a test."),
    ],
    "AN": [
        ((trial(seen={"ascertainment": ["not stated"]}),), "How it was established is not stated."),
    ],
    "SC": [
        ((trial(design={"centres": 1}),), "One centre."),
        ((trial(design=TEAM), MATE), "Same team as Roe 2021."),
        ((trial(design={**TEAM, "centres": 1}), MATE), "One centre. Same team as Roe 2021."),
    ],
    "SE": [
        ((trial(design={"stopped_early": "yes"}),), "Stopped before the planned end."),
        (
            (trial(design={"stopped_early": "yes", "stopping_reason": "Money ran out."}),),
            "Money ran out.",
        ),
    ],
    "FP": [((trial(design={"planned_n": 200}),), "120 of 200 planned.")],
    "HA": [((sized(50, 45),), "25 of 120 missing (20.8%; threshold 20%).")],
    "UV": [
        ((trial(of=source("review")),), "Number read in: secondary review."),
        ((trial(of=source("paper", also=["news"])),), "Number read in: press."),
        (
            (trial(of=source("sum", derivation="1 + 1", also=["news"])),),
            "Number read in: press.",
        ),
        (
            (
                trial(
                    of={"field_sources": {"data.arms.ketamine.n": {"ref": "news", "locator": "x"}}}
                ),
            ),
            "Number read in: press.",
        ),
    ],
    "DC": [((trial(of=source("paper", derivation="22 % of 60.")),), "Worked out: 22 % of 60.")],
    "CI": [
        ((trial(funding={"conflict_of_interest": "yes", **FUNDING}),), "Shares in a clinic."),
        (
            (trial(funding={"conflict_of_interest": "yes", "source": FUNDING["source"]}),),
            "A financial interest is stated.",
        ),
    ],
}
QUIET: dict[str, list[tuple[Study, ...]]] = {
    "SM": [(sized(50, 50),), (trial(contrast("OR", 2.0, 1.0, 4.0)),)],
    "NP": [(trial(),), (control("active placebo"),)],
    "AP": [(trial(),), (control("usual care"),)],
    "IP": [(control("active placebo"),), (control("usual care"),)],
    "LD": [(trial(),), (control("active treatment"),), (control("usual care"),)],
    "NR": [(trial(),)],
    "OL": [(trial(),), (trial(design={"blinded": ["participants"]}),)],
    "SF": [(trial(weeks=12),), (trial(weeks=None),)],
    "SR": [
        (trial(seen={"ascertainment": ["self-report", "urine"]}),),
        (trial(seen={"ascertainment": ["records"]}),),
        (trial(seen={"ascertainment": ["clinician-rated"]}),),
    ],
    "AN": [
        (trial(seen={"ascertainment": ["self-report"]}),),
        (trial(seen={"ascertainment": ["urine"]}),),
    ],
    "SC": [(trial(design=TEAM), OTHER), (trial(), SILENT), (trial(design={"centres": None}),)],
    "SE": [
        (trial(design={"planned_n": 200}),),
        (trial(design={"stopped_early": "no", "planned_n": 200}),),
    ],
    "FP": [(trial(design={"planned_n": 120}),), (trial(design={"planned_n": None}),)],
    "HA": [(sized(48, 48),), (sized(60, 60),)],
    "UV": [
        (trial(),),
        (trial(of=source("registry")),),
        (trial(of=source("paper", confirmed_in=["news"])),),
    ],
    "DC": [(trial(),)],
    "CI": [
        (trial(),),
        (trial(funding={"conflict_of_interest": "no", **FUNDING}),),
        (trial(funding={"conflict_of_interest": "not stated", **FUNDING}),),
    ],
}
RAISED_ONE_BY_ONE = [(c, s, m) for c, cases in RAISED.items() for s, m in cases]
QUIET_ONE_BY_ONE = [(c, s) for c, cases in QUIET.items() for s in cases]
STUDY_FLAGS = [kind.code for kind in FLAGS.values() if kind.scope == "study"]


def test_every_flag_is_judged_and_tested_both_ways() -> None:
    assert list(JUDGES) == list(RAISED) == list(QUIET) == STUDY_FLAGS


@pytest.mark.parametrize(("code", "studies", "message"), RAISED_ONE_BY_ONE)
def test_a_flag_is_raised_and_says_why(code: str, studies: tuple[Study, ...], message: str) -> None:
    assert flags_of(*studies).get(code) == message


@pytest.mark.parametrize(("code", "studies"), QUIET_ONE_BY_ONE)
def test_a_flag_is_not_raised_without_its_reason(code: str, studies: tuple[Study, ...]) -> None:
    assert code not in flags_of(*studies)


def test_a_sound_study_has_no_flag_but_that_of_its_placebo() -> None:
    assert list(flags_of(trial())) == ["IP"]


@pytest.mark.parametrize(
    ("code", "name", "quiet", "loud", "made"),
    [
        ("SM", "small_arm", 60, 61, trial()),
        ("SM", "small_total", 120, 121, trial()),
        ("SF", "short_follow_up_weeks", 26, 27, trial()),
        ("HA", "high_attrition_percent", 25, 24.9, sized(45, 45)),
    ],
)
def test_thresholds_are_those_of_the_review(
    code: str, name: str, quiet: float, loud: float, made: Study
) -> None:
    assert code not in flags_of(made, **{name: quiet})
    assert code in flags_of(made, **{name: loud})
    assert f"threshold {loud:g}" in flags_of(made, **{name: loud})[code]


def test_severity_and_order_are_those_of_the_catalog() -> None:
    made = trial(
        events(ketamine=(5, 20), saline=(4, 20)),
        arms=(arm("ketamine", 60), arm("saline", 60, control="usual care")),
        design={"randomised": "no", "blinded": ["nobody"], "centres": 1},
        weeks=2,
    )
    subject = Subject(made, real.review().thresholds)
    found = study_flags(subject)
    assert [f.severity for f in found] == [FLAGS[f.code].severity for f in found]
    codes = [f.code for f in found]
    assert codes == [code for code in FLAGS if code in codes]
    assert len(codes) > 3


# ---- attrition -----------------------------------------------------------------------------

MANY = (
    arm("ketamine", 60),
    {**arm("naltrexone", 60), "role": "other"},
    arm("saline", 60, control="inert placebo"),
)
UNKNOWN = (arm("ketamine", None), arm("saline", None, control="inert placebo"))
ESTIMATE = contrast("OR", 2.0, 1.0, 4.0)


@pytest.mark.parametrize(
    ("made", "message"),
    [
        # Nobody is missing from the two arms that are compared, whatever became of the third.
        (trial(arms=MANY, design={"enrolled_n": 180, "analysed_n": 130}), None),
        # Half of the two arms is missing, although the study as a whole kept its people.
        (
            trial(
                events(ketamine=(5, 30), saline=(4, 30)),
                arms=MANY,
                design={"enrolled_n": 180, "analysed_n": 180},
            ),
            "60 of 120 missing (50%; threshold 20%).",
        ),
        # Sizes of the arms are unknown: all arms are compared, so those enrolled are the base.
        (
            trial(
                events(ketamine=(5, 40), saline=(4, 40)),
                arms=UNKNOWN,
                design={"enrolled_n": 120, "analysed_n": 110},
            ),
            "40 of 120 missing (33.3%; threshold 20%).",
        ),
        # A reported estimate without numbers, of all arms: the study's main analysis.
        (
            trial(ESTIMATE, arms=UNKNOWN, design={"enrolled_n": 120, "analysed_n": 90}),
            "30 of 120 missing (25%; threshold 20%).",
        ),
        # Everybody randomised is in the estimate, although the main analysis has fewer.
        (
            trial(
                ESTIMATE,
                of={"population": "all randomised"},
                design={"enrolled_n": 120, "analysed_n": 90},
            ),
            None,
        ),
        # The same people were in both arms of a crossover: 90 of 120, then 100 of 120.
        (
            trial(
                events(ketamine=(9, 85), saline=(6, 90)),
                arms=(arm("ketamine", 120), arm("saline", 120, control="inert placebo")),
                design={"type": "crossover", "enrolled_n": 120, "analysed_n": 120},
            ),
            "30 of 120 missing (25%; threshold 20%).",
        ),
        (
            trial(
                {**ESTIMATE, "n": {"ketamine": 100, "saline": 100}},
                arms=(arm("ketamine", 120), arm("saline", 120, control="inert placebo")),
                design={"type": "crossover", "enrolled_n": 120, "analysed_n": 120},
            ),
            None,
        ),
        (trial(design={"enrolled_n": None, "analysed_n": None}, arms=UNKNOWN), None),
        (trial(design={"analysed_n": None}), None),
    ],
)
def test_attrition_is_that_of_the_arms_that_are_compared(made: Study, message: str | None) -> None:
    assert flags_of(made).get("HA") == message


def test_attrition_of_a_crossover_counts_each_person_once() -> None:
    pairs = {
        "kind": "paired",
        "experimental": "ketamine",
        "control": "saline",
        "n": 15,
        "mean_difference": 2,
        "t": 3,
    }
    arms = (arm("ketamine", 20), arm("saline", 20, control="inert placebo"))
    made = trial(
        pairs,
        construct="craving",
        arms=arms,
        design={"type": "crossover", "enrolled_n": 20, "analysed_n": 20},
    )
    wanted = question("MD", "craving")
    records = evidence(made)
    rules = review(wanted)
    found = flagged(answer(wanted, rules, records), records, rules.thresholds)
    messages = {f.code: f.message for f in found.main.rows[0].flags}
    assert messages["HA"] == "5 of 20 missing (25%; threshold 20%)."


# ---- self-report ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("construct", "how", "raised"),
    [
        ("relapse", "not stated", True),
        ("retention", "not stated", False),
        ("serious adverse event", "not stated", False),
        ("retention", "self-report", True),
        ("retention", "records", False),
    ],
)
def test_silence_about_how_is_held_against_substance_use_only(
    construct: str, how: str, raised: bool
) -> None:
    made = trial(construct=construct, seen={"ascertainment": [how]})
    found = flags_of(made, construct=construct)
    assert (("AN" if how == "not stated" else "SR") in found) == raised
    assert not {"AN", "SR"} <= set(found)


def test_the_telephone_follow_up_of_a_real_trial_is_self_report_although_urine_was_tested() -> None:
    found = answers()["abstinence-longest"]
    telephone = next(a for a in found.sensitivity if a.id == "telephone")

    def codes(rows: tuple[StudyRow, ...]) -> list[str]:
        return [f.code for row in rows if row.study == "dakwar-2019" for f in row.flags]

    assert "SR" not in codes(found.main.rows)
    assert "SR" in codes(telephone.rows)


# ---- outside an analysis -------------------------------------------------------------------


def test_a_study_is_flagged_as_a_whole_where_there_is_no_analysis() -> None:
    made = trial(
        arms=(arm("ketamine", 20), arm("saline", 30, control="usual care")),
        design={"enrolled_n": 50, "analysed_n": 30, "follow_up_weeks": 4},
    )
    limits: Thresholds = real.review().thresholds
    found = {f.code: f.message for f in study_flags(Subject(made, limits))}
    assert found["SM"] == "20 people in the smallest group (threshold 50)."
    assert found["HA"] == "20 of 50 missing (40%; threshold 20%)."
    assert found["SF"] == "4 weeks (threshold 12)."
    assert not {"UV", "DC", "SR"} & set(found)
    alone = study(arms=[arm("ketamine", 20)], design={"type": "single arm", "randomised": "no"})
    found = {f.code: f.message for f in study_flags(Subject(alone, limits))}
    assert found["NP"] == "No comparison group at all."


@pytest.mark.parametrize("made", real.evidence().studies, ids=lambda s: s.id)
def test_every_real_record_can_be_judged(made: Study) -> None:
    for flag in study_flags(Subject(made, real.review().thresholds)):
        assert flag.message.endswith(".")
