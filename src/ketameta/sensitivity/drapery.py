"""Data of a drapery plot: p values of every possible effect, for each study and the pooled mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, stdtr

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import EffectEstimates, FloatArray
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.pool import pool

POINTS = 401
# Standard errors around the estimates that the axis spans.
SPAN = 3.5


@dataclass(frozen=True, slots=True)
class DraperyPlot:
    """p value functions on a common axis of hypothetical effects.

    Attributes
    ----------
    labels
        The studies.
    effect
        Hypothetical effects, (m,), ascending.
    studies
        Two-sided p value of each study at each of them, (k, m).
    pooled
        That of the pooled mean, (m,); where it crosses alpha are the limits of its interval.
    prediction
        That of the effect in a new study, (m,); None where there is no such distribution.
    """

    labels: tuple[str, ...]
    effect: FloatArray
    studies: FloatArray
    pooled: FloatArray
    prediction: FloatArray | None


def drapery_plot(
    estimates: EffectEstimates,
    choices: PoolingChoices | None = None,
    *,
    effect: FloatArray | None = None,
) -> DraperyPlot:
    """p value functions of the studies, the pooled mean and a new study.

    Shows intervals of every level at once, and no level as special.

    Parameters
    ----------
    estimates
        At least one estimate.
    choices
        How to pool; None for the defaults. The interval must be estimate -/+ a multiple of its
        standard error (not profile likelihood, permutation or Henmi-Copas).
    effect
        Hypothetical effects; None for an axis around all estimates.

    References
    ----------
    Ruecker G, Schwarzer G. Res Synth Methods 2021;12:34-45. doi:10.1002/jrsm.1410.
    R meta: `drapery()`.
    """
    if estimates.k == 0:
        raise DataError("drapery plot: there are no estimates. Give at least one study.")
    result = pool(estimates, choices)
    if result.interval_method in {"pl", "permutation", "henmi-copas"}:
        raise UsageError(
            f"drapery plot: the interval {result.interval_method} is no estimate with a standard "
            "error. Use hksj, t or wald."
        )
    se = np.sqrt(estimates.v)
    if effect is None:
        widest = result.prediction_se or result.se
        ends = [estimates.y - SPAN * se, estimates.y + SPAN * se]
        low = min(float(np.median(ends[0])), result.estimate - SPAN * widest)
        high = max(float(np.median(ends[1])), result.estimate + SPAN * widest)
        axis = np.linspace(
            min(low, float(estimates.y.min())), max(high, float(estimates.y.max())), POINTS
        )
    else:
        axis = np.asarray(effect, dtype=np.float64)
        if axis.ndim != 1 or not np.all(np.isfinite(axis)):
            raise DataError("drapery plot: the hypothetical effects must be finite numbers.")
    studies = 2.0 * ndtr(-np.abs(axis - estimates.y[:, None]) / se[:, None])
    prediction = None
    if result.prediction_se is not None:
        prediction = _p_values(axis, result.estimate, result.prediction_se, result.prediction_df)
    pooled = _p_values(axis, result.estimate, result.se, result.df)
    return DraperyPlot(estimates.labels, axis, studies, pooled, prediction)


def _p_values(axis: FloatArray, centre: float, se: float, df: float | None) -> FloatArray:
    distance = np.abs(axis - centre) / se
    tail = ndtr(-distance) if df is None else stdtr(df, -distance)
    return np.asarray(2.0 * tail)
