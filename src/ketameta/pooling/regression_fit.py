"""Weighted least squares at a given tau2, without loss of digits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import qr

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.regression_basis import ColumnBasis

# Residuals below this many units of rounding of the effects say nothing about their spread.
ROUNDING_UNITS = 16.0


@dataclass(frozen=True, slots=True)
class WeightedFit:
    """Coefficients at weights 1 / (v + tau2), in coordinates of a `ColumnBasis`.

    Attributes
    ----------
    gamma
        Coordinates of the effects less `origin`, (p,).
    origin
        Subtracted from the effects before solving; 0.0 where the design holds no mean.
    factor
        S with S S' = covariance of gamma, (p, p).
    residuals, leverage
        Effects less fitted values, and the diagonal of the hat matrix, (k,).
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
    """Weighted least squares of effects y with variances v + tau2.

    Solved by an orthogonal factorisation with pivoting, rows in order of their weight, so that
    variances of very different size do not swamp each other.

    Parameters
    ----------
    y, v
        Shape (k,).
    tau2
        Between-study variance.
    basis
        Basis of the design.
    """
    order = np.argsort(v, kind="stable")
    origin = float(y[order[0]]) if basis.holds_mean else 0.0
    root = 1.0 / np.sqrt(v + tau2)
    centred = y - origin
    weighted = (root[:, None] * basis.basis)[order]
    q_matrix, triangle, pivot = qr(weighted, mode="economic", pivoting=True)
    along = q_matrix.T @ (root * centred)[order]
    gamma = np.empty(basis.basis.shape[1])
    gamma[pivot] = np.linalg.solve(triangle, along)
    factor = np.empty_like(triangle)
    factor[pivot] = np.linalg.solve(triangle, np.eye(triangle.shape[0]))
    leverage = np.empty(y.size)
    leverage[order] = (q_matrix * q_matrix).sum(axis=1)
    residuals = centred - basis.basis @ gamma
    rounding = ROUNDING_UNITS * float(np.finfo(np.float64).eps) * float(np.max(np.abs(y)))
    return WeightedFit(
        basis=basis,
        gamma=gamma,
        origin=origin,
        factor=factor,
        residuals=residuals,
        leverage=leverage,
        q=float(np.sum((root * residuals) ** 2)),
        perfect=bool(np.max(np.abs(residuals)) <= rounding),
    )
