"""What a reader of a Bayesian result must know about it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ketameta.measures.estimates import Caution
from ketameta.pooling.bayes.log_priors import LogNormalTau2, LogTTau2
from ketameta.pooling.bayes.posterior import Posterior
from ketameta.pooling.bayes.result import PosteriorSummary

FEW = 3
CENTRAL = (0.025, 0.975)


def bayes_cautions(
    posterior: Posterior,
    tau: PosteriorSummary,
    mu: PosteriorSummary,
    new_study: PosteriorSummary,
) -> Iterator[Caution]:
    """Few studies, an improper or unfitting prior, moments that do not exist."""
    yield from _few_studies(posterior)
    yield from _prior(posterior, tau)
    if mu.sd is None or new_study.sd is None or tau.sd is None:
        yield Caution(
            "no_posterior_moments",
            "The posterior's tails are so heavy that some means or standard deviations do not "
            "exist; medians and intervals do. A prior of tau with a lighter tail has them all.",
        )


def _few_studies(posterior: Posterior) -> Iterator[Caution]:
    k, label = posterior.estimates.k, posterior.prior.label
    if k == 1:
        yield Caution(
            "single_study",
            "There is a single study: it says nothing about tau, whose distribution is the "
            f"prior's ({label}), and the mean effect is the study's, widened by that prior.",
        )
    elif k <= FEW:
        yield Caution(
            "prior_dominates",
            f"With {k} studies tau is largely what the prior ({label}) says, and the intervals "
            "depend on it. Look at the results under other plausible priors.",
        )


def _prior(posterior: Posterior, tau: PosteriorSummary) -> Iterator[Caution]:
    prior, measure = posterior.prior, posterior.estimates.measure
    if not prior.proper:
        yield Caution(
            "improper_prior",
            f"The prior of tau ({prior.label}) is improper: such priors tend to favour large "
            "values, and there are no Bayes factors.",
        )
        return
    if isinstance(prior, LogNormalTau2) and prior.name and measure != "OR":
        yield _other_measure(prior.name, "log odds ratios", measure)
    if isinstance(prior, LogTTau2) and prior.name and not measure.startswith("SM"):
        yield _other_measure(prior.name, "standardised mean differences", measure)
    ends = prior.quantile(np.array(CENTRAL))
    if ends is not None and not ends[0] <= tau.median <= ends[1]:
        side = "below" if tau.median < ends[0] else "above"
        yield Caution(
            "prior_data_conflict",
            f"The posterior median of tau ({tau.median:.3g}) lies {side} the central 95 % of its "
            f"prior ({prior.label}: {ends[0]:.3g} to {ends[1]:.3g}): data and prior disagree. "
            "Check that the prior's scale is meant for this measure.",
        )


def _other_measure(name: str, meant: str, measure: str) -> Caution:
    return Caution(
        "prior_of_other_measure",
        f"{name} was made for {meant}, not for {measure}; its values of tau may not apply.",
    )
