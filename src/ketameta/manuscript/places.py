"""Where a text sends its reader: numbers of figures and tables, "(Figure 3; Tables 1 to 4)"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

FOREST = "forest"


@dataclass(frozen=True, slots=True)
class Places:
    """The figures and tables that a text can speak of.

    Attributes
    ----------
    figures
        Numbers of the figures by their kind and question ("" for the whole review).
    tables
        Numbers of the tables by the name of their file.
    """

    figures: Mapping[tuple[str, str], range] = field(default_factory=dict)
    tables: Mapping[str, range] = field(default_factory=dict)

    def figure(self, kind: str, question: str = "") -> str:
        """ "Figure 3" or "Figures 2 to 4"; "" where there is none."""
        return _range("Figure", self.figures.get((kind, question), range(0)))

    def table(self, name: str) -> str:
        """ "Table 5" or "Tables 1 to 4"; "" where there is none."""
        return _range("Table", self.tables.get(name, range(0)))


def _range(word: str, numbers: range) -> str:
    if len(numbers) < 2:
        return "".join(f"{word} {number}" for number in numbers)
    joint = "and" if len(numbers) == 2 else "to"
    return f"{word}s {numbers[0]} {joint} {numbers[-1]}"


def bracketed(*places: str) -> str:
    """Places behind words: " (Figure 3; Table 5)"; "" without any."""
    found = [place for place in places if place]
    return f" ({'; '.join(found)})" if found else ""
