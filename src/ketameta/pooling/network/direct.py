"""Direct evidence: pairwise meta-analyses of the studies that made a comparison themselves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ketameta.pooling.network.graph import Network


@dataclass(frozen=True, slots=True)
class DirectEstimate:
    """Studies that compared two treatments, pooled at a given tau2.

    `a` and `b` are positions of treatments, a < b; the estimate is a minus b, its standard error
    the plain one.
    """

    a: int
    b: int
    studies: tuple[str, ...]
    estimate: float
    se: float


def direct_estimates(graph: Network, tau2: float = 0.0) -> tuple[DirectEstimate, ...]:
    """Inverse-variance means of every comparison that was made within studies.

    Studies of several arms count in each of their comparisons with that contrast alone.

    Parameters
    ----------
    graph
        The network.
    tau2
        Between-study variance added to every contrast; that of the whole network as a rule.
    """
    rows = graph.rows
    place = {name: i for i, name in enumerate(graph.treatments)}
    found: dict[tuple[int, int], list[tuple[str, float, float]]] = {}
    for study, one, two, y, v in zip(
        rows.study, rows.treatment_1, rows.treatment_2, rows.y, rows.v, strict=True
    ):
        first, second = place[one], place[two]
        sign = 1.0 if first < second else -1.0
        pair = (min(first, second), max(first, second))
        found.setdefault(pair, []).append((study, sign * float(y), float(v)))
    return tuple(
        DirectEstimate(a, b, tuple(row[0] for row in members), *_pooled(members, tau2))
        for (a, b), members in sorted(found.items())
    )


def _pooled(members: list[tuple[str, float, float]], tau2: float) -> tuple[float, float]:
    y = np.array([row[1] for row in members])
    w = 1.0 / (np.array([row[2] for row in members]) + tau2)
    return float(np.sum(w * y) / np.sum(w)), float(1.0 / np.sqrt(np.sum(w)))
