"""Optimal information size: how many people one adequate trial would need."""

from __future__ import annotations

import math
from functools import cache

from ketameta.questions.question import InformationSize


@cache
def required_size(measure: str, size: InformationSize) -> int | None:
    """People in both arms together for the power the review asks for; None where not defined.

    Binary measures: two proportions by the arcsine effect size h; means: a standardised mean
    difference. Mean differences in units of their own have no size without a standard deviation.

    References
    ----------
    Guyatt et al. 2011, J Clin Epidemiol 64:1283-1293, doi:10.1016/j.jclinepi.2011.01.012;
    Cohen 1988, Statistical power analysis for the behavioral sciences.
    """
    if measure in ("OR", "RR", "RD"):
        control = float(size.control_risk)
        odds = float(size.odds_ratio) * control / (1 - control)
        return required_for(size, risks=(control, odds / (1 + odds)))
    if measure == "SMD":
        return required_for(size, smd=float(size.smd))
    return None


def required_for(
    size: InformationSize, *, risks: tuple[float, float] | None = None, smd: float | None = None
) -> int:
    """People in both arms together to tell two risks, or two standardised means, apart.

    Parameters
    ----------
    risks
        Without and with treatment, 0 to 1; compared by the arcsine effect size h.
    smd
        A standardised mean difference, used where there are no risks.
    """
    if risks is not None:
        from statsmodels.stats.power import NormalIndPower
        from statsmodels.stats.proportion import proportion_effectsize

        effect, solver = abs(float(proportion_effectsize(risks[1], risks[0]))), NormalIndPower()
    else:
        from statsmodels.stats.power import TTestIndPower

        effect, solver = abs(smd or 0.0), TTestIndPower()
    return 2 * math.ceil(_per_arm(solver, effect, size))


def events_for_hazard(size: InformationSize, log_ratio: float) -> int:
    """Events in both arms together to find a log hazard ratio, arms of equal size.

    4 (z_alpha + z_power)² / log(HR)², which is the total of two normal samples whose means lie
    the logarithm apart.

    References
    ----------
    Schoenfeld 1983, Biometrics 39:499-503, doi:10.2307/2531021.
    """
    from statsmodels.stats.power import NormalIndPower

    return math.ceil(2 * _per_arm(NormalIndPower(), abs(log_ratio), size))


def _per_arm(solver: object, effect: float, size: InformationSize) -> float:
    found = solver.solve_power(  # type: ignore[attr-defined]
        effect_size=effect, alpha=float(size.alpha), power=float(size.power), ratio=1.0
    )
    return float(found)
