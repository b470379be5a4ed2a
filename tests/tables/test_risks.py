"""Risks in words of a table: few digits, and nothing that looks like more than it is."""

from __future__ import annotations

import math

import pytest

from ketameta.tables.risks import odds_text, points_text, share_text, shares_text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0%"),
        (0.0004, "<0.1%"),
        (0.0347, "3.5%"),
        (0.0994, "9.9%"),
        (0.0996, "10%"),
        (0.4815, "48%"),
        (1.0, "100%"),
        (None, "—"),
        (math.nan, "—"),
    ],
)
def test_shares(share: float | None, text: str) -> None:
    assert share_text(share) == text


def test_intervals() -> None:
    assert shares_text(0.0, 0.0, 0.2471) == "0% (0% to 25%)"
    assert shares_text(0.5, None, None) == "50%"
    assert points_text(-0.045, -0.4396, 0.3625) == "−4.5 (−44 to 36)"
    assert points_text(0.0, -0.0718, 0.0822) == "0 (−7.2 to 8.2)"
    assert points_text(None, None, None) == "—"
    assert odds_text(0.0, 0.0, 4.2) == "0 (0 to 4.20)"
    assert odds_text(math.inf, 1.7, math.inf) == "no limit (1.70 to no limit)"
    assert odds_text(None, None, None) == "—"
