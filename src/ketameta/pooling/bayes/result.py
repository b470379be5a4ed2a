"""What the Bayesian model returns: numbers only, on the analysis scale."""

from __future__ import annotations

from dataclasses import dataclass

from ketameta.measures.estimates import Caution, FloatArray
from ketameta.pooling.result import Interval


@dataclass(frozen=True, slots=True)
class PosteriorSummary:
    """A posterior distribution in a few numbers.

    Attributes
    ----------
    mean, sd
        None where the distribution's tails are too heavy for them to exist.
    median, mode
        The mode is where the density is highest.
    shortest, equal_tailed
        Credible intervals at the result's level: the shortest one (highest posterior density
        where there is one mode), and the one that leaves the same probability on both sides.
    """

    mean: float | None
    sd: float | None
    median: float
    mode: float
    shortest: Interval
    equal_tailed: Interval


@dataclass(frozen=True, slots=True)
class BayesResult:
    """Posterior of the normal-normal hierarchical model.

    Attributes
    ----------
    prior, mean_prior
        The priors of tau and of the mean effect, in words.
    mu, tau
        The mean effect, and the standard deviation of true effects between studies.
    new_study
        The true effect in a new study (the predictive distribution).
    studies
        The true effect in each study, drawn towards the mean ("shrunken").
    weights
        Posterior mean weight of each study in the mean, percent, shape (k,); with a normal
        prior of the mean the rest to 100 is the prior's.
    shrinkage
        Posterior mean share by which each estimate is drawn towards the mean, shape (k,), 0 to 1.
    threshold
        Probabilities refer to values above it.
    mu_above, new_study_above
        P(mu > threshold) and P(effect in a new study > threshold).
    log_marginal_likelihood
        log p(y); None with an improper prior.
    bayes_factor_mu_zero
        p(y | mu = 0) / p(y): above 1 the data speak for mu = 0. None with an improper prior.
    bayes_factor_tau_zero
        p(y | tau = 0) / p(y): above 1 the data speak for identical true effects. None with an
        improper prior of tau.
    """

    measure: str
    k: int
    labels: tuple[str, ...]
    level: float
    prior: str
    mean_prior: str
    mu: PosteriorSummary
    tau: PosteriorSummary
    new_study: PosteriorSummary
    studies: tuple[PosteriorSummary, ...]
    weights: FloatArray
    shrinkage: FloatArray
    threshold: float
    mu_above: float
    new_study_above: float
    log_marginal_likelihood: float | None
    bayes_factor_mu_zero: float | None
    bayes_factor_tau_zero: float | None
    cautions: tuple[Caution, ...] = ()
