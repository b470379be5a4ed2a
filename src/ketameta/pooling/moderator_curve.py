"""Data of a bubble plot: effects against one numeric moderator, with the fitted line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ketameta.errors import DataError
from ketameta.measures.estimates import EffectEstimates, FloatArray
from ketameta.pooling.regression import regress
from ketameta.pooling.regression_choices import RegressionChoices
from ketameta.pooling.regression_prediction import predict_at
from ketameta.pooling.regression_result import RegressionResult

POINTS = 60


@dataclass(frozen=True, slots=True)
class ModeratorCurve:
    """A meta-regression on one numeric moderator as points and a line.

    Attributes
    ----------
    moderator
        Its name.
    labels, x, y, weight
        Studies, their values of the moderator, effects, and weights in percent, (k,).
    axis
        Values of the moderator over the range of the studies, (m,).
    fitted, low, high
        Mean effect at these with its interval, (m,).
    prediction_low, prediction_high
        Interval for the true effect of a new study, (m,); None under equal effects.
    fit
        The regression.
    """

    moderator: str
    labels: tuple[str, ...]
    x: FloatArray
    y: FloatArray
    weight: FloatArray
    axis: FloatArray
    fitted: FloatArray
    low: FloatArray
    high: FloatArray
    prediction_low: FloatArray | None
    prediction_high: FloatArray | None
    fit: RegressionResult


def moderator_curve(
    estimates: EffectEstimates,
    values: ArrayLike,
    *,
    moderator: str,
    choices: RegressionChoices | None = None,
) -> ModeratorCurve:
    """Regress effects on one numeric moderator, and predict over its range.

    Parameters
    ----------
    estimates
        At least three estimates.
    values
        The moderator, one finite number per estimate, not all equal.
    moderator
        Its name.
    choices
        How to fit; None for the defaults of `regress`.

    Raises
    ------
    DataError
        With fewer than three estimates, or where all studies have the same value.

    References
    ----------
    Thompson SG, Higgins JPT. Stat Med 2002;21:1559-1573. doi:10.1002/sim.1187.
    metafor: `regplot(rma(yi, vi, mods = ~ x))`.
    """
    x = np.asarray(values, dtype=np.float64)
    if x.shape != estimates.y.shape or not np.isfinite(x).all():
        raise DataError(f"{moderator}: give one finite number for each estimate.")
    if estimates.k < 3 or float(np.ptp(x)) == 0.0:
        raise DataError(
            f"{moderator}: a line needs three studies or more that differ in it. There are "
            f"{estimates.k}, with {np.unique(x).size} different values."
        )
    # A quoted name may hold a blank or a sign; the fit only needs some name.
    fit = regress(estimates, "~ moderator", {"moderator": x}, choices)
    axis = np.linspace(float(x.min()), float(x.max()), POINTS)
    ahead = predict_at(fit, {"moderator": axis})
    return ModeratorCurve(
        moderator, estimates.labels, x, estimates.y, fit.weights, axis, ahead.estimate,
        ahead.low, ahead.high, ahead.prediction_low, ahead.prediction_high, fit,
    )  # fmt: skip
