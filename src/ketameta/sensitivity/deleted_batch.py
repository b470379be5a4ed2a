"""All meta-analyses without one of k studies, as one batch whose cost grows with k, not k^2."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.intercept_batch import LOG_2PI, Terms
from ketameta.sensitivity.smooth_sums import SmoothSums

# A sum that keeps less than this share of itself when one study is taken out has lost digits:
# that deletion is then computed from scratch.
LEAST_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class DeletedBatch:
    """k meta-analyses, member i without study i; the interface of `InterceptBatch`.

    Every sum is that of all studies less the term of the one taken out. Where the term is nearly
    the whole sum (a dominating study, a gross outlier) `doubtful` is set for that member.

    Attributes
    ----------
    sums
        Over all studies, in units; shared between the parts of a batch.
    members
        Which study each member is without, (n,).
    origin, scale
        Subtracted from effects; divisor of effects, the square root of that of variances.
    doubtful
        Per study, shape (k,), shared between the parts of a batch.
    """

    sums: SmoothSums
    members: NDArray[np.intp]
    origin: float
    scale: float
    doubtful: NDArray[np.bool_]

    @classmethod
    def build(cls, y: FloatArray, v: FloatArray) -> DeletedBatch:
        """From y and v of shape (k,), k >= 3."""
        scale = float(np.ldexp(1.0, int(np.frexp(v.min())[1]) // 2))
        order = np.argsort(y, kind="stable")
        share = np.cumsum(1.0 / v[order])
        middle = order[int(np.searchsorted(share, 0.5 * share[-1]))]
        scaled = v / (scale * scale)
        sums = SmoothSums((y - y[middle]) / scale, scaled, float(scaled.min()))
        none = np.zeros(y.size, dtype=np.bool_)
        return cls(sums, np.arange(y.size), float(y[middle]), scale, none)

    @property
    def size(self) -> int:
        """Number of meta-analyses."""
        return int(self.members.size)

    @property
    def unit(self) -> FloatArray:
        """Divisor of effects, (n,)."""
        return np.full(self.size, self.scale)

    @property
    def k(self) -> FloatArray:
        """Studies left, (n,)."""
        return np.full(self.size, self.sums.y.size - 1.0)

    @property
    def df(self) -> FloatArray:
        """Studies left minus 1."""
        return self.k - 1.0

    @property
    def v_min(self) -> FloatArray:
        """Smallest variance of all studies: a bound for that of the studies left."""
        return np.full(self.size, self.sums.v_min)

    @property
    def v_max(self) -> FloatArray:
        """Largest variance of all studies: a bound likewise."""
        return np.full(self.size, self.sums.v.max())

    def take(self, members: NDArray[np.intp] | NDArray[np.bool_]) -> DeletedBatch:
        """Only these members (indices or boolean mask)."""
        return replace(self, members=self.members[members])

    def residual_ss(self) -> FloatArray:
        """Unweighted residual sum of squares."""
        form, _, _ = self._moments(np.ones_like(self.sums.v))
        return form

    def total_ss(self) -> FloatArray:
        """Sum of squares about the unweighted mean."""
        return self.residual_ss()

    def q_terms(self, tau2: FloatArray) -> tuple[FloatArray, FloatArray]:
        """y'Py (generalised Q) and y'PPy at tau2."""
        terms = self.terms(tau2, restricted=False)
        return terms.q, terms.ypp

    def terms(self, tau2: FloatArray, *, restricted: bool) -> Terms:
        """All derivative terms at tau2."""
        s = self.sums.at(tau2)
        u, w, r = self._own(tau2, s["mean"])
        w2, w3 = w * w, w**3
        total = self._kept(s["a1"] - w, s["a1"])
        squares = self._kept(s["a2"] - w2, s["a2"])
        cubes = self._kept(s["a3"] - w3, s["a3"])
        shift = w * r / total
        q = self._kept(s["q"] - w * r * r * s["a1"] / total, s["q"])
        crossed = s["r2"] - w2 * r
        second = s["s2"] - w2 * r * r + shift * (2.0 * crossed + shift * squares)
        third = s["s3"] - w3 * r * r + shift * (2.0 * (s["r3"] - w3 * r) + shift * cubes)
        along = crossed + shift * squares
        ypp = self._kept(second, s["s2"])
        yppp = self._kept(third - along * along / total, s["s3"])
        if not restricted:
            return Terms(q / u, ypp / u**2, yppp / u**3, total / u, squares / u**2)
        ratio = squares / total
        trace = self._kept(total - ratio, total)
        trace_sq = self._kept(squares - 2.0 * cubes / total + ratio * ratio, squares)
        return Terms(q / u, ypp / u**2, yppp / u**3, trace / u, trace_sq / u**2)

    def log_likelihood(self, tau2: FloatArray, *, restricted: bool) -> FloatArray:
        """(Restricted) log-likelihood, profiled over the mean, in the caller's units."""
        s = self.sums.at(tau2)
        u, w, r = self._own(tau2, s["mean"])
        total = self._kept(s["a1"] - w, s["a1"])
        q = self._kept(s["q"] - w * r * r * s["a1"] / total, s["q"]) / u
        log_det = s["log_det"] + np.log(w) + self.k * np.log(u)
        count = self.df if restricted else self.k
        value = -0.5 * (count * (LOG_2PI + 2.0 * np.log(self.scale)) + log_det + q)
        if restricted:
            value += 0.5 * (np.log(self.k) - np.log(total / u))
        return np.asarray(value)

    def quadratic_form(self, power: float) -> tuple[FloatArray, ...]:
        """y'Ay, tr(AV) and tr(A) for A = D - D11'D / 1'D1 with D = diag(v ** -power)."""
        return self._moments(self.sums.v**-power)

    def means(self, tau2: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Mean, its variance 1 / sum(w), and generalised Q at tau2, in the caller's units."""
        scaled = tau2 / self.scale**2
        s = self.sums.at(scaled)
        u, w, r = self._own(scaled, s["mean"])
        total = self._kept(s["a1"] - w, s["a1"])
        q = self._kept(s["q"] - w * r * r * s["a1"] / total, s["q"])
        mean = self.origin + self.scale * (s["mean"] - w * r / total)
        return mean, self.scale**2 * u / total, q / u

    def _own(self, tau2: FloatArray, mean: FloatArray) -> tuple[FloatArray, ...]:
        """v_min + tau2, and the relative weight and residual of the study taken out."""
        u = self.sums.v_min + tau2
        w = u / (self.sums.v[self.members] + tau2)
        return u, w, self.sums.y[self.members] - mean

    def _kept(self, rest: FloatArray, whole: FloatArray | float) -> FloatArray:
        """What is left of a sum; members that lose most of it are marked as doubtful."""
        self.doubtful[self.members[rest < LEAST_SHARE * whole]] = True
        return np.maximum(rest, 0.0)

    def _moments(self, a: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        y, v = self.sums.y, self.sums.v
        own, total = a[self.members], float(a.sum())
        r = y - float(a @ y) / total
        rest = self._kept(total - own, total)
        spread = float(a @ (r * r))
        form = self._kept(spread - own * r[self.members] ** 2 * total / rest, spread)
        return form, self._trace(a * v, a, rest), self._trace(a, a, rest)

    def _trace(self, b: FloatArray, a: FloatArray, rest: FloatArray) -> FloatArray:
        """Sum of b less the weighted mean of b, weights a, over the studies left."""
        once, twice = float(b.sum()) - b[self.members], float(a @ b) - (a * b)[self.members]
        return self._kept(once - twice / rest, once)
