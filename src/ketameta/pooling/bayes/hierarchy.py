"""The normal-normal hierarchical model with tau held fixed, where everything is closed form."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ketameta.errors import UsageError
from ketameta.measures.estimates import FloatArray

LOG_2_PI = math.log(2.0 * math.pi)
CELLS_AT_ONCE = 2_000_000


@dataclass(frozen=True, slots=True)
class NormalPrior:
    """Normal prior for the mean effect, on the analysis scale.

    Attributes
    ----------
    mean, sd
        For a log odds ratio N(0, 2.82^2) carries as much information as one person per arm
        would; sd 4 says nearly nothing.
    """

    mean: float = 0.0
    sd: float = 1.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.mean) and math.isfinite(self.sd) and self.sd > 0.0):
            raise UsageError(
                f"prior of the mean: normal with mean {self.mean:g} and sd {self.sd:g} does not "
                "exist. Give a finite mean and an sd above 0, or leave it out for a flat prior."
            )

    @property
    def label(self) -> str:
        """In words for readers."""
        return f"normal({self.mean:g}, {self.sd:g})"


class Conditional(NamedTuple):
    """Given tau, shape (j,): log marginal likelihood, mean and sd of the mean effect."""

    log_likelihood: FloatArray
    mean: FloatArray
    sd: FloatArray


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """y_i ~ N(theta_i, v_i), theta_i ~ N(mu, tau^2), mu flat or normal.

    Effects are kept as differences from `origin` (the most precise estimate), so that a large
    common shift costs no precision.

    Attributes
    ----------
    y, v
        Differences from the origin and sampling variances, shape (k,).
    mean_prior
        None for the flat (improper) prior on mu.
    """

    origin: float
    y: FloatArray
    v: FloatArray
    mean_prior: NormalPrior | None = None

    @classmethod
    def build(cls, y: FloatArray, v: FloatArray, mean_prior: NormalPrior | None) -> Hierarchy:
        """From estimates on their own scale."""
        origin = float(y[np.argmin(v)])
        return cls(origin, y - origin, np.asarray(v), mean_prior)

    @property
    def k(self) -> int:
        """Number of studies."""
        return int(self.y.size)

    @property
    def tail(self) -> float:
        """Exponent r of the likelihood's right tail, L(tau) ~ tau^-r."""
        return float(self.k - (self.mean_prior is None))

    def given(self, tau: FloatArray) -> Conditional:
        """Likelihood of tau and the distribution of mu given tau; tau of shape (j,)."""
        parts = [self._given(part) for part in self._chunks(tau)]
        return Conditional(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))

    def at_mean(self, tau: FloatArray, mean: float) -> FloatArray:
        """log p(y | mu = mean, tau), mean on the caller's scale; tau of shape (j,)."""
        offset = mean - self.origin
        return np.concatenate([self._at_mean(part, offset) for part in self._chunks(tau)])

    def slope(self, tau: FloatArray) -> FloatArray:
        """d log L / d tau^2, shape (j,)."""
        return np.concatenate([self._slope(part) for part in self._chunks(tau)])

    def _chunks(self, tau: FloatArray) -> list[FloatArray]:
        rows = max(1, CELLS_AT_ONCE // max(self.k, 1))
        return [tau[i : i + rows] for i in range(0, max(tau.size, 1), rows)]

    def _means(self, w: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Mean of mu given tau as a difference from the origin, and its precision."""
        total, score = w.sum(axis=1), w @ self.y
        if self.mean_prior is not None:
            precision = self.mean_prior.sd**-2.0
            total = total + precision
            score = score + precision * self._prior_offset(self.mean_prior)
        return score / total, total

    def _prior_offset(self, prior: NormalPrior) -> float:
        return prior.mean - self.origin

    def _given(self, tau: FloatArray) -> Conditional:
        spread = self.v + (tau * tau)[:, None]
        w = 1.0 / spread
        mean, total = self._means(w)
        q = np.sum(w * (self.y - mean[:, None]) ** 2, axis=1)
        constant = -0.5 * self.k * LOG_2_PI
        if self.mean_prior is None:
            scale = LOG_2_PI - np.log(total)
        else:
            sd = self.mean_prior.sd
            scale = -2.0 * math.log(sd) - np.log(total)
            q = q + ((mean - self._prior_offset(self.mean_prior)) / sd) ** 2
        log_likelihood = constant - 0.5 * (np.log(spread).sum(axis=1) + q - scale)
        return Conditional(log_likelihood, mean, 1.0 / np.sqrt(total))

    def _at_mean(self, tau: FloatArray, offset: float) -> FloatArray:
        spread = self.v + (tau * tau)[:, None]
        terms = np.log(spread) + (self.y - offset) ** 2 / spread
        return np.asarray(-0.5 * (self.k * LOG_2_PI + terms.sum(axis=1)))

    def _slope(self, tau: FloatArray) -> FloatArray:
        w = 1.0 / (self.v + (tau * tau)[:, None])
        mean, total = self._means(w)
        residual = w * (self.y - mean[:, None])
        terms = w * (w / total[:, None] - 1.0) + residual * residual
        return np.asarray(0.5 * terms.sum(axis=1))

    def smallest_tau(self) -> float:
        """A tau so small that below it neither the likelihood nor anything given tau changes."""
        w = 1.0 / self.v
        mean, total = self._means(w[None, :])
        pull = w * np.abs(self.y - mean[0])
        steepest = np.sum(w) + np.sum(pull * pull) + np.max(pull) * math.sqrt(total[0])
        return math.sqrt(1e-17 / float(steepest))
