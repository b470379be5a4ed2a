"""Standard errors, intervals and the p value of a fitted mixed model."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.special import chdtrc, chdtri, ndtr, ndtri, stdtr, stdtrit

from ketameta.errors import DataError, UsageError
from ketameta.measures.level import check_level
from ketameta.pooling.glmm.design import Design
from ketameta.pooling.glmm.profile import effect_interval, likelihood_ratio, tau_interval
from ketameta.pooling.glmm.search import Fit
from ketameta.pooling.result import Interval

INTERVALS = ("wald", "t", "profile")


class Inference(NamedTuple):
    """The pooled effect and tau with their uncertainty."""

    estimate: float
    se: float
    tau_se: float | None
    interval: Interval
    tau_interval: Interval
    statistic: float
    df: float | None
    p_value: float


def check_interval(method: str, level: float) -> str:
    """The interval method in lower case; `UsageError` for an unknown one or a bad level."""
    key = {"z": "wald", "normal": "wald", "pl": "profile"}.get(method.casefold(), method.casefold())
    if key not in INTERVALS:
        raise UsageError(
            f"mixed model: there is no interval {method!r}. Use {', '.join(INTERVALS)}."
        )
    check_level(level)
    return key


def standard_errors(design: Design, found: Fit) -> tuple[float, float | None]:
    """Of the effect, and of tau where it is not at the boundary.

    Raises
    ------
    DataError
        When the likelihood is flat, so that there are none.
    """
    information = found.maximum.information
    values = np.linalg.eigvalsh(information)
    if values[0] <= 1e-12 * values[-1]:
        raise DataError(
            "mixed model: the likelihood is flat at its maximum, so that the effect and the "
            "differences between studies cannot be told apart. Use the common-effect form, or a "
            "Bayesian model with a prior for tau."
        )
    variance = np.diagonal(np.linalg.inv(information))
    inside = design.d > 0 and found.maximum.at.sigma[0] > 0.0
    return math.sqrt(variance[0]), math.sqrt(variance[design.p]) if inside else None


def infer(design: Design, found: Fit, method: str, level: float) -> Inference:
    """Estimate, standard errors, interval and p value by the chosen method."""
    estimate = float(found.maximum.at.beta[0])
    se, tau_se = standard_errors(design, found)
    df = design.k - 1.0 if method == "t" and design.k > 1 else None
    nothing = Interval(None, None)
    if method == "profile":
        allowed = float(chdtri(1.0, 1.0 - level))
        ratio = max(0.0, likelihood_ratio(design, found, 0.0))
        statistic = math.copysign(math.sqrt(ratio), estimate)
        around = effect_interval(design, found, se, allowed)
        taus = tau_interval(design, found, allowed) if design.d else nothing
        return Inference(
            estimate, se, tau_se, around, taus, statistic, None, float(chdtrc(1.0, ratio))
        )
    statistic = estimate / se
    half = critical_value(level, df) * se
    tail = ndtr(-abs(statistic)) if df is None else stdtr(df, -abs(statistic))
    around = Interval(estimate - half, estimate + half)
    return Inference(estimate, se, tau_se, around, nothing, statistic, df, float(2.0 * tail))


def critical_value(level: float, df: float | None) -> float:
    """Two-sided quantile of the normal, or of t with df degrees of freedom."""
    upper = 0.5 + 0.5 * level
    return float(ndtri(upper) if df is None else stdtrit(df, upper))
