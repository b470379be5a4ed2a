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

    figures: Mapping[tuple[str, str], int] = field(default_factory=dict)
    tables: Mapping[str, range] = field(default_factory=dict)

    def figure(self, kind: str, question: str = "") -> str:
        """ "Figure 3"; "" where there is none."""
        number = self.figures.get((kind, question))
        return "" if number is None else f"Figure {number}"

    def table(self, name: str) -> str:
        """ "Table 5" or "Tables 1 to 4"; "" where there is none."""
        found = self.tables.get(name, range(0))
        return _range(found[0], found[-1]) if found else ""

    def table_at(self, name: str, place: int) -> str:
        """One table of a file, by its place in it."""
        found = self.tables.get(name, range(0))
        return f"Table {found[place]}" if place < len(found) else ""


def _range(first: int, last: int) -> str:
    if first == last:
        return f"Table {first}"
    return f"Tables {first} {'and' if last == first + 1 else 'to'} {last}"


def bracketed(*places: str) -> str:
    """Places behind words: " (Figure 3; Table 5)"; "" without any."""
    found = [place for place in places if place]
    return f" ({'; '.join(found)})" if found else ""
