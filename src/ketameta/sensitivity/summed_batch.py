"""Many overlapping meta-analyses whose sums are known without adding up each of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.intercept_batch import LOG_2PI, Terms

# A difference that keeps less than this share of what it was taken from has lost digits: that
# member is then computed from scratch.
LEAST_SHARE = 0.05


class MemberSums(NamedTuple):
    """Sums over the studies of each member at its tau2, (n,).

    With u = v_min + tau2, w = u / (v + tau2) and r = y - `mean`, the weighted mean: `total`,
    `squares` and `cubes` are those of w, w^2, w^3; `q` of w r^2, `along` of w^2 r, `second` of
    w^2 r^2, `third` of w^3 r^2; `log_det` of -log w.
    """

    u: FloatArray
    total: FloatArray
    squares: FloatArray
    cubes: FloatArray
    mean: FloatArray
    q: FloatArray
    along: FloatArray
    second: FloatArray
    third: FloatArray
    log_det: FloatArray


@dataclass(frozen=True, slots=True)
class SummedBatch(ABC):
    """n meta-analyses with a common mean, some of the same studies each; as `InterceptBatch`.

    Every sum is a difference, or a square less another, where digits may be lost: `doubtful` is
    set for members for which many are.

    Attributes
    ----------
    members
        Which of all members these are, (n,).
    origin, scale
        Subtracted from effects; divisor of effects, the square root of that of variances.
    doubtful
        For each of all members, shared between the parts of a batch.
    """

    members: NDArray[np.intp]
    origin: float
    scale: float
    doubtful: NDArray[np.bool_]

    @property
    @abstractmethod
    def k(self) -> FloatArray:
        """Studies of each member, (n,)."""

    @property
    @abstractmethod
    def v_min(self) -> FloatArray:
        """No variance of the member is smaller, (n,)."""

    @property
    @abstractmethod
    def v_max(self) -> FloatArray:
        """No variance of the member is larger, (n,)."""

    @abstractmethod
    def sums(self, tau2: FloatArray) -> MemberSums:
        """Sums at tau2, (n,)."""

    @abstractmethod
    def moments(self, a: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """y'Ay, tr(AV) and tr(A) for A = D - D11'D / 1'D1, D = diag(a), a over all studies."""

    @abstractmethod
    def weights(self, power: float) -> FloatArray:
        """v ** -power of all studies."""

    @property
    def size(self) -> int:
        """Number of meta-analyses."""
        return int(self.members.size)

    @property
    def unit(self) -> FloatArray:
        """Divisor of effects, (n,)."""
        return np.full(self.size, self.scale)

    @property
    def df(self) -> FloatArray:
        """Studies minus 1."""
        return self.k - 1.0

    def take(self, members: NDArray[np.intp] | NDArray[np.bool_]) -> Self:
        """Only these members (indices or boolean mask)."""
        return replace(self, members=self.members[members])

    def residual_ss(self) -> FloatArray:
        """Unweighted residual sum of squares."""
        return self.moments(self.weights(0.0))[0]

    def total_ss(self) -> FloatArray:
        """Sum of squares about the unweighted mean."""
        return self.residual_ss()

    def quadratic_form(self, power: float) -> tuple[FloatArray, ...]:
        """`moments` with weights v ** -power."""
        return self.moments(self.weights(power))

    def q_terms(self, tau2: FloatArray) -> tuple[FloatArray, FloatArray]:
        """y'Py (generalised Q) and y'PPy at tau2."""
        s = self.sums(tau2)
        return s.q / s.u, s.second / s.u**2

    def terms(self, tau2: FloatArray, *, restricted: bool) -> Terms:
        """All derivative terms at tau2."""
        s = self.sums(tau2)
        yppp = self.kept(s.third - s.along * s.along / s.total, s.third)
        whole = (s.q / s.u, s.second / s.u**2, yppp / s.u**3)
        if not restricted:
            return Terms(*whole, s.total / s.u, s.squares / s.u**2)
        ratio = s.squares / s.total
        trace = self.kept(s.total - ratio, s.total)
        trace_sq = self.kept(s.squares - 2.0 * s.cubes / s.total + ratio * ratio, s.squares)
        return Terms(*whole, trace / s.u, trace_sq / s.u**2)

    def log_likelihood(self, tau2: FloatArray, *, restricted: bool) -> FloatArray:
        """(Restricted) log-likelihood, profiled over the mean, in the caller's units."""
        s = self.sums(tau2)
        log_det = s.log_det + self.k * np.log(s.u)
        count = self.df if restricted else self.k
        value = -0.5 * (count * (LOG_2PI + 2.0 * np.log(self.scale)) + log_det + s.q / s.u)
        if restricted:
            value += 0.5 * (np.log(self.k) - np.log(s.total / s.u))
        return np.asarray(value)

    def means(self, tau2: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Mean, its variance 1 / sum(w), and generalised Q at tau2, in the caller's units."""
        s = self.sums(tau2 / self.scale**2)
        mean = self.origin + self.scale * s.mean
        return mean, self.scale**2 * s.u / s.total, s.q / s.u

    def kept(self, rest: FloatArray, whole: FloatArray | float) -> FloatArray:
        """What is left of a sum; members that lose most of it are marked as doubtful."""
        self.doubtful[self.members[rest < LEAST_SHARE * whole]] = True
        return np.maximum(rest, 0.0)


def origin_and_scale(y: FloatArray, v: FloatArray) -> tuple[float, float]:
    """The weighted median of the effects, and a power of 2 near the smallest standard error."""
    scale = float(np.ldexp(1.0, int(np.frexp(v.min())[1]) // 2))
    order = np.argsort(y, kind="stable")
    share = np.cumsum(1.0 / v[order])
    middle = order[int(np.searchsorted(share, 0.5 * share[-1]))]
    return float(y[middle]), scale
