"""From a question and the records to an `Answer`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ketameta.measures.catalog import measure as find_measure
from ketameta.measures.estimates import Caution, EffectEstimates
from ketameta.measures.generic import normal_quantile
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.result import PooledResult
from ketameta.questions.candidates import Candidate
from ketameta.questions.question import Choices, Criteria, Question, Review, WeeksWindow
from ketameta.questions.selection import LeftOutStudy, select
from ketameta.records.store import Evidence
from ketameta.sensitivity.leave_one_out import leave_one_out
from ketameta.sensitivity.subgroups import subgroups
from ketameta.sensitivity.universes import ZERO_CELL_RULES
from ketameta.synthesis.answer import (
    Analysis,
    Answer,
    Further,
    LeftOut,
    QuestionLine,
    StudyRow,
    Subgroup,
    SubgroupTest,
)
from ketameta.synthesis.estimation import Estimate, estimate
from ketameta.synthesis.further import further, small_study_looks
from ketameta.synthesis.question_tornado import Asked
from ketameta.synthesis.result_source import result_source
from ketameta.synthesis.row_pooling import (
    DIFFERENCE,
    pool_rows,
    pooling_choices,
    row_estimates,
    same_for_all,
    score_limits,
    without_contrast,
)
from ketameta.synthesis.unknown_outcomes import unknown_outcomes

SMALLEST_LEAVE_ONE_OUT = 3
MAIN = "main"
MAIN_ANALYSIS = "Main analysis"
"""What the inclusion rule of the main analysis is called."""
_TOUCHED = "touched: "


@dataclass(frozen=True, slots=True)
class _Setting:
    """What stays the same while one question is answered."""

    review: Review
    question: Question
    evidence: Evidence

    @property
    def choices(self) -> Choices:
        return self.review.choices

    @property
    def pooling(self) -> PoolingChoices:
        return pooling_choices(self.review.choices)

    @property
    def criteria(self) -> Criteria:
        return self.review.criteria.overridden_by(self.question.criteria)

    def without_contrast(self, rows: Sequence[StudyRow]) -> bool:
        """Whether rows are pooled from their counts, because their variances say nothing."""
        return without_contrast(rows, self.question.measure)


def answer(
    question: Question, review: Review, evidence: Evidence, *, brief: bool = False
) -> Answer:
    """Answer one question of a review from the evidence.

    Returns the main analysis, its subgroups and their test, the sensitivity sets the question
    names, and the main analysis without each study in turn. Flags are added by `appraisal`. A
    brief answer takes no further looks but the tests of small-study effects.
    """
    setting = _Setting(review, question, evidence)
    main = _analysis(setting, setting.criteria, MAIN, question.title)
    groups, test = _subgroups(setting, main)
    sets = {s.id: s for s in review.sets}
    sensitivity = tuple(
        _analysis(setting, setting.criteria.overridden_by(sets[i].criteria), i, sets[i].title)
        for i in question.sensitivity
    )
    line = _line(question)
    return Answer(
        line,
        main,
        groups,
        test,
        sensitivity,
        _leave_one_out(setting, main),
        _small_studies(setting, main) if brief else _further(setting, line, main, sensitivity),
    )


def _small_studies(setting: _Setting, main: Analysis) -> Further | None:
    if main.k < 2 or setting.without_contrast(main.rows):
        return None
    return small_study_looks(_estimates(setting, main.rows))


def _further(
    setting: _Setting, line: QuestionLine, main: Analysis, sensitivity: Sequence[Analysis]
) -> Further | None:
    """Other looks at the main analysis; None below two studies, or without an event in any."""
    if main.k < 2 or setting.without_contrast(main.rows):
        return None
    own = str(setting.choices.zero_cells)
    rules = (own, *(rule for rule in ZERO_CELL_RULES if rule != own))
    sets = [
        (_inclusion(analysis), rule, _estimates(setting, analysis.rows))
        for rule, analysis in _analyses_by_rule(setting, (main, *sensitivity), rules)
        if analysis.k > 1 and not setting.without_contrast(analysis.rows)
    ]
    return further(
        line, [r.study for r in main.rows], _estimates(setting, main.rows), setting.pooling, sets
    )


def _inclusion(analysis: Analysis) -> str:
    return MAIN_ANALYSIS if analysis.id == MAIN else analysis.title


def inclusion_sets(
    asked: Asked, answer: Answer, rules: Sequence[str]
) -> Iterator[tuple[str, str | None, Analysis]]:
    """The main analysis of an answer and its sensitivity sets, under each rule for zero cells.

    Parameters
    ----------
    asked
        What the answer is to.
    rules
        Codes of rules; of a measure that has no zero cells none is used.

    Yields
    ------
    Name of the inclusion rule, the rule for zero cells (None where there is none), the analysis.
    """
    setting = _Setting(asked.review, asked.question, asked.evidence)
    analyses = (answer.main, *answer.sensitivity)
    for rule, analysis in _analyses_by_rule(setting, analyses, rules):
        yield _inclusion(analysis), rule, analysis


def _analyses_by_rule(
    setting: _Setting, analyses: Sequence[Analysis], rules: Sequence[str]
) -> Iterator[tuple[str | None, Analysis]]:
    """The analyses, which were made under the review's own rule, under each of the rules."""
    if find_measure(setting.question.measure).zero_add is None:
        yield from ((None, analysis) for analysis in analyses)
        return
    criteria = {s.id: setting.criteria.overridden_by(s.criteria) for s in setting.review.sets}
    criteria[MAIN] = setting.criteria
    for rule in rules:
        if rule == setting.choices.zero_cells:
            yield from ((rule, analysis) for analysis in analyses)
            continue
        choices = setting.choices.model_copy(update={"zero_cells": rule})
        review = setting.review.model_copy(update={"choices": choices})
        other = replace(setting, review=review)
        for analysis in analyses:
            yield rule, _analysis(other, criteria[analysis.id], analysis.id, analysis.title)


def _line(question: Question) -> QuestionLine:
    outcome = " or ".join(
        f"no {c.construct_}" if c.invert else str(c.construct_) for c in question.outcomes
    )
    window = question.time
    if isinstance(window, WeeksWindow):
        time = f"weeks {window.minimum} to {window.maximum}"
    else:
        time = window
    return QuestionLine(
        id=question.id,
        title=question.title,
        text=question.text,
        measure=find_measure(question.measure).code,
        better=str(question.better),
        outcome=outcome,
        time=time,
        favours_experimental=f"Favours {question.experimental_label.lower()}",
        favours_control=f"Favours {question.control_label.lower()}",
    )


def _analysis(setting: _Setting, criteria: Criteria, name: str, title: str) -> Analysis:
    selection = select(setting.question, criteria, setting.evidence.studies)
    rows: list[StudyRow] = []
    left_out = [_left_out(item) for item in selection.left_out]
    cautions: list[Caution] = []
    for candidate in selection.chosen:
        found = estimate(candidate, setting.question.measure, setting.choices.zero_cells)
        if isinstance(found, str):
            reason = f"{candidate.result.time.label}: {found}"
            left_out.append(_left_out(LeftOutStudy(candidate.study, "no usable number", reason)))
            continue
        cautions += found.cautions
        rows.append(_row(setting, candidate, found))
    pooled = None
    if rows:
        pooled = pool_rows(rows, setting.question.measure, setting.pooling)
        made = () if setting.without_contrast(rows) else _merged(cautions)
        pooled = replace(pooled, cautions=(*made, *pooled.cautions))
    return Analysis(name, title, tuple(rows), pooled, tuple(left_out))


def _merged(cautions: Sequence[Caution]) -> tuple[Caution, ...]:
    """Cautions each once; those that differ only in the rows touched as one that names them all."""
    touched: dict[tuple[str, str], list[str]] = {}
    for caution in dict.fromkeys(cautions):
        start, _, rows = caution.message.partition(_TOUCHED)
        touched.setdefault((caution.code, start), []).append(rows.removesuffix("."))
    return tuple(
        Caution(code, f"{start}{_TOUCHED}{', '.join(rows)}." if any(rows) else start)
        for (code, start), rows in touched.items()
    )


def _estimates(setting: _Setting, rows: Sequence[StudyRow]) -> EffectEstimates:
    return row_estimates(rows, setting.question.measure)


def _row(setting: _Setting, candidate: Candidate, found: Estimate) -> StudyRow:
    study, result = candidate.study, candidate.result
    low, high = _limits(setting, found)
    return StudyRow(
        study=study.id,
        label=study.label,
        substance=str(study.substance),
        design=str(study.design.type),
        randomised=str(study.design.randomised),
        contrast_class=str(candidate.contrast_class),
        control_type=candidate.control_type,
        time_label=result.time.label,
        weeks=None if result.time.weeks is None else float(result.time.weeks),
        outcome=candidate.outcome.definition,
        experimental=found.experimental,
        control=found.control,
        how=found.how,
        y=found.y,
        v=found.v,
        low=low,
        high=high,
        n=found.n,
        source=result_source(setting.evidence, study, candidate.index),
        outcome_id=candidate.outcome.id,
        assessment=str(result.assessment),
        unknown=unknown_outcomes(candidate),
        assumptions=tuple(one for _, one in found.assumptions),
        printed=found.printed,
    )


def _limits(setting: _Setting, found: Estimate) -> tuple[float, float]:
    """The study's own interval: normal, without a contrast of counts the score interval."""
    level, one, two = setting.pooling.level, found.experimental, found.control
    if find_measure(setting.question.measure).code == DIFFERENCE and same_for_all(one, two):
        return score_limits(one, two, level=level)
    half = float(normal_quantile(level)) * math.sqrt(found.v)
    return found.y - half, found.y + half


def _left_out(item: LeftOutStudy) -> LeftOut:
    study = item.study
    return LeftOut(
        study.id, study.label, str(study.substance), item.category, item.reason, item.where
    )


def _subgroups(
    setting: _Setting, main: Analysis
) -> tuple[tuple[Subgroup, ...], SubgroupTest | None]:
    by = setting.question.subgroups
    if by is None:
        return (), None
    members: dict[str, list[StudyRow]] = {str(n): [] for n in setting.question.expected_subgroups}
    for row in main.rows:
        members.setdefault(_group(row, by), []).append(row)
    if not main.rows:
        empty = (Subgroup(name, Analysis(name, name, (), None)) for name in members)
        return tuple(empty), SubgroupTest(by, None, None, None)
    if setting.without_contrast(main.rows):
        return _groups(setting, members, {}), SubgroupTest(by, None, None, None, (NO_SPREAD,))
    split = subgroups(
        _estimates(setting, main.rows), [_group(row, by) for row in main.rows], setting.pooling
    )
    test = SubgroupTest(by, split.q_between, split.df, split.p_value, split.cautions)
    return _groups(setting, members, dict(split.groups)), test


def _groups(
    setting: _Setting, members: Mapping[str, Sequence[StudyRow]], pooled: Mapping[str, PooledResult]
) -> tuple[Subgroup, ...]:
    return tuple(
        Subgroup(name, Analysis(name, name, tuple(rows), _again(setting, rows, pooled.get(name))))
        for name, rows in members.items()
    )


def _again(
    setting: _Setting, rows: Sequence[StudyRow], found: PooledResult | None
) -> PooledResult | None:
    """What was pooled; from its counts where these rows alone have no event."""
    if not setting.without_contrast(rows):
        return found
    return pool_rows(rows, setting.question.measure, setting.pooling)


NO_SPREAD = Caution(
    "subgroups_without_contrast",
    "Nobody, or everybody, in all groups had the event: there is no difference to compare.",
)


def _group(row: StudyRow, by: str) -> str:
    return {"substance": row.substance, "control type": row.control_type}.get(
        by, f"randomised: {row.randomised}"
    )


def _leave_one_out(setting: _Setting, main: Analysis) -> tuple[Analysis, ...]:
    if main.k < SMALLEST_LEAVE_ONE_OUT:
        return ()
    results = leave_one_out(_estimates(setting, main.rows), setting.pooling)
    kept = [tuple(other for other in main.rows if other is not row) for row in main.rows]
    return tuple(
        Analysis(
            f"without-{row.study}", f"Without {row.label}", others, _again(setting, others, result)
        )
        for row, others, (_, result) in zip(main.rows, kept, results, strict=True)
    )
