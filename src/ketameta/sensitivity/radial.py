"""Data of a radial (Galbraith) plot: z scores against precision."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.errors import DataError
from ketameta.measures.estimates import EffectEstimates, FloatArray
from ketameta.pooling.catalog import tau2_method
from ketameta.pooling.intervals import critical_value
from ketameta.pooling.weighted_mean import weighted_mean


@dataclass(frozen=True, slots=True)
class RadialPlot:
    """Coordinates of a radial plot; arrays (k,).

    Attributes
    ----------
    labels
        The studies.
    precision
        1 / sqrt(v + tau2), horizontal.
    z
        Effect / sqrt(v + tau2), vertical. A study's effect is the slope of the line from the
        origin to its point.
    slope
        The pooled mean: slope of the line through the origin.
    half_width
        Studies further than this above or below the line are unusual (1.96 at 95 %).
    outside
        Which studies are.
    tau2
        Variance between studies used.
    """

    labels: tuple[str, ...]
    precision: FloatArray
    z: FloatArray
    slope: float
    half_width: float
    outside: np.ndarray
    tau2: float


def radial_plot(estimates: EffectEstimates, *, tau2: str = "EE", level: float = 0.95) -> RadialPlot:
    """Coordinates of a radial plot.

    References
    ----------
    Galbraith RF. Stat Med 1988;7:889-894. doi:10.1002/sim.4780070807.
    metafor: `radial(rma(...))`.
    """
    if estimates.k == 0:
        raise DataError("radial plot: there are no estimates. Give at least one study.")
    method = tau2_method(tau2).function
    between = 0.0 if estimates.k == 1 else float(method(estimates.y, estimates.v))
    precision = 1.0 / np.sqrt(estimates.v + between)
    mean = weighted_mean(estimates.y, estimates.v, between).estimate
    half = critical_value(level, None)
    outside = np.abs((estimates.y - mean) * precision) > half
    return RadialPlot(
        estimates.labels, precision, estimates.y * precision, mean, half, outside, between
    )
