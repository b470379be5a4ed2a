"""Claims on the page: each with all that the command shows of it, within its share of the page."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from types import SimpleNamespace
from typing import cast

import pytest
from tests.records import real
from tests.synthesis.real_answers import answers

from ketameta.cli.claim_document import claim_document
from ketameta.cli.document import Field, Fields, Paragraph
from ketameta.reports.parts import ReportParts
from ketameta.reports.pieces_html import section_html
from ketameta.reports.sections import _claims
from ketameta.tables.claims_part import ClaimCard, ClaimsPart, claims_part
from ketameta.tables.html import styles_once

LARGEST = 160_000
"""Characters that all claims may take of a page of 1.5 MB."""
ON_REQUEST = {"Questions", "Signed", "Flags", "Certainty", "Computed", "-"}


@cache
def part() -> ClaimsPart:
    """Claims on trial of this project."""
    certainty = {"abstinence-longest": "very low", "days-abstinent": "very low"}
    return claims_part(real.review(), real.evidence(), list(answers().values()), certainty)


@cache
def page() -> str:
    """The section as it stands on the page."""
    return styles_once(section_html(_claims(cast(ReportParts, SimpleNamespace(claims=part())))))


def shown(card: ClaimCard) -> str:
    """What the page says of one claim, as words."""
    html = page().partition(f"<h3 data-reported>{card.id} ")[2].partition("<h3")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.mark.parametrize("place", range(28))
def test_the_page_shows_of_a_claim_what_the_command_shows(place: int) -> None:
    card = part().cards[place]
    text = shown(card)
    blocks = claim_document(card)
    paragraphs = [b.text for b in blocks if isinstance(b, Paragraph) and b.text != card.meaning]
    ours = [re.sub(r", shown beside the verdict\.$", "", said) for said in paragraphs]
    assert [said for said in ours if " ".join(said.split()).rstrip(".") not in text] == []
    fields = [f for b in blocks if isinstance(b, Fields) for f in b.fields]
    assert {f.label for f in fields} <= {"Met in", "It would need", *ON_REQUEST}
    for field in fields:
        for words in _pieces(field):
            assert words in text, (card.id, words)
    numbers = [n for p in card.parts for n in p.finding.numbers if n.document]
    assert [n.document for n in numbers if " ".join(n.document.split()) not in text] == []


def _pieces(field: Field) -> tuple[str, ...]:
    """The words of a field; of a number without its place, which stands in other columns."""
    value = " ".join(str(field.text).split())
    return (value.rpartition(" [")[0] if field.label == "-" and value.endswith("]") else value,)


def test_every_document_of_a_number_is_a_link_to_its_address() -> None:
    for card in part().cards:
        for judged in card.parts:
            for number in judged.finding.numbers:
                if number.address:
                    assert f'href="{number.address.replace("&", "&amp;")}"' in page(), (
                        number.address
                    )


def test_headings_end_once_and_numbers_are_never_bare() -> None:
    assert ".:" not in page()
    cells = re.findall(r"<t[dh][^>]*>(\d+)</t[dh]>", page())
    places = re.findall(r'<th scope="row" data-align="right">(\d+)</th>', page())
    assert cells == places  # only the number of the part stands alone


def test_every_verdict_says_that_it_is_a_draft_which_nobody_has_confirmed() -> None:
    entered = [judged.claim.entered for judged in part().judged]
    drafts = sum(entry is not None and not entry.signed for entry in entered)
    assert page().count("; not yet confirmed by a person.") == drafts
    assert page().count(">drafted<") == drafts
    assert part().signed in page()


def test_a_number_stands_once_though_several_parts_rest_on_it() -> None:
    craving = page().partition("<h3 data-reported>K06 ")[2].partition("<h3")[0]
    assert craving.count("dakwar-2019.yaml:") == 1


def test_all_claims_keep_to_their_share_of_the_page() -> None:
    assert len(page()) < LARGEST
