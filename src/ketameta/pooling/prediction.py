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
    """A prediction interval, or none with the reason.

    `se` and `df` describe the t (df None: normal) distribution of a new study's true effect
    around the pooled mean; se is None where the interval comes from another distribution.
    """

    interval: Interval
    se: float | None = None
    df: float | None = None
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
    return around(inference.estimate, (inference.se, mean.tau2), mean.df, level)


def plain_t_k_minus_1(mean: WeightedMean, inference: MeanInference, level: float) -> Prediction:
    """mean -/+ t(k - 1) * sqrt(SE^2 + tau2) with the plain standard error, whatever the interval.

    References
    ----------
    Veroniki AA et al. Res Synth Methods 2019;10:23-43. doi:10.1002/jrsm.1319; reported as
    Cochrane's choice beside a Hartung-Knapp-Sidik-Jonkman interval.
    metafor: `predict(rma(..., test = "t"))`.
    """
    return around(inference.estimate, (mean.se, mean.tau2), mean.df, level)


def normal(mean: WeightedMean, inference: MeanInference, level: float) -> Prediction:
    """mean -/+ z * sqrt(SE^2 + tau2): takes tau2 as known, too narrow with few studies.

    References
    ----------
    Higgins JPT, Thompson SG, Spiegelhalter DJ. J R Stat Soc A 2009;172:137-159.
    doi:10.1111/j.1467-985X.2008.00552.x (as the case of known tau2).
    metafor: `rma(..., test = "z")` followed by `predict()`.
    """
    return around(inference.estimate, (mean.se, mean.tau2), None, level)


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
    return around(inference.estimate, (mean.se, mean.tau2), mean.df - 1.0, level)


def hksj_prediction(mean: WeightedMean, inference: MeanInference, level: float) -> Prediction:
    """mean -/+ t(k - 1) * sqrt(SE_HKSJ^2 + tau2).

    Uses the Hartung-Knapp-Sidik-Jonkman standard error whatever interval is chosen for the mean;
    with identical effects the plain one.

    References
    ----------
    Partlett C, Riley RD. Stat Med 2017;36:301-317. doi:10.1002/sim.7140 (there with t(k - 2)).
    meta: `method.predict = "HK"`; metafor: `rma(..., test = "knha")` followed by `predict()`.
    """
    return around(inference.estimate, (hksj_se(mean), mean.tau2), mean.df, level)


def hksj_t_k_minus_2(mean: WeightedMean, inference: MeanInference, level: float) -> Prediction:
    """mean -/+ t(k - 2) * sqrt(SE_HKSJ^2 + tau2), from three studies.

    meta: `method.predict = "HK-PR"`; pimeta: `method = "HK"`.

    References
    ----------
    Partlett C, Riley RD. Stat Med 2017;36:301-317. doi:10.1002/sim.7140.
    """
    if mean.df < 2.0:
        return too_few(mean.k, "hksj(k-2)", 3)
    return around(inference.estimate, (hksj_se(mean), mean.tau2), mean.df - 1.0, level)


def hksj_se(mean: WeightedMean) -> float:
    """Hartung-Knapp-Sidik-Jonkman standard error; the plain one for identical effects."""
    factor = 1.0 if mean.identical_effects else mean.q / mean.df
    return math.sqrt(factor) * mean.se


def too_few(k: int, method: str, needed: int) -> Prediction:
    """No interval: the method needs more studies."""
    text = f"No prediction interval: {method} needs {needed} studies, and there are {k}."
    return Prediction(NO_INTERVAL, cautions=(Caution("no_prediction_interval", text),))


def around(
    centre: float, spread: tuple[float, float], df: float | None, level: float
) -> Prediction:
    """centre -/+ critical value * sqrt(SE^2 + tau2), `spread` being (SE, tau2); normal if no df."""
    total = math.hypot(spread[0], math.sqrt(spread[1]))
    half = critical_value(level, df) * total
    return Prediction(Interval(centre - half, centre + half), total, df)
