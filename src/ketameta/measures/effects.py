"""From a table of trial results to effect estimates, with every row accounted for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ketameta.errors import DataError, UsageError
from ketameta.measures.arguments import computed
from ketameta.measures.catalog import Measure, measure
from ketameta.measures.columns import COLUMNS, read_columns
from ketameta.measures.derived_columns import fill_derived, relevant_columns
from ketameta.measures.effect_cautions import TableRows, average_variance, row_cautions
from ketameta.measures.estimates import EffectEstimates, FloatArray
from ketameta.measures.reported_rows import (
    REPORTED,
    interval_problems,
    reported_estimates,
    why_not_reported,
)
from ketameta.measures.row_checks import impossible_values, missing, refuse, why_not
from ketameta.measures.row_labels import row_labels
from ketameta.measures.zero_cells import ZeroCells

_REPORTED_SETS = (("yi", "vi"), ("estimate", "ci_low", "ci_high"))


@dataclass(frozen=True, slots=True)
class ExcludedRow:
    """A row that gives no estimate, and why; `row` counts from 0 in the input."""

    label: str
    reason: str
    row: int


@dataclass(frozen=True, slots=True)
class EffectTable:
    """Effect estimates of a table of trial results, and what became of every row.

    Attributes
    ----------
    estimates
        The estimates, in the order of the input.
    excluded
        Rows without an estimate.
    rows
        For each estimate the row of the input it came from, counted from 0, shape (k,).
    inputs
        The columns used, under the project's names, all rows, read-only; NaN is missing.
        Methods that work on counts (Mantel-Haenszel, Peto, GLMM) take them from here.
    """

    estimates: EffectEstimates
    excluded: tuple[ExcludedRow, ...]
    rows: NDArray[np.intp]
    inputs: Mapping[str, FloatArray]


@np.errstate(all="ignore")  # numbers near the end of the range overflow; such rows are listed
def effects(
    code: str,
    columns: Mapping[str, ArrayLike],
    *,
    labels: Sequence[str] | None = None,
    zero_cells: str | ZeroCells = "only0",
    variance: str | None = None,
) -> EffectTable:
    """Effect estimates of one measure for every row that can give one.

    A row whose counts or means are missing is still used when its finished estimate is there:
    yi with vi or sei, or estimate with ci_low, ci_high (and ci_level) as readers see them. If the
    table has a column measure, only rows that name this one are used so.

    Parameters
    ----------
    code
        A code of `catalog.MEASURES`, upper or lower case.
    columns
        Columns by name (`columns.COLUMNS`, metafor's names too), one value per row; a data frame
        will do. NaN, None and empty text are missing.
    labels
        One label per row; by default the column study (or label, slab, author), else "1", "2".
    zero_cells
        A rule of `zero_cells.RULES`, or a `ZeroCells` with its own amount.
    variance
        One of the measure's variance formulas; None for its default.

    Returns
    -------
    EffectTable
        Rows with missing values or without information are in `excluded` with the reason; the
        estimates' cautions name the zero-cell rule and the rows it touched, and the rows taken
        from reported estimates or from test statistics.

    Raises
    ------
    UsageError
        When the measure, the rule or the variance does not exist, or a column is absent.
    DataError
        When a value cannot be: text, infinite, negative where it cannot, more events than people.
    """
    entry = measure(code)
    policy = _policy(entry, zero_cells)
    used, from_tests = _read(entry, columns)
    names, repeated = row_labels(columns, labels, used[entry.columns[0]].size)
    refuse([*impossible_values(used, names)])
    reasons = missing(used, entry.columns)
    complete = np.array([reason == "" for reason in reasons], dtype=bool)
    y, v = _computed_rows(entry, used, complete, policy, variance)
    reported = _report_rows(columns, entry, complete)
    refuse([*interval_problems(entry, used, reported, names)])
    y[reported], v[reported] = reported_estimates(entry, used, reported)
    good = np.isfinite(y) & np.isfinite(v) & (v > 0)
    made = TableRows(entry, used, names, y, complete & good, ~complete & good)
    cautions = (*repeated, *row_cautions(made, policy, from_tests), *average_variance(variance))
    rows = np.flatnonzero(good)
    kept = tuple(names[row] for row in rows)
    estimates = EffectEstimates(
        entry.code, y[good], v[good], kept, _people(entry, used, rows), cautions
    )
    for array in (rows, *used.values()):
        array.setflags(write=False)
    excluded = tuple(
        ExcludedRow(names[row], reason, row)
        for row, reason in _reasons(made, np.flatnonzero(~good).tolist(), reasons, reported)
    )
    return EffectTable(estimates, excluded, rows, used)


def _reasons(
    table: TableRows, rows: Sequence[int], absent: Sequence[str], reported: Sequence[int]
) -> Iterator[tuple[int, str]]:
    """For each of the rows without an estimate why there is none."""
    offered = set(reported)
    for row in rows:
        unusable = why_not_reported(table.used, row) if row in offered else ""
        reason = unusable or absent[row] or why_not(table.entry, table.native_row(row))
        yield row, reason


def _policy(entry: Measure, zero_cells: str | ZeroCells) -> ZeroCells:
    policy = zero_cells if isinstance(zero_cells, ZeroCells) else ZeroCells(zero_cells)
    two_groups = {"events_1", "events_2"} <= set(entry.columns)
    if policy.rule == "treatment_arm" and entry.zero_add is not None and not two_groups:
        raise UsageError(
            f"{entry.code}: the rule treatment_arm needs two groups. Choose another rule."
        )
    return policy


def _computed_rows(
    entry: Measure,
    used: Mapping[str, FloatArray],
    complete: NDArray[np.bool_],
    policy: ZeroCells,
    variance: str | None,
) -> tuple[FloatArray, FloatArray]:
    y, v = np.full(complete.size, np.nan), np.full(complete.size, np.nan)
    native = {name: used[name][complete] for name in entry.columns}
    y[complete], v[complete] = computed(entry, native, policy, variance)
    return y, v


def _read(
    entry: Measure, columns: Mapping[str, ArrayLike]
) -> tuple[dict[str, FloatArray], dict[str, list[int]]]:
    """The columns that matter to the measure, with those that follow from others filled in."""
    given = read_columns(columns, wanted=entry.columns)
    filled, from_tests = fill_derived(given)
    reported = any(all(name in filled for name in names) for names in _REPORTED_SETS)
    absent = [name for name in entry.columns if name not in filled]
    if absent and not reported:
        known = "; ".join(
            f"{name} ({', '.join((COLUMNS[name].meaning, *COLUMNS[name].aliases))})"
            for name in absent
        )
        raise UsageError(
            f"{entry.code}: needs the columns {', '.join(entry.columns)}; or a reported estimate "
            f"with ci_low and ci_high, or yi with vi or sei. Not found: {known}."
        )
    wanted = relevant_columns((*entry.columns, *REPORTED)) | {"n", "n_1", "n_2"}
    size = next(iter(filled.values())).size
    used = {
        name: filled.get(name, np.full(size, np.nan))
        for name in COLUMNS
        if name in entry.columns or (name in wanted and name in filled)
    }
    return used, from_tests


def _report_rows(
    columns: Mapping[str, ArrayLike], entry: Measure, complete: NDArray[np.bool_]
) -> list[int]:
    """Incomplete rows whose reported estimate, if there is one, is of this measure."""
    rows: list[int] = np.flatnonzero(~complete).tolist()
    if "measure" not in columns:
        return rows
    codes = np.atleast_1d(np.asarray(columns["measure"], dtype=object))
    if codes.size != complete.size:
        raise DataError("column 'measure': its length differs. Give one value per row.")
    return [row for row in rows if str(codes[row]).strip().upper() == entry.code]


def _people(
    entry: Measure, used: Mapping[str, FloatArray], rows: NDArray[np.intp]
) -> FloatArray | None:
    if entry.family == "paired" and "events_1" in entry.columns:
        n = used["n_1"][rows]  # the same people under both conditions
    elif "n_1" in used and "n_2" in used:
        n = (used["n_1"] + used["n_2"])[rows]
    elif "n" in used:
        n = used["n"][rows]
    else:
        return None
    return n if np.isfinite(n).all() else None
