"""A long grid without colours and without wrapping, a hundred times as fast as through rich."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from ketameta.cli.column_widths import GAP
from ketameta.cli.document import Grid
from ketameta.cli.output import printable


def straight_lines(grid: Grid, sizes: Sequence[int], width: int) -> list[str] | None:
    """The rows that rich would print, but for spaces at their ends; None if something wraps."""
    if any(line.rule for line in grid.lines):
        return None
    if grid.indent + sum(sizes) + GAP * (len(sizes) - 1) > width:
        return None
    rows = [tuple(printable(cell) for cell in line.cells) for line in grid.lines]
    if any(
        cell_len(cell) > size or "\n" in cell
        for r in rows
        for cell, size in zip(r, sizes, strict=True)
    ):
        return None
    start, right = " " * grid.indent, [column.right for column in grid.columns]
    return [
        start + (" " * GAP).join(_padded(*one) for one in zip(row, sizes, right, strict=True))
        for row in rows
    ]


def _padded(cell: str, size: int, right: bool) -> str:
    if not right:
        return cell + " " * (size - cell_len(cell))
    cell = cell.rstrip()
    return " " * (size - cell_len(cell)) + cell
