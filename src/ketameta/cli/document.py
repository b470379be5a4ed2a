"""What a command has to say, before it is decided how it looks: headings, text, fields, grids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


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
    """A table for reading."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    indent: int = 0


Block = Heading | Paragraph | Fields | Grid
Document = Sequence[Block]


def fields(*pairs: tuple[str, str | None], indent: int = 0) -> Fields:
    """Fields from pairs; those without a text are left out."""
    return Fields(tuple(Field(label, text) for label, text in pairs if text), indent)


def without_column(grid: Grid, index: int) -> Grid:
    """The grid without one of its columns."""
    kept = [i for i in range(len(grid.columns)) if i != index]
    lines = tuple(Line(tuple(x.cells[i] for i in kept), x.tone, x.rule) for x in grid.lines)
    return Grid(tuple(grid.columns[i] for i in kept), lines, grid.indent)


def fitted(grid: Grid, width: int, dispensable: Sequence[Sequence[int]]) -> Grid:
    """The grid without empty columns, and without some others while it is wider than `width`.

    Parameters
    ----------
    dispensable
        Indices of columns that may go, together where they stand together; first to go first.
    """
    gone = {i for i in range(len(grid.columns)) if not any(x.cells[i] for x in grid.lines)}
    cut = _without(grid, gone)
    for indices in dispensable:
        if natural_width(cut) <= width:
            break
        gone |= set(indices)
        cut = _without(grid, gone)
    return cut


def _without(grid: Grid, gone: set[int]) -> Grid:
    for index in sorted(gone, reverse=True):
        grid = without_column(grid, index)
    return grid


def natural_width(grid: Grid) -> int:
    """Characters that a grid needs; breakable columns count with the least they need."""
    widths = [
        max(len(column.title), *(len(line.cells[i]) for line in grid.lines), 0)
        if column.firm
        else max(len(column.title), column.least)
        for i, column in enumerate(grid.columns)
    ]
    return grid.indent + sum(widths) + 2 * (len(widths) - 1)
