"""Which outcomes an entry of `missing` speaks of, told by its words."""

from __future__ import annotations

from ketameta.records.provenance import Missing
from ketameta.records.vocabulary import Construct

WORDS: dict[Construct, tuple[str, ...]] = {
    Construct.ABSTINENCE: ("abstinence", "abstinent patients"),
    Construct.DAYS_ABSTINENT: ("days abstinent", "daily abstinence"),
    Construct.WITHDRAWAL: ("withdrawal", "cows", "sows", "oows"),
    Construct.RETENTION: ("retention", "dropout", "losses", "leaving"),
    Construct.DROPOUT: ("dropout", "losses", "leaving", "left out", "follow-up rate"),
    Construct.DEPRESSION: ("depression", "madrs"),
    Construct.CARDIOVASCULAR: ("cardiovascular", "blood pressure", "heart rate"),
    Construct.DISSOCIATION: ("dissociat", "cadss"),
    Construct.NAUSEA: ("nausea", "vomiting"),
    Construct.URINARY: ("urinary", "bladder"),
    Construct.ANY_ADVERSE: ("adverse event", "adverse effect", "side effect", "tolerab"),
    Construct.REMOVAL: ("removal", "removed"),
    Construct.SERIOUS_ADVERSE: ("serious adverse",),
    Construct.MISUSE: ("misuse",),
    Construct.OTHER: (),
}
"""Words by which an entry names an outcome; the others are named by their own name."""

KINDS_OF_ADVERSE = (Construct.REMOVAL, Construct.SERIOUS_ADVERSE)
"""Counted among adverse events, so an entry about those may hold them too."""


def speaks_of(what: str, construct: Construct) -> bool:
    """Whether the words of an entry name an outcome."""
    return any(word in what.lower() for word in WORDS.get(construct, (str(construct),)))


def may_hold(missing: Missing, construct: Construct) -> bool:
    """Whether an entry that does not name an outcome may hold it: all results, or its kind.

    "All results, actual enrolment" may hold every outcome, "Adverse events per arm" the serious
    ones; "Reasons and times of leaving" holds nothing but that.
    """
    text = missing.what.lower()
    if construct in KINDS_OF_ADVERSE and speaks_of(text, Construct.ANY_ADVERSE):
        return True
    return "results" in text or "outcomes" in text
