"""An answer as a program would give it: its effect sizes, its estimator, its intervals, its Q."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ketameta.measures.effects import EffectTable
from ketameta.measures.generic import normal_quantile
from ketameta.pooling.presets import Preset
from ketameta.sensitivity.pooler import program_pooler
from ketameta.sensitivity.preset_estimates import preset_effects
from ketameta.sensitivity.preset_pool import PresetPool, pool_preset
from ketameta.sensitivity.subgroups import subgroups
from ketameta.synthesis.answer import (
    Analysis,
    Answer,
    LeftOut,
    StudyRow,
    Subgroup,
    SubgroupTest,
)
from ketameta.synthesis.study_columns import study_columns

SMALLEST_LEAVE_ONE_OUT = 3
NOT_BY_PROGRAM = "no usable number"


@dataclass(frozen=True, slots=True)
class ByProgram:
    """How a program answers.

    Attributes
    ----------
    program
        The preset, with the options that were asked for in place of its own.
    zero_cells
        The review's rule, by which the answer's estimates were made.
    level
        Coverage of every interval, between 0 and 1.
    """

    program: Preset
    zero_cells: str
    level: float = 0.95

    def table(self, studies: Sequence[StudyRow], code: str) -> EffectTable:
        """The program's estimates of these studies, made from their counts, means or reports."""
        columns = study_columns(studies, code, self.zero_cells)
        return preset_effects(code, columns, self.program, labels=[row.label for row in studies])


def program_fields(found: PresetPool, program: Preset) -> dict[str, Any]:
    """What a program shows in a way of its own, for JSON."""
    spread = found.pooled.heterogeneity
    return {
        "i2": found.i2,
        "h2": spread.h2_q if spread.h2 is None else spread.h2,
        "prediction_method": found.prediction_method,
        "preset": program.code,
        "q_centre": found.q_centre,
    }


def answer_by_program(
    answer: Answer, by: ByProgram
) -> tuple[Answer, Mapping[tuple[str, str], Mapping[str, Any]]]:
    """Every analysis of an answer made again as a program does it.

    The studies are those that the review selected; estimates are made anew from the numbers of
    both sides where these give the review's own, and taken as reported otherwise. A study that
    the program cannot use is left out with its reason.

    Parameters
    ----------
    answer
        The answer by the review's own methods. Its flags and other looks (`further`) are of
        those, so the new answer has none.

    Returns
    -------
    The answer, and `program_fields` of each analysis by its kind (main, subgroups, sensitivity,
    leave_one_out) and id.
    """
    told: dict[tuple[str, str], Mapping[str, Any]] = {}

    def again(kind: str, analysis: Analysis) -> Analysis:
        found, fields = _again(analysis, answer.question.measure, by)
        if fields is not None:
            told[kind, analysis.id] = fields
        return found

    main = again("main", answer.main)
    groups = tuple(replace(s, analysis=again("subgroups", s.analysis)) for s in answer.subgroups)
    kept = {row.study for row in main.rows}
    alone = [] if main.k < SMALLEST_LEAVE_ONE_OUT else answer.leave_one_out
    made = Answer(
        answer.question,
        main,
        groups,
        _test(answer, main, groups, by),
        tuple(again("sensitivity", analysis) for analysis in answer.sensitivity),
        tuple(again("leave_one_out", a) for a in alone if a.id.removeprefix("without-") in kept),
    )
    return made, told


def _again(
    analysis: Analysis, code: str, by: ByProgram
) -> tuple[Analysis, Mapping[str, Any] | None]:
    if not analysis.rows:
        return replace(analysis, flags=()), None
    table = by.table(analysis.rows, code)
    gone = tuple(
        LeftOut(row.study, row.label, row.substance, NOT_BY_PROGRAM, f"{item.reason}.")
        for item in table.excluded
        for row in (analysis.rows[item.row],)
    )
    rows = tuple(_row(analysis, table, i, by.level) for i in range(table.estimates.k))
    bare = replace(analysis, rows=rows, flags=(), left_out=(*analysis.left_out, *gone))
    if not rows:
        return replace(bare, pooled=None), None
    found = pool_preset(table, by.program, level=by.level)
    return replace(bare, pooled=found.pooled), program_fields(found, by.program)


def _row(analysis: Analysis, table: EffectTable, i: int, level: float) -> StudyRow:
    y, v = float(table.estimates.y[i]), float(table.estimates.v[i])
    half = float(normal_quantile(level)) * math.sqrt(v)
    row = analysis.rows[int(table.rows[i])]
    return replace(row, y=y, v=v, low=y - half, high=y + half, flags=())


def _test(
    answer: Answer, main: Analysis, groups: Sequence[Subgroup], by: ByProgram
) -> SubgroupTest | None:
    if answer.subgroup_test is None or not main.rows:
        return answer.subgroup_test
    table = by.table(answer.main.rows, answer.question.measure)
    group = {row.study: s.name for s in groups for row in s.analysis.rows}
    split = subgroups(
        table.estimates,
        [group[row.study] for row in main.rows],
        program_pooler(table, by.program, level=by.level),
    )
    return SubgroupTest(
        answer.subgroup_test.by, split.q_between, split.df, split.p_value, split.cautions
    )
