"""Study estimates as the program behind a preset makes them from counts or means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ketameta.measures.arms import Counts
from ketameta.measures.catalog import Measure, measure
from ketameta.measures.effects import EffectTable, effects
from ketameta.measures.estimates import Caution, EffectEstimates, FloatArray
from ketameta.measures.zero_cells import ZeroCells, rows_to_correct
from ketameta.pooling.presets import PLAIN_RULES, ZERO_CELL_FORMS, Preset
from ketameta.pooling.presets import preset as named_preset

_COUNTS = ("events_1", "n_1", "events_2", "n_2")


def preset_effects(
    code: str,
    columns: Mapping[str, ArrayLike],
    preset: Preset | str,
    *,
    labels: Sequence[str] | None = None,
) -> EffectTable:
    """Estimates of one measure by the preset's formulas and its rule for zero cells.

    As `measures.effects.effects`; rows with finished estimates (yi, vi) are taken as they are.
    `preset` is a preset or its name.

    Raises
    ------
    UsageError, DataError
        As `effects`; for an unknown preset.
    """
    preset, entry = named_preset(preset), measure(code)
    variance = preset.smd_variance if entry.code == "SMD" else None
    table = effects(
        code, columns, labels=labels, zero_cells=preset.zero_cell_rule, variance=variance
    )
    if entry.code == "SMD" and preset.smd == "PyMARE":
        return replace(table, estimates=_pymare(table, entry))
    counted = entry.code in ("OR", "RR", "RD") and entry.columns == _COUNTS
    if counted and preset.zero_cells not in PLAIN_RULES:
        return _from_counts(table, entry, preset)
    return table


def mantel_haenszel_tables(table: EffectTable, preset: Preset) -> tuple[Counts, Counts] | None:
    """The 2x2 tables behind all estimates after the zero-cell rule, each of shape (k,).

    None where some estimate is not from counts, the measure has none, or the rule adds something
    else than the same amount to every cell.
    """
    code = table.estimates.measure
    if code not in ("OR", "RR", "RD") or preset.zero_cell_rule == "treatment_arm":
        return None
    a, n1, c, n2 = _cells(table)
    if not np.isfinite(a + n1 + c + n2).all():
        return None
    rule = ZeroCells(preset.zero_cell_rule)
    touched = rows_to_correct((a, n1 - a, c, n2 - c), rule, among=np.ones(a.shape, dtype=bool))
    add = np.where(touched, rule.amount(0.5), 0.0)
    return Counts(a + add, n1 + 2 * add), Counts(c + add, n2 + 2 * add)


def estimates_without_counts(table: EffectTable) -> list[str]:
    """Labels of the estimates that do not come from a 2x2 table."""
    known = np.isfinite(np.sum(_cells(table), axis=0))
    return [label for label, one in zip(table.estimates.labels, known, strict=True) if not one]


def _cells(table: EffectTable) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    absent = np.full(table.rows.size, np.nan)
    a, n1, c, n2 = (
        table.inputs[name][table.rows] if name in table.inputs else absent for name in _COUNTS
    )
    return a, n1, c, n2


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
def _from_counts(table: EffectTable, entry: Measure, preset: Preset) -> EffectTable:
    rows, excluded = table.rows, table.excluded
    if preset.zero_cells == "only0-all-tables":
        counted = np.isfinite(np.array([table.inputs[name] for name in _COUNTS])).all(axis=0)
        people = (table.inputs["n_1"] > 0) & (table.inputs["n_2"] > 0)
        again = [row for row in excluded if counted[row.row] and people[row.row]]
        rows = np.sort(np.concatenate([rows, [row.row for row in again]])).astype(np.intp)
        excluded = tuple(row for row in excluded if row not in again)
    rows.setflags(write=False)
    a, n1, c, n2 = (table.inputs[name][rows] for name in _COUNTS)
    zero = (a == 0) | (a == n1) | (c == 0) | (c == n2)
    add = np.where(zero, 0.5, 0.0)
    y, v = _estimates(entry.code, (a, n1, c, n2), add, preset.zero_cells)
    native = np.isfinite(a + n1 + c + n2)
    places = {row: place for place, row in enumerate(table.rows.tolist())}
    for place in np.flatnonzero(~native).tolist():
        known = places[int(rows[place])]
        y[place], v[place] = table.estimates.y[known], table.estimates.v[known]
    names = dict(zip(table.rows.tolist(), table.estimates.labels, strict=True))
    names |= {row.row: row.label for row in table.excluded}
    estimates = EffectEstimates(
        entry.code,
        y,
        v,
        tuple(names[row] for row in rows.tolist()),
        n1 + n2 if native.all() else None,
        (*_cautions(table), *_zero_cells(preset, names, rows[zero].tolist())),
    )
    return EffectTable(estimates, excluded, rows, table.inputs)


def _cautions(table: EffectTable) -> tuple[Caution, ...]:
    """What is to be said of the estimates, but for the rule for zero cells."""
    return tuple(c for c in table.estimates.cautions if c.code != "zero_cell_correction")


def _zero_cells(preset: Preset, names: Mapping[int, str], rows: Sequence[int]) -> list[Caution]:
    """The preset's own rule and the rows that it touched."""
    if not rows:
        return []
    touched = ", ".join(names[row] for row in rows)
    text = f"zero cells: {ZERO_CELL_FORMS[preset.zero_cells]}; touched: {touched}."
    return [Caution("zero_cell_correction", text)]


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
