"""The probability of being seen, averaged over what a study could have found, and its derivatives.

For a study with standard error se the estimate is normal with mean mu and variance s2 = v + tau2;
E[w] is its expected weight. Derivatives with respect to mu and tau2 are expectations of w times
Hermite polynomials of x = (estimate - mu) / s, so neither w nor the normal density has to be
differentiated, and gradient and Hessian of the likelihood are exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from ketameta.measures.estimates import FloatArray
from ketameta.sensitivity.bias.selection.weight_functions import (
    LogWeight,
    PValues,
    SmoothWeights,
    p_values,
)

# Beyond it a p value differs from 0 or 1 by less than 1e-16.
FAR = 8.3
NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(16)
PANELS = 12
# A two-sided p value has a kink at z = 0, and log(1 - p) a singularity: graded panels.
GRADED = (1e-6, 1e-4, 1e-3, 1e-2, 0.05, 0.15, 0.4, 1.0, 1.8, 2.8, 4.2)
HERMITE = 5
# Beyond it the normal density is 0 and the distribution function 0 or 1.
ALL = 40.0


@dataclass(frozen=True, slots=True)
class Expectations:
    """Expected weights and what their derivatives need, (k,) in the last axis.

    Attributes
    ----------
    w
        E[w He_n(x)], n = 0 ... 4, shape (5, k).
    first
        E[dw/ddelta_j He_n(x)], n = 0 ... 2, shape (3, m, k).
    second
        E[d2w/ddelta_j ddelta_l], shape (m, m, k); None where it is 0.
    """

    w: FloatArray
    first: FloatArray
    second: FloatArray | None


@dataclass(frozen=True, slots=True)
class Steps:
    """A step function: weight delta_j where alpha_(j-1) < p <= alpha_j.

    Attributes
    ----------
    edges
        z at the borders of the intervals, increasing, (e,); with two-sided p values an interval
        has two pieces.
    shares
        An interval's part of a moment is the sum over edges of these times the moment up to the
        edge, (intervals, e), and for the last piece of the line the whole moment in addition.
    last
        Which interval holds the last piece of the line: the smallest p values.
    """

    edges: FloatArray
    shares: FloatArray
    last: int

    @classmethod
    def build(cls, alphas: FloatArray, *, two_sided: bool) -> Steps:
        """From increasing cut-offs, the last one below 1."""
        count = alphas.size + 1
        if two_sided:
            z = -ndtri(alphas[::-1] / 2.0)
            edges, up = np.concatenate([-z[::-1], z]), np.arange(count)
            pieces = np.concatenate([up, up[-2::-1]])
        else:
            edges, pieces = -ndtri(alphas[::-1]), np.arange(count)[::-1]
        shares = np.zeros((count, edges.size))
        at = np.arange(edges.size)
        np.add.at(shares, (pieces[:-1], at), 1.0)
        np.add.at(shares, (pieces[1:], at), -1.0)
        return cls(edges, shares, int(pieces[-1]))

    def log_mean_weight(
        self, mu: float, s: FloatArray, se: FloatArray, delta: FloatArray
    ) -> FloatArray:
        """log E[w], (k,)."""
        x = (self.edges[:, None] * se - mu) / s
        return np.asarray(np.log(delta[self.last] + (delta @ self.shares) @ ndtr(x)))

    def expectations(
        self, mu: float, s: FloatArray, se: FloatArray, delta: FloatArray
    ) -> tuple[Expectations, FloatArray]:
        """Closed form; `delta` holds all weights, the first one included; and log scale 0."""
        x = (self.edges[:, None] * se - mu) / s
        parts = self.shares @ partial_moments(x)
        parts[0, self.last] += 1.0
        return Expectations(delta @ parts, parts[:3], None), NO_SCALE


NO_SCALE = np.zeros(1)


def partial_moments(x: FloatArray) -> FloatArray:
    """Integrals of He_n(t) phi(t) from -infinity to x, n = 0 ... 4, stacked in front."""
    out = np.empty((HERMITE, *x.shape))
    x = np.clip(x, -ALL, ALL)
    square = x * x
    density = np.exp(-0.5 * square, out=out[1])
    density *= -1.0 / np.sqrt(2.0 * np.pi)
    ndtr(x, out=out[0])
    np.multiply(x, density, out=out[2])
    np.multiply(square - 1.0, density, out=out[3])
    np.multiply(square - 3.0, out[2], out=out[4])
    return out


@dataclass(frozen=True, slots=True)
class Quadrature:
    """A smooth weight function, integrated over z where it varies; constant beyond.

    Attributes
    ----------
    weights
        The function.
    scale
        Imprecision of each study, shape (k, 1).
    z, dz
        Nodes and their weights, (q,).
    at, ends
        p values at the nodes, (1, q), and at the two ends, (1, 2).
    edge
        Where the function becomes constant, in z.
    """

    weights: SmoothWeights
    scale: FloatArray
    z: FloatArray
    dz: FloatArray
    at: PValues
    ends: PValues
    edge: float

    @classmethod
    def build(cls, weights: SmoothWeights, scale: FloatArray, *, two_sided: bool) -> Quadrature:
        """Nodes for a weight function; scale of shape (k,)."""
        smallest = weights.smallest_p
        tail = smallest / 2.0 if two_sided else smallest
        edge = -float(ndtri(tail)) if smallest > 0.0 else FAR
        if two_sided:
            inner = [g for g in GRADED if g < edge]
            half = np.array([0.0, *inner, edge])
            borders = np.concatenate([-half[:0:-1], half])
        else:
            borders = np.linspace(-edge, edge, PANELS + 1)
        width = 0.5 * np.diff(borders)
        middle = 0.5 * (borders[1:] + borders[:-1])
        z = (middle[:, None] + width[:, None] * NODES).reshape(-1)
        dz = (width[:, None] * NODE_WEIGHTS).reshape(-1)
        ends = np.array([[-edge, edge]])
        return cls(
            weights,
            scale[:, None],
            z,
            dz,
            p_values(z[None], two_sided=two_sided, smallest=smallest),
            p_values(ends, two_sided=two_sided, smallest=smallest),
            edge,
        )

    def log_mean_weight(
        self, mu: float, s: FloatArray, se: FloatArray, delta: FloatArray
    ) -> FloatArray:
        """log E[w], (k,)."""
        middle = self.weights.function(self.at, delta, self.scale).value
        outside = self.weights.function(self.ends, delta, self.scale).value
        log_top = np.maximum(middle.max(axis=1), outside.max(axis=1))
        ratio, shift = (se / s)[:, None], (mu / s)[:, None]
        x = ratio * self.z - shift
        density = np.exp(middle - log_top[:, None] - 0.5 * x * x) * self.dz
        inner = density.sum(axis=-1) * ratio[:, 0] / np.sqrt(2.0 * np.pi)
        bound = self.edge * ratio
        tails = np.concatenate([ndtr(-bound - shift), ndtr(shift - bound)], axis=-1)
        outer = (tails * np.exp(outside - log_top[:, None])).sum(axis=-1)
        return np.asarray(log_top + np.log(inner + outer))

    def expectations(
        self, mu: float, s: FloatArray, se: FloatArray, delta: FloatArray
    ) -> tuple[Expectations, FloatArray]:
        """Expectations over exp(log_top), and log_top (k,), which keeps them in range."""
        middle = self.weights.function(self.at, delta, self.scale)
        outside = self.weights.function(self.ends, delta, self.scale)
        log_top = np.maximum(middle.value.max(axis=1), outside.value.max(axis=1))
        ratio, shift = (se / s)[:, None], (mu / s)[:, None]
        x = ratio * self.z - shift
        density = np.exp(-0.5 * x * x) / np.sqrt(2.0 * np.pi) * self.dz * ratio
        inner = _powers(np.exp(middle.value - log_top[:, None]) * density, x)
        bound = self.edge * ratio
        tails = np.concatenate(
            [partial_moments(-bound - shift), -partial_moments(bound - shift)], axis=-1
        )
        tails[0, :, 1] = ndtr(shift - bound)[:, 0]
        outer = tails * np.exp(outside.value - log_top[:, None])
        w = _hermite_sums([one.sum(axis=-1) for one in inner]) + outer.sum(axis=-1)
        first = np.stack(
            [_hermite_sums([_dot(one, slope) for one in inner[:3]]) for slope in middle.first], 1
        )
        first += _averages(outer[:3], outside.first)
        second = np.stack(
            [
                np.stack([_dot(inner[0], one) for one in row_in]) + _averages(outer[:1], row_out)[0]
                for row_in, row_out in zip(_curved(middle), _curved(outside), strict=True)
            ]
        )
        return Expectations(w, first, second), log_top


def _powers(weights: FloatArray, x: FloatArray) -> list[FloatArray]:
    """weights * x^n, n = 0 ... 4."""
    found = [weights]
    for _ in range(HERMITE - 1):
        found.append(found[-1] * x)
    return found


def _hermite_sums(sums: list[FloatArray]) -> FloatArray:
    """Sums of weights times He_n from those of weights times x^n, for three or five n."""
    low = [sums[0], sums[1], sums[2] - sums[0]]
    if len(sums) == 3:
        return np.stack(low)
    return np.stack([*low, sums[3] - 3.0 * sums[1], sums[4] - 6.0 * sums[2] + 3.0 * sums[0]])


def _dot(a: FloatArray, b: FloatArray) -> FloatArray:
    """Sums over the last axis of products."""
    return np.asarray(np.einsum("kq,kq->k", a, np.broadcast_to(b, a.shape)))


def _averages(weights: FloatArray, values: FloatArray) -> FloatArray:
    """Sums over the last axis of weights (n, k, q) times values (m, k, q), shape (n, m, k)."""
    return np.stack([(weights * one).sum(axis=-1) for one in values], axis=1)


def _curved(log_weight: LogWeight) -> FloatArray:
    """Second derivatives of w over w, (m, m, ...)."""
    first = log_weight.first
    return np.asarray(log_weight.second + first[:, None] * first[None])
