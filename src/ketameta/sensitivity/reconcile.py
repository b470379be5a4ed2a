"""The same data under the options of several programs, and why their numbers differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from numpy.typing import ArrayLike

from ketameta.errors import DataError, UsageError
from ketameta.measures.effects import EffectTable
from ketameta.pooling.presets import PRESETS, Preset, preset
from ketameta.sensitivity.preset_estimates import preset_effects
from ketameta.sensitivity.preset_pool import pool_preset
from ketameta.sensitivity.reconcile_words import differences
from ketameta.sensitivity.reconciled_row import ReconciledRow

__all__ = ["ReconciledRow", "reconcile"]


def reconcile(
    table: Mapping[str, ArrayLike],
    measure: str,
    *,
    presets: Sequence[str] | None = None,
    labels: Sequence[str] | None = None,
    level: float = 0.95,
) -> tuple[ReconciledRow, ...]:
    """The same trial results under several presets, each difference to the first in words.

    Parameters
    ----------
    table
        Columns of counts, of means, or of finished estimates (yi, vi), as for `effects`.
    measure
        A code of `measures.catalog`.
    presets
        Codes of `PRESETS`; the first is the one that others are compared with. All by default.
    labels
        One per row, as for `effects`.
    level
        Coverage of every interval.

    Raises
    ------
    UsageError
        When a preset or the measure does not exist, or no preset is named.
    DataError
        When no row gives an estimate.
    """
    chosen = [preset(code) for code in (PRESETS if presets is None else presets)]
    if not chosen:
        raise UsageError(f"reconcile: no preset. Name at least one of {', '.join(PRESETS)}.")
    rows: list[ReconciledRow] = []
    for entry in chosen:
        row = _row(entry, preset_effects(measure, table, entry, labels=labels), level)
        if rows:
            row = replace(row, differences=differences(chosen[0], rows[0], entry, row))
        rows.append(row)
    return tuple(rows)


def _row(entry: Preset, table: EffectTable, level: float) -> ReconciledRow:
    """Estimates pooled by the preset."""
    excluded = tuple(row.label for row in table.excluded)
    if table.estimates.k == 0:
        raise DataError(
            f"reconcile: under {entry.name} no row gives an estimate. Check the table; rows "
            f"without: {', '.join(excluded)}."
        )
    found = pool_preset(table, entry, level=level)
    result, spread = found.pooled, found.pooled.heterogeneity
    return ReconciledRow(
        preset=entry.code,
        name=entry.name,
        measure=result.measure,
        k=result.k,
        labels=result.labels,
        y=table.estimates.y,
        v=table.estimates.v,
        excluded=excluded,
        estimate=result.estimate,
        se=result.se,
        interval=result.interval,
        p_value=result.p_value,
        df=result.df,
        prediction=result.prediction,
        tau2=spread.tau2,
        i2=found.i2,
        q=spread.q,
        q_df=spread.q_df,
        q_p=spread.q_p,
        q_centre=found.q_centre,
        interval_method=result.interval_method,
        prediction_method=found.prediction_method,
        hksj_factor=result.hksj_factor,
        uncertain=entry.uncertain,
        cautions=tuple(c for c in result.cautions if c.code != "no_prediction_interval"),
    )
