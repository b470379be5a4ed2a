"""Mean and standard deviation of an arm from whatever the source gives."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import stdtrit

from ketameta.records.results import Summary


@dataclass(frozen=True, slots=True)
class ArmMean:
    """Mean, standard deviation and size of an arm; `spread` says where the SD came from."""

    n: int
    mean: float
    sd: float
    spread: str


def arm_mean(summary: Summary, *, quantile: float | None = None) -> ArmMean | None:
    """An arm's mean and SD, from its SD, standard error or 95 % interval; None without any.

    The interval is read with the t quantile on n - 1 degrees of freedom (Cochrane Handbook 6.5,
    section 6.5.2.2), unless another `quantile` is supposed.
    """
    if summary.n is None or summary.mean is None:
        return None
    n, mean = summary.n, float(summary.mean)
    if summary.sd is not None:
        return ArmMean(n, mean, float(summary.sd), "SD as reported")
    if summary.se is not None:
        return ArmMean(n, mean, float(summary.se) * math.sqrt(n), "SD from the standard error")
    if summary.ci_low is not None and summary.ci_high is not None and n > 1:
        width = float(summary.ci_high - summary.ci_low)
        by = float(stdtrit(n - 1, 0.975)) if quantile is None else quantile
        sd = math.sqrt(n) * width / (2 * by)
        return ArmMean(n, mean, sd, "SD from the 95 % interval")
    return None


def combined_mean(arms: Sequence[ArmMean]) -> ArmMean:
    """Several arms as one group (Cochrane Handbook 6.5, section 6.5.2.10)."""
    total = arms[0]
    for arm in arms[1:]:
        n = total.n + arm.n
        mean = (total.n * total.mean + arm.n * arm.mean) / n
        between = total.n * arm.n / n * (total.mean - arm.mean) ** 2
        within = (total.n - 1) * total.sd**2 + (arm.n - 1) * arm.sd**2
        spread = "; ".join(dict.fromkeys((total.spread, arm.spread)))
        total = ArmMean(n, mean, math.sqrt((within + between) / (n - 1)), spread)
    return total
