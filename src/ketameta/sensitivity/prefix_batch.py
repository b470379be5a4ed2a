"""Meta-analyses of the first 2, 3, ..., k studies, as batches whose cost does not grow with k^2."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ketameta.measures.estimates import FloatArray
from ketameta.sensitivity.smooth_sums import chebyshev, panel_nodes
from ketameta.sensitivity.summed_batch import MemberSums, SummedBatch, origin_and_scale

# Sums that are kept on the way; see `PrefixSums.at`.
SUMS = 10


@dataclass(frozen=True, slots=True)
class PrefixSums:
    """Running sums as functions of tau2, by the polynomials of `SmoothSums`.

    Attributes
    ----------
    y, v
        In units, (k,); those of `least` studies and more are summed.
    v_min
        A variance not above any.
    least
        Studies of the shortest sum.
    panels
        Coefficients on the panels asked for so far, (SUMS, nodes, k - least + 1) each.
    """

    y: FloatArray
    v: FloatArray
    v_min: float
    least: int
    panels: dict[int, FloatArray] = field(default_factory=dict)

    def at(self, tau2: FloatArray, count: NDArray[np.intp]) -> FloatArray:
        """Sums over the first `count` studies at tau2, both (n,), as an array (SUMS, n).

        With w as in `MemberSums`: of w, w^2 and w^3; of these times y; of these times y^2; and of
        -log w.
        """
        x = np.log1p(tau2 / self.v_min)
        panel = np.floor(x).astype(np.int64)
        out = np.empty((SUMS, tau2.size))
        for index in np.unique(panel).tolist():
            here = panel == index
            if index not in self.panels:
                nodes, transform = panel_nodes(index)
                self.panels[index] = np.einsum("snc,jn->sjc", self._running(nodes), transform)
            chosen = self.panels[index][:, :, count[here] - self.least]
            out[:, here] = np.einsum("sjn,jn->sn", chosen, chebyshev(2.0 * (x[here] - index) - 1.0))
        return out

    def _running(self, x: FloatArray) -> FloatArray:
        """The sums at some log(1 + tau2 / v_min), (SUMS, nodes, k - least + 1)."""
        tau2 = self.v_min * np.expm1(x)[:, None]
        w = (self.v_min + tau2) / (self.v + tau2)
        powers = (w, w * w, w**3)
        rows = (
            *powers,
            *(p * self.y for p in powers),
            *(p * self.y**2 for p in powers),
            -np.log(w),
        )
        return np.stack([self.running(row) for row in rows])

    def running(self, terms: FloatArray) -> FloatArray:
        """Sums over the first `least`, ..., k of (..., k) terms."""
        start = terms[..., : self.least].sum(axis=-1, keepdims=True)
        return np.concatenate(
            [start, start + np.cumsum(terms[..., self.least :], axis=-1)], axis=-1
        )


@dataclass(frozen=True, slots=True)
class PrefixBatch(SummedBatch):
    """Meta-analyses of the first studies, member i of the first i + `least`.

    Sums of squares are taken about one origin for all members and moved to the mean of each:
    where that takes nearly everything (the first studies far from the rest) it is doubtful.

    Attributes
    ----------
    whole
        Running sums, in units; shared between the parts of a batch.
    smallest, largest
        Smallest and largest variance of each of all members, in units.
    """

    whole: PrefixSums
    smallest: FloatArray
    largest: FloatArray

    @classmethod
    def build(cls, y: FloatArray, v: FloatArray, least: int) -> PrefixBatch:
        """From y and v of shape (k,), for the first `least` to k studies, `least` above 1."""
        origin, scale = origin_and_scale(y, v)
        scaled = v / (scale * scale)
        sums = PrefixSums((y - origin) / scale, scaled, float(scaled.min()), least)
        smallest, largest = (f.accumulate(scaled)[least - 1 :] for f in (np.minimum, np.maximum))
        members = np.arange(y.size - least + 1)
        none = np.zeros(members.size, dtype=np.bool_)
        return cls(members, origin, scale, none, sums, smallest, largest)

    @property
    def k(self) -> FloatArray:
        """Studies of each member, (n,)."""
        return np.asarray(self.members + self.whole.least, dtype=np.float64)

    @property
    def v_min(self) -> FloatArray:
        """Smallest variance of the member, (n,)."""
        return self.smallest[self.members]

    @property
    def v_max(self) -> FloatArray:
        """Largest variance of the member, (n,)."""
        return self.largest[self.members]

    def weights(self, power: float) -> FloatArray:
        """v ** -power of all studies."""
        return np.asarray(self.whole.v**-power)

    def sums(self, tau2: FloatArray) -> MemberSums:
        """Sums at tau2, (n,)."""
        s = self.whole.at(tau2, self.members + self.whole.least)
        (a1, a2, a3), (y1, y2, y3), (yy1, yy2, yy3), log_det = s[:3], s[3:6], s[6:9], s[9]
        m = y1 / a1
        return MemberSums(
            u=self.whole.v_min + tau2,
            total=a1,
            squares=a2,
            cubes=a3,
            mean=m,
            q=self.kept(yy1 - m * y1, yy1),
            along=y2 - m * a2,
            second=self.kept(yy2 - m * (2.0 * y2 - m * a2), yy2),
            third=self.kept(yy3 - m * (2.0 * y3 - m * a3), yy3),
            log_det=log_det,
        )

    def moments(self, a: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """y'Ay, tr(AV) and tr(A) for A = D - D11'D / 1'D1, D = diag(a), a over all studies."""
        y, v = self.whole.y, self.whole.v
        terms = np.stack([a, a * y, a * y * y, a * v, a * a * v, a * a])
        total, along, squares, once, twice, double = self.whole.running(terms)[:, self.members]
        form = self.kept(squares - along * along / total, squares)
        sampling = self.kept(once - twice / total, once)
        return form, sampling, self.kept(total - double / total, total)
