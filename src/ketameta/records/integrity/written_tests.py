"""Test statistics in words, recomputed: `t(23) = 6.53`, `F(1, 24) = 5.1`, `chi2(1) = 3.8`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from ketameta.records.findings import Finding
from ketameta.records.integrity.printed import Span, span
from ketameta.records.integrity.printed_p import PrintedP, compared, printed_p
from ketameta.records.integrity.probability import chi2_p, f_p, normal_p, t_p
from ketameta.records.results import StatementData
from ketameta.records.yaml_reader import Path_

_VALUE = r"([-−]?(?:\d{1,9}(?:\.\d{1,20})?|\.\d{1,20}))"
_DF = r"(\d{1,9}(?:\.\d{1,9})?)"
_CHI = r"(?:chi2|chi-squared?|χ2|χ²|X2)"
_N = r"(?:,\s*[Nn]\s*=\s*\d+)?"
TESTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("t", re.compile(rf"\bt\s*\(\s*{_DF}\s*\)\s*=\s*{_VALUE}")),
    ("t", re.compile(rf"\bt\s*=\s*(?P<value>{_VALUE}) with (?P<df>{_DF}) degrees of freedom")),
    ("F", re.compile(rf"\bF\s*\(\s*{_DF}\s*,\s*{_DF}\s*\)\s*=\s*{_VALUE}")),
    ("chi2", re.compile(rf"{_CHI}\s*\(\s*{_DF}{_N}\s*\)\s*=\s*{_VALUE}")),
    ("r", re.compile(rf"\br\s*\(\s*{_DF}\s*\)\s*=\s*{_VALUE}")),
    ("z", re.compile(rf"\b[zZ]\s*=\s*{_VALUE}")),
)
PRINTED = re.compile(r"\s*[,;]?\s*\b[Pp]\s*([<>=≤≥]\s*\d{0,6}\.?\d{1,60})")
"""A P value right behind the statistic."""


def check(data: StatementData, where: Path_) -> Iterator[Finding]:
    """Every test in a statement against the P value behind it, or that of the statement."""
    found = [(match, kind) for kind, pattern in TESTS for match in pattern.finditer(data.text)]
    for match, kind in found:
        behind = PRINTED.match(data.text, match.end())
        p = printed_p(behind[1]) if behind else printed_p(data.p) if len(found) == 1 else None
        if p is not None:
            yield from _recomputed(match, kind, p, where)


def _recomputed(match: re.Match[str], kind: str, p: PrintedP, where: Path_) -> Iterator[Finding]:
    named = match.groupdict()
    value = named.get("value") or match.groups()[-1]
    dfs = [float(named["df"])] if named else [float(df) for df in match.groups()[:-1]]
    size = span(Decimal(value.replace("−", "-"))).size()
    tail = _tail(kind, dfs)
    yield from compared(p, Span(tail(size.high), tail(size.low)), f"`{match[0]}`", where)


def _tail(kind: str, dfs: list[float]) -> Callable[[float], float]:
    """P value as a function of the size of the statistic."""
    if kind == "t":
        return lambda t: t_p(t, dfs[0])
    if kind == "F":
        return lambda f: f_p(f, dfs[0], dfs[1])
    if kind == "chi2":
        return lambda x: chi2_p(x, dfs[0])
    if kind == "r":
        return lambda r: 0.0 if r >= 1 else t_p(r * (dfs[0] / (1 - r * r)) ** 0.5, dfs[0])
    return normal_p
