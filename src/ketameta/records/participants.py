"""Who took part in a study, in which arms, and what each arm received."""

from __future__ import annotations

from pydantic import Field

from ketameta.records.provenance import Count, Key, Number, Record, Sourced, Text
from ketameta.records.vocabulary import (
    ControlType,
    Depression,
    DoseUnit,
    Enantiomer,
    PsychotherapyType,
    Role,
    Route,
    YesNo,
)


class Age(Record):
    """Age in years."""

    mean: Number | None = None
    """Mean age."""
    sd: Number | None = None
    """Standard deviation of age."""
    median: Number | None = None
    """Median age."""
    minimum: Number | None = None
    """Youngest allowed or observed."""
    maximum: Number | None = None
    """Oldest allowed or observed."""


class Female(Record):
    """Women among the participants."""

    count: Count | None = None
    """Number of women."""
    of: Count | None = None
    """Number of people the count refers to."""
    percent: Number | None = Field(default=None, ge=0, le=100)
    """Percentage of women, as printed."""


class Population(Sourced):
    """Who took part."""

    diagnosis: Text
    """Diagnosis in the paper's terms, with the criteria used."""
    treatment_seeking: YesNo
    """Whether participants sought treatment."""
    setting: Text | None = None
    """Inpatients, outpatients, emergency department ..."""
    age: Age | None = None
    """Age of the participants."""
    female: Female | None = None
    """Women among the participants."""
    depression: Depression = Depression.NOT_STATED
    """Depression in the eligibility criteria."""
    eligibility: Text | None = None
    """Eligibility in the paper's terms, shortened."""


class Dose(Record):
    """Dose per session."""

    amount: Number = Field(gt=0)
    """Dose of one session, or the lowest where it was a range."""
    unit: DoseUnit
    """Unit of the dose."""
    maximum: Number | None = None
    """Upper end, where the dose was a range or was raised."""


class Psychotherapy(Record):
    """The psychological treatment of an arm."""

    type: PsychotherapyType
    """Kind of treatment."""
    sessions: Count | None = None
    """Number of psychotherapy sessions."""
    description: Text | None = None
    """What was done, in our words."""


class Arm(Sourced):
    """One arm, condition or group."""

    id: Key
    """Short name used elsewhere in this record."""
    label: Text
    """Name in tables and plots."""
    role: Role
    """Whether it is tested, compared with, or beside the comparison."""
    control_type: ControlType | None = None
    """For control arms (and only for them): what was given in place of the tested treatment."""
    drug: Text
    """What was given."""
    enantiomer: Enantiomer
    """Which form of ketamine was given."""
    dose: Dose | None = None
    """Dose per session; left out where it cannot be put into one number."""
    dose_details: Text | None = None
    """Dose in words, where it has parts or varies."""
    route: Route
    """How it was given."""
    infusion_minutes: Number | None = Field(default=None, gt=0)
    """Length of one infusion in minutes."""
    sessions: Count | None = None
    """Number of administrations."""
    psychotherapy: Psychotherapy
    """The psychological treatment beside the drug."""
    n_randomised: Count | None = None
    """People randomised or allocated to the arm."""
    notes: Text | None = None
    """What else a reader must know about the arm."""
