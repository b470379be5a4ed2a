"""Imprecision: the interval against what matters, and the people against what one needs."""

from __future__ import annotations

import math
from statistics import median

from ketameta.appraisal.grade.decision_scale import DecisionScale
from ketameta.appraisal.grade.proposal import Body, Proposal
from ketameta.appraisal.information_size import (
    events_for_hazard,
    required_for,
    required_size,
)
from ketameta.questions.certainty import Domain, Level

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

    For the risk of the question's own control groups; for means the standard deviation is that
    which the variances of the studies imply.
    """
    size = body.review.thresholds.information_size
    measure = body.answer.question.measure
    if measure in ("OR", "RR") and scale.typical is not None and 0 < scale.typical < 1:
        risk = round(scale.typical, 3)
        own = size.model_copy(update={"control_risk": type(size.control_risk)(str(risk))})
        words = (
            f"an odds ratio of {size.odds_ratio} at {100 * risk:.0f}%, the typical risk without "
            "treatment in this question"
        )
        return required_size(measure, own), words
    if measure == "RD" and scale.typical is not None and scale.smallest:
        step = scale.smallest / 1000
        other = scale.typical + step if scale.typical + step < 1 else scale.typical - step
        return required_for(size, risks=(scale.typical, other)), f"{scale.smallest:g} per 1000"
    if measure == "HR" and scale.typical is not None and scale.smallest:
        other = min(0.999, scale.typical + scale.smallest / 1000)
        log_ratio = math.log(math.log1p(-other) / math.log1p(-scale.typical))
        return events_for_hazard(size, log_ratio), f"{scale.smallest:g} per 1000"
    if measure == "SMD":
        return required_size(measure, size), f"a standardised difference of {size.smd}"
    if measure == "MD" and scale.smallest and (spread := typical_sd(body)):
        return required_for(size, smd=scale.smallest / spread), (
            f"{scale.smallest:g} {scale.unit} at a standard deviation of {spread:.1f}"
        )
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
    return (
        f"{_people_text(people, silent)} people{here}; one adequate trial of this question needs "
        f"{needed} {noun} ({what})."
    )
