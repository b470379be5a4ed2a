"""Log-likelihood of one arm (or table) of every study, with its first two derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from scipy.special import expit, gammaln, xlog1py, xlogy

from ketameta.measures.estimates import FloatArray

# Keeps exp() finite while a line search looks too far; no estimate comes near.
HIGHEST = 500.0


class Derivatives(NamedTuple):
    """Log-likelihood and its derivatives in the linear predictor, each of its shape (k, n)."""

    value: FloatArray
    first: FloatArray
    second: FloatArray


class Cells(Protocol):
    """One arm or table per study; the log-likelihood is concave in the linear predictor."""

    def __call__(self, eta: FloatArray) -> Derivatives:
        """At linear predictors of shape (k, n)."""
        ...

    def saturated(self) -> FloatArray:
        """The highest possible log-likelihood of each study, shape (k,)."""
        ...


@dataclass(frozen=True, slots=True)
class BinomialCells:
    """Events out of n people; the linear predictor is the log odds. Arrays of shape (k,)."""

    events: FloatArray
    n: FloatArray

    def __call__(self, eta: FloatArray) -> Derivatives:
        x, n = self.events[:, None], self.n[:, None]
        p = expit(eta)
        value = self._constant()[:, None] + x * eta - n * np.logaddexp(0.0, eta)
        return Derivatives(value, x - n * p, -n * p * expit(-eta))

    def saturated(self) -> FloatArray:
        share = self.events / self.n
        free = xlogy(self.events, share) + xlog1py(self.n - self.events, -share)
        return np.asarray(self._constant() + free)

    def _constant(self) -> FloatArray:
        x, n = self.events, self.n
        return np.asarray(gammaln(n + 1.0) - gammaln(x + 1.0) - gammaln(n - x + 1.0))


@dataclass(frozen=True, slots=True)
class PoissonCells:
    """Events during some person-time; the linear predictor is the log rate. Shape (k,)."""

    events: FloatArray
    time: FloatArray

    def __call__(self, eta: FloatArray) -> Derivatives:
        x = self.events[:, None]
        log_mean = np.minimum(eta + np.log(self.time)[:, None], HIGHEST)
        mean = np.exp(log_mean)
        value = x * log_mean - mean - gammaln(x + 1.0)
        return Derivatives(value, x - mean, -mean)

    def saturated(self) -> FloatArray:
        return np.asarray(
            xlogy(self.events, self.events) - self.events - gammaln(self.events + 1.0)
        )


@dataclass(frozen=True, slots=True)
class Shifted:
    """Cells whose linear predictor has a known part, shape (k,), added to it."""

    cells: Cells
    offset: FloatArray

    def __call__(self, eta: FloatArray) -> Derivatives:
        return self.cells(eta + self.offset[:, None])

    def saturated(self) -> FloatArray:
        return self.cells.saturated()
