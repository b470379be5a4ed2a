"""Effects on the scale that readers see, as numbers to draw and as text."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from ketameta.measures.catalog import Measure
from ketameta.notation.numbers import NumberStyle, decimals_for

ABBREVIATED = frozenset({"OR", "RR", "RD", "MD", "SMD", "HR", "IRR", "ROM"})


@dataclass(frozen=True, slots=True)
class Effect:
    """An estimate and its interval on the display scale; `estimate` None for a prediction."""

    estimate: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class EffectText:
    """Writes effects of one measure in one style, all with the same number of decimals."""

    measure: Measure
    numbers: NumberStyle
    level: float
    decimals: int

    @classmethod
    def of(
        cls, measure: Measure, numbers: NumberStyle, level: float, effects: Sequence[Effect]
    ) -> EffectText:
        """With decimals that suit the effects: always two for ratios and standardised ones."""
        if measure.scale != "identity" or measure.code in ("SMD", "RD"):
            return cls(measure, numbers, level, 2)
        values = [v for e in effects for v in (e.estimate, e.low, e.high) if v is not None]
        return cls(measure, numbers, level, decimals_for(values))

    @property
    def level_text(self) -> str:
        """The coverage, "95%"."""
        return f"{self.level * 100:g}%"

    @property
    def title(self) -> str:
        """The measure in a column title: the abbreviation where readers know it."""
        return self.measure.code if self.measure.code in ABBREVIATED else self.measure.label

    @property
    def separator(self) -> str:
        """What stands between two limits; a hyphen would read as a minus among differences."""
        separator = self.numbers.interval_separator
        return " to " if separator in ("-", "–") and not self.measure.is_ratio else separator

    def number(self, value: float) -> str:
        """One value."""
        if self.measure.is_ratio:
            return self.numbers.ratio(value, self.decimals)
        return self.numbers.fixed(value, self.decimals)

    @property
    def dashed(self) -> bool:
        """Whether limits are joined by a dash, which leaves no room to line them up."""
        return not self.separator.endswith(" ")

    def pieces(self, effect: Effect) -> tuple[str, ...]:
        """Estimate and limits with their brackets, in parts that line up."""
        estimate = "" if effect.estimate is None else self.number(effect.estimate)
        low, high = self.number(effect.low), self.number(effect.high)
        opening, closing = self.numbers.interval_open, self.numbers.interval_close
        start = f" {opening}{low}{self.separator.rstrip()}"
        if self.dashed:
            return estimate, f"{start}{high}{closing}"
        return estimate, start, f" {high}{closing}"

    def phrase(self, effect: Effect) -> str:
        """In running text: "3.53 (95% CI 1.40 to 8.88)"; for a prediction "0.57 to 21.80"."""
        limits = f"{self.number(effect.low)} to {self.number(effect.high)}"
        if effect.estimate is None:
            return limits
        return f"{self.number(effect.estimate)} ({self.level_text} CI {limits})"


def displayed(measure: Measure, *, estimate: float | None, low: float, high: float) -> Effect:
    """An effect on the display scale from one on the analysis scale.

    Ratios stay within what a logarithm can carry, so that a limit beyond the largest number is
    drawn as an arrow and not lost.
    """

    def show(value: float) -> float:
        shown = float(measure.to_display(value))
        if measure.scale != "log":
            return shown
        return min(max(shown, sys.float_info.min), sys.float_info.max)

    centre = None if estimate is None else show(estimate)
    return Effect(centre, *sorted((show(low), show(high))))


def capital(text: str) -> str:
    """The text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def with_symbols(message: str) -> str:
    """A message of the engine as figures and pages print it: τ² for tau2."""
    return clean(message).replace("tau2", "τ²").replace("I2", "I²").replace("H2", "H²")


def clean(text: str) -> str:
    """One line of printable text: white space collapsed, control characters left out."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


def unbroken(text: str) -> str:
    """The text with spaces at which no line is broken."""
    return text.replace(" ", "\u00a0")


def finite(*values: float | None) -> bool:
    """Whether every value is a finite number."""
    return all(value is not None and math.isfinite(value) for value in values)
