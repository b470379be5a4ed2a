"""Mean and SD from a median with quartiles or range, for data that can be normal."""

from __future__ import annotations

import math
from typing import NamedTuple

from scipy.special import ndtri

from ketameta.errors import DataError, UsageError
from ketameta.measures.conversions.assumption import OTHER_METHOD, Assumption, Converted, supposed
from ketameta.measures.conversions.finite import finite_result
from ketameta.measures.conversions.summaries import QuantileSummary, skewness_test


class MeanSD(NamedTuple):
    """Estimated mean and standard deviation."""

    mean: float
    sd: float


_LUO = "Luo et al. (2018), doi:10.1177/0962280216669183"
_WAN = "Wan et al. (2014), doi:10.1186/1471-2288-14-135"
_SHI = "Shi et al. (2020), doi:10.1002/jrsm.1429"


@finite_result
def normal_mean_sd(
    summary: QuantileSummary,
    *,
    mean: str = "luo",
    sd: str = "shi",
    allow_skew: bool = False,
) -> Converted[MeanSD]:
    """Mean (Luo) and SD (Wan; Shi where quartiles and range are both there) of normal data.

    Parameters
    ----------
    summary
        What was reported.
    mean
        "luo": weights optimal for n; "wan": the simple averages (a + 2m + b)/4,
        (q1 + m + q3)/3 or (a + 2 q1 + 2m + 2 q3 + b)/8.
    sd
        "shi" weighs range and quartiles by n; "wan" averages the two. They are the same where
        only one of the two was reported.
    allow_skew
        Convert although `skewness_test` speaks against normal data.

    Reproduces ``conv.fivenum`` of metafor 4 and later (method "luo/wan/shi").

    Raises
    ------
    DataError
        When the summary is skewed and `allow_skew` is False: see `fitted_mean_sd` and
        `box_cox_mean_sd`.

    References
    ----------
    Luo et al. (2018), doi:10.1177/0962280216669183; Wan et al. (2014),
    doi:10.1186/1471-2288-14-135; Shi et al. (2020), doi:10.1002/jrsm.1429
    """
    if mean not in ("luo", "wan") or sd not in ("shi", "wan"):
        raise UsageError("quantiles: the mean is by luo or wan, the sd by shi or wan.")
    test = skewness_test(summary)
    if test.skewed and not allow_skew:
        raise DataError(
            f"median {summary.median:g} of {summary.n} people: its quartiles or range are too "
            f"lopsided for normal data ({test.statistic:.3f}, critical {test.critical:.3f}). Use "
            "a method for skewed data, or compare medians."
        )
    estimated = MeanSD(
        luo_mean(summary) if mean == "luo" else wan_mean(summary),
        shi_sd(summary) if sd == "shi" else wan_sd(summary),
    )
    return Converted(estimated, _assumptions(summary, test.skewed))


def luo_mean(summary: QuantileSummary) -> float:
    """Luo's optimally weighted mean of mid-range, mid-quartile and median."""
    n, median = summary.n, summary.median
    if summary.has_range and summary.has_quartiles:
        w1 = 2.2 / (2.2 + math.pow(n, 0.75))
        w2 = 0.7 - 0.72 / math.pow(n, 0.55)
        return w1 * _middle(summary.ends) + w2 * _middle(summary.quartiles) + (1 - w1 - w2) * median
    if summary.has_range:
        w = 4 / (4 + math.pow(n, 0.75))
        return w * _middle(summary.ends) + (1 - w) * median
    w = 0.7 + 0.39 / n
    return w * _middle(summary.quartiles) + (1 - w) * median


def wan_mean(summary: QuantileSummary) -> float:
    """The simple averages that Wan et al. give, the same for any n."""
    median = summary.median
    if summary.has_range and summary.has_quartiles:
        return (2 * _middle(summary.ends) + 4 * _middle(summary.quartiles) + 2 * median) / 8
    if summary.has_range:
        return (2 * _middle(summary.ends) + 2 * median) / 4
    return (2 * _middle(summary.quartiles) + median) / 3


def wan_sd(summary: QuantileSummary) -> float:
    """Range and interquartile range over their expected lengths in normal data, averaged."""
    parts = []
    if summary.has_range:
        parts.append(_length(summary.ends) / (2 * _end_quantile(summary.n)))
    if summary.has_quartiles:
        parts.append(_length(summary.quartiles) / (2 * _quartile_quantile(summary.n)))
    return sum(parts) / len(parts)


def shi_sd(summary: QuantileSummary) -> float:
    """Shi's SD: range and interquartile range weighed by n; `wan_sd` where only one is there."""
    if not (summary.has_range and summary.has_quartiles):
        return wan_sd(summary)
    grown = math.pow(summary.n, 0.6)
    theta_1 = (2 + 0.14 * grown) * _end_quantile(summary.n)
    theta_2 = (2 + 2 / (0.07 * grown)) * _quartile_quantile(summary.n)
    return _length(summary.ends) / theta_1 + _length(summary.quartiles) / theta_2


def _assumptions(summary: QuantileSummary, skewed: bool) -> tuple[Assumption, ...]:
    normal = supposed(
        "normal_data",
        "The outcome is normally distributed; its mean and SD were estimated from quantiles and "
        "are less certain than reported ones.",
        "; ".join((_LUO, _WAN, _SHI)),
        no_range=OTHER_METHOD,
    )
    if not skewed:
        return (normal,)
    ignored = supposed(
        "skewness_ignored",
        f"The quantiles of the {summary.n} people are lopsided, and were converted all the same.",
        "Shi et al. (2023), doi:10.1177/09622802231172043",
        no_range=OTHER_METHOD,
    )
    return normal, ignored


def _middle(pair: tuple[float, float]) -> float:
    return (pair[0] + pair[1]) / 2


def _length(pair: tuple[float, float]) -> float:
    return pair[1] - pair[0]


def _end_quantile(n: int) -> float:
    """Expected distance of the largest of n normal values from the mean (Blom)."""
    return float(ndtri((n - 0.375) / (n + 0.25)))


def _quartile_quantile(n: int) -> float:
    return float(ndtri((0.75 * n - 0.125) / (n + 0.25)))
