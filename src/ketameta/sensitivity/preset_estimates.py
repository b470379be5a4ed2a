"""Study estimates as the program behind a preset makes them from counts or means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ketameta.measures.arms import Counts
from ketameta.measures.catalog import Measure, measure
from ketameta.measures.effects import EffectTable, effects
from ketameta.measures.estimates import EffectEstimates, FloatArray
from ketameta.pooling.presets import Preset

_COUNTS = ("events_1", "n_1", "events_2", "n_2")


@dataclass(frozen=True, slots=True)
class PresetEstimates:
    """Estimates under a preset.

    Attributes
    ----------
    estimates
        As pooled; cautions say where a zero-cell rule was at work.
    excluded
        Labels of rows without an estimate.
    tables
        The 2x2 tables behind all estimates after the zero-cell rule, for Mantel-Haenszel; None
        where some estimate is not from counts, or the measure has none.
    """

    estimates: EffectEstimates
    excluded: tuple[str, ...]
    tables: tuple[Counts, Counts] | None


def preset_estimates(
    code: str,
    columns: Mapping[str, ArrayLike],
    preset: Preset,
    *,
    labels: Sequence[str] | None = None,
) -> PresetEstimates:
    """Estimates of one measure by the preset's formulas and its rule for zero cells.

    Rows with finished estimates (yi, vi) are taken as they are.
    """
    entry = measure(code)
    variance = preset.smd_variance if entry.code == "SMD" else None
    table = effects(
        code, columns, labels=labels, zero_cells=preset.zero_cell_rule, variance=variance
    )
    excluded = tuple(row.label for row in table.excluded)
    if entry.code == "SMD" and preset.smd == "PyMARE":
        return PresetEstimates(_pymare(table, entry), excluded, None)
    if entry.code in ("OR", "RR", "RD") and entry.columns == _COUNTS:
        return _from_counts(table, entry, preset)
    return PresetEstimates(table.estimates, excluded, None)


def _native(table: EffectTable, entry: Measure) -> NDArray[np.bool_]:
    """Estimates computed from the measure's own columns rather than reported, (k,)."""
    values = np.array([table.inputs[name][table.rows] for name in entry.columns])
    return np.asarray(np.isfinite(values).all(axis=0))


@np.errstate(all="ignore")
def _pymare(table: EffectTable, entry: Measure) -> EffectEstimates:
    native, old = _native(table, entry), table.estimates
    n1, n2 = (table.inputs[name][table.rows] for name in ("n_1", "n_2"))
    total = n1 + n2
    j = 1.0 - 3.0 / (4.0 * total - 9.0)
    v = j**2 * (1.0 / n1 + 1.0 / n2) + old.y**2 / (2.0 * (total - 2.0))
    return EffectEstimates(
        old.measure, old.y, np.where(native, v, old.v), old.labels, old.n, old.cautions
    )


@np.errstate(all="ignore")
def _from_counts(table: EffectTable, entry: Measure, preset: Preset) -> PresetEstimates:
    rows, reasons = table.rows, table.excluded
    if preset.zero_cells == "only0-all-tables":
        counted = np.isfinite(np.array([table.inputs[name] for name in _COUNTS])).all(axis=0)
        people = (table.inputs["n_1"] > 0) & (table.inputs["n_2"] > 0)
        again = [row for row in reasons if counted[row.row] and people[row.row]]
        rows = np.sort(np.concatenate([rows, [row.row for row in again]])).astype(np.intp)
        reasons = tuple(row for row in reasons if row not in again)
    names = dict(zip(table.rows.tolist(), table.estimates.labels, strict=True))
    names |= {row.row: row.label for row in table.excluded}
    a, n1, c, n2 = (table.inputs[name][rows] for name in _COUNTS)
    zero = (a == 0) | (a == n1) | (c == 0) | (c == n2)
    add = np.where(zero & (preset.zero_cells != "none"), 0.5, 0.0)
    y, v = _estimates(entry.code, (a, n1, c, n2), add, preset.zero_cells)
    reported = dict(
        zip(
            table.rows.tolist(),
            zip(table.estimates.y, table.estimates.v, strict=True),
            strict=True,
        )
    )
    native = np.isfinite(a + n1 + c + n2)
    for place in np.flatnonzero(~native).tolist():
        y[place], v[place] = reported[int(rows[place])]
    estimates = EffectEstimates(
        entry.code,
        y,
        v,
        tuple(names[row] for row in rows.tolist()),
        n1 + n2 if native.all() else None,
        table.estimates.cautions,
    )
    tables = (Counts(a + add, n1 + 2 * add), Counts(c + add, n2 + 2 * add))
    left_out = tuple(row.label for row in reasons)
    return PresetEstimates(estimates, left_out, tables if native.all() else None)


def _estimates(
    code: str,
    counts: tuple[FloatArray, FloatArray, FloatArray, FloatArray],
    add: FloatArray,
    form: str,
) -> tuple[FloatArray, FloatArray]:
    a, n1, c, n2 = counts
    once = form == "only0-meta" and code == "RR"
    people_1, people_2 = (n + (add if once else 2 * add) for n in (n1, n2))
    events_1, events_2 = a + add, c + add
    if code == "RR":
        y = np.log(events_1 / people_1) - np.log(events_2 / people_2)
        v = 1 / events_1 - 1 / people_1 + 1 / events_2 - 1 / people_2
        return y, v
    others_1, others_2 = people_1 - events_1, people_2 - events_2
    if code == "OR":
        y = np.log(events_1 * others_2) - np.log(events_2 * others_1)
        return y, 1 / events_1 + 1 / others_1 + 1 / events_2 + 1 / others_2
    in_variance_only = form in ("only0-meta", "only0-revman")
    y = a / n1 - c / n2 if in_variance_only else events_1 / people_1 - events_2 / people_2
    return y, events_1 * others_1 / people_1**3 + events_2 * others_2 / people_2**3
