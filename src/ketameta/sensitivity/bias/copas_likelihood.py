"""The likelihood of the Copas selection model at given chances of publication."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr

from ketameta.measures.estimates import FloatArray

LOG_2PI = float(np.log(2.0 * np.pi))


@dataclass(frozen=True, slots=True)
class CopasLikelihood:
    """log L of mean, tau2 and rho, for published studies.

    Attributes
    ----------
    y, se
        Effects and standard errors, (k,); a standard error is that of a published study.
    u
        Probit of each study's chance of publication, gamma0 + gamma1 / se; (k,), or (n, k) for n
        suppositions at once.
    """

    y: FloatArray
    se: FloatArray
    u: FloatArray

    def value(self, mean: FloatArray | float, tau2: float, rho: float) -> float:
        """Log-likelihood at a mean (a number, or one per study), tau2 and rho."""
        return float(self.terms(self.y, mean, tau2, rho).sum())

    def terms(self, y: FloatArray, mean: FloatArray | float, tau2: float, rho: float) -> FloatArray:
        """Log density of each effect y, given that the study is published."""
        sigma2 = self.se**2 / (1.0 - self.shrink() * rho * rho)
        total = tau2 + sigma2
        along = rho * np.sqrt(sigma2 / total)
        e = (y - mean) / np.sqrt(total)
        v = (self.u + along * e) / np.sqrt(1.0 - along**2)
        plain = -0.5 * (LOG_2PI + np.log(total) + e * e)
        return np.asarray(plain + log_ndtr(v) - log_ndtr(self.u))

    def shrink(self) -> FloatArray:
        """Share of rho squared by which publication lowers the variance of an error."""
        ratio = np.exp(-0.5 * self.u**2 - 0.5 * LOG_2PI - log_ndtr(self.u))
        return np.asarray(ratio * (self.u + ratio))
