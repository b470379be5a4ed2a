"""What is said of verdicts that stay, and of long texts that differ in a part."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import cast

import pytest

from ketameta.appraisal.claims.trial import JudgedClaim
from ketameta.reports.comparison.changed_text import LONGEST, both_shown
from ketameta.reports.comparison.compare import Comparison
from ketameta.reports.comparison.conclusions import claim_verdicts
from ketameta.reports.comparison.words import markdown, summary


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        (("half-true", "drafted"), ("half-true", "stale"), "went stale"),
        (("half-true", "drafted"), ("supported", "stale"), "went stale"),
        (("half-true", "stale"), ("half-true", "drafted"), "drafted again"),
        (("half-true", "stale"), ("supported", "drafted"), "moved"),
        (("half-true", "drafted"), ("half-true", "confirmed once"), "standing"),
    ],
)
def test_only_another_verdict_has_moved(
    old: tuple[str, str], new: tuple[str, str], change: str
) -> None:
    claims = [cast(JudgedClaim, _Judged(*side)) for side in (old, new)]
    verdict = next(claim_verdicts({"K1": claims[0]}, {"K1": claims[1]}))
    assert verdict.change == change
    said = summary(replace(NOTHING, claims=(verdict,)))
    assert ("1 verdict on claims moved" in said) is (change == "moved")
    text = markdown(replace(NOTHING, claims=(verdict,)), {})
    assert ("half-true, as before; it was stale" in text) is (change == "drafted again")
    assert ("no verdict on a claim moved, but 1 " in said) is (change != "moved")


@dataclass(frozen=True)
class _Judged:
    """What a comparison asks of a judged claim."""

    qualified: str
    state: str
    moved: tuple[str, ...] = ("a number 1, then 2",)
    proposed: str = "half-true"

    @property
    def claim(self) -> SimpleNamespace:
        return SimpleNamespace(title="A claim", entered=SimpleNamespace(verdict="half-true"))


NOTHING = Comparison("before", "now", (), (), ())


def test_a_long_text_shows_the_part_that_differs() -> None:
    same = "The answers rest on what the sources say " * 5
    old, new = both_shown(f"{same}and nobody else looked at it.", f"{same}and a second did too.")
    assert old == "…the sources say and nobody else looked at it."
    assert new != old
    assert new.endswith("and a second did too.")
    longer = both_shown(f"{same}End.", f"{same}{'More. ' * 60}End.")
    assert longer[0] != longer[1]
    assert all(len(text) <= LONGEST + 2 for text in longer)
    middle = both_shown(f"{same}first {same}", f"{same}second {same}")
    assert middle[0].replace("first", "second") == middle[1]
    assert middle[0].startswith("…")
    assert middle[0].endswith("…")
