"""Confidence intervals for the pooled mean."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from scipy.special import ndtr, ndtri, stdtr, stdtrit

from ketameta.measures.estimates import Caution, FloatArray
from ketameta.pooling.result import Interval
from ketameta.pooling.weighted_mean import WeightedMean


@dataclass(frozen=True, slots=True)
class MeanInference:
    """A pooled mean with its standard error, test and interval; fields as in `PooledResult`.

    `weights` in percent where they are not those of the random-effects model.
    """

    estimate: float
    se: float
    interval: Interval
    statistic: float | None
    df: float | None
    p_value: float | None
    wald_interval: Interval | None = None
    hksj_factor: float | None = None
    guarded_interval: Interval | None = None
    weights: FloatArray | None = None
    cautions: tuple[Caution, ...] = ()


def critical_value(level: float, df: float | None) -> float:
    """Two-sided critical value of t with df degrees of freedom, of the normal if df is None."""
    upper = 0.5 + level / 2.0
    return float(ndtri(upper) if df is None else stdtrit(df, upper))


def two_sided_p(statistic: float, df: float | None) -> float:
    """Two-sided p value of a t statistic, of a normal one if df is None."""
    tail = ndtr(-abs(statistic)) if df is None else stdtr(df, -abs(statistic))
    return float(2.0 * tail)


def symmetric_interval(estimate: float, se: float, level: float, df: float | None) -> Interval:
    """estimate -/+ critical value * se."""
    half = float(critical_value(level, df) * se)
    return Interval(estimate - half, estimate + half)


def t_inference(estimate: float, se: float, level: float, df: float | None) -> MeanInference:
    """Interval and test of a mean with a normal (df None) or t reference distribution."""
    statistic = estimate / se
    interval = symmetric_interval(estimate, se, level, df)
    return MeanInference(estimate, se, interval, statistic, df, two_sided_p(statistic, df))


def wald(mean: WeightedMean, level: float) -> MeanInference:
    """Normal interval with the plain standard error 1 / sqrt(sum of weights).

    Takes tau2 as known: too narrow with few studies.

    References
    ----------
    DerSimonian R, Laird N. Control Clin Trials 1986;7:177-188.
    doi:10.1016/0197-2456(86)90046-2. metafor: `test = "z"`.
    """
    return t_inference(mean.estimate, mean.se, level, None)


def plain_t(mean: WeightedMean, level: float) -> MeanInference:
    """t interval with k - 1 degrees of freedom and the plain standard error.

    References
    ----------
    Follmann DA, Proschan MA. Biometrics 1999;55:732-737. doi:10.1111/j.0006-341X.1999.00732.x.
    metafor: `test = "t"`.
    """
    if mean.df < 1.0:
        return wald(mean, level)
    return t_inference(mean.estimate, mean.se, level, mean.df)


def hksj(mean: WeightedMean, level: float) -> MeanInference:
    """Hartung-Knapp-Sidik-Jonkman interval, with the normal and the guarded one beside it.

    The variance of the mean is multiplied by q, the weighted spread of the estimates over k - 1,
    and t with k - 1 degrees of freedom is used. It allows for tau2 being estimated and keeps
    its level well, but where q < 1 it may be narrower than the normal interval: the interval
    with max(1, q) is given beside it. Identical effects make q = 0, an interval of width 0
    and p = 0 (as metafor prints); here q = 1 is used for them and a caution says so.

    References
    ----------
    Hartung J, Knapp G. Stat Med 2001;20:3875-3889. doi:10.1002/sim.1009.
    Sidik K, Jonkman JN. Stat Med 2002;21:3153-3159. doi:10.1002/sim.1262.
    Röver C, Knapp G, Friede T. BMC Med Res Methodol 2015;15:99. doi:10.1186/s12874-015-0091-1.
    metafor: `test = "knha"`; the guarded interval is `test = "adhoc"`.
    """
    normal = wald(mean, level)
    if mean.df < 1.0:
        return normal
    df = mean.df
    factor = mean.q / df
    guarded = symmetric_interval(mean.estimate, math.sqrt(max(1.0, factor)) * mean.se, level, df)
    used = factor
    cautions: tuple[Caution, ...] = ()
    if mean.identical_effects:
        used = 1.0
        cautions = (_identical(mean.k),)
    elif shortens(factor):
        cautions = (_narrow(factor),)
    result = t_inference(mean.estimate, float(math.sqrt(used)) * mean.se, level, df)
    return MeanInference(
        result.estimate,
        result.se,
        result.interval,
        result.statistic,
        df,
        result.p_value,
        wald_interval=normal.interval,
        hksj_factor=factor,
        guarded_interval=guarded,
        cautions=cautions,
    )


def hksj_guarded(mean: WeightedMean, level: float) -> MeanInference:
    """Hartung-Knapp-Sidik-Jonkman interval with max(1, q): never narrower than the plain t one.

    References
    ----------
    Knapp G, Hartung J. Stat Med 2003;22:2693-2710. doi:10.1002/sim.1482.
    Röver C, Knapp G, Friede T. BMC Med Res Methodol 2015;15:99. doi:10.1186/s12874-015-0091-1.
    metafor: `test = "adhoc"`.
    """
    if mean.df < 1.0:
        return wald(mean, level)
    factor = mean.q / mean.df
    result = t_inference(mean.estimate, math.sqrt(max(1.0, factor)) * mean.se, level, mean.df)
    return replace(result, wald_interval=wald(mean, level).interval, hksj_factor=factor)


def hksj_hybrid(mean: WeightedMean, level: float) -> MeanInference:
    """The wider of the Hartung-Knapp-Sidik-Jonkman and the normal interval.

    Standard error, test and degrees of freedom are those of the interval chosen.

    References
    ----------
    Jackson D, Law M, Rücker G, Schwarzer G. Stat Med 2017;36:3923-3934. doi:10.1002/sim.7411.
    """
    normal, scaled = wald(mean, level), hksj(mean, level)
    if width(normal.interval) <= width(scaled.interval):
        return scaled
    return replace(
        normal,
        wald_interval=normal.interval,
        hksj_factor=scaled.hksj_factor,
        guarded_interval=scaled.guarded_interval,
        cautions=(NORMAL_CHOSEN,),
    )


NORMAL_CHOSEN = Caution(
    "hybrid_is_normal",
    "The normal interval is wider than the Hartung-Knapp-Sidik-Jonkman interval and is used.",
)


def width(interval: Interval) -> float:
    """Width of an interval; infinite where a limit is missing."""
    if interval.low is None or interval.high is None:
        return math.inf
    return interval.high - interval.low


def _identical(k: int) -> Caution:
    return Caution(
        "identical_effects",
        f"All {k} estimates are equal, so the Hartung-Knapp-Sidik-Jonkman factor would be 0 and "
        "the interval would have no width. The factor 1 is used instead.",
    )


NEARLY_ONE = 1.0 - 1e-9


def shortens(factor: float) -> bool:
    """Whether a Hartung-Knapp factor shortens an interval by more than rounding does."""
    return factor < NEARLY_ONE


def _narrow(factor: float) -> Caution:
    return Caution(
        "hksj_factor_below_1",
        "The estimates lie closer together than their standard errors and tau2 lead one to "
        f"expect (Hartung-Knapp-Sidik-Jonkman factor {factor:.3g}, below 1), which shortens this "
        "interval. Read it together with the guarded interval, which uses max(1, factor).",
    )
