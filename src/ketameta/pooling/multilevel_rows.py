"""A three-level model as rows that are independent given the random effect of their cluster.

The marginal covariance of a cluster is V + sigma2_within Z Z' + sigma2_between 11', Z telling
which unit an estimate is from. Two transformations that do not depend on the variance components
make it a diagonal plus one rank-one term: estimates of one unit are collapsed to the unit's
generalised least-squares mean and contrasts that carry no random effect, and a known covariance is
rotated into its eigenvectors. Every evaluation of the likelihood then takes a few sums over rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.errors import DataError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.multilevel_groups import Groups, Indices

# A correlated cluster's variances in a smaller ratio than this lose more than half of the digits.
DIGITS = 1e-10


@dataclass(frozen=True, slots=True)
class ClusteredRows:
    """Independent rows, sorted by cluster.

    Attributes
    ----------
    a
        Transformed basis of the design and, last, effects, (m, p + 1).
    c
        Loading of each row on the random effect of its cluster, (m,).
    e
        1.0 where sigma2_within adds to the row's variance, otherwise 0.0, (m,).
    d
        Variance of each row without random effects, (m,).
    starts, owner
        First row of each cluster, (J,); cluster of each row, (m,).
    log_det
        Part of log |V + ...| that the transformation split off.
    """

    a: FloatArray
    c: FloatArray
    e: FloatArray
    d: FloatArray
    starts: Indices
    owner: Indices
    log_det: float

    @property
    def p(self) -> int:
        """Number of coefficients."""
        return int(self.a.shape[1] - 1)

    @property
    def k(self) -> int:
        """Number of estimates."""
        return int(self.d.size)

    def by_cluster(self, values: FloatArray) -> FloatArray:
        """Sums of rows over each cluster."""
        return np.asarray(np.add.reduceat(values, self.starts, axis=0))


def clustered_rows(
    a: FloatArray,
    v: FloatArray,
    cluster: Groups,
    unit: Groups | None,
    blocks: tuple[FloatArray, ...] | None,
) -> ClusteredRows:
    """Rows of a three-level model.

    Parameters
    ----------
    a
        Basis of the design and, last, effects, (k, p + 1).
    v
        Sampling variances, (k,).
    cluster
        Clusters of the estimates.
    unit
        Units within clusters, None if every estimate is its own unit.
    blocks
        Covariance of each cluster's estimates in the order of `cluster.members`; None if
        estimates are independent given the random effects.
    """
    if unit is None and blocks is None:
        order = np.argsort(cluster.index, kind="stable")
        return _assemble(
            [(a[order], np.ones(v.size), np.ones(v.size), v[order])], cluster.index[order]
        )
    parts, owner, log_det = [], [], 0.0
    for j, rows in enumerate(cluster.members):
        block = np.diag(v[rows]) if blocks is None else blocks[j]
        units = np.arange(rows.size) if unit is None else unit.index[rows]
        part, extra = _transformed(a[rows], block, units)
        parts.append(part)
        owner.append(np.full(rows.size, j, dtype=np.intp))
        log_det += extra
    return _assemble(parts, np.concatenate(owner), log_det)


Part = tuple[FloatArray, FloatArray, FloatArray, FloatArray]


def _assemble(parts: list[Part], owner: Indices, log_det: float = 0.0) -> ClusteredRows:
    a, c, e, d = (np.concatenate([part[i] for part in parts]) for i in range(4))
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    return ClusteredRows(a, c, e, d, starts, owner, log_det)


def _transformed(a: FloatArray, block: FloatArray, units: Indices) -> tuple[Part, float]:
    """Rows of one cluster, and what they leave out of the log-determinant."""
    n, names = units.size, np.unique(units)
    if names.size == n:
        variances, vectors = np.linalg.eigh(block)
        if np.any(block != np.diag(np.diag(block))) and variances[0] <= DIGITS * variances[-1]:
            raise DataError(
                "multilevel: sampling variances within a cluster are too far apart to compute "
                "with their correlation. Check the smallest and the largest, or take their errors "
                "as independent."
            )
        return (vectors.T @ a, vectors.T @ np.ones(n), np.ones(n), variances), 0.0
    # White rows, then an orthogonal basis that begins with the units' columns.
    root = np.linalg.cholesky(block)
    z = (units[:, None] == names[None, :]).astype(np.float64)
    white_z, white_a = np.linalg.solve(root, z), np.linalg.solve(root, a)
    q, triangle = np.linalg.qr(white_z, mode="complete")
    rotated = q.T @ white_a
    top = triangle[: names.size]
    # The units' rows have covariance I + sigma2_within top top': scaled to diag(1 / values) + I.
    values, vectors = np.linalg.eigh(top @ top.T)
    scale = 1.0 / np.sqrt(values)
    head = scale[:, None] * (vectors.T @ rotated[: names.size])
    loading = scale * (vectors.T @ (top @ np.ones(names.size)))
    rest = n - names.size
    part = (
        np.concatenate([head, rotated[names.size :]]),
        np.concatenate([loading, np.zeros(rest)]),
        np.concatenate([np.ones(names.size), np.zeros(rest)]),
        np.concatenate([1.0 / values, np.ones(rest)]),
    )
    log_det = 2.0 * float(np.sum(np.log(np.diag(root)))) + float(np.sum(np.log(values)))
    return part, log_det
