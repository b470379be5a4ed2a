"""How levels of risk of bias are shown: a glyph and colours, so that colour is never alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class LevelMark:
    """How a level looks.

    Attributes
    ----------
    kind
        A short name for style sheets; levels that mean alike in different tools share it.
    glyph
        Stands in the disc.
    fill, ink
        Colours of the disc and of the glyph on it; the contrast between them is at least 4.5:1.
    cochrane
        The fill in the colours of Cochrane reviews.
    cochrane_ink
        The glyph on that.
    """

    kind: str
    glyph: str
    fill: str
    ink: str
    cochrane: str
    cochrane_ink: str


_LOW = LevelMark("low", "+", "#2166ac", "#ffffff", "#02c100", "#000000")
_MIDDLE = LevelMark("concerns", "!", "#f4d35e", "#000000", "#e2df07", "#000000")
_HIGH = LevelMark("high", "\u2212", "#8c1d18", "#ffffff", "#bf0000", "#ffffff")
_CRITICAL = LevelMark("critical", "\u00d7", "#000020", "#ffffff", "#400000", "#ffffff")
_UNKNOWN = LevelMark("unknown", "?", "#c8c8c8", "#000000", "#c8c8c8", "#000000")
_NONE = LevelMark("none", "", "#ffffff", "#000000", "#ffffff", "#000000")

LEVEL_MARKS: Mapping[str, LevelMark] = MappingProxyType(
    {
        "low": _LOW,
        "some concerns": _MIDDLE,
        "moderate": _MIDDLE,
        "high": _HIGH,
        "serious": _HIGH,
        "critical": _CRITICAL,
        "no information": _UNKNOWN,
        "not assessed": _NONE,
    }
)
"""By level, in the order in which legends name them."""

PALETTES = ("default", "cochrane")


def level_mark(level: str) -> LevelMark:
    """How a level looks; a level without a look of its own is shown as not known."""
    return LEVEL_MARKS.get(level, _UNKNOWN)


def colours(level: str, palette: str = "default") -> tuple[str, str]:
    """Fill and ink of a level in one of `PALETTES`."""
    mark = level_mark(level)
    if palette == "cochrane":
        return mark.cochrane, mark.cochrane_ink
    return mark.fill, mark.ink


def glyph_key(levels: tuple[str, ...]) -> str:
    """What the glyphs mean, of the levels that occur: "+ low, ! some concerns or moderate"."""
    named: dict[str, list[str]] = {}
    for level, mark in LEVEL_MARKS.items():
        if level in levels and mark.glyph:
            named.setdefault(mark.glyph, []).append(level)
    # No line ends between a sign and its meaning.
    return ", ".join(f"{glyph}\u00a0{' or '.join(known)}" for glyph, known in named.items())
