"""A batch of meta-regressions: the same quantities as `InterceptBatch`, for any design matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.errors import DataError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.intercept_batch import LOG_2PI, Terms

# A column whose part not explained by the earlier columns is smaller than this is a copy of them.
RANK_TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True)
class DesignBatch:
    """Working copy of n meta-regressions with k studies and p coefficients.

    The design is replaced by an orthonormal basis of its columns and y by its ordinary
    least-squares residuals, which changes neither P nor Py; predictors far from zero and effects
    far from zero then cost no digits. A study left out has v = inf and a zero row in the basis.

    Attributes
    ----------
    y, v
        (n, k), in units of each member (see `InterceptBatch`).
    basis
        (n, k, p), orthonormal columns.
    spread
        Sum of squares of y about its mean, in units, (n,).
    unit, k
        (n,).
    """

    y: FloatArray
    v: FloatArray
    basis: FloatArray
    spread: FloatArray
    unit: FloatArray
    k: FloatArray

    @classmethod
    def build(cls, y: FloatArray, v: FloatArray, x: FloatArray) -> DesignBatch:
        """From y, v (n, k) and x (n, k, p), studies left out marked by v = inf."""
        left_out = np.isinf(v)
        basis = orthonormal_columns(np.where(left_out[..., None], 0.0, x))
        k = (~left_out).sum(axis=1) * 1.0
        values = np.where(left_out, 0.0, y)
        about = np.where(left_out, 0.0, values - (values.sum(axis=1) / k)[:, None])
        for _ in range(2):
            values = values - fitted(basis, values)
        values[left_out] = 0.0
        unit = np.ldexp(1.0, np.frexp(np.min(v, axis=1))[1] // 2)
        scaled = v / (unit * unit)[:, None]
        spread = (about * about).sum(axis=1) / (unit * unit)
        return cls(values / unit[:, None], scaled, basis, spread, unit, k)

    @property
    def size(self) -> int:
        """Number of meta-regressions."""
        return int(self.unit.size)

    @property
    def df(self) -> FloatArray:
        """Studies minus coefficients."""
        return np.asarray(self.k - self.basis.shape[-1])

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
            self.y[members],
            self.v[members],
            self.basis[members],
            self.spread[members],
            self.unit[members],
            self.k[members],
        )

    def residual_ss(self) -> FloatArray:
        """Unweighted residual sum of squares."""
        return np.asarray((self.y * self.y).sum(axis=1))

    def total_ss(self) -> FloatArray:
        """Sum of squares about the unweighted mean."""
        return self.spread

    def _project(self, w: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        """(X'WX)^-1 and Py."""
        weighted = w[..., None] * self.basis
        inverse = np.linalg.inv(np.swapaxes(self.basis, -1, -2) @ weighted)
        coefficients = (inverse @ (np.swapaxes(weighted, -1, -2) @ y[..., None]))[..., 0]
        residual = y - np.einsum("nkp,np->nk", self.basis, coefficients)
        return np.asarray(inverse), np.asarray(w * residual)

    def q_terms(self, tau2: FloatArray) -> tuple[FloatArray, FloatArray]:
        """y'Py (generalised Q) and y'PPy at tau2."""
        w = 1.0 / (self.v + tau2[:, None])
        _, z = self._project(w, self.y)
        return (z * self.y).sum(axis=1), (z * z).sum(axis=1)

    def terms(self, tau2: FloatArray, *, restricted: bool) -> Terms:
        """All derivative terms at tau2."""
        w = 1.0 / (self.v + tau2[:, None])
        inverse, z = self._project(w, self.y)
        q, ypp = (z * self.y).sum(axis=1), (z * z).sum(axis=1)
        _, pz = self._project(w, z)
        yppp = (pz * z).sum(axis=1)
        w2 = w * w
        if not restricted:
            return Terms(q, ypp, yppp, w.sum(axis=1), w2.sum(axis=1))
        leverage = w * np.einsum("nkp,npq,nkq->nk", self.basis, inverse, self.basis)
        trace = (w * (1.0 - leverage)).sum(axis=1)
        middle = np.swapaxes(self.basis, -1, -2) @ (w2[..., None] * self.basis) @ inverse
        square = np.einsum("npq,nqp->n", middle, middle)
        trace_sq = (w2 * (1.0 - 2.0 * leverage)).sum(axis=1) + square
        return Terms(q, ypp, yppp, trace, trace_sq)

    def log_likelihood(self, tau2: FloatArray, *, restricted: bool) -> FloatArray:
        """(Restricted) log-likelihood, profiled over the coefficients; see `InterceptBatch`."""
        left_out = np.isinf(self.v)
        log_det = np.log(np.where(left_out, 1.0, self.v + tau2[:, None])).sum(axis=1)
        q, _ = self.q_terms(tau2)
        count = self.df if restricted else self.k
        value = -0.5 * (count * (LOG_2PI + 2.0 * np.log(self.unit)) + log_det + q)
        if restricted:
            w = 1.0 / (self.v + tau2[:, None])
            gram = np.swapaxes(self.basis, -1, -2) @ (w[..., None] * self.basis)
            value -= 0.5 * np.linalg.slogdet(gram)[1]
        return np.asarray(value)

    def quadratic_form(self, power: float) -> tuple[FloatArray, ...]:
        """y'Ay, tr(AV) and tr(A), A = D - DX(X'DX)^-1 X'D with D = diag(v ** -power)."""
        left_out = np.isinf(self.v)
        a = np.where(left_out, 0.0, self.v**-power)
        inverse, z = self._project(a, self.y)
        leverage = a * np.einsum("nkp,npq,nkq->nk", self.basis, inverse, self.basis)
        diagonal = a * (1.0 - leverage)
        v = np.where(left_out, 0.0, self.v)
        return (z * self.y).sum(axis=1), (diagonal * v).sum(axis=1), diagonal.sum(axis=1)


def fitted(basis: FloatArray, y: FloatArray) -> FloatArray:
    """Projection of y on the columns of an orthonormal basis."""
    coefficients = np.einsum("nkp,nk->np", basis, y)
    return np.asarray(np.einsum("nkp,np->nk", basis, coefficients))


def orthonormal_columns(x: FloatArray) -> FloatArray:
    """Orthonormal basis of the columns of each (k, p) matrix; `DataError` if they are dependent."""
    if x.shape[-1] == 0:
        return x
    length = np.sqrt((x * x).sum(axis=-2, keepdims=True))
    if x.shape[-2] < x.shape[-1] or np.any(length == 0.0):
        raise DataError(
            "design matrix: there are more coefficients than studies, or a column is zero for "
            "all studies included. Leave out a moderator."
        )
    basis, triangle = np.linalg.qr(x / length)
    diagonal = np.abs(np.diagonal(triangle, axis1=-2, axis2=-1))
    if np.any(diagonal < RANK_TOLERANCE):
        raise DataError(
            "design matrix: its columns are linearly dependent (one moderator is a combination "
            "of the others). Leave one of them out."
        )
    return np.asarray(basis)
