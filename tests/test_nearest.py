"""What is proposed to somebody who misspelt a name."""

from __future__ import annotations

import pytest

from ketameta.nearest import nearest_hint

NAMES = ("OR", "RR", "IRR", "SMD", "craving", "craving-late", "retention")


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("ORR", "Did you mean RR or OR?"),
        ("smdd", "Did you mean SMD?"),
        ("cravings", "Did you mean craving?"),
        ("late", "The nearest is craving-late. See the list."),
        ("tension", "Did you mean retention?"),
        ("%%%", "See the list."),
        ("", "See the list."),
    ],
)
def test_names_that_are_near(word: str, hint: str) -> None:
    assert nearest_hint(word, NAMES, listing="See the list.") == hint


def test_names_in_quotation_marks() -> None:
    assert nearest_hint("cravin", NAMES, listing="", quoted=True) == 'Did you mean "craving"?'
