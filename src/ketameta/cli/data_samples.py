"""Effect estimates of a user's table: from a file to one sample, or one for each value of --by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ketameta.cli.data_columns import Selected, label_texts, select_columns
from ketameta.cli.data_options import DataRequest
from ketameta.cli.table_reading import (
    group_title,
    requested_measure,
    requested_table,
    require_column,
    row_groups,
)
from ketameta.errors import DataError, UsageError
from ketameta.exchange.tabular import Table, numbers
from ketameta.measures.catalog import Measure
from ketameta.measures.effects import EffectTable, effects
from ketameta.measures.estimates import EffectEstimates
from ketameta.measures.zero_cells import ZeroCells
from ketameta.pooling.presets import Preset
from ketameta.sensitivity.preset_estimates import preset_effects
from ketameta.synthesis.answer import Answer, LeftOut

if TYPE_CHECKING:  # a user's table needs no records
    from ketameta.synthesis.question_tornado import Asked

NO_ROW = "rows without an estimate"


WITHOUT_EVENTS = (
    "Differences can be told without events: --measure RD or AS. How many events there may be all "
    "the same: ketameta safety --table."
)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a user's table and what was computed from them.

    Attributes
    ----------
    table
        The whole table.
    lines
        Rows of the table in this sample, counted from 0; `computed` counts within them.
    computed
        The estimates, the rows without one, and the columns used.
    """

    table: Table
    lines: tuple[int, ...]
    computed: EffectTable

    @property
    def used(self) -> tuple[int, ...]:
        """Rows of the table with an estimate, in the order of the estimates."""
        return tuple(self.lines[int(row)] for row in self.computed.rows)

    @property
    def labels(self) -> tuple[str, ...]:
        """One label per row of the sample, with or without an estimate."""
        computed = self.computed
        names = dict(zip(computed.rows.tolist(), computed.estimates.labels, strict=True))
        names |= {item.row: item.label for item in computed.excluded}
        return tuple(names[row] for row in range(len(self.lines)))

    def texts(self, name: str) -> list[str]:
        """A column of the table as text, for the rows with an estimate."""
        self.require(name)
        column = self.table.text(name)
        return [column[row] for row in self.used]

    def values(self, name: str) -> list[float]:
        """A column of the table as numbers, for the rows with an estimate; NaN is missing.

        Raises
        ------
        UsageError
            When there is no such column.
        DataError
            When a cell is not a number, with its place.
        """
        self.require(name)
        column = numbers(self.table, [name])[name]
        return [column[row] for row in self.used]

    def require(self, name: str) -> None:
        """UsageError unless the table has this column."""
        require_column(self.table, name)


@dataclass(frozen=True, slots=True)
class Behind:
    """What is behind the estimates of a question: who asked what, and the review's own answer."""

    asked: Asked
    answer: Answer


@dataclass(frozen=True, slots=True)
class Sample:
    """What one meta-analysis works on.

    `key` is the value of the column `--by` (None where empty) or the question's id; `rows` is
    None for a question of the review, unless the command works on columns. `curated` says that
    the estimates are those of a question; `behind` has what they were made of then.
    """

    key: str | None
    title: str
    measure: Measure
    estimates: EffectEstimates
    left_out: tuple[LeftOut, ...] = ()
    rows: Rows | None = None
    curated: bool = False
    behind: Behind | None = None


@dataclass(frozen=True, slots=True)
class Samples:
    """All samples of a table (or the one of a question), and what to tell about the reading.

    `grouped` is the key under which JSON and CSV say which sample is which: "by", "question", or
    None for a whole table.
    """

    source: str
    measure: Measure
    grouped: str | None
    samples: tuple[Sample, ...]
    notes: tuple[str, ...] = ()
    by: str | None = None


@dataclass(frozen=True, slots=True)
class _Job:
    """What stays the same for every sample of a table."""

    table: Table
    entry: Measure
    selected: Selected
    labels: tuple[str, ...]
    compute: Callable[[Mapping[str, Sequence[float] | Sequence[str]], Sequence[str]], EffectTable]


def table_samples(
    request: DataRequest,
    *,
    zero_cells: str | ZeroCells | None = None,
    variance: str | None = None,
    program: Preset | None = None,
    demanded: bool = True,
) -> Samples:
    """The estimates of a table, as `request` asks.

    Parameters
    ----------
    zero_cells
        Rule, or rule and amount; None for the usual one.
    variance
        Formula of the sampling variance; None for the measure's own.
    program
        The preset whose formulas and zero-cell rule are used, unless `variance` or an amount to
        add is given.
    demanded
        Whether a table without any estimate is an error.

    Raises
    ------
    UsageError
        For a file, column, measure, rule or variance that does not exist.
    DataError
        For a value that cannot be, with `file:line:`; and where no row can be analysed, with the
        reason for each.
    """
    if isinstance(zero_cells, str):
        zero_cells = ZeroCells(zero_cells)
    table = requested_table(request.file)
    names = {name.strip().lower() for name in table.columns}
    finished = {"yi", "vi"} <= names or {"yi", "sei"} <= names
    entry = requested_measure(request, table, finished=finished)
    rule = zero_cells or ZeroCells("only0")

    def compute(
        columns: Mapping[str, Sequence[float] | Sequence[str]], labels: Sequence[str]
    ) -> EffectTable:
        if program is not None and variance is None and rule.add is None:
            return preset_effects(entry.code, columns, program, labels=labels)
        return effects(entry.code, columns, labels=labels, zero_cells=rule, variance=variance)

    job = _Job(
        table, entry, select_columns(table, entry), label_texts(table, request.study), compute
    )
    samples = tuple(
        _sample(job, value, group_title(table, request.by, value), rows)
        for value, rows in row_groups(table, request.by).items()
    )
    if demanded and not any(sample.estimates.k for sample in samples):
        raise without_estimates(table.source, entry, samples)
    grouped = None if request.by is None else "by"
    return Samples(table.source, entry, grouped, samples, table.notes, request.by)


def unused_row(label: str, reason: str, where: str) -> LeftOut:
    """A row of a table that gives no estimate, or one that is not used."""
    return LeftOut(label, label, "", NO_ROW, reason, where)


def without_estimates(source: str, entry: Measure, samples: Sequence[Sample]) -> DataError:
    """The error for a table of which no row gives an estimate, with the reason for each."""
    left_out = [item for sample in samples for item in sample.left_out]
    reasons = "\n".join(f"{item.where}: {item.label}: {item.reason}." for item in left_out)
    silent = all(item.reason.startswith("no events in either group") for item in left_out)
    remedy = f"\n{WITHOUT_EVENTS}" if silent and left_out else ""
    return DataError(f"{source}: no row can be analysed as {entry.code}.\n{reasons}{remedy}")


def refuse_far_apart(source: str, estimates: EffectEstimates) -> None:
    """DataError where the numbers are too far apart for the computer."""
    with np.errstate(all="ignore"):
        if estimates.k and not np.isfinite(np.max(np.abs(estimates.y)) ** 2 / np.min(estimates.v)):
            raise too_far_apart(source)


def too_far_apart(source: str) -> DataError:
    """The error for numbers that overflow on the way."""
    return DataError(
        f"{source}: the numbers are too far apart to compute with. Check them, or change the unit."
    )


def _sample(job: _Job, key: str | None, title: str, rows: Sequence[int]) -> Sample:
    computed = _effects(job, rows)
    left_out = tuple(
        unused_row(job.labels[row], item.reason, job.table.where(row))
        for item in computed.excluded
        for row in (rows[item.row],)
    )
    kept = Rows(job.table, tuple(rows), computed)
    return Sample(key, title, job.entry, computed.estimates, left_out, kept)


def _effects(job: _Job, rows: Sequence[int]) -> EffectTable:
    columns: dict[str, Sequence[float] | Sequence[str]] = {
        name: [values[row] for row in rows] for name, values in job.selected.numbers.items()
    }
    if job.selected.measures is not None:
        columns["measure"] = [job.selected.measures[row] for row in rows]
    labels = [job.labels[row] for row in rows]
    try:
        return _without_the_obvious(job, job.compute(columns, labels))
    except UsageError as error:
        raise UsageError(f"{job.table.head}: {error}") from None
    except DataError:
        # Once more, with the place in each label, so that the message says where to look.
        placed = [f"{job.table.where(row)}: {job.labels[row]}" for row in rows]
        job.compute(columns, placed)
        raise


def _without_the_obvious(job: _Job, computed: EffectTable) -> EffectTable:
    """A table of nothing but finished estimates need not be told that they were used."""
    if any(name in job.selected.numbers for name in job.entry.columns):
        return computed
    kept = tuple(c for c in computed.estimates.cautions if c.code != "reported_estimate")
    return replace(computed, estimates=replace(computed.estimates, cautions=kept))
