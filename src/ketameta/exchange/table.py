"""`Table`: what a file of trial results holds, as written, and where each row stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ketameta.errors import DataError
from ketameta.measures.columns import MISSING

Cell = str | float | None
_Problem = tuple[int, str, str]
"""Row, column, and what is wrong there."""

_SHOWN = 20
_EXACT = 2.0**53
"""Below it every whole number is one float64, so that it can be written without a fraction."""
_PLAIN = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_COMMA = re.compile(r"[-+]?[0-9]*,[0-9]+([eE][-+]?[0-9]+)?")
_THOUSANDS = re.compile(r"[-+]?[1-9][0-9]{0,2}(,[0-9]{3})+")
_INFINITE = re.compile(r"[-+]?inf(inity)?", re.IGNORECASE)
_POINT_ADVICE = "Write a number with a decimal point, or leave the cell empty."


@dataclass(frozen=True, slots=True)
class Coding:
    """What a statistical file says about one column beside its values.

    Attributes
    ----------
    label
        The label of the variable.
    values
        Labels by code; the cells keep the codes.
    absent
        By row, the declared missing value that stands there, with its label: "-9 (refused)".
    """

    label: str = ""
    values: Mapping[float | str, str] = field(default_factory=dict)
    absent: Mapping[int, str] = field(default_factory=dict)


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
        Line of the file on which each row begins; the row, in files without lines.
    decimal_comma
        Whether a comma may be the decimal mark (it cannot where commas separate the cells).
    notes
        What a user should know about how the file was read.
    counted
        What `lines` counts: "line" of a text file, "row" of a data file or sheet.
    sheet, letters
        For workbooks, the sheet and the letter of each column.
    header_line
        Line or row in which the column names stand; 0 where names are not in a row.
    coding
        What a statistical file says about its columns beside the values.
    """

    source: str
    columns: Mapping[str, tuple[Cell, ...]]
    lines: tuple[int, ...]
    decimal_comma: bool = False
    notes: tuple[str, ...] = ()
    counted: str = "line"
    sheet: str = ""
    letters: Mapping[str, str] = field(default_factory=dict)
    header_line: int = 1
    coding: Mapping[str, Coding] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Number of rows."""
        return len(self.lines)

    def where(self, row: int) -> str:
        """`file:7` of a text file, `file.sav:row 7`, or `file.xlsx:Sheet1:row 7`."""
        return self._at(self.lines[row])

    @property
    def head(self) -> str:
        """Where the names of the columns stand, in the same form."""
        return self._at(self.header_line) if self.header_line else self.source

    def place(self, row: int) -> str:
        """Where a row stands within the file: "line 7", "row 7" or "Sheet1, row 7"."""
        return (f"{self.sheet}, " if self.sheet else "") + f"{self.counted} {self.lines[row]}"

    def cell(self, row: int, name: str) -> str:
        """Where a cell stands: `file:7: column x`, or `file.xlsx:Sheet1!C7: column x`."""
        if name in self.letters:
            return (
                f"{self.source}:{self.sheet}!{self.letters[name]}{self.lines[row]}: column {name}"
            )
        return f"{self.where(row)}: column {name}"

    def _at(self, line: int) -> str:
        if self.counted == "line":
            return f"{self.source}:{line}"
        return f"{self.source}:" + (f"{self.sheet}:" if self.sheet else "") + f"row {line}"

    def text(self, name: str) -> tuple[str, ...]:
        """A column as text, without white space around it; missing cells are empty.

        Codes become their labels where the file has one for every code that occurs.
        """
        cells = self.columns[name]
        labels = self.coding[name].values if name in self.coding else {}
        if labels and all(is_missing(cell) or cell in labels for cell in cells):
            return tuple("" if is_missing(cell) else labels[cell].strip() for cell in cells)  # type: ignore[index]
        return tuple("" if is_missing(cell) else _written(cell) for cell in cells)


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
                problems.append((row, name, f"{_shown(cell)} is not a number."))
                value = float("nan")
            read[name].append(value)
    if problems:
        raise DataError("\n".join(_lines(table, problems)))
    return read


def _lines(table: Table, problems: list[_Problem]) -> Iterator[str]:
    unique = {(row, name): text for row, name, text in reversed(problems)}
    ordered = sorted((row, name, text) for (row, name), text in unique.items())
    for row, name, text in ordered[:_SHOWN]:
        advice = f" {_POINT_ADVICE}" if "number." in text else ""
        yield f"{table.cell(row, name)}: {text}{advice}"
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


def _comma_problems(table: Table, names: list[str]) -> Iterator[_Problem]:
    """Cells whose comma cannot be read safely as a decimal mark."""
    cells = [
        (row, name, _written(cell))
        for name in names
        for row, cell in enumerate(table.columns[name])
        if isinstance(cell, str) and not is_missing(cell)
    ]
    commas = [item for item in cells if _COMMA.fullmatch(item[2])]
    if not commas:
        return
    if not table.decimal_comma:
        for row, name, text in commas:
            yield (
                row,
                name,
                f'"{text}" has a comma. Write a decimal point and no thousands separator.',
            )
        return
    points = [item for item in cells if "." in item[2] and _PLAIN.fullmatch(item[2])]
    for row, name, text in points:
        yield (
            row,
            name,
            f'"{text}" has a decimal point, but "{commas[0][2]}" on {table.counted} '
            f"{table.lines[commas[0][0]]} has a decimal comma. Use one of them throughout.",
        )
    for name in dict.fromkeys(name for _, name, _ in commas):
        own = [item for item in commas if item[1] == name]
        if all(_THOUSANDS.fullmatch(text) for _, _, text in own):
            for row, _, text in own:
                yield (
                    row,
                    name,
                    f'"{text}" could be {text.replace(",", "")} or '
                    f"{text.replace(',', '.')}. Write it without a thousands separator, or with a "
                    "decimal point.",
                )


def _written(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT:
        return str(int(cell))
    return str(cell).strip()


def _shown(cell: Cell) -> str:
    text = " ".join("".join(c if c.isprintable() else " " for c in str(cell)).split())
    return f'"{text}"' if len(text) <= 40 else f'"{text[:37]}..."'
