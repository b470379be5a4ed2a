"""Writing on a page measured in points."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from ketameta.figures.forest.style import Colours
from ketameta.figures.text_metrics import drawable, text_width


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes text and rules on axes whose units are points."""

    axes: Axes
    size: float
    colours: Colours

    def write(
        self,
        text: str,
        at: tuple[float, float],
        *,
        align: str = "left",
        size: float | None = None,
        bold: bool = False,
        colour: str | None = None,
    ) -> None:
        """One line of text; `at` is the left end, centre or right end of its baseline.

        Blanks at either end keep their width but are not written, since programs treat them
        differently.
        """
        text, at = _without_blanks(text, at, align, size or self.size)
        if not text:
            return
        self.axes.text(
            *at,
            drawable(text),
            fontsize=size or self.size,
            fontweight="bold" if bold else "normal",
            color=colour or self.colours.text,
            ha=align,
            va="baseline",
            parse_math=False,
            zorder=5,
        )

    def rule(
        self, span: tuple[float, float], y: float, *, width: float, colour: str | None = None
    ) -> None:
        """A horizontal line."""
        line = Line2D(span, [y, y], color=colour or self.colours.rule, lw=width, zorder=0.5)
        self.axes.add_line(line)


def _without_blanks(
    text: str, at: tuple[float, float], align: str, size: float
) -> tuple[str, tuple[float, float]]:
    bare = text.strip()
    before = text[: len(text) - len(text.lstrip())]
    after = text[len(text.rstrip()) :]
    shift = {
        "left": text_width(before, size),
        "center": (text_width(before, size) - text_width(after, size)) / 2,
        "right": -text_width(after, size),
    }[align]
    return bare, (at[0] + shift, at[1])
