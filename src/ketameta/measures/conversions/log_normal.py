"""Mean and SD of skewed positive data from quantiles, taken for log-normal; and logarithms back."""

from __future__ import annotations

import math

from ketameta.measures.conversions.assumption import OTHER_METHOD, Converted, demand, supposed
from ketameta.measures.conversions.finite import finite_result
from ketameta.measures.conversions.normal_quantiles import MeanSD, luo_mean, shi_sd, wan_sd
from ketameta.measures.conversions.summaries import QuantileSummary

SHI = "Shi et al. (2020), doi:10.4310/SII.2020.v13.n4.a9"
HIGGINS = "Higgins, White and Anzures-Cabrera (2008), doi:10.1002/sim.3427"


@finite_result
def log_normal_mean_sd(summary: QuantileSummary) -> Converted[MeanSD]:
    """Mean and SD of log-normal data from the median with quartiles, range or both (Shi 2020).

    Luo's mean μ applies to the logarithms of the quantiles; the variance σ² to their squared
    length over that expected of normal data, divided by a factor that takes out its bias
    (range 1.01 + 0.25/ln²n, quartiles 1 + 1.58/n, both 1 + 0.28/ln²n). Then

    mean = exp(μ + σ²/2)/(1 + (a σ² + b σ⁴)/n),
    E(x²) = exp(2μ + 2σ²)/(1 + (4a σ² + 16b σ⁴)/n), mean² likewise with 4a and 4b,

    with (a, b) = (0.565, 0.37) for the range, (0.57, 0.75) for quartiles, (0.405, 0.315) for both.

    Reproduces ``conv.fivenum(dist="lnorm")`` of metafor 4 and later.

    Raises
    ------
    DataError
        When a value is not above 0, or quantiles too far apart give nothing finite.

    References
    ----------
    Shi, Tong, Wang and Genton (2020), Statistics and Its Interface 13, 519-531,
    doi:10.4310/SII.2020.v13.n4.a9
    """
    values = [value for _, value in summary.points()]
    demand(
        min(values) > 0,
        "log-normal method: it needs values above 0. Use fitted_mean_sd, or compare medians.",
    )
    logs = _logarithms(summary)
    mu, variance = luo_mean(logs), _log_variance(logs)
    a, b = _correction(logs)
    first, second = a * variance / summary.n, b * variance**2 / summary.n
    mean = math.exp(mu + variance / 2) / (1 + first + second)
    square = math.exp(2 * mu + 2 * variance) / (1 + 4 * first + 16 * second)
    spread = square - math.exp(2 * mu + variance) / (1 + 4 * first + 4 * second)
    assumption = supposed(
        "log_normal_data",
        "The outcome is log-normally distributed; its mean and SD were estimated from quantiles "
        "and are less certain than reported ones.",
        SHI,
        no_range=OTHER_METHOD,
    )
    return Converted(MeanSD(mean, math.sqrt(spread)), (assumption,))


@finite_result
def log_scale_mean_sd(mean: float, sd: float) -> Converted[MeanSD]:
    """Mean and SD of the logarithms, from those of a log-normal outcome.

    With σ² = ln(1 + (s/m)²): ln m - σ²/2 and σ. Ratios of geometric means of skewed outcomes can
    then be pooled with trials that report logarithms.

    References
    ----------
    Higgins, White and Anzures-Cabrera (2008), doi:10.1002/sim.3427, method 1
    """
    demand(mean > 0 and sd > 0, "log-normal data: mean and SD must be above 0.")
    variance = math.log1p((sd / mean) ** 2)
    return Converted(MeanSD(math.log(mean) - variance / 2, math.sqrt(variance)), (_LOG_NORMAL,))


@finite_result
def raw_scale_mean_sd(log_mean: float, log_sd: float) -> Converted[MeanSD]:
    """Mean and SD of a log-normal outcome from those of its logarithms: the way back.

    exp(μ + σ²/2), and the mean times √(exp(σ²) - 1).

    References
    ----------
    Higgins, White and Anzures-Cabrera (2008), doi:10.1002/sim.3427, method 1
    """
    demand(log_sd > 0, "log-normal data: the SD of the logarithms must be above 0.")
    mean = math.exp(log_mean + log_sd**2 / 2)
    return Converted(MeanSD(mean, mean * math.sqrt(math.expm1(log_sd**2))), (_LOG_NORMAL,))


_LOG_NORMAL = supposed("log_normal_data", "The outcome is log-normally distributed.", HIGGINS)


def _logarithms(summary: QuantileSummary) -> QuantileSummary:
    q1, q3 = map(math.log, summary.quartiles) if summary.has_quartiles else (None, None)
    low, high = map(math.log, summary.ends) if summary.has_range else (None, None)
    return QuantileSummary(math.log(summary.median), summary.n, q1=q1, q3=q3, low=low, high=high)


def _log_variance(logs: QuantileSummary) -> float:
    n = logs.n
    if logs.has_range and logs.has_quartiles:
        return shi_sd(logs) ** 2 / (1 + 0.28 / math.log(n) ** 2)
    if logs.has_range:
        return wan_sd(logs) ** 2 / (1.01 + 0.25 / math.log(n) ** 2)
    return wan_sd(logs) ** 2 / (1 + 1.58 / n)


def _correction(logs: QuantileSummary) -> tuple[float, float]:
    if logs.has_range and logs.has_quartiles:
        return 0.405, 0.315
    return (0.565, 0.37) if logs.has_range else (0.57, 0.75)
