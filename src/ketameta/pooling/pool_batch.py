"""`pool_batch`: many meta-analyses at once, with the numbers that `pool` gives for each."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri, stdtrit

from ketameta.errors import UsageError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling import catalog
from ketameta.pooling.batch_estimates import batch_estimates, given_tau2
from ketameta.pooling.batches import Members, check_members
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.intercept_batch import InterceptBatch
from ketameta.pooling.settle import settle
from ketameta.pooling.weighted_mean import effects_identical

__all__ = ["INTERVALS", "PooledBatch", "pool_batch"]

# Intervals that are a formula in the mean, its standard error and Q.
INTERVALS = ("hksj", "hksj-guarded", "hksj-hybrid", "wald", "t")
# Members whose effects spread less than this (relative) are looked at one by one.
NEARLY_IDENTICAL = 16.0 * float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class PooledBatch:
    """Pooled results of a batch; arrays of the batch's shape, nan where `pool` says None.

    Attributes
    ----------
    k
        Studies included.
    tau2, estimate, se, ci_low, ci_high
        As in `PooledResult`; `se` is that behind the interval.
    q
        Cochran's Q.
    i2
        In percent, from tau2 and the typical sampling variance.
    """

    k: NDArray[np.int64]
    tau2: FloatArray
    estimate: FloatArray
    se: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    q: FloatArray
    i2: FloatArray


def pool_batch(
    y: ArrayLike,
    v: ArrayLike,
    include: ArrayLike | None = None,
    *,
    tau2: str = "REML",
    interval: str | None = None,
    level: float = 0.95,
) -> PooledBatch:
    """Pool many meta-analyses of one shape: simulations, resampling, thousands of outcomes.

    Each member's numbers are those of `pool`. Memory beyond input and output is bounded.

    Parameters
    ----------
    y, v
        Estimates and sampling variances on the analysis scale, shape (..., k); leading axes are
        the batch and broadcast.
    include
        Studies to use, boolean, shape (..., k); None for all. Values left out may be nan.
    tau2
        Estimator, as in `catalog`, or "EE".
    interval
        One of hksj, hksj-guarded, hksj-hybrid, wald, t; None for hksj, under equal effects wald.
    level
        Coverage, between 0 and 1.

    Returns
    -------
    PooledBatch
        A member with one study is that study with its normal interval; one without studies is
        nan throughout, with k = 0.

    Raises
    ------
    UsageError
        For an unknown method, an interval that needs a search of its own, or a level outside
        (0, 1).
    DataError
        If shapes do not match, or an included study has no finite estimate or no variance above 0.

    Notes
    -----
    metafor has no batch: a loop over `rma(yi, vi, test = "knha")`.
    """
    choices = settle(PoolingChoices(), tau2, interval or _usual(tau2), None, level)
    if choices.interval not in INTERVALS:
        raise UsageError(
            f"pool_batch: the interval {choices.interval} needs a search for each member. Use one "
            f"of {', '.join(INTERVALS)}, or `pool` in a loop."
        )
    members = check_members(y, v, None, include)
    out = {f.name: np.full(members.count, np.nan) for f in fields(PooledBatch)}
    given = given_tau2(catalog.tau2_method(choices.tau2).function, choices.tau2, members)
    for part, batch in members.chunks():
        assert isinstance(batch, InterceptBatch)
        found = _pooled(batch, choices, None if given is None else given[part])
        for name, values in found.items():
            out[name][part] = values
        out["k"][part] = batch.k
    return _shaped(out, members)


def _usual(tau2: str) -> str:
    return "wald" if catalog.tau2_method(tau2).code == "EE" else "hksj"


def _shaped(out: dict[str, FloatArray], members: Members) -> PooledBatch:
    shaped = {name: values.reshape(members.shape) for name, values in out.items()}
    return PooledBatch(k=shaped.pop("k").astype(np.int64), **shaped)


def _pooled(
    batch: InterceptBatch, choices: PoolingChoices, given: FloatArray | None
) -> dict[str, FloatArray]:
    """Results of one working batch; members without studies are nan."""
    n, some = batch.size, np.flatnonzero(batch.k > 0.0)
    if some.size < n:
        batch, given = batch.take(some), None if given is None else given[some]
    found = batch_estimates(batch, choices.tau2, given)
    tau2, mean = found.tau2, found.mean
    if choices.tau2 == "EE":
        i2 = np.full(batch.size, np.nan)
    else:
        i2 = 100.0 * tau2 / (tau2 + found.typical)
    se, half = _interval(batch, choices, found.se, found.spread)
    values = (tau2, mean, se, mean - half, mean + half, found.q, i2)
    names = ("tau2", "estimate", "se", "ci_low", "ci_high", "q", "i2")
    if some.size == n:
        return dict(zip(names, values, strict=True))
    out = np.full((len(names), n), np.nan)
    out[:, some] = values
    return dict(zip(names, out, strict=True))


def _interval(
    batch: InterceptBatch, choices: PoolingChoices, plain: FloatArray, spread: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Standard error behind the interval, and half its width."""
    upper = 0.5 + choices.level / 2.0
    normal, method = float(ndtri(upper)), choices.interval
    if method == "wald":
        return plain, normal * plain
    critical = _t_quantiles(batch.df, upper)
    several = batch.df > 0.0
    factor = np.ones(batch.size)
    if method != "t":
        np.divide(spread, batch.df, out=factor, where=several)
        if method == "hksj-guarded":
            factor = np.maximum(factor, 1.0)
        else:
            factor[_identical(batch)] = 1.0
            factor[spread == 0.0] = 1.0
        factor[~several] = 1.0
    se = np.sqrt(factor) * plain
    half = np.where(several, critical, normal) * se
    if method == "hksj-hybrid":
        wider = normal * plain > half
        return np.where(wider, plain, se), np.where(wider, normal * plain, half)
    return se, half


def _t_quantiles(df: FloatArray, upper: float) -> FloatArray:
    """t quantiles, each different number of degrees of freedom computed once."""
    whole = df.astype(np.int64)
    table = np.full(int(whole.max(initial=0)) + 1, np.nan)
    used = np.flatnonzero(np.bincount(whole))
    used = used[used > 0]
    table[used] = stdtrit(used.astype(np.float64), upper)
    return table[whole]


def _identical(batch: InterceptBatch) -> NDArray[np.intp]:
    """Members whose effects agree up to rounding; a study left out stands at the origin."""
    width = (np.maximum(batch.y.max(axis=0, initial=0.0), 0.0)) - np.minimum(
        batch.y.min(axis=0, initial=0.0), 0.0
    )
    near = batch.unit * width <= NEARLY_IDENTICAL * (np.abs(batch.origin) + batch.unit * width)
    candidates = np.flatnonzero(near & (batch.k > 1.0))
    found = [i for i in candidates.tolist() if effects_identical(_effects(batch, i))]
    return np.asarray(found, dtype=np.intp)


def _effects(batch: InterceptBatch, member: int) -> FloatArray:
    """Effects of one member in the caller's units."""
    others = batch.y[~np.isinf(batch.v[:, member]), member] * batch.unit[member]
    return np.append(batch.origin[member] + others, batch.origin[member])
