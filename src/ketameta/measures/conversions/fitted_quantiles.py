"""Mean and SD from quantiles, by fitting distributions to them (quantile estimation)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.special import betaincinv, gammaincinv, gammaln, ndtri

from ketameta.errors import DataError
from ketameta.measures.conversions.assumption import OTHER_METHOD, Converted, supposed
from ketameta.measures.conversions.finite import finite_result
from ketameta.measures.conversions.normal_quantiles import MeanSD
from ketameta.measures.conversions.summaries import QuantileSummary, skewness_test
from ketameta.measures.estimates import FloatArray

_REFERENCE = "McGrath et al. (2020), doi:10.1177/0962280219889080"
# Log shapes that are searched: from nearly exponential tails to nearly symmetric.
_LOG_SHAPES = np.linspace(math.log(0.05), math.log(2000.0), 60)


@dataclass(frozen=True, slots=True)
class Fit:
    """A distribution fitted to quantiles: its squared distance from them, its mean and SD."""

    distribution: str
    distance: float
    mean: float
    sd: float


@finite_result
def fitted_mean_sd(summary: QuantileSummary) -> Converted[MeanSD]:
    """Mean and SD of the distribution that comes closest to the reported quantiles.

    Normal, log-normal, gamma and Weibull are fitted by least squares between reported and fitted
    quantiles, and beta where all values lie between 0 and 1; only the normal where a value is
    not above 0. Minimum and maximum are taken for the quantiles 1/n and 1 - 1/n. The scale of
    each distribution is solved for exactly and its shape is searched over a wide grid, so that
    the result depends on no starting value (estmeansd's does).

    Raises
    ------
    DataError
        When only the normal can be fitted and `skewness_test` speaks against it.

    References
    ----------
    McGrath et al. (2020), doi:10.1177/0962280219889080
    """
    found = fits(summary)
    if len(found) == 1 and skewness_test(summary).skewed:
        raise DataError(
            f"median {summary.median:g} of {summary.n} people: with values of 0 or below only a "
            "normal distribution can be fitted, and the quantiles are too lopsided for one. "
            "Compare medians."
        )
    best = min(found, key=lambda fit: fit.distance)
    assumption = supposed(
        "fitted_distribution",
        f"The outcome follows a {best.distribution} distribution, the closest of those tried; its "
        "mean and SD were estimated from quantiles and are less certain than reported ones.",
        _REFERENCE,
        no_range=OTHER_METHOD,
    )
    return Converted(MeanSD(best.mean, best.sd), (assumption,))


def fits(summary: QuantileSummary) -> list[Fit]:
    """All distributions fitted to the summary, in a fixed order."""
    points = np.array(summary.points())
    p, q = points[:, 0], points[:, 1]
    found = [_normal(p, q)]
    if q.min() > 0:
        found += [_log_normal(p, q), _gamma(p, q), _weibull(p, q)]
        if q.max() < 1:
            found.append(_beta(p, q))
    usable = [fit for fit in found if math.isfinite(fit.mean) and math.isfinite(fit.sd)]
    if not usable:
        raise DataError("quantiles: no distribution could be fitted to them. Check the numbers.")
    return usable


def _normal(p: FloatArray, q: FloatArray) -> Fit:
    z = ndtri(p)
    centred = z - z.mean()
    sd = float(centred @ q / (centred @ centred))
    mean = float(q.mean() - sd * z.mean())
    return Fit("normal", float(((q - mean - sd * z) ** 2).sum()), mean, sd)


def _log_normal(p: FloatArray, q: FloatArray) -> Fit:
    z = ndtri(p)
    log_sigma, scale, distance = _scaled(lambda s: np.asarray(np.exp(math.exp(s) * z)), q)
    variance = math.exp(log_sigma) ** 2
    mean = scale * math.exp(variance / 2)
    return Fit("log-normal", distance, mean, mean * math.sqrt(math.expm1(variance)))


def _gamma(p: FloatArray, q: FloatArray) -> Fit:
    log_shape, scale, distance = _scaled(lambda s: np.asarray(gammaincinv(math.exp(s), p)), q)
    shape = math.exp(log_shape)
    return Fit("gamma", distance, shape * scale, math.sqrt(shape) * scale)


def _weibull(p: FloatArray, q: FloatArray) -> Fit:
    unit = -np.log1p(-p)
    log_shape, scale, distance = _scaled(lambda s: np.asarray(unit ** math.exp(-s)), q)
    inverse = math.exp(-log_shape)
    first, second = gammaln(1 + inverse), gammaln(1 + 2 * inverse)
    mean = scale * math.exp(first)
    return Fit("Weibull", distance, mean, mean * math.sqrt(math.expm1(second - 2 * first)))


def _beta(p: FloatArray, q: FloatArray) -> Fit:
    def distance(logs: FloatArray) -> float:
        fitted = betaincinv(math.exp(logs[0]), math.exp(logs[1]), p)
        return float(((q - fitted) ** 2).sum())

    middle, spread = float(np.median(q)), float(np.ptp(q)) / 3
    total = max(middle * (1 - middle) / spread**2 - 1, 0.5)
    start = np.log([middle * total, (1 - middle) * total])
    options = {"xatol": 1e-9, "fatol": 1e-16, "maxiter": 4000}
    found = minimize(distance, start, method="Nelder-Mead", options=options)
    a, b = np.exp(found.x)
    sd = math.sqrt(a * b / ((a + b) ** 2 * (a + b + 1)))
    return Fit("beta", float(found.fun), float(a / (a + b)), sd)


def _scaled(
    shape_quantiles: Callable[[float], FloatArray], q: FloatArray
) -> tuple[float, float, float]:
    """(log shape, scale, squared distance) of the best fit of scale × shape_quantiles to q.

    The best scale for a shape is a ratio of sums, so that only the shape is searched.
    """

    def distance(log_shape: float) -> float:
        with np.errstate(over="ignore", invalid="ignore"):
            unit = shape_quantiles(log_shape)
            value = float(((q - _scale(unit, q) * unit) ** 2).sum())
        return value if math.isfinite(value) else math.inf

    grid = [distance(s) for s in _LOG_SHAPES]
    best = int(np.argmin(grid))
    low, high = _LOG_SHAPES[max(0, best - 1)], _LOG_SHAPES[min(len(grid) - 1, best + 1)]
    found = minimize_scalar(
        distance, bounds=(low, high), method="bounded", options={"xatol": 1e-10}
    )
    log_shape = float(found.x)
    unit = shape_quantiles(log_shape)
    return log_shape, _scale(unit, q), distance(log_shape)


def _scale(unit: FloatArray, q: FloatArray) -> float:
    return float(unit @ q / (unit @ unit))
