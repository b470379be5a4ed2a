"""Covariance of estimates from the same participants: known, or imputed from a correlation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.multilevel_correlation import WithinCorrelation
from ketameta.pooling.multilevel_groups import Groups, Indices, Labels, groups

# Relative difference between a covariance matrix's diagonal and the sampling variances.
DIAGONAL = 1e-8


@dataclass(frozen=True, slots=True)
class BlockCovariance:
    """Covariance matrix of estimates that are independent between blocks.

    Attributes
    ----------
    members
        Positions of the estimates of each block; every estimate is in one block.
    blocks
        Covariance of each block, symmetric and positive definite.
    """

    members: tuple[Indices, ...]
    blocks: tuple[FloatArray, ...]

    @property
    def k(self) -> int:
        """Number of estimates."""
        return sum(m.size for m in self.members)

    @property
    def diagonal(self) -> FloatArray:
        """Sampling variances, (k,)."""
        out = np.empty(self.k)
        for members, block in zip(self.members, self.blocks, strict=True):
            out[members] = np.diag(block)
        return out

    def dense(self) -> FloatArray:
        """The whole matrix, (k, k)."""
        out = np.zeros((self.k, self.k))
        for members, block in zip(self.members, self.blocks, strict=True):
            out[np.ix_(members, members)] = block
        return out

    def regrouped(self, cluster: Groups) -> tuple[FloatArray, ...]:
        """Covariance of each cluster's estimates, in the order of `cluster.members`.

        Raises
        ------
        DataError
            If a block spans two clusters.
        """
        place = np.empty(self.k, dtype=np.intp)
        members = cluster.members
        for rows in members:
            place[rows] = np.arange(rows.size)
        out = tuple(np.zeros((rows.size, rows.size)) for rows in members)
        for rows, block in zip(self.members, self.blocks, strict=True):
            owner = cluster.index[rows]
            if np.any(owner != owner[0]):
                i = int(np.argmax(owner != owner[0]))
                raise DataError(
                    f"covariance: estimates {rows[0] + 1} and {rows[i] + 1} are correlated but in "
                    "different clusters. Join the clusters."
                )
            out[owner[0]][np.ix_(place[rows], place[rows])] = block
        return out


def impute_covariance(
    v: ArrayLike,
    cluster: Labels,
    correlation: float | Mapping[str, float] | WithinCorrelation,
) -> BlockCovariance:
    """Covariance matrix from sampling variances and an assumed correlation within clusters.

    Correlations between outcomes of the same participants are rarely reported. With an assumed
    rho (0.6 is common), a multilevel model on it is the correlated and hierarchical effects (CHE)
    working model; vary rho as a sensitivity analysis and use robust standard errors.

    Parameters
    ----------
    v
        Sampling variances, (k,).
    cluster
        Cluster of each estimate, (k,).
    correlation
        rho for every pair of estimates of a cluster, one number or one for each cluster by
        name; or a `WithinCorrelation`.

    Raises
    ------
    DataError
        If lengths differ or a block is not positive definite.
    UsageError
        For a correlation out of range or an unknown structure.

    References
    ----------
    Pustejovsky JE, Tipton E. Prev Sci 2022;23:425-438. doi:10.1007/s11121-021-01246-3.
    clubSandwich: `impute_covariance_matrix(vi, cluster, r)`; metafor: `vcalc()`.
    """
    variances = np.atleast_1d(np.asarray(v, dtype=np.float64))
    if variances.ndim != 1 or not np.all(np.isfinite(variances) & (variances > 0.0)):
        raise DataError("covariance: sampling variances must be finite and above 0.")
    if isinstance(correlation, WithinCorrelation):
        pattern = correlation
    else:
        pattern = WithinCorrelation("CS", correlation)
    grouped = groups(cluster, variances.size, "cluster")
    for given, name in ((pattern.time, "time"), (pattern.outcome, "outcome")):
        if given is not None and len(given) != variances.size:
            raise DataError(f"{name}: {len(given)} values for {variances.size} estimates.")
    blocks = []
    for members, label in zip(grouped.members, grouped.labels, strict=True):
        se = np.sqrt(variances[members])
        block = pattern.correlation(members, label) * se[:, None] * se[None, :]
        np.fill_diagonal(block, variances[members])
        blocks.append(_positive(block, f"cluster {label!r}"))
    return BlockCovariance(grouped.members, tuple(blocks))


def block_covariance(matrix: ArrayLike, cluster: Labels) -> BlockCovariance:
    """A known covariance matrix, (k, k), as blocks of clusters.

    Raises
    ------
    DataError
        If it is not square, symmetric, finite and positive definite, or correlates estimates of
        different clusters.
    """
    try:
        whole = np.asarray(matrix, dtype=np.float64)
    except (TypeError, ValueError):
        raise DataError("covariance: the matrix holds something else than numbers.") from None
    if whole.ndim != 2 or whole.shape[0] != whole.shape[1]:
        raise DataError(f"covariance: a matrix of shape {whole.shape} is not square.")
    if not np.isfinite(whole).all() or not np.allclose(whole, whole.T, rtol=1e-10, atol=0.0):
        raise DataError("covariance: the matrix must be symmetric and finite.")
    grouped = groups(cluster, whole.shape[0], "cluster")
    between = np.argwhere((whole != 0.0) & (grouped.index[:, None] != grouped.index[None, :]))
    if between.size:
        i, j = between[0]
        raise DataError(
            f"covariance: estimates {i + 1} and {j + 1} are correlated but in different clusters. "
            "Join the clusters."
        )
    blocks = tuple(
        _positive(whole[np.ix_(members, members)], f"cluster {label!r}")
        for members, label in zip(grouped.members, grouped.labels, strict=True)
    )
    return BlockCovariance(grouped.members, blocks)


def _positive(block: FloatArray, where: str) -> FloatArray:
    symmetric = 0.5 * (block + block.T)
    diagonal = np.diag(symmetric)
    if np.all(diagonal > 0.0):
        se = np.sqrt(diagonal)
        least = float(np.linalg.eigvalsh(symmetric / se[:, None] / se[None, :])[0])
        if least > 1e-10 * diagonal.size:
            return np.asarray(symmetric)
    raise DataError(
        f"covariance: the matrix of {where} is not positive definite. Check the correlations: "
        "they cannot all be that strong, or that negative, at once."
    )


def check_diagonal(covariance: BlockCovariance, v: FloatArray) -> None:
    """`DataError` unless the covariance matrix has the sampling variances v on its diagonal."""
    if covariance.k != v.size:
        raise DataError(
            f"covariance: a matrix for {covariance.k} estimates, and there are {v.size}."
        )
    wrong = np.abs(covariance.diagonal / v - 1.0) > DIAGONAL
    if wrong.any():
        i = int(np.argmax(wrong))
        raise DataError(
            f"covariance: its diagonal is {covariance.diagonal[i]:g} for estimate {i + 1}, whose "
            f"sampling variance is {v[i]:g}. Give the covariance of these estimates."
        )


Errors = BlockCovariance | WithinCorrelation | ArrayLike | float
"""How sampling errors are told: their covariance, or how they correlate within clusters."""


def one_of(covariance: Errors | None, rho: float | None) -> Errors | None:
    """The one of two ways to tell of the same that was used; `UsageError` for both."""
    if covariance is not None and rho is not None:
        raise UsageError("covariance and rho: both say how errors go together. Give one of them.")
    return covariance if rho is None else rho


def sampling_covariance(
    v: FloatArray, cluster: Labels, given: Errors | None
) -> BlockCovariance | None:
    """What a caller gave as covariance of sampling errors, checked; None if independent.

    Parameters
    ----------
    v, cluster
        Sampling variances and clusters, (k,).
    given
        A correlation within clusters, a `WithinCorrelation`, a `BlockCovariance`, a (k, k)
        matrix, or None.
    """
    if given is None:
        return None
    if isinstance(given, WithinCorrelation):
        return impute_covariance(v, cluster, given)
    if isinstance(given, BlockCovariance):
        known = given
    elif np.ndim(given) == 0:
        rho = _number(given)
        return None if rho == 0.0 else impute_covariance(v, cluster, rho)
    else:
        known = block_covariance(given, cluster)
    check_diagonal(known, v)
    return known


def _number(given: object) -> float:
    try:
        return float(given)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise UsageError(
            f"covariance: {given!r} is neither a correlation nor a covariance. Give a number such "
            "as 0.6, or a (k, k) matrix."
        ) from None
