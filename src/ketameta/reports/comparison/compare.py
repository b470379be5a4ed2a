"""`compare`: two states in, everything that moved between them out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ketameta.measures.catalog import measure as find_measure
from ketameta.reports.comparison.conclusions import (
    Conclusion,
    StaleDecision,
    Verdict,
    certainty_of,
    certainty_verdicts,
    claim_verdicts,
    claims_of,
    conclusions,
    gone_stale,
    stale_already,
)
from ketameta.reports.comparison.record_changes import RecordChange, record_changes
from ketameta.reports.comparison.states import State
from ketameta.reports.lock import lock_of, same_number
from ketameta.reports.lock_table import Move
from ketameta.reports.lock_words import moves
from ketameta.synthesis.answer import Answer
from ketameta.tables.findings import MAIN

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Crossing:
    """An analysis whose interval holds the null value in one of two states only."""

    analysis: str
    holds: bool


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """One question before and now; None on the side where it was not asked.

    `crossings` are those of analyses beside the main one.
    """

    id: str
    title: str
    before: Answer | None
    now: Answer | None
    moves: tuple[Move, ...]
    crossings: tuple[Crossing, ...] = ()

    @property
    def main_moved(self) -> bool:
        """Whether a number of the main analysis moved, or the question came or went."""
        return any(move.analysis in (MAIN, "") for move in self.moves)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs between two states; both were computed by the present program.

    Attributes
    ----------
    before, now
        Names of the states.
    records
        Records that came, went or changed.
    answers
        Questions with something that moved, in the order of the review.
    excluded
        Ids of excluded reports that came (+) or went (-).
    certainty, claims
        Certainty of answers and verdicts on claims that moved, or went stale.
    stale, stale_already
        Decisions on certainty that went stale, and how many were so before.
    conclusions
        What answers that moved say in plain words, before and now, by the id of the question.
    """

    before: str
    now: str
    records: tuple[RecordChange, ...]
    answers: tuple[AnswerChange, ...]
    excluded: tuple[tuple[str, str], ...]
    certainty: tuple[Verdict, ...] = ()
    claims: tuple[Verdict, ...] = ()
    stale: tuple[StaleDecision, ...] = ()
    stale_already: int = 0
    conclusions: Mapping[str, Conclusion] | None = None

    @property
    def same(self) -> bool:
        """Whether nothing moved and no record changed."""
        return not (
            self.records
            or self.answers
            or self.excluded
            or self.certainty
            or self.claims
            or self.stale
        )


def compare(before: State, now: State) -> Comparison:
    """Compare two states."""
    old, new = lock_of(before.inputs)["questions"], lock_of(now.inputs)["questions"]
    rated = certainty_of(before.inputs), certainty_of(now.inputs)
    answers = tuple(_answers(before, now, old, new))
    moved = {change.id for change in answers if change.main_moved}
    return Comparison(
        before.name,
        now.name,
        record_changes(before.inputs.evidence, now.inputs.evidence),
        answers,
        tuple(_excluded(before, now)),
        tuple(certainty_verdicts(*rated)),
        tuple(claim_verdicts(claims_of(before.inputs, rated[0]), claims_of(now.inputs, rated[1]))),
        tuple(gone_stale(*rated)),
        stale_already(*rated),
        {name: found for name, found in conclusions(*rated).items() if name in moved},
    )


def _answers(
    before: State, now: State, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[AnswerChange]:
    earlier = {answer.question.id: answer for answer in before.inputs.answers}
    later = {answer.question.id: answer for answer in now.inputs.answers}
    for name in dict.fromkeys((*later, *earlier)):
        only = ({name: old[name]} if name in old else {}, {name: new[name]} if name in new else {})
        found = tuple(moves(*only, same_number))
        if found:
            title = (later.get(name) or earlier[name]).question.title
            crossings = tuple(_crossings(old.get(name), new.get(name)))
            yield AnswerChange(name, title, earlier.get(name), later.get(name), found, crossings)


def _crossings(old: Entry | None, new: Entry | None) -> Iterator[Crossing]:
    """Analyses whose interval now holds the null value, or no longer does."""
    if old is None or new is None or old["measure"] != new["measure"]:
        return
    null = find_measure(new["measure"]).null
    for key, entry in new["analyses"].items():
        held, holds = _holds(old["analyses"].get(key, {}), null), _holds(entry, null)
        if key != MAIN and None not in (held, holds) and held is not holds:
            yield Crossing(key, bool(holds))


def _holds(entry: Entry, null: float | None) -> bool | None:
    """Whether the confidence interval holds the null value; None where that has no meaning."""
    low, high = entry.get("interval") or (None, None)
    if null is None or low is None or high is None:
        return None
    return bool(low < null < high)


def _excluded(before: State, now: State) -> Iterator[tuple[str, str]]:
    old = {report.id for report in before.inputs.evidence.excluded}
    new = {report.id for report in now.inputs.evidence.excluded}
    yield from (("+", name) for name in sorted(new - old))
    yield from (("-", name) for name in sorted(old - new))
