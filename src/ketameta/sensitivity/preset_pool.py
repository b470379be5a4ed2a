"""Pooling as the program behind a preset does it, for `pool --preset` and for `reconcile`."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import chdtrc

from ketameta.errors import UsageError
from ketameta.measures.effects import EffectTable
from ketameta.measures.estimates import Caution, EffectEstimates, demand_estimates
from ketameta.pooling.catalog import interval_method, tau2_method
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.heterogeneity import typical_variance
from ketameta.pooling.intervals import width
from ketameta.pooling.mantel_haenszel import mh_odds_ratio, mh_risk_difference, mh_risk_ratio
from ketameta.pooling.pool import AT_BOUNDARY, assemble, pool, predict
from ketameta.pooling.presets import Preset
from ketameta.pooling.presets import preset as named_preset
from ketameta.pooling.result import Heterogeneity, Interval, PooledResult
from ketameta.pooling.settle import settle
from ketameta.pooling.weighted_mean import weighted_mean
from ketameta.sensitivity.preset_estimates import estimates_without_counts, mantel_haenszel_tables

_MH = {"OR": mh_odds_ratio, "RR": mh_risk_ratio, "RD": mh_risk_difference}
NONE = Interval(None, None)


@dataclass(frozen=True, slots=True)
class PresetPool:
    """One pooled result by a preset.

    Attributes
    ----------
    pooled
        Without a prediction interval where the program gives none, and without I2 and H2 from
        tau2 where it shows those from Q.
    q_centre
        What Q is taken around: "IV" or "MH", as in `presets.Q_CENTRES`.
    i2
        The program's I2, in percent; negative where it shows such values.
    prediction_method
        None where the program gives no prediction interval.
    """

    pooled: PooledResult
    q_centre: str
    i2: float | None
    prediction_method: str | None


def pool_preset(
    table: EffectTable | EffectEstimates, entry: Preset | str, *, level: float = 0.95
) -> PresetPool:
    """Estimates made by `preset_effects`, pooled by the preset's whole definition.

    Estimator, interval with its guard, prediction interval, interval of tau2, what Q is taken
    around, and which I2 is shown.

    Parameters
    ----------
    table
        From `preset_effects`; finished estimates are taken as they are, without counts.
    entry
        The preset, or its name.
    level
        Coverage of every interval.

    Raises
    ------
    UsageError
        For an unknown preset, options that do not fit together, or a table that is none.
    DataError
        Without estimates.
    """
    entry = named_preset(entry)
    if not isinstance(table, EffectTable):
        table = _without_counts(demand_estimates(table, "pool_preset"))
    result = _guarded(table, entry, level)
    centre = _centre(table, entry)
    if centre is not None:
        result = _around(result, table, entry, centre)
    i2 = _i2(entry.i2, result.heterogeneity)
    cautions = result.cautions
    if centre is None and entry.q_centre == "MH" and result.k > 1:
        cautions = (*cautions, *_not_around_mh(table, entry))
    if entry.prediction is None:
        result = replace(result, prediction=NONE, prediction_se=None, prediction_df=None)
        if result.k > 1:
            cautions = (*cautions, _no_prediction(entry))
    spread = _shown(result.heterogeneity, entry.i2, i2)
    return PresetPool(
        replace(result, heterogeneity=spread, cautions=cautions),
        "IV" if centre is None else "MH",
        i2,
        None if entry.prediction is None else result.prediction_method,
    )


def pool_as(
    estimates: EffectEstimates | EffectTable,
    choices: PoolingChoices | None = None,
    *,
    tau2: str | None = None,
    interval: str | None = None,
    prediction: str | None = None,
    level: float | None = None,
    preset: str | Preset | None = None,
) -> PooledResult:
    """`pool`, or with `preset` pooled as a program does: `ketameta.pool`.

    Parameters
    ----------
    estimates, choices, tau2, interval, prediction, level
        As `pooling.pool.pool` takes them. With a preset tau2, interval and prediction replace its
        own, `choices` cannot be given, and estimates may be the table of `preset_effects`, whose
        counts some programs take Q from.
    preset
        Name of a program in `PRESETS`, such as "revman-5". It pools the estimates at hand; they
        are made as the program makes them by `preset_effects`.

    Returns
    -------
    PooledResult
        `pool_preset` gives beside it what Q is around and the I2 that the program shows.

    Raises
    ------
    UsageError
        For an unknown preset, and as `pool`.
    DataError
        Without estimates.
    """
    if preset is None:
        found = demand_estimates(estimates, "pooling")
        return pool(
            found, choices, tau2=tau2, interval=interval, prediction=prediction, level=level
        )
    if choices is not None:
        raise UsageError("preset and choices: both say how to pool. Give one of them.")
    entry = named_preset(preset).with_options(tau2=tau2, interval=interval, prediction=prediction)
    return pool_preset(estimates, entry, level=0.95 if level is None else level).pooled


def _without_counts(estimates: EffectEstimates) -> EffectTable:
    return EffectTable(estimates, (), np.arange(estimates.k), {})


def _guarded(table: EffectTable, entry: Preset, level: float) -> PooledResult:
    choices = entry.choices_at(level)
    result = pool(table.estimates, choices)
    if entry.guard == "iqwig-6" and result.k > 1:
        usual = pool(table.estimates, tau2="DL", interval="wald", level=level)
        if width(result.interval) < width(usual.interval):
            return pool(table.estimates, replace(choices, interval="t"))
    return result


def _centre(table: EffectTable, entry: Preset) -> float | None:
    """The estimate that the preset takes Q around; None where it is the inverse-variance one."""
    if entry.q_centre != "MH" or table.estimates.k < 2:
        return None
    tables = mantel_haenszel_tables(table, entry)
    if tables is None:
        return None
    centre = float(_MH[table.estimates.measure](*tables)[0])
    return centre if np.isfinite(centre) else None


def _around(result: PooledResult, table: EffectTable, entry: Preset, centre: float) -> PooledResult:
    """Q around another centre, and DerSimonian-Laird's tau2 from it, as RevMan 5 does."""
    y, v = table.estimates.y, table.estimates.v
    w = 1.0 / v
    q, df = float(np.sum(w * (y - centre) ** 2)), y.size - 1
    spread = replace(
        result.heterogeneity,
        q=q,
        q_p=float(chdtrc(df, q)),
        i2_q=max(0.0, 100.0 * (q - df) / q) if q > 0.0 else 0.0,
        h2_q=q / df,
    )
    if result.tau2_method != "DL":
        return replace(result, heterogeneity=spread)
    tau2 = max(0.0, (q - df) / float(np.sum(w) - np.sum(w * w) / np.sum(w)))
    typical = typical_variance(v)
    spread = replace(
        spread,
        tau2=tau2,
        tau2_se=None,
        i2=100.0 * tau2 / (tau2 + typical),
        h2=1.0 + tau2 / typical,
    )
    choices = settle(entry.choices_at(result.level))
    mean = replace(weighted_mean(y, v, tau2), estimator=tau2_method("DL").function)
    inference = interval_method(result.interval_method).function(mean, result.level)
    ahead = predict(mean, inference, choices)
    again = assemble(table.estimates, choices, mean, inference, spread, ahead)
    return replace(again, cautions=tuple(_boundary(result.cautions, tau2)))


def _boundary(cautions: tuple[Caution, ...], tau2: float) -> list[Caution]:
    others = [caution for caution in cautions if caution.code != AT_BOUNDARY.code]
    return [*others, AT_BOUNDARY] if tau2 == 0.0 else others


def _i2(form: str, spread: Heterogeneity) -> float | None:
    if form == "tau2":
        return spread.i2
    if form == "q-signed" and spread.q_df > 0 and spread.q > 0.0:
        return 100.0 * (spread.q - spread.q_df) / spread.q
    return spread.i2_q


def _shown(spread: Heterogeneity, form: str, i2: float | None) -> Heterogeneity:
    """Without I2 and H2 from tau2 where the program shows those from Q."""
    if form == "tau2":
        return spread
    return replace(spread, i2=None, i2_interval=NONE, h2=None, h2_interval=NONE, i2_q=i2)


def _not_around_mh(table: EffectTable, entry: Preset) -> tuple[Caution, ...]:
    """Why Q is not taken around the Mantel-Haenszel estimate, for measures that have one."""
    if table.estimates.measure not in _MH:
        return ()
    without = estimates_without_counts(table)
    reason = (
        f"{', '.join(without)} {'has' if len(without) == 1 else 'have'} no counts here"
        if without
        else "the tables have none, or the rule for zero cells does not allow it"
    )
    text = (
        f"{entry.name} takes Q around the Mantel-Haenszel estimate. Here it is taken around the "
        f"inverse-variance one, because {reason}."
    )
    return (Caution("q_around_inverse_variance", text),)


def _no_prediction(entry: Preset) -> Caution:
    text = f"{entry.name} gives no prediction interval. Ask for one with --prediction."
    return Caution("no_prediction_interval", text)
