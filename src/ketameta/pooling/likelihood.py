"""Maximum likelihood and restricted maximum likelihood for tau2, at the global maximum.

Why no start value and no grid
------------------------------
With P as in `Terms`, twice the derivative of the restricted log-likelihood is g - h with
g = y'PPy and h = tr(P). In the eigenvectors of P (which do not depend on tau2)
g = sum c_j^2 / (m_j + tau2)^2 and h = sum 1 / (m_j + tau2), where all m_j lie between the smallest
and the largest sampling variance. On the scale s = log(tau2 + v_min), G = log(g / h) therefore
has a slope between -2 and 1 and a second derivative between -3/4 and 5/4. From one evaluation of
G and its slope follows a step that provably passes no root, and the roots with a falling G are
the local maxima. Marching from tau2 = 0 by such steps meets every one of them in order, each with
quadratic convergence. Once tau2 > v_max - 2 v_min the slope is negative: at most one root is left.
The same bounds hold for maximum likelihood, with tr(W) for tr(P) (m_j = v_j there).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ketameta.errors import ConvergenceError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.batches import Batch, check_members, spread_over

# Bounds of the second derivative of G, halved as they stand in the quadratic bounds.
RISE, FALL = 0.625, 0.375
# Two modes closer than this (0.1 % of tau2 + v_min) are one for every purpose.
SMALLEST_STEP = 1e-3
# A Newton step this short leaves an error of its square: below 1e-14 of tau2 + v_min.
CLOSE_ENOUGH = 1e-7
# 32 orders of magnitude in v need fewer than 200 steps; a thousand means that something is wrong.
MAX_STEPS = 1000
# On log(tau2 + v_min); exp of it is still far from overflow.
LONGEST_STEP = 300.0
BISECTIONS = 60


@dataclass(frozen=True, slots=True)
class LikelihoodFit:
    """The maximum and its certificate; arrays of the batch's shape.

    Attributes
    ----------
    tau2
        Where the (restricted) log-likelihood is highest; nan where k <= p.
    log_likelihood
        Its value there; the restricted one includes + log|X'X| / 2.
    local_maxima
        Number of local maxima on [0, inf), 0 itself included where the likelihood falls from it.
    at_boundary
        Whether tau2 = 0 is the global maximum.
    runner_up, runner_up_log_likelihood
        The best of the other local maxima; nan with a single mode.
    """

    tau2: FloatArray
    log_likelihood: FloatArray
    local_maxima: NDArray[np.int64]
    at_boundary: NDArray[np.bool_]
    runner_up: FloatArray
    runner_up_log_likelihood: FloatArray


def reml(
    y: ArrayLike, v: ArrayLike, X: ArrayLike | None = None, include: ArrayLike | None = None
) -> FloatArray:
    """Restricted maximum likelihood estimate of tau2 (the default estimator).

    Nearly unbiased, and the estimator that Cochrane recommends. Never fails to converge, and
    returns the higher of two modes where there are two.

    Parameters
    ----------
    y, v
        Estimates and sampling variances, shape (..., k).
    X
        Design matrix, shape (..., k, p); None for a common mean.
    include
        Studies to use, boolean, shape (..., k).

    Returns
    -------
    tau2, shape (...); nan where k <= p.

    References
    ----------
    Viechtbauer W. J Educ Behav Stat 2005;30:261-293. doi:10.3102/10769986030003261.
    Veroniki AA et al. Res Synth Methods 2016;7:55-79. doi:10.1002/jrsm.1164.

    Notes
    -----
    metafor: `rma(yi, vi, method = "REML")`, which iterates from one start value and, on data with
    two modes or a long flat likelihood, can stop with an error or stay at the lower mode.
    """
    return _estimate(y, v, X, include, restricted=True)


def ml(
    y: ArrayLike, v: ArrayLike, X: ArrayLike | None = None, include: ArrayLike | None = None
) -> FloatArray:
    """Maximum likelihood estimate of tau2, at the global maximum.

    Biased downwards with few studies; needed to compare models with different moderators by
    likelihood. Parameters, result and behaviour as for `reml`.

    References
    ----------
    Hardy RJ, Thompson SG. Stat Med 1996;15:619-629.
    doi:10.1002/(SICI)1097-0258(19960330)15:6<619::AID-SIM188>3.0.CO;2-A.

    Notes
    -----
    metafor: `rma(yi, vi, method = "ML")`.
    """
    return _estimate(y, v, X, include, restricted=False)


def reml_fit(
    y: ArrayLike, v: ArrayLike, X: ArrayLike | None = None, include: ArrayLike | None = None
) -> LikelihoodFit:
    """`reml` with its certificate."""
    return _fit(y, v, X, include, restricted=True)


def ml_fit(
    y: ArrayLike, v: ArrayLike, X: ArrayLike | None = None, include: ArrayLike | None = None
) -> LikelihoodFit:
    """`ml` with its certificate."""
    return _fit(y, v, X, include, restricted=False)


def log_likelihood(
    y: ArrayLike,
    v: ArrayLike,
    tau2: ArrayLike,
    X: ArrayLike | None = None,
    *,
    restricted: bool = True,
) -> FloatArray:
    """(Restricted) log-likelihood at given tau2 of shape (...), profiled over the coefficients."""
    values = np.asarray(tau2, dtype=np.float64)
    members = check_members(spread_over(y, values), v, X)
    at = np.broadcast_to(values, members.shape).reshape(-1)
    out = np.empty(members.count)
    for part, batch in members.chunks():
        out[part] = batch.log_likelihood(at[part] / batch.unit**2, restricted=restricted)
    return out.reshape(members.shape)


def _estimate(
    y: ArrayLike,
    v: ArrayLike,
    X: ArrayLike | None,
    include: ArrayLike | None,
    *,
    restricted: bool,
) -> FloatArray:
    members = check_members(y, v, X, include)
    return members.solve(lambda batch: _Modes.find(batch, restricted=restricted).best)


def _fit(
    y: ArrayLike,
    v: ArrayLike,
    X: ArrayLike | None,
    include: ArrayLike | None,
    *,
    restricted: bool,
) -> LikelihoodFit:
    members = check_members(y, v, X, include)
    nan = np.full(members.count, np.nan)
    out = LikelihoodFit(
        nan,
        nan.copy(),
        np.zeros(members.count, dtype=np.int64),
        np.zeros(members.count, dtype=np.bool_),
        nan.copy(),
        nan.copy(),
    )
    for part, able, chosen in members.estimable():
        modes = _Modes.find(chosen, restricted=restricted)
        square = chosen.unit**2
        out.tau2[part][able] = modes.best * square
        out.log_likelihood[part][able] = chosen.log_likelihood(modes.best, restricted=restricted)
        out.local_maxima[part][able] = modes.count
        out.at_boundary[part][able] = modes.best == 0.0
        out.runner_up[part][able] = modes.second * square
        several = np.flatnonzero(modes.count > 1)
        if several.size:
            second = chosen.take(several).log_likelihood(
                modes.second[several], restricted=restricted
            )
            out.runner_up_log_likelihood[part][able[several]] = second
    return LikelihoodFit(*(getattr(out, f.name).reshape(members.shape) for f in fields(out)))


@dataclass(slots=True)
class _Modes:
    """The local maxima met so far; the best two of each member."""

    batch: Batch
    restricted: bool
    best: FloatArray
    second: FloatArray
    count: NDArray[np.int64]

    @classmethod
    def find(cls, batch: Batch, *, restricted: bool) -> _Modes:
        n = batch.size
        modes = cls(batch, restricted, np.zeros(n), np.full(n, np.nan), np.zeros(n, dtype=np.int64))
        if n:
            _march(modes)
        return modes

    def add(self, members: NDArray[np.intp], tau2: FloatArray) -> None:
        """Record a local maximum of each of these members."""
        again = self.count[members] > 0
        self.count[members] += 1
        self.best[members[~again]] = tau2[~again]
        rivals, new = members[again], tau2[again]
        if rivals.size == 0:
            return
        batch, old = self.batch.take(rivals), self.best[rivals]
        higher = batch.log_likelihood(new, restricted=self.restricted) > batch.log_likelihood(
            old, restricted=self.restricted
        )
        self.best[rivals] = np.where(higher, new, old)
        loser, known = np.where(higher, old, new), self.second[rivals]
        at_known = batch.log_likelihood(np.nan_to_num(known), restricted=self.restricted)
        better = np.isnan(known) | (
            batch.log_likelihood(loser, restricted=self.restricted) > at_known
        )
        self.second[rivals] = np.where(better, loser, known)


def _log_ratio(
    batch: Batch, tau2: FloatArray, *, restricted: bool
) -> tuple[FloatArray, FloatArray]:
    """G = log(g / h) and its derivative with respect to log(tau2 + v_min)."""
    terms = batch.terms(tau2, restricted=restricted)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.log(terms.ypp / terms.trace)
        slope = (batch.v_min + tau2) * (terms.trace_sq / terms.trace - 2.0 * terms.yppp / terms.ypp)
    return value, np.nan_to_num(slope, nan=-1.0)


def _search_end(batch: Batch, *, restricted: bool) -> FloatArray:
    """A tau2 beyond which the log-likelihood falls for good.

    g <= SS / (v_min + tau2)^2 and h >= count / (v_max + tau2), SS the unweighted residual sum of
    squares; the quadratic that equates the two bounds has this larger root.
    """
    count = batch.df if restricted else batch.k
    ss = batch.residual_ss()
    spread = batch.v_max - batch.v_min
    root = (ss + np.sqrt(ss * ss + 4.0 * count * ss * spread)) / (2.0 * count)
    return np.asarray(np.maximum(root * (1.0 + 1e-12) - batch.v_min, 0.0))


def _march(modes: _Modes) -> None:
    batch, restricted = modes.batch, modes.restricted
    index = np.arange(batch.size)
    tau2 = np.zeros(batch.size)
    left = np.full(batch.size, np.nan)
    v_min, v_max = batch.v_min, batch.v_max
    end = _search_end(batch, restricted=restricted)
    value, slope = _log_ratio(batch, tau2, restricted=restricted)
    from_zero = value <= 0.0
    modes.add(index[from_zero], tau2[from_zero])
    for _ in range(MAX_STEPS):
        u = tau2 + v_min
        share = u / (tau2 + v_max)
        positive = value > 0.0
        done = ~positive & np.isnan(left) & ((tau2 >= end) | (share >= 0.5))
        newton = _newton(value, slope)
        polish = (np.abs(newton) < -0.1 * slope) & (tau2 + u * np.expm1(newton) > 0.0)
        polish &= positive | ~np.isnan(left)
        arrived = polish & (np.abs(newton) <= CLOSE_ENOUGH * np.minimum(1.0, -slope))
        crossed = ~positive & ~np.isnan(left) & ~polish
        move = np.where(positive, _safe_rise(value, slope, share), _safe_fall(value, slope, share))
        move = np.where(polish, newton, np.maximum(move, SMALLEST_STEP))
        if arrived.any():
            modes.add(index[arrived], (tau2 + u * np.expm1(newton))[arrived])
            # Past a root the slope keeps G negative at least this far.
            move = np.where(arrived, np.maximum(-slope / RISE * 0.99, SMALLEST_STEP), move)
        if crossed.any():
            _bisect(modes, index[crossed], left[crossed], tau2[crossed])
        left = np.where(arrived | crossed, np.nan, np.where(positive, tau2, left))
        step = u * np.expm1(np.minimum(move, LONGEST_STEP))
        further = np.where(polish & ~arrived, tau2 + step, np.minimum(tau2 + step, end))
        tau2 = np.where(crossed | done, tau2, further)
        keep = ~done
        if not keep.any():
            return
        if keep.mean() < 0.8:
            batch, index = batch.take(keep), index[keep]
            tau2, left, end = tau2[keep], left[keep], end[keep]
            v_min, v_max = v_min[keep], v_max[keep]
        value, slope = _log_ratio(batch, tau2, restricted=restricted)
    raise ConvergenceError(
        "tau2: the likelihood was not searched to its end within "
        f"{MAX_STEPS} steps. Please report these data."
    )


def _newton(value: FloatArray, slope: FloatArray) -> FloatArray:
    """Newton's step towards G = 0 where G falls; elsewhere the longest step."""
    with np.errstate(divide="ignore", invalid="ignore"):
        step = np.where(slope < 0.0, -value / slope, LONGEST_STEP)
    return np.asarray(np.clip(step, -LONGEST_STEP, LONGEST_STEP))


def _safe_rise(value: FloatArray, slope: FloatArray, share: FloatArray) -> FloatArray:
    """From a positive G, the longest step on log(tau2 + v_min) that provably meets no root."""
    g = np.maximum(value, 0.0)
    curved = (slope + np.sqrt(slope * slope + 4.0 * FALL * g)) / (2.0 * FALL)
    return np.asarray(np.maximum(curved, g / (2.0 - share)))


def _safe_fall(value: FloatArray, slope: FloatArray, share: FloatArray) -> FloatArray:
    """From a negative G, the longest step on log(tau2 + v_min) that provably meets no root."""
    g = np.minimum(np.maximum(-value, 0.0), LONGEST_STEP)
    curved = (np.sqrt(slope * slope + 4.0 * RISE * g) - slope) / (2.0 * RISE)
    straight = g / np.maximum(1.0 - 2.0 * share, 1e-300)
    return np.asarray(np.maximum(curved, straight))


def _bisect(modes: _Modes, index: NDArray[np.intp], left: FloatArray, right: FloatArray) -> None:
    """A maximum between left (G > 0) and right (G <= 0): a smallest step passed over it."""
    batch = modes.batch.take(index)
    for _ in range(BISECTIONS):
        middle = 0.5 * (left + right)
        value, _ = _log_ratio(batch, middle, restricted=modes.restricted)
        left, right = np.where(value > 0.0, middle, left), np.where(value > 0.0, right, middle)
    modes.add(index, 0.5 * (left + right))
