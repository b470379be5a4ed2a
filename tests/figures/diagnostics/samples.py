"""Studies of every number, and each kind of picture made from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np

from ketameta.figures.diagnostics import baujat as baujat_
from ketameta.figures.diagnostics import bubble as bubble_
from ketameta.figures.diagnostics import copas as copas_
from ketameta.figures.diagnostics import cumulative as cumulative_
from ketameta.figures.diagnostics import drapery as drapery_
from ketameta.figures.diagnostics import funnel as funnel_
from ketameta.figures.diagnostics import gosh as gosh_
from ketameta.figures.diagnostics import influence as influence_
from ketameta.figures.diagnostics import labbe as labbe_
from ketameta.figures.diagnostics import leave_one_out as leave_one_out_
from ketameta.figures.diagnostics import limit as limit_
from ketameta.figures.diagnostics import multiverse as multiverse_
from ketameta.figures.diagnostics import net_heat as net_heat_
from ketameta.figures.diagnostics import network as network_
from ketameta.figures.diagnostics import network_forest as network_forest_
from ketameta.figures.diagnostics import p_curve as p_curve_
from ketameta.figures.diagnostics import prior_posterior as prior_posterior_
from ketameta.figures.diagnostics import profile as profile_
from ketameta.figures.diagnostics import quantiles as quantiles_
from ketameta.figures.diagnostics import radial as radial_
from ketameta.figures.diagnostics import selection as selection_
from ketameta.figures.diagnostics import tornado as tornado_
from ketameta.figures.picture import Picture, Subject
from ketameta.measures.arms import Counts
from ketameta.measures.catalog import measure
from ketameta.measures.conversions import Assumption
from ketameta.measures.effects import effects
from ketameta.measures.estimates import EffectEstimates
from ketameta.pooling.bayes import default_prior, density_curves, fit_posterior, summarise
from ketameta.pooling.moderator_curve import moderator_curve
from ketameta.pooling.network import NetworkResult, net_heat, network, p_scores
from ketameta.pooling.network.evidence import network_evidence
from ketameta.pooling.pool import pool
from ketameta.sensitivity import baujat, cumulative, influence, leave_one_out
from ketameta.sensitivity.assumptions import tornado
from ketameta.sensitivity.bias.copas import copas
from ketameta.sensitivity.bias.funnel import funnel_plot
from ketameta.sensitivity.bias.limit_meta_analysis import limit_meta_analysis
from ketameta.sensitivity.bias.p_curve import p_curve
from ketameta.sensitivity.bias.p_curve_shape import p_curve_shape
from ketameta.sensitivity.bias.selection.choices import SelectionChoices
from ketameta.sensitivity.bias.selection.fit import selection_model
from ketameta.sensitivity.bias.selection.weight_curve import weight_curve
from ketameta.sensitivity.bias.trim_fill import trim_fill
from ketameta.sensitivity.drapery import drapery_plot
from ketameta.sensitivity.labbe import labbe_plot
from ketameta.sensitivity.likelihood_profile import likelihood_profile
from ketameta.sensitivity.multiverse import multiverse_of_estimates
from ketameta.sensitivity.normal_quantiles import normal_quantiles
from ketameta.sensitivity.radial import radial_plot
from ketameta.sensitivity.subsets import subsets

HOSTILE = (
    '<b>&"C"</b> $x^2$ \\alpha_{1}',
    "A name\nin\u202e three\x00 lines",
    "王 and colleagues 😀 2019",
    "An extraordinarily long list of authors, all their friends, and the Collaborative Group 2021",
)
SUBJECT = Subject("Abstinence, at the longest follow-up", measure("OR"))


def counts(k: int) -> tuple[Counts, Counts]:
    """Events and people of k made-up trials, small and large, with and without an effect."""
    i = np.arange(k, dtype=np.float64)
    n = np.round(20.0 + 300.0 * ((7.0 * i) % 11.0) / 11.0)
    second = np.round(n * (0.15 + 0.3 * ((3.0 * i) % 7.0) / 7.0))
    first = np.round(n * np.minimum(0.9, 0.25 + 0.4 * ((5.0 * i) % 9.0) / 9.0))
    return Counts(first, n), Counts(second, n)


@cache
def trials(k: int, *, hostile: bool = False) -> EffectEstimates:
    """Log odds ratios of these trials."""
    first, second = counts(k)
    table = {"events_1": first.events, "n_1": first.n, "events_2": second.events, "n_2": second.n}
    names = [f"Author {i + 1} {1990 + i % 30}" for i in range(k)]
    if hostile:
        names[: len(HOSTILE)] = HOSTILE[:k]
    return effects("OR", table, labels=names).estimates


@cache
def treatments(arms: int) -> NetworkResult:
    """A network of so many treatments with names of every length, closed by loops."""
    names = [f"{'very ' * (i % 4)}long treatment {i + 1}" for i in range(arms)]
    study, first, second, y = [], [], [], []
    for i in range(arms):
        for step in (1, 2):
            j = (i + step) % arms
            if i < j:
                study.append(f"S{len(study)}")
                first.append(names[i])
                second.append(names[j])
                y.append(0.2 * (j - i) + 0.3 * ((7 * i + step) % 5 - 2))
    rows = {"study": study, "treatment_1": first, "treatment_2": second, "yi": y,
            "vi": [0.05 + 0.01 * i for i in range(len(y))]}  # fmt: skip
    return network(rows)


def _tornado(estimates: EffectEstimates) -> Picture:
    factor = {
        f"{label}: factor": Assumption("f", "Something was supposed.", 1.0, 0.3, 3.0, "nobody")
        for label in estimates.labels
    }

    def analyse(values: Mapping[str, float]) -> EffectEstimates:
        v = estimates.v * np.array(list(values.values()))
        return EffectEstimates("OR", estimates.y, v, estimates.labels)

    return tornado_.draw_tornado(tornado(factor, analyse, points=2), SUBJECT)


def _selection(estimates: EffectEstimates) -> Picture:
    choices = SelectionChoices("half-normal")
    found = selection_model(estimates, choices)
    return selection_.draw_selection(weight_curve(estimates, choices, found), found, SUBJECT)


def _prior_posterior(estimates: EffectEstimates) -> Picture:
    posterior = fit_posterior(estimates, prior=default_prior("OR"))
    return prior_posterior_.draw_prior_posterior(
        density_curves(posterior), summarise(posterior), SUBJECT
    )


def _bubble(estimates: EffectEstimates) -> Picture:
    x = [(37.0 * i) % 23.0 for i in range(estimates.k)]
    return bubble_.draw_bubble(moderator_curve(estimates, x, moderator="weeks"), SUBJECT)


def _labbe(estimates: EffectEstimates) -> Picture:
    plot = labbe_plot(*counts(estimates.k), labels=estimates.labels)
    return labbe_.draw_labbe(plot, SUBJECT, groups=("ketamine", "control"))


def _network_forest(estimates: EffectEstimates) -> Picture:
    result = treatments(_arms(estimates))
    scores = {one.treatment: one.p_score for one in p_scores(result, smaller_is_better=True)}
    return network_forest_.draw_network_forest(result, SUBJECT, p_scores=scores)


def _arms(estimates: EffectEstimates) -> int:
    return max(2, min(estimates.k, 14))


Maker = Callable[[EffectEstimates], Picture]

MAKERS: Mapping[str, Maker] = {
    "funnel": lambda e: funnel_.draw_funnel(funnel_plot(e), SUBJECT, trim_fill=trim_fill(e)),
    "selection": _selection,
    "p-curve": lambda e: p_curve_.draw_p_curve(p_curve_shape(p_curve(e)), p_curve(e), SUBJECT),
    "copas": lambda e: copas_.draw_copas(copas(e, chances=(0.9, 0.5)), SUBJECT, k=e.k),
    "limit": lambda e: limit_.draw_limit(limit_meta_analysis(e), e, SUBJECT),
    "leave-one-out": lambda e: leave_one_out_.draw_leave_one_out(
        leave_one_out.leave_one_out(e), pool(e), SUBJECT
    ),
    "cumulative": lambda e: cumulative_.draw_cumulative(cumulative.cumulative(e), SUBJECT),
    "influence": lambda e: influence_.draw_influence(influence.influence(e), SUBJECT),
    "baujat": lambda e: baujat_.draw_baujat(baujat.baujat(e), SUBJECT),
    "gosh": lambda e: gosh_.draw_gosh(subsets(e, sample=500 if e.k > 10 else None), SUBJECT),
    "radial": lambda e: radial_.draw_radial(radial_plot(e), SUBJECT),
    "labbe": _labbe,
    "drapery": lambda e: drapery_.draw_drapery(drapery_plot(e), SUBJECT),
    "profile": lambda e: profile_.draw_profile(likelihood_profile(e), SUBJECT),
    "qq": lambda e: quantiles_.draw_quantiles(normal_quantiles(e), SUBJECT),
    "multiverse": lambda e: multiverse_.draw_multiverse(multiverse_of_estimates([e]), SUBJECT),
    "tornado": _tornado,
    "prior-posterior": _prior_posterior,
    "bubble": _bubble,
    "network": lambda e: network_.draw_network(
        network_evidence(treatments(_arms(e)).network), SUBJECT
    ),
    "network-forest": _network_forest,
    "net-heat": lambda e: net_heat_.draw_net_heat(net_heat(treatments(_arms(e))), SUBJECT),
}

LEAST = {"selection": 2, "copas": 3, "limit": 3, "influence": 2, "baujat": 2, "profile": 2,
         "qq": 3, "bubble": 3}  # fmt: skip
"""Studies that a kind needs; below it the numbers are refused with an error."""


@cache
def picture(kind: str, k: int, *, hostile: bool = False) -> Picture:
    """A picture of this kind of k trials."""
    return MAKERS[kind](trials(k, hostile=hostile))
