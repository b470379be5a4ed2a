"""Colours of the diagnostic figures on a white page.

Outlines, lines and text reach a contrast of 3:1 on white, text 4.5:1. Where colour carries meaning
it is one of `MEANINGFUL`, which lie at least 40 apart in CIELAB for every kind of colour vision,
and a second mark (filled or hollow, solid or dashed, round or diamond) says the same.
"""

from __future__ import annotations

INK = "#1a1a1a"
MUTED = "#595959"
HAIRLINE = "#d0d0d0"
GUIDE = "#767676"
"""Reference lines: visible, but behind the data."""

POINT, POINT_EDGE = "#0173b2", "#003d5c"
ACCENT, ACCENT_EDGE = "#c65102", "#6e2c00"
BAND = "#d9e8f2"
"""An interval around a curve; its limits are drawn as lines too."""

MEANINGFUL = (POINT, ACCENT, INK)
OUTLINES = (INK, GUIDE, POINT, POINT_EDGE, ACCENT, ACCENT_EDGE)
TEXTS = (INK, MUTED)

CONTOURS = ("#ffffff", "#ededed", "#dadada", "#c6c6c6")
"""Regions of a funnel from small to large p values; each is bordered and named."""
