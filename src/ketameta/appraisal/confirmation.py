"""How far people stand behind a decision: drafted, confirmed once, confirmed twice, or disputed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ketameta.records.signature import Signature

DRAFTED, ONCE, TWICE, DISPUTED = "drafted", "confirmed once", "confirmed twice", "disputed"
UNCONFIRMED = "not yet confirmed by a person"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Who stands behind one decision.

    Attributes
    ----------
    drafted
        The day on which it was written down; "" where that is not known.
    agreed
        Name and day of each person who has looked and agrees.
    otherwise
        Name of each person who would decide otherwise, and what.
    """

    drafted: str = ""
    agreed: tuple[tuple[str, str], ...] = ()
    otherwise: tuple[tuple[str, str], ...] = ()

    @property
    def state(self) -> str:
        """One of drafted, confirmed once, confirmed twice, disputed."""
        if self.otherwise:
            return DISPUTED
        return (DRAFTED, ONCE, TWICE)[min(len(self.agreed), 2)]

    @property
    def people(self) -> str:
        """Who confirmed it, or that nobody did: "confirmed by AB on 1 December 2026"."""
        parts = []
        if self.agreed:
            names = " and by ".join(f"{name} on {day_words(day)}" for name, day in self.agreed)
            only = ", not yet by a second person" if self.state == ONCE else ""
            parts.append(f"confirmed by {names}{only}")
        parts += [f"{name} would decide otherwise: {what}" for name, what in self.otherwise]
        return "; ".join(parts) or UNCONFIRMED

    @property
    def words(self) -> str:
        """The same with the day of the draft: "drafted on ...; not yet confirmed by a person"."""
        day = f" on {day_words(self.drafted)}" if self.drafted else ""
        return f"drafted{day}; {self.people}"


def agreed_by(signed: Iterable[Signature]) -> tuple[tuple[str, str], ...]:
    """Names and days of signatures."""
    return tuple((one.by, one.date) for one in signed)


def joint_state(decisions: Sequence[Confirmation]) -> str:
    """The state of several decisions together: that of the least confirmed; "" without any."""
    states = {one.state for one in decisions}
    return next((one for one in (DISPUTED, DRAFTED, ONCE, TWICE) if one in states), "")


def confirmations_words(states: Sequence[str], noun: str) -> str:
    """How many decisions stand where, in a sentence; "" without any.

    Parameters
    ----------
    states
        The state of each.
    noun
        What they are, for one: "verdict".
    """
    total, counts = len(states), Counter(states)
    if not total:
        return ""
    if counts[DRAFTED] == total:
        if total == 1:
            return f"The {noun} is drafted in the records; no person has confirmed it yet."
        return f"All {total} {noun}s are drafted in the records; no person has confirmed any yet."
    said = [
        f"{counts[state]} {words}"
        for state, words in (
            (TWICE, "confirmed by two people"),
            (ONCE, "confirmed by one person"),
            (DISPUTED, "disputed"),
            (DRAFTED, "drafted and not yet confirmed by a person"),
        )
        if counts[state]
    ]
    plural = "" if total == 1 else "s"
    return f"Of {total} {noun}{plural}: {', '.join(said)}."


def day_words(written: str) -> str:
    """A day for readers: "22 November 2026"."""
    found = date.fromisoformat(written)
    return f"{found.day} {found:%B %Y}"
