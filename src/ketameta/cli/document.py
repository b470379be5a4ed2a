"""What a command has to say, before it is decided how it looks: headings, text, fields, grids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `aside` stands at the right edge. Level 1 opens the document."""

    text: str
    aside: str = ""
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. `tone` is "", quiet, good, caution or serious."""

    text: str
    tone: str = ""
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Field:
    """A label and what belongs to it, e.g. `Country  Russia`."""

    label: str
    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Fields:
    """Fields whose texts start under each other."""

    fields: tuple[Field, ...]
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a grid. `firm` columns are never broken; `least` is the width worth having."""

    title: str
    right: bool = False
    firm: bool = True
    tone: str = ""
    least: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a grid; `tone` colours it, `rule` draws a line above it."""

    cells: tuple[str, ...]
    tone: str = ""
    rule: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table for reading; `left_out` are titles of columns for which there was no room."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    indent: int = 0
    left_out: tuple[str, ...] = ()


Block = Heading | Paragraph | Fields | Grid
Document = Sequence[Block]


def fields(*pairs: tuple[str, str | None], indent: int = 0) -> Fields:
    """Fields from pairs; those without a text are left out."""
    return Fields(tuple(Field(label, text) for label, text in pairs if text), indent)


def with_columns(grid: Grid, indices: Sequence[int]) -> Grid:
    """The grid with these of its columns."""
    lines = tuple(Line(tuple(x.cells[i] for i in indices), x.tone, x.rule) for x in grid.lines)
    return replace(grid, columns=tuple(grid.columns[i] for i in indices), lines=lines)


def without_column(grid: Grid, index: int) -> Grid:
    """The grid without one of its columns."""
    return with_columns(grid, [i for i in range(len(grid.columns)) if i != index])


def fitted(grid: Grid, width: int, dispensable: Sequence[Sequence[int]]) -> Grid:
    """The grid without empty columns, and without some others while it is wider than `width`.

    Parameters
    ----------
    dispensable
        Indices of columns that may go, together where they stand together; first to go first.
    """
    kept = [i for i in range(len(grid.columns)) if any(x.cells[i] for x in grid.lines)]
    cut = with_columns(grid, kept)
    gone: list[int] = []
    for indices in dispensable:
        if natural_width(cut) <= width:
            break
        gone += [i for i in indices if i in kept]
        cut = with_columns(grid, [i for i in kept if i not in gone])
    return replace(cut, left_out=tuple(grid.columns[i].title for i in sorted(gone)))


def natural_width(grid: Grid) -> int:
    """Characters that a grid needs; breakable columns count with the least they need."""
    widths = [
        max(len(column.title), widest if column.firm else min(widest, column.least))
        for column, widest in zip(grid.columns, _widest(grid), strict=True)
    ]
    return grid.indent + sum(widths) + 2 * (len(widths) - 1)


def _widest(grid: Grid) -> list[int]:
    """The longest cell of each column."""
    return [max((len(x.cells[i]) for x in grid.lines), default=0) for i in range(len(grid.columns))]
