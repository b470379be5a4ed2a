"""All meta-analyses without one of k studies, as one batch whose cost grows with k, not k^2."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.measures.estimates import FloatArray
from ketameta.sensitivity.smooth_sums import SmoothSums
from ketameta.sensitivity.summed_batch import MemberSums, SummedBatch, origin_and_scale


@dataclass(frozen=True, slots=True)
class DeletedBatch(SummedBatch):
    """k meta-analyses, member i without study i.

    Every sum is that of all studies less the term of the one taken out. Where the term is nearly
    the whole sum (a dominating study, a gross outlier) the member is doubtful.

    Attributes
    ----------
    whole
        Sums over all studies, in units; shared between the parts of a batch.
    """

    whole: SmoothSums

    @classmethod
    def build(cls, y: FloatArray, v: FloatArray) -> DeletedBatch:
        """From y and v of shape (k,), k >= 3."""
        origin, scale = origin_and_scale(y, v)
        scaled = v / (scale * scale)
        sums = SmoothSums((y - origin) / scale, scaled, float(scaled.min()))
        none = np.zeros(y.size, dtype=np.bool_)
        return cls(np.arange(y.size), origin, scale, none, sums)

    @property
    def k(self) -> FloatArray:
        """Studies left, (n,)."""
        return np.full(self.size, self.whole.y.size - 1.0)

    @property
    def v_min(self) -> FloatArray:
        """Smallest variance of all studies."""
        return np.full(self.size, self.whole.v_min)

    @property
    def v_max(self) -> FloatArray:
        """Largest variance of all studies."""
        return np.full(self.size, self.whole.v.max())

    def weights(self, power: float) -> FloatArray:
        """v ** -power of all studies."""
        return np.asarray(self.whole.v**-power)

    def sums(self, tau2: FloatArray) -> MemberSums:
        """Sums at tau2, (n,)."""
        s = self.whole.at(tau2)
        u = self.whole.v_min + tau2
        w = u / (self.whole.v[self.members] + tau2)
        r = self.whole.y[self.members] - s["mean"]
        w2, w3 = w * w, w**3
        total = self.kept(s["a1"] - w, s["a1"])
        squares = self.kept(s["a2"] - w2, s["a2"])
        cubes = self.kept(s["a3"] - w3, s["a3"])
        # The mean moves by -shift.
        shift = w * r / total
        q = self.kept(s["q"] - w * r * r * s["a1"] / total, s["q"])
        crossed = s["r2"] - w2 * r
        second = s["s2"] - w2 * r * r + shift * (2.0 * crossed + shift * squares)
        third = s["s3"] - w3 * r * r + shift * (2.0 * (s["r3"] - w3 * r) + shift * cubes)
        return MemberSums(
            u=u,
            total=total,
            squares=squares,
            cubes=cubes,
            mean=s["mean"] - shift,
            q=q,
            along=crossed + shift * squares,
            second=self.kept(second, s["s2"]),
            third=self.kept(third, s["s3"]),
            log_det=s["log_det"] + np.log(w),
        )

    def moments(self, a: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """y'Ay, tr(AV) and tr(A) for A = D - D11'D / 1'D1, D = diag(a), a over all studies."""
        y, v = self.whole.y, self.whole.v
        own, total = a[self.members], float(a.sum())
        r = y - float(a @ y) / total
        rest = self.kept(total - own, total)
        spread = float(a @ (r * r))
        form = self.kept(spread - own * r[self.members] ** 2 * total / rest, spread)
        return form, self._trace(a * v, a, rest), self._trace(a, a, rest)

    def _trace(self, b: FloatArray, a: FloatArray, rest: FloatArray) -> FloatArray:
        """Sum of b less the weighted mean of b, weights a, over the studies left."""
        once, twice = float(b.sum()) - b[self.members], float(a @ b) - (a * b)[self.members]
        return self.kept(once - twice / rest, once)
