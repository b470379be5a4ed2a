"""Mean effects that a meta-regression predicts at given values of its moderators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from ketameta.errors import DataError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.intervals import critical_value
from ketameta.pooling.regression_result import RegressionResult

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Predictions:
    """Predicted mean effects on the analysis scale, one per row of new data; arrays (m,).

    Attributes
    ----------
    estimate, se
        The mean effect at the moderator values and its standard error, as scaled for the tests.
    low, high
        Interval for the mean effect.
    prediction_low, prediction_high
        Prediction interval for the true effect of one new study; None under equal effects.
    leverage
        How far the row is from the studies: x (X'WX)^-1 x' relative to the largest value among
        the studies fitted. Above 1 it is an extrapolation.
    """

    estimate: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray
    prediction_low: FloatArray | None
    prediction_high: FloatArray | None
    leverage: FloatArray


def predict_at(
    result: RegressionResult, new: Mapping[str, Any] | pd.DataFrame | ArrayLike
) -> Predictions:
    """Predicted mean effects with intervals and prediction intervals.

    Parameters
    ----------
    result
        A fitted meta-regression.
    new
        Moderator values: one column per variable of the formula, or rows of the design matrix
        itself, (m, p).

    Raises
    ------
    DataError
        If a variable is missing, a group is not among those fitted, or a value is not finite.

    References
    ----------
    Higgins JPT, Thompson SG, Spiegelhalter DJ. J R Stat Soc A 2009;172:137-159.
    doi:10.1111/j.1467-985X.2008.00552.x.
    metafor: `predict(rma(...), newmods = )`; the prediction interval uses the standard error and
    degrees of freedom of the interval beside it, as there.
    """
    rows = _design_rows(result, new)
    estimate, plain = result.fit.predict(rows)
    return _predictions(result, estimate, plain)


def predict_studies(result: RegressionResult) -> Predictions:
    """Predictions at the moderator values of the studies fitted, in their order."""
    spread = result.fit.basis.columns @ result.fit.factor
    return _predictions(result, result.fitted, np.sqrt((spread * spread).sum(axis=1)))


def _predictions(result: RegressionResult, estimate: FloatArray, plain: FloatArray) -> Predictions:
    se = plain * np.sqrt(result.variance_factor)
    critical = critical_value(result.level, result.df)
    spread = result.fit.basis.columns @ result.fit.factor
    leverage = plain**2 / float(np.max((spread * spread).sum(axis=1)))
    low, high = estimate - critical * se, estimate + critical * se
    if result.tau2_method == "EE":
        return Predictions(estimate, se, low, high, None, None, leverage)
    half = critical * np.hypot(se, np.sqrt(result.tau2))
    return Predictions(estimate, se, low, high, estimate - half, estimate + half, leverage)


def _design_rows(result: RegressionResult, new: Any) -> FloatArray:
    if hasattr(new, "keys"):
        rows = result.design.rows(new)
    else:
        rows = np.atleast_2d(np.asarray(new, dtype=np.float64))
    if rows.ndim != 2 or rows.shape[1] != result.p:
        raise DataError(
            f"new data: rows of shape {rows.shape} for {result.p} coefficients. Give one value "
            "per coefficient, the intercept included."
        )
    if not np.isfinite(rows).all():
        raise DataError("new data: every moderator value must be a finite number.")
    return np.asarray(rows)
