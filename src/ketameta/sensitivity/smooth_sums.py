"""Sums over many studies as functions of tau2, once computed and then read off in constant time.

Every quantity that a random-effects fit needs is a sum over studies of powers of 1 / (v + tau2).
On the scale x = log(1 + tau2 / v_min) such a sum, centred at the weighted mean at the same tau2,
is analytic within a distance of pi from the real line, because its singularities are at
tau2 = -v. A polynomial of degree 15 through the Chebyshev points of an interval of length 1
therefore misses it by about 12^-16 of its size: nothing, in double precision. That makes the
deletion of each of k studies a matter of k steps, not of k^2.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ketameta.measures.estimates import FloatArray

NODES = 16
ROWS = ("a1", "a2", "a3", "mean", "q", "r2", "s2", "r3", "s3", "log_det")


@dataclass(frozen=True, slots=True)
class SmoothSums:
    """Sums over all studies at any tau2; y and v of shape (k,), in units with v_min near 1.

    With u = v_min + tau2, w = u / (v + tau2) and r = y - weighted mean: `a1`, `a2`, `a3` are the
    sums of w, w^2, w^3; `q` of w r^2; `r2`, `s2` of w^2 r and w^2 r^2; `r3`, `s3` of w^3 r and
    w^3 r^2; `log_det` of -log w; `mean` is the weighted mean.
    """

    y: FloatArray
    v: FloatArray
    v_min: float
    panels: dict[int, FloatArray] = field(default_factory=dict)

    def at(self, tau2: FloatArray) -> dict[str, FloatArray]:
        """All sums at tau2 of shape (n,), by their names."""
        x = np.log1p(tau2 / self.v_min)
        panel = np.floor(x).astype(np.int64)
        out = np.empty((len(ROWS), tau2.size))
        for index in np.unique(panel).tolist():
            here = panel == index
            if index not in self.panels:
                self.panels[index] = self._coefficients(index)
            out[:, here] = self.panels[index] @ chebyshev(2.0 * (x[here] - index) - 1.0)
        return dict(zip(ROWS, out, strict=True))

    def _coefficients(self, panel: int) -> FloatArray:
        """Chebyshev coefficients of every sum on one panel, shape (sums, NODES)."""
        nodes, transform = panel_nodes(panel)
        values = np.column_stack([self._exact(float(node)) for node in nodes])
        return np.asarray(values @ transform.T)

    def _exact(self, x: float) -> FloatArray:
        tau2 = self.v_min * np.expm1(x)
        w = (self.v_min + tau2) / (self.v + tau2)
        total = float(w.sum())
        mean = float(w @ self.y) / total
        r = self.y - mean
        w2 = w * w
        wr = w * r
        log_det = -float(np.log(w).sum())
        return np.array(
            [
                total,
                w2.sum(),
                w2 @ w,
                mean,
                wr @ r,
                w @ wr,
                wr @ wr,
                w2 @ wr,
                (w * wr) @ wr,
                log_det,
            ]
        )


def panel_nodes(panel: int) -> tuple[FloatArray, FloatArray]:
    """Chebyshev points of a panel, (NODES,), and what turns values there into coefficients."""
    angles = np.pi * (np.arange(NODES) + 0.5) / NODES
    transform = np.cos(np.arange(NODES)[:, None] * angles) * 2.0 / NODES
    transform[0] *= 0.5
    return panel + 0.5 * (1.0 + np.cos(angles)), transform


def chebyshev(x: FloatArray) -> FloatArray:
    """The first NODES Chebyshev polynomials at x of shape (n,), shape (NODES, n)."""
    basis = np.empty((NODES, x.size))
    basis[0], basis[1] = 1.0, x
    for degree in range(2, NODES):
        basis[degree] = 2.0 * x * basis[degree - 1] - basis[degree - 2]
    return basis
