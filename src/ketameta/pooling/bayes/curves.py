"""Densities on a grid, for a figure that shows prior and posterior together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.measures.estimates import FloatArray
from ketameta.pooling.bayes.posterior import Posterior

SHOWN = 0.995


@dataclass(frozen=True, slots=True)
class DensityCurves:
    """Densities of tau and of effects.

    Attributes
    ----------
    tau, tau_prior, tau_posterior
        Grid of tau and its densities, shape (n,).
    effect, mu_posterior, new_study
        Grid of effects on the analysis scale, with the posterior density of the mean effect and
        of the effect in a new study, shape (n,).
    mu_prior
        Density of the mean effect's prior; None for the flat one.
    """

    tau: FloatArray
    tau_prior: FloatArray
    tau_posterior: FloatArray
    effect: FloatArray
    mu_posterior: FloatArray
    new_study: FloatArray
    mu_prior: FloatArray | None


def density_curves(posterior: Posterior, *, points: int = 201) -> DensityCurves:
    """Prior and posterior densities where they hold 99 % of the posterior probability."""
    tau_end = float(posterior.tau.quantile(np.array([SHOWN]))[0])
    # A density may be infinite at 0 itself; the grid begins half a step later.
    tau = np.asarray((np.arange(points) + 0.5) * (tau_end / points), dtype=np.float64)
    mixtures = posterior.pooled()
    ends = mixtures.quantiles(np.tile([1.0 - SHOWN, SHOWN], (2, 1)))
    offsets = np.linspace(ends[:, 0].min(), ends[:, 1].max(), points)
    densities = mixtures.density(np.stack([offsets, offsets]))
    effect = offsets + posterior.origin
    return DensityCurves(
        tau=tau,
        tau_prior=np.exp(posterior.prior.log_density(tau)),
        tau_posterior=posterior.tau.density(tau),
        effect=effect,
        mu_posterior=densities[0],
        new_study=densities[1],
        mu_prior=_mu_prior(posterior, effect),
    )


def _mu_prior(posterior: Posterior, effect: FloatArray) -> FloatArray | None:
    prior = posterior.mean_prior
    if prior is None:
        return None
    z = (effect - prior.mean) / prior.sd
    return np.asarray(np.exp(-0.5 * z * z) / (np.sqrt(2.0 * np.pi) * prior.sd))
