"""Results in Excel, SPSS, Stata, SAS, Parquet and tab-separated files: the lines of their CSV."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

from ketameta.notation.formula_cells import restored

if TYPE_CHECKING:
    from ketameta.exchange.data_set import DataSet

TABLE_FILES = (".tsv", ".tab", ".xlsx", ".sav", ".zsav", ".por", ".dta", ".xpt", ".parquet")
"""Endings of files that hold a result as a table; each is one that `exchange.writing` writes."""

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?(e[-+]?[0-9]+)?")
"""As Python writes numbers: 007 and 1,5 are texts."""


def table_of(text: str, name: str) -> DataSet:
    """The columns of a CSV text; empty cells are None, formulas text as it was.

    A table without rows keeps its columns.
    """
    from ketameta.exchange.data_set import of_columns

    head, *lines = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    columns = {
        restored(column): _column([line[i] for line in lines]) for i, column in enumerate(head)
    }
    return of_columns(columns, name=name, label=name)


def _column(cells: list[str]) -> list[Any]:
    if all(_NUMBER.fullmatch(cell) for cell in cells if cell):
        return [_number(cell) if cell else None for cell in cells]
    return [restored(cell) if cell else None for cell in cells]


def _number(text: str) -> int | float:
    return int(text) if text.lstrip("-").isdigit() else float(text)
