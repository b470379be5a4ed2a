"""Other looks at a main analysis: Bayesian, study by study, under every choice, small studies."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ketameta.errors import KetametaError
from ketameta.measures.catalog import measure as find_measure
from ketameta.measures.estimates import EffectEstimates, FloatArray
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.result import Interval
from ketameta.sensitivity.bias.begg import begg
from ketameta.sensitivity.bias.egger import egger
from ketameta.sensitivity.bias.gate import ENOUGH_STUDIES, gate
from ketameta.sensitivity.influence import influence
from ketameta.sensitivity.multiverse import multiverse_of_sets
from ketameta.sensitivity.universes import MultiverseChoices
from ketameta.synthesis.answer import (
    BayesLine,
    Further,
    InfluenceLine,
    QuestionLine,
    SmallStudyLine,
    UniverseLine,
)

if TYPE_CHECKING:
    from ketameta.pooling.bayes.result import BayesResult

FEW = 5
"""Below so many studies the report shows the Bayesian model beside the classical one."""

NamedEstimates = tuple[str, str | None, EffectEstimates]


def further(
    question: QuestionLine,
    studies: Sequence[str],
    estimates: EffectEstimates,
    choices: PoolingChoices,
    sets: Sequence[NamedEstimates],
) -> Further | None:
    """Other looks at one main analysis.

    Parameters
    ----------
    question
        What was asked; its `better` decides which side of the null is good.
    studies
        Ids of the k studies.
    estimates
        Their estimates, shape (k,).
    choices
        The review's methods.
    sets
        Estimates under each inclusion and zero-cell rule, for the multiverse.

    Returns
    -------
    None below two studies.
    """
    if estimates.k < 2:
        return None
    universes, merged = _universes(sets, choices)
    return replace(
        small_study_looks(estimates),
        bayes=tuple(_bayes(question, estimates, choices.level)) if estimates.k < FEW else (),
        influence=tuple(_influence(studies, estimates, choices)),
        universes=universes,
        universes_merged=merged,
    )


def small_study_looks(estimates: EffectEstimates) -> Further:
    """Only the tests of small-study effects, which the certainty of an answer is rated by."""
    tests, why = _small_studies(estimates)
    return Further(small_studies=tests, small_studies_gate=why)


def _bayes(question: QuestionLine, estimates: EffectEstimates, level: float) -> Iterator[BayesLine]:
    """The default prior, then the other plausible ones; nothing for measures without a default."""
    # Loaded here, for it takes a while and brief answers do without.
    from ketameta.pooling.bayes import bayes, default_prior, plausible_priors

    try:
        first = default_prior(estimates.measure)
        others = plausible_priors(estimates.measure)
    except KetametaError:
        return
    null = find_measure(estimates.measure).null
    for prior in (first, *(p for p in others if p.label != first.label)):
        found = bayes(estimates, prior=prior, level=level, threshold=null or 0.0)
        yield _bayes_line(found, question, null)


def _bayes_line(found: BayesResult, question: QuestionLine, null: float | None) -> BayesLine:
    better = None
    if null is not None and question.better in ("higher", "lower"):
        better = found.mu_above if question.better == "higher" else 1 - found.mu_above
    return BayesLine(
        found.prior,
        found.mu.median,
        *_limits(found.mu.shortest),
        *_limits(found.new_study.shortest),
        found.tau.median,
        *_limits(found.tau.shortest),
        better,
    )


def _limits(interval: Interval) -> tuple[float | None, float | None]:
    return interval.low, interval.high


def _influence(
    studies: Sequence[str], estimates: EffectEstimates, choices: PoolingChoices
) -> Iterator[InfluenceLine]:
    try:
        found = influence(estimates, choices)
    except KetametaError:  # an interval method for which influence is not defined
        found = influence(estimates, PoolingChoices(choices.tau2, "wald", level=choices.level))

    def at(values: FloatArray, i: int) -> float | None:
        value = float(values[i])
        return value if math.isfinite(value) else None

    for i, study in enumerate(studies):
        yield InfluenceLine(
            study,
            found.labels[i],
            at(found.rstudent, i),
            at(found.dffits, i),
            at(found.cooks_distance, i),
            at(found.cov_ratio, i),
            at(found.tau2_deleted, i),
            at(found.q_deleted, i),
            at(found.hat, i),
            bool(found.influential[i]),
        )


def review_forks(choices: PoolingChoices) -> MultiverseChoices:
    """The usual forks, with the methods of a review before them."""
    usual = MultiverseChoices()
    return MultiverseChoices(
        tuple(dict.fromkeys((choices.tau2, *usual.tau2))),
        tuple(dict.fromkeys((choices.interval or "hksj", *usual.intervals))),
        prediction=choices.prediction,
        level=choices.level,
    )


def _universes(
    sets: Sequence[NamedEstimates], choices: PoolingChoices
) -> tuple[tuple[UniverseLine, ...], tuple[str, ...]]:
    whole = multiverse_of_sets([s for s in sets if s[2].k > 1], choices=review_forks(choices))
    lines = tuple(
        UniverseLine(
            row.inclusion,
            row.measure,
            row.tau2_method,
            row.interval_method,
            row.zero_cells,
            row.k,
            row.estimate,
            row.low,
            row.high,
        )
        for row in whole.rows
        if row.estimate is not None
    )
    return lines, whole.merged


def _small_studies(
    estimates: EffectEstimates,
) -> tuple[tuple[SmallStudyLine, ...], tuple[str, ...]]:
    why = tuple(caution.message for caution in gate(estimates.k))
    if estimates.k < ENOUGH_STUDIES:
        return (), why
    line, ranks = egger(estimates), begg(estimates)
    cautions = dict.fromkeys(c.message for c in (*line.cautions, *ranks.cautions))
    return (
        SmallStudyLine("egger", "Egger's regression", line.statistic, line.p_value),
        SmallStudyLine("begg", "Begg's rank correlation", ranks.tau, ranks.p_value),
    ), tuple(cautions)
