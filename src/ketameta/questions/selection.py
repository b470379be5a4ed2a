"""`Selection`: one result per study for a question, and every other study with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ketameta.questions.candidates import Candidate, Rejection, candidates
from ketameta.questions.contrasts import ContrastClass
from ketameta.questions.question import Criteria, Question
from ketameta.records.missing_words import may_hold, speaks_of
from ketameta.records.results import EventsData
from ketameta.records.study import Study
from ketameta.records.vocabulary import AnalysisPopulation, Phase, Status

PHASES = (Phase.BASELINE, Phase.DURING, Phase.END, Phase.FOLLOW_UP)
POPULATIONS = (
    AnalysisPopulation.ALL_RANDOMISED,
    AnalysisPopulation.MODIFIED,
    AnalysisPopulation.NOT_STATED,
    AnalysisPopulation.COMPLETERS,
)
BY_HAND = "Left out by hand for this analysis."
CLOSENESS = ("criteria", "no usable number", "no comparison group", "other")


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
    """Choose one result per study; each study ends on exactly one side.

    Of several results the latest is used; at one time the construct that the question names
    first; then counts before reported contrasts; then the analysis of all randomised; then the
    contrast class listed first; then the result that stands first in the record.
    """
    chosen: list[Candidate] = []
    left_out: list[LeftOutStudy] = []
    for study in sorted(studies, key=lambda s: (s.citation.year or 9999, s.id)):
        if study.status is not Status.INCLUDED:
            left_out.append(_by_status(study, question))
            continue
        if study.id in (criteria.without or ()):
            left_out.append(LeftOutStudy(study, "criteria", BY_HAND))
            continue
        found, rejections = candidates(study, question, criteria)
        if found:
            chosen.append(_preferred(found, question))
        else:
            left_out.append(_explained(study, question, rejections))
    return Selection(question, criteria, tuple(chosen), tuple(left_out))


def _preferred(found: Sequence[Candidate], question: Question) -> Candidate:
    constructs = [choice.construct_ for choice in question.outcomes]
    classes = list(ContrastClass)

    def rank(candidate: Candidate) -> tuple[int, int, int, int]:
        return (
            constructs.index(candidate.outcome.construct_),
            0 if isinstance(candidate.result.data, EventsData) else 1,
            POPULATIONS.index(candidate.result.population),
            classes.index(candidate.contrast_class),
        )

    return min(_latest(found), key=rank)


def _latest(found: Sequence[Candidate]) -> list[Candidate]:
    """By weeks where every result states them, otherwise by phase and then by weeks."""
    weeks = [candidate.result.time.weeks for candidate in found]
    phases = [
        0 if None not in weeks else PHASES.index(candidate.result.time.phase) for candidate in found
    ]
    times = [(p, -1 if w is None else w) for p, w in zip(phases, weeks, strict=True)]
    return [c for c, time in zip(found, times, strict=True) if time == max(times)]


def _by_status(study: Study, question: Question) -> LeftOutStudy:
    reason = study.status_reason or study.status.meaning
    return LeftOutStudy(study, str(study.status), reason, _where(study, question))


def _explained(study: Study, question: Question, rejections: Sequence[Rejection]) -> LeftOutStudy:
    """The reasons of the category that came closest to being used."""
    if not rejections:
        words = " or ".join(choice.construct_ for choice in question.outcomes)
        reason = f"No result for {words} in the record."
        return LeftOutStudy(study, "outcome not recorded", reason, _where(study, question))
    category = min((r.category for r in rejections), key=CLOSENESS.index)
    reasons = dict.fromkeys(r.reason for r in rejections if r.category == category)
    unseen = category in ("no usable number", "no comparison group")
    where = _where(study, question) if unseen else None
    return LeftOutStudy(study, category, " ".join(map(_sentence, reasons)), where)


def _sentence(reason: str) -> str:
    return f"{reason[:1].upper()}{reason[1:]}"


def _where(study: Study, question: Question) -> str | None:
    """Where the missing numbers lie: entries of `missing` that name the outcome.

    Without any, those that may hold it unnamed; never entries about something else.
    """
    wanted = [choice.construct_ for choice in question.outcomes]
    entries = [m for m in study.missing if any(speaks_of(m.what, c) for c in wanted)]
    entries = entries or [m for m in study.missing if any(may_hold(m, c) for c in wanted)]
    lines = [f"{m.what}: {m.where}" for m in entries]
    return " ".join(e if e.endswith(".") else f"{e}." for e in lines) or None
