"""From a table of trial results to effect estimates, with every row accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ketameta.errors import DataError, UsageError
from ketameta.measures.arms import Counts, Means
from ketameta.measures.catalog import Measure, measure
from ketameta.measures.columns import COLUMNS, label_column, read_columns
from ketameta.measures.estimates import Caution, EffectEstimates, FloatArray
from ketameta.measures.row_checks import missing, refuse_impossible, why_not
from ketameta.measures.zero_cells import RULES, ZeroCells, rows_to_correct

_GROUPS: dict[str, type[Counts] | type[Means]] = {
    "binary": Counts,
    "proportion": Counts,
    "continuous": Means,
}


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
        The columns as read, under the project's names, all rows, read-only; NaN is missing.
        Methods that work on counts (Mantel-Haenszel, Peto, GLMM) take them from here.
    """

    estimates: EffectEstimates
    excluded: tuple[ExcludedRow, ...]
    rows: NDArray[np.intp]
    inputs: Mapping[str, FloatArray]


def effects(
    code: str,
    columns: Mapping[str, ArrayLike],
    *,
    labels: Sequence[str] | None = None,
    zero_cells: str | ZeroCells = "only0",
    variance: str | None = None,
) -> EffectTable:
    """Effect estimates of one measure for every row that can give one.

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
        estimates' cautions name the zero-cell rule and the rows it touched.

    Raises
    ------
    UsageError
        When the measure, the rule or the variance does not exist, or a column is absent.
    DataError
        When a value cannot be: text, infinite, negative where it cannot, more events than people.
    """
    entry = measure(code)
    policy = zero_cells if isinstance(zero_cells, ZeroCells) else ZeroCells(zero_cells)
    read = read_columns(columns)
    _require(entry, read)
    inputs = {name: read[name] for name in COLUMNS if name in read}
    k = inputs[entry.columns[0]].size
    names, cautions = _labels(columns, labels, k)
    refuse_impossible({name: inputs[name] for name in entry.columns}, names)
    reasons = missing(inputs, entry.columns)
    complete = np.array([reason == "" for reason in reasons], dtype=bool)
    used = {name: inputs[name][complete] for name in entry.columns}
    y, v = _compute(entry, used, policy, variance)
    good = np.isfinite(y) & np.isfinite(v) & (v > 0)
    for i, row in enumerate(np.flatnonzero(complete)):
        if not good[i]:
            reasons[row] = why_not(entry, {name: float(used[name][i]) for name in used})
    rows = np.flatnonzero(complete)[good]
    kept = {name: values[good] for name, values in used.items()}
    kept_names = [names[row] for row in rows]
    cautions += _zero_cell_cautions(entry, policy, kept, kept_names)
    excluded = tuple(
        ExcludedRow(names[row], reason, row) for row, reason in enumerate(reasons) if reason
    )
    estimates = EffectEstimates(
        entry.code, y[good], v[good], tuple(kept_names), _people(inputs, rows), tuple(cautions)
    )
    for array in (rows, *inputs.values()):
        array.setflags(write=False)
    return EffectTable(estimates, excluded, rows, inputs)


def _require(entry: Measure, read: Mapping[str, FloatArray]) -> None:
    absent = [name for name in entry.columns if name not in read]
    if absent:
        known = "; ".join(
            f"{name} ({', '.join((COLUMNS[name].meaning, *COLUMNS[name].aliases))})"
            for name in absent
        )
        raise UsageError(
            f"{entry.code}: needs the columns {', '.join(entry.columns)}. Not found: {known}."
        )


def _labels(
    columns: Mapping[str, ArrayLike], labels: Sequence[str] | None, k: int
) -> tuple[list[str], list[Caution]]:
    given = [str(x) for x in labels] if labels is not None else label_column(columns)
    names = given if given is not None else [str(i + 1) for i in range(k)]
    if len(names) != k:
        raise DataError(f"labels: {len(names)} labels for {k} rows. Give one label per row.")
    repeated = [name for name, times in Counter(names).items() if times > 1]
    if not repeated:
        return names, []
    seen: Counter[str] = Counter()
    unique = []
    for name in names:
        seen[name] += 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    message = (
        f"{', '.join(repeated)}: several rows with one label. Rows that share participants are "
        "not independent."
    )
    return unique, [Caution("labels_repeated", message)]


def _compute(
    entry: Measure, used: Mapping[str, FloatArray], policy: ZeroCells, variance: str | None
) -> tuple[FloatArray, FloatArray]:
    options: dict[str, object] = {}
    if entry.zero_add is not None:
        options["zero_cells"] = policy
    if variance is not None:
        if variance not in entry.variances:
            offered = ", ".join(entry.variances) or "only its own"
            raise UsageError(
                f"{entry.code}: there is no variance {variance!r}. On offer: {offered}."
            )
        options["variance"] = variance
    values = [used[name] for name in entry.columns]
    group = _GROUPS.get(entry.family)
    size = len(group._fields) if group else 1
    arguments = [
        group(*values[i : i + size]) if group else values[i] for i in range(0, len(values), size)
    ]
    y, v = entry.compute()(*arguments, **options)
    return y, v


def _people(inputs: Mapping[str, FloatArray], rows: NDArray[np.intp]) -> FloatArray | None:
    if "n_1" in inputs and "n_2" in inputs:
        n = (inputs["n_1"] + inputs["n_2"])[rows]
    elif "n" in inputs:
        n = inputs["n"][rows]
    else:
        return None
    return n if np.isfinite(n).all() else None


def _zero_cell_cautions(
    entry: Measure, policy: ZeroCells, kept: Mapping[str, FloatArray], names: Sequence[str]
) -> list[Caution]:
    if entry.zero_add is None or policy.amount(entry.zero_add) == 0:
        return []
    if entry.family == "binary":
        cells = [kept["events_1"], kept["n_1"] - kept["events_1"]]
        cells += [kept["events_2"], kept["n_2"] - kept["events_2"]]
    else:
        cells = [kept["events"], kept["n"] - kept["events"]]
    touched = rows_to_correct(cells, policy, among=np.ones(cells[0].shape, dtype=bool))
    if not touched.any():
        return []
    amount = policy.amount(entry.zero_add)
    which = ", ".join(name for name, is_touched in zip(names, touched, strict=True) if is_touched)
    return [
        Caution(
            "zero_cell_correction",
            f"zero cells: rule {policy.rule!r} ({RULES[policy.rule]}), amount {amount:g}; "
            f"touched: {which}.",
        )
    ]
