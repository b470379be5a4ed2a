"""Finished effects of imported tables as readers see them, for study records."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ketameta.errors import DataError
from ketameta.exchange.reviews.arm_pairs import RATIOS
from ketameta.exchange.table import Cell, Table

_Z = 1.959963984540054


def as_printed(table: Table) -> Table:
    """yi with sei or vi as estimate with its 95 % limits, ratios not logged; numbers as text.

    Whole numbers lose their fraction, since people are counted in whole numbers.

    Raises
    ------
    DataError
        For a row whose study has no name.
    """
    for row, name in enumerate(table.columns["study"]):
        if not str(name or "").strip():
            raise DataError(f"{table.where(row)}: the study has no name. Give every row its study.")
    columns = dict(table.columns)
    if "yi" in columns:
        effects = columns.pop("yi")
        errors, variances = columns.pop("sei", None), columns.pop("vi", None)
        measures = columns.get("measure", (None,) * table.size)
        rows = [
            _limits(effects[i], _error(errors, variances, i), str(measures[i]))
            for i in range(table.size)
        ]
        for i, name in enumerate(("estimate", "ci_low", "ci_high")):
            columns[name] = tuple(row[i] for row in rows)
    plain = {name: tuple(_as_text(cell) for cell in cells) for name, cells in columns.items()}
    return Table(
        table.source,
        plain,
        table.lines,
        counted=table.counted,
        sheet=table.sheet,
        header_line=table.header_line,
    )


def _error(errors: Sequence[Cell] | None, variances: Sequence[Cell] | None, row: int) -> Cell:
    if errors is not None and errors[row] is not None:
        return errors[row]
    if variances is not None and variances[row] is not None:
        return math.sqrt(float(str(variances[row])))
    return None


def _limits(effect: Cell, error: Cell, measure: str) -> tuple[Cell, Cell, Cell]:
    if effect is None or error is None:
        return None, None, None
    middle, half = float(str(effect)), _Z * float(str(error))
    ends = (middle, middle - half, middle + half)
    if measure.upper() in {name.upper() for name in RATIOS}:
        ends = (math.exp(ends[0]), math.exp(ends[1]), math.exp(ends[2]))
    return ends


def _as_text(cell: Cell) -> Cell:
    if not isinstance(cell, float):
        return cell
    if cell != cell:
        return None
    return str(int(cell)) if cell.is_integer() else repr(cell)
