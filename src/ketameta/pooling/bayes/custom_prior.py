"""A prior of tau given by its density."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ketameta.errors import UsageError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.bayes.priors import LIGHT, above_zero


@dataclass(frozen=True, slots=True)
class CustomPrior:
    """A density of one's own, proper (integral 1) unless said otherwise.

    Attributes
    ----------
    log_density_function
        log p(tau) for an array of tau > 0; -inf where the density is 0.
    scale
        A typical value of tau, where the search for the mass begins.
    """

    log_density_function: Callable[[FloatArray], FloatArray]
    scale: float = 1.0
    upper: float = math.inf
    proper: bool = True
    label: str = "custom prior"

    def __post_init__(self) -> None:
        above_zero("custom", scale=self.scale, upper=self.upper)

    @property
    def landmarks(self) -> tuple[float, ...]:
        return (self.scale, self.upper) if math.isfinite(self.upper) else (self.scale,)

    @property
    def tail(self) -> float:
        if math.isfinite(self.upper):
            return LIGHT
        far = self.scale * np.array([1e30, 1e32])
        ends = self.log_density(far)
        if not np.all(np.isfinite(ends)):
            return LIGHT
        # Rounded, so that rounding error does not decide whether a moment exists.
        return round(float(-(ends[1] - ends[0]) / math.log(1e2) - 1.0), 6)

    def log_density(self, tau: FloatArray) -> FloatArray:
        with np.errstate(all="ignore"):
            values = np.asarray(self.log_density_function(tau), dtype=np.float64)
        values = np.broadcast_to(values, np.shape(tau))
        if np.any(np.isnan(values)) or np.any(values == np.inf):
            raise UsageError(
                "custom prior: its log-density is not a number somewhere above 0. "
                "Return -inf where the density is 0."
            )
        return np.where(tau <= self.upper, values, -np.inf)

    def slope(self, tau: FloatArray) -> FloatArray:
        low, high = tau * (1.0 - 1e-5), np.minimum(tau * (1.0 + 1e-5), self.upper)
        return np.asarray((self.log_density(high) - self.log_density(low)) / (high - low))

    def cdf(self, tau: FloatArray) -> None:
        return None

    def quantile(self, p: FloatArray) -> None:
        return None
