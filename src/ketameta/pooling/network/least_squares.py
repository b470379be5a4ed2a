"""Weighted least squares that stays exact under very unequal weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import qr, solve_triangular

from ketameta.measures.estimates import FloatArray

# Contrasts of treatments have entries of about 1, so columns that add less than this are copies.
DEPENDENT = 1e-10


@dataclass(frozen=True, slots=True)
class WeightedFit:
    """A fit: coefficients (p,), residual sum of squares, and the factors of X'WX."""

    coefficients: FloatArray
    q: float
    triangle: FloatArray
    order: NDArray[np.intp]

    def variance(self, contrasts: FloatArray) -> FloatArray:
        """Variances of linear combinations of the coefficients; contrasts (m, p) to (m,)."""
        if self.order.size == 0:
            return np.zeros(contrasts.shape[0])
        half = solve_triangular(self.triangle, contrasts[:, self.order].T, trans="T")
        return np.asarray(np.sum(half * half, axis=0))

    def covariance(self) -> FloatArray:
        """Covariance matrix of the coefficients, (p, p)."""
        out = np.zeros((self.order.size, self.order.size))
        if self.order.size:
            half = solve_triangular(self.triangle, np.eye(self.order.size))
            out[np.ix_(self.order, self.order)] = half @ half.T
        return out


def independent_columns(X: FloatArray) -> NDArray[np.intp]:
    """Positions of a largest set of independent columns, earlier ones first; X (N, p).

    Weights do not enter: they change no rank, but blur it.
    """
    kept: list[int] = []
    basis = np.zeros((X.shape[0], 0))
    for j in range(X.shape[1]):
        rest = X[:, j] - basis @ (basis.T @ X[:, j])
        rest -= basis @ (basis.T @ rest)
        length = float(np.linalg.norm(rest))
        if length > DEPENDENT * max(1.0, float(np.linalg.norm(X[:, j]))):
            kept.append(j)
            basis = np.column_stack([basis, rest / length])
    return np.array(kept, dtype=np.intp)


def weighted_fit(y: FloatArray, variance: FloatArray, X: FloatArray) -> WeightedFit:
    """Fit of y (N,) on X (N, p) of full column rank, with weights 1 / variance.

    Columns are pivoted and rows ordered by weight: Householder reflections are then accurate row
    by row, whatever the ratio of the weights (Cox and Higham 1998, Pitman Research Notes in
    Mathematics 380:57-73).
    """
    unit = float(np.sqrt(variance.min()))
    rows = np.argsort(variance, kind="stable")
    root = unit / np.sqrt(variance[rows])
    target = root * (y[rows] / unit)
    if X.shape[1] == 0:
        nothing = np.zeros(0, dtype=np.intp)
        return WeightedFit(np.zeros(0), float(np.sum(target**2)), np.zeros((0, 0)), nothing)
    orthogonal, triangle, order = qr(root[:, None] * X[rows], mode="economic", pivoting=True)
    coefficients = np.empty(X.shape[1])
    coefficients[order] = solve_triangular(triangle, orthogonal.T @ target) * unit
    residual = root * ((y[rows] - X[rows] @ coefficients) / unit)
    order = np.asarray(order, dtype=np.intp)
    return WeightedFit(coefficients, float(np.sum(residual**2)), triangle / unit, order)
