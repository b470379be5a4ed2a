"""Weighted and generalised least squares without loss of digits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.pivot_regression import PivotRegression
from ketameta.pooling.pivot_rows import pivot_rows
from ketameta.pooling.regression_basis import ColumnBasis

# Residuals below this many units of rounding of the effects say nothing about their spread.
ROUNDING_UNITS = 16.0


@dataclass(frozen=True, slots=True)
class WeightedFit:
    """Least-squares coefficients for known variances, for the columns of a `ColumnBasis`.

    Attributes
    ----------
    gamma
        Coefficients of `basis.columns` for the effects less `origin`, (p,).
    origin
        Subtracted from the effects before solving; 0.0 where the design holds no mean.
    factor
        S with S S' = covariance of gamma, (p, p).
    residuals
        Effects less fitted values, (k,).
    leverage
        Diagonal of the hat matrix of the whitened regression, (k,); for independent effects
        that of the hat matrix itself.
    q
        Weighted residual sum of squares (generalised Q).
    perfect
        Whether the residuals are 0 up to rounding.
    """

    basis: ColumnBasis
    gamma: FloatArray
    origin: float
    factor: FloatArray
    residuals: FloatArray
    leverage: FloatArray
    q: float
    perfect: bool

    @property
    def coefficients(self) -> FloatArray:
        """Coefficients of the design, (p,)."""
        return np.asarray(self.basis.coefficients(self.gamma) + self.origin * self.basis.anchor)

    @property
    def coefficient_factor(self) -> FloatArray:
        """F with F F' = covariance of the coefficients, (p, p)."""
        return self.basis.coefficients(self.factor)

    def predict(self, rows: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Fitted values and their standard errors at rows of the design, (m, p)."""
        at = self.basis.rows(rows)
        spread = at @ self.factor
        shift = self.origin * (rows @ self.basis.anchor)
        return at @ self.gamma + shift, np.sqrt((spread * spread).sum(axis=1))


def weighted_fit(y: FloatArray, v: FloatArray, tau2: float, basis: ColumnBasis) -> WeightedFit:
    """Weighted least squares of independent effects y with variances v + tau2; y, v (k,)."""
    root = 1.0 / np.sqrt(v + tau2)
    return whitened_fit(y, basis, lambda rows: root[:, None] * rows, origin_of(y, v, basis))


def origin_of(y: FloatArray, v: FloatArray, basis: ColumnBasis) -> float:
    """The most precise effect, or 0.0 where the design holds no mean."""
    return float(y[np.argmin(v)]) if basis.holds_mean else 0.0


def whitened_fit(
    y: FloatArray,
    basis: ColumnBasis,
    whiten: Callable[[FloatArray], FloatArray],
    origin: float = 0.0,
) -> WeightedFit:
    """Generalised least squares.

    Solved relative to rows chosen by their size (`PivotRows`), so that variances of very
    different size do not swamp each other.

    Parameters
    ----------
    y
        Effects, (k,).
    basis
        Basis of the design.
    whiten
        From columns (k, m) to columns that are independent with variance 1 if the given ones
        have the covariance of the effects.
    origin
        Subtracted from y before solving; only where the design holds a mean.
    """
    centred = y - origin
    white = whiten(np.column_stack([basis.columns, centred]))
    ones, white_y = np.ones((1, y.size)), white[None, :, -1]
    solved = PivotRegression.at(pivot_rows(white[None, :, :-1], white_y, ones), ones)
    gamma = solved.coefficients(white_y)[0]
    residuals = centred - basis.columns @ gamma
    rounding = ROUNDING_UNITS * float(np.finfo(np.float64).eps) * float(np.max(np.abs(y)))
    return WeightedFit(
        basis=basis,
        gamma=gamma,
        origin=origin,
        factor=solved.factor[0],
        residuals=residuals,
        leverage=1.0 - solved.freedom()[0],
        q=float((solved.residual**2).sum()),
        perfect=bool(np.max(np.abs(residuals)) <= rounding),
    )
