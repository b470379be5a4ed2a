"""A user's table, pooled: from a file to one analysis, or one for each value of a column."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ketameta.cli.data_columns import Selected, label_texts, select_columns
from ketameta.cli.data_options import DataRequest
from ketameta.cli.data_rows import study_row
from ketameta.cli.method_options import Methods
from ketameta.errors import DataError, UsageError
from ketameta.exchange.tabular import Table, read_delimited, read_table
from ketameta.measures.catalog import Measure, measure
from ketameta.measures.effects import EffectTable, effects
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.pool import pool
from ketameta.pooling.result import PooledResult
from ketameta.synthesis.answer import (
    Analysis,
    Answer,
    LeftOut,
    QuestionLine,
)

STANDARD_INPUT = "standard input"
NO_ROW = "rows without an estimate"


@dataclass(frozen=True, slots=True)
class TableGroup:
    """One meta-analysis of a table; `value` is that of the column `--by`, None where empty."""

    value: str | None
    answer: Answer

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


@dataclass(frozen=True, slots=True)
class _Job:
    """What stays the same for every group of a table."""

    table: Table
    entry: Measure
    selected: Selected
    labels: tuple[str, ...]
    methods: Methods


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
    table = _read(request)
    entry = _measure(request, table)
    job = _Job(
        table, entry, select_columns(table, entry), label_texts(table, request.study), methods
    )
    groups = tuple(
        TableGroup(value, _answer(job, _title(table, request.by, value), rows))
        for value, rows in _groups(table, request.by).items()
    )
    if not any(group.analysis.rows for group in groups):
        left_out = [item for group in groups for item in group.analysis.left_out]
        reasons = "\n".join(f"{item.where}: {item.label}: {item.reason}." for item in left_out)
        raise DataError(f"{table.source}: no row can be analysed as {entry.code}.\n{reasons}")
    return TableAnalysis(table.source, entry, request.by, groups, table.notes)


def _read(request: DataRequest) -> Table:
    if request.file is None:
        raise UsageError("--data: no file. Name one, or - for standard input.")
    if str(request.file) == "-":
        return read_delimited(sys.stdin.buffer.read(), STANDARD_INPUT)
    return read_table(request.file)


def _measure(request: DataRequest, table: Table) -> Measure:
    if request.measure is not None:
        return measure(request.measure)
    names = {name.strip().lower() for name in table.columns}
    if {"yi", "vi"} <= names or {"yi", "sei"} <= names:
        return measure("GEN")
    raise UsageError(
        f"{table.source}: the measure is not said. Add --measure OR, RR or RD for events, MD or "
        "SMD for means."
    )


def _groups(table: Table, by: str | None) -> dict[str | None, list[int]]:
    if by is None:
        return {None: list(range(table.size))}
    from ketameta.records.problems import did_you_mean

    if by not in table.columns:
        hint = did_you_mean(by, table.columns)
        raise UsageError(f'{table.source}:1: there is no column "{by}". {hint}')
    groups: dict[str | None, list[int]] = {}
    for row, value in enumerate(table.text(by)):
        groups.setdefault(value or None, []).append(row)
    return groups


def _title(table: Table, by: str | None, value: str | None) -> str:
    return table.source if by is None else f"{by}: {value or 'no value'}"


def _answer(job: _Job, title: str, rows: Sequence[int]) -> Answer:
    """An answer without a question: which direction is good is not known."""
    question = QuestionLine(
        id=title,
        title=title,
        text="",
        measure=job.entry.code,
        better="not stated",
        outcome="",
        time="",
        favours_experimental="Favours group 1",
        favours_control="Favours group 2",
    )
    return Answer(question, _analysis(job, title, rows))


def _analysis(job: _Job, title: str, rows: Sequence[int]) -> Analysis:
    computed = _effects(job, rows)
    left_out = tuple(_left_out(job, rows[item.row], item.reason) for item in computed.excluded)
    if computed.estimates.k == 0:
        return Analysis(title, title, (), None, left_out)
    pooled = _pooled(job, computed.estimates)
    studies = tuple(
        study_row(job.table, computed, i, line=rows[int(row)], level=pooled.level)
        for i, row in enumerate(computed.rows)
    )
    return Analysis(title, title, studies, pooled, left_out)


@np.errstate(all="ignore")  # what overflows is refused below
def _pooled(job: _Job, estimates: EffectEstimates) -> PooledResult:
    refusal = DataError(
        f"{job.table.source}: the numbers are too far apart to compute with. Check them, or change "
        "the unit."
    )
    if not np.isfinite(np.max(np.abs(estimates.y)) ** 2 / np.min(estimates.v)):
        raise refusal
    result = pool(
        estimates,
        tau2=job.methods.tau2,
        interval=job.methods.interval,
        prediction=job.methods.prediction,
        level=job.methods.coverage,
    )
    if not (math.isfinite(result.estimate) and math.isfinite(result.se)):
        raise refusal
    return result


def _effects(job: _Job, rows: Sequence[int]) -> EffectTable:
    columns: dict[str, Sequence[float] | Sequence[str]] = {
        name: [values[row] for row in rows] for name, values in job.selected.numbers.items()
    }
    if job.selected.measures is not None:
        columns["measure"] = [job.selected.measures[row] for row in rows]
    labels = [job.labels[row] for row in rows]
    try:
        return _without_the_obvious(job, _compute(job, columns, labels))
    except UsageError as error:
        raise UsageError(f"{job.table.source}:1: {error}") from None
    except DataError:
        # Once more, with the place in each label, so that the message says where to look.
        placed = [f"{job.table.where(row)}: {job.labels[row]}" for row in rows]
        _compute(job, columns, placed)
        raise


def _without_the_obvious(job: _Job, computed: EffectTable) -> EffectTable:
    """A table of nothing but finished estimates need not be told that they were used."""
    if any(name in job.selected.numbers for name in job.entry.columns):
        return computed
    kept = tuple(c for c in computed.estimates.cautions if c.code != "reported_estimate")
    return replace(computed, estimates=replace(computed.estimates, cautions=kept))


def _compute(
    job: _Job, columns: Mapping[str, Sequence[float] | Sequence[str]], labels: Sequence[str]
) -> EffectTable:
    rule = job.methods.zero_cells or "only0"
    return effects(job.entry.code, columns, labels=labels, zero_cells=rule)


def _left_out(job: _Job, row: int, reason: str) -> LeftOut:
    label = job.labels[row]
    return LeftOut(label, label, "", NO_ROW, reason, job.table.where(row))
