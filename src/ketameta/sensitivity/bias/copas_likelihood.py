"""The likelihood of the Copas selection model at given chances of publication."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr

from ketameta.measures.estimates import FloatArray

# Of steps in mu (in standard errors), log tau2 and atanh rho, for derivatives by differences.
STEP = 1e-4
LOG_2PI = float(np.log(2.0 * np.pi))


@dataclass(frozen=True, slots=True)
class CopasLikelihood:
    """log L of (mu, beta, log tau2, atanh rho), for published studies.

    Attributes
    ----------
    y, se
        Effects and standard errors, (k,); a standard error is that of a published study.
    u
        Probit of each study's chance of publication, gamma0 + gamma1 / se.
    unit
        Divisor of mu for derivatives: a typical standard error.
    """

    y: FloatArray
    se: FloatArray
    u: FloatArray
    unit: float

    def value(self, mean: FloatArray | float, tau2: float, rho: float) -> float:
        """Log-likelihood at a mean (a number, or one per study), tau2 and rho."""
        return float(self.terms(self.y, mean, tau2, rho).sum())

    def terms(self, y: FloatArray, mean: FloatArray | float, tau2: float, rho: float) -> FloatArray:
        """Log density of each effect y, given that the study is published."""
        ratio = np.exp(-0.5 * self.u**2 - 0.5 * LOG_2PI - log_ndtr(self.u))
        shrink = ratio * (self.u + ratio)
        sigma2 = self.se**2 / (1.0 - shrink * rho * rho)
        total = tau2 + sigma2
        along = rho * np.sqrt(sigma2 / total)
        e = (y - mean) / np.sqrt(total)
        v = (self.u + along * e) / np.sqrt(1.0 - along**2)
        plain = -0.5 * (LOG_2PI + np.log(total) + e * e)
        return np.asarray(plain + log_ndtr(v) - log_ndtr(self.u))


@dataclass(frozen=True, slots=True)
class CopasObjective:
    """The likelihood as a function of the free parameters, with derivatives by differences.

    Attributes
    ----------
    likelihood
        At fixed chances of publication.
    slope
        Whether the mean has a slope in the standard error (the test of remaining asymmetry).
    between
        Whether tau2 is free; otherwise it is 0.
    correlated
        Whether rho is free; otherwise it is 0.
    """

    likelihood: CopasLikelihood
    slope: bool
    between: bool
    correlated: bool

    @property
    def size(self) -> int:
        """Number of free parameters."""
        return 1 + self.slope + self.between + self.correlated

    def natural(self, x: FloatArray) -> tuple[FloatArray | float, float, float]:
        """Mean (per study with a slope), tau2 and rho."""
        rest = x.tolist()
        mean: FloatArray | float = rest.pop(0) * self.likelihood.unit
        if self.slope:
            mean = mean + rest.pop(0) * self.likelihood.se
        tau2 = float(np.exp(rest.pop(0))) if self.between else 0.0
        return mean, tau2, float(np.tanh(rest.pop(0))) if self.correlated else 0.0

    def value(self, x: FloatArray) -> float:
        """Log-likelihood."""
        return self.likelihood.value(*self.natural(x))

    @np.errstate(all="ignore")  # steps into nowhere give nan and are not taken
    def __call__(self, x: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """Value, gradient and Hessian, by central differences."""
        steps = np.eye(self.size) * STEP
        middle = self.value(x)
        up = np.array([self.value(x + step) for step in steps])
        down = np.array([self.value(x - step) for step in steps])
        gradient = (up - down) / (2.0 * STEP)
        hessian = np.diag((up - 2.0 * middle + down) / STEP**2)
        for i in range(self.size):
            for j in range(i):
                corner = (
                    self.value(x + steps[i] + steps[j])
                    - self.value(x + steps[i] - steps[j])
                    - self.value(x - steps[i] + steps[j])
                    + self.value(x - steps[i] - steps[j])
                )
                hessian[i, j] = hessian[j, i] = corner / (4.0 * STEP**2)
        return middle, gradient, hessian
