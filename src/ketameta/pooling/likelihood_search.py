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

from dataclasses import dataclass

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


def _march(modes: Modes) -> None:
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


def _bisect(modes: Modes, index: NDArray[np.intp], left: FloatArray, right: FloatArray) -> None:
    """A maximum between left (G > 0) and right (G <= 0): a smallest step passed over it."""
    batch = modes.batch.take(index)
    for _ in range(BISECTIONS):
        middle = 0.5 * (left + right)
        value, _ = _log_ratio(batch, middle, restricted=modes.restricted)
        left, right = np.where(value > 0.0, middle, left), np.where(value > 0.0, right, middle)
    modes.add(index, 0.5 * (left + right))
