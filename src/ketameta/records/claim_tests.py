"""What a part of a claim is tested against: exactly one kind of test per part."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ketameta.records.claim_words import Share
from ketameta.records.provenance import Key, Number, Record, Slug, SourceRef, Text
from ketameta.records.vocabulary import (
    Construct,
    ControlType,
    Depression,
    PsychotherapyType,
    Route,
    Substance,
    YesNo,
)


class Weeks(Record):
    """A time window in weeks after the start of treatment, both ends included."""

    minimum: Number = Field(default=0, ge=0, validate_default=True)
    """Earliest week."""
    maximum: Number | None = Field(default=None, ge=0)
    """Latest week; open where left out."""


class PooledTest(Record):
    """The pooled answer to a question of the review, or what is left of it after narrowing."""

    kind: Literal["pooled"]
    """The pooled answer to a question of the review."""
    question: Slug
    """Id of the question."""
    substances: tuple[Substance, ...] = ()
    """Only studies of these substances; empty for all."""
    weeks: Weeks | None = None
    """Only results measured in this window."""


class ModeratorTest(Record):
    """Whether the answer to a question is better in one kind of study than in another."""

    kind: Literal["moderator"]
    """Whether the answer is better in one kind of study than in another."""
    question: Slug
    """Id of the question."""
    by: Literal["depression", "psychotherapy"]
    """What distinguishes the studies: who could take part, or what was given beside ketamine."""
    more: tuple[Depression | PsychotherapyType, ...] = Field(min_length=1)
    """Studies in which the claim expects more."""
    less: tuple[Depression | PsychotherapyType, ...] = Field(min_length=1)
    """Studies that they are compared with."""


class ComparisonsTest(Record):
    """What each study says about an outcome, counted by direction (not pooled)."""

    kind: Literal["comparisons"]
    """What each study says about an outcome, counted by direction."""
    constructs: tuple[Construct, ...] = Field(min_length=1)
    """Outcomes that count."""
    claimed: Literal["better", "worse"] = "better"
    """Whether the claim says that people fare better or worse with ketamine."""
    substances: tuple[Substance, ...] = ()
    """Only studies of these substances; empty for all."""
    studies: tuple[Slug, ...] = ()
    """Only these studies; empty for all."""
    weeks: Weeks | None = None
    """Only results measured in this window; results without a stated time do not count then."""
    control_types: tuple[ControlType, ...] = ()
    """Only comparisons with such controls; empty for controls without ketamine."""
    depression: tuple[Depression, ...] = ()
    """Only studies with such rules about depression; empty for all."""
    minimum_sessions: Annotated[int, Field(ge=1, strict=True)] | None = None
    """Only arms with at least so many administrations."""
    uncontrolled: bool = False
    """True where changes within one group count as well (the claim is about change over time)."""
    inferred: tuple[Slug, ...] = ()
    """Studies whose records say that what was compared is inferred and stands in no source."""


class ContrastTest(Record):
    """One comparison of arms that a study reports."""

    kind: Literal["contrast"]
    """One comparison of arms that a study reports."""
    study: Slug
    """Id of the study."""
    outcome: Key
    """Id of the outcome in the record."""
    experimental: tuple[Key, ...] = Field(min_length=1)
    """Arm ids on one side."""
    control: tuple[Key, ...] = Field(min_length=1)
    """Arm ids on the other side."""
    claimed: Literal["experimental", "control"] = "experimental"
    """Which side fares better, or at least as well, according to the claim."""


class EventsTest(Record):
    """How many people given ketamine had an event, with exact limits."""

    kind: Literal["events"]
    """How many people given ketamine had an event."""
    construct_: Construct = Field(alias="construct")
    """The event."""
    mentions: tuple[Text, ...] = ()
    """Words of which the definition of the event has one, in either case; empty for all."""
    claimed: Literal["rare", "occurs"]
    """Whether the claim says that it hardly happens, or that it happens."""
    rare_percent: Number = Field(default=1, gt=0, lt=100, validate_default=True)
    """Percent below which the upper limit must lie for an event to be called rare."""


class ArmsTest(Record):
    """The share of ketamine arms in the trials that were treated as the claim says."""

    kind: Literal["arms"]
    """The share of ketamine arms that were treated as the claim says."""
    share: Share
    """What is asked of an arm."""
    routes: tuple[Route, ...] = ()
    """Routes that count; with another share, only arms with these routes are looked at."""
    minimum: Number | None = None
    """Lower limit, included."""
    maximum: Number | None = None
    """Upper limit, included."""


class EligibilityTest(Record):
    """Which records mention something among diagnosis and eligibility."""

    kind: Literal["eligibility"]
    """Which records mention something among diagnosis and eligibility."""
    mentions: tuple[Text, ...] = Field(min_length=1)
    """Words or phrases, in either case; one of them is enough."""
    with_results: bool = False
    """True where only studies that compare arms on use, craving or withdrawal help the claim."""


class CitationTest(Record):
    """What a cited study is really about."""

    kind: Literal["citation"]
    """What a cited study is really about."""
    study: Slug
    """Id of the study."""
    substances: tuple[Substance, ...] = ()
    """Substances the claim speaks of; another one means that the study is misattributed."""
    year: Annotated[int, Field(ge=1950, le=2100, strict=True)] | None = None
    """Year the claim gives."""
    journal: Text | None = None
    """Journal the claim gives."""
    randomised: YesNo | None = None
    """Whether the claim calls it randomised."""
    treatment_seeking: YesNo | None = None
    """Whether the claim is about people who sought treatment."""
    control_types: tuple[ControlType, ...] = ()
    """Controls that the claim needs; one of them is enough."""
    constructs: tuple[Construct, ...] = ()
    """Outcomes that the claim says the study had; all are needed."""


class Figure(Record):
    """A published figure and the years it is for."""

    value: Number
    """The figure."""
    period: Text
    """What it counts and when, in words."""
    until: Annotated[int, Field(ge=1900, le=2100, strict=True)]
    """Last year it is for."""
    source: SourceRef
    """Where it stands."""
    withdrawn: bool = False
    """True for a figure that its publisher corrected."""


class FigureTest(Record):
    """A figure in the claim, against published figures."""

    kind: Literal["figure"]
    """A figure in the claim, against published figures."""
    stated: Number
    """The figure the claim gives."""
    unit: Text
    """What it counts."""
    rounding: Number = Field(gt=0)
    """How far below a published figure it may lie, as a rounded "more than" does."""
    published: tuple[Figure, ...] = Field(min_length=1)
    """Published figures, in any order."""


class PlaceboTest(Record):
    """Whether placebo-controlled evidence on some questions is large enough to settle them."""

    kind: Literal["placebo"]
    """Whether placebo-controlled evidence is large enough."""
    questions: tuple[Slug, ...] = Field(min_length=1)
    """Ids of the questions. The claim says that it is not."""


class DocumentsTest(Record):
    """Facts that documents state, listed under `facts` of the claim."""

    kind: Literal["documents"]
    """Facts that documents state."""
    facts: tuple[Key, ...] = ()
    """Ids of facts; empty where no document was found, or the claim names none."""


class MechanismTest(Record):
    """A statement about how ketamine works, which trials of treatment cannot judge."""

    kind: Literal["mechanism"]
    """A statement about how ketamine works."""


Test = Annotated[
    PooledTest
    | ModeratorTest
    | ComparisonsTest
    | ContrastTest
    | EventsTest
    | ArmsTest
    | EligibilityTest
    | CitationTest
    | FigureTest
    | PlaceboTest
    | DocumentsTest
    | MechanismTest,
    Field(discriminator="kind"),
]
