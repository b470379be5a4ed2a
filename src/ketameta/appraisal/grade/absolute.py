"""From an effect and a risk without treatment to people out of 1000, and the number needed.

Held against the worked examples of the Cochrane Handbook (5.1, 12.5.4; numbers needed are rounded
up), the example of Altman 1998, and a published summary of findings.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ketameta.errors import UsageError

PER = 1000
RISK_MEASURES = ("OR", "RR", "RD", "HR")
"""Measures from which, with a risk without treatment, a risk with it follows."""


@dataclass(frozen=True, slots=True)
class AbsoluteEffect:
    """Risks from 0 to 1: without treatment, and with it, with the limits of its interval."""

    control: float
    treated: float
    low: float
    high: float

    @property
    def difference(self) -> float:
        """Risk with treatment minus risk without."""
        return self.treated - self.control

    @property
    def difference_low(self) -> float:
        """Lower limit of the difference."""
        return self.low - self.control

    @property
    def difference_high(self) -> float:
        """Upper limit of the difference."""
        return self.high - self.control


def risk_with(measure: str, y: float, control_risk: float) -> float:
    """The risk with treatment that an effect means at a risk without it.

    Parameters
    ----------
    measure
        OR, RR, RD or HR. For HR the risk is that up to the time of `control_risk`, and hazards
        are taken to be proportional.
    y
        The effect on the analysis scale: a logarithm for OR, RR and HR.
    control_risk
        0 to 1.

    Returns
    -------
    float
        0 to 1; risks that RR and RD would push beyond are cut off there.

    Raises
    ------
    UsageError
        For another measure.

    References
    ----------
    Cochrane Handbook, chapter 14.1.5.4 and 15.4.4; Tierney et al. 2007, doi:10.1186/1745-6215-8-16.
    """
    if measure == "OR":
        if control_risk in (0.0, 1.0):
            return control_risk
        odds = math.log(control_risk / (1 - control_risk)) + y
        return 1 / (1 + math.exp(-odds)) if odds > 0 else math.exp(odds) / (1 + math.exp(odds))
    if measure == "RR":
        return min(1.0, control_risk * math.exp(y))
    if measure == "RD":
        return min(1.0, max(0.0, control_risk + y))
    if measure == "HR":
        return 1.0 - math.pow(1.0 - control_risk, math.exp(y))
    raise UsageError(f"measure: {measure} gives no risks. Use {', '.join(RISK_MEASURES)}.")


def absolute_effect(
    measure: str, effect: tuple[float, float, float], control_risk: float
) -> AbsoluteEffect:
    """Estimate, lower and upper limit (analysis scale) as risks."""
    treated, low, high = (risk_with(measure, y, control_risk) for y in effect)
    return AbsoluteEffect(control_risk, treated, low, high)


@dataclass(frozen=True, slots=True)
class NumberNeeded:
    """How many people must be treated for one more to be helped (NNTB) or harmed (NNTH).

    Attributes
    ----------
    estimate
        1 over the difference, positive for benefit, negative for harm; infinite for none.
    low, high
        The same at the limits of the interval, the more favourable one first.
    """

    estimate: float
    low: float
    high: float

    @property
    def through_infinity(self) -> bool:
        """Whether the interval runs from benefit over "nobody" to harm."""
        return self.low > 0 > self.high and math.isfinite(self.low + self.high)

    @property
    def text(self) -> str:
        """In words: "NNTB 4 (NNTB 2 to ∞ to NNTH 56)"."""
        best, worst = _named(self.low), _named(self.high)
        bridge = " to ∞ to " if self.through_infinity else " to "
        return f"{_named(self.estimate)} ({best}{bridge}{worst})"


def number_needed(effect: AbsoluteEffect, *, more_is_better: bool) -> NumberNeeded:
    """The number needed to treat, with its interval.

    Where the interval of the difference holds 0 the number runs over infinity.

    References
    ----------
    Altman 1998, BMJ 317:1309-1312, doi:10.1136/bmj.317.7168.1309.
    """
    sign = 1.0 if more_is_better else -1.0
    limits = sorted((sign * effect.difference_low, sign * effect.difference_high))
    worst, best = limits
    return NumberNeeded(_inverse(sign * effect.difference), _inverse(best), _inverse(worst))


def _inverse(difference: float) -> float:
    return math.inf if abs(difference) < 1e-12 else 1.0 / difference


def _named(number: float) -> str:
    if not math.isfinite(number):
        return "∞"
    people = math.ceil(abs(number) - 1e-9)
    return f"{'NNTB' if number > 0 else 'NNTH'} {people}"
