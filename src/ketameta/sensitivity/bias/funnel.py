"""Data of a contour-enhanced funnel plot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from ketameta.errors import DataError, UsageError
from ketameta.measures.catalog import measure
from ketameta.measures.estimates import Caution, EffectEstimates, FloatArray
from ketameta.pooling.catalog import tau2_method
from ketameta.pooling.weighted_mean import weighted_mean
from ketameta.sensitivity.bias.gate import gate

CONTOURS = (0.10, 0.05, 0.01)
LINES = 101


@dataclass(frozen=True, slots=True)
class FunnelContour:
    """Where a two-sided p value equals `alpha`: null -/+ critical value times `se`, (m,) each."""

    alpha: float
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True)
class FunnelPlot:
    """A funnel plot as numbers: effects on the analysis scale against standard errors.

    Attributes
    ----------
    labels, effect, se
        The studies, (k,).
    p_value
        Two-sided, of each study against the null value, (k,); nan where there is no null value.
    centre
        Pooled mean at the apex; `null` is the measure's null value or None.
    se_axis
        Standard errors, from 0 to beyond the largest, at which lines are given, (m,).
    funnel_low, funnel_high
        Limits between which 95 % of studies would lie around the centre without heterogeneity and
        bias, (m,).
    contours
        By decreasing alpha; empty where there is no null value.
    cautions
        When not to read anything into its shape.
    """

    labels: tuple[str, ...]
    effect: FloatArray
    se: FloatArray
    p_value: FloatArray
    centre: float
    null: float | None
    se_axis: FloatArray
    funnel_low: FloatArray
    funnel_high: FloatArray
    contours: tuple[FunnelContour, ...]
    cautions: tuple[Caution, ...] = ()


def funnel_plot(
    estimates: EffectEstimates,
    *,
    tau2: str = "EE",
    contours: tuple[float, ...] = CONTOURS,
    level: float = 0.95,
) -> FunnelPlot:
    """Coordinates of a contour-enhanced funnel plot.

    Studies missing where p values are large suggest that results were selected by them; studies
    missing elsewhere suggest another reason for asymmetry.

    Parameters
    ----------
    estimates
        At least one estimate.
    tau2
        Estimator behind the pooled mean; "EE" weights by precision only.
    contours
        Two-sided p values, each between 0 and 1.
    level
        Coverage of the funnel.

    References
    ----------
    Peters JL et al. J Clin Epidemiol 2008;61:991-996. doi:10.1016/j.jclinepi.2007.11.010.
    metafor: `funnel(x, level = c(90, 95, 99), refline = 0)`.
    """
    if estimates.k == 0:
        raise DataError("funnel plot: there are no estimates. Give at least one study.")
    if not all(0.0 < alpha < 1.0 for alpha in (*contours, level)):
        raise UsageError("funnel plot: contours and level lie between 0 and 1, for example 0.05.")
    se = np.sqrt(estimates.v)
    method = tau2_method(tau2).function
    between = 0.0 if estimates.k == 1 else float(method(estimates.y, estimates.v))
    centre = weighted_mean(estimates.y, estimates.v, between).estimate
    null = measure(estimates.measure).null
    axis = np.linspace(0.0, 1.05 * float(se.max()), LINES)
    half = float(ndtri(0.5 + level / 2.0)) * axis
    lines = (
        ()
        if null is None
        else tuple(
            FunnelContour(alpha, null + ndtri(alpha / 2.0) * axis, null - ndtri(alpha / 2.0) * axis)
            for alpha in sorted(contours, reverse=True)
        )
    )
    p = np.full(estimates.k, np.nan)
    if null is not None:
        p = 2.0 * ndtr(-np.abs(estimates.y - null) / se)
    return FunnelPlot(
        estimates.labels, estimates.y, se, p, centre, null, axis, centre - half, centre + half,
        lines, gate(estimates.k, se),
    )  # fmt: skip
