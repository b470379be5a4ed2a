"""The risk of a harm with ketamine over several studies, where a single number makes sense."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from ketameta.errors import KetametaError
from ketameta.measures.arms import Counts
from ketameta.measures.exact_proportions import clopper_pearson, largest_risk_of_none
from ketameta.pooling.glmm import glmm
from ketameta.pooling.result import Interval
from ketameta.synthesis.safety_records import KETAMINE, HarmCount

ENOUGH = 3
"""Studies from which on a spread between them is estimated at all."""
NO_LIMITS = Interval(None, None)


@dataclass(frozen=True, slots=True)
class GroupRisk:
    """Risk with ketamine over several studies; shares from 0 to 1.

    Attributes
    ----------
    labels, events, n
        The studies, one result each, and their sums.
    method
        "mixed model" (risks differ between studies), "one risk" (nobody had the event: the sum,
        as if all had the same risk) or "" where nothing is pooled.
    estimate, interval
        Of the median study, or of the sum.
    prediction
        For the risk in a new study; no limits with "one risk".
    upper_of_none
        One-sided bound where nobody had the event.
    reason
        Why nothing is pooled.
    """

    labels: tuple[str, ...]
    events: int
    n: int
    method: str
    estimate: float | None
    interval: Interval
    prediction: Interval
    upper_of_none: float | None = None
    reason: str = ""


def group_risk(counts: Sequence[HarmCount], *, level: float = 0.95) -> GroupRisk | None:
    """Risk with ketamine over all studies that counted, with or without a control.

    Of several results of a study the latest is used, of several definitions the first; case
    reports have no part. None without any count.

    References
    ----------
    Stijnen T, Hamza TH, Ozdemir P. Stat Med 2010;29:3046-3067. doi:10.1002/sim.4040.
    """
    rows = _one_per_study(counts)
    if not rows:
        return None
    labels = tuple(label for label, _, _ in rows)
    events, n = sum(x for _, x, _ in rows), sum(m for _, _, m in rows)
    if len(rows) == 1:
        return _unpooled(labels, events, n, "One study; its own risk stands above.")
    if events == 0:
        return _one_risk(labels, n, level)
    if len(rows) < ENOUGH:
        return _unpooled(labels, events, n, "Two studies do not tell how much risks differ.")
    group = Counts([x for _, x, _ in rows], [m for _, _, m in rows])
    try:
        found = glmm(group, labels=labels, level=level)
    except KetametaError as error:
        return _unpooled(labels, events, n, str(error))
    return GroupRisk(
        labels,
        events,
        n,
        "mixed model",
        float(expit(found.estimate)),
        _shares(found.interval),
        _shares(found.prediction),
    )


def _one_per_study(counts: Sequence[HarmCount]) -> list[tuple[str, int, int]]:
    """Label, events and people with ketamine, once per study."""
    studies: dict[str, list[HarmCount]] = {}
    for count in counts:
        if count.group == KETAMINE and not count.case_report:
            studies.setdefault(count.result.study, []).append(count)
    rows = []
    for own in studies.values():
        outcome = own[0].result.place[0]
        same = [c for c in own if c.result.place[0] == outcome]
        last = max(same, key=lambda c: -1.0 if c.result.weeks is None else c.result.weeks)
        used = [c for c in same if c.result.place == last.result.place]
        rows.append((last.result.label, sum(c.events for c in used), sum(c.n for c in used)))
    return rows


def _one_risk(labels: tuple[str, ...], n: int, level: float) -> GroupRisk:
    low, high = clopper_pearson(Counts(0, n), level=level)
    bound = float(largest_risk_of_none(np.asarray(n), level=level))
    interval = Interval(float(low), float(high))
    return GroupRisk(labels, 0, n, "one risk", 0.0, interval, NO_LIMITS, bound)


def _unpooled(labels: tuple[str, ...], events: int, n: int, reason: str) -> GroupRisk:
    return GroupRisk(labels, events, n, "", None, NO_LIMITS, NO_LIMITS, reason=reason)


def _shares(interval: Interval) -> Interval:
    if interval.low is None or interval.high is None:
        return NO_LIMITS
    return Interval(float(expit(interval.low)), float(expit(interval.high)))
