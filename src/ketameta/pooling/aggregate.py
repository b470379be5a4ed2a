"""`aggregate`: one combined estimate per study from several."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from ketameta.errors import DataError, UsageError
from ketameta.measures.estimates import Caution, EffectEstimates, FloatArray
from ketameta.pooling.multilevel_correlation import WithinCorrelation
from ketameta.pooling.multilevel_covariance import (
    BlockCovariance,
    block_covariance,
    check_diagonal,
    impute_covariance,
)
from ketameta.pooling.multilevel_groups import Indices, Labels, groups


def aggregate(
    estimates: EffectEstimates,
    cluster: Labels,
    correlation: float | Mapping[str, float] | WithinCorrelation | BlockCovariance | ArrayLike,
    *,
    weighted: bool = True,
) -> EffectEstimates:
    """Combine the estimates of each cluster into one, labelled with the cluster's name.

    Correlated estimates of one study must not enter a pooled mean as if they were several
    studies. Where a multilevel model is too much for few studies, they can be combined first.

    Parameters
    ----------
    estimates
        On the analysis scale.
    cluster
        Cluster (study) of each estimate, (k,).
    correlation
        Correlation of sampling errors within clusters: one number, one per cluster by name, a
        `WithinCorrelation`, a `BlockCovariance`, or a (k, k) covariance matrix. 0 if the
        estimates are from different participants.
    weighted
        Whether by generalised least squares (inverse covariance); otherwise plain averages.

    Returns
    -------
    EffectEstimates
        One per cluster, in the order in which they first appear; n is the largest of the
        cluster's if its errors are correlated (the same people), otherwise their sum. A caution
        names clusters whose combined
        estimate lies outside the range of its parts, which strong correlations of estimates of
        unequal precision bring about.

    Raises
    ------
    DataError
        If lengths differ or the covariance is not positive definite or spans clusters.
    UsageError
        For a correlation out of range or an unknown structure.

    References
    ----------
    Borenstein M et al. Introduction to Meta-Analysis. Wiley 2009, chapter 24.
    doi:10.1002/9780470743386. metafor: `aggregate(escalc, cluster, struct = "CS", rho = )`.
    """
    covariance = _covariance(estimates.v, cluster, correlation)
    clusters = groups(cluster, estimates.k, "cluster")
    blocks = covariance.regrouped(clusters)
    combined = [
        _combined(estimates.y[members], block, weighted)
        for members, block in zip(clusters.members, blocks, strict=True)
    ]
    outside = [
        label
        for label, members, (y, _) in zip(clusters.labels, clusters.members, combined, strict=True)
        if not _within(y, estimates.y[members])
    ]
    return EffectEstimates(
        estimates.measure,
        np.array([y for y, _ in combined]),
        np.array([v for _, v in combined]),
        clusters.labels,
        _participants(estimates.n, clusters.members, blocks),
        (*estimates.cautions, *_cautions(estimates.k, len(clusters.labels), outside)),
    )


def _covariance(
    v: FloatArray,
    cluster: Labels,
    given: float | Mapping[str, float] | WithinCorrelation | BlockCovariance | ArrayLike,
) -> BlockCovariance:
    if isinstance(given, BlockCovariance):
        known = given
    elif isinstance(given, WithinCorrelation | Mapping):
        return impute_covariance(v, cluster, given)
    elif np.ndim(given) == 0:
        if not isinstance(given, int | float | np.number):
            raise UsageError(
                f"aggregate: a correlation is a number, not {given!r}. Give 0 for estimates from "
                "different participants."
            )
        return impute_covariance(v, cluster, float(given))
    else:
        known = block_covariance(given, cluster)
    check_diagonal(known, v)
    return known


def _combined(y: FloatArray, block: FloatArray, weighted: bool) -> tuple[float, float]:
    """Estimate and variance; effects are measured from the first, so a shift costs no digits."""
    n, origin = y.size, float(y[0])
    if n == 1:
        return origin, float(block[0, 0])
    if not weighted:
        return origin + float(np.mean(y - origin)), float(np.sum(block)) / (n * n)
    se = np.sqrt(np.diag(block))
    solved = np.linalg.solve(block / se[:, None] / se[None, :], 1.0 / se) / se
    total = float(np.sum(solved))
    if not total > 0.0:
        raise DataError(
            "aggregate: the covariance is too close to singular to weight by. Use a lower "
            "correlation, or plain averages."
        )
    return origin + float(solved @ (y - origin)) / total, 1.0 / total


def _participants(
    n: FloatArray | None, members: tuple[Indices, ...], blocks: tuple[FloatArray, ...]
) -> FloatArray | None:
    if n is None:
        return None
    together = [bool(np.any(block != np.diag(np.diag(block)))) for block in blocks]
    return np.array(
        [
            np.max(n[rows]) if same else np.sum(n[rows])
            for rows, same in zip(members, together, strict=True)
        ]
    )


def _within(y: float, parts: FloatArray) -> bool:
    slack = 1e-12 * float(np.max(np.abs(parts)))
    return bool(np.min(parts) - slack <= y <= np.max(parts) + slack)


def _cautions(k: int, clusters: int, outside: list[str]) -> tuple[Caution, ...]:
    found = []
    if clusters < k:
        text = f"{k} estimates were combined into {clusters}, one per cluster."
        found.append(Caution("aggregated", text))
    if outside:
        text = (
            f"The combined estimate of {', '.join(outside)} lies outside the range of its parts, "
            "because strongly correlated estimates of unequal precision get weights below 0. Use "
            "a lower correlation, or plain averages."
        )
        found.append(Caution("aggregate_outside_range", text))
    return tuple(found)
