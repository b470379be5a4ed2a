"""A batch of meta-analyses with one common mean, arranged so that no weight swamps the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.measures.estimates import FloatArray

LOG_2PI = float(np.log(2.0 * np.pi))


@dataclass(frozen=True, slots=True)
class Terms:
    """What the likelihood and its derivatives need at one tau2; each of shape (batch,).

    With W = diag(1 / (v + tau2)) and P = W - WX(X'WX)^-1 X'W: `q` = y'Py, `ypp` = y'PPy,
    `yppp` = y'PPPy; `trace` and `trace_sq` are tr(P) and tr(PP), or tr(W) and tr(WW) where the
    likelihood is not restricted.
    """

    q: FloatArray
    ypp: FloatArray
    yppp: FloatArray
    trace: FloatArray
    trace_sq: FloatArray


@dataclass(frozen=True, slots=True)
class InterceptBatch:
    """Working copy of n meta-analyses: the most precise study apart, studies first, members last.

    The most precise study has the largest weight at every tau2. With its effect as the origin
    and its weight kept out of the sums, every quantity below is a sum of positive terms or of
    terms of its own size, so variances that span 1e-16 to 1e16 and effects shifted by 1e9 cost
    no digits. Units are each member's own: variances are divided by a power of 4 near the
    smallest, effects by its square root, which is exact. A study left out has v = inf, hence
    weight 0, and y = 0.

    Attributes
    ----------
    v0, y, v
        Variance of the most precise study (n,); the other studies (k - 1, n).
    origin, unit
        Effect of the most precise study in the caller's units; the divisor of effects; (n,).
    k
        Studies included, (n,).
    """

    v0: FloatArray
    y: FloatArray
    v: FloatArray
    origin: FloatArray
    unit: FloatArray
    k: FloatArray

    @classmethod
    def build(cls, y: FloatArray, v: FloatArray) -> InterceptBatch:
        """From y and v of shape (n, k), studies left out marked by v = inf."""
        rows = np.arange(y.shape[0])
        first = np.argmin(v, axis=1)
        origin, v0 = y[rows, first], v[rows, first]
        others_y, others_v = y.T.copy(), v.T.copy()
        others_y[first, rows], others_v[first, rows] = y[:, 0], v[:, 0]
        others_y, others_v = others_y[1:], others_v[1:]
        exponent = np.frexp(np.where(np.isfinite(v0), v0, 1.0))[1] // 2
        unit = np.ldexp(1.0, exponent)
        others_v /= unit * unit
        others_y -= origin
        others_y /= unit
        left_out = np.isinf(others_v)
        others_y[left_out] = 0.0
        k = np.isfinite(v0) + np.count_nonzero(~left_out, axis=0).astype(np.float64)
        return cls(v0 / (unit * unit), others_y, others_v, origin, unit, k)

    @property
    def size(self) -> int:
        """Number of meta-analyses."""
        return int(self.v0.size)

    @property
    def df(self) -> FloatArray:
        """Studies minus coefficients."""
        return self.k - 1.0

    @property
    def v_min(self) -> FloatArray:
        """Smallest variance."""
        return self.v0

    @property
    def v_max(self) -> FloatArray:
        """Largest variance among the studies included."""
        finite = np.where(np.isinf(self.v), 0.0, self.v)
        return np.asarray(np.maximum(self.v0, finite.max(axis=0, initial=0.0)))

    def take(self, members: np.ndarray) -> InterceptBatch:
        """Only these members (indices or boolean mask)."""
        index = np.flatnonzero(members) if members.dtype == np.bool_ else members
        return InterceptBatch(
            self.v0[index],
            self.y.take(index, axis=1),
            self.v.take(index, axis=1),
            self.origin[index],
            self.unit[index],
            self.k[index],
        )

    def residual_ss(self) -> FloatArray:
        """Unweighted residual sum of squares."""
        mean = self.y.sum(axis=0) / self.k
        residual = np.where(np.isinf(self.v), 0.0, self.y - mean)
        return np.asarray((residual * residual).sum(axis=0) + mean * mean)

    def total_ss(self) -> FloatArray:
        """Sum of squares about the unweighted mean."""
        return self.residual_ss()

    def q_terms(self, tau2: FloatArray) -> tuple[FloatArray, FloatArray]:
        """y'Py (generalised Q) and y'PPy at tau2."""
        w0, w = 1.0 / (self.v0 + tau2), 1.0 / (self.v + tau2)
        mean = _sum_product(w, self.y) / (w0 + w.sum(axis=0))
        residual = self.y - mean
        w *= residual
        q = _sum_product(w, residual) + w0 * mean * mean
        return q, _sum_product(w, w) + (w0 * mean) ** 2

    def terms(self, tau2: FloatArray, *, restricted: bool) -> Terms:
        """All derivative terms at tau2."""
        w0, w = 1.0 / (self.v0 + tau2), self._weights(tau2)
        rest = w.sum(axis=0)
        total = w0 + rest
        mean = _sum_product(w, self.y) / total
        residual = self.y - mean
        z, z0 = w * residual, -w0 * mean
        q = _sum_product(z, residual) - z0 * mean
        ypp = _sum_product(z, z) + z0 * z0
        # About z0, which has the largest weight, the sum of squares keeps 1 / k of itself.
        z -= z0
        wz = np.multiply(w, z, out=residual)
        yppp = _sum_product(wz, z) - wz.sum(axis=0) ** 2 / total
        w2 = np.multiply(w, w, out=z)
        rest2 = w2.sum(axis=0)
        if not restricted:
            return Terms(q, ypp, yppp, total, w0 * w0 + rest2)
        rest3 = _sum_product(w2, w)
        first = w0 * rest / total
        trace = first + rest - rest2 / total
        pairs = (2.0 * w0 * w0 * rest2 + rest2 * rest2) / (total * total)
        trace_sq = first * first + rest2 - 2.0 * rest3 / total + pairs
        return Terms(q, ypp, yppp, trace, trace_sq)

    def _weights(self, tau2: FloatArray) -> FloatArray:
        """Weights of all studies but the most precise."""
        w = self.v + tau2
        return np.divide(1.0, w, out=w)

    def log_likelihood(self, tau2: FloatArray, *, restricted: bool) -> FloatArray:
        """(Restricted) log-likelihood, profiled over the mean, in the caller's units.

        The restricted one includes + log|X'X| / 2, so that it does not depend on how the design
        is coded (metafor's `REMLf = TRUE`).
        """
        variance = np.where(np.isinf(self.v), 1.0, self.v + tau2)
        log_det = np.log(variance).sum(axis=0) + np.log(self.v0 + tau2)
        q, _ = self.q_terms(tau2)
        count = self.df if restricted else self.k
        value = -0.5 * (count * (LOG_2PI + 2.0 * np.log(self.unit)) + log_det + q)
        if restricted:
            total = 1.0 / (self.v0 + tau2) + (1.0 / (self.v + tau2)).sum(axis=0)
            value += 0.5 * (np.log(self.k) - np.log(total))
        return np.asarray(value)

    def quadratic_form(self, power: float) -> tuple[FloatArray, ...]:
        """y'Ay, tr(AV) and tr(A) for A = D - D11'D / 1'D1 with D = diag(v ** -power)."""
        left_out = np.isinf(self.v)
        a0, a = self.v0**-power, np.where(left_out, 0.0, self.v**-power)
        total = a0 + a.sum(axis=0)
        mean = (a * self.y).sum(axis=0) / total
        residual = self.y - mean
        form = (a * residual * residual).sum(axis=0) + a0 * mean * mean
        others = a * (total - a) / total
        first = a0 * a.sum(axis=0) / total
        v = np.where(left_out, 0.0, self.v)
        return form, (others * v).sum(axis=0) + first * self.v0, others.sum(axis=0) + first


def _sum_product(a: FloatArray, b: FloatArray) -> FloatArray:
    """Sum over studies of a * b, without the array of products."""
    return np.asarray(np.einsum("kn,kn->n", a, b))
