"""Checks of the time of a result: what its label says in words against `weeks`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from ketameta.records.findings import Finding
from ketameta.records.results import Time
from ketameta.records.study import Study

_WORDS = dict(
    zip(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
        range(1, 11),
        strict=True,
    )
)
_NUMBER = rf"(?:\d{{1,5}}(?:\.\d{{1,3}})?|{'|'.join(_WORDS)})"
_PAIR = rf"(?P<low>{_NUMBER})(?: ?(?:and|to|or|-|\u2013) ?(?P<high>{_NUMBER}))?"
_UNIT = r"(?P<unit>hour|day|week|month|year)s?\b"
_SPAN = re.compile(
    rf"(?<![\d.])(?P<bound>more than |at least |over |within |up to |until )?{_PAIR}[ -]{_UNIT}"
    r"(?! ?-?(?:point|prevalence|average|mean|window|abstinen))"
)
"""`6 months`, `6-month`, `4 to 6 weeks`; not the window of `7-day point prevalence`."""
_ORDINAL = re.compile(rf"\b{_UNIT} {_PAIR}(?![\d.])")
"""`week 12`, `days 8 to 14`."""
_WINDOW = re.compile(rf"\b(?:last|past|previous|preceding|prior|final|every) {_PAIR}[ -]{_UNIT}")
"""`last 7 days`: how far it looks back, not when."""
_OTHER_START = re.compile(r"\b(?:after|following|post|follow-?up|since|before)\b")
_OUR_START = re.compile(r"\b(?:baseline|randomi[sz]ation|enrol\w*|start|first)\b")

_SHORTEST = {"hour": 1 / 168, "day": 1 / 7, "week": 1.0, "month": 4.0, "year": 48.0}
"""Weeks in a unit; a month may be counted as four weeks."""
_LONGEST = {"hour": 1 / 168, "day": 1 / 7, "week": 1.0, "month": 31 / 7, "year": 366 / 7}


class _Weeks(NamedTuple):
    """Weeks that a label allows."""

    low: float
    high: float


def check(study: Study) -> Iterator[Finding]:
    """Every time of which label and weeks say different things."""
    for i, outcome in enumerate(study.outcomes):
        for j, result in enumerate(outcome.results):
            if message := contradiction(result.time):
                where = ("outcomes", i, "results", j, "time", "weeks")
                hint = "Correct the one that is wrong; weeks count from the start of treatment."
                yield Finding("R039", where, message, hint)


def contradiction(time: Time) -> str:
    """What is wrong with a time, or nothing.

    A label may name several spans; one that agrees is enough. Where a label counts from another
    moment than the start of treatment (`4 weeks after the infusions`), weeks may be more.
    """
    if time.weeks is None or time.weeks == 0:
        return ""
    label = time.label.lower()
    stated = list(_stated(label))
    if not stated:
        return ""
    weeks, half = float(time.weeks), _half_unit(time.weeks)
    if any(s.low - half <= weeks <= s.high + half for s in stated):
        return ""
    later = _OTHER_START.search(label) and not _OUR_START.search(label)
    if later and weeks > min(s.low for s in stated):
        return ""
    first = stated[0]
    low, high = _rounded(first.low), _rounded(first.high)
    span = f"{low} weeks" if low == high else f"{low} to {high} weeks"
    return f'"{time.label}" is {span}, not {time.weeks}.'


def _stated(label: str) -> Iterator[_Weeks]:
    label = _WINDOW.sub("", label)
    for match in _SPAN.finditer(label):
        low, high = _ends(match)
        weeks = _Weeks(low * _SHORTEST[match["unit"]], high * _LONGEST[match["unit"]])
        bound = (match["bound"] or "").strip()
        if bound in ("within", "up to", "until"):
            weeks = _Weeks(0, weeks.high)
        elif bound in ("more than", "at least"):
            weeks = _Weeks(weeks.low, float("inf"))
        yield weeks
    for match in _ORDINAL.finditer(label):
        low, high = _ends(match)
        unit = match["unit"]
        # The first day or week may be counted as 1 or as 0.
        yield _Weeks(max(low - 1, 0) * _SHORTEST[unit], high * _LONGEST[unit])


def _ends(match: re.Match[str]) -> tuple[float, float]:
    low = _WORDS.get(match["low"]) or float(match["low"])
    high = match["high"]
    return low, (_WORDS.get(high) or float(high)) if high else low


def _half_unit(weeks: Decimal) -> float:
    return float(Decimal(1).scaleb(int(weeks.as_tuple().exponent)) / 2)


def _rounded(weeks: float) -> str:
    return f"{weeks:.2g}" if weeks < 1 else f"{round(weeks, 1):g}"
