"""Every result of a question at every time: what is known of how long an effect lasts."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from ketameta.measures.arms import Counts
from ketameta.measures.catalog import measure as find_measure
from ketameta.measures.exact_proportions import clopper_pearson
from ketameta.measures.generic import normal_quantile
from ketameta.questions.candidates import BINARY, Candidate, candidates
from ketameta.questions.question import Criteria, Question, Review
from ketameta.records.results import ContrastData, Data, SingleEventsData, StatementData
from ketameta.records.store import Evidence
from ketameta.records.study import Outcome, Study
from ketameta.records.vocabulary import DesignType, Phase, Status
from ketameta.synthesis.answer import SourceLine
from ketameta.synthesis.estimation import estimate
from ketameta.synthesis.result_source import result_source
from ketameta.synthesis.result_words import in_words, remembered

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Occasion:
    """When a result was measured, in which study, and how.

    Attributes
    ----------
    weeks
        After the start of treatment; None where no source states it.
    phase
        Where in the study, as in the records: "end of treatment" and others.
    assessment
        Occasion of the assessment: scheduled, telephone, records, not stated.
    """

    study: str
    label: str
    status: str
    design: str
    randomised: str
    outcome: str
    time: str
    weeks: float | None
    phase: str
    assessment: str
    source: SourceLine

    @property
    def ends_treatment(self) -> bool:
        """Whether it is the end of treatment."""
        return self.phase == str(Phase.END)


@dataclass(frozen=True, slots=True)
class ComparedAt:
    """An effect between groups at one time, on the analysis scale and oriented as the question.

    `line` is the same for results of one trial that belong together over time.
    """

    at: Occasion
    line: str
    contrast_class: str
    control_type: str
    y: float
    low: float
    high: float
    experimental: str
    control: str
    corrected: bool
    how: str


@dataclass(frozen=True, slots=True)
class ShareAt:
    """People with the question's outcome in one group without a comparison; shares 0 to 1."""

    at: Occasion
    arm: str
    events: int
    n: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class WordsAt:
    """A result in words, or in numbers of no use here; `compared`: whether it compares groups."""

    at: Occasion
    direction: str
    text: str
    compared: bool


@dataclass(frozen=True, slots=True)
class Durability:
    """All of it for one question.

    Attributes
    ----------
    compared, shares, words
        In the order of study and time.
    case_reports
        Labels of single patients, who have no share.
    remembered
        How many results rest on memory and are left out.
    """

    question: str
    title: str
    outcome: str
    measure: str
    better: str
    level: float
    compared: tuple[ComparedAt, ...]
    shares: tuple[ShareAt, ...]
    words: tuple[WordsAt, ...]
    case_reports: tuple[str, ...]
    remembered: int = 0


def durability(question: Question, review: Review, evidence: Evidence) -> Durability:
    """What is known of a question at every time, from every study with results.

    Nothing is chosen: every contrast class, assessment and status counts, and each result says
    which it is. Left out are results that a record calls secondary to another one, and what rests
    on memory.

    Raises
    ------
    UsageError
        For a rule about zero cells that does not suit a review.
    """
    parts = _Parts(question, review, evidence)
    for study in evidence.studies:
        if study.status is not Status.ONGOING:
            parts.add(study)
    return Durability(
        question.id,
        question.title,
        _outcome_words(question),
        find_measure(question.measure).code,
        str(question.better),
        _level(review),
        tuple(sorted(parts.compared, key=lambda c: (c.line, _when(c.at)))),
        tuple(sorted(parts.shares, key=lambda s: (s.at.study, _when(s.at)))),
        tuple(sorted(parts.words, key=lambda w: (w.at.study, _when(w.at)))),
        tuple(parts.cases),
        parts.remembered,
    )


@dataclass(slots=True)
class _Parts:
    """The parts of the answer while studies are read."""

    question: Question
    review: Review
    evidence: Evidence
    compared: list[ComparedAt] = field(default_factory=list)
    shares: list[ShareAt] = field(default_factory=list)
    words: list[WordsAt] = field(default_factory=list)
    cases: dict[str, None] = field(default_factory=dict)
    remembered: int = 0

    def add(self, study: Study) -> None:
        """Every result of a study, each in one place."""
        wide = self.question.model_copy(update={"time": "longest"})
        used: dict[Place, list[Candidate]] = {}
        for candidate in candidates(study, wide, Criteria())[0]:
            used.setdefault(candidate.index, []).append(candidate)
        for outcome, place, inverted in _results(study, self.question):
            result = outcome.results[place[1]]
            if remembered(study, result):
                self.remembered += 1
            elif place in used:
                for candidate in used[place]:
                    self._compare(candidate)
            elif isinstance(result.data, SingleEventsData) and self.question.measure in BINARY:
                self._count(study, place, result.data, inverted)
            elif result.secondary_to is None:
                self._say(study, place, result.data)

    def _compare(self, candidate: Candidate) -> None:
        found = _compared(candidate, self.question, self.review, self.evidence)
        if isinstance(found, str):
            self._say(candidate.study, candidate.index, candidate.result.data)
        else:
            self.compared.append(found)

    def _count(self, study: Study, place: Place, data: SingleEventsData, inverted: bool) -> None:
        if study.design.type is DesignType.CASE_REPORT:
            self.cases[study.label] = None
            return
        at = _occasion(study, place, self.evidence)
        self.shares.append(_share(at, study, data, inverted, _level(self.review)))

    def _say(self, study: Study, place: Place, data: Data) -> None:
        direction = str(data.direction) if isinstance(data, StatementData) else ""
        both = isinstance(data, ContrastData | StatementData) and data.experimental and data.control
        at = _occasion(study, place, self.evidence)
        self.words.append(WordsAt(at, direction, in_words(data), bool(both)))


def _outcome_words(question: Question) -> str:
    """The constructs in words: "abstinence or no relapse"."""
    return " or ".join(
        f"no {choice.construct_}" if choice.invert else str(choice.construct_)
        for choice in question.outcomes
    )


def _level(review: Review) -> float:
    return float(review.choices.level) / 100


def _when(at: Occasion) -> float:
    return -1.0 if at.weeks is None else at.weeks


def _compared(
    candidate: Candidate, question: Question, review: Review, evidence: Evidence
) -> ComparedAt | str:
    found = estimate(candidate, question.measure, review.choices.zero_cells)
    if isinstance(found, str):
        return found
    half = float(normal_quantile(_level(review))) * math.sqrt(found.v)
    return ComparedAt(
        _occasion(candidate.study, candidate.index, evidence),
        f"{candidate.study.id} {candidate.contrast_class}",
        str(candidate.contrast_class),
        candidate.control_type,
        found.y,
        found.y - half,
        found.y + half,
        _side(found.experimental.events, found.experimental.n),
        _side(found.control.events, found.control.n),
        any("zero" in caution.code for caution in found.cautions),
        found.how,
    )


def _side(events: float | None, n: int | None) -> str:
    if n is None:
        return ""
    return f"{n} people" if events is None else f"{events:g} of {n}"


def _results(study: Study, question: Question) -> Iterator[tuple[Outcome, Place, bool]]:
    """Results of the question's constructs after baseline, and whether they count the opposite."""
    choices = {choice.construct_: choice.invert for choice in question.outcomes}
    for i, outcome in enumerate(study.outcomes):
        if outcome.construct_ in choices:
            for j, result in enumerate(outcome.results):
                if result.time.phase is not Phase.BASELINE:
                    yield outcome, (i, j), choices[outcome.construct_]


def _occasion(study: Study, place: Place, evidence: Evidence) -> Occasion:
    outcome = study.outcomes[place[0]]
    result = outcome.results[place[1]]
    return Occasion(
        study=study.id,
        label=study.label,
        status=str(study.status),
        design=str(study.design.type),
        randomised=str(study.design.randomised),
        outcome=outcome.definition,
        time=result.time.label,
        weeks=None if result.time.weeks is None else float(result.time.weeks),
        phase=str(result.time.phase),
        assessment=str(result.assessment),
        source=result_source(evidence, study, place),
    )


def _share(
    at: Occasion, study: Study, data: SingleEventsData, inverted: bool, level: float
) -> ShareAt:
    events = data.n - data.events if inverted else data.events
    low, high = clopper_pearson(Counts(events, data.n), level=level)
    return ShareAt(at, study.arm(data.arm).label, events, data.n, float(low), float(high))
