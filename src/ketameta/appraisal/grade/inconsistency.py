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
    an I² of 75% or more very serious. One study cannot be inconsistent. The signs are those GRADE
    looks at, the bands of I² those of the Cochrane Handbook; how many signs take off a level is
    ours.

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
    further = reaches == BEYOND
    signs = [i2 is not None and i2 >= SUBSTANTIAL, overlap < OVERLAPPING, sides, further]
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


BEYOND, AS_INTERVAL = "yes, the interval does not", "yes, and so does the interval"
"""Answers to whether the prediction reaches from harm to benefit; only the first is a sign of
inconsistency, the second one of imprecision."""


def _prediction_reaches(pooled: PooledResult, scale: DecisionScale) -> str:
    """Whether it reaches from a harm that matters to a benefit that matters."""
    if pooled.prediction.low is None:
        return "no prediction interval"
    if not _spans(pooled.prediction.low, pooled.prediction.high, scale):
        return "no"
    spans = _spans(pooled.interval.low, pooled.interval.high, scale)
    return AS_INTERVAL if spans else BEYOND


def _spans(low: float | None, high: float | None, scale: DecisionScale) -> bool:
    if low is None or high is None:
        return False
    edge = scale.smallest or 0.0
    return scale.difference(low) < -edge and scale.difference(high) > edge


def _seen(
    body: Body, pooled: PooledResult, overlap: float, *, sides: bool, reaches: str
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
        ("prediction reaches from harm to benefit", reaches),
    )


def _reason(seen: dict[str, str], scale: DecisionScale) -> str:
    edge = "" if scale.smallest is None else " that matters"
    reaching = f"the prediction interval reaches from harm to benefit{edge}"
    ahead = {BEYOND: reaching, AS_INTERVAL: f"{reaching}, and so does the confidence interval"}
    parts = (
        _spread(seen),
        f"{seen['pairs overlapping']} of the pairs of intervals overlap",
        "estimates lie on both sides of no difference" if seen["both sides"] == "yes" else "",
        ahead.get(seen["prediction reaches from harm to benefit"], ""),
    )
    return f"{joined(parts)}."


def _spread(seen: dict[str, str]) -> str:
    if seen["I2"] == seen["tau2"]:
        return f"I² and tau² are {seen['I2']} from {seen['k']} studies"
    return f"I² {seen['I2']} and tau² {seen['tau2']} from {seen['k']} studies"
