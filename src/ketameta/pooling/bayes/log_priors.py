"""Priors of tau2 on the log scale, in the parameters in which they are published."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, ndtr, ndtri, stdtr, stdtrit

from ketameta.errors import UsageError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.bayes.priors import LIGHT, above_zero

# P(tau > t) falls only like a power of log(t): slower than any power of t, but just fast enough
# for moments that a tail of exactly 0 would leave infinite.
BARELY_ABOVE_ZERO = 1e-9
# Stands for tau = 0, whose logarithm does not exist.
SMALLEST = 1e-300


@dataclass(frozen=True, slots=True)
class LogNormalTau2:
    """tau2 log-normal: log(tau2) ~ N(location, scale^2), as Turner and colleagues print it.

    For tau itself, location and scale are halved.

    References
    ----------
    Turner RM et al. Stat Med 2015;34:984-998. doi:10.1002/sim.6381.
    """

    location: float
    scale: float
    name: str = ""
    proper = True
    tail = LIGHT
    upper = math.inf

    def __post_init__(self) -> None:
        above_zero("lognormal", scale=self.scale)
        _finite("lognormal", self.location)

    @property
    def label(self) -> str:
        text = f"log-normal on tau2 ({self.location:g}, {self.scale:g})"
        return f"{self.name}: {text}" if self.name else text

    @property
    def landmarks(self) -> tuple[float, ...]:
        return _log_landmarks(self.location, self.scale)

    def _z(self, tau: FloatArray) -> FloatArray:
        return _standardised(tau, self.location, self.scale)

    def log_density(self, tau: FloatArray) -> FloatArray:
        constant = math.log(2.0 / self.scale) - 0.5 * math.log(2.0 * math.pi)
        return np.asarray(constant - _log(tau) - 0.5 * self._z(tau) ** 2)

    def slope(self, tau: FloatArray) -> FloatArray:
        return np.asarray(-(1.0 + 2.0 * self._z(tau) / self.scale) / tau)

    def cdf(self, tau: FloatArray) -> FloatArray:
        return np.asarray(ndtr(self._z(tau)))

    def quantile(self, p: FloatArray) -> FloatArray:
        return np.asarray(np.exp(0.5 * (self.location + self.scale * ndtri(p))))


@dataclass(frozen=True, slots=True)
class LogTTau2:
    """tau2 log-t: (log(tau2) - location) / scale ~ t(df), as Rhodes and colleagues print it.

    References
    ----------
    Rhodes KM, Turner RM, Higgins JPT. J Clin Epidemiol 2015;68:52-60.
    doi:10.1016/j.jclinepi.2014.08.012.
    """

    location: float
    scale: float
    df: float = 5.0
    name: str = ""
    proper = True
    tail = BARELY_ABOVE_ZERO
    upper = math.inf

    def __post_init__(self) -> None:
        above_zero("log-t", scale=self.scale, df=self.df)
        _finite("log-t", self.location)

    @property
    def label(self) -> str:
        text = f"log-t({self.df:g}) on tau2 ({self.location:g}, {self.scale:g})"
        return f"{self.name}: {text}" if self.name else text

    @property
    def landmarks(self) -> tuple[float, ...]:
        return _log_landmarks(self.location, self.scale)

    def _z(self, tau: FloatArray) -> FloatArray:
        return _standardised(tau, self.location, self.scale)

    def log_density(self, tau: FloatArray) -> FloatArray:
        half = 0.5 * self.df
        constant = float(gammaln(half + 0.5) - gammaln(half)) - 0.5 * math.log(math.pi * self.df)
        kernel = -(half + 0.5) * np.log1p(self._z(tau) ** 2 / self.df)
        return np.asarray(math.log(2.0 / self.scale) + constant + kernel - _log(tau))

    def slope(self, tau: FloatArray) -> FloatArray:
        z = self._z(tau)
        return np.asarray(-(1.0 + 2.0 * (self.df + 1.0) * z / (self.df + z * z) / self.scale) / tau)

    def cdf(self, tau: FloatArray) -> FloatArray:
        return np.asarray(stdtr(self.df, self._z(tau)))

    def quantile(self, p: FloatArray) -> FloatArray:
        return np.asarray(np.exp(0.5 * (self.location + self.scale * stdtrit(self.df, p))))


def _finite(prior: str, location: float) -> None:
    if not math.isfinite(location):
        raise UsageError(f"prior {prior}: the location must be a number, not {location:g}.")


def _log_landmarks(location: float, scale: float) -> tuple[float, ...]:
    exponents = np.clip(0.5 * (location + scale * np.array([-2.0, 0.0, 2.0])), -300.0, 300.0)
    return tuple(float(value) for value in np.exp(exponents))


def _standardised(tau: FloatArray, location: float, scale: float) -> FloatArray:
    return np.asarray((2.0 * _log(tau) - location) / scale)


def _log(tau: FloatArray) -> FloatArray:
    return np.asarray(np.log(np.maximum(tau, SMALLEST)))
