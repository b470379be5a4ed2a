"""Log-likelihood of one arm (or table) of every study, with its first two derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from scipy.special import expit, gammaln, logit, xlog1py, xlogy

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
        # In differences from the study's own log odds, and from the rarer of event and no event:
        # n log(1 + e^eta) itself would lose what tells studies apart once n is in the millions.
        n = self.n[:, None]
        rarer = np.minimum(self.events, self.n - self.events)[:, None]
        turned = np.where(2.0 * self.events > self.n, -1.0, 1.0)[:, None]
        edge, share = rarer == 0.0, rarer / n
        own = logit(np.where(edge, 0.5, share))
        away = np.clip(turned * eta - own, -HIGHEST, HIGHEST)
        rise = share * np.expm1(away)
        lost = np.where(edge, np.logaddexp(0.0, away), np.log1p(rise) - share * away)
        excess = np.where(edge, expit(away), (1.0 - share) * rise / (1.0 + rise))
        value = self.saturated()[:, None] - n * lost
        return Derivatives(value, -turned * n * excess, -n * expit(eta) * expit(-eta))

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
        # In differences from the study's own log rate, as for binomial counts.
        x = self.events[:, None]
        some = x > 0.0
        own = np.log(np.where(some, x, 1.0)) - np.log(self.time)[:, None]
        away = np.minimum(eta - own, HIGHEST)
        more = np.where(some, x * np.expm1(away), np.exp(away))
        value = self.saturated()[:, None] - (more - x * away)
        return Derivatives(value, -more, -(x + more))

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
