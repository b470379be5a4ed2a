"""The likelihood of a selection model, with exact first and second derivatives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.measures.estimates import FloatArray
from ketameta.sensitivity.bias.selection.normalisers import Expectations, Quadrature, Steps
from ketameta.sensitivity.bias.selection.weight_functions import PValues

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

    def value(self, mu: float, tau2: float, delta: FloatArray) -> float:
        """Log-likelihood alone: where to start from."""
        s2 = self.v + tau2
        r = self.y - mu
        s, se = np.sqrt(s2), np.sqrt(self.v)
        own = self._own_weights(delta)[0]
        expected = float(self.normaliser.log_mean_weight(mu, s, se, delta).sum())
        return own - 0.5 * float((LOG_2PI + np.log(s2) + r * r / s2).sum()) - expected

    def at(self, mu: float, tau2: float, delta: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """Value, gradient and Hessian in (mu, tau2, delta); delta with all its entries."""
        s2 = self.v + tau2
        s, se = np.sqrt(s2), np.sqrt(self.v)
        expected, log_top = self.normaliser.expectations(mu, s, se, delta)
        own, own_first, own_second = self._own_weights(delta)
        w, z = 1.0 / s2, (self.y - mu) / s2
        zz = (self.y - mu) * z
        value = own - 0.5 * float((LOG_2PI + np.log(s2) + zz).sum())
        value -= float((log_top + np.log(expected.w[0])).sum())
        gradient, hessian = _normaliser_derivatives(expected, s)
        gradient[0] += z.sum()
        gradient[1] += 0.5 * (z @ z - w.sum())
        hessian[0, 0] -= w.sum()
        across = z @ w
        hessian[0, 1] -= across
        hessian[1, 0] -= across
        hessian[1, 1] += 0.5 * (w @ w) - (zz * w) @ w
        gradient[2:] += own_first
        hessian[2:, 2:] += own_second
        return value, gradient, hessian

    def _own_weights(self, delta: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """Sum of the log weights of the studies' own p values, and its derivatives in delta."""
        if isinstance(self.normaliser, Quadrature):
            assert self.observed is not None
            own = self.normaliser.weights.function(
                self.observed, delta, self.normaliser.scale[:, 0]
            )
            return float(own.value.sum()), own.first.sum(axis=-1), own.second.sum(axis=-1)
        assert self.interval is not None
        count = np.bincount(self.interval, minlength=delta.size)
        held = count > 0
        # An interval without studies has no say, also where its weight is 0.
        slope = np.divide(count, delta, out=np.zeros(delta.size), where=held)
        curve = np.divide(slope, delta, out=np.zeros(delta.size), where=held)
        with np.errstate(divide="ignore"):
            return float(count[held] @ np.log(delta[held])), slope, -np.diag(curve)


def _normaliser_derivatives(expected: Expectations, s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Gradient (p,) and Hessian (p, p) of - sum log E w."""
    inverse, one = 1.0 / s, 1.0 / expected.w[0]
    w = expected.w[1:] * one
    by_delta = expected.first * one
    half = 0.5 * inverse * inverse
    first = np.concatenate([w[:1] * inverse, w[1:2] * half, by_delta[0]])
    hessian = first @ first.T
    hessian[0, 0] -= 2.0 * (w[1] @ half)
    across = (w[2] * half) @ inverse
    hessian[0, 1] -= across
    hessian[1, 0] -= across
    hessian[1, 1] -= (w[3] * half) @ half
    with_mu, with_tau2 = by_delta[1] @ inverse, by_delta[2] @ half
    hessian[0, 2:] -= with_mu
    hessian[2:, 0] -= with_mu
    hessian[1, 2:] -= with_tau2
    hessian[2:, 1] -= with_tau2
    if expected.second is not None:
        hessian[2:, 2:] -= (expected.second * one).sum(axis=-1)
    return -first.sum(axis=-1), hessian
