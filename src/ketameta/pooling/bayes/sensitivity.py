"""The same data under several priors."""

from __future__ import annotations

from collections.abc import Sequence

from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.bayes.fit import bayes
from ketameta.pooling.bayes.hierarchy import NormalPrior
from ketameta.pooling.bayes.log_priors import LogNormalTau2, LogTTau2
from ketameta.pooling.bayes.prior_catalog import default_prior, half_cauchy
from ketameta.pooling.bayes.priors import HalfNormal, TauPrior
from ketameta.pooling.bayes.published_priors import rhodes, turner
from ketameta.pooling.bayes.result import BayesResult


def prior_sensitivity(
    estimates: EffectEstimates,
    priors: Sequence[TauPrior] | None = None,
    *,
    mean_prior: NormalPrior | None = None,
    level: float = 0.95,
    threshold: float = 0.0,
) -> tuple[BayesResult, ...]:
    """`bayes` under each prior of tau, in their order; by default under `plausible_priors`.

    With two or three studies this is not an extra: a result that changes with the prior is the
    prior's rather than the data's.
    """
    chosen = plausible_priors(estimates.measure) if priors is None else priors
    return tuple(
        bayes(estimates, prior=prior, mean_prior=mean_prior, level=level, threshold=threshold)
        for prior in chosen
    )


def plausible_priors(measure: str) -> tuple[TauPrior, ...]:
    """Half the default scale, the default, twice it, a heavy tail, and the published prior.

    Raises
    ------
    UsageError
        For measures without a default prior.
    """
    first: list[TauPrior] = [
        HalfNormal(0.25),
        default_prior(measure),
        HalfNormal(1.0),
        half_cauchy(0.5),
    ]
    published: list[LogNormalTau2 | LogTTau2] = []
    if measure == "OR":
        published = [turner()]
    elif measure.startswith("SMD"):
        published = [rhodes()]
    return (*first, *published)
