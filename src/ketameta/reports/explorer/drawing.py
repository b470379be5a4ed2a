"""Where glyphs stand, as shares of the plot in percent: the page draws, it does not compute."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ketameta.figures.forest.axis import clip
from ketameta.figures.forest.html_glyphs import HALF_DIAMOND, LARGEST_SIDE
from ketameta.figures.forest.layout import layout
from ketameta.figures.forest.model import Axis, Diamond, ForestLayout
from ketameta.figures.forest.shapes import diamond_points
from ketameta.notation.effects import displayed
from ketameta.pooling.result import Interval
from ketameta.reports.explorer.universe import Universe
from ketameta.synthesis.answer import Analysis
from ketameta.tables.formatting import AnswerText

CUT_LOW, CUT_HIGH = 1, 2


@dataclass(frozen=True, slots=True)
class Drawing:
    """The plot of one question: its layout with every result that can be ticked, and its axis."""

    text: AnswerText
    layout: ForestLayout

    @classmethod
    def of(cls, universe: Universe) -> Drawing:
        """The plot that holds every result of the universe."""
        answer = universe.answer
        everything = Analysis(answer.main.id, answer.main.title, universe.rows, None)
        bare = replace(answer, main=everything, subgroups=(), sensitivity=(), leave_one_out=())
        return cls(AnswerText.of(answer), layout(bare, sensitivity=False))

    @property
    def axis(self) -> Axis:
        """The axis, the same however studies are ticked."""
        return self.layout.axis

    def percent(self, value: float) -> float:
        """Where a value of the display scale lies, in percent of the width."""
        return round(self.axis.fraction(value) * 100, 2)

    def line(self, y: float, interval: Interval) -> list[float]:
        """Low, estimate, high in percent, and which ends leave the plot; empty without limits."""
        effect = self.text.effect_of(y, interval)
        if effect is None or effect.estimate is None:
            return []
        cut = clip(effect.low, effect.high, self.axis)
        at = clip(effect.estimate, effect.estimate, self.axis)
        shown = not (at.cut_low or at.cut_high)
        ends = [self.percent(v) for v in (effect.low, effect.estimate, effect.high)]
        return [*ends, _cuts(cut.cut_low, cut.cut_high), int(shown)]

    def diamond(self, y: float, interval: Interval) -> str:
        """Corners of a diamond in thousandths of the width; "" where it lies off the plot."""
        effect = self.text.effect_of(y, interval)
        if effect is None or effect.estimate is None:
            return ""
        extent = clip(effect.low, effect.high, self.axis)
        points = diamond_points(Diamond(effect.estimate, extent), self.axis)
        return " ".join(f"{x * 1000:.0f},{HALF_DIAMOND * (1 + y):.1f}" for x, y in points)

    def bar(self, interval: Interval) -> list[float]:
        """Ends of a prediction interval in percent, and which leave the plot."""
        low, high = interval.low, interval.high
        if low is None or high is None:
            return []
        effect = displayed(self.text.measure, estimate=None, low=low, high=high)
        if not all(map(math.isfinite, (effect.low, effect.high))):
            return []
        cut = clip(effect.low, effect.high, self.axis)
        ends = [self.percent(effect.low), self.percent(effect.high)]
        return [*ends, _cuts(cut.cut_low, cut.cut_high)]


def _cuts(low: bool, high: bool) -> int:
    return (CUT_LOW if low else 0) + (CUT_HIGH if high else 0)


def sides(weights: Sequence[float]) -> list[float]:
    """Sides of squares in pixels, their areas proportional to the weights."""
    heaviest = max(weights, default=0.0)
    if not heaviest > 0:
        return [0.0 for _ in weights]
    return [round(math.sqrt(max(w, 0.0) / heaviest) * LARGEST_SIDE, 2) for w in weights]
