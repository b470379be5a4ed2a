"""Optimal information size: how many people one adequate trial would need.

There are two quantities. The yardstick of the review (`required_size`) is the same for every
question: it takes the control risk and the effect that the review states, and serves flags, which
must not change with every subset of studies. GRADE takes what the question is about: the risk of
its own control groups, and the difference that matters (`appraisal.grade.imprecision`). Both are
printed with what they are for (`size_words`), so that nobody takes one for the other.
"""

from __future__ import annotations

import math
from functools import cache

from ketameta.errors import DataError
from ketameta.questions.question import InformationSize

FEWEST = 2.0
"""In each arm: with a single person there is no variance."""


@cache
def required_size(measure: str, size: InformationSize) -> int | None:
    """People in both arms together for the power the review asks for; None where not defined.

    Binary measures: two proportions; means: a standardised mean difference. Mean differences in
    units of their own have no size without a standard deviation.

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


def size_words(measure: str, size: InformationSize) -> str:
    """What the yardstick is for: "an odds ratio of 2 at a control risk of 25%"; "" without one."""
    if measure in ("OR", "RR", "RD"):
        risk = f"{100 * float(size.control_risk):g}%"
        return f"an odds ratio of {size.odds_ratio} at a control risk of {risk}"
    return f"a standardised difference of {size.smd}" if measure == "SMD" else ""


def required_for(
    size: InformationSize, *, risks: tuple[float, float] | None = None, smd: float | None = None
) -> int:
    """People in both arms together to tell two risks, or two standardised means, apart.

    Parameters
    ----------
    risks
        Without and with treatment, 0 to 1, both ends included.
    smd
        A standardised mean difference, used where there are no risks.

    References
    ----------
    Fleiss, Levin and Paik 2003, Statistical methods for rates and proportions, chapter 4,
    doi:10.1002/0471445428. R: `power.prop.test(p1, p2, power)`, `power.t.test(delta, power)`.
    The arcsine effect size asks for half the people where a risk is 0.
    """
    if risks is not None:
        return 2 * math.ceil(_per_arm_of_risks(*risks, size))
    return 2 * math.ceil(_per_arm_of_means(abs(smd or 0.0), size))


def events_for_hazard(size: InformationSize, log_ratio: float) -> int:
    """Events in both arms together to find a log hazard ratio, arms of equal size.

    4 (z_alpha + z_power)² / log(HR)², the total of two normal samples of unit variance whose means
    lie the logarithm apart.

    References
    ----------
    Schoenfeld 1983, Biometrics 39:499-503, doi:10.2307/2531021.
    """
    from statsmodels.stats.power import normal_sample_size_one_tail

    _refuse_nothing(log_ratio)
    per_arm = normal_sample_size_one_tail(
        abs(log_ratio), float(size.power), float(size.alpha) / 2.0, std_null=math.sqrt(2.0)
    )
    return math.ceil(2 * float(per_arm))


# statsmodels takes a second to load, so only what needs it does.
def _per_arm_of_risks(one: float, two: float, size: InformationSize) -> float:
    """People in each arm: the test takes the variance of equal risks, its power that of the two."""
    from statsmodels.stats.power import normal_sample_size_one_tail

    _refuse_nothing(two - one)
    mean = 0.5 * (one + two)
    people = normal_sample_size_one_tail(
        abs(two - one),
        float(size.power),
        float(size.alpha) / 2.0,
        std_null=math.sqrt(2.0 * mean * (1.0 - mean)),
        std_alternative=math.sqrt(one * (1.0 - one) + two * (1.0 - two)),
    )
    return float(people)


def _per_arm_of_means(smd: float, size: InformationSize) -> float:
    """People in each arm for a t test; the fewest where these have the power already."""
    from statsmodels.stats.power import TTestIndPower

    _refuse_nothing(smd)
    test, alpha, power = TTestIndPower(), float(size.alpha), float(size.power)
    reached = float(test.power(smd, FEWEST, alpha))
    if not reached < power:  # not a number where the difference is huge
        return FEWEST
    return float(test.solve_power(smd, alpha=alpha, power=power))


def _refuse_nothing(effect: float) -> None:
    if effect == 0.0:
        raise DataError("information size: no number of people shows an effect of 0.")
