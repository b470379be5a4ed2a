"""Do effects differ with what studies did, and can the studies on record tell?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ketameta.errors import KetametaError, UsageError
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.design_matrix import design_from_columns
from ketameta.pooling.regression import regress
from ketameta.pooling.regression_choices import COEFFICIENT_TESTS, RegressionChoices
from ketameta.pooling.result import Interval, PooledResult
from ketameta.questions.question import Review
from ketameta.records.store import Evidence
from ketameta.sensitivity.bias.gate import ENOUGH_STUDIES
from ketameta.sensitivity.subgroups import subgroups
from ketameta.synthesis.answer import Analysis, Answer, QuestionLine, StudyRow
from ketameta.synthesis.moderator_values import MODERATORS, Moderator, ModeratorValue
from ketameta.synthesis.row_pooling import pool_rows, pooling_choices, row_estimates

ALL_CONTRASTS = "all-contrasts"
ENOUGH_FOR_A_LINE = 3
"""Two studies always lie on a line."""


@dataclass(frozen=True, slots=True)
class ModeratedStudy:
    """A study of an analysis with its value of each moderator, by name."""

    row: StudyRow
    values: Mapping[str, ModeratorValue]


@dataclass(frozen=True, slots=True)
class ModeratorLevel:
    """Studies that share a level; `pooled` from two studies on, one study stays as it is."""

    name: str
    rows: tuple[StudyRow, ...]
    pooled: PooledResult | None


@dataclass(frozen=True, slots=True)
class LevelsFound:
    """What levels of a moderator show.

    Attributes
    ----------
    unknown
        Labels of studies whose level no source states.
    q, df, p_value
        Test that levels of two studies or more have the same mean; None where there is none,
        for the reason in `why_not`.
    tested
        Names of the levels in the test.
    """

    moderator: Moderator
    levels: tuple[ModeratorLevel, ...]
    unknown: tuple[str, ...]
    q: float | None
    df: int | None
    p_value: float | None
    tested: tuple[str, ...] = ()
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class SlopeFound:
    """A meta-regression on one number, on the analysis scale per unit; None with a `why_not`."""

    moderator: Moderator
    labels: tuple[str, ...]
    unknown: tuple[str, ...]
    slope: float | None
    interval: Interval
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class ModeratedSet:
    """One set of studies, with what levels and lines through it show."""

    id: str
    title: str
    studies: tuple[ModeratedStudy, ...]
    levels: tuple[LevelsFound, ...]
    slopes: tuple[SlopeFound, ...]

    @property
    def enough(self) -> bool:
        """Whether there are ten studies."""
        return len(self.studies) >= ENOUGH_STUDIES


@dataclass(frozen=True, slots=True)
class Moderated:
    """A question's main analysis and, where it differs, the one with all contrasts."""

    question: QuestionLine
    level: float
    sets: tuple[ModeratedSet, ...]


def moderated(
    answer: Answer, evidence: Evidence, review: Review, by: str | None = None
) -> Moderated | None:
    """Moderators of one question.

    Parameters
    ----------
    answer
        The question's answer.
    evidence, review
        The records it rests on, and the methods.
    by
        Name of one moderator; None for all.

    Returns
    -------
    None where no set has two studies.

    Raises
    ------
    UsageError
        For a moderator that is not looked at.

    References
    ----------
    Thompson SG, Higgins JPT. Stat Med 2002;21:1559-1573. doi:10.1002/sim.1187.
    """
    chosen = tuple(m for m in MODERATORS if by is None or m.name == by)
    if not chosen:
        known = ", ".join(m.name for m in MODERATORS)
        raise UsageError(f"--by: there is no moderator {by!r}. Known are {known}.")
    sets = tuple(_set(a, answer, evidence, review, chosen) for a in _analyses(answer))
    return Moderated(answer.question, float(review.choices.level) / 100, sets) if sets else None


def _analyses(answer: Answer) -> list[Analysis]:
    """The main analysis, and all contrasts where they bring in further studies."""
    wide = [a for a in answer.sensitivity if a.id == ALL_CONTRASTS and a.k > answer.main.k]
    return [a for a in (answer.main, *wide) if a.k > 1]


def _set(
    analysis: Analysis,
    answer: Answer,
    evidence: Evidence,
    review: Review,
    chosen: Sequence[Moderator],
) -> ModeratedSet:
    studies = tuple(
        ModeratedStudy(
            row, {m.name: m.read(evidence.get(row.study).study, row) for m in MODERATORS}
        )
        for row in analysis.rows
    )
    setting = _Setting(answer.question.measure, review)
    title = "Main analysis" if analysis is answer.main else analysis.title
    return ModeratedSet(
        analysis.id,
        title,
        studies,
        tuple(setting.levels(m, studies) for m in chosen if not m.numeric),
        tuple(setting.slope(m, studies) for m in chosen if m.numeric),
    )


@dataclass(frozen=True, slots=True)
class _Setting:
    """The measure and the review's methods."""

    measure: str
    review: Review

    @property
    def pooling(self) -> PoolingChoices:
        return pooling_choices(self.review.choices)

    @property
    def regression(self) -> RegressionChoices:
        chosen = self.review.choices
        interval = chosen.interval if chosen.interval in COEFFICIENT_TESTS else None
        return RegressionChoices(chosen.tau2, interval, float(chosen.level) / 100)

    def estimates(self, rows: Sequence[StudyRow]) -> EffectEstimates:
        return row_estimates(rows, self.measure)

    def levels(self, moderator: Moderator, studies: Sequence[ModeratedStudy]) -> LevelsFound:
        members: dict[str, list[StudyRow]] = {}
        unknown = []
        for study in studies:
            level = study.values[moderator.name].level
            if level is None:
                unknown.append(study.row.label)
            else:
                members.setdefault(level, []).append(study.row)
        levels = tuple(
            ModeratorLevel(
                name,
                tuple(rows),
                pool_rows(rows, self.measure, self.pooling) if len(rows) > 1 else None,
            )
            for name, rows in members.items()
        )
        several = {level.name: level.rows for level in levels if level.pooled is not None}
        if len(several) < 2:
            return LevelsFound(
                moderator, levels, tuple(unknown), None, None, None, (), _why_no_test(levels)
            )
        rows = [row for group in several.values() for row in group]
        names = [name for name, group in several.items() for _ in group]
        test = subgroups(self.estimates(rows), names, self.pooling)
        return LevelsFound(
            moderator,
            levels,
            tuple(unknown),
            test.q_between,
            test.df,
            test.p_value,
            tuple(several),
            "; ".join(c.message for c in test.cautions) if test.q_between is None else "",
        )

    def slope(self, moderator: Moderator, studies: Sequence[ModeratedStudy]) -> SlopeFound:
        known, values, unknown = [], [], []
        for study in studies:
            number = study.values[moderator.name].number
            if number is None:
                unknown.append(study.row.label)
            else:
                known.append(study.row)
                values.append(number)
        labels, none = tuple(row.label for row in known), Interval(None, None)
        reason = _why_no_line(values)
        if not reason:
            try:
                design = design_from_columns({moderator.name: values})
                found = regress(self.estimates(known), design, choices=self.regression)
                line = found.coefficients[1]
                return SlopeFound(moderator, labels, tuple(unknown), line.estimate, line.interval)
            except KetametaError as error:
                reason = str(error)
        return SlopeFound(moderator, labels, tuple(unknown), None, none, reason)


def _why_no_test(levels: Sequence[ModeratorLevel]) -> str:
    if not levels:
        return "No study states it."
    if len(levels) == 1:
        return "All studies that state it are alike in it."
    return "A test needs two levels with two studies each; a single study stands for itself alone."


def _why_no_line(values: Sequence[float]) -> str:
    if len(values) < ENOUGH_FOR_A_LINE:
        return f"{len(values)} of the studies state it as one number; a line needs three."
    if len(set(values)) == 1:
        return "All studies that state it have the same value."
    return ""
