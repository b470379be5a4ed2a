"""`Posterior`: everything the model says, as distributions that can be asked further."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.errors import DataError
from ketameta.measures.estimates import EffectEstimates, FloatArray
from ketameta.pooling.bayes.hierarchy import Hierarchy, NormalPrior
from ketameta.pooling.bayes.normal_mixture import NormalMixtures
from ketameta.pooling.bayes.priors import TauPrior
from ketameta.pooling.bayes.study_priors import StudyPrior
from ketameta.pooling.bayes.tau_posterior import TauPosterior, tau_posterior

# Components that carry less are dropped from the mixtures; for study effects, of which there may
# be thousands and for which no far tails are asked, sooner.
LIGHTEST, LIGHTEST_OF_STUDIES = 1e-17, 1e-14


@dataclass(frozen=True, slots=True)
class Posterior:
    """Posterior distributions of one meta-analysis.

    Effects inside the mixtures are differences from `origin`, the most precise estimate, so
    that a large common shift of all effects costs no precision.
    """

    estimates: EffectEstimates
    prior: TauPrior
    mean_prior: NormalPrior | None
    tau: TauPosterior

    @property
    def origin(self) -> float:
        """What has to be added to the mixtures' values."""
        return self.tau.hierarchy.origin

    def pooled(self) -> NormalMixtures:
        """Two mixtures: the mean effect, and the effect in a new study; less the origin."""
        tau, weight, mean, sd = self._components()
        spread = np.stack([sd, np.hypot(sd, tau)])
        return NormalMixtures(weight, np.stack([mean, mean]), spread)

    def studies(self, part: slice) -> NormalMixtures:
        """The true effects of some of the studies; less the origin."""
        tau, weight, mean, sd = self._components(LIGHTEST_OF_STUDIES)
        y = self.tau.hierarchy.y[part, None]
        v = self.tau.hierarchy.v[part, None]
        towards_mean = v / (v + tau * tau)
        own = tau * tau / (v + tau * tau)
        centre = towards_mean * mean + own * y
        return NormalMixtures(weight, centre, np.hypot(np.sqrt(own * v), towards_mean * sd))

    def weights(self) -> FloatArray:
        """Posterior mean weight of each study in the mean effect, percent, shape (k,)."""
        tau, weight, _, sd = self._components()
        precision = 1.0 / (self.tau.hierarchy.v + (tau * tau)[:, None])
        return np.asarray(100.0 * (weight * sd * sd) @ precision)

    def shrinkage(self) -> FloatArray:
        """Posterior mean of v / (v + tau^2), shape (k,)."""
        tau, weight, _, _ = self._components()
        v = self.tau.hierarchy.v
        return np.asarray(weight @ (v / (v + (tau * tau)[:, None])))

    def _components(
        self, lightest: float = LIGHTEST
    ) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        t = self.tau
        keep = t.weight > lightest
        return t.tau[keep], t.weight[keep] / t.weight[keep].sum(), t.mean[keep], t.sd[keep]


def fit_posterior(
    estimates: EffectEstimates,
    *,
    prior: TauPrior,
    mean_prior: NormalPrior | None = None,
) -> Posterior:
    """Posterior of the normal-normal hierarchical model, by quadrature.

    Parameters
    ----------
    estimates
        At least one estimate, on the analysis scale.
    prior
        Prior of tau, as from `parse_prior`.
    mean_prior
        Prior of the mean effect; None for the flat, improper one.

    Raises
    ------
    DataError
        Without estimates, or where the posterior would be improper.
    """
    if estimates.k == 0:
        raise DataError("Bayesian model: there are no estimates. Give at least one study.")
    if isinstance(prior, StudyPrior):
        prior = prior.given(estimates.v)
    hierarchy = Hierarchy.build(estimates.y, estimates.v, mean_prior)
    return Posterior(estimates, prior, mean_prior, tau_posterior(hierarchy, prior))
