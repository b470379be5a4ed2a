"""The posterior of tau, and with it everything else as a finite mixture of normals."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ketameta.counting import counted
from ketameta.errors import DataError
from ketameta.measures.estimates import FloatArray
from ketameta.pooling.bayes.hierarchy import Conditional, Hierarchy
from ketameta.pooling.bayes.panels import (
    FARTHEST,
    NODES,
    WEIGHTS,
    LogIntegrand,
    Panels,
    integrate,
)
from ketameta.pooling.bayes.priors import TauPrior
from ketameta.pooling.roots import bracketed_roots

# Without a closed-form distribution function the left end is integrated as well; there the
# integrand falls like tau itself, or more slowly for a density that rises towards 0.
FURTHER_LEFT = 120.0


@dataclass(frozen=True, slots=True)
class TauPosterior:
    """p(tau | y) on adjacent panels of log(tau).

    Attributes
    ----------
    tau, weight
        Nodes and posterior weights (sum 1), shape (j,); the first may stand for all tau so small
        that nothing changes below it.
    mean, sd
        Of the mean effect given tau (as a difference from the hierarchy's origin), shape (j,).
    edges, cumulative
        Ends of the panels of log(tau) and the probability below them.
    log_evidence
        log of the integral of prior times likelihood; a marginal likelihood where both priors
        are proper.
    """

    hierarchy: Hierarchy
    prior: TauPrior
    tau: FloatArray
    weight: FloatArray
    mean: FloatArray
    sd: FloatArray
    edges: FloatArray
    cumulative: FloatArray
    log_evidence: float

    @property
    def tail(self) -> float:
        """Exponent r of P(tau > t | y) ~ t^-r; moments of tau exist below r."""
        return self.prior.tail + self.hierarchy.tail

    def expectation(self, values: FloatArray) -> float:
        """Posterior mean of a function of tau given by its values at the nodes."""
        return float(np.sum(self.weight * values))

    def density(self, tau: FloatArray) -> FloatArray:
        """p(tau | y), shape of tau."""
        flat = np.maximum(np.asarray(tau, dtype=np.float64), 1e-300).ravel()
        log_joint = self.prior.log_density(flat) + self.hierarchy.given(flat).log_likelihood
        return np.asarray(np.exp(log_joint - self.log_evidence).reshape(np.shape(tau)))

    def slope(self, tau: FloatArray) -> FloatArray:
        """d log p(tau | y) / d tau, shape (j,)."""
        return self.prior.slope(tau) + 2.0 * tau * self.hierarchy.slope(tau)

    def cdf(self, tau: FloatArray) -> FloatArray:
        """P(tau' <= tau | y), shape of tau."""
        flat = np.asarray(tau, dtype=np.float64).ravel()
        u = np.log(np.maximum(flat, 1e-320))
        panel = np.searchsorted(self.edges, u) - 1
        inside = (panel >= 0) & (panel < self.edges.size - 1)
        out = np.where(panel < 0, self._below_panels(flat), 1.0)
        start = self.edges[panel[inside]]
        out[inside] = self.cumulative[panel[inside]] + self._between(start, u[inside])
        return np.asarray(np.clip(out, 0.0, 1.0).reshape(np.shape(tau)))

    def quantile(self, p: FloatArray) -> FloatArray:
        """The tau below which the posterior has probability p; p of shape (n,) in [0, 1)."""
        p = np.asarray(p, dtype=np.float64)
        panel = np.clip(np.searchsorted(self.cumulative, p) - 1, 0, self.edges.size - 2)
        low, high = self.edges[panel], self.edges[panel + 1]
        below = self.cumulative[panel]
        target = np.clip(p, below, np.maximum(self.cumulative[panel + 1], below))

        def miss(u: FloatArray) -> FloatArray:
            found = below + self._between(low, u)
            found = np.where(u >= high, self.cumulative[panel + 1], found)
            return np.where(u <= low, below, found) - target

        tau = np.exp(bracketed_roots(miss, low, high, absolute=1e-15))
        left = p < self.cumulative[0]
        if left.any():
            tau[left] = self._left_quantile(p[left])
        return tau

    def _between(self, low: FloatArray, high: FloatArray) -> FloatArray:
        """Probability of log(tau) between, within one panel; shape (n,)."""
        half = 0.5 * (high - low)[:, None]
        u = 0.5 * (high + low)[:, None] + half * NODES
        values = _log_integrand(self.hierarchy, self.prior, u.ravel())[0].reshape(u.shape)
        return np.asarray(np.sum(np.exp(values - self.log_evidence) * half * WEIGHTS, axis=1))

    def _below_panels(self, tau: FloatArray) -> FloatArray:
        mass = self.prior.cdf(tau)
        if mass is None or self.cumulative[0] == 0.0:
            return np.zeros(tau.shape)
        end = self.prior.cdf(np.exp(self.edges[:1]))
        assert end is not None
        return np.asarray(self.cumulative[0] * mass / end)

    def _left_quantile(self, p: FloatArray) -> FloatArray:
        end = self.prior.cdf(np.exp(self.edges[:1]))
        assert end is not None
        tau = self.prior.quantile(p / self.cumulative[0] * end)
        assert tau is not None
        return np.where(p > 0.0, tau, 0.0)


def tau_posterior(hierarchy: Hierarchy, prior: TauPrior) -> TauPosterior:
    """Integrate prior times likelihood over tau.

    Raises
    ------
    DataError
        When the posterior would not be proper.
    ConvergenceError
        When it cannot be integrated.
    """
    if prior.tail + hierarchy.tail <= 0.0:
        raise DataError(
            f"Bayesian model: with {counted(hierarchy.k, 'study')} "
            f"the prior {prior.label} leaves the posterior improper. Use a proper prior for tau, "
            "for example half-normal:0.5."
        )

    def log_integrand(u: FloatArray) -> tuple[FloatArray, Conditional]:
        return _log_integrand(hierarchy, prior, u)

    panels, at_zero = _integrate(hierarchy, prior, log_integrand)
    first = hierarchy.given(np.exp(panels.edges[:1]))
    masses = panels.mass.sum(axis=1)
    total = at_zero + float(masses.sum())
    weight = np.append(at_zero, panels.mass.ravel()) / total
    keep = weight > 0.0
    return TauPosterior(
        hierarchy=hierarchy,
        prior=prior,
        tau=np.append(0.0, np.exp(panels.log_tau.ravel()))[keep],
        weight=weight[keep],
        mean=np.append(first.mean, panels.mean.ravel())[keep],
        sd=np.append(first.sd, panels.sd.ravel())[keep],
        edges=panels.edges,
        cumulative=np.append(at_zero, at_zero + np.cumsum(masses)) / total,
        log_evidence=panels.log_scale + math.log(total),
    )


def log_integral(hierarchy: Hierarchy, prior: TauPrior, log_integrand: LogIntegrand) -> float:
    """log of the integral over tau of an integrand in log(tau) that holds the prior's density."""
    panels, at_zero = _integrate(hierarchy, prior, log_integrand)
    return panels.log_scale + math.log(at_zero + float(panels.mass.sum()))


def _integrate(
    hierarchy: Hierarchy, prior: TauPrior, log_integrand: LogIntegrand
) -> tuple[Panels, float]:
    """Panels, and the mass to the left of them, where nothing but the prior changes."""
    smallest = hierarchy.smallest_tau()
    known = prior.cdf(np.array([smallest]))
    low = math.log(min([smallest, *(0.01 * value for value in prior.landmarks)]))
    low = max(low - (FURTHER_LEFT if known is None else 0.0), -FARTHEST)
    high = min(math.log(prior.upper), FARTHEST) if math.isfinite(prior.upper) else FARTHEST
    low = min(low, high - FURTHER_LEFT)
    spread = max(float(np.ptp(hierarchy.y)), math.sqrt(float(hierarchy.v.max())))
    top = math.log(max([spread, smallest, *prior.landmarks])) + 10.0
    panels = integrate(log_integrand, low, high, top=top)
    left = prior.cdf(np.exp(panels.edges[:1]))
    if left is None or panels.edges[0] > low:
        return panels, 0.0
    log_likelihood = log_integrand(panels.edges[:1])[1].log_likelihood
    return panels, float(left[0] * np.exp(log_likelihood[0] - panels.log_scale))


def _log_integrand(
    hierarchy: Hierarchy, prior: TauPrior, u: FloatArray
) -> tuple[FloatArray, Conditional]:
    tau = np.exp(u)
    given = hierarchy.given(tau)
    return prior.log_density(tau) + given.log_likelihood + u, given
