"""People of a study whose outcome nobody knows, and how they stand in its numbers."""

from __future__ import annotations

from collections.abc import Sequence

from ketameta.questions.candidates import Candidate
from ketameta.records.results import ContrastData, EventsData
from ketameta.records.study import Arm
from ketameta.records.vocabulary import AnalysisPopulation, UnknownAre
from ketameta.synthesis.answer import UnknownOutcomes

OPPOSITE = {
    UnknownAre.WITH_EVENT: UnknownAre.WITHOUT_EVENT,
    UnknownAre.WITHOUT_EVENT: UnknownAre.WITH_EVENT,
}
COUNTED = tuple(OPPOSITE)
SELECTED = (AnalysisPopulation.COMPLETERS, AnalysisPopulation.MODIFIED)


def unknown_outcomes(candidate: Candidate) -> UnknownOutcomes | None:
    """How many people on each side have no known outcome, from what the record states.

    Per arm the stated number is taken, or else those allocated less those analysed, where the
    record gives both and the numbers leave people out. Nothing is supposed: where a number is not
    stated, it is None and `why` says what is missing.

    Returns
    -------
    None for outcomes that are no events.
    """
    data, how = candidate.result.data, candidate.result.unknown_are
    if isinstance(data, ContrastData):
        why = "It reports an estimate without counts, in which nobody's outcome can be changed."
        return UnknownOutcomes(None, None, str(how), why)
    if not isinstance(data, EventsData):
        return None
    arms = (*candidate.experimental, *candidate.control)
    left_out = _left_out(candidate, data, arms)
    if left_out and how is UnknownAre.NOT_STATED:
        how = UnknownAre.LEFT_OUT
    counts = [_count(data, arm, how) for arm in arms]
    seen = OPPOSITE.get(how, how) if candidate.inverted else how
    split = len(candidate.experimental)
    if how in (UnknownAre.MODELLED, UnknownAre.NOT_STATED) or None in counts:
        return UnknownOutcomes(None, None, str(seen), _why_not(candidate, data, how, arms))
    known = [count for count in counts if count is not None]
    sides = sum(known[:split]), sum(known[split:])
    return UnknownOutcomes(*sides, str(seen), _why(data, how, arms, known))


def _left_out(candidate: Candidate, data: EventsData, arms: Sequence[Arm]) -> bool:
    """Whether the numbers leave randomised people out."""
    fewer = any(
        arm.n_randomised is not None and data.arms[arm.id].n < arm.n_randomised for arm in arms
    )
    return fewer or candidate.result.population in SELECTED


def _count(data: EventsData, arm: Arm, how: UnknownAre) -> int | None:
    stated, n = data.arms[arm.id].unknown, data.arms[arm.id].n
    if how is UnknownAre.NOBODY:
        return 0
    if stated is not None or how is not UnknownAre.LEFT_OUT:
        return stated
    return None if arm.n_randomised is None else max(arm.n_randomised - n, 0)


def _why(data: EventsData, how: UnknownAre, arms: Sequence[Arm], counts: Sequence[int]) -> str:
    if how is UnknownAre.NOBODY:
        return "The outcome of everybody is known."
    said = []
    for arm, count in zip(arms, counts, strict=True):
        worked = ""
        if data.arms[arm.id].unknown is None:
            worked = f" ({arm.n_randomised} allocated less {data.arms[arm.id].n} analysed)"
        said.append(f"{count} of {arm.label}{worked}")
    return f"Without an outcome, {how}: {'; '.join(said)}."


def _why_not(candidate: Candidate, data: EventsData, how: UnknownAre, arms: Sequence[Arm]) -> str:
    if how is UnknownAre.MODELLED:
        return "Imputed values or a model stand in for unknown outcomes, which counts cannot undo."
    if how in COUNTED:
        return f"People without an outcome are {how}; how many they are, is not stated."
    if how is UnknownAre.LEFT_OUT:
        return _unplaced(candidate, data)
    if any(arm.n_randomised is None for arm in arms):
        return "How many people were allocated to each arm, and who was lost, is not stated."
    people = sum(data.arms[arm.id].n for arm in arms)
    return (
        f"All {people} people allocated to these arms are in the numbers; how many of them had no "
        "outcome, and what was supposed for them, is not stated."
    )


def _unplaced(candidate: Candidate, data: EventsData) -> str:
    enrolled = candidate.study.design.enrolled_n
    counted = sum(arm.n for arm in data.arms.values())
    if enrolled is None or len(data.arms) < len(candidate.study.arms):
        return "People without an outcome are left out; how many of each arm, is not stated."
    return (
        f"{enrolled - counted} of the {enrolled} people enrolled are left out; of which arm they "
        "were, is not stated."
    )
