"""The same data under the options of several programs, and why their numbers differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from ketameta.errors import DataError, UsageError
from ketameta.pooling.intervals import wald, width
from ketameta.pooling.mantel_haenszel import mh_odds_ratio, mh_risk_difference, mh_risk_ratio
from ketameta.pooling.pool import AT_BOUNDARY, pool
from ketameta.pooling.presets import PRESETS, Preset, preset
from ketameta.pooling.result import Heterogeneity, Interval, PooledResult
from ketameta.pooling.weighted_mean import weighted_mean
from ketameta.sensitivity.preset_estimates import PresetEstimates, preset_estimates
from ketameta.sensitivity.reconcile_words import differences
from ketameta.sensitivity.reconciled_row import ReconciledRow

__all__ = ["ReconciledRow", "reconcile"]

_MH = {"OR": mh_odds_ratio, "RR": mh_risk_ratio, "RD": mh_risk_difference}


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
        row = _row(entry, preset_estimates(measure, table, entry, labels=labels), level)
        if rows:
            row = replace(row, differences=differences(chosen[0], rows[0], entry, row))
        rows.append(row)
    return tuple(rows)


def _row(entry: Preset, made: PresetEstimates, level: float) -> ReconciledRow:
    """Estimates pooled by the preset's options."""
    if made.estimates.k == 0:
        raise DataError(
            f"reconcile: under {entry.name} no row gives an estimate. Check the table; rows "
            f"without: {', '.join(made.excluded)}."
        )
    centre = _mantel_haenszel(entry, made)
    result = _pooled(entry, made, level)
    if centre is not None:
        result = _around(result, made, (centre, level))
    spread = result.heterogeneity
    no_prediction = entry.prediction is None
    return ReconciledRow(
        preset=entry.code,
        name=entry.name,
        measure=result.measure,
        k=result.k,
        labels=result.labels,
        y=made.estimates.y,
        v=made.estimates.v,
        excluded=made.excluded,
        estimate=result.estimate,
        se=result.se,
        interval=result.interval,
        p_value=result.p_value,
        df=result.df,
        prediction=Interval(None, None) if no_prediction else result.prediction,
        tau2=spread.tau2,
        i2=_i2(entry.i2, spread),
        q=spread.q,
        q_df=spread.q_df,
        q_p=spread.q_p,
        q_centre="IV" if centre is None else "MH",
        interval_method=result.interval_method,
        prediction_method=None if no_prediction else result.prediction_method,
        hksj_factor=result.hksj_factor,
        uncertain=entry.uncertain,
        cautions=result.cautions,
    )


def _pooled(entry: Preset, made: PresetEstimates, level: float) -> PooledResult:
    choices = entry.choices_at(level)
    result = pool(made.estimates, choices)
    if result.k < 2:
        return result
    if entry.guard == "iqwig-6":
        narrow = pool(made.estimates, tau2="DL", interval="wald", level=level)
        if width(result.interval) < width(narrow.interval):
            return pool(made.estimates, replace(choices, interval="t"))
    return result


def _mantel_haenszel(entry: Preset, made: PresetEstimates) -> float | None:
    """The estimate that the preset takes Q around; None where it is the inverse-variance one."""
    if entry.q_centre != "MH" or made.tables is None or made.estimates.k < 2:
        return None
    centre = float(_MH[made.estimates.measure](*made.tables)[0])
    return centre if np.isfinite(centre) else None


def _around(
    result: PooledResult, made: PresetEstimates, centre_and_level: tuple[float, float]
) -> PooledResult:
    """DerSimonian-Laird with Q taken around another centre, as RevMan 5 does."""
    y, v = made.estimates.y, made.estimates.v
    centre, level = centre_and_level
    w = 1.0 / v
    q, df = float(np.sum(w * (y - centre) ** 2)), y.size - 1
    scale = float(np.sum(w) - np.sum(w * w) / np.sum(w))
    tau2 = max(0.0, (q - df) / scale)
    found = wald(weighted_mean(y, v, tau2), level)
    spread = replace(
        result.heterogeneity,
        tau2=tau2,
        q=q,
        q_p=float(chdtrc(df, q)),
        i2_q=max(0.0, 100.0 * (q - df) / q) if q > 0.0 else 0.0,
        h2_q=q / df,
    )
    return replace(
        result,
        estimate=found.estimate,
        se=found.se,
        interval=found.interval,
        statistic=found.statistic,
        p_value=found.p_value,
        heterogeneity=spread,
        cautions=tuple(c for c in result.cautions if c.code != AT_BOUNDARY.code or tau2 == 0.0),
    )


def _i2(form: str, spread: Heterogeneity) -> float | None:
    if form == "tau2":
        return spread.i2
    if form == "q-signed" and spread.q_df > 0 and spread.q > 0.0:
        return 100.0 * (spread.q - spread.q_df) / spread.q
    return spread.i2_q
