"""What two printed means and standard deviations say: tests and standardised differences."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import inf, sqrt

from ketameta.records.integrity.comparisons import difference, ratio, spreads
from ketameta.records.integrity.printed import Span
from ketameta.records.integrity.probability import t_p
from ketameta.records.results import Summary


def t_test(both: tuple[Summary, Summary]) -> Span | None:
    """P values that Student's and Welch's tests give, over all that the digits allow."""
    known = spreads(both)
    if known is None:
        return None
    size = difference(both).size()
    student, welch = _errors(*known)
    ps = []
    for error, df in (student, welch):
        t = ratio(size, error)
        ps += [_p(t.low, df.low), _p(t.high, df.high), _p(t.low, df.high), _p(t.high, df.low)]
    return Span(min(ps), max(ps))


def standardised(both: tuple[Summary, Summary]) -> Span | None:
    """Differences in standard deviations: pooled (with and without correction) or of either arm."""
    known = spreads(both)
    if known is None:
        return None
    sds, ns = known
    apart = difference(both)
    df = sum(ns) - 2
    corrected = 1 - 3 / (4 * df - 1)
    units = [Span(*(_pooled((x[0], x[1]), ns) for x in zip(*sds, strict=True))), *sds]
    if any(unit.low <= 0 for unit in units):
        return None
    found = [
        end / divisor * factor
        for end, unit in product(apart, units)
        for divisor in unit
        for factor in (1.0, corrected)
    ]
    return Span(min(found), max(found))


def hedges_g(both: tuple[Summary, Summary]) -> float | None:
    """Hedges' g from the printed digits as they are."""
    known = spreads(both)
    if known is None:
        return None
    sds, ns = known
    apart = difference(both)
    pooled = _pooled([(sd.low + sd.high) / 2 for sd in sds], ns)
    return (apart.low + apart.high) / 2 / pooled * (1 - 3 / (4 * (sum(ns) - 2) - 1))


def _errors(sds: list[Span], ns: list[int]) -> tuple[tuple[Span, Span], tuple[Span, Span]]:
    """Standard errors and degrees of freedom of Student's and of Welch's test."""
    df = float(sum(ns) - 2)
    corners = list(zip(*sds, strict=True))
    scale = sqrt(1 / ns[0] + 1 / ns[1])
    student = Span(*(_pooled(corner, ns) * scale for corner in corners))
    welch = Span(*(sqrt(sum(sd**2 / n for sd, n in zip(c, ns, strict=True))) for c in corners))
    dfs = [_welch_df(corner, ns) for corner in product(*sds)]
    return (student, Span(df, df)), (welch, Span(min(dfs), max(dfs)))


def _pooled(sds: Sequence[float], ns: Sequence[int]) -> float:
    squares = sum((n - 1) * sd**2 for sd, n in zip(sds, ns, strict=True))
    return sqrt(squares / (sum(ns) - len(ns)))


def _welch_df(sds: Sequence[float], ns: Sequence[int]) -> float:
    parts = [sd**2 / n for sd, n in zip(sds, ns, strict=True)]
    below = sum(part**2 / (n - 1) for part, n in zip(parts, ns, strict=True))
    return sum(parts) ** 2 / below if below else float(min(ns) - 1)


def _p(t: float, df: float) -> float:
    return 0.0 if t == inf else t_p(t, df)
