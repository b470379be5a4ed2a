"""`compare`: two states in, everything that moved between them out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ketameta.reports.certainty_part import certainty_part
from ketameta.reports.comparison.record_changes import RecordChange, record_changes
from ketameta.reports.comparison.states import State
from ketameta.reports.lock import lock_of, same_number
from ketameta.reports.lock_table import Move
from ketameta.reports.lock_words import moves
from ketameta.synthesis.answer import Answer
from ketameta.tables.claims_part import claims_part
from ketameta.tables.formatting import AnswerText, counted, percent_text, variance_text


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """One question before and now; None on the side where it was not asked."""

    id: str
    title: str
    before: Answer | None
    now: Answer | None
    moves: tuple[Move, ...]

    @property
    def main_moved(self) -> bool:
        """Whether a number of the main analysis moved, or the question came or went."""
        return any(move.analysis in ("main", "") for move in self.moves)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A certainty or a verdict on a claim before and now; "none" where there was or is none."""

    id: str
    title: str
    before: str
    now: str


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
        Certainty of answers and verdicts on claims that moved.
    """

    before: str
    now: str
    records: tuple[RecordChange, ...]
    answers: tuple[AnswerChange, ...]
    excluded: tuple[tuple[str, str], ...]
    certainty: tuple[Verdict, ...] = ()
    claims: tuple[Verdict, ...] = ()

    @property
    def same(self) -> bool:
        """Whether nothing moved and no record changed."""
        return not (self.records or self.answers or self.excluded or self.certainty or self.claims)


def compare(before: State, now: State) -> Comparison:
    """Compare two states."""
    old, new = lock_of(before.inputs)["questions"], lock_of(now.inputs)["questions"]
    return Comparison(
        before.name,
        now.name,
        record_changes(before.inputs.evidence, now.inputs.evidence),
        tuple(_answers(before, now, old, new)),
        tuple(_excluded(before, now)),
        tuple(_verdicts(_certainty(before), _certainty(now))),
        tuple(_verdicts(_claims(before), _claims(now))),
    )


def _certainty(state: State) -> dict[str, tuple[str, str]]:
    """Title and certainty by the id of the question."""
    inputs = state.inputs
    part = certainty_part(inputs.review, inputs.evidence, inputs.answers, inputs.review_folder)
    return {g.id: (g.answer.question.title, g.certainty) for g in part.grades}


def _claims(state: State) -> dict[str, tuple[str, str]]:
    """Title and verdict by the number of the claim."""
    inputs = state.inputs
    levels = {name: level for name, (_, level) in _certainty(state).items()}
    part = claims_part(inputs.review, inputs.evidence, inputs.answers, levels)
    return {j.claim.id: (j.claim.title, f"{j.verdict} ({j.state})") for j in part.judged}


def _verdicts(
    before: Mapping[str, tuple[str, str]], now: Mapping[str, tuple[str, str]]
) -> Iterator[Verdict]:
    for name in dict.fromkeys((*now, *before)):
        old, new = before.get(name), now.get(name)
        if old is None or new is None or old[1] != new[1]:
            title = (new or old or ("", ""))[0]
            yield Verdict(name, title, old[1] if old else "none", new[1] if new else "none")


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
            yield AnswerChange(name, title, earlier.get(name), later.get(name), found)


def _excluded(before: State, now: State) -> Iterator[tuple[str, str]]:
    old = {report.id for report in before.inputs.evidence.excluded}
    new = {report.id for report in now.inputs.evidence.excluded}
    yield from (("+", name) for name in sorted(new - old))
    yield from (("-", name) for name in sorted(old - new))


def sentence(change: AnswerChange) -> str:
    """What became of a main analysis, in one sentence."""
    if change.before is None:
        return f"New question: {_state(change.now)}."
    if change.now is None:
        return f"No longer asked; it was {_state(change.before)}."
    if not change.main_moved:
        return f"The main analysis is as it was ({_state(change.now)}); other analyses moved."
    return f"{_state(change.before)} → {_state(change.now)}."


def _state(answer: Answer | None) -> str:
    """A main analysis in short: "OR 3.50 (0.91 to 13.55), 4 studies, 402 people, I² 64%"."""
    assert answer is not None
    main, text = answer.main, AnswerText.of(answer)
    if main.pooled is None:
        return "no usable study"
    if main.k == 1:
        return f"{text.short} {text.estimate(main)}, one study"
    spread = main.pooled.heterogeneity
    return (
        f"{text.short} {text.estimate(main)}, prediction interval {text.prediction(main.pooled)}, "
        f"{counted(main.k, 'study')}, τ² {variance_text(spread.tau2)}, I² {percent_text(spread.i2)}"
    )
