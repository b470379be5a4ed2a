"""Which outcomes an entry of `missing` speaks of, and which it may hold unnamed."""

from __future__ import annotations

import pytest

from ketameta.records.missing_words import may_hold, speaks_of
from ketameta.records.provenance import Missing
from ketameta.records.vocabulary import Construct

ENTRIES = {
    "its own name": ("Craving per arm", Construct.CRAVING, True, False),
    "a scale": ("MADRS per arm", Construct.DEPRESSION, True, False),
    "another outcome": ("Reasons and times of leaving", Construct.CONSUMPTION, False, False),
    "nothing measured": ("Volume, pages and overlap", Construct.ANY_ADVERSE, False, False),
    "all results": ("All results, actual enrolment", Construct.DEPRESSION, False, True),
    "a kind": ("Adverse events per arm", Construct.SERIOUS_ADVERSE, False, True),
    "not the other way": ("Serious adverse events", Construct.ANY_ADVERSE, True, False),
    "other is no word": ("Age and other characteristics", Construct.OTHER, False, False),
}


@pytest.mark.parametrize(("what", "construct", "named", "held"), ENTRIES.values(), ids=ENTRIES)
def test_what_an_entry_speaks_of(what: str, construct: Construct, named: bool, held: bool) -> None:
    assert speaks_of(what, construct) is named
    assert may_hold(Missing(what=what, where="Table 2"), construct) is held
