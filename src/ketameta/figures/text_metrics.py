"""How wide a text is in points, from the font's own metrics and without a canvas."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from ketameta.figures.theme import FONT


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width in points of one line of text."""
    if not text:
        return 0.0
    weight = "bold" if bold else "normal"
    font = FontProperties(family=FONT, size=size, weight=weight)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width)


def broken(text: str, size: float, width: float) -> tuple[str, ...]:
    """The text in lines that are no wider than `width` points; single words may be wider."""
    return tuple(_lines(text.split(" "), size, width))


def _lines(words: list[str], size: float, width: float) -> Iterator[str]:
    line = ""
    for word in words:
        longer = f"{line} {word}" if line else word
        if line and text_width(longer, size) > width:
            yield line
            line = word
        else:
            line = longer
    yield line
