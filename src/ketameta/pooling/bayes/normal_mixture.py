"""Finite mixtures of normals with common weights: quantiles, densities, shortest intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.roots import bracketed_roots

ROOT_2_PI = math.sqrt(2.0 * math.pi)
NEWTON_STEPS = 8
SETTLED = 1e-14


@dataclass(frozen=True, slots=True)
class NormalMixtures:
    """Several mixtures, each of the same weights over its own normals.

    Attributes
    ----------
    weight
        Shape (j,), sum 1.
    mean, sd
        Shape (b, j); sd > 0.
    """

    weight: FloatArray
    mean: FloatArray
    sd: FloatArray

    def cdf(self, x: FloatArray) -> FloatArray:
        """P(X <= x); x of shape (b, n)."""
        return np.asarray(ndtr(self._z(x)) @ self.weight)

    def survival(self, x: FloatArray) -> FloatArray:
        """P(X > x), without cancellation; x of shape (b, n)."""
        return np.asarray(ndtr(-self._z(x)) @ self.weight)

    def density(self, x: FloatArray) -> FloatArray:
        """Density; x of shape (b, n)."""
        return np.asarray((self._phi(self._z(x)) / self.sd[:, None, :]) @ self.weight)

    def density_slope(self, x: FloatArray) -> FloatArray:
        """Derivative of the density; x of shape (b, n)."""
        z = self._z(x)
        return np.asarray((-z * self._phi(z) / self.sd[:, None, :] ** 2) @ self.weight)

    def quantiles(self, p: FloatArray) -> FloatArray:
        """x with P(X <= x) = p, for p of shape (b, n) strictly between 0 and 1."""
        each = self.mean[:, None, :] + self.sd[:, None, :] * ndtri(p)[:, :, None]
        # A little wider than the outermost quantiles, where rounding could hide the sign.
        margin = 1e-8 * self._narrowest()
        low, high = each.min(axis=2) - margin, each.max(axis=2) + margin
        guess = _weighted_medians(each, self.weight)
        return self._solve(p, guess, low, high)

    def _solve(
        self, p: FloatArray, guess: FloatArray, low: FloatArray, high: FloatArray
    ) -> FloatArray:
        """Newton's method from a guess; where it does not settle, a bracketed search."""
        x = guess
        for _ in range(NEWTON_STEPS):
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                step = self._excess(x, p) / self.density(x)
            moved = np.clip(np.where(np.isfinite(step), x - step, x), low, high)
            change, x = np.abs(moved - x), moved
            if np.all(change <= SETTLED * (np.abs(x) + self._narrowest())):
                return x
        # In t, where x = guess + unit * sinh(t), even a bracket of a hundred orders of magnitude
        # is short.
        unit = self._narrowest()

        def at(t: FloatArray) -> FloatArray:
            return np.asarray(guess + unit * np.sinh(t))

        ends = np.arcsinh((low - guess) / unit), np.arcsinh((high - guess) / unit)
        roots = bracketed_roots(lambda t: self._excess(at(t), p), *ends, absolute=SETTLED)
        return at(roots)

    def _excess(self, x: FloatArray, p: FloatArray) -> FloatArray:
        """P(X <= x) - p, from the smaller tail."""
        z = self._z(x)
        upper = p > 0.5
        sign = np.where(upper, -1.0, 1.0)
        tail = ndtr(sign[:, :, None] * z) @ self.weight
        return np.asarray(sign * (tail - np.where(upper, 1.0 - p, p)))

    def _narrowest(self) -> FloatArray:
        return np.asarray(self.sd.min(axis=1, keepdims=True))

    def _z(self, x: FloatArray) -> FloatArray:
        return np.asarray((x[:, :, None] - self.mean[:, None, :]) / self.sd[:, None, :])

    @staticmethod
    def _phi(z: FloatArray) -> FloatArray:
        return np.asarray(np.exp(-0.5 * z * z) / ROOT_2_PI)


def _weighted_medians(values: FloatArray, weight: FloatArray) -> FloatArray:
    """Along the last axis."""
    order = np.argsort(values, axis=-1)
    share = np.cumsum(weight[order], axis=-1)
    at = np.argmax(share >= 0.5 * share[..., -1:], axis=-1)
    middle = np.take_along_axis(order, at[..., None], axis=-1)
    return np.asarray(np.take_along_axis(values, middle, axis=-1)[..., 0])
