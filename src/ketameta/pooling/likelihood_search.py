"""The search for every local maximum of a (restricted) likelihood in tau2.

Why no start value and no grid
------------------------------
With P as in `Terms`, twice the derivative of the restricted log-likelihood is g - h with
g = y'PPy and h = tr(P). In the eigenvectors of P (which do not depend on tau2)
g = sum c_j^2 / (m_j + tau2)^2 and h = sum 1 / (m_j + tau2), where all m_j lie between the smallest
and the largest sampling variance. Write u = tau2 + v_min and r_j = u / (m_j + tau2), numbers in
(0, 1]. On the scale s = log u the slope of log h is -A and that of log g is -2 B, where A and B
are weighted means of r_j. Since dr/ds = r (1 - r) and the variance of numbers in (0, 1] is at most
mean times (1 - mean), -A (1 - A) <= dA/ds <= A (1 - A) and -2 B (1 - B) <= dB/ds <= B (1 - B).
Integrated over a step from u to u (1 + x), these give

    h / (1 + A x) <= h' <= h (1 + (1 - A) x) / (1 + x),
    g / (1 + B x)^2 <= g' <= g (1 - B + B / (1 + x)^2),

so that one evaluation of g, h, A and B tells a step that provably passes no root of g = h; roots
where g / h falls are the local maxima. Marching from tau2 = 0 by such steps meets every one of
them in order. Near a root the step to where the two lower bounds are equal takes over; it has
Newton's order, and is exact for equal variances. Once tau2 > v_max - 2 v_min, g / h falls: at most
one root is left. The same holds for maximum likelihood, with tr(W) for tr(P) (m_j = v_j there).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from ketameta.errors import ConvergenceError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.batches import Batch
from ketameta.pooling.intercept_batch import InterceptBatch, Terms

# Two modes closer than this (0.1 % of tau2 + v_min) are one for every purpose.
SMALLEST_STEP = 1e-3
# Within this share of the slope, g / h falls all the way to the root and beyond it.
NEAR = 0.2
# A step towards the root this short leaves an error of its square: below 1e-14 of tau2 + v_min.
CLOSE_ENOUGH = 1e-7
# 32 orders of magnitude in v need fewer than 200 steps; a thousand means that something is wrong.
MAX_STEPS = 1000
# In place of a mean that underflows.
TINY = 1e-300
# Bounds of the second derivative of log(g / h) with respect to s, -3/4 and 5/4, halved: they
# start the search for a safe step, as -log(value) >= 1 - value.
RISING, FALLING = 0.375, 0.625
# Rounds by which a safe step is lengthened towards the longest one; each keeps it safe.
ROUNDS = 3
BISECTIONS = 60
# Numbers in a working batch from which a compiled search pays, where numba is installed.
COMPILED_FROM = 50_000


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


def find_modes(batch: Batch, *, restricted: bool, at_zero: Terms | None = None) -> Modes:
    """All local maxima over tau2 >= 0 of the members of a batch; every df must be above 0.

    `at_zero` saves one evaluation where the caller has the terms at tau2 = 0 already.
    """
    n = batch.size
    modes = Modes(batch, restricted, np.zeros(n), np.full(n, np.nan), np.zeros(n, dtype=np.int64))
    if n == 0:
        return modes
    wanted = os.environ.get("KETAMETA_NUMBA", "1") != "0"
    if (
        wanted
        and isinstance(batch, InterceptBatch)
        and batch.y.size >= COMPILED_FROM
        and _numba_works()
    ):
        _search_compiled(batch, modes)
    else:
        _march(modes, at_zero)
    return modes


@cache
def _numba_works() -> bool:
    """Whether numba is installed and fits NumPy; its loading takes a second, once."""
    if find_spec("numba") is None:
        return False
    from ketameta.pooling.scalar_search import COMPILED

    return COMPILED


def _search_compiled(batch: InterceptBatch, modes: Modes) -> None:
    """`_march`, member by member."""
    from ketameta.pooling.scalar_search import search

    constants = np.array(
        [SMALLEST_STEP, NEAR, CLOSE_ENOUGH, RISING, FALLING, ROUNDS, MAX_STEPS], dtype=np.float64
    )
    found = search(batch.v0, batch.y, batch.v, modes.restricted, constants)
    modes.best, modes.second, modes.count = found
    if np.any(modes.count < 0):
        raise _not_ended()


@dataclass(slots=True)
class _Ratio:
    """g / h, and the means A and B of the module's docstring, each of shape (n,)."""

    value: FloatArray
    a: FloatArray
    b: FloatArray

    def take(self, members: NDArray[np.intp]) -> _Ratio:
        return _Ratio(self.value[members], self.a[members], self.b[members])


def _ratio(batch: Batch, tau2: FloatArray, terms: Terms) -> _Ratio:
    u = batch.v_min + tau2
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        value = terms.ypp / terms.trace
        a = u * terms.trace_sq / terms.trace
        b = u * terms.yppp / terms.ypp
    # Without differences between effects g is 0 and B is of no consequence.
    return _Ratio(value, _share(a), _share(b))


def _share(mean: FloatArray) -> FloatArray:
    """Within (0, 1], where rounding errors or 0 / 0 may have led out of it."""
    return np.asarray(np.fmax(np.fmin(mean, 1.0), TINY))


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
    """Members still on their way: where each is, and where g > h was last seen (nan if it was not).

    `index` is the member's place in the whole batch; `end` is where its search may stop, and
    `last` where at most one root is left.
    """

    batch: Batch
    index: NDArray[np.intp]
    tau2: FloatArray
    left: FloatArray
    end: FloatArray
    last: FloatArray
    v_min: FloatArray

    def only(self, keep: NDArray[np.intp]) -> _Walkers:
        return _Walkers(
            self.batch.take(keep),
            self.index[keep],
            self.tau2[keep],
            self.left[keep],
            self.end[keep],
            self.last[keep],
            self.v_min[keep],
        )


def _march(modes: Modes, at_zero: Terms | None) -> None:
    batch, restricted, n = modes.batch, modes.restricted, modes.batch.size
    v_min = batch.v_min
    walkers = _Walkers(
        batch=batch,
        index=np.arange(n),
        tau2=np.zeros(n),
        left=np.full(n, np.nan),
        end=_search_end(batch, restricted=restricted),
        last=np.maximum(batch.v_max - 2.0 * v_min, 0.0),
        v_min=v_min,
    )
    terms = batch.terms(walkers.tau2, restricted=restricted) if at_zero is None else at_zero
    ratio = _ratio(batch, walkers.tau2, terms)
    from_zero = np.flatnonzero(ratio.value <= 1.0)
    modes.add(from_zero, np.zeros(from_zero.size))
    for _ in range(MAX_STEPS):
        going = np.flatnonzero(_step(walkers, modes, ratio))
        if going.size == 0:
            return
        if going.size < walkers.index.size:
            walkers = walkers.only(going)
        terms = walkers.batch.terms(walkers.tau2, restricted=restricted)
        ratio = _ratio(walkers.batch, walkers.tau2, terms)
    raise _not_ended()


def _not_ended() -> ConvergenceError:
    return ConvergenceError(
        "tau2: the likelihood was not searched to its end within "
        f"{MAX_STEPS} steps. Please report these data."
    )


def _step(walkers: _Walkers, modes: Modes, ratio: _Ratio) -> NDArray[np.bool_]:
    """Move every walker on and record the maxima met; returns which of them go on."""
    tau2, left = walkers.tau2, walkers.left
    u = tau2 + walkers.v_min
    positive, seeking = ratio.value > 1.0, ~np.isnan(left)
    near = _to_root(ratio)
    # How steeply log(g / h) falls.
    fall = 2.0 * ratio.b - ratio.a
    target = tau2 + u * near
    size = np.abs(near)
    close = (positive | seeking) & (size < NEAR * fall) & (target > 0.0)
    arrived = close & (size <= CLOSE_ENOUGH * np.minimum(1.0, fall))
    passed = seeking & ~positive & ~close
    if arrived.any():
        modes.add(walkers.index[arrived], target[arrived])
    if passed.any():
        _bisect(modes, walkers.index[passed], left[passed], tau2[passed])
    rising = np.flatnonzero(positive & ~close)
    falling = np.flatnonzero(arrived | ~(positive | close))
    ahead = target
    ahead[rising] = tau2[rising] + u[rising] * _safe_rise(ratio.take(rising))
    ahead[falling] = tau2[falling] + u[falling] * _safe_fall(ratio.take(falling))
    going = np.ones(tau2.size, dtype=np.bool_)
    going[falling] = ahead[falling] < np.minimum(walkers.end, walkers.last)[falling]
    walkers.left = np.where(positive, tau2, left)
    walkers.left[falling] = np.nan
    walkers.tau2 = np.where(close & ~arrived, ahead, np.minimum(ahead, walkers.end))
    return going


def _to_root(ratio: _Ratio) -> FloatArray:
    """The relative step to g = h if both lower bounds were exact; nan or inf where they never meet.

    It solves (1 + B x)^2 = (g / h) (1 + A x).
    """
    above, b = ratio.value - 1.0, ratio.b
    with np.errstate(all="ignore"):
        linear = 2.0 * b - ratio.value * ratio.a
        root = linear + np.sqrt(linear * linear + 4.0 * b * b * above)
        return np.asarray(np.where(linear > 0.0, 2.0 * above / root, np.inf))


def _safe_rise(ratio: _Ratio) -> FloatArray:
    """With g > h, a relative step that provably meets no root."""
    value, a, b = ratio.value, ratio.a, ratio.b
    slope, other = a - 2.0 * b, 1.0 - a
    with np.errstate(all="ignore"):
        root = np.sqrt(value)
        curved = (slope + np.sqrt(slope * slope + 4.0 * RISING * (1.0 - 1.0 / value))) / RISING
        step = np.fmax(0.5 * curved, (root - 1.0) / b)
        for _ in range(ROUNDS):
            bound = (1.0 + other * step) / (1.0 + step)
            step = np.fmax(step, (root / np.sqrt(bound) - 1.0) / b)
    return np.asarray(np.fmax(step, SMALLEST_STEP))


def _safe_fall(ratio: _Ratio) -> FloatArray:
    """With g <= h, a relative step that provably meets no root."""
    value, a, b = np.minimum(ratio.value, 1.0), ratio.a, ratio.b
    fall, other = 2.0 * b - a, 1.0 - b
    with np.errstate(all="ignore"):
        curved = (fall + np.sqrt(fall * fall + 4.0 * FALLING * (1.0 - value))) / FALLING
        step = np.fmax(0.5 * curved, (1.0 / value - 1.0) / a)
        for _ in range(ROUNDS):
            bound = other + b / ((1.0 + step) * (1.0 + step))
            step = np.fmax(step, (1.0 / (value * bound) - 1.0) / a)
    return np.asarray(np.fmax(step, SMALLEST_STEP))


def _bisect(modes: Modes, index: NDArray[np.intp], left: FloatArray, right: FloatArray) -> None:
    """A maximum between left (g > h) and right (g <= h): a smallest step passed over it."""
    batch = modes.batch.take(index)
    for _ in range(BISECTIONS):
        middle = 0.5 * (left + right)
        terms = batch.terms(middle, restricted=modes.restricted)
        higher = terms.ypp > terms.trace
        left, right = np.where(higher, middle, left), np.where(higher, right, middle)
    modes.add(index, 0.5 * (left + right))
