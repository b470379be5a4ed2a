"""WAAP: the weighted average of the adequately powered studies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.errors import DataError
from ketameta.measures.estimates import Caution, EffectEstimates
from ketameta.pooling.intervals import critical_value, two_sided_p
from ketameta.pooling.result import Interval
from ketameta.pooling.weighted_mean import weighted_mean
from ketameta.sensitivity.bias.gate import gate
from ketameta.sensitivity.selected_estimates import selected_estimates

# Effect over standard error at which a two-sided test at 0.05 has power 0.8: 1.96 + 0.84.
POWERED = 2.8


@dataclass(frozen=True, slots=True)
class UnrestrictedMean:
    """Common-effect mean whose variance is multiplied by Q / (k - 1) (unrestricted WLS).

    `se`, `statistic`, `df`, `p_value` are None and the interval empty for a single study or
    equal effects, whose scatter says nothing.
    """

    k: int
    estimate: float
    se: float | None
    statistic: float | None
    df: float | None
    p_value: float | None
    interval: Interval


@dataclass(frozen=True, slots=True)
class Waap:
    """Weighted average of the adequately powered studies.

    Attributes
    ----------
    all_studies
        The unrestricted mean of all studies.
    powered
        Labels of the studies whose standard error is below |mean| / 2.8.
    result
        The unrestricted mean of these; of all studies where fewer than two are powered
        (WAAP-WLS).
    method
        "WAAP" or "WLS" accordingly.
    cautions
        When not to believe it.
    """

    all_studies: UnrestrictedMean
    powered: tuple[str, ...]
    result: UnrestrictedMean
    method: str
    cautions: tuple[Caution, ...] = ()


def waap(estimates: EffectEstimates, *, level: float = 0.95) -> Waap:
    """Mean of the studies with a power of 80 % or more, which selection distorts least.

    References
    ----------
    Ioannidis JPA, Stanley TD, Doucouliagos H. Econ J 2017;127:F236-F265. doi:10.1111/ecoj.12461.
    Stanley TD, Doucouliagos H, Ioannidis JPA. Stat Med 2017;36:1580-1598. doi:10.1002/sim.7228.
    """
    if estimates.k == 0:
        raise DataError("WAAP: there are no estimates. Give at least one study.")
    whole = unrestricted_mean(estimates, level=level)
    powered = np.sqrt(estimates.v) < abs(whole.estimate) / POWERED
    labels = tuple(label for label, one in zip(estimates.labels, powered, strict=True) if one)
    cautions = gate(estimates.k)
    if len(labels) < 2:
        text = (
            f"{'One study is' if labels else 'No study is'} adequately powered, so the mean of "
            "all studies is given."
        )
        return Waap(whole, labels, whole, "WLS", (*cautions, Caution("hardly_any_power", text)))
    part = selected_estimates(estimates, powered)
    return Waap(whole, labels, unrestricted_mean(part, level=level), "WAAP", cautions)


def unrestricted_mean(estimates: EffectEstimates, *, level: float = 0.95) -> UnrestrictedMean:
    """The unrestricted weighted least squares mean of one or more estimates.

    References
    ----------
    Stanley TD, Doucouliagos H. Stat Med 2015;34:2116-2127. doi:10.1002/sim.6481.
    R: `lm(y / se ~ 0 + I(1 / se))`.
    """
    mean = weighted_mean(estimates.y, estimates.v, 0.0)
    if mean.k == 1 or mean.identical_effects:
        none = Interval(None, None)
        return UnrestrictedMean(mean.k, mean.estimate, None, None, None, None, none)
    se = float(np.sqrt(mean.q / mean.df)) * mean.se
    half = critical_value(level, mean.df) * se
    statistic = mean.estimate / se
    return UnrestrictedMean(
        mean.k,
        mean.estimate,
        se,
        statistic,
        mean.df,
        two_sided_p(statistic, mean.df),
        Interval(mean.estimate - half, mean.estimate + half),
    )
