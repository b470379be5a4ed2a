"""A batch of meta-regressions: the same quantities as `InterceptBatch`, for any design matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketameta.errors import DataError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.intercept_batch import LOG_2PI, Terms
from ketameta.pooling.pivot_regression import PivotRegression
from ketameta.pooling.pivot_rows import PivotRows, pivot_rows

# A column whose part not explained by the earlier columns is smaller than this is a copy of them.
RANK_TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True)
class DesignBatch:
    """Working copy of n meta-regressions with k studies and p coefficients.

    Effects and rows of the design are written relative to p pivot rows (`PivotRows`), so that
    variances from 1e-16 to 1e16 cost no digits; effects, and predictors beside an intercept, are
    taken from those of the most precise study first, so that a shift costs none either. A study
    left out has v = inf and a zero row.

    Attributes
    ----------
    v
        (n, k), in units of each member (see `InterceptBatch`).
    relative
        Pivots for the weights 1 / v, with y in units.
    spread, log_gram
        Sum of squares of y about its mean, in units, and log |X'X|, (n,).
    unit, k
        (n,).
    """

    v: FloatArray
    relative: PivotRows
    spread: FloatArray
    log_gram: FloatArray
    unit: FloatArray
    k: FloatArray

    @classmethod
    def build(cls, y: FloatArray, v: FloatArray, x: FloatArray) -> DesignBatch:
        """From y, v (n, k) and x (n, k, p), studies left out marked by v = inf."""
        left_out = np.isinf(v)
        k = (~left_out).sum(axis=1) * 1.0
        values, rows = _about_most_precise(y, v, x, left_out)
        log_gram = log_gram_of(rows)
        unit = np.ldexp(1.0, np.frexp(np.min(v, axis=1))[1] // 2)
        scaled = v / (unit * unit)[:, None]
        values = np.where(left_out, 0.0, values / unit[:, None])
        about = np.where(left_out, 0.0, values - (values.sum(axis=1) / k)[:, None])
        relative = pivot_rows(rows, values, 1.0 / np.sqrt(scaled))
        return cls(scaled, relative, (about * about).sum(axis=1), log_gram, unit, k)

    @property
    def size(self) -> int:
        """Number of meta-regressions."""
        return int(self.unit.size)

    @property
    def df(self) -> FloatArray:
        """Studies minus coefficients."""
        return np.asarray(self.k - self.relative.rows.shape[-1])

    @property
    def v_min(self) -> FloatArray:
        """Smallest variance."""
        return np.asarray(self.v.min(axis=1))

    @property
    def v_max(self) -> FloatArray:
        """Largest variance among the studies included."""
        return np.asarray(np.where(np.isinf(self.v), 0.0, self.v).max(axis=1))

    def take(self, members: np.ndarray) -> DesignBatch:
        """Only these members (indices or boolean mask)."""
        return DesignBatch(
            self.v[members],
            self.relative.take(members),
            self.spread[members],
            self.log_gram[members],
            self.unit[members],
            self.k[members],
        )

    def residual_ss(self) -> FloatArray:
        """Unweighted residual sum of squares."""
        residual = PivotRegression.at(self.relative, np.isfinite(self.v) * 1.0).residual
        return np.asarray((residual * residual).sum(axis=1))

    def total_ss(self) -> FloatArray:
        """Sum of squares about the unweighted mean."""
        return self.spread

    def q_terms(self, tau2: FloatArray) -> tuple[FloatArray, FloatArray]:
        """y'Py (generalised Q) and y'PPy at tau2."""
        w = 1.0 / (self.v + tau2[:, None])
        square = PivotRegression.at(self.relative, w).residual ** 2
        return square.sum(axis=1), (w * square).sum(axis=1)

    def terms(self, tau2: FloatArray, *, restricted: bool) -> Terms:
        """All derivative terms at tau2."""
        w = 1.0 / (self.v + tau2[:, None])
        white = PivotRegression.at(self.relative, w)
        square = white.residual**2
        again = white.projected(white.root * white.residual)
        q, ypp, yppp = square.sum(axis=1), (w * square).sum(axis=1), (again * again).sum(axis=1)
        if not restricted:
            return Terms(q, ypp, yppp, w.sum(axis=1), (w * w).sum(axis=1))
        return Terms(q, ypp, yppp, (w * white.freedom()).sum(axis=1), white.trace_of_square())

    def log_likelihood(self, tau2: FloatArray, *, restricted: bool) -> FloatArray:
        """(Restricted) log-likelihood, profiled over the coefficients; see `InterceptBatch`."""
        variance = self.v + tau2[:, None]
        log_det = np.log(np.where(np.isinf(variance), 1.0, variance)).sum(axis=1)
        white = PivotRegression.at(self.relative, 1.0 / variance)
        q = (white.residual**2).sum(axis=1)
        count = self.df if restricted else self.k
        value = -0.5 * (count * (LOG_2PI + 2.0 * np.log(self.unit)) + log_det + q)
        if restricted:
            value -= 0.5 * (white.log_gram() - self.log_gram)
        return np.asarray(value)

    def quadratic_form(self, power: float) -> tuple[FloatArray, ...]:
        """y'Ay, tr(AV) and tr(A), A = D - DX(X'DX)^-1 X'D with D = diag(v ** -power)."""
        left_out = np.isinf(self.v)
        a = np.where(left_out, 0.0, self.v**-power)
        white = PivotRegression.at(self.relative, a)
        diagonal = a * white.freedom()
        v = np.where(left_out, 0.0, self.v)
        form = (white.residual**2).sum(axis=1)
        return form, (diagonal * v).sum(axis=1), diagonal.sum(axis=1)


def _about_most_precise(
    y: FloatArray, v: FloatArray, x: FloatArray, left_out: NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray]:
    """Effects and predictors less those of the most precise study, beside a constant column.

    That changes neither P nor Py.
    """
    if x.shape[-1] == 0:
        return np.where(left_out, 0.0, y), x
    each, first = np.arange(len(y)), np.argmin(v, axis=1)
    rows = np.where(left_out[..., None], 0.0, x)
    at_first = rows[each, first]
    same = (rows == at_first[:, None, :]) | left_out[..., None]
    constant = same.all(axis=1) & (at_first != 0.0)
    some = constant.any(axis=1)
    shift = np.where(some[:, None], at_first, 0.0)
    shift[each[some], constant[some].argmax(axis=1)] = 0.0
    rows = np.where(left_out[..., None], 0.0, rows - shift[:, None, :])
    values = np.where(left_out, 0.0, y - np.where(some, y[each, first], 0.0)[:, None])
    return values, rows


def log_gram_of(x: FloatArray) -> FloatArray:
    """log |X'X| of each (k, p) matrix; `DataError` if its columns are dependent."""
    if x.shape[-1] == 0:
        return np.zeros(x.shape[:-2])
    length = np.sqrt((x * x).sum(axis=-2, keepdims=True))
    if x.shape[-2] < x.shape[-1] or np.any(length == 0.0):
        raise DataError(
            "design matrix: there are more coefficients than studies, or a column is zero for "
            "all studies included. Leave out a moderator."
        )
    triangle = np.linalg.qr(x / length, mode="r")
    diagonal = np.abs(np.diagonal(triangle, axis1=-2, axis2=-1))
    if np.any(diagonal < RANK_TOLERANCE):
        raise DataError(
            "design matrix: its columns are linearly dependent (one moderator is a combination "
            "of the others). Leave one of them out."
        )
    return np.asarray(2.0 * (np.log(diagonal) + np.log(length[..., 0, :])).sum(axis=-1))
