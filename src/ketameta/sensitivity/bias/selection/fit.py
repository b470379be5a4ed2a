"""`selection_model`: effect estimates in, a fitted selection model out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from scipy.special import chdtrc

from ketameta.errors import DataError
from ketameta.measures.estimates import Caution, EffectEstimates, FloatArray, demand_estimates
from ketameta.pooling.intervals import critical_value, two_sided_p
from ketameta.pooling.likelihood import log_likelihood
from ketameta.pooling.pool import pool
from ketameta.pooling.result import Interval, PooledResult
from ketameta.pooling.weighted_mean import effects_identical, weighted_mean
from ketameta.sensitivity.bias.gate import gate
from ketameta.sensitivity.bias.selection.choices import SelectionChoices
from ketameta.sensitivity.bias.selection.likelihood import SelectionLikelihood
from ketameta.sensitivity.bias.selection.normalisers import Quadrature, Steps
from ketameta.sensitivity.bias.selection.result import SelectionModel, SelectionWeight
from ketameta.sensitivity.bias.selection.search import Optimum, Problem, highest_maximum
from ketameta.sensitivity.bias.selection.weight_functions import SMOOTH, p_values

STEP_STARTS = (0.7, 0.1, 3.0)
NONE = Interval(None, None)


def selection_model(
    estimates: EffectEstimates,
    choices: SelectionChoices | None = None,
    *,
    type: str | None = None,
    steps: Sequence[float] | None = None,
    alternative: str | None = None,
    precision: str | None = None,
) -> SelectionModel:
    """Fit a selection model by maximum likelihood.

    Shows what the mean would be if studies had been selected by their p values as the model
    supposes. It is a sensitivity analysis: the data say little about the weight function.

    Parameters
    ----------
    estimates
        At least two estimates.
    choices
        Which model; None for the three-parameter selection model (one step at 0.025).
    type, steps, alternative, precision
        Single choices, in place of `model`, `steps`, `alternative` and `imprecision` of
        `choices`, under the names of the command's options.

    Raises
    ------
    UsageError
        For a model that does not exist, or anything else than `EffectEstimates`.
    DataError
        With fewer than two estimates or equal effects only, or if an interval of a step function
        whose weight is to be estimated holds no study.
    ConvergenceError
        If no maximum is reached.

    References
    ----------
    Vevea JL, Hedges LV. Psychometrika 1995;60:419-435. doi:10.1007/BF02294384 (steps).
    Vevea JL, Woods CM. Psychol Methods 2005;10:428-443. doi:10.1037/1082-989X.10.4.428 (fixed).
    Citkowicz M, Vevea JL. Psychol Methods 2017;22:28-41. doi:10.1037/met0000119 (beta).
    Preston C, Ashby D, Smyth R. J Eval Clin Pract 2004;10:313-322.
    doi:10.1111/j.1365-2753.2003.00457.x (half-normal, negative exponential, logistic).

    Notes
    -----
    metafor: `selmodel(rma(..., method = "ML"), type = , steps = , delta = , prec = )`. It differs
    in the search (several starts, exact derivatives, log scale, fixed quadrature instead of
    adaptive integration), which finds a higher likelihood where metafor stops early.
    """
    demand_estimates(estimates, "selection model")
    chosen = (choices or SelectionChoices()).with_options(
        type=type, steps=steps, alternative=alternative, precision=precision
    )
    if estimates.k < 2 or effects_identical(estimates.y):
        raise DataError(
            "selection model: it needs two or more studies whose effects differ. Nothing can be "
            "learnt about selection from these."
        )
    side = _side(estimates, chosen.alternative)
    unadjusted = pool(
        estimates, tau2="EE" if chosen.equal_effects else "ML", interval="wald", level=chosen.level
    )
    problem, names, counts, starts = _problem(estimates, chosen, side)
    problem = replace(problem, tau2=unadjusted.heterogeneity.tau2 or 0.0)
    best = highest_maximum(problem, starts)
    return _result(estimates, chosen, side, (problem, names, counts), best, unadjusted)


def _side(estimates: EffectEstimates, alternative: str) -> str:
    if alternative != "auto":
        return alternative
    mean = weighted_mean(estimates.y, estimates.v, 0.0).estimate
    return "greater" if mean >= 0.0 else "less"


Names = tuple[str, ...]
Counts = tuple[int | None, ...]


def _problem(
    estimates: EffectEstimates, chosen: SelectionChoices, side: str
) -> tuple[Problem, Names, Counts, tuple[tuple[float, ...], ...]]:
    y = -estimates.y if side == "less" else estimates.y
    v, two_sided = estimates.v, side == "two-sided"
    z = y / np.sqrt(v)
    if chosen.model == "step":
        return _step_problem(y, v, chosen, two_sided=two_sided)
    weights = SMOOTH[chosen.model]
    scale = _imprecision(estimates, chosen.imprecision)
    quadrature = Quadrature.build(weights, scale, two_sided=two_sided)
    observed = p_values(z, two_sided=two_sided, smallest=weights.smallest_p)
    likelihood = SelectionLikelihood(y, v, quadrature, observed, None)
    delta = np.full(weights.size, weights.none)
    free = np.ones(weights.size, dtype=np.bool_)
    names = ("delta",) if weights.size == 1 else tuple(f"delta {i + 1}" for i in range(free.size))
    problem = Problem(
        likelihood, delta, free, weights.lowest, chosen.largest_weight, chosen.equal_effects, 0.0
    )
    return problem, names, (None,) * weights.size, weights.starts


def _step_problem(
    y: FloatArray, v: FloatArray, chosen: SelectionChoices, *, two_sided: bool
) -> tuple[Problem, Names, Counts, tuple[tuple[float, ...], ...]]:
    alphas = chosen.cut_offs
    p = p_values(y / np.sqrt(v), two_sided=two_sided, smallest=0.0).p
    interval = np.searchsorted(alphas, p)
    counts = np.bincount(interval, minlength=alphas.size + 1)
    borders = [0.0, *alphas.tolist(), 1.0]
    names = tuple(
        f"p <= {high:g}" if low == 0.0 else f"{low:g} < p <= {high:g}"
        for low, high in pairwise(borders)
    )
    if chosen.weights is None and np.any(counts == 0):
        empty = names[int(np.argmin(counts))]
        raise DataError(
            f"selection model: no study has {empty}, so the weight of that interval cannot be "
            "estimated. Choose other steps, or fixed weights."
        )
    free = np.arange(alphas.size + 1) > 0
    delta = np.ones(alphas.size + 1)
    if chosen.weights is not None:
        free, delta = np.zeros_like(free), np.asarray(chosen.weights, dtype=np.float64)
    likelihood = SelectionLikelihood(y, v, Steps.build(alphas, two_sided=two_sided), None, interval)
    problem = Problem(
        likelihood, delta, free, 0.0, chosen.largest_weight, chosen.equal_effects, 0.0
    )
    starts = tuple((start,) * alphas.size for start in STEP_STARTS)
    return problem, names, tuple(counts.tolist()), starts


def _imprecision(estimates: EffectEstimates, measure: str) -> FloatArray:
    if measure == "none":
        return np.ones(estimates.k)
    if measure in ("se", "v"):
        values = np.sqrt(estimates.v) if measure == "se" else estimates.v
    else:
        n = estimates.n
        if n is None or not np.all(n > 0.0) or not np.all(np.isfinite(n)):
            raise DataError(
                f"selection model: {measure} needs the number of participants of every study. "
                "Give n, or use se."
            )
        values = 1.0 / n if measure == "1/n" else 1.0 / np.sqrt(n)
    return np.asarray(values / values.max())


def _result(
    estimates: EffectEstimates,
    chosen: SelectionChoices,
    side: str,
    what: tuple[Problem, Names, Counts],
    best: Optimum,
    unadjusted: PooledResult,
) -> SelectionModel:
    problem, names, counts = what
    se = _standard_errors(problem, best)
    sign = -1.0 if side == "less" else 1.0
    critical = critical_value(chosen.level, None)
    estimate = sign * best.mu
    tau2_without = unadjusted.heterogeneity.tau2 or 0.0
    without = float(log_likelihood(estimates.y, estimates.v, tau2_without, None, restricted=False))
    df = int(problem.free.sum())
    ratio = max(0.0, 2.0 * (best.value - without))
    parameters = 1 + (not problem.equal_effects) + df
    none = 1.0 if chosen.model in ("step", "beta") else 0.0
    return SelectionModel(
        model=chosen.model,
        alternative=side,
        k=estimates.k,
        estimate=estimate,
        se=se[0],
        statistic=None if se[0] is None else estimate / se[0],
        p_value=None if se[0] is None else two_sided_p(estimate / se[0], None),
        interval=NONE
        if se[0] is None
        else Interval(estimate - critical * se[0], estimate + critical * se[0]),
        tau2=best.tau2,
        tau2_se=se[1],
        weights=tuple(
            _weight(name, count, (value, error), bool(free), (critical, none))
            for name, count, value, error, free in zip(
                names, counts, best.delta.tolist(), se[2:], problem.free, strict=True
            )
        ),
        log_likelihood=best.value,
        aic=2.0 * parameters - 2.0 * best.value,
        lr_statistic=ratio if df else None,
        lr_df=df or None,
        lr_p=float(chdtrc(df, ratio)) if df else None,
        unadjusted=unadjusted,
        local_maxima=best.count,
        cautions=(*gate(estimates.k), *_cautions(problem, best, chosen)),
    )


def _standard_errors(problem: Problem, best: Optimum) -> list[float | None]:
    """From the observed information of the parameters that are not at an edge."""
    _, _, hessian = problem.likelihood.at(best.mu, best.tau2, best.delta)
    used = np.concatenate([[True], best.inside])
    out: list[float | None] = [None] * used.size
    try:
        covariance = np.linalg.inv(-hessian[np.ix_(used, used)])
    except np.linalg.LinAlgError:
        return out
    variances = np.diag(covariance)
    if not np.all(np.isfinite(variances)) or np.any(variances <= 0.0):
        return out
    for position, variance in zip(np.flatnonzero(used).tolist(), variances.tolist(), strict=True):
        out[position] = float(np.sqrt(variance))
    return out


def _weight(
    name: str,
    count: int | None,
    found: tuple[float, float | None],
    free: bool,
    settings: tuple[float, float],
) -> SelectionWeight:
    (value, se), (critical, none) = found, settings
    if se is None:
        return SelectionWeight(name, count, value, None, NONE, None, not free)
    interval = Interval(max(0.0, value - critical * se), value + critical * se)
    p = two_sided_p((value - none) / se, None) if none > 0.0 else None
    return SelectionWeight(name, count, value, se, interval, p, not free)


def _cautions(problem: Problem, best: Optimum, chosen: SelectionChoices) -> tuple[Caution, ...]:
    found = []
    at_edge = problem.free & ~best.inside[1:]
    if at_edge.any():
        text = (
            "A parameter of the weight function is estimated at the edge of its range "
            f"(0 to {chosen.largest_weight:g}): the data do not settle how studies were selected."
        )
        found.append(Caution("selection_at_edge", text))
    if best.count > 1:
        text = (
            f"The likelihood has {best.count} maxima; the highest is used. Other starts would lead "
            "to other answers."
        )
        found.append(Caution("several_likelihood_modes", text))
    y = problem.likelihood.y
    if not float(y.min()) <= best.mu <= float(y.max()):
        text = (
            "The mean before selection lies outside the range of all observed effects. That is an "
            "artefact of the model: it does not describe these data."
        )
        found.append(Caution("mean_outside_effects", text))
    if not problem.equal_effects and not best.inside[0]:
        text = "tau2 is estimated as 0 in the selection model, the edge of its range."
        found.append(Caution("tau2_at_boundary", text))
    return tuple(found)
