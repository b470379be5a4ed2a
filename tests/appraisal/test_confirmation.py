"""How far several decisions are confirmed, in one word and in a sentence."""

from __future__ import annotations

import pytest

from ketameta.appraisal.confirmation import Confirmation, confirmations_words, joint_state

DRAFT = Confirmation("2026-11-22")
ONCE = Confirmation("2026-11-22", (("A", "2026-12-01"),))
TWICE = Confirmation("2026-11-22", (("A", "2026-12-01"), ("B", "2026-12-02")))
DISPUTED = Confirmation("2026-11-22", (("A", "2026-12-01"),), (("B", "serious"),))


@pytest.mark.parametrize(
    ("decisions", "state"),
    [
        ((), ""),
        ((TWICE, TWICE), "confirmed twice"),
        ((TWICE, ONCE), "confirmed once"),
        ((ONCE, DRAFT, TWICE), "drafted"),
        ((DRAFT, DISPUTED), "disputed"),
    ],
)
def test_together_they_are_what_the_least_agreed_on_is(
    decisions: tuple[Confirmation, ...], state: str
) -> None:
    assert joint_state(decisions) == state


def test_a_sentence_counts_them() -> None:
    states = [one.state for one in (DRAFT, ONCE, TWICE, DISPUTED)]
    assert confirmations_words(states, "decision") == (
        "Of 4 decisions: 1 confirmed by two people, 1 confirmed by one person, 1 disputed, 1 "
        "drafted and not yet confirmed by a person."
    )
