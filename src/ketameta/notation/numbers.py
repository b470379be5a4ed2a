"""Numbers as readers see them: real minus signs, no "nan", columns that line up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

MINUS = "\u2212"
DASH = "—"
FIGURE_SPACE = "\u2007"
THIN_SPACE = "\u2009"
HAIR_SPACE = "\u200a"
PUNCTUATION_SPACE = "\u2008"

# Widths in thousandths of an em of DejaVu Sans; other fonts differ little in their ratios.
_DIGIT = 636
_POINT = 318
_SIGN = 838
_BRACKET = 390
_THIN = 200
_HAIR = 100
_WIDTHS = {
    **dict.fromkeys("0123456789" + FIGURE_SPACE, _DIGIT),
    **dict.fromkeys("., ·" + PUNCTUATION_SPACE, _POINT),
    **dict.fromkeys(f"{MINUS}<>", _SIGN),
    **dict.fromkeys("()[]", _BRACKET),
    DASH: 1000,
    THIN_SPACE: _THIN,
    HAIR_SPACE: _HAIR,
}

_NARROW_SPACES = tuple(
    (
        PUNCTUATION_SPACE * points + THIN_SPACE * thins + HAIR_SPACE * hairs,
        points * _POINT + thins * _THIN + hairs * _HAIR,
    )
    for points in range(3)
    for thins in range(4)
    for hairs in range(2)
)


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How a journal writes numbers: marks, brackets, p values and digits."""

    decimal_mark: str = "."
    interval_open: str = "["
    interval_separator: str = ", "
    interval_close: str = "]"
    p_symbol: str = "P"
    p_leading_zero: bool = True
    equals: str = " = "
    i2_digits: int = 0
    tau2_digits: int = 3

    def mark(self, text: str) -> str:
        """The text with the style's decimal mark."""
        return text if self.decimal_mark == "." else text.replace(".", self.decimal_mark)

    def fixed(self, value: float | None, decimals: int) -> str:
        """A number with a fixed number of decimals, a real minus and no negative zero."""
        if value is None or not math.isfinite(value):
            return DASH
        text = f"{value:.{decimals}f}"
        if float(text) == 0:
            text = text.lstrip("-")
        return self.mark(text.replace("-", MINUS))

    def count(self, value: float) -> str:
        """A count, with its fraction where it has one: "73", "3.6"."""
        whole = float(value).is_integer()
        return str(int(value)) if whole else self.mark(f"{value:.10g}")

    def ratio(self, value: float | None, decimals: int) -> str:
        """A ratio; beyond what the plot can carry it is "<0.01" or ">999"."""
        if value is None or math.isnan(value):
            return DASH
        if value >= 999.5:
            return ">999"
        smallest = 10.0**-decimals
        if value < smallest / 2:
            return self.mark(f"<{smallest:.{decimals}f}")
        return self.fixed(value, decimals)

    def p_value(self, p: float | None) -> str:
        """A p value with its symbol: "P = 0.13", "P < 0.001"; a dash where there is none."""
        if p is None or not math.isfinite(p):
            return f"{self.p_symbol}{self.equals}{DASH}"
        relation = self.equals
        if p < 0.001:
            number, relation = "0.001", self.equals.replace("=", "<")
        elif p > 0.99:
            number, relation = "0.99", self.equals.replace("=", ">")
        elif p < 0.01 or 0.045 <= p < 0.055:
            number = f"{p:.3f}"
        else:
            number = f"{p:.2f}"
        if not self.p_leading_zero:
            number = number.removeprefix("0")
        return f"{self.p_symbol}{relation}{self.mark(number)}"

    def percent(self, value: float | None, decimals: int) -> str:
        """A percentage with its sign; a dash where there is none."""
        text = self.fixed(value, decimals)
        return text if text == DASH else f"{text}%"

    def interval(self, low: str, high: str) -> str:
        """Two limits, already text, in the style's brackets."""
        opening, separator, closing = (
            self.interval_open,
            self.interval_separator,
            self.interval_close,
        )
        return f"{opening}{low}{separator}{high}{closing}"


def decimals_for(values: Sequence[float]) -> int:
    """Decimals that suit the largest of the values: 2 below 100, 1 below 1000, then none."""
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if largest < 100:
        return 2
    return 1 if largest < 1000 else 0


def written_decimals(values: Sequence[float], *, most: int = 2) -> int:
    """The fewest decimals that write every value as it is, but no more than `most`."""
    for decimals in range(most):
        if all(math.isclose(round(v, decimals), v, abs_tol=10**-6) for v in values):
            return decimals
    return most


def number_width(text: str) -> int:
    """Width of a number in thousandths of an em."""
    return sum(_WIDTHS.get(character, _DIGIT) for character in text)


def blank(width: int) -> str:
    """Spaces that together are as wide as `width`, to a tenth of a digit."""
    choices = [
        FIGURE_SPACE * max(0, round((width - rest) / _DIGIT)) + spaces
        for spaces, rest in _NARROW_SPACES
    ]
    return min(choices, key=lambda spaces: (abs(number_width(spaces) - width) // 8, len(spaces)))


def line_up(rows: Sequence[tuple[str, ...]], *, left: frozenset[int] = frozenset()) -> list[str]:
    """Join the pieces of each row so that each piece ends where the piece above it ends.

    Parameters
    ----------
    rows
        Texts in pieces, e.g. ("3.53", " [1.40", ", 8.88]"); all rows have equally many.
    left
        Positions of pieces that start, rather than end, under each other.
    """
    if not rows:
        return []
    widest = [max(number_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        parts = []
        for i, piece in enumerate(row):
            space = blank(widest[i] - number_width(piece))
            parts.append(piece + space if i in left else space + piece)
        lines.append("".join(parts))
    return lines
