"""`Answer`: everything a figure, table or report may know about one question."""

from __future__ import annotations

from dataclasses import dataclass

from ketameta.measures.conversions import Assumption
from ketameta.measures.estimates import Caution
from ketameta.pooling.result import PooledResult


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag raised on a study or on a pool.

    `code` is that of `appraisal.catalog`; `message` says what was found here, in one sentence.
    """

    code: str
    severity: str
    message: str


@dataclass(frozen=True, slots=True)
class ArmNumbers:
    """What one side of a comparison contributed; None where the source gives no such number.

    `n` are the people analysed, `arms` the ids of the arms in the record. Events of users' tables
    need not be whole: those of cluster trials are divided by the design effect.
    """

    label: str
    events: int | float | None = None
    n: int | None = None
    mean: float | None = None
    sd: float | None = None
    arms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceLine:
    """Where the numbers of a row were read."""

    document: str
    locator: str
    address: str | None
    verification: str
    derivation: str | None
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class RowRiskOfBias:
    """How the result of a row was judged: the tool, overall, and each domain with its level.

    `status` says how it came about: one rating, ratings agree, disputed (the worse judgement
    stands) or consensus. A level is "" where an answer is missing. `confirmed` is False where
    no person has signed under what was drafted.
    """

    tool: str
    overall: str
    domains: tuple[tuple[str, str], ...] = ()
    status: str = ""
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class UnknownOutcomes:
    """People of a row whose outcome nobody knows.

    Attributes
    ----------
    experimental, control
        How many on each side; None where no source tells, or what was done cannot be undone.
    counted
        How they stand in the events and people of each side: nobody, left out, counted with the
        event, counted without the event, imputed or modelled, not stated.
    why
        How the numbers come about, or what is missing, in one sentence.
    """

    experimental: int | None
    control: int | None
    counted: str
    why: str


@dataclass(frozen=True, slots=True)
class PrintedContrast:
    """A comparison as its source prints it, digit by digit.

    `low`, `high` and `level` (in percent) are "" without an interval, `se` without a standard
    error. `turned` where the source tells of the opposite outcome.
    """

    measure: str
    estimate: str
    low: str = ""
    high: str = ""
    level: str = ""
    se: str = ""
    turned: bool = False


@dataclass(frozen=True, slots=True)
class StudyRow:
    """One study in one analysis.

    `y`, `v`, `low` and `high` are on the analysis scale (log for ratios), oriented so that the
    experimental side comes first and the outcome is the question's own (an odds ratio for relapse
    is inverted where the question asks for abstinence; `how` says so). `n` are the people behind
    the estimate, None where no source tells; `weeks` count from the start of treatment.
    `risk_of_bias` is None where nobody has assessed the result. `unknown` is None for outcomes that
    are no events; `assumptions` are what the estimate rests on beside what its source prints.
    `printed` is None where the estimate was worked out from numbers of each group.
    """

    study: str
    label: str
    substance: str
    design: str
    randomised: str
    contrast_class: str
    control_type: str
    time_label: str
    weeks: float | None
    outcome: str
    experimental: ArmNumbers
    control: ArmNumbers
    how: str
    y: float
    v: float
    low: float
    high: float
    n: int | None
    source: SourceLine
    outcome_id: str = ""
    assessment: str = "not stated"
    flags: tuple[Flag, ...] = ()
    risk_of_bias: RowRiskOfBias | None = None
    unknown: UnknownOutcomes | None = None
    assumptions: tuple[Assumption, ...] = ()
    printed: PrintedContrast | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A study that is not in an analysis, and why."""

    study: str
    label: str
    substance: str
    status: str
    reason: str
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """One set of rows and what pooling them gave.

    `pooled` is None when there is no row; with one row it is that study's own estimate
    (`pooled.k == 1`) and must be shown as one study, not pooled. `pooled.weights` has the order
    of `rows`.
    """

    id: str
    title: str
    rows: tuple[StudyRow, ...]
    pooled: PooledResult | None
    left_out: tuple[LeftOut, ...] = ()
    flags: tuple[Flag, ...] = ()

    @property
    def k(self) -> int:
        """Number of studies."""
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Subgroup:
    """One subgroup of the main analysis; `expected` groups without a study are listed too."""

    name: str
    analysis: Analysis


@dataclass(frozen=True, slots=True)
class SubgroupTest:
    """Test of subgroup differences; the p value is None where no test is possible."""

    by: str
    q: float | None
    df: int | None
    p_value: float | None
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """What of the question a reader of the answer needs.

    `better` is "higher" or "lower": which direction of the estimate favours ketamine.
    """

    id: str
    title: str
    text: str
    measure: str
    better: str
    outcome: str
    time: str
    favours_experimental: str = "Favours ketamine"
    favours_control: str = "Favours control"


@dataclass(frozen=True, slots=True)
class BayesLine:
    """The main analysis under one prior of tau: medians and shortest credible intervals.

    On the analysis scale; `better` is the probability that the mean effect favours ketamine, None
    where the measure has no null value or the question no direction.
    """

    prior: str
    median: float
    low: float | None
    high: float | None
    new_low: float | None
    new_high: float | None
    tau_median: float
    tau_low: float | None
    tau_high: float | None
    better: float | None


@dataclass(frozen=True, slots=True)
class InfluenceLine:
    """What one study of the main analysis does to it; None where a number is not defined."""

    study: str
    label: str
    rstudent: float | None
    dffits: float | None
    cooks_distance: float | None
    covariance_ratio: float | None
    tau2_deleted: float | None
    q_deleted: float | None
    hat: float | None
    influential: bool


@dataclass(frozen=True, slots=True)
class UniverseLine:
    """The answer under one combination of choices, on the analysis scale."""

    inclusion: str
    measure: str
    tau2_method: str
    interval_method: str
    zero_cells: str | None
    k: int
    estimate: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class SmallStudyLine:
    """A test of whether small studies show other effects; None where it gives no p value."""

    code: str
    name: str
    statistic: float | None
    p_value: float | None


@dataclass(frozen=True, slots=True)
class Further:
    """Other looks at the main analysis; parts that do not apply are empty.

    Attributes
    ----------
    bayes
        Under several priors of tau, where there are fewer than five studies and the measure has a
        default prior; the default first.
    influence
        One line per study.
    universes
        Every defensible combination of choices that gives a pooled result.
    universes_merged
        Choices that make no difference to the data and are counted once.
    small_studies
        Tests of small-study effects, from ten studies on.
    small_studies_gate
        Why there are none, or why not to rely on them.
    """

    bayes: tuple[BayesLine, ...] = ()
    influence: tuple[InfluenceLine, ...] = ()
    universes: tuple[UniverseLine, ...] = ()
    universes_merged: tuple[str, ...] = ()
    small_studies: tuple[SmallStudyLine, ...] = ()
    small_studies_gate: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question of a review.

    Attributes
    ----------
    question
        What was asked.
    main
        The main analysis, with every study left out and its reason.
    subgroups, subgroup_test
        The main analysis split, in the order of the question; None and empty where not asked.
    sensitivity
        Other analyses of the same question, each with a title that says what differs.
    leave_one_out
        The main analysis without each study in turn (empty below three studies).
    further
        Other looks at the main analysis; None below two studies.
    """

    question: QuestionLine
    main: Analysis
    subgroups: tuple[Subgroup, ...] = ()
    subgroup_test: SubgroupTest | None = None
    sensitivity: tuple[Analysis, ...] = ()
    leave_one_out: tuple[Analysis, ...] = ()
    further: Further | None = None
