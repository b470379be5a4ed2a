"""Inconsistency: whether the studies tell one story."""

from __future__ import annotations

from itertools import combinations

from ketameta.appraisal.grade.decision_scale import DecisionScale
from ketameta.appraisal.grade.proposal import Body, Proposal, joined, percent
from ketameta.measures.catalog import measure as find_measure
from ketameta.pooling.result import PooledResult
from ketameta.questions.certainty import Domain, Level
from ketameta.synthesis.answer import StudyRow

SUBSTANTIAL, CONSIDERABLE = 50.0, 75.0
"""I² in percent (Cochrane Handbook, chapter 10.10.2)."""
OVERLAPPING = 75.0
"""Percent of pairs of intervals below which they overlap poorly."""


def inconsistency(body: Body, scale: DecisionScale) -> Proposal:
    """Propose a level from four signs.

    I² of 50% or more; fewer than 75% of the pairs of study intervals overlap; point estimates on
    both sides of no difference; a prediction interval from a harm that matters to a benefit that
    matters while the confidence interval does not reach so far. Two signs are serious; three with
    an I² of 75% or more very serious. One study cannot be inconsistent.

    References
    ----------
    Guyatt et al. 2011, doi:10.1016/j.jclinepi.2011.03.017.
    """
    pooled = body.main.pooled
    if body.main.k < 2 or pooled is None:
        reason = "One study: whether others would find the same is not known."
        return Proposal(Domain.INCONSISTENCY, Level.NOT_SERIOUS, reason, (("k", "1"),))
    i2 = pooled.heterogeneity.i2
    overlap = share_overlapping(body.main.rows)
    sides = on_both_sides(body)
    reaches = _prediction_reaches(pooled, scale)
    signs = [i2 is not None and i2 >= SUBSTANTIAL, overlap < OVERLAPPING, sides, reaches]
    level = Level.NOT_SERIOUS
    if sum(signs) >= 3 and i2 is not None and i2 >= CONSIDERABLE:
        level = Level.VERY_SERIOUS
    elif sum(signs) >= 2:
        level = Level.SERIOUS
    seen = _seen(body, pooled, overlap, sides=sides, reaches=reaches)
    return Proposal(Domain.INCONSISTENCY, level, _reason(dict(seen), scale), seen)


def share_overlapping(rows: tuple[StudyRow, ...]) -> float:
    """Percent of the pairs of studies whose intervals share a point; 100 below two studies."""
    pairs = list(combinations(rows, 2))
    shared = [a.low <= b.high and b.low <= a.high for a, b in pairs]
    return 100.0 * sum(shared) / len(pairs) if pairs else 100.0


def on_both_sides(body: Body) -> bool:
    """Whether studies lie on both sides of no difference."""
    null = find_measure(body.answer.question.measure).null or 0.0
    estimates = [row.y for row in body.main.rows]
    return min(estimates) < null < max(estimates)


def _prediction_reaches(pooled: PooledResult, scale: DecisionScale) -> bool:
    """From harm that matters to benefit that matters, beyond what the interval does."""
    return _spans(pooled.prediction.low, pooled.prediction.high, scale) and not _spans(
        pooled.interval.low, pooled.interval.high, scale
    )


def _spans(low: float | None, high: float | None, scale: DecisionScale) -> bool:
    if low is None or high is None:
        return False
    edge = scale.smallest or 0.0
    return scale.difference(low) < -edge and scale.difference(high) > edge


def _seen(
    body: Body, pooled: PooledResult, overlap: float, *, sides: bool, reaches: bool
) -> tuple[tuple[str, str], ...]:
    spread = pooled.heterogeneity
    i2 = "not estimable" if spread.i2 is None else percent(spread.i2)
    limits = spread.i2_interval
    if limits.low is not None and limits.high is not None:
        i2 += f" ({percent(limits.low)} to {percent(limits.high)})"
    return (
        ("k", str(body.main.k)),
        ("I2", i2),
        ("tau2", "not estimable" if spread.tau2 is None else f"{spread.tau2:.2f}"),
        ("pairs overlapping", percent(overlap)),
        ("both sides", "yes" if sides else "no"),
        ("prediction reaches from harm to benefit", "yes" if reaches else "no"),
    )


def _reason(seen: dict[str, str], scale: DecisionScale) -> str:
    reaches = seen["prediction reaches from harm to benefit"] == "yes"
    edge = "" if scale.smallest is None else " that matters"
    parts = (
        f"I² {seen['I2']} and tau² {seen['tau2']} from {seen['k']} studies",
        f"{seen['pairs overlapping']} of the pairs of intervals overlap",
        "estimates lie on both sides of no difference" if seen["both sides"] == "yes" else "",
        f"the prediction interval reaches from harm to benefit{edge}" if reaches else "",
    )
    return f"{joined(parts)}."
