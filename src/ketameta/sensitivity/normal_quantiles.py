"""Data of a normal quantile (QQ) plot of standardised residuals, with a simulated envelope."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from ketameta.errors import DataError
from ketameta.measures.estimates import EffectEstimates, FloatArray
from ketameta.measures.level import check_level
from ketameta.pooling.catalog import tau2_method
from ketameta.pooling.choices import PoolingChoices
from ketameta.pooling.weighted_mean import weighted_mean
from ketameta.sensitivity.influence import influence

SIMULATIONS = 2000
# Fixed, so that a result can be repeated.
SEED = 19680330


@dataclass(frozen=True, slots=True)
class NormalQuantiles:
    """Coordinates of a normal QQ plot, by increasing residual; arrays (k,).

    Attributes
    ----------
    labels
        The studies in this order.
    residual
        Standardised residuals.
    quantile
        Quantiles of the normal distribution at (i - a) / (k + 1 - 2a).
    envelope_low, envelope_high
        Between these lie the given share of residuals of that rank if the model holds.
    deleted
        Whether residuals are from the mean without the study.
    """

    labels: tuple[str, ...]
    residual: FloatArray
    quantile: FloatArray
    envelope_low: FloatArray
    envelope_high: FloatArray
    deleted: bool


def normal_quantiles(
    estimates: EffectEstimates,
    *,
    tau2: str = "REML",
    deleted: bool = False,
    level: float = 0.95,
    seed: int = SEED,
) -> NormalQuantiles:
    """Are the studies' residuals as a normal random-effects model expects?

    Parameters
    ----------
    estimates
        At least three estimates.
    tau2
        Estimator.
    deleted
        Whether each residual is from the model without its study (rstudent).
    level
        Coverage of the envelope at each rank; the residuals of simulated effects are made in the
        same way, tau2 taken as estimated.
    seed
        Of the simulation.

    References
    ----------
    Wang MC, Bushman BJ. Psychol Methods 1998;3:46-54. doi:10.1037/1082-989X.3.1.46.
    metafor: `qqnorm(rma(...), type = "rstandard")` or `"rstudent"`; its envelope is smoothed.
    """
    if estimates.k < 3:
        raise DataError("normal quantiles: they need three studies or more.")
    check_level(level)
    method = tau2_method(tau2)
    between = float(method.function(estimates.y, estimates.v))
    if deleted:
        choices = PoolingChoices(tau2=method.code, interval="wald")
        residual = influence(estimates, choices).rstudent
    else:
        mean = weighted_mean(estimates.y, estimates.v, between)
        residual = _standardised(estimates.y - mean.estimate, estimates.v + between)
    order = np.argsort(residual, kind="stable")
    k = estimates.k
    offset = 0.375 if k <= 10 else 0.5
    quantile = ndtri((np.arange(1, k + 1) - offset) / (k + 1 - 2.0 * offset))
    low, high = _envelope(estimates.v + between, level, seed)
    labels = tuple(estimates.labels[i] for i in order.tolist())
    return NormalQuantiles(labels, residual[order], np.asarray(quantile), low, high, deleted)


def _standardised(residual: FloatArray, variance: FloatArray) -> FloatArray:
    """Residuals (..., k) from a weighted mean over their standard deviations."""
    w = 1.0 / variance
    rest = np.array([w[:i].sum() + w[i + 1 :].sum() for i in range(w.size)])
    return np.asarray(residual / np.sqrt(variance * rest / w.sum()))


def _envelope(variance: FloatArray, level: float, seed: int) -> tuple[FloatArray, FloatArray]:
    draws = np.random.default_rng(seed).normal(size=(SIMULATIONS, variance.size))
    effects = draws * np.sqrt(variance)
    w = 1.0 / variance
    mean = effects @ w / w.sum()
    ranked = np.sort(_standardised(effects - mean[:, None], variance), axis=1)
    tail = 0.5 * (1.0 - level)
    low, high = np.quantile(ranked, [tail, 1.0 - tail], axis=0)
    return low, high
