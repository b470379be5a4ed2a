"""What a selection model returns."""

from __future__ import annotations

from dataclasses import dataclass

from ketameta.measures.estimates import Caution
from ketameta.pooling.result import Interval, PooledResult


@dataclass(frozen=True, slots=True)
class SelectionWeight:
    """One parameter of the weight function.

    Attributes
    ----------
    name
        The interval of p values ("p <= 0.025", "0.025 < p <= 0.5"), or "delta", "delta 1", ...
    k
        Studies in the interval; None where there are no intervals.
    value
        For steps: chance of being seen relative to the first interval. Otherwise the parameter.
    se, interval
        From the observed information; None for a fixed value and at the edge of the range.
    p_value
        Of the value that means no selection (1 for steps and beta); None where that value is the
        edge of the range.
    fixed
        Whether the value was given, not estimated.
    """

    name: str
    k: int | None
    value: float
    se: float | None
    interval: Interval
    p_value: float | None
    fixed: bool


@dataclass(frozen=True, slots=True)
class SelectionModel:
    """A fitted selection model on the analysis scale.

    Attributes
    ----------
    model, alternative
        Weight function, and which results have small p values.
    k
        Number of studies.
    estimate, se, statistic, p_value, interval
        The mean before selection, with a normal interval from the observed information.
    tau2, tau2_se
        Variance of true effects before selection; None for the se at 0, and both 0 and None
        under equal effects.
    weights
        The weight function's parameters.
    log_likelihood, aic
        At the maximum.
    lr_statistic, lr_df, lr_p
        Likelihood ratio test of no selection; None with fixed weights.
    unadjusted
        The same model without selection, by maximum likelihood, with a normal interval.
    local_maxima
        Number of distinct maxima met from the different starts.
    cautions
        When not to believe it.
    """

    model: str
    alternative: str
    k: int
    estimate: float
    se: float | None
    statistic: float | None
    p_value: float | None
    interval: Interval
    tau2: float
    tau2_se: float | None
    weights: tuple[SelectionWeight, ...]
    log_likelihood: float
    aic: float
    lr_statistic: float | None
    lr_df: int | None
    lr_p: float | None
    unadjusted: PooledResult
    local_maxima: int
    cautions: tuple[Caution, ...] = ()
