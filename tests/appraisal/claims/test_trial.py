"""Judging claims: parts that do not decide, confirmed verdicts, and those that went stale."""

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
from ketameta.appraisal.claims.findings import Bench
from ketameta.appraisal.claims.trial import JudgedClaim, judge, judge_all
from ketameta.records.claim_files import LoadedClaim, load_claims
from ketameta.records.claim_words import Verdict
from ketameta.records.study import Study

CRAVING: dict[str, Any] = {"kind": "comparisons", "constructs": ["craving"]}


def trial(low: float, high: float) -> Study:
    data = contrast("MD", -2.0, low, high)
    return study(outcome("craving", result(data), better="lower"), name="a-2010")


def confirmed(on: Bench, **more: Any) -> LoadedClaim:
    """A claim confirmed on some evidence, as a person would who takes the proposal."""
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
    return claim(CRAVING, confirmed=said)


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
    judged = judge(confirmed(on), on)
    assert (judged.state, judged.moved, judged.verdict) == ("confirmed", (), Verdict.SMALL)
    assert judge(claim(CRAVING), on).state == "proposed"


def test_a_person_may_decide_otherwise() -> None:
    on = bench(trial(-3, -1))
    judged = judge(confirmed(on, verdict="half-true"), on)
    assert (judged.verdict, judged.proposed) == (Verdict.HALF_TRUE, Verdict.SMALL)
    assert judged.state == "confirmed"


def test_a_number_that_moves_makes_the_verdict_stale_even_where_the_proposal_stays() -> None:
    judged = judge(confirmed(bench(trial(-3, -1)), verdict="half-true"), bench(trial(-3, -1.5)))
    assert judged.state == "stale"
    assert judged.verdict is judged.proposed is Verdict.SMALL
    assert len(judged.moved) == 1
    assert judged.moved[0].startswith("1. a-2010: was A 2010, week 12: better in the tested arm, ")
    assert "MD −2.00 (−3.00 to −1.00)" in judged.moved[0].partition(", is ")[0]
    assert "MD −2.00 (−3.00 to −1.50)" in judged.moved[0].partition(", is ")[2]


def test_a_proposal_that_changes_is_said_first() -> None:
    moved = judge(confirmed(bench(trial(-3, -1))), bench(trial(-5, 1))).moved
    assert moved[0] == ("proposed verdict: was supported but small or uncontrolled, is no evidence")
    assert "1. signal: was borne out by small or uncontrolled evidence, is left open" in moved


def test_a_study_that_comes_or_goes_makes_the_verdict_stale() -> None:
    old = confirmed(bench(trial(-3, -1)))
    more = trial(-3, -1).model_copy(update={"id": "b-2011"})
    assert any("was not there" in m for m in judge(old, bench(trial(-3, -1), more)).moved)
    assert any("is not there" in m for m in judge(old, bench(study())).moved)


def test_words_or_tests_that_change_make_the_verdict_stale() -> None:
    on = bench(trial(-3, -1))
    item = confirmed(on)
    other = item.claim.model_copy(update={"claim": "Something else."})
    assert judge(LoadedClaim(other, item.document), on).moved == (
        "the words, sources or tests of the claim",
    )
    titled = item.claim.model_copy(update={"title": "Another title"})
    assert judge(LoadedClaim(titled, item.document), on).state == "confirmed"


def test_a_record_that_only_moves_in_its_file_leaves_the_verdict_alone() -> None:
    on = bench(trial(-3, -1))
    item = confirmed(on)
    document = on.evidence.loaded[0].document
    document.positions[("outcomes", 0, "results", 0)] = (77, 3)
    judged = judge(item, on)
    assert judged.parts[0].finding.numbers[2].line == 77
    assert judged.state == "confirmed"


@cache
def real_claims() -> tuple[JudgedClaim, ...]:
    """Every claim of the project, judged on its records and answers."""
    loaded = load_claims(real.evidence()).loaded
    return judge_all(loaded, Bench(real.review(), real.evidence(), answers()))


def test_all_claims_of_the_project_are_confirmed_and_none_is_stale() -> None:
    assert [item.claim.id for item in real_claims()] == [f"K{i:02}" for i in range(1, 29)]
    assert {item.claim.id: item.moved for item in real_claims() if item.moved} == {}
    assert {item.state for item in real_claims()} == {"confirmed"}


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
        if item.claim.confirmed:
            texts.append(item.claim.confirmed.reason)
        texts += [reason for part in item.parts for reason in part.finding.reasons]
        texts += [number.text for part in item.parts for number in part.finding.numbers]
        for text in texts:
            text = re.sub(r"^None of them", "", text)
            assert not FORBIDDEN.search(text), (item.claim.id, text)
