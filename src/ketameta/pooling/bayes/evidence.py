"""Marginal likelihood and Bayes factors."""

from __future__ import annotations

import math

import numpy as np

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.bayes.hierarchy import Conditional
from ketameta.pooling.bayes.posterior import Posterior
from ketameta.pooling.bayes.tau_posterior import log_integral


def log_marginal_likelihood(posterior: Posterior) -> float | None:
    """log p(y); None where a prior is improper, so that it has no meaning."""
    if posterior.mean_prior is None or not posterior.prior.proper:
        return None
    return posterior.tau.log_evidence


def bayes_factor_tau_zero(posterior: Posterior) -> float | None:
    """p(y | tau = 0) / p(y), above 1 in favour of tau = 0; None with an improper prior of tau.

    A flat prior of the mean is harmless: its arbitrary height cancels.
    """
    if not posterior.prior.proper:
        return None
    at_zero = posterior.tau.hierarchy.given(np.zeros(1)).log_likelihood[0]
    return math.exp(float(at_zero) - posterior.tau.log_evidence)


def bayes_factor_mu_zero(posterior: Posterior) -> float | None:
    """p(y | mu = 0) / p(y), above 1 in favour of mu = 0; None with an improper prior."""
    if posterior.mean_prior is None or not posterior.prior.proper:
        return None
    hierarchy, prior = posterior.tau.hierarchy, posterior.prior

    def log_integrand(u: FloatArray) -> tuple[FloatArray, Conditional]:
        tau = np.exp(u)
        log_likelihood = hierarchy.at_mean(tau, 0.0)
        given = Conditional(log_likelihood, np.zeros(u.shape), np.ones(u.shape))
        return prior.log_density(tau) + log_likelihood + u, given

    return math.exp(log_integral(hierarchy, prior, log_integrand) - posterior.tau.log_evidence)
