"""Imprecision: the interval against what matters, and the people against what one needs."""

from __future__ import annotations

import math
from statistics import median

from ketameta.appraisal.grade.absolute import PER
from ketameta.appraisal.grade.decision_scale import DecisionScale
from ketameta.appraisal.grade.proposal import Body, Proposal
from ketameta.appraisal.information_size import (
    events_for_hazard,
    required_for,
    required_size,
)
from ketameta.questions.certainty import Domain, Level
from ketameta.questions.question import InformationSize

FAR_BELOW = 0.5
"""Share of the optimal information size below which people are far too few."""


def imprecision(body: Body, scale: DecisionScale) -> Proposal:
    """Propose a level from the interval on the decision scale, then from the information size.

    Extremely serious: the interval holds a large benefit and a large harm. Very serious: it holds
    a benefit and a harm that matter, or one of these thresholds with less than half of the
    optimal information size. Serious: it crosses one threshold, or fewer people than the optimal
    information size. Very serious also: less than half of that size. Where nobody has said what
    matters, no difference is the threshold.

    Up to three levels by the thresholds that an interval crosses are GRADE's guidance of 2022;
    that three need a large benefit and a large harm is ours. Too few people lower whatever the
    effect is, as in the guidance of 2011; the later one asks only where an effect is large and no
    threshold is crossed. Half of the size for its "far less" is ours, and so is that this counts
    beside a crossed threshold.

    References
    ----------
    Zeng et al. 2022, doi:10.1016/j.jclinepi.2022.07.014; Schünemann et al. 2022,
    doi:10.1016/j.jclinepi.2022.07.015; Guyatt et al. 2011, doi:10.1016/j.jclinepi.2011.01.012.
    """
    pooled = body.main.pooled
    assert pooled is not None, "a body without a study is not graded"
    low, high = pooled.interval.low, pooled.interval.high
    people, silent = known_people(body)
    needed, what = information_size(body, scale)
    seen = [("people", _people_text(people, silent)), ("needed", str(needed or "not defined"))]
    if low is None or high is None:
        reason = "There is no interval."
        return Proposal(Domain.IMPRECISION, Level.VERY_SERIOUS, reason, tuple(seen))
    limits = scale.difference(low), scale.difference(high)
    seen.insert(0, ("interval", f"{scale.text(limits[0])} to {scale.text(limits[1])}"))
    ratio = None if needed is None or silent else people / needed
    level = _level(limits, scale, ratio)
    reason = f"{_interval_words(limits, scale)} {_size_words(body, needed, what)}"
    return Proposal(Domain.IMPRECISION, level, reason, tuple(seen))


def _level(limits: tuple[float, float], scale: DecisionScale, ratio: float | None) -> Level:
    few = ratio is not None and ratio < 1
    far = ratio is not None and ratio < FAR_BELOW
    if scale.smallest is None or scale.large is None:
        crossed = int(_holds(limits, 0.0))
    else:
        if _holds(limits, -scale.large) and _holds(limits, scale.large):
            return Level.EXTREMELY_SERIOUS
        crossed = sum(_holds(limits, edge) for edge in (-scale.smallest, scale.smallest))
    if crossed == 2 or far:
        return Level.VERY_SERIOUS
    return Level.SERIOUS if crossed or few else Level.NOT_SERIOUS


def _holds(limits: tuple[float, float], value: float) -> bool:
    return limits[0] < value < limits[1]


def known_people(body: Body) -> tuple[int, int]:
    """People in the analysis, and studies whose number is not known."""
    known = [row.n for row in body.main.rows if row.n is not None]
    return sum(known), body.main.k - len(known)


def information_size(body: Body, scale: DecisionScale) -> tuple[int | None, str]:
    """People (or, for hazards, events) that one adequate trial needs, and for what.

    For the risk of the question's own control groups and the benefit that the question is about:
    more or less of the outcome, as it says, for the two need different sizes. Means are alike both
    ways; their standard deviation is that which the variances of the studies imply.
    """
    size = body.review.thresholds.information_size
    question = body.answer.question
    if question.measure in ("OR", "RR") and scale.typical is not None and 0 < scale.typical < 1:
        return _for_odds(size, scale.typical, more_is_better=question.better == "higher")
    if question.measure in ("RD", "HR") and scale.typical is not None and scale.smallest:
        benefit = scale.smallest if question.better == "higher" else -scale.smallest
        return _for_difference(size, scale, scale.typical, benefit)
    if question.measure == "SMD":
        return required_size("SMD", size), f"a standardised difference of {size.smd}"
    if question.measure == "MD" and scale.smallest and (spread := typical_sd(body)):
        return required_for(size, smd=scale.smallest / spread), (
            f"{scale.smallest:g} {scale.unit} at a standard deviation of {spread:.1f}"
        )
    return None, ""


def _for_odds(size: InformationSize, typical: float, *, more_is_better: bool) -> tuple[int, str]:
    """People for the review's odds ratio, or its inverse where less of the outcome is better."""
    risk, ratio = round(typical, 3), float(size.odds_ratio)
    ratio = max(ratio, 1 / ratio) if more_is_better else min(ratio, 1 / ratio)
    odds = ratio * risk / (1 - risk)
    words = (
        f"an odds ratio of {ratio:.3g} at {100 * risk:.0f}%, the typical risk without treatment in "
        "this question"
    )
    return required_for(size, risks=(risk, odds / (1 + odds))), words


def _for_difference(
    size: InformationSize, scale: DecisionScale, typical: float, benefit: float
) -> tuple[int | None, str]:
    """People (events for HR) for the smallest benefit that matters, in people per 1000.

    Where no risk is so low or so high as that benefit would make it, for as large a harm.
    """
    for signed in (benefit, -benefit):
        other = typical + signed / PER
        words = f"{scale.text(signed)} per 1000 at a risk of {100 * typical:.0f}%"
        if scale.measure == "RD" and 0 <= other <= 1:
            return required_for(size, risks=(typical, other)), words
        if scale.measure == "HR" and 0 < typical < 1 and 0 < other < 1:
            log_ratio = math.log(math.log1p(-other) / math.log1p(-typical))
            return events_for_hazard(size, log_ratio), words
    return None, ""


def typical_sd(body: Body) -> float | None:
    """Median over studies of the standard deviation behind a mean difference.

    From its variance and the group sizes: v = s² (1/n1 + 1/n2); half of the people in each group
    where the groups are not known.
    """
    found = []
    for row in body.main.rows:
        n1, n2 = row.experimental.n, row.control.n
        if not (n1 and n2) and row.n:
            n1 = n2 = row.n // 2
        if n1 and n2 and row.v > 0:
            found.append(math.sqrt(row.v / (1 / n1 + 1 / n2)))
    return median(found) if found else None


def _people_text(people: int, silent: int) -> str:
    return f"at least {people}" if silent else str(people)


def _interval_words(limits: tuple[float, float], scale: DecisionScale) -> str:
    span = f"The interval runs from {scale.text(limits[0])} to {scale.text(limits[1])}"
    if scale.typical is not None:
        span += f" per 1000 people at a control risk of {100 * scale.typical:.0f}%"
    else:
        span += f" {scale.unit}"
    if scale.smallest is None:
        where = "holds no difference" if _holds(limits, 0.0) else "lies on one side"
        return f"{span}; it {where}."
    return f"{span}; {scale.smallest:g} is the smallest difference that matters."


def _size_words(body: Body, needed: int | None, what: str) -> str:
    people, silent = known_people(body)
    if needed is None:
        return f"{_people_text(people, silent)} people; an optimal information size is not defined."
    hazard = body.answer.question.measure == "HR"
    here = " and at most as many events" if hazard else ""
    noun = "events" if hazard else "people"
    power = 100 * float(body.review.thresholds.information_size.power)
    return (
        f"{_people_text(people, silent)} people{here}; one adequate trial of this question needs "
        f"{needed} {noun} ({power:g}% power for {what})."
    )
