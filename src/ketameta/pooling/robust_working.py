"""What cluster-robust variances and their degrees of freedom are made of, cluster by cluster."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.multilevel_groups import Groups, Indices
from ketameta.pooling.multilevel_marginal import Marginal
from ketameta.pooling.regression_fit import WeightedFit

# Eigenvalues of an adjustment below this share of the largest are 0: a generalised inverse.
NULL = 1e-10


@dataclass(frozen=True, slots=True)
class RobustWorking:
    """Sums of each cluster in coordinates in which the model-based covariance is the identity.

    With e the residuals, W the inverse working covariance M, P = X S (S S' the model-based
    covariance) and A the adjustment of a cluster, a = A'W P.

    Attributes
    ----------
    factor
        From these coordinates to the coefficients, (p, p).
    scores
        a'e of each cluster, (J, p); their cross-products add up to the robust covariance.
    spread
        a'M a, (J, p, p).
    overlap
        P'a, (J, p, p).
    """

    factor: FloatArray
    scores: FloatArray
    spread: FloatArray
    overlap: FloatArray

    def covariance(self, multiplier: float) -> FloatArray:
        """Robust covariance of the coefficients, (p, p)."""
        moved = self.scores @ self.factor.T
        return np.asarray(multiplier * moved.T @ moved)

    def expected(self, directions: FloatArray) -> FloatArray:
        """Expectation of the robust covariance of directions, (q, p), if M is right."""
        own = np.einsum("sp,jpq,tq->st", directions, self.spread, directions)
        z = np.einsum("jpq,sq->jsp", self.overlap, directions)
        return np.asarray(own - np.einsum("jsp,jtp->st", z, z))

    def satterthwaite(self, direction: FloatArray) -> float:
        """Degrees of freedom of the robust variance of one direction, (p,).

        2 E[V]^2 / Var[V] for normal effects with covariance M.
        """
        s = np.einsum("p,jpq,q->j", direction, self.spread, direction)
        z = self.overlap @ direction
        own = (z * z).sum(axis=1)
        cross = z.T @ z
        total = (s - own).sum()
        return float(total**2 / ((s * s).sum() - 2.0 * (s * own).sum() + (cross * cross).sum()))


Adjustment = Callable[[FloatArray, FloatArray], FloatArray]


def no_adjustment(root: FloatArray, leverage: FloatArray) -> FloatArray:
    """CR0 and its multiples: the residuals as they are."""
    return np.broadcast_to(np.eye(root.shape[-1]), root.shape)


def bias_reduced(root: FloatArray, leverage: FloatArray) -> FloatArray:
    """CR2: the variance is unbiased if the working covariance is right.

    Parameters
    ----------
    root
        L with L L' = M of each cluster, (c, n, n).
    leverage
        T with T T' = L^-1 X (X'WX)^-1 X' L^-T, (c, n, p).

    References
    ----------
    Bell RM, McCaffrey DF. Surv Methodol 2002;28:169-181.
    Pustejovsky JE, Tipton E. J Bus Econ Stat 2018;36:672-683. doi:10.1080/07350015.2016.1247004.
    """
    transposed = np.swapaxes(root, 1, 2)
    inner = transposed @ root
    kept = np.eye(root.shape[-1]) - leverage @ np.swapaxes(leverage, 1, 2)
    middle = inner @ kept @ inner
    values, vectors = np.linalg.eigh(0.5 * (middle + np.swapaxes(middle, 1, 2)))
    largest = np.max(np.abs(np.linalg.eigvalsh(inner)), axis=1)[:, None] ** 2
    good = values > NULL * largest
    power = np.where(good, 1.0 / np.sqrt(np.where(good, values, 1.0)), 0.0)
    half = (vectors * power[:, None, :]) @ np.swapaxes(vectors, 1, 2)
    return np.asarray(root @ half @ transposed)


def jackknife(root: FloatArray, leverage: FloatArray) -> FloatArray:
    """CR3: close to leaving out one cluster at a time.

    References
    ----------
    Pustejovsky JE, Tipton E. J Bus Econ Stat 2018;36:672-683. doi:10.1080/07350015.2016.1247004.
    """
    kept = np.eye(root.shape[-1]) - leverage @ np.swapaxes(leverage, 1, 2)
    # I - H = L (I - T T') L^-1.
    inverse = np.linalg.pinv(kept, rcond=NULL, hermitian=True)
    moved = np.swapaxes(root @ inverse, 1, 2)
    return np.asarray(np.swapaxes(np.linalg.solve(np.swapaxes(root, 1, 2), moved), 1, 2))


def robust_working(
    fit: WeightedFit, marginal: Marginal, cluster: Groups, adjustment: Adjustment
) -> RobustWorking:
    """Sums of each cluster.

    Parameters
    ----------
    fit
        Least squares with the working covariance.
    marginal
        The working covariance, independent between the clusters.
    cluster
        Clusters of the robust variance.
    adjustment
        Of the residuals, by cluster.
    """
    p, number = fit.factor.shape[0], len(cluster.labels)
    white = fit.basis.columns @ fit.factor
    weighted = marginal.solve(white)
    scores = np.empty((number, p))
    spread, overlap = np.empty((number, p, p)), np.empty((number, p, p))
    for which, members in _by_size(cluster):
        blocks = np.stack([marginal.block(rows) for rows in members])
        root = np.linalg.cholesky(blocks)
        leverage = np.asarray(np.linalg.solve(root, white[members]))
        matrix = adjustment(np.asarray(root), leverage)
        a = np.swapaxes(matrix, 1, 2) @ weighted[members]
        transposed = np.swapaxes(a, 1, 2)
        scores[which] = (transposed @ fit.residuals[members][..., None])[..., 0]
        spread[which] = transposed @ blocks @ a
        overlap[which] = np.swapaxes(white[members], 1, 2) @ a
    return RobustWorking(fit.coefficient_factor, scores, spread, overlap)


def _by_size(cluster: Groups) -> list[tuple[list[int], Indices]]:
    """Clusters of equal size: their numbers and the positions of their estimates, (c, n)."""
    members = cluster.members
    sizes: dict[int, list[int]] = {}
    for j, rows in enumerate(members):
        sizes.setdefault(rows.size, []).append(j)
    return [(which, np.stack([members[j] for j in which])) for which in sizes.values()]
