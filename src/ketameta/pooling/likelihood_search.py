"""The search for every local maximum of a (restricted) likelihood in tau2.

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
from numpy.typing import NDArray

from ketameta.errors import ConvergenceError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.batches import Batch

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


@dataclass(slots=True)
class Modes:
    """Local maxima of the (restricted) log-likelihood of a batch, in the batch's units; shape (n,).

    Attributes
    ----------
    best, second
        The highest and the next highest local maximum; `second` is nan with a single one.
    count
        Number of local maxima, tau2 = 0 included where the likelihood falls from it.
    """

    batch: Batch
    restricted: bool
    best: FloatArray
    second: FloatArray
    count: NDArray[np.int64]

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


def find_modes(batch: Batch, *, restricted: bool) -> Modes:
    """All local maxima over tau2 >= 0 of the members of a batch; every df must be above 0."""
    n = batch.size
    modes = Modes(batch, restricted, np.zeros(n), np.full(n, np.nan), np.zeros(n, dtype=np.int64))
    if n:
        _march(modes)
    return modes


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


@dataclass(slots=True)
class _Walkers:
    """Members still on their way: where each is, and where G was last positive (nan if it was not).

    `index` is the member's place in the whole batch; `end` is where its search may stop.
    """

    batch: Batch
    index: NDArray[np.intp]
    tau2: FloatArray
    left: FloatArray
    end: FloatArray
    v_min: FloatArray
    v_max: FloatArray

    def only(self, keep: NDArray[np.bool_]) -> _Walkers:
        return _Walkers(
            self.batch.take(keep),
            *(getattr(self, f.name)[keep] for f in fields(self) if f.name != "batch"),
        )


def _march(modes: Modes) -> None:
    batch, restricted, n = modes.batch, modes.restricted, modes.batch.size
    walkers = _Walkers(
        batch=batch,
        index=np.arange(n),
        tau2=np.zeros(n),
        left=np.full(n, np.nan),
        end=_search_end(batch, restricted=restricted),
        v_min=batch.v_min,
        v_max=batch.v_max,
    )
    value, slope = _log_ratio(batch, walkers.tau2, restricted=restricted)
    from_zero = np.flatnonzero(value <= 0.0)
    modes.add(from_zero, np.zeros(from_zero.size))
    for _ in range(MAX_STEPS):
        going = _step(walkers, modes, value, slope)
        if not going.any():
            return
        if going.mean() < 0.8:
            walkers = walkers.only(going)
        value, slope = _log_ratio(walkers.batch, walkers.tau2, restricted=restricted)
    raise ConvergenceError(
        "tau2: the likelihood was not searched to its end within "
        f"{MAX_STEPS} steps. Please report these data."
    )


def _step(
    walkers: _Walkers, modes: Modes, value: FloatArray, slope: FloatArray
) -> NDArray[np.bool_]:
    """Move every walker on and record the maxima met; returns which of them go on."""
    tau2, left = walkers.tau2, walkers.left
    u = tau2 + walkers.v_min
    share = u / (tau2 + walkers.v_max)
    positive, seeking = value > 0.0, ~np.isnan(left)
    going = positive | seeking | ((tau2 < walkers.end) & (share < 0.5))
    # Near a falling root, with G positive here or seen positive before, Newton's method is safe.
    newton = _newton(value, slope)
    target = tau2 + u * np.expm1(newton)
    close = (positive | seeking) & (np.abs(newton) < -0.1 * slope) & (target > 0.0)
    arrived = close & (np.abs(newton) <= CLOSE_ENOUGH * np.minimum(1.0, -slope))
    passed = seeking & ~positive & ~close
    safe = np.where(positive, _safe_rise(value, slope, share), _safe_fall(value, slope, share))
    if arrived.any():
        modes.add(walkers.index[arrived], target[arrived])
        # Past a root the slope keeps G negative at least this far.
        safe = np.where(arrived, -0.99 * slope / RISE, safe)
    if passed.any():
        _bisect(modes, walkers.index[passed], left[passed], tau2[passed])
    move = np.minimum(np.maximum(safe, SMALLEST_STEP), LONGEST_STEP)
    ahead = np.minimum(tau2 + u * np.expm1(move), walkers.end)
    ahead = np.where(close & ~arrived, target, ahead)
    walkers.left = np.where(arrived | passed, np.nan, np.where(positive, tau2, left))
    walkers.tau2 = np.where(going & ~passed, ahead, tau2)
    return np.asarray(going)


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


def _bisect(modes: Modes, index: NDArray[np.intp], left: FloatArray, right: FloatArray) -> None:
    """A maximum between left (G > 0) and right (G <= 0): a smallest step passed over it."""
    batch = modes.batch.take(index)
    for _ in range(BISECTIONS):
        middle = 0.5 * (left + right)
        value, _ = _log_ratio(batch, middle, restricted=modes.restricted)
        left, right = np.where(value > 0.0, middle, left), np.where(value > 0.0, right, middle)
    modes.add(index, 0.5 * (left + right))
