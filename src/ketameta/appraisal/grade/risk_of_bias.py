"""Risk of bias: how much of the weight stands on studies with flaws."""

from __future__ import annotations

from collections.abc import Mapping

from ketameta.appraisal.grade.design import MIXED, NON_RANDOMISED, Start, is_randomised
from ketameta.appraisal.grade.proposal import HALF, Body, Proposal, listed, percent
from ketameta.questions.certainty import Domain, Level
from ketameta.synthesis.answer import StudyRow

HIGH_LEVELS = frozenset({"high", "serious", "critical"})
MIDDLE_LEVELS = frozenset({"some concerns", "moderate", "no information"})
CRITICAL = "critical"
PAID = "serious"
"""The judgement of ROBINS-I that a low start has paid for."""
NOT_ASSESSED = "not assessed"
MANY, MOST = 25.0, 75.0
"""Percent of the weight at high risk from where one level, or two, are taken off."""


def risk_of_bias(body: Body, begins: Start, shares: Mapping[str, float]) -> Proposal:
    """Propose a level from the weight at each overall judgement.

    Not judged: most of the weight is not assessed. Very serious: 75% or more at high (serious,
    critical) risk. Serious: 25% or more at high risk, or half at high risk or some concerns
    together. A low start has paid for confounding: "serious" risk of studies that are not
    randomised, which is that of ROBINS-I, does not count as high then, and one level is the most
    where none is randomised. GRADE asks for a judgement on the whole: the percentages are ours.

    Parameters
    ----------
    shares
        Percent of the weight by overall judgement, "not assessed" included; they add up to 100.

    References
    ----------
    Guyatt et al. 2011, doi:10.1016/j.jclinepi.2010.07.017.
    """
    seen = tuple((level, percent(share)) for level, share in shares.items())
    words = f"Weight by judgement: {listed(dict(shares))}."
    unassessed = shares.get(NOT_ASSESSED, 0.0)
    if unassessed > HALF:
        reason = f"{percent(unassessed)} of the weight is not assessed yet."
        return Proposal(Domain.RISK_OF_BIAS, Level.NOT_JUDGED, reason, seen)
    low_start = begins.kind == NON_RANDOMISED and not begins.high
    counted = HIGH_LEVELS - {PAID} if low_start else HIGH_LEVELS
    high = sum(share for level, share in shares.items() if level in counted)
    if begins.kind == MIXED and not begins.high:
        paid = body.share(lambda row: not is_randomised(row) and _overall(row) == PAID)
        high -= paid
        words += f" The low start already counts the confounding of {percent(paid)}."
        seen = (*seen, ("high, confounding aside", percent(high)))
    some = sum(shares.get(level, 0.0) for level in MIDDLE_LEVELS)
    level = _level(high, some, shares.get(CRITICAL, 0.0))
    if low_start:
        level = Level.NOT_SERIOUS if level is Level.NOT_SERIOUS or high < MANY else Level.SERIOUS
        words += " The low start already counts confounding."
    return Proposal(Domain.RISK_OF_BIAS, level, words, seen)


def _overall(row: StudyRow) -> str:
    return "" if row.risk_of_bias is None else row.risk_of_bias.overall


def _level(high: float, some: float, critical: float) -> Level:
    if critical >= MOST:
        return Level.EXTREMELY_SERIOUS
    if high >= MOST:
        return Level.VERY_SERIOUS
    if high >= MANY or high + some >= HALF:
        return Level.SERIOUS
    return Level.NOT_SERIOUS
