"""`Study`: everything a record says about one study. It holds; it never computes."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field, PrivateAttr

from ketameta.records.participants import Arm, Population
from ketameta.records.provenance import (
    Count,
    Day,
    Key,
    Missing,
    Note,
    Number,
    Record,
    Slug,
    Source,
    Sourced,
    SourceRef,
    Text,
)
from ketameta.records.results import Result
from ketameta.records.risk_of_bias import Assessment
from ketameta.records.vocabulary import (
    Ascertainment,
    Better,
    Blinded,
    Construct,
    DesignType,
    Status,
    Substance,
    YesNo,
)

__all__ = [
    "Arm",
    "Citation",
    "Design",
    "ExcludedReport",
    "ExcludedReports",
    "Funding",
    "Instrument",
    "Outcome",
    "Population",
    "PublishedJudgement",
    "Registration",
    "Report",
    "Sourced",
    "Study",
    "Vocabulary",
    "Waiver",
]

INITIALS = re.compile(r" [A-Z-]{1,5}$")


class Citation(Record):
    """The main report of the study."""

    authors: tuple[Text, ...] = Field(min_length=1)
    """Authors as `Family Initials`, in order."""
    authors_complete: bool = True
    """False where the sources do not show all authors or their order."""
    short_label: Text | None = None
    """Name in tables and plots, where authors or year are not shown in any source."""
    year: Annotated[int, Field(ge=1950, le=2100, strict=True)] | None
    """Year of publication; null where no source shows it."""
    title: Text
    """Title as published; for registered trials the registered title."""
    journal: Text | None = None
    """Journal, or the registry for a trial without a paper."""
    volume: Text | None = None
    """Volume of the journal."""
    issue: Text | None = None
    """Issue within the volume."""
    pages: Text | None = None
    """Pages, or the number of the article."""
    doi: Text | None = None
    """DOI without an address in front."""
    pmid: Text | None = None
    """PubMed number, in quotes, as given in a source."""
    pmcid: Text | None = None
    """PubMed Central number, e.g. PMC12395335."""
    url: Text | None = None
    """Address, where there is no DOI."""
    source: SourceRef
    """Where the citation comes from."""


class Registration(Record):
    """A registry entry of the study."""

    registry: Text
    """Registry, e.g. ClinicalTrials.gov, EudraCT, ISRCTN, ANZCTR."""
    id: Text
    """Number in that registry."""
    note: Text | None = None
    """E.g. registered late, results posted, uncertain link."""


class Report(Record):
    """Another report of the same participants."""

    citation: Text
    """Authors, year, title, journal, in short."""
    relation: Text
    """Why it is not a study of its own: secondary analysis, protocol, interim report ..."""
    doi: Text | None = None
    """DOI without an address in front."""
    pmid: Text | None = None
    """PubMed number, in quotes."""
    url: Text | None = None
    """Address, where there is no DOI."""


class Funding(Sourced):
    """Who paid, and which interests were declared or are known."""

    funders: tuple[Text, ...] = ()
    """Funders; empty where not stated in any source read so far."""
    conflict_of_interest: YesNo
    """A financial interest of investigators or sponsor in ketamine treatment."""
    details: Text | None = None
    """What the interest is."""


class Design(Sourced):
    """How the study was done."""

    type: DesignType
    """How groups were formed and compared."""
    country: Text
    """Country or countries."""
    setting_years: Text | None = None
    """Years of recruitment."""
    randomised: YesNo
    """Allocation by chance."""
    allocation: Text | None = None
    """How people were allocated, and how that was concealed."""
    blinded: tuple[Blinded, ...] = Field(min_length=1)
    """Who was blinded, as stated."""
    centres: Annotated[int, Field(ge=1, strict=True)] | None = None
    """Number of centres; null where not stated."""
    team: Text | None = None
    """Research team, in the same words for every study of that team."""
    stopped_early: YesNo = YesNo.NOT_STATED
    """Ended before the planned number was reached, for whatever reason."""
    stopping_reason: Text | None = None
    """Why it ended early."""
    planned_n: Count | None = None
    """Planned number of participants."""
    enrolled_n: Count | None = None
    """Number randomised or enrolled."""
    analysed_n: Count | None = None
    """Number in the main analysis."""
    follow_up_weeks: Number | None = Field(default=None, ge=0)
    """Longest follow-up, in weeks after the start of treatment."""


class Outcome(Record):
    """One outcome as the study defines it, with its results."""

    id: Key
    """Short name of the outcome, used elsewhere in this record."""
    construct_: Construct = Field(alias="construct")
    """What the outcome measures (`construct` in the file)."""
    definition: Text
    """The study's own definition, in our words."""
    better: Better
    """Which direction is good for the participant."""
    instrument: Key | None = None
    """Key of an instrument in `studies/vocabulary.yaml`."""
    unit: Text | None = None
    """Unit, for outcomes without an instrument."""
    minimum: Number | None = None
    """Lowest possible score, for outcomes without an instrument or with an own range."""
    maximum: Number | None = None
    """Highest possible score, likewise."""
    steps_per_point: Annotated[int, Field(ge=1, strict=True)] | None = None
    """Into how many equal steps a point is divided: 1 for whole numbers such as days or a sum of
    items, 8 for the mean of eight items; left out where scores can take any value."""
    ascertainment: tuple[Ascertainment, ...] = (Ascertainment.NOT_STATED,)
    """How it was established."""
    primary: YesNo = YesNo.NOT_STATED
    """Whether the study names it as a primary outcome."""
    results: tuple[Result, ...] = Field(min_length=1)
    """Results at each time and in each form that is known."""


class PublishedJudgement(Record):
    """A risk-of-bias judgement that somebody has published about this study."""

    tool: Text
    """Tool that was used, e.g. RoB 2."""
    domain: Text
    """Domain of the tool, or overall."""
    judgement: Text
    """As published."""
    source: SourceRef
    """Where the judgement stands."""


class Waiver(Record):
    """What a rule of `ketameta check` objects to and the record keeps, and why."""

    rule: Text
    """Code of the rule, e.g. R035."""
    reason: Text
    """Why the record is right all the same."""
    by: Text
    """Who decided it: name or initials."""
    date: Day
    """When, as 2026-11-20."""
    at: Text | None = None
    """Path of the field, as `ketameta check` prints it; without it the whole record."""


class Study(Record):
    """One study and everything known about it, with a source for every value."""

    id: Slug
    """`first-author-year`, the same as the file name."""
    status: Status
    """What the record may be used for."""
    status_reason: Text | None = None
    """Why the study is not simply included; required for every status but `included`."""
    substance: Substance
    """The substance whose use is treated; the name of the folder."""
    citation: Citation
    """Main report: authors, year, title, identifiers."""
    registrations: tuple[Registration, ...] = ()
    """Registry entries; empty where none is known."""
    reports: tuple[Report, ...] = ()
    """All other reports of the same participants, so that nobody is counted twice."""
    sources: dict[Key, Source] = Field(min_length=1)
    """The documents that were read, by key."""
    funding: Funding | None = None
    """Who paid, and interests that are known."""
    design: Design
    """Type, allocation, blinding, numbers and length of the study."""
    population: Population
    """Diagnosis, age, sex and eligibility of those who took part."""
    arms: tuple[Arm, ...] = Field(min_length=1)
    """The arms, conditions or groups, in the order of the report."""
    outcomes: tuple[Outcome, ...] = ()
    """Outcomes; empty where no result has been seen."""
    published_risk_of_bias: tuple[PublishedJudgement, ...] = ()
    """Judgements of others about this study, as they published them."""
    risk_of_bias: tuple[Assessment, ...] = ()
    """Our own assessments, one per rater, tool and result."""
    notes: tuple[Note, ...] = ()
    """Contradictions and cautions, kept rather than smoothed over."""
    missing: tuple[Missing, ...] = ()
    """What is not extracted yet, and where it can be found."""
    waivers: tuple[Waiver, ...] = ()
    """Findings of `ketameta check` that are right as they stand, each with who decided it."""
    _label: str | None = PrivateAttr(default=None)
    """What it is called among other studies, where its own label would not tell them apart."""

    def arm(self, arm_id: str) -> Arm:
        """The arm with this id (KeyError if there is none)."""
        for arm in self.arms:
            if arm.id == arm_id:
                return arm
        raise KeyError(arm_id)

    def called(self, label: str) -> Study:
        """The same study under another label; what its record says stays as it is."""
        copy = self.model_copy()
        copy._label = label
        return copy

    @property
    def label(self) -> str:
        """First author and year, or the registry number of a trial without a paper.

        Among records that were read together no two are the same: see `labels.distinct`.
        """
        if self._label is not None:
            return self._label
        if self.citation.short_label:
            return self.citation.short_label
        for registration in self.registrations:
            if self.id.endswith(registration.id.replace(" ", "-").lower()):
                return registration.id
        family = INITIALS.sub("", self.citation.authors[0])
        return f"{family} {self.citation.year or '(no date)'}"


class ExcludedReport(Record):
    """A report that was looked at and left out."""

    id: Slug
    """Short name, `first-author-year`."""
    citation: Text
    """Authors, year, title, journal, in short."""
    substance: Substance
    """The substance it is about."""
    reason: Text
    """Why it was left out."""
    doi: Text | None = None
    """DOI without an address in front."""
    pmid: Text | None = None
    """PubMed number, in quotes."""
    pmcid: Text | None = None
    """PubMed Central number."""
    registration: Text | None = None
    """Number in a trial registry."""
    url: Text | None = None
    """Address, where there is no DOI."""
    note: Text | None = None
    """What else is worth knowing."""


class ExcludedReports(Record):
    """`excluded.yaml`: every report that was looked at and left out, each with its reason."""

    excluded: tuple[ExcludedReport, ...]
    """The reports, each once."""


class Instrument(Record):
    """A scale used to measure an outcome."""

    name: Text
    """Name in tables and plots."""
    minimum: Number | None = None
    """Lowest possible total."""
    maximum: Number | None = None
    """Highest possible total."""
    better: Better
    """Which direction is good for the participant."""
    unit: Text = "points"
    """Unit of the total."""
    steps_per_point: Annotated[int, Field(ge=1, strict=True)] | None = None
    """Into how many equal steps a point is divided: 1 for a sum of whole-number items, 8 for the
    mean of eight such items; left out where scores can take any value."""
    usual_sd: Number | None = Field(default=None, gt=0)
    """Standard deviation of scores in people like those studied; `source` says where it was
    read."""
    source: Text
    """Where range and direction were read."""


class Vocabulary(Record):
    """`vocabulary.yaml`: the instruments that records refer to."""

    instruments: dict[Key, Instrument]
    """Instruments by the key that records use."""
