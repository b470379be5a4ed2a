"""The diagnostic pictures of one question's main analysis."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from ketameta.errors import KetametaError
from ketameta.figures.diagnostics.baujat import draw_baujat
from ketameta.figures.diagnostics.cumulative import draw_cumulative
from ketameta.figures.diagnostics.funnel import draw_funnel
from ketameta.figures.diagnostics.gosh import draw_gosh
from ketameta.figures.diagnostics.influence import draw_influence
from ketameta.figures.diagnostics.leave_one_out import draw_leave_one_out
from ketameta.figures.diagnostics.multiverse import draw_multiverse
from ketameta.figures.diagnostics.prior_posterior import draw_prior_posterior
from ketameta.figures.diagnostics.tornado import draw_tornado
from ketameta.figures.picture import Picture, Subject
from ketameta.measures.catalog import measure as find_measure
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.bayes import default_prior, density_curves, fit_posterior, summarise
from ketameta.pooling.choices import PoolingChoices
from ketameta.questions.loading import find_question
from ketameta.questions.question import Review
from ketameta.records.store import Evidence
from ketameta.sensitivity.baujat import baujat
from ketameta.sensitivity.bias.funnel import funnel_plot
from ketameta.sensitivity.cumulative import cumulative
from ketameta.sensitivity.influence import influence
from ketameta.sensitivity.leave_one_out import leave_one_out
from ketameta.sensitivity.multiverse import Multiverse
from ketameta.sensitivity.subsets import subsets
from ketameta.sensitivity.universes import Universe
from ketameta.synthesis.answer import Answer
from ketameta.synthesis.question_tornado import Asked, question_tornado

FEWEST = 3
"""Below three studies these pictures show nothing that the forest plot does not."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    answer: Answer
    asked: Asked
    estimates: EffectEstimates
    choices: PoolingChoices
    subject: Subject


def question_pictures(answer: Answer, review: Review, evidence: Evidence) -> tuple[Picture, ...]:
    """Every diagnostic picture that the main analysis allows, in the order of reading.

    A kind that refuses the data (a measure without a default prior, say) is left out.
    """
    pooled = answer.main.pooled
    if pooled is None or answer.main.k < FEWEST:
        return ()
    chosen, rows = review.choices, answer.main.rows
    estimates = EffectEstimates.from_arrays(
        answer.question.measure,
        [row.y for row in rows],
        [row.v for row in rows],
        labels=[row.label for row in rows],
    )
    choices = PoolingChoices(
        chosen.tau2, chosen.interval, chosen.prediction, float(chosen.level) / 100
    )
    measure = find_measure(answer.question.measure)
    asked = Asked(find_question(review, answer.question.id), review, evidence)
    drawn = _Drawn(
        answer, asked, estimates, choices, Subject(answer.question.title, measure, choices.level)
    )
    return (*_pictures(drawn), *_tornado(drawn))


def _pictures(d: _Drawn) -> Iterator[Picture]:
    kinds: tuple[Callable[[_Drawn], Picture], ...] = (
        _funnel,
        _multiverse,
        _prior_posterior,
        _cumulative,
        _leave_one_out,
        _influence,
        _baujat,
        _gosh,
    )
    for kind in kinds:
        try:
            with np.errstate(all="ignore"):
                yield kind(d)
        except KetametaError:
            continue


def _funnel(d: _Drawn) -> Picture:
    plot = funnel_plot(d.estimates, tau2="EE", level=d.choices.level)
    pooled = d.answer.main.pooled
    return draw_funnel(plot, d.subject, review_mean=None if pooled is None else pooled.estimate)


def _multiverse(d: _Drawn) -> Picture:
    further = d.answer.further
    lines = () if further is None else further.universes
    null = d.subject.measure.null
    rows = tuple(
        Universe(
            line.inclusion,
            line.measure,
            line.tau2_method,
            line.interval_method,
            line.zero_cells,
            line.k,
            estimate=line.estimate,
            low=line.low,
            high=line.high,
            excludes_null=None
            if null is None or line.low is None or line.high is None
            else not line.low <= null <= line.high,
        )
        for line in lines
    )
    return draw_multiverse(Multiverse(rows, (), ()), d.subject)


def _prior_posterior(d: _Drawn) -> Picture:
    posterior = fit_posterior(d.estimates, prior=default_prior(d.estimates.measure))
    found = summarise(posterior, level=d.choices.level)
    return draw_prior_posterior(density_curves(posterior), found, d.subject)


def _cumulative(d: _Drawn) -> Picture:
    return draw_cumulative(cumulative(d.estimates, d.choices), d.subject)


def _tornado(d: _Drawn) -> Iterator[Picture]:
    """How far what was supposed moves the answer, where anything was that has a range."""
    found = question_tornado(d.asked, d.answer).tornado
    if found is not None:
        yield draw_tornado(found, d.subject)


def _leave_one_out(d: _Drawn) -> Picture:
    assert d.answer.main.pooled is not None
    return draw_leave_one_out(
        leave_one_out(d.estimates, d.choices), d.answer.main.pooled, d.subject
    )


def _influence(d: _Drawn) -> Picture:
    return draw_influence(influence(d.estimates, d.choices), d.subject)


def _baujat(d: _Drawn) -> Picture:
    return draw_baujat(baujat(d.estimates, tau2=d.choices.tau2), d.subject)


def _gosh(d: _Drawn) -> Picture:
    return draw_gosh(subsets(d.estimates, tau2=d.choices.tau2), d.subject)
