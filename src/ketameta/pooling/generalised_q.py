"""Roots of the generalised Q statistic: Paule-Mandel and its relatives, and Q-profile limits."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ketameta.errors import ConvergenceError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.batches import Batch, check_members, spread_over

MAX_STEPS = 500
# The step before the last was this short; the last one leaves an error of about its square.
CLOSE_ENOUGH = 1e-8


def q_root(batch: Batch, target: FloatArray) -> FloatArray:
    """tau2 at which Q(tau2) = target, in the batch's units; 0 where Q(0) <= target.

    1 / Q is an increasing, concave function of tau2. Newton's method on 1 / Q - 1 / target
    therefore climbs from 0 towards the root without ever passing it: no bracket and no upper
    bound are needed, whatever the scale.
    """
    root = np.zeros(batch.size)
    index = np.arange(batch.size)
    tau2 = np.zeros(batch.size)
    for _ in range(MAX_STEPS):
        q, ypp = batch.q_terms(tau2)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.where(q > target, q * (q / target - 1.0) / ypp, 0.0)
        tau2 = tau2 + step
        done = step <= CLOSE_ENOUGH * (tau2 + batch.v_min)
        root[index[done]] = tau2[done]
        if done.all():
            return root
        if done.any():
            keep = ~done
            batch, index = batch.take(keep), index[keep]
            tau2, target = tau2[keep], target[keep]
    raise ConvergenceError(
        f"tau2: no root of the generalised Q within {MAX_STEPS} steps. Please report these data."
    )


def tau2_at_q(
    y: ArrayLike,
    v: ArrayLike,
    target: ArrayLike,
    X: ArrayLike | None = None,
    include: ArrayLike | None = None,
) -> FloatArray:
    """tau2 at which the generalised Q equals `target`; 0 where Q(0) is not above it.

    Parameters
    ----------
    y, v, X, include
        As for `likelihood.reml`.
    target
        Positive, shape (...).

    Returns
    -------
    tau2, shape (...); nan where k <= p.
    """
    values = np.asarray(target, dtype=np.float64)
    members = check_members(spread_over(y, values), v, X, include)
    goal = np.broadcast_to(values, members.shape).reshape(-1)
    out = np.full(members.count, np.nan)
    for part, able, chosen in members.estimable():
        out[part][able] = q_root(chosen, goal[part][able]) * chosen.unit**2
    return out.reshape(members.shape)


def generalised_q(
    y: ArrayLike,
    v: ArrayLike,
    tau2: ArrayLike = 0.0,
    X: ArrayLike | None = None,
    include: ArrayLike | None = None,
) -> FloatArray:
    """Weighted residual sum of squares with weights 1 / (v + tau2); Cochran's Q at tau2 = 0."""
    values = np.asarray(tau2, dtype=np.float64)
    members = check_members(spread_over(y, values), v, X, include)
    at = np.broadcast_to(values, members.shape).reshape(-1)
    out = np.empty(members.count)
    for part, batch in members.chunks():
        out[part] = batch.q_terms(at[part] / batch.unit**2)[0]
    return out.reshape(members.shape)
