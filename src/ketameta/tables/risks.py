"""Risks and risk differences as readers see them: percentages with few digits."""

from __future__ import annotations

import math

from ketameta.notation.numbers import DASH, NumberStyle

NUMBERS = NumberStyle()
SMALL = 0.0995
"""Below it a percentage has one decimal; with the few people of these studies more is noise."""


def share_text(share: float | None) -> str:
    """A share from 0 to 1 as a percentage: "0%", "3.7%", "48%"; a dash where there is none."""
    if share is None or not math.isfinite(share):
        return DASH
    if share == 0.0:
        return "0%"
    if share < 0.0005:
        return "<0.1%"
    return NUMBERS.percent(100.0 * share, 1 if share < SMALL else 0)


def shares_text(estimate: float | None, low: float | None, high: float | None) -> str:
    """A share with its interval: "3.7% (0.1% to 19%)"; without limits the share alone."""
    if low is None or high is None:
        return share_text(estimate)
    return f"{share_text(estimate)} ({share_text(low)} to {share_text(high)})"


def points_text(estimate: float | None, low: float | None, high: float | None) -> str:
    """A risk difference in percentage points: "37 (14 to 58)"; a dash where there is none."""
    if estimate is None or low is None or high is None:
        return DASH
    one, two, three = (_points(x) for x in (estimate, low, high))
    return f"{one} ({two} to {three})"


def odds_text(estimate: float | None, low: float | None, high: float | None) -> str:
    """An odds ratio with its interval; a limit that lies nowhere is "no limit"."""
    if estimate is None or low is None or high is None:
        return DASH
    return f"{_odds(estimate)} ({_odds(low)} to {_odds(high)})"


def _points(difference: float) -> str:
    value = 100.0 * difference
    return NUMBERS.fixed(value, 0 if abs(value) >= 9.95 or abs(value) < 0.05 else 1)


def _odds(ratio: float) -> str:
    if math.isinf(ratio):
        return "no limit"
    return "0" if ratio == 0.0 else NUMBERS.ratio(ratio, 2)
