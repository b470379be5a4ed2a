"""The inverse-variance weighted mean at a given tau2, and what intervals for it start from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ketameta.errors import UsageError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.batches import check_members
from ketameta.pooling.intercept_batch import InterceptBatch

Tau2Estimator = Callable[..., FloatArray]


def unknown_estimator(*_: object) -> FloatArray:
    """Stands for an estimator that was not named; refuses to estimate."""
    raise UsageError("interval method: it needs to know how tau2 was estimated. Use `pool`.")


@dataclass(frozen=True, slots=True)
class WeightedMean:
    """A pooled mean with weights 1 / (v + tau2).

    Attributes
    ----------
    y, v
        Estimates and sampling variances, shape (k,).
    tau2
        Between-study variance used; 0 for a single study.
    estimate, se
        The mean and its plain standard error 1 / sqrt(sum of weights).
    q, df
        Generalised Q at tau2 (the weighted residual sum of squares) and its degrees of freedom:
        k - 1, or those of the whole analysis where groups of studies share one tau2.
    identical_effects
        Whether the residuals are 0 up to rounding error, so that their spread says nothing.
    estimator
        What estimates tau2, for methods that repeat the estimation.
    """

    y: FloatArray
    v: FloatArray
    tau2: float
    estimate: float
    se: float
    q: float
    df: float
    identical_effects: bool
    estimator: Tau2Estimator = unknown_estimator

    @property
    def k(self) -> int:
        """Number of studies."""
        return int(self.y.size)

    @property
    def weights(self) -> FloatArray:
        """Weights in percent, sum 100."""
        w = 1.0 / (self.v + self.tau2)
        return np.asarray(100.0 * w / np.sum(w))


def effects_identical(y: FloatArray) -> bool:
    """Whether two or more estimates agree up to rounding error; y of shape (k,)."""
    rounding = 4.0 * float(np.finfo(np.float64).eps) * float(np.max(np.abs(y)))
    return y.size > 1 and float(np.ptp(y)) <= rounding


def weighted_mean(y: FloatArray, v: FloatArray, tau2: float) -> WeightedMean:
    """Pooled mean of one meta-analysis at tau2; y and v of shape (k,)."""
    batch = InterceptBatch.build(y[None, :], v[None, :])
    mean, variance, q = mean_terms(batch, np.array([tau2]))
    return WeightedMean(
        y=y,
        v=v,
        tau2=tau2,
        estimate=float(mean[0]),
        se=float(np.sqrt(variance[0])),
        q=float(q[0]),
        df=y.size - 1.0,
        identical_effects=effects_identical(y) or float(q[0]) == 0.0,
    )


def mean_terms(
    batch: InterceptBatch, tau2: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Mean, variance 1 / sum(w), and generalised Q of each member, in the caller's units."""
    scaled = tau2 / batch.unit**2
    w0, w = 1.0 / (batch.v0 + scaled), 1.0 / (batch.v + scaled)
    total = w0 + w.sum(axis=0)
    offset = (w * batch.y).sum(axis=0) / total
    residual = batch.y - offset
    q = (w * residual * residual).sum(axis=0) + w0 * offset * offset
    return batch.origin + batch.unit * offset, batch.unit**2 / total, q


def pooled_means(
    y: FloatArray, v: FloatArray, tau2: FloatArray, include: np.ndarray | None = None
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Means, plain standard errors and generalised Q of a batch; y, v (..., k), tau2 (...)."""
    members = check_members(y, v, None, include)
    at = np.broadcast_to(tau2, members.shape).reshape(-1)
    mean, se, q = (np.full(members.count, np.nan) for _ in range(3))
    for part, batch in members.chunks():
        assert isinstance(batch, InterceptBatch)
        some = np.flatnonzero(batch.k > 0)
        chosen = batch.take(some)
        estimates, variances, forms = mean_terms(chosen, at[part][some])
        mean[part][some], se[part][some], q[part][some] = estimates, np.sqrt(variances), forms
    return mean.reshape(members.shape), se.reshape(members.shape), q.reshape(members.shape)
