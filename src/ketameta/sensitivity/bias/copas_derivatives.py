"""Gradient and Hessian of the Copas likelihood, for many suppositions and starts at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from ketameta.measures.estimates import FloatArray
from ketameta.sensitivity.bias.copas_likelihood import LOG_2PI, CopasLikelihood

# Coordinates: mean in units, slope in the standard error, log tau2 (-inf for 0), atanh rho.
MEAN, SLOPE, LOG_TAU2, ATANH_RHO = range(4)


class _Jet(NamedTuple):
    """A function of log tau2 (t) and atanh rho (r), and its derivatives; (n, k) each."""

    value: FloatArray
    t: FloatArray
    r: FloatArray
    tt: FloatArray
    tr: FloatArray
    rr: FloatArray


class _Term(NamedTuple):
    """Derivatives of a study's term by its mean (m), log T (g) and alpha (a); (n, k) each."""

    value: FloatArray
    m: FloatArray
    g: FloatArray
    a: FloatArray
    mm: FloatArray
    mg: FloatArray
    ma: FloatArray
    gg: FloatArray
    ga: FloatArray
    aa: FloatArray


@dataclass(frozen=True, slots=True)
class CopasObjective:
    """The likelihood as a function of four coordinates, for n members at once.

    With T = tau2 + sigma2, e = (y - mean) / sqrt(T) and tanh(alpha) = rho sqrt(sigma2 / T), the
    term of a study is -(log T + e^2) / 2 + log Phi(u cosh(alpha) + e sinh(alpha)) and a constant:
    its derivatives by the mean, log T and alpha are short, and so are those of log T and alpha.

    Attributes
    ----------
    likelihood
        With u of shape (n, k).
    shrink
        That of the likelihood, (n, k).
    unit
        Divisor of the mean: a typical standard error.
    """

    likelihood: CopasLikelihood
    shrink: FloatArray
    unit: float

    @classmethod
    def of(cls, likelihood: CopasLikelihood) -> CopasObjective:
        """In units of the median standard error."""
        return cls(likelihood, likelihood.shrink(), float(np.median(likelihood.se)))

    def take(self, members: NDArray[np.intp] | NDArray[np.bool_]) -> CopasObjective:
        """Only these members, in this order, repeated as often as they are named."""
        given = self.likelihood
        part = CopasLikelihood(given.y, given.se, given.u[members])
        return CopasObjective(part, self.shrink[members], self.unit)

    @np.errstate(all="ignore")  # steps into nowhere give nan and are not taken
    def __call__(self, x: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Value (n,), gradient (n, 4) and Hessian (n, 4, 4) at x, (n, 4)."""
        g, a = self._spread(x[:, [LOG_TAU2]], np.tanh(x[:, [ATANH_RHO]]))
        f = self._terms(x, g.value, a.value)
        gradient, hessian = np.empty((len(x), 4)), np.empty((len(x), 4, 4))
        inner: tuple[FloatArray, ...] = (np.asarray(self.unit), self.likelihood.se)
        outer = ((LOG_TAU2, g.t, a.t), (ATANH_RHO, g.r, a.r))
        seconds = ((g.tt, a.tt), (g.tr, a.tr), (g.rr, a.rr))
        for i, one in enumerate(inner):
            gradient[:, i] = (f.m * one).sum(axis=1)
            for j, other in enumerate(inner):
                hessian[:, i, j] = (f.mm * one * other).sum(axis=1)
            for j, dg, da in outer:
                crossed = ((f.mg * dg + f.ma * da) * one).sum(axis=1)
                hessian[:, i, j] = hessian[:, j, i] = crossed
        for i, dg, da in outer:
            gradient[:, i] = (f.g * dg + f.a * da).sum(axis=1)
            for j, dg2, da2 in outer:
                both = seconds[i + j - 2 * LOG_TAU2]
                bent = f.gg * dg * dg2 + f.ga * (dg * da2 + dg2 * da) + f.aa * da * da2
                hessian[:, i, j] = (bent + f.g * both[0] + f.a * both[1]).sum(axis=1)
        return f.value.sum(axis=1), gradient, hessian

    def _terms(self, x: FloatArray, log_total: FloatArray, alpha: FloatArray) -> _Term:
        given = self.likelihood
        scale = np.exp(-0.5 * log_total)
        e = (given.y - self.unit * x[:, [MEAN]] - x[:, [SLOPE]] * given.se) * scale
        sinh, cosh = np.sinh(alpha), np.cosh(alpha)
        z, turn = given.u * cosh + e * sinh, given.u * sinh + e * cosh
        log_cdf = log_ndtr(z)
        hazard = np.exp(-0.5 * z * z - 0.5 * LOG_2PI - log_cdf)
        bend = -hazard * (z + hazard)
        by_e, by_ee = hazard * sinh - e, bend * sinh * sinh - 1.0
        by_ea = hazard * cosh + bend * sinh * turn
        along = 0.5 * (by_e + e * by_ee)
        return _Term(
            value=-0.5 * (LOG_2PI + log_total + e * e) + log_cdf - log_ndtr(given.u),
            m=-scale * by_e,
            g=-0.5 - 0.5 * e * by_e,
            a=hazard * turn,
            mm=scale * scale * by_ee,
            mg=scale * along,
            ma=-scale * by_ea,
            gg=0.5 * e * along,
            ga=-0.5 * e * by_ea,
            aa=hazard * z + bend * turn * turn,
        )

    def _spread(self, log_tau2: FloatArray, rho: FloatArray) -> tuple[_Jet, _Jet]:
        """Log T and alpha, from log tau2 and rho, (n, 1) each."""
        c, free = self.shrink, 1.0 - rho * rho
        d = 1.0 - c * rho * rho
        # Log sigma2 and its derivatives by atanh rho.
        log_sigma2 = 2.0 * np.log(self.likelihood.se) - np.log(d)
        q = 2.0 * c * rho * free / d
        q2 = 2.0 * c * free * ((1.0 - 3.0 * rho * rho) * d + 2.0 * c * rho * rho * free) / d**2
        log_total = np.logaddexp(log_tau2, log_sigma2)
        within = np.exp(log_sigma2 - log_total)
        between = np.exp(log_tau2 - log_total)
        mixed = within * between
        g = _Jet(log_total, between, within * q, mixed, -mixed * q, within * q2 + mixed * q * q)
        # tanh(alpha) = rho p with p = sqrt(within), a function of log sigma2 - log tau2 alone.
        p = np.sqrt(within)
        p1 = 0.5 * p * between
        p2 = 0.5 * p1 * (between - 2.0 * within)
        tanh = rho * p
        by_t, by_r = -rho * p1, free * p + rho * p1 * q
        by_tr = -free * p1 - rho * p2 * q
        by_rr = -2.0 * rho * free * p + 2.0 * free * p1 * q + rho * (p2 * q * q + p1 * q2)
        slack = 1.0 - tanh * tanh
        twice = 2.0 * tanh / slack
        a = _Jet(
            np.arctanh(tanh),
            by_t / slack,
            by_r / slack,
            (rho * p2 + twice * by_t * by_t) / slack,
            (by_tr + twice * by_t * by_r) / slack,
            (by_rr + twice * by_r * by_r) / slack,
        )
        return g, a
