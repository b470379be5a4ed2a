"""Durability in a report: how long effects were followed, and where knowledge ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ketameta.counting import counted
from ketameta.questions.contrasts import ContrastClass
from ketameta.questions.question import Question, Review
from ketameta.records.store import Evidence
from ketameta.records.vocabulary import YesNo
from ketameta.synthesis.durability import ComparedAt, Durability, durability
from ketameta.tables.durability import durability_tables, effect_text
from ketameta.tables.table import Table

if TYPE_CHECKING:
    from ketameta.figures.picture import Picture

PLACE = "In each question, after its forest plot; for abstinence also in the summary at the top."
WITHOUT_KETAMINE = (
    str(ContrastClass.KETAMINE_V_CONTROL),
    str(ContrastClass.KETAMINE_V_TREATMENT),
)


@dataclass(frozen=True, slots=True)
class DurabilityPart:
    """What a report says about time.

    `tables` by name: compared, shares, words.
    """

    found: Durability
    sentences: tuple[str, ...]
    tables: Mapping[str, Table]

    def picture(self) -> Picture:
        """The figure, drawn now."""
        from ketameta.figures.durability import durability_figure

        return durability_figure(self.found)


def durability_part(question: Question, review: Review, evidence: Evidence) -> DurabilityPart:
    """One question over time."""
    found = durability(question, review, evidence)
    return DurabilityPart(found, tuple(_sentences(found)), durability_tables(found))


def _sentences(found: Durability) -> Iterator[str]:
    timed = [one for one in found.compared if one.at.weeks is not None]
    own = [one for one in timed if one.contrast_class in WITHOUT_KETAMINE]
    if not own:
        yield (
            f"No comparison of ketamine with a control without ketamine gives a number for "
            f"{found.outcome} at a stated time: how long an effect lasts is not known."
        )
    else:
        yield from _longest(own, found)
    other = [one for one in timed if one.contrast_class not in WITHOUT_KETAMINE]
    if other:
        last = _weeks(max(other, key=_when))
        names = ", ".join(dict.fromkeys(one.at.label for one in other))
        yield f"More ketamine against less was followed to {last} ({names})."
    yield from _courses(timed)
    yield from _beyond(own, found)


def _longest(own: Sequence[ComparedAt], found: Durability) -> Iterator[str]:
    last = max(own, key=_when)
    longest = [one for one in own if one.at.weeks == last.at.weeks]
    yield (
        "The longest comparison with a control without ketamine is at "
        f"{_weeks(last)}: {_listed(longest, found)}."
    )
    chance = [one for one in own if one.at.randomised == YesNo.YES]
    if not chance:
        yield "In none of these comparisons is allocation by chance stated."
    elif max(map(_when, chance)) < _when(last):
        end = max(chance, key=_when)
        these = [one for one in chance if one.at.weeks == end.at.weeks]
        yield (
            f"Of those with allocation by chance the longest is at {_weeks(end)}: "
            f"{_listed(these, found)}."
        )


def _listed(some: Sequence[ComparedAt], found: Durability) -> str:
    return "; ".join(
        f"{one.at.label}, {found.measure} {effect_text(found, one)}"
        f"{'' if one.at.randomised == YesNo.YES else ', allocation by chance not stated'}"
        f"{', by telephone' if one.at.assessment == 'telephone' else ''}"
        f"{', with 1/2 added to a zero' if one.corrected else ''}"
        for one in some
    )


def _courses(timed: Sequence[ComparedAt]) -> Iterator[str]:
    times: dict[str, set[float | None]] = {}
    for one in timed:
        times.setdefault(one.line, set()).add(one.at.weeks)
    if not times:
        return
    several = [line for line, weeks in times.items() if len(weeks) > 1]
    names = ", ".join(dict.fromkeys(one.at.label for one in timed if one.line in several))
    if several:
        yield (
            f"A course over time, with numbers at two times or more, is known of {names} only. "
            "Different trials at different times are not a course."
        )
    else:
        yield (
            "No trial has numbers at two times, so that a rise or a fall of the effect within a "
            "trial is not known. Different trials at different times are not a course."
        )


def _beyond(own: Sequence[ComparedAt], found: Durability) -> Iterator[str]:
    end = max(map(_when, own), default=0.0)
    words = [word for word in found.words if word.compared]
    if not own:
        if words:
            studies = counted(len({word.at.study for word in words}), "study")
            yield f"In words only: {studies}; the table says what."
        return
    yield f"Beyond {end:g} weeks nothing is known from such comparisons."
    later = [word for word in words if word.at.weeks is not None and word.at.weeks > end]
    if later:
        whose = ", ".join(f"{word.at.label} ({word.at.weeks:g} weeks)" for word in later)
        yield f"In words only, beyond that: {whose}; the table says what."
    alone = [one for one in found.shares if one.at.weeks is not None and one.at.weeks >= end]
    if alone:
        names = ", ".join(f"{one.at.label} ({one.at.weeks:g} weeks)" for one in alone)
        groups = len({one.at.study for one in alone})
        yield (
            f"Without a comparison {counted(groups, 'group')} {'was' if groups == 1 else 'were'} "
            "followed as long or longer: "
            f"{names}. What would have happened without ketamine is not known there."
        )


def _when(one: ComparedAt) -> float:
    return one.at.weeks or 0.0


def _weeks(one: ComparedAt) -> str:
    weeks = f"{one.at.weeks:g}"
    return f"{weeks} week" if weeks == "1" else f"{weeks} weeks"
