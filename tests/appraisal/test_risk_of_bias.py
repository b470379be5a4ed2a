"""Judgements beside proposals, two raters, shares of weight, and what does not fit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.records import real
from tests.records.makers import PAPER, events, result
from tests.records.makers import outcome as make_outcome
from tests.records.makers import study as make_study
from tests.synthesis.real_answers import answers

from ketameta.appraisal.risk_of_bias.assessed import assessments
from ketameta.appraisal.risk_of_bias.overview import assessments_in, assessments_of, caveats
from ketameta.appraisal.risk_of_bias.problems import assessment_findings
from ketameta.appraisal.risk_of_bias.raters import (
    agreement,
    disagreements,
    rated_twice,
    weighted_kappa,
)
from ketameta.appraisal.risk_of_bias.results import result_judgement, row_risk_of_bias
from ketameta.appraisal.risk_of_bias.tools import TOOLS
from ketameta.appraisal.risk_of_bias.weights import row_weights, share_of_weight_by_judgement
from ketameta.errors import DataError
from ketameta.records.risk_of_bias import Assessment
from ketameta.records.study import Study
from ketameta.synthesis.answer import RowRiskOfBias

LEVELS = ("low", "some concerns", "high")
GOOD = {
    "1.1": "Y", "1.2": "Y", "1.3": "N", "2.1": "N", "2.2": "N", "2.6": "Y", "3.1": "Y",
    "4.1": "N", "4.2": "N", "4.3": "N", "5.1": "Y", "5.2": "N", "5.3": "N",
}  # fmt: skip
"""RoB 2 answers without any worry."""


def answered(changes: dict[str, str] | None = None, leave: str = "") -> list[dict[str, Any]]:
    given = {**GOOD, **(changes or {})}
    return [
        {"question": name, "answer": answer, "support": "Said so.", "source": PAPER}
        for name, answer in sorted(given.items())
        if name != leave
    ]


def assessment(rater: str = "AB", **more: Any) -> dict[str, Any]:
    plain = {
        "tool": "RoB 2",
        "outcomes": ["outcome"],
        "rater": rater,
        "date": "2026-11-22",
        "answers": answered(),
    }
    return {**plain, **more}


def assessed(*raw: dict[str, Any]) -> Study:
    data = events(ketamine=(10, 30), saline=(5, 30))
    plain = make_study(make_outcome("abstinence", result(data)))
    outcome = plain.outcomes[0].id
    fitted = [
        {**one, "outcomes": [outcome if o == "outcome" else o for o in one["outcomes"]]}
        for one in raw
    ]
    made = tuple(Assessment.model_validate(one) for one in fitted)
    return plain.model_copy(update={"risk_of_bias": made})


def found(study: Study) -> Any:
    return result_judgement(study, study.outcomes[0].id)


def test_a_result_without_worries_is_low() -> None:
    one = found(assessed(assessment()))
    assert one.overall == "low"
    assert {level for _, level in one.domains} == {"low"}
    assert (one.status, one.confirmed, one.raters) == ("one rating", False, ("AB",))


def test_no_information_is_an_answer_and_needs_no_source() -> None:
    raw = [a for a in answered() if a["question"] != "1.2"]
    study = assessed(assessment(answers=[*raw, {"question": "1.2", "answer": "NI"}]))
    assert dict(found(study).domains)["D1"] == "some concerns"
    assert assessment_findings(study) == ()


def test_an_answer_needs_support() -> None:
    raw = [{"question": "1.1", "answer": "Y", "support": "Said so."}]
    with pytest.raises(ValueError, match="without them it is NI"):
        Assessment.model_validate(assessment(outcomes=["x"], answers=raw))


def test_a_human_judgement_stands_and_the_proposal_is_kept() -> None:
    judged = [{"domain": "D2", "judgement": "high", "reason": "The code was broken."}]
    study = assessed(assessment(judgements=judged))
    one = dict(assessments(study)[0].domains)["D2"]
    assert (one.proposal, one.human, one.level, one.changed) == ("low", "high", "high", True)
    assert found(study).overall == "high"
    assert found(study).changed == ("D2",)
    assert assessment_findings(study) == ()


def test_an_overall_judgement_can_differ_from_the_worst_domain() -> None:
    """The guidance: some concerns in several domains may together be high."""
    overall = {"judgement": "high", "reason": "Three domains with concerns."}
    changes = {"1.3": "Y", "5.1": "N"}
    study = assessed(assessment(answers=answered(changes), overall=overall))
    assert assessments(study)[0].overall.proposal == "some concerns"
    assert found(study).overall == "high"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"judgements": [{"domain": "D2", "judgement": "high"}]}, "without a reason"),
        ({"judgements": [{"domain": "D9", "judgement": "low"}]}, "no domain D9"),
        ({"judgements": [{"domain": "D1", "judgement": "serious"}]}, 'no level "serious"'),
        ({"overall": {"judgement": "moderate"}}, 'no level "moderate"'),
        ({"outcomes": ["outcme"]}, 'no outcome "outcme"'),
        ({"answers": answered(leave="4.1")}, "no answer to 4.1"),
        ({"answers": [*answered(), *answered()[:1]]}, "answered twice"),
        ({"answers": answered({"9.1": "Y"})}, "no question 9.1"),
        ({"answers": answered({"2.3": "N"})}, "2.3 does not arise"),
        ({"answers": [*answered({"3.1": "N"}), {"question": "3.2", "answer": "NI"}]}, "not NI"),
        ({"tool": "ROBINS-I"}, "no answer to"),
    ],
)
def test_what_does_not_fit_the_tool_is_found(changes: dict[str, Any], message: str) -> None:
    said = [f.message for f in assessment_findings(assessed(assessment(**changes)))]
    assert any(message in one for one in said), said
    assert {f.code for f in assessment_findings(assessed(assessment(**changes)))} == {"R070"}


def test_tools_for_trials_are_for_trials() -> None:
    study = assessed(assessment())
    design = study.design.model_copy(update={"randomised": "not stated"})
    said = assessment_findings(study.model_copy(update={"design": design}))
    assert [f.hint for f in said] == ["Use ROBINS-I."]


def test_a_missing_answer_settles_nothing() -> None:
    study = assessed(assessment(answers=answered(leave="4.1")))
    assert dict(found(study).domains)["D4"] == ""
    assert found(study).overall == ""


def test_raters_who_differ_are_listed_and_the_worse_stands_until_they_agree() -> None:
    one, other = assessment("AB"), assessment("CD", answers=answered({"1.3": "Y"}))
    study = assessed(one, other)
    pairs = rated_twice([study])
    assert len(pairs) == 6
    assert [(p.domain, p.levels, p.settled) for p in disagreements(pairs)] == [
        ("D1", ("low", "some concerns"), ""),
        ("overall", ("low", "some concerns"), ""),
    ]
    assert (found(study).status, found(study).overall) == ("disputed", "some concerns")
    agreed = assessed(one, other, assessment("AB and CD", consensus=True))
    assert (found(agreed).status, found(agreed).overall) == ("consensus", "low")
    assert {p.settled for p in disagreements(rated_twice([agreed]))} == {"low"}
    assert len(rated_twice([agreed])) == 6


def test_raters_who_agree_are_said_to_agree() -> None:
    study = assessed(assessment("AB"), assessment("CD"))
    assert found(study).status == "ratings agree"
    counted = agreement(rated_twice([study]), LEVELS)
    assert counted is not None
    # Both used one level only: chance alone agrees throughout, so that kappa says nothing.
    assert (counted.pairs, counted.alike, counted.kappa) == (6, 6, None)


def test_weighted_kappa_is_that_of_a_hand_calculation() -> None:
    """Five items: mean distance 2/5 observed, 24/25 expected from the shares 3-1-1 and 2-1-2."""
    pairs = [
        ("low", "low"), ("low", "low"), ("low", "some concerns"),
        ("some concerns", "high"), ("high", "high"),
    ]  # fmt: skip
    assert weighted_kappa(pairs, LEVELS) == pytest.approx(1 - (2 / 5) / (24 / 25), abs=1e-12)
    mirrored = [(b, a) for a, b in pairs]
    assert weighted_kappa(mirrored, LEVELS) == pytest.approx(weighted_kappa(pairs, LEVELS))


def test_kappa_of_two_levels_is_cohens() -> None:
    """Cohen's example form: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no give kappa 0.4."""
    table = {("low", "low"): 20, ("low", "high"): 5, ("high", "low"): 10, ("high", "high"): 15}
    pairs = [pair for pair, count in table.items() for _ in range(count)]
    assert weighted_kappa(pairs, ("low", "high")) == pytest.approx(0.4, abs=1e-12)


def test_kappa_has_its_ends() -> None:
    swapped = [("low", "high"), ("high", "low")]
    assert weighted_kappa(swapped, LEVELS) == pytest.approx(-1.0)
    assert weighted_kappa([("low", "low"), ("high", "high")], LEVELS) == 1.0
    assert weighted_kappa([], LEVELS) is None
    with pytest.raises(DataError, match="not one of"):
        weighted_kappa([("low", "serious")], LEVELS)


def test_shares_of_weight_are_those_of_the_pool() -> None:
    main = answers()["abstinence-longest"].main
    assert main.pooled is not None
    by_study = dict(zip([row.study for row in main.rows], main.pooled.weights, strict=True))
    shares = share_of_weight_by_judgement(main)
    assert sum(shares.values()) == pytest.approx(100.0)
    assert shares["serious"] == pytest.approx(float(by_study["krupitsky-1997"]))
    bare = replace(main, rows=(replace(main.rows[0], risk_of_bias=None), *main.rows[1:]))
    assert share_of_weight_by_judgement(bare)["not assessed"] == pytest.approx(
        float(by_study["krupitsky-1997"])
    )
    assert list(share_of_weight_by_judgement(bare))[-1] == "not assessed"


def test_shares_of_a_domain_leave_other_tools_aside() -> None:
    main = answers()["abstinence-longest"].main
    randomised = [r for r in main.rows if r.risk_of_bias and r.risk_of_bias.tool == "RoB 2"]
    shares = share_of_weight_by_judgement(main, "DS")
    assert shares == {"not assessed": pytest.approx(100.0)}
    assert len(randomised) == 3


def test_a_single_study_has_all_the_weight_and_none_has_none() -> None:
    one = answers()["days-abstinent"].main
    assert share_of_weight_by_judgement(one) == {"high": pytest.approx(100.0)}
    empty = answers()["craving"].main
    assert share_of_weight_by_judgement(empty) == {}
    assert row_weights(empty) == ()


def test_levels_come_from_best_to_worst() -> None:
    main = answers()["abstinence-longest"].main
    levels = ("high", "low", "some concerns")
    rows = tuple(
        replace(row, risk_of_bias=RowRiskOfBias("RoB 2", level))
        for row, level in zip(main.rows, levels, strict=False)
    )
    shown = share_of_weight_by_judgement(replace(main, rows=(*rows, *main.rows[3:])))
    assert [level for level in shown if level in levels] == ["low", "some concerns", "high"]


def test_the_records_fit_their_tools_and_promise_no_second_rater() -> None:
    used = 0
    for study in real.evidence().studies:
        assert assessment_findings(study) == ()
        for one in study.risk_of_bias:
            used += 1
            assert one.rater == "curator"
            assert "rater" not in (one.note or "")  # who signed says it, and nobody else
    assert used >= 20
    assert rated_twice(real.evidence().studies) == ()


def test_every_result_of_the_review_is_assessed_with_the_right_tool() -> None:
    for asked in answers().values():
        shown = assessments_in(asked.main, real.evidence(), asked.question.title)
        assert shown.not_assessed == ()
        for one in shown.results:
            design = real.evidence().get(one.study).study.design
            randomised = design.randomised == "yes"
            assert randomised == one.tool.name.startswith("RoB 2")


def test_what_was_read_of_some_trials_leads_to_these_levels() -> None:
    """By hand along the flow charts, from the answers in the records."""
    evidence = real.evidence()
    dropout = row_risk_of_bias(evidence.get("dakwar-2019").study, "relapse-or-dropout")
    assert dropout is not None
    assert [level for _, level in dropout.domains] == [
        "some concerns", "some concerns", "low", "low", "some concerns",
    ]  # fmt: skip
    early = row_risk_of_bias(evidence.get("krupitsky-1997").study, "abstinence")
    assert early is not None
    assert (early.tool, early.overall) == ("ROBINS-I", "serious")
    assert dict(early.domains)["D1"] == "serious"


def test_readers_are_told_who_judged() -> None:
    shown = assessments_of(real.evidence().studies, "All")
    said = " ".join(caveats(shown))
    assert "assessed once" in said
    assert "no person has confirmed" in said
    assert len(shown.by_tool()) == 4
    assert [tool for tool, _ in shown.by_tool()] == [TOOLS[t.name] for t, _ in shown.by_tool()]
