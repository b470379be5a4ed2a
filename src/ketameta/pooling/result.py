"""`PooledResult`: what pooling returns, and all that later steps may know about it."""

from __future__ import annotations

from dataclasses import dataclass

from ketameta.measures.estimates import Caution, FloatArray


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval; None where a limit does not exist (the reason stands in the cautions)."""

    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Heterogeneity:
    """How much the true effects differ between studies.

    `tau2` is on the squared analysis scale. `i2` and `h2` are computed from `tau2` and the
    typical sampling variance (Higgins and Thompson 2002); `i2_q` and `h2_q` from Q. I2 values are
    percentages. None means not estimable.
    """

    tau2: float | None
    tau2_se: float | None
    tau2_interval: Interval
    i2: float | None
    i2_interval: Interval
    h2: float | None
    h2_interval: Interval
    q: float
    q_df: int
    q_p: float | None
    i2_q: float | None
    h2_q: float | None


@dataclass(frozen=True, slots=True)
class PooledResult:
    """One pooled estimate with its uncertainty, on the analysis scale (log for ratios).

    Attributes
    ----------
    measure, k
        The measure pooled and the number of estimates.
    tau2_method, interval_method, prediction_method, level
        Names as in `pooling.catalog`; level is the coverage of every interval.
    estimate, se, interval
        The pooled mean, its standard error as used for the interval, and the interval.
    statistic, df, p_value
        estimate / se, its degrees of freedom (None for the normal distribution), and the
        two-sided p value (None where the standard error says nothing, e.g. identical effects).
    prediction
        Prediction interval for the true effect in a new study.
    weights
        Percent of the total, shape (k,), sum 100.
    wald_interval, hksj_factor, guarded_interval
        Beside a Hartung-Knapp-Sidik-Jonkman interval: the normal interval with the plain
        standard error, the factor q that scaled the variance, and the interval with
        max(1, q). None with other methods.
    log_likelihood, local_maxima
        For ML and REML: the (restricted) log-likelihood at tau2 and how many local maxima the
        search saw (1 = a single mode). None with other estimators.
    prediction_se, prediction_df
        Standard deviation and degrees of freedom (None: normal) of the distribution behind the
        prediction interval; prediction_se is None where there is none or it is not a t.
    weighting
        How studies were combined: "IV" (inverse variance), or a code of
        `catalog.COMMON_EFFECT_METHODS` for sparse tables.
    cautions
        Degenerate cases and safeguards that a reader must know of.
    """

    measure: str
    k: int
    tau2_method: str
    interval_method: str
    prediction_method: str
    level: float
    estimate: float
    se: float
    interval: Interval
    statistic: float | None
    df: float | None
    p_value: float | None
    heterogeneity: Heterogeneity
    prediction: Interval
    weights: FloatArray
    labels: tuple[str, ...]
    wald_interval: Interval | None = None
    hksj_factor: float | None = None
    guarded_interval: Interval | None = None
    log_likelihood: float | None = None
    local_maxima: int | None = None
    prediction_se: float | None = None
    prediction_df: float | None = None
    weighting: str = "IV"
    cautions: tuple[Caution, ...] = ()
