"""Claims on trial as a report shows them."""

from __future__ import annotations

from functools import cache

from tests.appraisal.claims.builders import bench, claim
from tests.records import real
from tests.records.makers import contrast, outcome, result, study
from tests.synthesis.real_answers import answers

from ketameta.appraisal.claims.trial import judge
from ketameta.records.claim_words import Verdict
from ketameta.tables.claims import claim_numbers_table, claims_table, why
from ketameta.tables.claims_part import ClaimsPart, claim_card, claims_part, staleness, summary
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
    assert found.summary.startswith("Of 28 claims 1 stands as made, ")
    assert found.stale == ""
    assert found.problems == ()
    assert [row.anchor for row in found.table.rows] == [card.anchor for card in found.cards]
    assert found.cards[0].anchor == "claim-K01"


def test_the_summary_counts_every_claim_once() -> None:
    words = part().summary.replace("Of 28 claims ", "").split()
    assert sum(int(word) for word in words if word.isdigit()) == 28


def test_certainty_and_flags_of_the_questions_are_shown() -> None:
    card = part().cards[0]
    assert card.certainty == ("abstinence-longest: very low",)
    assert "PW" in card.flags


def test_numbers_lead_to_study_cards_and_documents() -> None:
    tables = [card.numbers for card in part().cards]
    links = {cell.href for table in tables for row in table.rows for cell in row.cells}
    assert "#study-krupitsky-2002" in links
    assert "https://pmc.ncbi.nlm.nih.gov/articles/PMC7537556" in links


def test_one_of_each_verdict_is_said_in_the_singular_and_none_is_said_so() -> None:
    on = bench(study())
    items = [judge(claim({"kind": "mechanism"}), on), judge(claim(CRAVING), on)]
    assert summary(items) == (
        "Of 2 claims none stands as made, 1 has no evidence on record and 1 is about a mechanism, "
        "which trials of treatment cannot judge."
    )
    assert summary(items[:1] * 2) == (
        "Of 2 claims none stands as made and 2 are about mechanisms, which trials of treatment "
        "cannot judge."
    )
    assert summary([]) == ""


def test_without_a_persons_verdict_the_parts_give_the_reason() -> None:
    judged = judge(claim(CRAVING), bench(study()))
    assert why(judged) == "Somebody says so. Nothing on record."
    assert staleness([judged]) == "Nobody has confirmed the computed verdict of K01."
    card = claim_card(judged)
    assert (card.state, card.proposed, card.confirmed) == ("proposed", "", "")


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
    card = claim_card(judge(claim(CRAVING, confirmed=said), on))
    assert (card.verdict, card.proposed) == ("half-true", str(Verdict.SMALL))
    assert card.why == "One small trial is not enough for me."
    assert card.confirmed == "AB, 2026-11-22"


def test_hostile_words_stay_words_in_html() -> None:
    judged = judge(claim({"kind": "mechanism"}, claim=HOSTILE, title=HOSTILE), bench(study()))
    for table in (claims_table((judged,)), claims_table((judged,), brief=True)):
        html = to_html(table)
        assert "<script" not in html
        assert "&lt;script&gt;" in html
    assert claim_numbers_table(judged).rows == ()
