"""Claims on trial as a report shows them."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from pydantic import ValidationError
from tests.appraisal.claims.builders import bench, claim
from tests.records import real
from tests.records.makers import contrast, outcome, result, study
from tests.synthesis.real_answers import answers

from ketameta.appraisal.claims.trial import judge
from ketameta.records.claim_files import LoadedClaim
from ketameta.records.claim_words import Verdict
from ketameta.records.claims import Claim
from ketameta.tables.claims import (
    claim_disagreements,
    claim_numbers_table,
    claims_table,
    signed,
    why,
)
from ketameta.tables.claims_part import (
    ClaimsPart,
    claim_card,
    claims_part,
    signatures,
    staleness,
    summary,
)
from ketameta.tables.html import to_html

CRAVING = {"kind": "comparisons", "constructs": ["craving"]}
HOSTILE = "<script>alert(1)</script> {{7*7}}"


@cache
def part() -> ClaimsPart:
    """Claims on trial of this project."""
    certainty = {"abstinence-longest": "very low"}
    return claims_part(real.review(), real.evidence(), list(answers().values()), certainty)


def test_the_report_has_a_sentence_a_table_and_a_card_per_claim() -> None:
    found = part()
    assert found.summary.startswith("Of 28 claims, 1 stands as made, ")
    assert found.stale == ""
    assert found.problems == ()
    assert [row.anchor for row in found.table.rows] == [card.anchor for card in found.cards]
    assert found.cards[0].anchor == "claim-K01"


def test_the_summary_counts_every_claim_once() -> None:
    words = part().summary.replace("Of 28 claims, ", "").split()
    assert sum(int(word) for word in words if word.isdigit()) == 28


def test_certainty_and_flags_of_the_questions_are_shown() -> None:
    card = part().cards[0]
    assert card.certainty == ("abstinence-longest: very low",)
    assert "PW weight without placebo control" in card.flags


def test_numbers_lead_to_study_cards_and_documents() -> None:
    tables = [card.numbers for card in part().cards]
    links = {cell.href for table in tables for row in table.rows for cell in row.cells}
    assert "#study-krupitsky-2002" in links
    assert "https://pmc.ncbi.nlm.nih.gov/articles/PMC7537556" in links


def test_one_of_each_verdict_is_said_in_the_singular_and_none_is_said_so() -> None:
    on = bench(study())
    items = [judge(claim({"kind": "mechanism"}), on), judge(claim(CRAVING), on)]
    assert summary(items) == (
        "Of 2 claims, none stands as made, 1 has nothing on record that shows it and 1 is about a "
        "mechanism, which trials of treatment cannot judge."
    )
    assert summary(items[:1] * 2) == (
        "Of 2 claims, none stands as made and 2 are about mechanisms, which trials of treatment "
        "cannot judge."
    )
    assert summary([]) == ""


def test_without_a_persons_verdict_the_parts_give_the_reason() -> None:
    judged = judge(claim(CRAVING), bench(study()))
    assert why(judged) == "Somebody says so. Nothing on record."
    assert staleness([judged]) == ("No verdict has been drafted on K01; the computed one is shown.")
    assert signatures([judged]) == ""
    card = claim_card(judged)
    assert (card.state, card.proposed) == ("computed", "")
    assert card.signed == "Computed only; no verdict has been drafted."


def test_where_a_person_decides_otherwise_both_verdicts_are_shown() -> None:
    data = contrast("MD", -2.0, -3.0, -1.0)
    on = bench(study(outcome("craving", result(data), better="lower")))
    before = judge(claim(CRAVING), on)
    said = {
        "verdict": "half-true",
        "reason": "One small trial is not enough for me.",
        "by": "AB",
        "date": "2026-11-22",
        "proposed": str(before.proposed),
        "digest": before.digest,
        "numbers": before.numbers,
    }
    card = claim_card(judge(claim(CRAVING, entered=said), on))
    assert (card.verdict, card.proposed) == ("half-true", str(Verdict.SMALL))
    assert card.why == "One small trial is not enough for me."
    assert card.signed == "Drafted on 22 November 2026; not yet confirmed by a person."


def signed_claim(**more: Any) -> Claim:
    """A claim with an entered verdict, whether or not it holds."""
    said = {
        "verdict": "no evidence",
        "reason": "Nothing was found.",
        "by": "curator",
        "date": "2026-11-22",
        "proposed": "no evidence",
        "digest": "0" * 16,
        **more,
    }
    return claim(CRAVING, entered=said).claim


FIRST = {"by": "CD", "date": "2026-12-01"}
SECOND = {"by": "EF", "date": "2026-12-03"}
DISSENT = {**SECOND, "otherwise": "half-true", "reason": "One trial bears it out."}


@pytest.mark.parametrize(
    ("signed_by", "words"),
    [
        ([], "not yet confirmed by a person."),
        ([FIRST], "confirmed by CD on 1 December 2026, not yet by a second person."),
        ([FIRST, SECOND], "confirmed by CD on 1 December 2026 and by EF on 3 December 2026."),
        (
            [FIRST, DISSENT],
            "confirmed by CD on 1 December 2026; EF would decide otherwise: half-true (One trial "
            "bears it out).",
        ),
    ],
    ids=["nobody", "one", "two", "one against"],
)
def test_a_signature_says_what_the_record_carries_and_no_more(
    signed_by: list[dict[str, str]], words: str
) -> None:
    entered = signed_claim(signed=signed_by).entered
    assert signed(entered) == f"Drafted on 22 November 2026; {words}"


@pytest.mark.parametrize(
    "signed_by",
    [
        [{"by": "CD"}],
        [{"date": "2026-12-01"}],
        [FIRST, {**SECOND, "by": " cd "}],
        [{**FIRST, "date": "2026-11-21"}],
        [{**DISSENT, "reason": None}],
        [{**DISSENT, "otherwise": None}],
        [{**DISSENT, "otherwise": "no evidence"}],
    ],
    ids=[
        *("no day", "no name", "the same person", "before the draft"),
        *("no reason", "nothing but a reason", "what stands anyway"),
    ],
)
def test_each_person_signs_once_after_the_draft(signed_by: list[dict[str, str]]) -> None:
    with pytest.raises(ValidationError):
        signed_claim(signed=signed_by)


def test_of_several_verdicts_it_is_counted_how_many_people_confirmed() -> None:
    on = bench(study())
    before = judge(claim(CRAVING), on)
    kept = {"proposed": str(before.proposed), "digest": before.digest, "numbers": before.numbers}
    hands = ([], [FIRST], [FIRST, SECOND], [DISSENT])
    claims = [signed_claim(**kept, signed=hand) for hand in hands]
    items = [judge(LoadedClaim(c, claim(CRAVING).document), on) for c in claims]
    states = ["drafted", "confirmed once", "confirmed twice", "disputed"]
    assert [item.state for item in items] == states
    assert signatures(items[:1]) == (
        "The verdict is drafted in the records; no person has confirmed it yet."
    )
    assert signatures(items) == (
        "Of 4 verdicts: 1 confirmed by two people, 1 confirmed by one person, 1 disputed, 1 "
        "drafted and not yet confirmed by a person."
    )
    (row,) = claim_disagreements(items).rows
    assert [cell.text for cell in row.cells] == [
        *("K01", "no evidence", "EF", "half-true", "One trial bears it out.", "2026-12-03"),
    ]


def test_nobody_is_said_to_have_confirmed_what_nobody_signed() -> None:
    found = part()
    signed_by_nobody = [j for j in found.judged if j.claim.entered and not j.claim.entered.signed]
    assert {judged.state for judged in signed_by_nobody} <= {"drafted"}
    assert "confirmed" not in to_html(claims_table(signed_by_nobody))
    assert signatures(signed_by_nobody).endswith("no person has confirmed any yet.")


def test_the_summary_says_which_contradiction_is_weak_and_which_silence_has_numbers() -> None:
    worse = bench(
        study(outcome("craving", result(contrast("MD", 2.0, 1.0, 3.0)), better="lower")),
    )
    open_ = bench(
        study(outcome("craving", result(contrast("MD", 2.0, -1.0, 5.0)), better="lower")),
    )
    contradicted, left_open = judge(claim(CRAVING), worse), judge(claim(CRAVING), open_)
    assert contradicted.qualified == "contradicted (by small or uncontrolled evidence)"
    assert left_open.qualified == "no evidence (results leave it open)"
    assert "What contradicts K01 is small or uncontrolled evidence." in summary([contradicted])
    assert "There are results on K01, which leave both directions open." in summary([left_open])
    rows = claims_table((contradicted,)).rows
    assert [(c.text, c.stored) for c in rows[0].cells if c.stored == "contradicted"] == [
        (contradicted.qualified, "contradicted"),
        ("contradicted", "contradicted"),
    ]


def test_a_bare_number_has_its_label_and_a_document_its_address() -> None:
    card = next(card for card in part().cards if card.id == "K06")
    rows = [[cell.text for cell in row.cells] for row in card.numbers.only("number").rows]
    assert ["as claimed: 4"] in rows
    assert all(not text.isdigit() for row in rows for text in row)
    document = next(c for row in card.numbers.rows for c in row.cells if "Canada" in c.text)
    assert document.href.startswith("https://")
    assert document.detail == document.href
    assert "rapid review" in document.text


def test_hostile_words_stay_words_in_html() -> None:
    judged = judge(claim({"kind": "mechanism"}, claim=HOSTILE, title=HOSTILE), bench(study()))
    for table in (claims_table((judged,)), claims_table((judged,), brief=True)):
        html = to_html(table)
        assert "<script" not in html
        assert "&lt;script&gt;" in html
    assert claim_numbers_table(judged).rows == ()
