"""Prediction intervals for the true effect in a new study."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ketameta.measures.estimates import Caution
from ketameta.pooling.intervals import MeanInference, critical_value
from ketameta.pooling.result import Interval
from ketameta.pooling.weighted_mean import WeightedMean

NO_INTERVAL = Interval(None, None)


@dataclass(frozen=True, slots=True)
class Prediction:
    """A prediction interval, or none with the reason."""

    interval: Interval
    cautions: tuple[Caution, ...] = ()


def t_k_minus_1(mean: WeightedMean, inference: MeanInference, level: float) -> Prediction:
    """mean -/+ t(k - 1) * sqrt(SE^2 + tau2) with the standard error of the interval (default).

    Interval and prediction interval so rest on one standard error: the scaled one beside a
    Hartung-Knapp-Sidik-Jonkman interval, the plain one beside the others.

    References
    ----------
    Veroniki AA et al. Res Synth Methods 2019;10:23-43. doi:10.1002/jrsm.1319; Partlett C,
    Riley RD. Stat Med 2017;36:301-317. doi:10.1002/sim.7140.
    metafor: `predict(rma(..., test = "knha"))`, and with `test = "t"` beside the plain one.
    """
    return _around(mean, inference.se, critical_value(level, mean.df))


def plain_t_k_minus_1(mean: WeightedMean, inference: MeanInference, level: float) -> Prediction:
    """mean -/+ t(k - 1) * sqrt(SE^2 + tau2) with the plain standard error, whatever the interval.

    References
    ----------
    Veroniki AA et al. Res Synth Methods 2019;10:23-43. doi:10.1002/jrsm.1319; reported as
    Cochrane's choice beside a Hartung-Knapp-Sidik-Jonkman interval.
    metafor: `predict(rma(..., test = "t"))`.
    """
    return _around(mean, mean.se, critical_value(level, mean.df))


def normal(mean: WeightedMean, inference: MeanInference, level: float) -> Prediction:
    """mean -/+ z * sqrt(SE^2 + tau2): takes tau2 as known, too narrow with few studies.

    References
    ----------
    Skipka G. Statistics in Medicine 2006;25:2307-2312 discusses it; Higgins JPT et al. J R Stat
    Soc A 2009;172:137-159. doi:10.1111/j.1467-985X.2008.00552.x.
    metafor: `rma(..., test = "z")` followed by `predict()`.
    """
    return _around(mean, mean.se, critical_value(level, None))


def t_k_minus_2(mean: WeightedMean, inference: MeanInference, level: float) -> Prediction:
    """mean -/+ t(k - 2) * sqrt(SE^2 + tau2), from three studies.

    metafor's `predict(pi.type = "riley")` uses one degree of freedom for k = 2 as well; with
    k - 2 = 0 degrees of freedom there is no such interval, so none is given here.

    References
    ----------
    Higgins JPT, Thompson SG, Spiegelhalter DJ. J R Stat Soc A 2009;172:137-159.
    doi:10.1111/j.1467-985X.2008.00552.x.
    """
    if mean.df < 2.0:
        return too_few(mean.k, "t(k-2)", 3)
    return _around(mean, mean.se, critical_value(level, mean.df - 1.0))


def hksj_prediction(mean: WeightedMean, inference: MeanInference, level: float) -> Prediction:
    """mean -/+ t(k - 1) * sqrt(SE_HKSJ^2 + tau2).

    Uses the Hartung-Knapp-Sidik-Jonkman standard error whatever interval is chosen for the mean;
    with identical effects the plain one.

    References
    ----------
    Partlett C, Riley RD. Stat Med 2017;36:301-317. doi:10.1002/sim.7140 (there with t(k - 2)).
    metafor: `rma(..., test = "knha")` followed by `predict()`.
    """
    factor = 1.0 if mean.identical_effects else mean.q / mean.df
    return _around(mean, math.sqrt(factor) * mean.se, critical_value(level, mean.df))


def too_few(k: int, method: str, needed: int) -> Prediction:
    """No interval: the method needs more studies."""
    text = f"No prediction interval: {method} needs {needed} studies, and there are {k}."
    return Prediction(NO_INTERVAL, (Caution("no_prediction_interval", text),))


def _around(mean: WeightedMean, se: float, critical: float) -> Prediction:
    half = critical * math.hypot(se, math.sqrt(mean.tau2))
    return Prediction(Interval(mean.estimate - half, mean.estimate + half))
