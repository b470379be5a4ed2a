"""`pool`: effect estimates in, one pooled result out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ketameta.errors import DataError
from ketameta.measures.estimates import Caution, EffectEstimates, demand_estimates
from ketameta.pooling import catalog
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.heterogeneity import heterogeneity, single_study
from ketameta.pooling.intervals import MeanInference, wald
from ketameta.pooling.likelihood import LikelihoodFit, ml_fit, reml_fit
from ketameta.pooling.prediction import NO_INTERVAL, Prediction
from ketameta.pooling.result import Heterogeneity, Interval, PooledResult
from ketameta.pooling.settle import settle
from ketameta.pooling.weighted_mean import WeightedMean, weighted_mean


def pool(
    estimates: EffectEstimates,
    choices: PoolingChoices | None = None,
    *,
    tau2: str | None = None,
    interval: str | None = None,
    prediction: str | None = None,
    level: float | None = None,
) -> PooledResult:
    """Pooled mean, heterogeneity and prediction interval of effect estimates.

    Parameters
    ----------
    estimates
        At least one estimate, on the analysis scale.
    choices
        Methods; by default REML, Hartung-Knapp-Sidik-Jonkman interval, prediction interval with
        t(k - 1), level 0.95.
    tau2, interval, prediction, level
        Single choices, in place of those in `choices`; codes as in `catalog`, in any case.

    Returns
    -------
    PooledResult
        For one study: that study with a normal interval, tau2 None, no prediction interval.

    Raises
    ------
    UsageError
        For an unknown method, a level outside (0, 1), methods that do not fit together, or
        anything else than `EffectEstimates`.
    DataError
        Without estimates.

    Notes
    -----
    metafor: `predict(rma(yi, vi, method = "REML", test = "knha"))`. It differs on purpose where
    metafor reports tau2 = 0 and a prediction interval for one study, a Hartung-Knapp interval of
    width 0 for identical effects, and [0, 0] for an empty Q-profile set.
    """
    demand_estimates(estimates, "pooling")
    settled = settle(choices or PoolingChoices(), tau2, interval, prediction, level)
    if estimates.k == 0:
        raise DataError("pooling: there are no estimates. Give at least one study.")
    if estimates.k == 1:
        return _pool_one(estimates, settled)
    return _pool_several(estimates, settled)


def _pool_one(estimates: EffectEstimates, choices: PoolingChoices) -> PooledResult:
    mean = weighted_mean(estimates.y, estimates.v, 0.0)
    choices = replace(choices, interval="wald")
    tau2 = 0.0 if choices.tau2 == "EE" else None
    text = (
        "There is a single study: the interval is its own normal interval, and differences "
        "between studies (tau2, I2) and a prediction interval cannot be estimated."
    )
    result = assemble(
        estimates, choices, mean, wald(mean, choices.level), single_study(tau2), NO_PREDICTION
    )
    return replace(result, cautions=(*estimates.cautions, Caution("single_study", text)))


NO_PREDICTION = Prediction(NO_INTERVAL)


def _pool_several(estimates: EffectEstimates, choices: PoolingChoices) -> PooledResult:
    y, v = estimates.y, estimates.v
    certificate = _certificate(estimates, choices.tau2)
    estimator = catalog.tau2_method(choices.tau2).function
    tau2 = float(estimator(y, v) if certificate is None else certificate.tau2)
    mean = replace(weighted_mean(y, v, tau2), estimator=estimator)
    assert choices.interval is not None
    inference = catalog.interval_method(choices.interval).function(mean, choices.level)
    spread, spread_cautions = heterogeneity(y, v, tau2, choices)
    ahead = predict(mean, inference, choices)
    cautions = [*estimates.cautions, *_few_studies(mean.k), *_modes(estimates, certificate)]
    if choices.tau2 not in {"EE", "SJ"} and tau2 == 0.0:
        cautions.append(AT_BOUNDARY)
    cautions += [*inference.cautions, *spread_cautions, *ahead.cautions]
    cautions += _disagreements(tau2, spread.tau2_interval, inference.interval, ahead.interval)
    result = assemble(estimates, choices, mean, inference, spread, ahead)
    if certificate is not None:
        result = replace(
            result,
            log_likelihood=float(certificate.log_likelihood),
            local_maxima=int(certificate.local_maxima),
        )
    return replace(result, cautions=tuple(cautions))


AT_BOUNDARY = Caution(
    "tau2_at_boundary",
    "tau2 is estimated as 0, the edge of its range. This is no evidence that true effects are "
    "equal: read the interval for tau2.",
)


def _disagreements(
    tau2: float, about_tau2: Interval, mean: Interval, new_study: Interval
) -> Iterator[Caution]:
    """Where methods that do not share their assumptions contradict each other."""
    if _outside(Interval(tau2, tau2), about_tau2):
        yield Caution(
            "tau2_outside_its_interval",
            "The estimate of tau2 lies outside its own interval, because they come from different "
            "methods. Try another --tau2 or --tau2-ci.",
        )
    if _outside(mean, new_study):
        yield Caution(
            "prediction_narrower",
            "The prediction interval does not hold the interval of the mean, because they use "
            "different standard errors or degrees of freedom. Choose a --prediction that goes "
            "with --ci, such as kr with kr.",
        )


def _outside(inner: Interval, outer: Interval) -> bool:
    """Whether some of `inner` lies outside `outer`, by more than rounding; False without limits."""
    if inner.low is None or inner.high is None or outer.low is None or outer.high is None:
        return False
    slack = 1e-9 * (abs(outer.high) + abs(outer.low))
    return bool(inner.low < outer.low - slack or inner.high > outer.high + slack)


def _certificate(estimates: EffectEstimates, method: str) -> LikelihoodFit | None:
    if method == "REML":
        return reml_fit(estimates.y, estimates.v)
    return ml_fit(estimates.y, estimates.v) if method == "ML" else None


def predict(mean: WeightedMean, inference: MeanInference, choices: PoolingChoices) -> Prediction:
    """Prediction interval as chosen; none under equal effects."""
    if choices.tau2 == "EE":
        text = (
            "The equal-effects model assumes that true effects do not differ, so tau2 is not "
            "estimated and there is no prediction interval."
        )
        return Prediction(NO_INTERVAL, cautions=(Caution("equal_effects", text),))
    return catalog.prediction_method(choices.prediction).function(mean, inference, choices.level)


def _few_studies(k: int) -> tuple[Caution, ...]:
    if k > 2:
        return ()
    text = (
        "There are two studies: tau2 is hardly estimable from them, and its interval and the "
        "prediction interval are next to worthless."
    )
    return (Caution("two_studies", text),)


def _modes(estimates: EffectEstimates, certificate: LikelihoodFit | None) -> tuple[Caution, ...]:
    if certificate is None or int(certificate.local_maxima) < 2:
        return ()
    other = float(certificate.runner_up)
    gap = float(certificate.log_likelihood - certificate.runner_up_log_likelihood)
    there = weighted_mean(estimates.y, estimates.v, other).estimate
    text = (
        f"The likelihood of tau2 has {int(certificate.local_maxima)} local maxima. The highest is "
        f"used; the next, lower by {gap:.3g} in log-likelihood, is at tau2 = {other:.4g} with a "
        f"pooled estimate of {there:.4g}."
    )
    return (Caution("several_likelihood_modes", text),)


def assemble(
    estimates: EffectEstimates,
    choices: PoolingChoices,
    mean: WeightedMean,
    inference: MeanInference,
    spread: Heterogeneity,
    ahead: Prediction,
) -> PooledResult:
    """The result from its parts; choices must be settled."""
    assert choices.interval is not None
    return PooledResult(
        measure=estimates.measure,
        k=estimates.k,
        tau2_method=choices.tau2,
        interval_method=choices.interval,
        prediction_method=choices.prediction,
        level=choices.level,
        estimate=inference.estimate,
        se=inference.se,
        interval=inference.interval,
        statistic=inference.statistic,
        df=inference.df,
        p_value=inference.p_value,
        heterogeneity=spread,
        prediction=ahead.interval,
        weights=mean.weights if inference.weights is None else inference.weights,
        labels=estimates.labels,
        wald_interval=inference.wald_interval,
        hksj_factor=inference.hksj_factor,
        guarded_interval=inference.guarded_interval,
        prediction_se=ahead.se,
        prediction_df=ahead.df,
    )
