"""Limit meta-analysis: the mean effect of studies whose precision grows without bound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from ketameta.errors import DataError
from ketameta.measures.estimates import Caution, EffectEstimates, FloatArray
from ketameta.pooling.catalog import tau2_method
from ketameta.pooling.generalised_q import generalised_q
from ketameta.pooling.intervals import symmetric_interval, two_sided_p
from ketameta.pooling.result import Interval
from ketameta.sensitivity.bias.egger import egger
from ketameta.sensitivity.bias.gate import gate


@dataclass(frozen=True, slots=True)
class LimitMetaAnalysis:
    """Result of a limit meta-analysis, on the analysis scale.

    Attributes
    ----------
    k, tau2
        Studies, and variance of true effects used.
    bias, slope
        alpha and beta of y = beta + sqrt(v + tau2) (alpha + error).
    estimate, se, statistic, p_value, interval
        beta + sqrt(tau2) alpha, the mean effect in studies of infinite precision; normal.
    limit_effects
        What each study would have shown with infinite precision:
        beta + sqrt(tau2 / (v + tau2)) (y - beta), (k,).
    q, q_small, q_residual
        Cochran's Q, its part that the regression on standard errors takes up (1 df), and the
        rest (k - 2 df), with p values `q_small_p` and `q_residual_p`.
    cautions
        When not to believe it.
    """

    k: int
    tau2: float
    bias: float
    slope: float
    estimate: float
    se: float
    statistic: float
    p_value: float
    interval: Interval
    limit_effects: FloatArray
    q: float
    q_small: float
    q_small_p: float
    q_residual: float
    q_residual_p: float
    cautions: tuple[Caution, ...] = ()


def limit_meta_analysis(
    estimates: EffectEstimates, *, tau2: str = "REML", level: float = 0.95
) -> LimitMetaAnalysis:
    """Adjust the mean for small-study effects by extrapolation to infinite precision.

    alpha and beta are intercept and slope of y / s on 1 / s, s = sqrt(v + tau2) (the generalised
    radial plot). The standard error is that of beta + tau alpha in this regression, whose errors
    have variance 1; it takes tau2 as known, so intervals are rather too narrow.

    Parameters
    ----------
    estimates
        At least three estimates whose standard errors differ.
    tau2
        Estimator; the authors use DerSimonian-Laird ("DL").
    level
        Coverage of the interval.

    Raises
    ------
    DataError
        With fewer than three estimates, or equal standard errors.

    References
    ----------
    Ruecker G et al. Biostatistics 2011;12:122-142. doi:10.1093/biostatistics/kxq046.
    Ruecker G, Carpenter JR, Schwarzer G. Biom J 2011;53:351-368. doi:10.1002/bimj.201000151.
    metasens: `limitmeta(..., method.adjust = "beta0")`; versions before the correction of its
    standard error left tau2 and alpha out of it.
    """
    y, v = estimates.y, estimates.v
    x = 1.0 / np.sqrt(v)
    if estimates.k < 3 or float(np.ptp(x)) <= 1e-12 * float(x.max()):
        raise DataError(
            "limit meta-analysis: it extrapolates from small to large studies and needs three or "
            "more whose standard errors differ."
        )
    method = tau2_method(tau2)
    between = float(method.function(y, v))
    s = np.sqrt(v + between)
    bias, slope = _line(1.0 / s, y / s)
    estimate = slope + float(np.sqrt(between)) * bias
    se = _standard_error(v, s, float(np.sqrt(between)))
    q = float(generalised_q(y, v))
    factor = egger(estimates).factor
    residual = 0.0 if factor is None else factor * (estimates.k - 2.0)
    small = max(0.0, q - residual)
    statistic = estimate / se
    return LimitMetaAnalysis(
        k=estimates.k,
        tau2=between,
        bias=bias,
        slope=slope,
        estimate=estimate,
        se=se,
        statistic=statistic,
        p_value=two_sided_p(statistic, None),
        interval=symmetric_interval(estimate, se, level, None),
        limit_effects=np.asarray(slope + np.sqrt(between) / s * (y - slope)),
        q=q,
        q_small=small,
        q_small_p=float(chdtrc(1.0, small)),
        q_residual=residual,
        q_residual_p=float(chdtrc(estimates.k - 2.0, residual)),
        cautions=gate(estimates.k, np.sqrt(v)),
    )


def _standard_error(v: FloatArray, s: FloatArray, tau: float) -> float:
    """Of slope + tau * intercept: the root of mean((1 - tau / s)^2) / sum((1/s - mean)^2)."""
    x = 1.0 / s
    if _level(x):
        return tau / float(np.sqrt(x.size))
    short = v / (s * (s + tau))
    return float(np.sqrt(np.mean(short**2) / np.sum((x - x.mean()) ** 2)))


def _level(x: FloatArray) -> bool:
    """Whether tau2 swamps all differences in precision, so that there is no slope to speak of."""
    return float(np.ptp(x)) <= 1e-12 * abs(float(x.mean()))


def _line(x: FloatArray, y: FloatArray) -> tuple[float, float]:
    """Intercept and slope of the least-squares line."""
    centre = float(x.mean())
    if _level(x):
        return float(y.mean()), 0.0
    slope = float(np.sum((x - centre) * (y - y.mean())) / np.sum((x - centre) ** 2))
    return float(y.mean()) - slope * centre, slope
