"""`bayes`: effect estimates and priors in, posterior summaries out."""

from __future__ import annotations

import numpy as np

from ketameta.errors import UsageError
from ketameta.measures.estimates import EffectEstimates, demand_estimates
from ketameta.measures.level import check_level
from ketameta.pooling.bayes.cautions import bayes_cautions
from ketameta.pooling.bayes.evidence import (
    bayes_factor_mu_zero,
    bayes_factor_tau_zero,
    log_marginal_likelihood,
)
from ketameta.pooling.bayes.hierarchy import NormalPrior
from ketameta.pooling.bayes.posterior import Posterior, fit_posterior
from ketameta.pooling.bayes.prior_catalog import default_prior, parse_mean_prior, parse_prior
from ketameta.pooling.bayes.priors import TauPrior
from ketameta.pooling.bayes.result import BayesResult
from ketameta.pooling.bayes.summaries import pooled_summaries, study_summaries, tau_summary

FLAT = "flat (improper)"


def bayes(
    estimates: EffectEstimates,
    *,
    prior: TauPrior | str | None = None,
    mean_prior: NormalPrior | str | None = None,
    level: float = 0.95,
    threshold: float = 0.0,
) -> BayesResult:
    """Bayesian random-effects meta-analysis by quadrature, for few studies above all.

    With two to four studies the data say little about tau, and methods that estimate it either
    pretend to know it or give intervals too wide to be of use. Here the uncertainty about tau
    is carried through, together with what is known about it beforehand; no simulation is
    involved, and the result is exact to about ten digits.

    Parameters
    ----------
    estimates
        At least one estimate, on the analysis scale.
    prior
        Prior of tau, or its words as `parse_prior` takes them ("half-normal:0.5"); by default
        half-normal with scale 0.5 for log ratios and standardised mean differences. Other
        measures have no default.
    mean_prior
        Prior of the mean effect, or its words ("normal:0,2"); None or "flat" for the flat,
        improper one.
    level
        Probability of the credible intervals.
    threshold
        Value that `mu_above` and `new_study_above` refer to, on the analysis scale.

    Raises
    ------
    UsageError
        Where the measure has no default prior, for a level outside (0, 1), an unknown prior, or
        anything else than `EffectEstimates`.
    DataError
        Without estimates, or where the posterior would be improper.

    References
    ----------
    Roever C. Journal of Statistical Software 2020;93(6). doi:10.18637/jss.v093.i06.

    Notes
    -----
    bayesmeta: `bayesmeta(y, sigma, tau.prior = ...)`, whose intervals are the shortest ones. It
    approximates the posterior on a grid of tau to a set tolerance; here tau is integrated out
    to about rounding error.
    """
    demand_estimates(estimates, "bayes")
    coverage = check_level(level)
    chosen = default_prior(estimates.measure) if prior is None else as_prior(prior)
    mean = parse_mean_prior(mean_prior) if isinstance(mean_prior, str) else mean_prior
    posterior = fit_posterior(estimates, prior=chosen, mean_prior=mean)
    return summarise(posterior, level=coverage, threshold=threshold)


def as_prior(given: TauPrior | str) -> TauPrior:
    """A prior of tau, from its words where it is not one; `UsageError` for anything else."""
    if isinstance(given, str):
        return parse_prior(given)
    if not hasattr(given, "log_density"):
        raise UsageError(f'prior: {given!r} is none. Write for example "half-normal:0.5".')
    return given


def summarise(posterior: Posterior, *, level: float = 0.95, threshold: float = 0.0) -> BayesResult:
    """The numbers of a posterior; `bayes` in two steps."""
    estimates, tau = posterior.estimates, posterior.tau
    mu, new_study = pooled_summaries(posterior, level)
    spread = tau_summary(tau, level)
    offset = np.full((2, 1), threshold - posterior.origin)
    above = posterior.pooled().survival(offset)[:, 0]
    return BayesResult(
        measure=estimates.measure,
        k=estimates.k,
        labels=estimates.labels,
        level=level,
        prior=posterior.prior.label,
        mean_prior=FLAT if posterior.mean_prior is None else posterior.mean_prior.label,
        mu=mu,
        tau=spread,
        new_study=new_study,
        studies=study_summaries(posterior, level),
        weights=posterior.weights(),
        shrinkage=posterior.shrinkage(),
        threshold=float(threshold),
        mu_above=float(above[0]),
        new_study_above=float(above[1]),
        log_marginal_likelihood=log_marginal_likelihood(posterior),
        bayes_factor_mu_zero=bayes_factor_mu_zero(posterior),
        bayes_factor_tau_zero=bayes_factor_tau_zero(posterior),
        cautions=(*estimates.cautions, *bayes_cautions(posterior, spread, mu, new_study)),
    )
