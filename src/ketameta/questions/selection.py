"""`Selection`: one result per study for a question, and every other study with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ketameta.questions.candidates import Candidate, Rejection, candidates
from ketameta.questions.question import Criteria, Question
from ketameta.records.results import EventsData, Result
from ketameta.records.study import Study
from ketameta.records.vocabulary import Phase, Status


@dataclass(frozen=True, slots=True)
class LeftOutStudy:
    """A study that a question does not use.

    `category` is one of: awaiting data, ongoing, narrative, no comparison group, outcome not
    recorded, no usable number, criteria, other.
    """

    study: Study
    category: str
    reason: str
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """The candidates used, at most one per study, and the studies left out."""

    question: Question
    criteria: Criteria
    chosen: tuple[Candidate, ...]
    left_out: tuple[LeftOutStudy, ...]


def select(question: Question, criteria: Criteria, studies: Iterable[Study]) -> Selection:
    """Choose one result per study; each study ends on exactly one side."""
    chosen: list[Candidate] = []
    left_out: list[LeftOutStudy] = []
    for study in sorted(studies, key=lambda s: (s.citation.year or 9999, s.id)):
        found, rejections = candidates(study, question, criteria)
        if study.status is not Status.INCLUDED:
            left_out.append(_by_status(study, question))
        elif found:
            chosen.append(_preferred(found, question))
        else:
            left_out.append(_explained(study, question, rejections))
    return Selection(question, criteria, tuple(chosen), tuple(left_out))


def _preferred(found: Sequence[Candidate], question: Question) -> Candidate:
    """The latest result; then the preferred construct; then counts before reported contrasts."""
    order = [choice.construct_ for choice in question.outcomes]

    def rank(candidate: Candidate) -> tuple[float, int, int, int]:
        return (
            -_lateness(candidate.result),
            order.index(candidate.outcome.construct_),
            0 if isinstance(candidate.result.data, EventsData) else 1,
            list(type(candidate.contrast_class)).index(candidate.contrast_class),
        )

    return min(found, key=rank)


def _lateness(result: Result) -> float:
    if result.time.weeks is not None:
        return float(result.time.weeks)
    return {Phase.FOLLOW_UP: 0.02, Phase.END: 0.01}.get(result.time.phase, 0.0)


def _by_status(study: Study, question: Question) -> LeftOutStudy:
    reason = study.status_reason or study.status.meaning
    return LeftOutStudy(study, str(study.status), reason, _where(study, question))


def _explained(study: Study, question: Question, rejections: Sequence[Rejection]) -> LeftOutStudy:
    if not rejections:
        words = " or ".join(choice.construct_ for choice in question.outcomes)
        return LeftOutStudy(
            study,
            "outcome not recorded",
            f"No result for {words} in the record.",
            _where(study, question),
        )
    categories = [r.category for r in rejections]
    for category in ("criteria", "no usable number", "no comparison group", "other"):
        if category in categories:
            break
    reasons = list(dict.fromkeys(r.reason for r in rejections if r.category == category))
    where = _where(study, question) if category == "no usable number" else None
    return LeftOutStudy(study, category, " ".join(reasons), where)


def _where(study: Study, question: Question) -> str | None:
    """Where the missing numbers lie: entries of `missing` about the outcome, else all of them."""
    words = [str(choice.construct_) for choice in question.outcomes]
    about = [m for m in study.missing if any(w in m.what.lower() for w in words)]
    entries = [f"{m.what}: {m.where}" for m in (about or study.missing)]
    return " ".join(e if e.endswith(".") else f"{e}." for e in entries) or None
