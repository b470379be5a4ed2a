"""Weighted least squares in the coordinates of pivot rows: no digits lost to unequal weights.

With C the combinations of all other rows (`PivotRows`) times the square roots of weights, and
M = I + C'C, the hat matrix of the weighted regression is [I; C] M^-1 [I, C'], pivots first. C has
no large entry, so M is well conditioned after scaling its diagonal, and I - M^-1 = M^-1 C'C.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.pivot_rows import PivotRows


@dataclass(frozen=True, slots=True)
class PivotRegression:
    """n weighted regressions of k effects on p columns.

    Attributes
    ----------
    relative
        Pivots that suit the weights.
    root
        Square roots of the weights, (n, k).
    c, inverse
        C (n, k, p), with zero rows at pivots, and M^-1 (n, p, p).
    residual
        Weighted residuals, (n, k).
    """

    relative: PivotRows
    root: FloatArray
    c: FloatArray
    inverse: FloatArray
    residual: FloatArray

    @classmethod
    def at(cls, relative: PivotRows, w: FloatArray) -> PivotRegression:
        """At weights w (n, k), 0 for studies left out."""
        root = np.sqrt(w)
        suited, c = relative.suited_to(root)
        m = np.swapaxes(c, 1, 2) @ c + np.eye(c.shape[-1])
        size = 1.0 / np.sqrt(np.einsum("npp->np", m))
        inverse = np.linalg.inv(m * size[:, :, None] * size[:, None, :])
        inverse *= size[:, :, None] * size[:, None, :]
        left = _left(suited, c, inverse, root * suited.y)
        return cls(suited, root, c, inverse, left)

    @property
    def factor(self) -> FloatArray:
        """F with F F' = (X'WX)^-1, (n, p, p)."""
        own = np.take_along_axis(self.root, self.relative.pivots, axis=1)
        return np.asarray(self.relative.turn @ (_root_of(self.inverse) / own[..., None]))

    def coefficients(self, y: FloatArray) -> FloatArray:
        """Coefficients of the columns, (n, p); y is what the pivots were built with, (n, k)."""
        own = np.take_along_axis(self.root, self.relative.pivots, axis=1)
        moved = np.take_along_axis(self.residual, self.relative.pivots, axis=1) / own
        at_pivots = np.take_along_axis(y, self.relative.pivots, axis=1) - moved
        return np.asarray((self.relative.turn @ at_pivots[..., None])[..., 0])

    def projected(self, values: FloatArray) -> FloatArray:
        """Weighted residuals of the regression of any values (n, k) on the design."""
        at_pivots = np.take_along_axis(values, self.relative.pivots, axis=1)
        rest = values - (self.relative.rows @ at_pivots[..., None])[..., 0]
        np.put_along_axis(rest, self.relative.pivots, 0.0, axis=1)
        return _left(self.relative, self.c, self.inverse, self.root * rest)

    def _moved_from_pivots(self) -> FloatArray:
        """I - M^-1 without its cancellation."""
        return np.asarray(self.inverse @ (np.swapaxes(self.c, 1, 2) @ self.c))

    def freedom(self) -> FloatArray:
        """1 - leverage, (n, k), without cancellation."""
        left = 1.0 - ((self.c @ self.inverse) * self.c).sum(axis=-1)
        pivots = np.einsum("npp->np", self._moved_from_pivots())
        np.put_along_axis(left, self.relative.pivots, pivots, axis=1)
        return np.asarray(left)

    def trace_of_square(self, moved: FloatArray | None = None) -> FloatArray:
        """tr(PSPS), P = W - WX(X'WX)^-1 X'W and S = diag(moved) (n, k), the identity if None.

        Pivots, pivots with others, and others make up one part each.
        """
        w = self.root * self.root
        w = w if moved is None else w * moved
        own = np.take_along_axis(w, self.relative.pivots, axis=1)
        pivots = self._moved_from_pivots()
        turned = self.c @ self.inverse
        leverage = (turned * self.c).sum(axis=-1)
        both = (own[:, :, None] * own[:, None, :] * pivots * np.swapaxes(pivots, 1, 2)).sum((1, 2))
        across = 2.0 * ((w[..., None] * turned**2).sum(axis=1) * own).sum(axis=1)
        middle = np.swapaxes(turned, 1, 2) @ (w[..., None] * self.c)
        square = (middle * np.swapaxes(middle, 1, 2)).sum(axis=(1, 2))
        others = w * w * (1.0 - 2.0 * leverage)
        np.put_along_axis(others, self.relative.pivots, 0.0, axis=1)
        return np.asarray(both + across + others.sum(axis=1) + square)

    def log_gram(self) -> FloatArray:
        """log |X'WX|."""
        own = np.take_along_axis(self.root, self.relative.pivots, axis=1)
        log_inverse = np.linalg.slogdet(self.inverse)[1]
        return np.asarray(2.0 * (self.relative.log_volume + np.log(own).sum(axis=1)) - log_inverse)


def _left(
    relative: PivotRows, c: FloatArray, inverse: FloatArray, values: FloatArray
) -> FloatArray:
    """Residuals of weighted values that are 0 at the pivots."""
    fitted = (inverse @ (np.swapaxes(c, 1, 2) @ values[..., None]))[..., 0]
    left = values - (c @ fitted[..., None])[..., 0]
    np.put_along_axis(left, relative.pivots, -fitted, axis=1)
    return np.asarray(left)


def _root_of(inverse: FloatArray) -> FloatArray:
    """Cholesky factors, diagonals scaled first."""
    size = np.sqrt(np.einsum("npp->np", inverse))
    scaled = inverse / (size[:, :, None] * size[:, None, :])
    return np.asarray(size[..., None] * np.linalg.cholesky(scaled))
