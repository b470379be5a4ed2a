"""Means adjusted for small-study effects, p-curve and funnel contours, as values for programs."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from ketameta.cli.bias_wish import Tests
from ketameta.cli.data_samples import Sample
from ketameta.cli.json_numbers import display, finite
from ketameta.measures.catalog import Measure
from ketameta.measures.estimates import Caution
from ketameta.pooling.intervals import two_sided_p
from ketameta.pooling.result import Interval
from ketameta.sensitivity.bias.copas import CHANCES, CopasRow, copas
from ketameta.sensitivity.bias.egger import egger
from ketameta.sensitivity.bias.funnel import CONTOURS, funnel_plot
from ketameta.sensitivity.bias.limit_meta_analysis import limit_meta_analysis
from ketameta.sensitivity.bias.p_curve import StoufferTest, p_curve
from ketameta.sensitivity.bias.pet_peese import pet_peese
from ketameta.sensitivity.bias.waap import UnrestrictedMean, waap
from ketameta.sensitivity.bias.weighted_line import AsymmetryTest

Result = tuple[dict[str, Any], tuple[Caution, ...]]


def adjusted(sample: Sample, name: str, wish: Tests) -> Result:
    """One of pet, peese, pet-peese, waap, limit, copas, p-curve and contours."""
    return _METHODS[name](sample, wish)


def _mean(
    entry: Measure,
    numbers: tuple[float | None, float | None, Interval],
    test: tuple[float | None, float | None, float | None],
) -> dict[str, Any]:
    """Estimate, se and interval; statistic, df and p value; and what readers see."""
    estimate, se, interval = numbers
    limits = {
        "estimate": finite(estimate),
        "ci_low": finite(interval.low),
        "ci_high": finite(interval.high),
    }
    statistic, df, p_value = (finite(value) for value in test)
    return {
        "estimate": limits["estimate"],
        "se": finite(se),
        "ci_low": limits["ci_low"],
        "ci_high": limits["ci_high"],
        "statistic": statistic,
        "df": df,
        "p_value": p_value,
        "display": display(entry, limits),
    }


def _at_zero(sample: Sample, line: AsymmetryTest) -> dict[str, Any]:
    """A line read off where its predictor is 0, with the slope that gets it there."""
    test: tuple[float | None, float | None, float | None] = (None, None, None)
    if line.limit is not None and line.limit_se:
        statistic = line.limit / line.limit_se
        test = statistic, line.df, two_sided_p(statistic, line.df)
    return {
        "k": line.k,
        **_mean(sample.measure, (line.limit, line.limit_se, line.limit_interval), test),
        "predictor": line.predictor,
        "model": line.model,
        "slope": finite(line.slope),
        "slope_se": finite(line.slope_se),
        "slope_p": finite(line.p_value),
        "tau2": finite(line.tau2),
        "factor": finite(line.factor),
    }


def _pet(sample: Sample, wish: Tests) -> Result:
    line = egger(sample.estimates, predictor="se", dispersion=wish.dispersion)
    return _at_zero(sample, line), line.cautions


def _peese(sample: Sample, wish: Tests) -> Result:
    line = egger(sample.estimates, predictor="v", dispersion=wish.dispersion)
    return _at_zero(sample, line), line.cautions


def _pet_peese(sample: Sample, wish: Tests) -> Result:
    found = pet_peese(sample.estimates, dispersion=wish.dispersion)
    values = {
        "k": found.pet.k,
        **_mean(
            sample.measure,
            (found.estimate, found.se, found.interval),
            (found.statistic, found.df, found.p_value),
        ),
        "chosen": found.chosen,
        "pet_p": finite(found.pet_p),
        "pet": _at_zero(sample, found.pet),
        "peese": _at_zero(sample, found.peese),
    }
    return values, found.cautions


def _unrestricted(sample: Sample, mean: UnrestrictedMean) -> dict[str, Any]:
    numbers = (mean.estimate, mean.se, mean.interval)
    test = (mean.statistic, mean.df, mean.p_value)
    return {"k": mean.k, **_mean(sample.measure, numbers, test)}


def _waap(sample: Sample, wish: Tests) -> Result:
    found = waap(sample.estimates, level=wish.level)
    values = {
        **_unrestricted(sample, found.result),
        "method": found.method,
        "powered": list(found.powered),
        "all_studies": _unrestricted(sample, found.all_studies),
    }
    return values, found.cautions


def _limit(sample: Sample, wish: Tests) -> Result:
    estimates = sample.estimates
    tau2 = wish.details.tau2 or "REML"
    found = limit_meta_analysis(estimates, tau2=tau2, level=wish.level)
    numbers = (found.estimate, found.se, found.interval)
    names = ("tau2", "bias", "slope", "q", "q_small", "q_small_p", "q_residual", "q_residual_p")
    values = {
        "k": found.k,
        **_mean(sample.measure, numbers, (found.statistic, None, found.p_value)),
        **{name: finite(getattr(found, name)) for name in names},
        "studies": [
            {"study": label, "limit_effect": finite(effect)}
            for label, effect in zip(estimates.labels, found.limit_effects.tolist(), strict=True)
        ],
    }
    return values, found.cautions


def _copas_row(entry: Measure, row: CopasRow) -> dict[str, Any]:
    statistic = row.estimate / row.se if row.se else None
    return {
        "chance_smallest": row.chance_smallest,
        **_mean(entry, (row.estimate, row.se, row.interval), (statistic, None, row.p_value)),
        "tau2": finite(row.tau2),
        "rho": finite(row.rho),
        "unpublished": finite(row.unpublished),
        "log_likelihood": finite(row.log_likelihood),
        "residual_p": finite(row.residual_p),
    }


def _copas(sample: Sample, wish: Tests) -> Result:
    found = copas(sample.estimates, chances=wish.chances or CHANCES, level=wish.level)
    rows = [_copas_row(sample.measure, row) for row in found.rows]
    chosen = found.rows.index(found.adjusted) if found.adjusted is not None else None
    empty = dict.fromkeys(("estimate", "se", "ci_low", "ci_high", "p_value"))
    best: dict[str, Any] = empty if chosen is None else {n: rows[chosen][n] for n in empty}
    values = {
        "k": sample.estimates.k,
        **best,
        "chance_smallest": None if chosen is None else rows[chosen]["chance_smallest"],
        "rows": rows,
    }
    return values, found.cautions


def _stouffer(test: StoufferTest | None) -> dict[str, Any] | None:
    if test is None:
        return None
    return {"k": test.k, "z": finite(test.z), "p_value": finite(test.p_value)}


def _p_curve(sample: Sample, wish: Tests) -> Result:
    found = p_curve(sample.estimates)
    full = found.right_skew
    values = {
        "k": found.k,
        "below_05": found.below_05,
        "below_025": found.below_025,
        "statistic": None if full is None else finite(full.z),
        "p_value": None if full is None else finite(full.p_value),
        "right_skew": _stouffer(found.right_skew),
        "right_skew_half": _stouffer(found.right_skew_half),
        "right_skew_binomial": finite(found.right_skew_binomial),
        "flatness": _stouffer(found.flatness),
        "flatness_half": _stouffer(found.flatness_half),
        "flatness_binomial": finite(found.flatness_binomial),
        "evidential_value": found.evidential_value,
        "inadequate": found.inadequate,
        "power": finite(found.power),
        "power_ci_low": finite(found.power_interval.low),
        "power_ci_high": finite(found.power_interval.high),
        "p_values": found.p_values.tolist(),
    }
    return values, found.cautions


def _contours(sample: Sample, wish: Tests) -> Result:
    found = funnel_plot(sample.estimates, tau2=wish.details.tau2 or "EE", level=wish.level)
    edges = [0.0, *sorted(CONTOURS), 1.0]
    bands = []
    known = np.isfinite(found.p_value)
    for low, high in pairwise(edges):
        inside = known & (found.p_value >= low)
        inside &= (found.p_value < high) | (high == 1.0)
        count = int(inside.sum())
        share = finite(count / known.sum()) if known.any() else None
        bands.append({"p_from": low, "p_to": high, "count": count, "share": share})
    values = {
        "k": sample.estimates.k,
        "p_value": None,
        "centre": finite(found.centre),
        "null": finite(found.null),
        "bands": bands if found.null is not None else [],
        "studies": [
            {"study": label, "effect": effect, "se": se, "p_value": finite(p)}
            for label, effect, se, p in zip(
                found.labels,
                found.effect.tolist(),
                found.se.tolist(),
                found.p_value.tolist(),
                strict=True,
            )
        ],
    }
    return values, found.cautions


_METHODS = {
    "pet": _pet,
    "peese": _peese,
    "pet-peese": _pet_peese,
    "waap": _waap,
    "limit": _limit,
    "copas": _copas,
    "p-curve": _p_curve,
    "contours": _contours,
}
