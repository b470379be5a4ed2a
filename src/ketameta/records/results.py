"""The numbers of an outcome, as a tagged union: exactly one kind of data per result."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ketameta.records.provenance import Count, Key, Number, People, Record, SourceRef, Text
from ketameta.records.vocabulary import (
    AnalysisPopulation,
    Assessment,
    ContrastMeasure,
    Direction,
    Phase,
    UnknownAre,
)


class Time(Record):
    """When a result was measured."""

    label: Text
    """The time point in words, as the source names it."""
    weeks: Number | None = Field(default=None, ge=0)
    """Weeks after the start of treatment."""
    phase: Phase
    """Where in the study."""


class Events(Record):
    """People with the event, of those analysed, in one arm."""

    events: Count
    """People with the event."""
    n: People
    """People analysed."""
    unknown: Count | None = None
    """People of the arm whose outcome is not known, counted in n or not (`unknown_are` says
    which); left out where no source tells."""


class Summary(Record):
    """Mean of one arm, with whatever measure of spread the source gives."""

    n: People | None = None
    """People analysed."""
    mean: Number | None = None
    """Mean."""
    sd: Number | None = Field(default=None, ge=0)
    """Standard deviation."""
    se: Number | None = Field(default=None, ge=0)
    """Standard error of the mean."""
    ci_low: Number | None = None
    """Lower 95 % confidence limit of the mean."""
    ci_high: Number | None = None
    """Upper 95 % confidence limit of the mean."""
    median: Number | None = None
    """Median."""
    q1: Number | None = None
    """First quartile."""
    q3: Number | None = None
    """Third quartile."""
    minimum: Number | None = None
    """Smallest observed value."""
    maximum: Number | None = None
    """Largest observed value."""


class EventsData(Record):
    """Events and totals per arm."""

    kind: Literal["events"]
    """Events and totals per arm."""
    arms: dict[Key, Events]
    """One entry per arm."""


class MeansData(Record):
    """Means per arm at the time point."""

    kind: Literal["means"]
    """Means per arm at the time point."""
    arms: dict[Key, Summary]
    """One entry per arm."""


class ChangesData(Record):
    """Mean changes from baseline per arm."""

    kind: Literal["changes"]
    """Mean changes from baseline per arm."""
    arms: dict[Key, Summary]
    """One entry per arm; negative means a fall."""


class PairedData(Record):
    """Crossover data: the same people under two conditions."""

    kind: Literal["paired"]
    """The same people under two conditions."""
    experimental: Key
    """Arm id of the tested condition."""
    control: Key
    """Arm id of the control condition."""
    n: People
    """People measured under both conditions."""
    conditions: dict[Key, Summary] = Field(default_factory=dict)
    """Summary of each condition."""
    mean_difference: Number | None = None
    """Tested minus control."""
    sd_difference: Number | None = Field(default=None, ge=0)
    """Standard deviation of the within-person differences."""
    correlation: Number | None = Field(default=None, ge=-1, le=1)
    """Correlation between the two conditions."""
    t: Number | None = None
    """Paired t statistic."""
    p: Text | None = None
    """P value as printed, e.g. "<0.0001"."""


class SingleEventsData(Record):
    """Events in one group without a comparison."""

    kind: Literal["single events"]
    """Events in one group."""
    arm: Key
    """Arm id of the group."""
    events: Count
    """People with the event."""
    n: People
    """People analysed."""


class SingleMeansData(Record):
    """A mean in one group, with its baseline where that is known."""

    kind: Literal["single means"]
    """A mean in one group."""
    arm: Key
    """Arm id of the group."""
    value: Summary
    """At the time point."""
    baseline: Summary | None = None
    """Before treatment."""
    change: Summary | None = None
    """Change from baseline."""
    correlation: Number | None = Field(default=None, ge=-1, le=1)
    """Correlation between baseline and value."""
    p: Text | None = None
    """P value as printed."""


class ContrastData(Record):
    """A comparison as the source reports it."""

    kind: Literal["contrast"]
    """A comparison as the source reports it."""
    measure: ContrastMeasure
    """Effect measure."""
    experimental: tuple[Key, ...] = Field(min_length=1)
    """Arm ids on the tested side."""
    control: tuple[Key, ...] = Field(min_length=1)
    """Arm ids on the control side."""
    estimate: Number
    """The estimate as printed (ratios not logged); above the null = more with the tested arm."""
    ci_low: Number | None = None
    """Lower confidence limit."""
    ci_high: Number | None = None
    """Upper confidence limit."""
    ci_level: Number = Field(default=95, ge=50, lt=100, validate_default=True)
    """Confidence level in percent."""
    se: Number | None = Field(default=None, gt=0)
    """Standard error of the estimate (of its logarithm for ratios)."""
    p: Text | None = None
    """P value as printed."""
    n: dict[Key, People] = Field(default_factory=dict)
    """People analysed per arm, where known."""
    adjusted: bool | None = None
    """True where a model adjusted the estimate; null where not known."""
    adjusted_for: Text | None = None
    """What it was adjusted for."""


class StatementData(Record):
    """A result in words only. Kept so that nothing is lost; it can never be pooled."""

    kind: Literal["statement"]
    """A result in words only."""
    direction: Direction
    """What the source says."""
    text: Text
    """The statement in our own words, with any number that is not enough to pool."""
    experimental: tuple[Key, ...] = ()
    """Arm ids on the tested side."""
    control: tuple[Key, ...] = ()
    """Arm ids on the control side."""
    p: Text | None = None
    """P value as printed."""


Data = Annotated[
    EventsData
    | MeansData
    | ChangesData
    | PairedData
    | SingleEventsData
    | SingleMeansData
    | ContrastData
    | StatementData,
    Field(discriminator="kind"),
]


class Result(Record):
    """One result of an outcome: a time point, a population and its numbers."""

    id: Key | None = None
    """Name of this result within the outcome; needed only when notes or questions point at it."""
    time: Time
    """When it was measured."""
    assessment: Assessment = Assessment.NOT_STATED
    """The occasion of the assessment."""
    population: AnalysisPopulation = AnalysisPopulation.NOT_STATED
    """Which participants are counted."""
    unknown_are: UnknownAre = UnknownAre.NOT_STATED
    """How people whose outcome is not known stand in the numbers; best and worst cases undo it."""
    data: Data
    """The numbers."""
    source: SourceRef
    """Where the numbers come from."""
    field_sources: dict[Text, SourceRef] = Field(default_factory=dict)
    """Sources of single numbers that come from elsewhere, e.g. `arms.ketamine.n`."""
    secondary_to: Key | None = None
    """Id of a result of this outcome that reports the same people and is used instead if it can."""
    notes: Text | None = None
    """What a user of these numbers must know."""
