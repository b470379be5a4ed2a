"""`compare`: two states in, everything that moved between them out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ketameta.measures.catalog import measure as find_measure
from ketameta.reports.comparison.accepted import AcceptedState, shared_moves
from ketameta.reports.comparison.conclusions import (
    Conclusion,
    StaleDecision,
    Verdict,
    certainty_verdicts,
    claim_verdicts,
    conclusions,
    gone_stale,
    stale_already,
)
from ketameta.reports.comparison.record_changes import (
    RecordChange,
    record_changes,
    written_changes,
)
from ketameta.reports.comparison.states import State
from ketameta.reports.lock_table import Move
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
    """One question before and now.

    Attributes
    ----------
    before, now
        None on the side where it was not asked, or whose numbers its lock alone knows.
    crossings
        Of every analysis, the main one included.
    accepted_only
        Whether a side that asked the question is known by its lock alone, so that all that can be
        said is in `moves` and `crossings`.
    """

    id: str
    title: str
    before: Answer | None
    now: Answer | None
    moves: tuple[Move, ...]
    crossings: tuple[Crossing, ...] = ()
    accepted_only: bool = False

    @property
    def main_moved(self) -> bool:
        """Whether a number of the main analysis moved, or the question came or went."""
        return any(move.analysis in (MAIN, "") for move in self.moves)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs between two states.

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
    notes
        How the states were read, where not as they stand.
    accepted_only
        Whether a state is known by its lock alone, so that certainty and claims are not compared.
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
    notes: tuple[str, ...] = ()
    accepted_only: bool = False

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


def compare(before: State | AcceptedState, now: State | AcceptedState) -> Comparison:
    """Compare two states: computed by the present program, or as one's lock accepted it."""
    answers = tuple(_answers(before, now))
    excluded = tuple(_excluded(before.excluded, now.excluded))
    notes = tuple(dict.fromkeys((*before.notes, *now.notes)))
    if isinstance(before, AcceptedState) or isinstance(now, AcceptedState):
        records = written_changes(before.records, now.records)
        return Comparison(
            before.name, now.name, records, answers, excluded, notes=notes, accepted_only=True
        )
    rated = before.grades, now.grades
    moved = {change.id for change in answers if change.main_moved}
    return Comparison(
        before.name,
        now.name,
        record_changes(before.inputs.evidence, now.inputs.evidence),
        answers,
        excluded,
        tuple(certainty_verdicts(*rated)),
        tuple(claim_verdicts(before.judged, now.judged)),
        tuple(gone_stale(*rated)),
        stale_already(*rated),
        {name: found for name, found in conclusions(*rated).items() if name in moved},
        notes,
    )


def _answers(before: State | AcceptedState, now: State | AcceptedState) -> Iterator[AnswerChange]:
    old, new = before.questions, now.questions
    for name in dict.fromkeys((*new, *old)):
        only = ({name: old[name]} if name in old else {}, {name: new[name]} if name in new else {})
        found = shared_moves(*only)
        if found:
            sides = _answer(before, name), _answer(now, name)
            accepted_only = any(
                answer is None and name in asked
                for answer, asked in zip(sides, (old, new), strict=True)
            )
            title = (new.get(name) or old[name])["title"]
            crossings = tuple(_crossings(old.get(name), new.get(name)))
            yield AnswerChange(name, title, *sides, found, crossings, accepted_only)


def _answer(state: State | AcceptedState, name: str) -> Answer | None:
    return state.answers.get(name) if isinstance(state, State) else None


def _crossings(old: Entry | None, new: Entry | None) -> Iterator[Crossing]:
    """Analyses whose interval now holds the null value, or no longer does."""
    if old is None or new is None or old["measure"] != new["measure"]:
        return
    null = find_measure(new["measure"]).null
    for key, entry in new["analyses"].items():
        held, holds = _holds(old["analyses"].get(key, {}), null), _holds(entry, null)
        if None not in (held, holds) and held is not holds:
            yield Crossing(key, bool(holds))


def _holds(entry: Entry, null: float | None) -> bool | None:
    """Whether the confidence interval holds the null value; None where that has no meaning."""
    low, high = entry.get("interval") or (None, None)
    if null is None or low is None or high is None:
        return None
    return bool(low < null < high)


def _excluded(old: frozenset[str], new: frozenset[str]) -> Iterator[tuple[str, str]]:
    yield from (("+", name) for name in sorted(new - old))
    yield from (("-", name) for name in sorted(old - new))
