"""Values that a portable SPSS file declares missing, which the library that reads it leaves out.

It blanks single values without saying which stood there, and takes those of ranges for data. A
portable file is one text of tagged fields; numbers are in base 30 (PSPP, "Portable File Format",
https://www.gnu.org/software/pspp/pspp-dev/html_node/Portable-File-Format.html).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ketameta.exchange.header import MAX_CELLS

_START = 456
"""Characters of the splash and of the table of characters before the signature."""
_SIGNATURE = "SPSSPORT"
_LINE = 80
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRST"
_LIMIT = 1.79e308
"""Stands for HIGHEST, with its sign for LOWEST."""

Limits = tuple[float, float] | str
"""A declared range of numbers with its ends, or a text."""


@dataclass(frozen=True, slots=True)
class DeclaredMissing:
    """By name of the variable: what is declared, and by row from 0 the value that stands there."""

    limits: Mapping[str, tuple[Limits, ...]]
    cells: Mapping[str, Mapping[int, float | str]]

    @property
    def unstated(self) -> tuple[str, ...]:
        """Variables with a range whose finite end the file does not state, as PSPP writes it."""
        return tuple(
            name
            for name, declared in self.limits.items()
            if any(not isinstance(one, str) and one[0] >= _LIMIT for one in declared)
        )


def declared_missing(raw: bytes) -> DeclaredMissing:
    """What a portable file declares missing; nothing where it is not as described."""
    lines = raw.decode("ascii", "replace").replace("\r\n", "\n").split("\n")
    text = "".join(line.ljust(_LINE) for line in lines)
    if not text.startswith(_SIGNATURE, _START):
        return DeclaredMissing({}, {})
    try:
        return _declared(_Reader(text, _START + len(_SIGNATURE)))
    except (IndexError, KeyError, ValueError):
        return DeclaredMissing({}, {})


class _Reader:
    """A place in the text, which moves on with all that is read."""

    def __init__(self, text: str, at: int) -> None:
        self.text, self.at = text, at

    def tag(self) -> str:
        self.at += 1
        return self.text[self.at - 1]

    def peek(self) -> str:
        return self.text[self.at]

    def number(self) -> float:
        while self.peek() == " ":
            self.at += 1
        if self.peek() == "*":  # "*.": the system's own missing value
            self.at += 2
            return math.nan
        end = self.text.index("/", self.at)
        word, self.at = self.text[self.at : end], end + 1
        return _base_30(word)

    def whole(self) -> int:
        return int(self.number())

    def string(self) -> str:
        size = self.whole()
        if not 0 <= size <= len(self.text) - self.at:
            raise ValueError("a text reaches beyond the end")
        self.at += size
        return self.text[self.at - size : self.at]

    def value(self, width: int) -> float | str:
        return self.string() if width else self.number()


def _declared(reader: _Reader) -> DeclaredMissing:
    reader.tag()
    reader.string(), reader.string()  # date and time
    widths: dict[str, int] = {}
    limits: dict[str, tuple[Limits, ...]] = {}
    while (tag := reader.tag()) != "F":
        if tag == "7":
            name, width, declared = _variable(reader)
            widths[name] = width
            if declared:
                limits[name] = declared
        else:
            _skip(reader, tag, widths)
    cells: dict[str, dict[int, float | str]] = {name: {} for name in limits}
    for row, values in enumerate(_rows(reader, widths)):
        for name, declared in limits.items():
            if any(_within(values[name], one) for one in declared):
                cells[name][row] = values[name]
    return DeclaredMissing(limits, cells)


def _variable(reader: _Reader) -> tuple[str, int, tuple[Limits, ...]]:
    width = reader.whole()
    name = reader.string()
    for _ in range(6):  # print and write format
        reader.whole()
    declared: list[Limits] = []
    while (tag := reader.peek()) in "89AB":
        reader.tag()
        one = reader.value(width)
        if isinstance(one, str):
            declared.append(one)
        elif tag == "8":
            declared.append((one, one))
        elif tag == "9":
            declared.append((-math.inf, one))
        elif tag == "A":
            declared.append((one, math.inf))
        else:
            declared.append((one, reader.number()))
    return name, width, tuple(declared)


def _skip(reader: _Reader, tag: str, widths: Mapping[str, int]) -> None:
    """Read over what says nothing of missing values."""
    if tag in "45":
        reader.whole()
    elif tag in "1236C":
        reader.string()
    elif tag == "D":
        names = [reader.string() for _ in range(reader.whole())]
        for _ in range(reader.whole()):
            reader.value(widths[names[0]])
            reader.string()
    elif tag == "E":
        for _ in range(reader.whole()):
            reader.string()
    else:
        raise ValueError("a field that the description does not know")


def _rows(reader: _Reader, widths: Mapping[str, int]) -> Iterator[dict[str, float | str]]:
    read = 0
    while reader.peek() != "Z" and read <= MAX_CELLS:
        read += len(widths)
        yield {name: reader.value(width) for name, width in widths.items()}


def _within(value: float | str, limits: Limits) -> bool:
    if isinstance(value, str) or isinstance(limits, str):
        return isinstance(limits, str) and str(value).rstrip() == limits.rstrip()
    return limits[0] <= value <= limits[1]


def _base_30(word: str) -> float:
    """A number such as -2.F+3: digits to base 30, a power of 30 behind the sign."""
    sign, digits = (-1.0, word[1:]) if word.startswith("-") else (1.0, word)
    mantissa, power = digits, 0
    for mark in "+-":
        head, found, tail = digits.partition(mark)
        if found:
            mantissa, power = head, int(f"{mark}1") * _whole(tail)
    front, _, behind = mantissa.partition(".")
    power -= len(behind)
    whole = _whole(front + behind)
    try:
        return sign * (float(whole * 30**power) if power >= 0 else whole / 30**-power)
    except OverflowError:  # HIGHEST, rounded up
        return sign * math.inf


def _whole(word: str) -> int:
    value = 0
    for digit in word:
        value = 30 * value + _DIGITS.index(digit)
    return value
