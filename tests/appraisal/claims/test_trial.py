"""Judging claims: parts that do not decide, entered verdicts, and those that went stale."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
from tests.appraisal.claims.builders import SAID, bench, claim
from tests.records import real
from tests.records.makers import contrast, outcome, result, study
from tests.synthesis.real_answers import answers

from ketameta.appraisal.claims.asked import asked_questions
from ketameta.appraisal.claims.findings import Bench, Signal
from ketameta.appraisal.claims.trial import JudgedClaim, judge, judge_all
from ketameta.records.claim_files import LoadedClaim, load_claims
from ketameta.records.claim_tests import ContrastTest
from ketameta.records.claim_words import Verdict
from ketameta.records.study import Study

CRAVING: dict[str, Any] = {"kind": "comparisons", "constructs": ["craving"]}


def trial(low: float, high: float) -> Study:
    data = contrast("MD", -2.0, low, high)
    return study(outcome("craving", result(data), better="lower"), name="a-2010")


def entered(on: Bench, **more: Any) -> LoadedClaim:
    """A claim whose verdict was entered on some evidence, as it was computed."""
    before = judge(claim(CRAVING), on)
    said = {
        "verdict": str(before.proposed),
        "reason": "I agree.",
        "by": "AB",
        "date": "2026-11-22",
        "proposed": str(before.proposed),
        "digest": before.digest,
        "numbers": before.numbers,
        **more,
    }
    return claim(CRAVING, entered=said)


def test_a_part_that_does_not_decide_is_tested_and_shown_only() -> None:
    parts = [
        {"says": SAID, "test": {"kind": "mechanism"}, "decides": False},
        {"says": SAID, "test": CRAVING},
    ]
    judged = judge(claim(parts=parts), bench(trial(-3, -1)))
    assert judged.proposed is Verdict.SMALL
    assert [part.decides for part in judged.parts] == [False, True]


def test_a_claim_in_which_nothing_decides_has_no_evidence() -> None:
    parts = [{"says": SAID, "test": CRAVING, "decides": False}]
    assert judge(claim(parts=parts), bench(trial(-3, -1))).proposed is Verdict.NO_EVIDENCE


def test_a_verdict_stands_while_its_inputs_do() -> None:
    on = bench(trial(-3, -1))
    judged = judge(entered(on), on)
    assert (judged.state, judged.moved, judged.verdict) == ("drafted", (), Verdict.SMALL)
    assert judge(claim(CRAVING), on).state == "computed"


def test_another_verdict_than_the_computed_one_may_be_entered() -> None:
    on = bench(trial(-3, -1))
    judged = judge(entered(on, verdict="half-true"), on)
    assert (judged.verdict, judged.proposed) == (Verdict.HALF_TRUE, Verdict.SMALL)
    assert judged.state == "drafted"


def test_a_number_that_moves_makes_the_verdict_stale_even_where_the_proposal_stays() -> None:
    judged = judge(entered(bench(trial(-3, -1)), verdict="half-true"), bench(trial(-3, -1.5)))
    assert judged.state == "stale"
    assert judged.verdict is judged.proposed is Verdict.SMALL
    assert len(judged.moved) == 1
    assert judged.moved[0].startswith("1. a-2010: was A 2010, week 12: better in the tested arm, ")
    assert "MD −2.00 (−3.00 to −1.00)" in judged.moved[0].partition(", is ")[0]
    assert "MD −2.00 (−3.00 to −1.50)" in judged.moved[0].partition(", is ")[2]


def test_a_proposal_that_changes_is_said_first() -> None:
    moved = judge(entered(bench(trial(-3, -1))), bench(trial(-5, 1))).moved
    assert moved[0] == ("computed verdict: was supported but small or uncontrolled, is no evidence")
    assert "1. signal: was borne out by small or uncontrolled evidence, is left open" in moved


def test_a_study_that_comes_or_goes_makes_the_verdict_stale() -> None:
    old = entered(bench(trial(-3, -1)))
    more = trial(-3, -1).model_copy(update={"id": "b-2011"})
    assert any("was not there" in m for m in judge(old, bench(trial(-3, -1), more)).moved)
    assert any("is not there" in m for m in judge(old, bench(study())).moved)


def test_words_or_tests_that_change_make_the_verdict_stale() -> None:
    on = bench(trial(-3, -1))
    item = entered(on)
    other = item.claim.model_copy(update={"claim": "Something else."})
    assert judge(LoadedClaim(other, item.document), on).moved == (
        "the words, sources or tests of the claim",
    )
    titled = item.claim.model_copy(update={"title": "Another title"})
    assert judge(LoadedClaim(titled, item.document), on).state == "drafted"


def test_a_record_that_only_moves_in_its_file_leaves_the_verdict_alone() -> None:
    on = bench(trial(-3, -1))
    item = entered(on)
    document = on.evidence.loaded[0].document
    document.positions[("outcomes", 0, "results", 0)] = (77, 3)
    judged = judge(item, on)
    assert judged.parts[0].finding.numbers[2].line == 77
    assert judged.state == "drafted"


@cache
def real_claims() -> tuple[JudgedClaim, ...]:
    """Every claim of the project, judged on its records and answers."""
    loaded = load_claims(real.evidence()).loaded
    return judge_all(loaded, Bench(real.review(), real.evidence(), answers()))


def test_all_claims_of_the_project_are_entered_and_none_is_stale() -> None:
    assert [item.claim.id for item in real_claims()] == [f"K{i:02}" for i in range(1, 29)]
    assert {item.claim.id: item.moved for item in real_claims() if item.moved} == {}
    assert {item.state for item in real_claims()} == {"drafted"}


def test_the_questions_that_claims_need_are_those_that_their_tests_name() -> None:
    loaded = load_claims(real.evidence()).loaded
    asked = {question.id for question in asked_questions(loaded, real.review())}
    assert "abstinence-longest" in asked
    assert "retention" not in asked
    assert judge_all(
        loaded[:1],
        Bench(real.review(), real.evidence(), {name: answers()[name] for name in asked}),
    )


KNOWN = {
    "K02": Verdict.MISATTRIBUTED,
    "K04": Verdict.SMALL,
    "K15": Verdict.NO_EVIDENCE,
    "K25": Verdict.OUTDATED,
    "K26": Verdict.NO_EVIDENCE,
    "K28": Verdict.OUTSIDE,
}


@pytest.mark.parametrize("number", KNOWN)
def test_claims_whose_answer_is_plain_come_to_it(number: str) -> None:
    found = {item.claim.id: item for item in real_claims()}
    assert found[number].proposed is KNOWN[number]


def test_numbers_of_records_lead_to_lines_that_exist() -> None:
    for item in real_claims():
        for part in item.parts:
            for number in part.finding.numbers:
                if number.file:
                    lines = (real.ROOT / number.file).read_text(encoding="utf-8").splitlines()
                    assert 1 <= number.line <= len(lines), (item.claim.id, number)


FORBIDDEN = re.compile(
    r"(?i:signific|no effect|no difference|proves|\bnan\b|\binf\b|scam|misleading|quack)|\bNone\b"
)


def test_what_is_said_of_claims_is_neutral() -> None:
    for item in real_claims():
        texts = [item.claim.claim, item.claim.title, item.claim.needs, *item.claim.notes]
        texts += [fact.text for fact in item.claim.facts]
        if item.claim.entered:
            texts.append(item.claim.entered.reason)
        texts += [reason for part in item.parts for reason in part.finding.reasons]
        texts += [number.text for part in item.parts for number in part.finding.numbers]
        for text in texts:
            text = re.sub(r"^None of them", "", text)
            assert not FORBIDDEN.search(text), (item.claim.id, text)


REGULATOR = "fda-2023"


def test_the_regulator_decides_wherever_it_is_cited_and_whichever_way_it_points() -> None:
    """Of K21 it is background: a warning names risks, not what happens under supervision."""
    cited, bearings = set(), set()
    for item in real_claims():
        facts = {f.id: f for f in item.claim.facts if f.source.ref == REGULATOR}
        for part in item.claim.parts:
            named = facts.keys() & set(getattr(part.test, "facts", ()))
            assert part.decides or not named, item.claim.id
            if named:
                cited.add(item.claim.id)
                bearings |= {str(facts[name].bearing) for name in named}
    assert cited == {"K18", "K19", "K20", "K21", "K24"}
    assert bearings == {"supports in part", "speaks against", "background"}


def test_every_effect_that_a_claim_lists_has_a_part() -> None:
    says = " ".join(p.says.lower() for p in real_claims()[18].parts)
    listed = ("blood pressure", "heart rate", "nausea", "dizziness", "dissociation", "bladder")
    assert [word for word in (*listed, "liver", "kidneys") if word not in says] == []


def test_mild_and_short_is_decided_by_severity_and_length() -> None:
    found = real_claims()[17]
    assert [p.says for p in found.parts if p.decides] == ["They are mild.", "They pass soon."]
    assert found.verdict is Verdict.HALF_TRUE


def test_a_trial_of_another_substance_contradicts_nothing() -> None:
    """A heroin trial stands beside a claim of pages on alcohol, and no deciding part is on it."""
    found = real_claims()[8]
    assert found.verdict is found.proposed is Verdict.NO_EVIDENCE
    assert [p.says for p in found.parts if not p.decides] == [
        "One session does as well as several (heroin)."
    ]
    alcohol_pages = {"A", "C", "E"}
    for item in real_claims():
        for part in item.claim.parts:
            if isinstance(part.test, ContrastTest) and set(item.claim.found_in) <= alcohol_pages:
                study = real.evidence().get(part.test.study).study
                assert study.substance == "alcohol" or not part.decides, item.claim.id


def test_a_result_that_missing_people_could_turn_is_left_open_and_says_so() -> None:
    found = real_claims()[8].parts[0].finding
    assert found.signal is Signal.OPEN
    text = " ".join(found.reasons)
    assert "risk of bias high" in text
    assert "6 of 59 are not counted" in text
    assert "OR 2.39 (0.76 to 7.56)" in text
    assert text.endswith("So the direction is left open.")


def test_nobody_having_had_an_event_bears_out_no_claim_that_it_is_rare() -> None:
    """Among 18 to 44 people an upper limit below 1% cannot be reached: it needs 368 without any."""
    looked = 0
    for item in real_claims():
        for part in item.parts:
            if part.kind == "events" and "Too few people" in part.finding.reasons[0]:
                looked += 1
                assert part.finding.signal is Signal.OPEN, item.claim.id
    assert looked == 6
