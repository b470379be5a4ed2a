"""Fisher's non-central hypergeometric distribution: a 2x2 table given both its margins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from ketameta.errors import ConvergenceError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.glmm.likelihoods import Derivatives
from ketameta.pooling.glmm.log_factorials import log_factorial_change

# Tables with more possible outcomes are summed only around the likeliest one: 12 standard
# deviations and 40 outcomes to both sides, at whatever stride.
WHOLE = 2000
STRIDES_PER_DEVIATION, HALF_WIDTH = 4.0, 136
CELLS_AT_ONCE = 2_000_000
MAX_STEPS = 200


class Block(NamedTuple):
    """Some tables: outcomes and log numbers of ways, both less the observed; (tables, width)."""

    studies: NDArray[np.int64]
    x: FloatArray
    log_ways: FloatArray

    def part(self, rows: slice) -> Block:
        """Some rows."""
        return Block(self.studies[rows], self.x[rows], self.log_ways[rows])


@dataclass(frozen=True, slots=True)
class HypergeometricTables:
    """Events in group 1 given the margins; the linear predictor is the log odds ratio.

    P(a) is proportional to C(n_1, a) C(n_2, total - a) exp(a * eta), summed exactly over the
    possible a (for large tables over all that differ from 0 in double precision).

    Attributes
    ----------
    events, n_1, n_2, total
        Events in group 1, group sizes, and events in both groups; shape (k,).

    References
    ----------
    Fog A. Communications in Statistics 2008;37:241-257. doi:10.1080/03610910701790236.
    Liao JG, Rosen O. The American Statistician 2001;55:366-369 (the mode).
    doi:10.1198/000313001753272547.
    """

    events: FloatArray
    n_1: FloatArray
    n_2: FloatArray
    total: FloatArray
    low: FloatArray = field(init=False)
    high: FloatArray = field(init=False)
    blocks: tuple[Block, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", np.maximum(0.0, self.total - self.n_2))
        object.__setattr__(self, "high", np.minimum(self.n_1, self.total))
        object.__setattr__(self, "blocks", tuple(self._blocks()))

    def __call__(self, eta: FloatArray) -> Derivatives:
        out = Derivatives(*(np.empty(eta.shape) for _ in range(3)))
        for block in self.blocks:
            rows = max(1, CELLS_AT_ONCE // (eta.shape[1] * block.x.shape[1]))
            for start in range(0, block.studies.size, rows):
                part = block.part(slice(start, start + rows))
                own = eta[part.studies]
                _fill(out, part.studies, _sums(part.x[:, None], part.log_ways[:, None], own))
        for i in np.flatnonzero(self.high - self.low >= WHOLE).tolist():
            x, stride = self._around_mode(i, eta[i])
            inside = (x >= self.low[i]) & (x <= self.high[i])
            x = x - self.events[i]
            log_ways = np.where(inside, self._log_ways(i, x), -np.inf)
            one = np.array([i])
            sums = _sums(x[None], log_ways[None], eta[one])
            _fill(out, one, (sums[0] + np.log(stride), sums[1], sums[2]))
        return out

    def _blocks(self) -> Iterator[Block]:
        """Tables that can be summed over all outcomes, gathered by how many those are."""
        width = self.high - self.low + 1.0
        size = np.where(width <= WHOLE, np.ceil(np.log2(width)), -1.0)
        for value in np.unique(size[size >= 0.0]).tolist():
            studies = np.flatnonzero(size == value)
            a, low = self.events[studies, None], self.low[studies, None]
            x = low + np.arange(width[studies].max())
            # Sums of log ratios of neighbours: precise however large the groups are.
            ratios = self._log_ratios(studies[:, None], x[:, 1:])
            log_ways = np.cumsum(np.pad(ratios, ((0, 0), (1, 0))), axis=1)
            at = (a - low).astype(np.int64)
            log_ways = log_ways - np.take_along_axis(log_ways, at, axis=1)
            log_ways[x > self.high[studies, None]] = -np.inf
            yield Block(studies, x - a, log_ways)

    def _log_ratios(self, i: NDArray[np.int64], x: FloatArray) -> FloatArray:
        """log of the number of ways to x over that to x - 1; 0 beyond what is possible."""
        n_1, n_2, total = self.n_1[i], self.n_2[i], self.total[i]
        ways = np.maximum((n_1 - x + 1.0) * (total - x + 1.0), 0.0)
        possible = (n_1 >= x) & (total >= x)
        return np.asarray(np.log(np.where(possible, ways / (x * (n_2 - total + x)), 1.0)))

    def _log_ways(self, i: int, change: FloatArray) -> FloatArray:
        """log of the number of ways to the observed events plus `change`, over that to them."""
        a, total = float(self.events[i]), float(self.total[i])
        b, c = float(self.n_1[i]) - a, total - a
        d = float(self.n_2[i]) - c
        cells = ((a, 1.0), (b, -1.0), (c, -1.0), (d, 1.0))
        changes = [log_factorial_change(cell, sign * change) for cell, sign in cells]
        log_odds = sum(sign * np.log(max(cell, 1.0)) for cell, sign in cells)
        return np.asarray(-np.sum(changes, axis=0) - change * log_odds)

    def _around_mode(self, i: int, eta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Outcomes around the likeliest one (n, width), and the distance between them (n,).

        Where the standard deviation is large, only some outcomes at equal distances are summed:
        the probabilities are then so smooth that the rest adds nothing to fifteen digits (the
        characteristic function at the sampling frequency is below exp(-300)).
        """
        mode = np.clip(np.floor(self._modes(i, eta)), self.low[i], self.high[i])
        other = self.total[i] - mode
        cells = (mode, self.n_1[i] - mode, other, self.n_2[i] - other)
        variance = 1.0 / np.sum([1.0 / (cell + 1.0) for cell in cells], axis=0)
        stride = np.maximum(1.0, np.floor(np.sqrt(variance) / STRIDES_PER_DEVIATION))
        steps = np.arange(-HALF_WIDTH, HALF_WIDTH + 1.0)
        return mode[:, None] + stride[:, None] * steps, stride

    def _modes(self, i: int, eta: FloatArray) -> FloatArray:
        """Where the ratio of neighbouring probabilities is 1: a quadratic equation."""
        n_1, n_2, total = self.n_1[i], self.n_2[i], self.total[i]
        up, down = expit(eta), expit(-eta)
        a = down - up
        b = up * (n_1 + total + 2.0) + down * (n_2 - total)
        c = -up * (n_1 + 1.0) * (total + 1.0)
        return np.asarray(-2.0 * c / (b + np.sqrt(b * b - 4.0 * a * c)))

    def saturated(self) -> FloatArray:
        values, _, _ = self.own_estimates()
        return values

    def own_estimates(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Each table's conditional maximum likelihood: log-likelihood, estimate, information.

        A table at the end of what is possible has an infinite estimate, log-likelihood 0 and
        information 0.
        """
        k = self.events.size
        inside = (self.events > self.low) & (self.events < self.high)
        eta = np.where(self.events <= self.low, -np.inf, np.inf)
        value, information = np.zeros(k), np.zeros(k)
        for i in np.flatnonzero(inside).tolist():
            eta[i], found = self._own(i)
            value[i], information[i] = found.value[0], -found.second[0]
        return value, eta, information

    def _own(self, i: int) -> tuple[float, Derivatives]:
        a, b = self.events[i], self.n_1[i] - self.events[i]
        c = self.total[i] - a
        d = self.n_2[i] - c
        eta = float(np.log((a + 0.5) * (d + 0.5) / ((b + 0.5) * (c + 0.5))))
        one = self._only(i)
        for _ in range(MAX_STEPS):
            found = one(eta)
            step = float(-found.first[0] / found.second[0])
            eta += float(np.clip(step, -1.0, 1.0))
            if abs(step) <= 1e-10 * (1.0 + abs(eta)):
                return eta, one(eta)
        raise ConvergenceError(
            "conditional odds ratio: no convergence for one table. Please report these data."
        )

    def _only(self, i: int) -> Callable[[float], Derivatives]:
        columns = (self.events, self.n_1, self.n_2, self.total)
        table = HypergeometricTables(*(column[i : i + 1] for column in columns))
        return lambda eta: Derivatives(*(part[:, 0] for part in table(np.array([[eta]]))))


def _fill(
    out: Derivatives, studies: NDArray[np.int64], sums: tuple[FloatArray, FloatArray, FloatArray]
) -> None:
    log_sum, mean, variance = sums
    out.value[studies], out.first[studies], out.second[studies] = -log_sum, -mean, -variance


def _sums(
    x: FloatArray, log_ways: FloatArray, eta: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """log of the sum of weights, mean and variance of x (outcome less the observed one).

    x and log_ways of shape (k, 1 or n, width), eta (k, n).
    """
    terms = log_ways + x * eta[:, :, None]
    highest = terms.max(axis=2, keepdims=True)
    p = np.exp(terms - highest)
    total = p.sum(axis=2)
    mean = np.sum(p * x, axis=2) / total
    variance = np.sum(p * (x - mean[:, :, None]) ** 2, axis=2) / total
    return np.log(total) + highest[:, :, 0], mean, variance
