"""The evidence map on a terminal: a grid per kind of control that tears no mark apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from ketameta.appraisal.evidence_map import EvidenceMap, MapCell
from ketameta.appraisal.map_marks import NO_BREAK, map_key, marks
from ketameta.cli.document import (
    Block,
    Column,
    Grid,
    Heading,
    Line,
    Paragraph,
    natural_width,
    with_columns,
)

WIDEST, ROOMY, NARROW = 200, 16, 10
"""Characters that a cell may take: its marks side by side; numbers with their certainty on a line;
a mark on a line."""

LABEL = 18


def map_blocks(found: EvidenceMap, caption: str, width: int) -> Iterator[Block]:
    """The map under its caption: a grid per kind of control, then what the marks mean."""
    yield Heading(caption, level=1)
    for control in found.controls:
        filled = [c for c in found.cells if c.control == control and c.entries]
        substances = [s for s in found.substances if any(c.substance == s for c in filled)]
        if not filled:
            continue
        yield Heading(f"{control[:1].upper()}{control[1:]}")
        outcomes = [o for o in found.outcomes if any(c.outcome == o for c in filled)]
        cells = [[found.cell(s, o, control) for s in substances] for o in outcomes]
        yield from _grids(cells, width)
        if absent := [name for name in found.substances if name not in substances]:
            yield Paragraph(f"Nothing on record for {', '.join(absent)}.", "quiet")
    yield Heading("Signs")
    for note in (*map_key(found), *found.silences):
        yield Paragraph(note.replace(NO_BREAK, " "), "quiet")


def _grids(cells: Sequence[Sequence[MapCell]], width: int) -> Iterator[Grid]:
    """One grid where it fits; otherwise as few as possible, each with the outcomes."""
    for room in (WIDEST, ROOMY, NARROW):
        grid = _grid(cells, room)
        if natural_width(grid) <= width:
            yield grid
            return
    parts: list[list[int]] = [[]]
    for i in range(len(cells[0])):
        wider = with_columns(grid, (0, *(j + 1 for j in parts[-1]), i + 1))
        if parts[-1] and natural_width(wider) > width:
            parts.append([])
        parts[-1].append(i)
    for part in parts:
        yield _grid([[row[i] for i in part] for row in cells], NARROW)


def _grid(cells: Sequence[Sequence[MapCell]], room: int) -> Grid:
    """The cells with anything in their row, marks stacked where they are wider than `room`."""
    lines: list[Line] = []
    for row in cells:
        if not any(cell.entries for cell in row):
            continue
        label = stacked(row[0].outcome.split(), WIDEST if room == WIDEST else LABEL)
        parts = [stacked(marks(cell), room) for cell in row]
        texts = zip_longest(label, *parts, fillvalue="")
        lines += [Line(tuple(text.replace(NO_BREAK, " ") for text in line)) for line in texts]
    columns = ("Outcome", *(cell.substance.capitalize() for cell in cells[0]))
    return Grid(tuple(map(Column, columns)), tuple(lines))


def stacked(parts: Sequence[str], room: int) -> list[str]:
    """The parts in lines of so many characters; a wider part has a line of its own."""
    lines: list[str] = []
    for part in parts:
        if lines and len(f"{lines[-1]} {part}") <= room:
            lines[-1] = f"{lines[-1]} {part}"
        else:
            lines.append(part)
    return lines
