"""`certainty.yaml`: what people decided on the certainty of each answer, and on what grounds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from ketameta.errors import DataError
from ketameta.questions.question import Review
from ketameta.records.loading import load
from ketameta.records.problems import Problem, did_you_mean
from ketameta.records.provenance import Day, Number, Record, Slug, Text
from ketameta.records.signature import Signature, check_signatures
from ketameta.records.vocabulary import Word
from ketameta.records.yaml_reader import Document, Path_

FILE = "certainty.yaml"
MOST_OUTCOMES = 7
UNDECIDED = "TO BE DECIDED"
"""Stands in a draft where only people can say something; refused in a file that is used."""


class Domain(Word):
    """What may lower or raise the certainty of an answer."""

    RISK_OF_BIAS = "risk of bias", "Flaws in how the studies were done."
    INCONSISTENCY = "inconsistency", "Results that differ between studies without explanation."
    INDIRECTNESS = "indirectness", "Other people, treatments, comparisons or outcomes than asked."
    IMPRECISION = "imprecision", "Few people, or an interval that leaves the decision open."
    PUBLICATION_BIAS = "publication bias", "Results that exist and are not in the analysis."
    LARGE_EFFECT = "large effect", "An effect too large for the likely bias to explain."
    DOSE_RESPONSE = "dose response", "More of the treatment goes with more of the effect."
    OPPOSING_CONFOUNDING = "opposing confounding", "Known bias works against the effect."


class Level(Word):
    """How much a domain lowers the certainty, or raises it."""

    NOT_JUDGED = "not judged", "The studies have not been assessed yet; nothing is taken off."
    NOT_SERIOUS = "not serious", "Nothing is taken off."
    SERIOUS = "serious", "One level is taken off."
    VERY_SERIOUS = "very serious", "Two levels are taken off."
    EXTREMELY_SERIOUS = "extremely serious", "Three levels are taken off."
    NONE = "none", "Nothing is added."
    ONE_UP = "one level up", "One level is added."
    TWO_UP = "two levels up", "Two levels are added."


UPGRADES = (Domain.LARGE_EFFECT, Domain.DOSE_RESPONSE, Domain.OPPOSING_CONFOUNDING)
RAISING = (Level.NONE, Level.ONE_UP, Level.TWO_UP)


class Important(Record):
    """Which differences matter: decided before looking at the result."""

    smallest: Number = Field(gt=0)
    """Smallest difference that matters (minimal important difference)."""
    large: Number = Field(gt=0)
    """From where on a difference is called large."""
    unit: Text
    """"per 1000" for events, "SD" for standardised differences, else the unit of the outcome."""
    source: Text
    """Publication or reason for these values."""


class BaselineRisk(Record):
    """A risk without ketamine for which absolute effects are shown."""

    label: Text
    """Whose risk it is, e.g. "Control group of the trial"."""
    risk: Number = Field(ge=0, lt=1)
    """Share with the event without ketamine, 0 to 1."""
    source: Text
    """Where the risk comes from."""


class ScaleUnits(Record):
    """A known scale on which standardised differences are told as well."""

    name: Text
    """Unit and scale, e.g. "points on the OCDS"."""
    sd: Number = Field(gt=0)
    """Standard deviation of the scale in people like these."""
    source: Text
    """Where the standard deviation was read."""


class Judgement(Record):
    """A decision on one domain; it adopts the proposal or replaces it."""

    domain: Domain
    """What is judged."""
    level: Level
    """What was decided."""
    reason: Text | None = None
    """Why; required where the decision is not the proposal."""
    seen: dict[Text, Text] = Field(default_factory=dict)
    """Inputs on which it was decided, as `ketameta grade --draft` prints them."""


class OtherLevel(Record):
    """A domain on which a person would decide otherwise."""

    domain: Domain
    """What is judged."""
    level: Level
    """What this person would decide."""
    reason: Text
    """Why this person would."""


class GradeSignature(Signature):
    """A person who has looked at every decision on a question; agrees but where `otherwise`."""

    otherwise: tuple[OtherLevel, ...] = ()
    """Domains on which this person would decide otherwise."""


class GradedQuestion(Record):
    """The decisions on one question."""

    question: Slug
    """Id of the question in `review.yaml`."""
    outcome: Text
    """The outcome as it stands in a sentence: "the number of people who are abstinent"."""
    important: Important
    """Which differences matter."""
    baseline: tuple[BaselineRisk, ...] = ()
    """Risks without ketamine; by default those of the control groups of the analysis."""
    units: ScaleUnits | None = None
    """For standardised differences: a known scale."""
    judgements: tuple[Judgement, ...] = ()
    """One per domain; a domain without one has the proposal only."""
    raters: tuple[Text, ...] = ()
    """Who drafted the decisions."""
    date: Day | None = None
    """When they were drafted."""
    signed: tuple[GradeSignature, ...] = ()
    """People who have looked at every decision since, each once; a first and a second person."""
    note: Text | None = None
    """What else a reader of the rating must know."""

    def judgement(self, domain: str) -> Judgement | None:
        """The decision on a domain, or None."""
        return next((j for j in self.judgements if j.domain == domain), None)

    @model_validator(mode="after")
    def _signatures(self) -> GradedQuestion:
        check_signatures(self.signed, self.date)
        return self


class Certainty(Record):
    """`certainty.yaml`, beside `review.yaml`."""

    non_randomised_start: Literal["low", "high"] = "low"
    """Where non-randomised studies start; "high" only where they are assessed with ROBINS-I."""
    main_outcomes: tuple[Slug, ...] = Field(default=(), max_length=MOST_OUTCOMES)
    """Questions of the summary of findings, in their order."""
    questions: tuple[GradedQuestion, ...] = ()
    """Decisions, one entry per question."""

    def of(self, question: str) -> GradedQuestion | None:
        """The decisions on a question, or None."""
        return next((q for q in self.questions if q.question == question), None)


def load_certainty(folder: Path, review: Review, *, shown_as: Path | None = None) -> Certainty:
    """The decisions beside a review; empty ones where there is no such file.

    Raises
    ------
    DataError
        With every problem and its place.
    """
    if not (folder / FILE).is_file():
        return Certainty()
    found, document = read_certainty(folder / FILE, review, shown_as=shown_as)
    if found is None or document.problems:
        raise DataError("\n".join(str(problem) for problem in document.problems))
    return found


def read_certainty(
    path: Path, review: Review, *, shown_as: Path | None = None
) -> tuple[Certainty | None, Document]:
    """The decisions in a file, None if it has not their form; problems stand in the document."""
    found, document = load(path, Certainty, shown_as=shown_as)
    if found is not None:
        document.problems += _problems(found, review, document)
    return found, document


def _problems(found: Certainty, review: Review, document: Document) -> Iterator[Problem]:
    ids = [question.id for question in review.questions]
    named: list[tuple[Path_, str]] = [
        (("main_outcomes", i), name) for i, name in enumerate(found.main_outcomes)
    ]
    named += [(("questions", i, "question"), q.question) for i, q in enumerate(found.questions)]
    for where, name in named:
        if name not in ids:
            message = f'no question "{name}" in this review.'
            yield document.problem(where, message, did_you_mean(name, ids))
        if [n for w, n in named if w[0] == where[0]].count(name) > 1:
            yield document.problem(where, f'"{name}" stands twice.', "Keep one of them.")
    for i, question in enumerate(found.questions):
        yield from _question_problems(question, ("questions", i), document)


def _question_problems(
    question: GradedQuestion, at: Path_, document: Document
) -> Iterator[Problem]:
    domains = [judgement.domain for judgement in question.judgements]
    for j, judgement in enumerate(question.judgements):
        where: Path_ = (*at, "judgements", j, "level")
        if domains.count(judgement.domain) > 1:
            message = f"two decisions on {judgement.domain}."
            yield document.problem((*at, "judgements", j), message, "Keep one of them.")
        if (judgement.domain in UPGRADES) != (judgement.level in RAISING):
            allowed = [str(lv) for lv in levels_of(judgement.domain)]
            message = f'"{judgement.level}" is no level of {judgement.domain}.'
            yield document.problem(where, message, f"Allowed: {', '.join(allowed)}.")
    if question.important.large <= question.important.smallest:
        message = "must be above `smallest`."
        yield document.problem((*at, "important", "large"), message, "Exchange or change them.")
    if UNDECIDED in (*question.raters, question.important.source, question.important.unit):
        message = f'"{UNDECIDED}" is left from the draft.'
        yield document.problem(at, message, "Say what was decided, and who decided it.")
    if question.judgements and not (question.raters and question.date):
        message = "decisions need `raters` and `date`."
        yield document.problem((*at, "judgements"), message, "Say who decided, and when.")
    for k, one in enumerate(question.signed):
        for m, other in enumerate(one.otherwise):
            where = (*at, "signed", k, "otherwise", m)
            yield from _dissent_problems(question, other, where, document)


def _dissent_problems(
    question: GradedQuestion, other: OtherLevel, at: Path_, document: Document
) -> Iterator[Problem]:
    """A dissent is from a decision, and to another level that the domain can have."""
    decision = question.judgement(other.domain)
    if decision is None:
        message = f"there is no decision on {other.domain}."
        yield document.problem(at, message, "Decide on it, or leave this out.")
    elif decision.level is other.level:
        message = f'"{other.level}" is what stands for {other.domain}.'
        yield document.problem(at, message, "Leave out what you agree with.")
    if other.level not in levels_of(other.domain):
        message = f'"{other.level}" is no level of {other.domain}.'
        allowed = ", ".join(map(str, levels_of(other.domain)))
        yield document.problem((*at, "level"), message, f"Allowed: {allowed}.")


def levels_of(domain: Domain) -> tuple[Level, ...]:
    """The levels that a domain can have; only a large effect raises by two.

    References
    ----------
    Guyatt et al. 2011, doi:10.1016/j.jclinepi.2010.04.026.
    """
    if domain is Domain.LARGE_EFFECT:
        return RAISING
    if domain in UPGRADES:
        return (Level.NONE, Level.ONE_UP)
    return tuple(level for level in Level if level not in RAISING)
