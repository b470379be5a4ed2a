"""`Review` and `Question`: the form of `review.yaml`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag

from ketameta.questions.contrasts import ContrastClass
from ketameta.records.provenance import Key, Number, Record, Slug, Text
from ketameta.records.vocabulary import (
    Assessment,
    Better,
    Construct,
    ControlType,
    Substance,
    Verification,
    YesNo,
)


class Threshold(Record):
    """A number that a flag compares with, and why it is that number."""

    value: Number
    """The number."""
    source: Text
    """Publication or reason for this value."""


class InformationSize(Record):
    """How large a single adequate trial would have to be."""

    power: Number = Field(gt=0, lt=1)
    """Chance of finding the effect if it is there."""
    alpha: Number = Field(gt=0, lt=1)
    """Two-sided error rate."""
    control_risk: Number = Field(gt=0, lt=1)
    """Share with the good outcome in a control group."""
    odds_ratio: Number = Field(gt=1)
    """Smallest odds ratio worth detecting."""
    smd: Number = Field(gt=0)
    """Smallest standardised mean difference worth detecting."""
    source: Text
    """Publication or reason for these values."""


class Thresholds(Record):
    """Thresholds of the flags."""

    small_arm: Threshold
    """People per arm below which a study is small."""
    small_total: Threshold
    """People in total below which a study is small."""
    short_follow_up_weeks: Threshold
    """Weeks of follow-up below which nothing can be said about lasting effects."""
    high_attrition_percent: Threshold
    """Percent lost above which attrition is high."""
    small_k: Threshold
    """Number of studies below which a pool is fragile."""
    dominant_weight_percent: Threshold
    """Percent of the weight above which one study dominates."""
    information_size: InformationSize
    """When a pool has too few people for any conclusion."""


class Choices(Record):
    """How effects are computed and pooled; names as in the catalogs of methods."""

    tau2: Text = "REML"
    """Estimator of the between-study variance."""
    interval: Text = "hksj"
    """Method of the confidence interval of the mean."""
    prediction: Text = "t(k-1)"
    """Method of the prediction interval."""
    level: Number = Field(default=95, ge=50, lt=100, validate_default=True)
    """Coverage of intervals, in percent."""
    zero_cells: Text = "only0"
    """What is done about cells without events."""


class Criteria(Record):
    """Which results may enter. A field that is left out does not restrict."""

    contrast_classes: tuple[ContrastClass, ...] | None = None
    """Kinds of comparison allowed."""
    control_types: tuple[ControlType, ...] | None = None
    """Kinds of control allowed."""
    randomised: tuple[YesNo, ...] | None = None
    """Whether allocation by chance is asked for."""
    verification: tuple[Verification, ...] | None = None
    """Levels allowed for every document that a number rests on."""
    assessments: tuple[Assessment, ...] | None = None
    """Occasions of assessment allowed."""
    substances: tuple[Substance, ...] | None = None
    """Substances allowed."""
    without: tuple[Slug, ...] | None = None
    """Ids of studies left out by hand; each is listed with that reason."""

    def overridden_by(self, other: Criteria) -> Criteria:
        """These criteria, with every field that the other one fills in taken from there."""
        return self.model_copy(update={n: getattr(other, n) for n in other.model_fields_set})


class SensitivitySet(Record):
    """A named variation: the same question under other criteria or choices."""

    id: Key
    """Name by which questions ask for it."""
    title: Text
    """Heading in plots and tables; says what differs."""
    why: Text
    """Why a reader would want to see it."""
    criteria: Criteria = Criteria()
    """What differs from the question's own criteria."""


class OutcomeChoice(Record):
    """A construct that counts as the question's outcome."""

    construct_: Construct = Field(alias="construct")
    """What the outcome measures."""
    invert: bool = False
    """True where the record counts the opposite event (relapse, in a question on abstinence)."""


class WeeksWindow(Record):
    """A time window in weeks after the start of treatment, both ends included."""

    minimum: Number = Field(ge=0)
    """Earliest week."""
    maximum: Number = Field(ge=0)
    """Latest week."""


def _form_of_time(value: object) -> str:
    return "weeks" if isinstance(value, dict | WeeksWindow) else "words"


Time = Annotated[
    Annotated[Literal["longest", "end of treatment"], Tag("words")]
    | Annotated[WeeksWindow, Tag("weeks")],
    Discriminator(_form_of_time),
]


class Question(Record):
    """One question: an outcome, a comparison, a time, a measure."""

    id: Slug
    """Short name of the question."""
    title: Text
    """Heading in reports and plots."""
    text: Text
    """The question in a sentence."""
    outcomes: tuple[OutcomeChoice, ...] = Field(min_length=1)
    """Constructs in order of preference; one result per study is used."""
    better: Better
    """Which direction of the outcome is good for the participant."""
    measure: Annotated[Text, AfterValidator(str.upper)]
    """Effect measure, as in the catalog of measures."""
    time: Time
    """Which time point; of several the latest."""
    criteria: Criteria = Criteria()
    """What differs from the review's criteria."""
    subgroups: Literal["substance", "control type", "randomised"] | None = None
    """Characteristic to show subgroups by."""
    expected_subgroups: tuple[Text, ...] = ()
    """Subgroups to show even when they are empty."""
    sensitivity: tuple[Key, ...] = ()
    """Ids of the review's sensitivity sets to run."""
    experimental_label: Text = "Ketamine"
    """Name of the tested side in plots."""
    control_label: Text = "Control"
    """Name of the control side in plots."""


class Review(Record):
    """A review: its questions and everything they share."""

    id: Slug
    """Short name of the review, the same as its folder."""
    title: Text
    """Title of the report."""
    purpose: Text
    """What the review is for, in a few sentences."""
    search_date: Text
    """When the records were last brought up to date."""
    limits: tuple[Text, ...] = ()
    """What a reader must know about the evidence as a whole."""
    choices: Choices = Choices()
    """How effects are computed and pooled, unless a command says otherwise."""
    criteria: Criteria = Criteria()
    """Criteria of every question, unless the question overrides them."""
    thresholds: Thresholds
    """Thresholds of the flags, each with its reason."""
    sets: tuple[SensitivitySet, ...] = ()
    """Named variations that questions can ask for."""
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]
    """The questions, in the order of the report."""

    def question(self, question_id: str) -> Question | None:
        """The question with this id, or None."""
        return next((q for q in self.questions if q.id == question_id), None)
