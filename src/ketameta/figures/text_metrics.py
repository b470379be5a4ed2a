"""How wide a text is in points, from the font's own metrics and without a canvas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.textpath import text_to_path

from ketameta.figures.theme import FONT, REPLACEMENT

_BETWEEN_WORDS = re.compile(r"(?<! [=<>]) (?![=<>] )")


@lru_cache(maxsize=1)
def _characters() -> frozenset[int]:
    return frozenset(get_font(findfont(FontProperties(family=FONT))).get_charmap())


def drawable(text: str) -> str:
    """The text with a replacement sign for each character that the font does not have.

    Falling back on whatever fonts a machine has would make figures differ between machines.
    """
    known = _characters()
    return "".join(c if ord(c) in known else REPLACEMENT for c in text)


def undrawable(texts: Iterable[str]) -> str:
    """The characters that `drawable` would replace, each once, in their order; "" for none."""
    known = _characters()
    return "".join(dict.fromkeys(c for text in texts for c in text if ord(c) not in known))


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width in points of one line of text."""
    if not text:
        return 0.0
    weight = "bold" if bold else "normal"
    font = FontProperties(family=FONT, size=size, weight=weight)
    width, _, _ = text_to_path.get_text_width_height_descent(drawable(text), font, ismath=False)
    return float(width)


def broken(text: str, size: float, width: float) -> tuple[str, ...]:
    """The text in lines that are no wider than `width` points; single words may be wider.

    No line ends beside a sign of equality: "P = 0.02" is one word.
    """
    return tuple(_lines(_BETWEEN_WORDS.split(text), size, width))


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
