"""The look that all figures share: fonts, lines, palettes, and the contrast they must keep."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

FONT = "DejaVu Sans"
"""Ships with matplotlib, so a figure looks the same on every machine."""

REPLACEMENT = "\ufffd"
"""Stands for a character that the font does not have."""

HASH_SALT = "ketameta"
"""Fixed, so that the same figure is the same file."""


@contextmanager
def figure_style(*, font_size: float = 8.0, svg_text: str = "path") -> Iterator[None]:
    """Draw and save with the project's look: seaborn's "white" style in "paper" context.

    Parameters
    ----------
    font_size
        Points.
    svg_text
        "path" turns the text of SVG files into outlines, "real" keeps it as text.
    """
    import matplotlib as mpl
    import seaborn as sns

    own = {
        "font.family": FONT,
        "font.size": font_size,
        "text.hinting": "none",
        "svg.fonttype": "none" if svg_text == "real" else "path",
        "svg.hashsalt": HASH_SALT,
        "pdf.fonttype": 42,
        "ps.fonttype": 3,  # 42 measures every letter of the font: seconds for each file
        "axes.unicode_minus": True,
    }
    look = {**sns.plotting_context("paper"), **sns.axes_style("white"), **own}
    with mpl.rc_context(look):
        yield


def palette(count: int) -> tuple[str, ...]:
    """Colours for categories, as hex codes: seaborn's palette for colour-blind readers."""
    import seaborn as sns

    return tuple(sns.color_palette("colorblind", count).as_hex())


def sequence(count: int) -> tuple[str, ...]:
    """Colours from light to dark for ordered values; the order survives without colour."""
    import seaborn as sns

    return tuple(sns.color_palette("crest", count).as_hex())


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two hex colours, 1 to 21 (WCAG 2.2, success criterion 1.4.3)."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour.lstrip("#")[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
