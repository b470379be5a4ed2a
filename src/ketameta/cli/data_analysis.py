"""A user's table, pooled: from a file to one analysis, or one for each value of a column."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ketameta.cli.data_options import DataRequest
from ketameta.cli.data_rows import study_row
from ketameta.cli.data_samples import (
    Sample,
    Samples,
    refuse_far_apart,
    table_samples,
    too_far_apart,
)
from ketameta.cli.method_options import Methods
from ketameta.measures.catalog import Measure
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.new_study import NO_STUDY, probability_above, why_no_probability
from ketameta.pooling.pool import pool
from ketameta.pooling.result import PooledResult
from ketameta.sensitivity.preset_pool import pool_preset
from ketameta.synthesis.answer import Analysis, Answer, QuestionLine


@dataclass(frozen=True, slots=True)
class TableGroup:
    """One meta-analysis of a table; `value` is that of the column `--by`, None where empty.

    `further` holds what only the method chosen says, for JSON.
    """

    value: str | None
    answer: Answer
    further: Mapping[str, Any] = field(default_factory=dict)

    @property
    def analysis(self) -> Analysis:
        """The one analysis there is."""
        return self.answer.main


@dataclass(frozen=True, slots=True)
class TableAnalysis:
    """All meta-analyses of a table, and what to tell about how it was read."""

    source: str
    measure: Measure
    by: str | None
    groups: tuple[TableGroup, ...]
    notes: tuple[str, ...] = ()


def analyse_table(request: DataRequest, methods: Methods) -> TableAnalysis:
    """Pool a table as `request` asks.

    Raises
    ------
    UsageError
        For a file, column, measure or method that does not exist.
    DataError
        For a value that cannot be, with `file:line:`; and where no row can be analysed, with the
        reason for each.
    """
    methods.check()
    samples = table_samples(request, zero_cells=methods.zero_cells, program=methods.program)
    groups = tuple(
        _with_chance(_group(samples, sample, methods), methods.threshold)
        for sample in samples.samples
    )
    return TableAnalysis(
        samples.source, samples.measure, request.by, groups, (*samples.notes, *methods.notes)
    )


def _group(samples: Samples, sample: Sample, methods: Methods) -> TableGroup:
    if not methods.from_counts:
        if sample.estimates.k == 0:
            return TableGroup(sample.key, _answer(sample, None))
        if methods.program is not None:
            return _by_program(samples, sample, methods)
        pooled = pool_carefully(samples.source, sample.estimates, methods)
        return TableGroup(sample.key, _answer(sample, pooled))
    from ketameta.cli.count_methods import pool_counts

    assert methods.method is not None
    found = pool_counts(sample, methods.method, methods)
    return TableGroup(sample.key, _answer(found.sample, found.pooled), found.further)


def _with_chance(group: TableGroup, threshold: float | None) -> TableGroup:
    """With the probability that the effect in a new study lies above a threshold, if asked for."""
    if threshold is None:
        return group
    pooled = group.analysis.pooled
    chance = None if pooled is None else probability_above(pooled, threshold)
    said = {
        "threshold": threshold,
        "new_study_above": chance,
        "new_study_reason": NO_STUDY if pooled is None else why_no_probability(pooled) or None,
    }
    return replace(group, further={**group.further, **said})


def _by_program(samples: Samples, sample: Sample, methods: Methods) -> TableGroup:
    """Pooled as a program does; `further` has what it shows in its own way."""
    assert methods.program is not None
    assert sample.rows is not None
    refuse_far_apart(samples.source, sample.estimates)
    with np.errstate(all="ignore"):  # what overflows is refused
        found = pool_preset(sample.rows.computed, methods.program, level=methods.coverage)
    if not (math.isfinite(found.pooled.estimate) and math.isfinite(found.pooled.se)):
        raise too_far_apart(samples.source)
    spread = found.pooled.heterogeneity
    further = {
        "i2": found.i2,
        "h2": spread.h2_q if spread.h2 is None else spread.h2,
        "prediction_method": found.prediction_method,
        "preset": methods.program.code,
        "q_centre": found.q_centre,
    }
    return TableGroup(sample.key, _answer(sample, found.pooled), further)


def _answer(sample: Sample, pooled: PooledResult | None) -> Answer:
    """An answer without a question: which direction is good is not known."""
    question = QuestionLine(
        id=sample.title,
        title=sample.title,
        text="",
        measure=sample.measure.code,
        better="not stated",
        outcome="",
        time="",
        favours_experimental="Favours group 1",
        favours_control="Favours group 2",
    )
    return Answer(question, _analysis(sample, pooled))


def _analysis(sample: Sample, pooled: PooledResult | None) -> Analysis:
    title, rows = sample.title, sample.rows
    if pooled is None:
        return Analysis(title, title, (), None, sample.left_out)
    assert rows is not None
    studies = tuple(
        study_row(rows.table, rows.computed, i, line=line, level=pooled.level)
        for i, line in enumerate(rows.used)
    )
    return Analysis(title, title, studies, pooled, sample.left_out)


def pool_carefully(source: str, estimates: EffectEstimates, methods: Methods) -> PooledResult:
    """The pooled result; DataError where the numbers are too far apart for the computer."""
    refuse_far_apart(source, estimates)
    with np.errstate(all="ignore"):  # what overflows is refused
        result = pool(estimates, methods.choices())
    if not (math.isfinite(result.estimate) and math.isfinite(result.se)):
        raise too_far_apart(source)
    return result
