"""Rows of a design that determine all others, chosen so that no weight swamps the rest.

With p rows of a (k, p) design as pivots every row is a combination of them, and the model can be
written in their fitted values. If no coefficient of such a combination, times the square roots of
the weights, is large, then normal equations in these coordinates are well conditioned whatever
the weights: they are the identity plus a matrix of moderate size. That is what the most precise
study does for a common mean (`InterceptBatch`), for any design.

References: Peters G, Wilkinson JH. Comput J 1970;13:309-316. doi:10.1093/comjnl/13.3.309.
Goreinov SA et al. Linear Algebra Appl 1997;261:1-21. doi:10.1016/S0024-3795(96)00301-1 (why rows
that span nearly the largest volume give small coefficients).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ketameta.measures.estimates import FloatArray

# A weighted coefficient above this makes its row a pivot in place of another. Each such exchange
# enlarges the volume that the pivots span by this factor, so that there are few.
LARGEST = 4.0
MOST_EXCHANGES = 1000


@dataclass(frozen=True, slots=True)
class PivotRows:
    """Combinations of pivot rows, for n designs.

    Attributes
    ----------
    rows
        Each row as a combination of the pivots, (n, k, p); a pivot's own row is a unit vector.
    turn
        Inverse of the pivots' rows of the design: rows = design @ turn, (n, p, p).
    y
        Effects less those interpolated from the pivots, hence 0 at pivots, (n, k).
    pivots
        Positions of the pivots, (n, p).
    log_volume
        Logarithm of the absolute determinant of the pivots' rows of the design, (n,).
    """

    rows: FloatArray
    turn: FloatArray
    y: FloatArray
    pivots: NDArray[np.intp]
    log_volume: FloatArray

    def take(self, members: np.ndarray) -> PivotRows:
        """Only these members."""
        return PivotRows(
            self.rows[members],
            self.turn[members],
            self.y[members],
            self.pivots[members],
            self.log_volume[members],
        )

    def coefficients(self, root: FloatArray) -> FloatArray:
        """Combinations weighted by `root` (n, k), the square roots of weights; 0 at pivots."""
        at_pivots = np.take_along_axis(root, self.pivots, axis=1)
        weighted = self.rows * root[..., None]
        weighted /= at_pivots[:, None, :]
        np.put_along_axis(weighted, self.pivots[..., None], 0.0, axis=1)
        return weighted

    def suited_to(self, root: FloatArray) -> tuple[PivotRows, FloatArray]:
        """Pivots that suit these weights, and the weighted combinations."""
        weighted = self.coefficients(root)
        unsuited = np.flatnonzero(_largest(weighted) > LARGEST)
        if unsuited.size == 0:
            return self, weighted
        state = self.take(np.arange(len(self.y)))
        for _ in range(MOST_EXCHANGES):
            flat = np.abs(weighted[unsuited]).reshape(unsuited.size, -1).argmax(axis=1)
            _exchange(state, unsuited, *np.divmod(flat, self.rows.shape[-1]))
            weighted[unsuited] = state.take(unsuited).coefficients(root[unsuited])
            unsuited = unsuited[_largest(weighted[unsuited]) > LARGEST]
            if unsuited.size == 0:
                break
        return state, weighted


def pivot_rows(x: FloatArray, y: FloatArray, root: FloatArray) -> PivotRows:
    """Pivots of designs x (n, k, p) of full rank, for weights with square roots `root` (n, k).

    Gauss-Jordan elimination with complete pivoting on the weighted rows.
    """
    n, _, p = x.shape
    pivots = np.zeros((n, p), dtype=np.intp)
    turn = np.broadcast_to(np.eye(p), (n, p, p)).copy()
    state, members = PivotRows(x.copy(), turn, y.copy(), pivots, np.zeros(n)), np.arange(n)
    unused = np.ones((n, 1, p), dtype=np.bool_)
    for _ in range(p):
        size = np.abs(state.rows) * root[..., None] * unused
        row, column = np.divmod(size.reshape(n, -1).argmax(axis=1), p)
        unused[members, 0, column] = False
        _exchange(state, members, row, column)
    return state.suited_to(root)[0]


def _largest(weighted: FloatArray) -> FloatArray:
    return np.asarray(np.abs(weighted).max(axis=(1, 2), initial=0.0))


def _exchange(
    state: PivotRows,
    members: NDArray[np.intp],
    row: NDArray[np.intp],
    column: NDArray[np.intp],
) -> None:
    """Make a row the pivot of a column, in place."""
    each, rows, y = np.arange(members.size), state.rows[members], state.y[members]
    turn = state.turn[members]
    pivot_row = rows[each, row]
    pivot = pivot_row[each, column]
    multiple = rows[each, :, column] / pivot[:, None]
    rows -= multiple[..., None] * pivot_row[:, None, :]
    rows[each, :, column] = multiple
    rows[each, row] = 0.0
    rows[each, row, column] = 1.0
    turned = turn[each, :, column] / pivot[:, None]
    turn -= turned[..., None] * pivot_row[:, None, :]
    turn[each, :, column] = turned
    y -= multiple * y[each, row][:, None]
    y[each, row] = 0.0
    state.rows[members], state.turn[members], state.y[members] = rows, turn, y
    state.pivots[members, column] = row
    state.log_volume[members] += np.log(np.abs(pivot))
