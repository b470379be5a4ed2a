"""Baselines of randomised groups: too different for chance, or too alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import inf, sqrt
from statistics import NormalDist

from ketameta.records.findings import Finding
from ketameta.records.integrity.comparisons import spreads
from ketameta.records.integrity.printed import Span, shown, span
from ketameta.records.integrity.probability import f_p
from ketameta.records.integrity.two_by_two import Counts, p_values
from ketameta.records.results import EventsData, MeansData, Result, Summary
from ketameta.records.study import Study
from ketameta.records.vocabulary import DesignType, Phase, YesNo
from ketameta.records.yaml_reader import Path_

IMPROBABLE = 0.001
"""Below it a difference, or a likeness, is shown; the records hold a few hundred baselines."""
FEWEST = 4
"""Baseline variables with which likeness is judged."""
MOST_ARMS = 8
CLOSEST, FURTHEST = 1e-9, 1 - 1e-9


def check(study: Study) -> Iterator[Finding]:
    """Each baseline by itself, then all of them together."""
    if study.design.randomised is not YesNo.YES or study.design.type is DesignType.CROSSOVER:
        return
    found: list[tuple[Path_, Span]] = []
    for i, outcome in enumerate(study.outcomes):
        for j, result in enumerate(outcome.results):
            if result.time.phase is Phase.BASELINE and result.secondary_to is None:
                where: Path_ = ("outcomes", i, "results", j, "data")
                if (p := _p(result)) is not None:
                    found.append((where, p))
    for where, p in found:
        if p.high < IMPROBABLE:
            message = (
                "by chance alone, randomised groups differ this much at baseline with a P value "
                f"of at most {shown(p.high)}."
            )
            hint = (
                "Check which arm is which and that this is a baseline; a real imbalance bears "
                "on the risk of bias."
            )
            yield Finding("R140", where, message, hint)
    if len(found) >= FEWEST:
        yield from _alike([p for _, p in found], found[0][0])


def _alike(ps: Sequence[Span], where: Path_) -> Iterator[Finding]:
    """Stouffer's sum over the smallest P values that the digits allow."""
    normal = NormalDist()
    total = sum(normal.inv_cdf(min(max(p.low, CLOSEST), FURTHEST)) for p in ps)
    tail = 1 - normal.cdf(total / sqrt(len(ps)))
    if tail < IMPROBABLE:
        message = (
            f"{len(ps)} baselines are more alike than chance makes randomised groups, with "
            f"P = {shown(tail)} if they are independent."
        )
        hint = "Compare with the paper; correlated scores and stratified randomisation weaken this."
        yield Finding("R141", where, message, hint)


def _p(result: Result) -> Span | None:
    data = result.data
    if isinstance(data, MeansData) and len(data.arms) > 1:
        return variance_p(list(data.arms.values()))
    if isinstance(data, EventsData) and len(data.arms) == 2:
        first, second = data.arms.values()
        if first.events <= first.n and second.events <= second.n:
            return p_values(Counts(first.events, first.n, second.events, second.n))
    return None


def variance_p(arms: Sequence[Summary]) -> Span | None:
    """P values of the analysis of variance, over all that the digits of means and SDs allow."""
    known = spreads(arms)
    if known is None or len(arms) > MOST_ARMS or any(arm.mean is None for arm in arms):
        return None
    sds, ns = known
    means = [span(arm.mean) for arm in arms if arm.mean is not None]
    df1, df2 = len(arms) - 1, sum(ns) - len(arms)
    least, most = _between(means, ns)
    within = [
        sum((n - 1) * sd**2 for sd, n in zip(c, ns, strict=True)) for c in zip(*sds, strict=True)
    ]
    f_low = least / df1 / (within[1] / df2)
    f_high = most / df1 / (within[0] / df2) if within[0] > 0 else inf
    return Span(f_p(f_high, df1, df2), f_p(f_low, df1, df2))


def _between(means: Sequence[Span], ns: Sequence[int]) -> tuple[float, float]:
    """Least and largest sum of squares between groups whose means lie in spans."""
    whole = sum(ns)

    def squares(corner: Sequence[float]) -> float:
        centre = sum(n * m for n, m in zip(ns, corner, strict=True)) / whole
        return sum(n * (m - centre) ** 2 for n, m in zip(ns, corner, strict=True))

    low, high = min(m.low for m in means), max(m.high for m in means)
    for _ in range(100):  # the sum of squared distances to a common centre is convex in it
        left, right = low + (high - low) / 3, high - (high - low) / 3
        nearer = _apart(left, means, ns) < _apart(right, means, ns)
        low, high = (low, right) if nearer else (left, high)
    return _apart(low, means, ns), max(squares(corner) for corner in product(*means))


def _apart(centre: float, means: Sequence[Span], ns: Sequence[int]) -> float:
    distances = (max(m.low - centre, 0.0, centre - m.high) for m in means)
    return sum(n * d * d for n, d in zip(ns, distances, strict=True))
