"""Numbers with their nouns."""

from __future__ import annotations

import pytest

from ketameta.counting import counted


@pytest.mark.parametrize(
    ("count", "noun", "text"),
    [
        (1, "study", "1 study"),
        (2, "study", "2 studies"),
        (1, "person", "1 person"),
        (0, "flag", "0 flags"),
        (3, "series", "3 series"),
        (2, "analysis", "2 analyses"),
    ],
)
def test_nouns_agree_with_their_number(count: int, noun: str, text: str) -> None:
    assert counted(count, noun) == text
