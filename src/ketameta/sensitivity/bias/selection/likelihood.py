"""The likelihood of a selection model, with exact first and second derivatives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.measures.estimates import FloatArray
from ketameta.sensitivity.bias.selection.normalisers import Expectations, Quadrature, Steps
from ketameta.sensitivity.bias.selection.weight_functions import LogWeight, PValues

LOG_2PI = float(np.log(2.0 * np.pi))


@dataclass(frozen=True, slots=True)
class SelectionLikelihood:
    """log L = sum [log w(p_i) + log phi(y_i; mu, v_i + tau2) - log E_i w].

    Attributes
    ----------
    y, v
        Effects turned so that large ones have small p values, and variances, (k,).
    normaliser
        What computes E w.
    observed
        p values of the studies, for smooth weight functions; None for steps.
    interval
        In which interval each study's p value lies, for step functions; None for the others.
    """

    y: FloatArray
    v: FloatArray
    normaliser: Steps | Quadrature
    observed: PValues | None
    interval: np.ndarray | None

    def at(self, mu: float, tau2: float, delta: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """Value, gradient and Hessian in (mu, tau2, delta); delta with all its entries."""
        s2 = self.v + tau2
        s, se, size = np.sqrt(s2), np.sqrt(self.v), 2 + delta.size
        expected, log_top = self._expectations(mu, s, se, delta)
        own = self._own_weights(delta)
        r = self.y - mu
        value = float(np.sum(own.value - 0.5 * (LOG_2PI + np.log(s2) + r * r / s2)))
        value -= float(np.sum(log_top + np.log(expected.w[0])))
        gradient, hessian = np.zeros(size), np.zeros((size, size))
        gradient[0] = np.sum(r / s2)
        gradient[1] = np.sum(0.5 * (r * r / s2 - 1.0) / s2)
        hessian[0, 0] = -np.sum(1.0 / s2)
        hessian[0, 1] = hessian[1, 0] = -np.sum(r / s2**2)
        hessian[1, 1] = np.sum((0.5 - r * r / s2) / s2**2)
        gradient[2:] = own.first.sum(axis=-1)
        hessian[2:, 2:] = own.second.sum(axis=-1)
        first, second = _normaliser_derivatives(expected, s)
        gradient -= first.sum(axis=-1)
        hessian -= second.sum(axis=-1) - first @ first.T
        return value, gradient, hessian

    def _expectations(
        self, mu: float, s: FloatArray, se: FloatArray, delta: FloatArray
    ) -> tuple[Expectations, FloatArray]:
        if isinstance(self.normaliser, Steps):
            return self.normaliser.expectations(mu, s, se, delta), np.zeros(1)
        return self.normaliser.expectations(mu, s, se, delta)

    def _own_weights(self, delta: FloatArray) -> LogWeight:
        if isinstance(self.normaliser, Quadrature):
            assert self.observed is not None
            return self.normaliser.weights.function(
                self.observed, delta, self.normaliser.scale[:, 0]
            )
        assert self.interval is not None
        inside = np.arange(delta.size)[:, None] == self.interval
        own = delta[self.interval]
        first = inside / own
        second = -np.einsum("jk,lk->jlk", first, first)
        with np.errstate(divide="ignore"):
            return LogWeight(np.log(own), first, second)


def _normaliser_derivatives(expected: Expectations, s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """First derivatives of E w over E w, (p, k), and second ones, (p, p, k)."""
    w = expected.w / expected.w[0]
    by_delta = expected.first / expected.w[0]
    size = 2 + by_delta.shape[1]
    first = np.concatenate([w[1:2] / s, w[2:3] / (2.0 * s**2), by_delta[0]])
    second = np.empty((size, size, s.size))
    second[0, 0] = w[2] / s**2
    second[0, 1] = second[1, 0] = w[3] / (2.0 * s**3)
    second[1, 1] = w[4] / (4.0 * s**4)
    second[0, 2:] = second[2:, 0] = by_delta[1] / s
    second[1, 2:] = second[2:, 1] = by_delta[2] / (2.0 * s**2)
    second[2:, 2:] = expected.second / expected.w[0]
    return first, second
