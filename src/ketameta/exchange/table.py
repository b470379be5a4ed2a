"""`Table`: what a file of trial results holds, as written, and where each row stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ketameta.errors import DataError
from ketameta.measures.columns import MISSING

Cell = str | float | None

_SHOWN = 20
_PLAIN = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_COMMA = re.compile(r"[-+]?[0-9]*,[0-9]+([eE][-+]?[0-9]+)?")
_THOUSANDS = re.compile(r"[-+]?[1-9][0-9]{0,2}(,[0-9]{3})+")
_INFINITE = re.compile(r"[-+]?inf(inity)?", re.IGNORECASE)
_POINT_ADVICE = "Write a number with a decimal point, or leave the cell empty."


@dataclass(frozen=True, slots=True)
class Table:
    """A table read from a file; nothing is converted until `numbers` is asked for.

    Attributes
    ----------
    source
        The file as the user wrote it.
    columns
        Cells by column name, in the order of the file; all of one length.
    lines
        Line of the file on which each row begins.
    decimal_comma
        Whether a comma may be the decimal mark (it cannot where commas separate the cells).
    notes
        What a user should know about how the file was read.
    """

    source: str
    columns: Mapping[str, tuple[Cell, ...]]
    lines: tuple[int, ...]
    decimal_comma: bool = False
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Number of rows."""
        return len(self.lines)

    def where(self, row: int) -> str:
        """`file:line` of a row."""
        return f"{self.source}:{self.lines[row]}"

    def text(self, name: str) -> tuple[str, ...]:
        """A column as text, without white space around it; missing cells are empty."""
        return tuple("" if is_missing(cell) else _written(cell) for cell in self.columns[name])


def is_missing(cell: Cell) -> bool:
    """Whether a cell holds nothing: empty, NA, ".", "-" and the like."""
    if cell is None or (isinstance(cell, float) and cell != cell):
        return True
    return isinstance(cell, str) and cell.strip().lower() in MISSING


def numbers(table: Table, names: Iterable[str]) -> dict[str, list[float]]:
    """Some columns of a table as numbers; NaN is missing.

    Parameters
    ----------
    table
        The table.
    names
        Columns that must hold numbers.

    Raises
    ------
    DataError
        With a line `file:line: column x: ...` for each cell that is no number (at most 20 are
        shown), for decimal commas where commas separate cells, and where a comma could be either
        a decimal mark or a thousands separator.
    """
    wanted = list(names)
    problems = [*_comma_problems(table, wanted)]
    read: dict[str, list[float]] = {}
    for name in wanted:
        read[name] = []
        for row, cell in enumerate(table.columns[name]):
            value = _number(cell)
            if value is None:
                problems.append((row, f"column {name}: {_shown(cell)} is not a number."))
                value = float("nan")
            read[name].append(value)
    if problems:
        raise DataError("\n".join(_lines(table, problems)))
    return read


def _lines(table: Table, problems: list[tuple[int, str]]) -> Iterator[str]:
    unique = {(row, text.split(":")[0]): text for row, text in reversed(problems)}
    ordered = sorted((row, text) for (row, _), text in unique.items())
    for row, text in ordered[:_SHOWN]:
        yield f"{table.where(row)}: {text}" + (f" {_POINT_ADVICE}" if "number." in text else "")
    if len(ordered) > _SHOWN:
        yield f"{table.source}: and {len(ordered) - _SHOWN} more cells."


def _number(cell: Cell) -> float | None:
    if is_missing(cell):
        return float("nan")
    if isinstance(cell, int | float):
        return float(cell)
    text = _written(cell).replace("\u2212", "-")
    if _PLAIN.fullmatch(text) or _INFINITE.fullmatch(text):
        return float(text)
    return float(text.replace(",", ".")) if _COMMA.fullmatch(text) else None


def _comma_problems(table: Table, names: list[str]) -> Iterator[tuple[int, str]]:
    """Cells whose comma cannot be read safely as a decimal mark."""
    cells = [
        (row, name, _written(cell))
        for name in names
        for row, cell in enumerate(table.columns[name])
        if not is_missing(cell)
    ]
    commas = [item for item in cells if _COMMA.fullmatch(item[2])]
    if not commas:
        return
    if not table.decimal_comma:
        for row, name, text in commas:
            yield (
                row,
                f'column {name}: "{text}" has a comma. Write a decimal point and no thousands '
                "separator.",
            )
        return
    points = [item for item in cells if "." in item[2] and _PLAIN.fullmatch(item[2])]
    for row, name, text in points:
        yield (
            row,
            f'column {name}: "{text}" has a decimal point, but "{commas[0][2]}" on line '
            f"{table.lines[commas[0][0]]} has a decimal comma. Use one of them throughout.",
        )
    for name in dict.fromkeys(name for _, name, _ in commas):
        own = [item for item in commas if item[1] == name]
        if all(_THOUSANDS.fullmatch(text) for _, _, text in own):
            for row, _, text in own:
                yield (
                    row,
                    f'column {name}: "{text}" could be {text.replace(",", "")} or '
                    f"{text.replace(',', '.')}. Write it without a thousands separator, or with a "
                    "decimal point.",
                )


def _written(cell: Cell) -> str:
    return str(cell).strip()


def _shown(cell: Cell) -> str:
    text = " ".join("".join(c if c.isprintable() else " " for c in str(cell)).split())
    return f'"{text}"' if len(text) <= 40 else f'"{text[:37]}..."'
