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
        from statsmodels.stats.power import NormalIndPower
        from statsmodels.stats.proportion import proportion_effectsize

        control = float(size.control_risk)
        odds = float(size.odds_ratio) * control / (1 - control)
        effect = abs(float(proportion_effectsize(odds / (1 + odds), control)))
        solver = NormalIndPower()
    elif measure == "SMD":
        from statsmodels.stats.power import TTestIndPower

        effect, solver = float(size.smd), TTestIndPower()
    else:
        return None
    per_arm = solver.solve_power(
        effect_size=effect, alpha=float(size.alpha), power=float(size.power), ratio=1.0
    )
    return 2 * math.ceil(float(per_arm))
