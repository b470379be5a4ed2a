"""Results in Excel, SPSS, Stata, SAS, Parquet and tab-separated files: the lines of their CSV."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ketameta.cli.output import Output
from ketameta.notation.formula_cells import restored

TABLE_FILES = (".tsv", ".xlsx", ".sav", ".zsav", ".por", ".dta", ".xpt", ".parquet")
"""Endings of files that hold a result as a table; each is one that `exchange.writing` writes."""

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?(e[-+]?[0-9]+)?")
"""As Python writes numbers: 007 and 1,5 are texts."""


@dataclass(frozen=True, slots=True)
class TableOutput(Output):
    """Results go to the file `path`, whose ending names the format."""

    path: Path

    def result(self, text: str) -> None:
        """Write the lines of a CSV text; a column of nothing but numbers holds numbers.

        Raises
        ------
        DataError
            For a result without lines, and for text that the format cannot hold.
        """
        from ketameta.exchange.writing import write_table

        for note in write_table(rows_of(text), self.path):
            self.say(f"{self.path}: {note}")
        self.say(f"Written: {self.path}")


def rows_of(text: str) -> list[dict[str, Any]]:
    """The lines of a CSV text by column; empty cells are None, formulas text as it was."""
    head, *lines = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    columns = [_column([line[i] for line in lines]) for i in range(len(head))]
    names = [restored(name) for name in head]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _column(cells: list[str]) -> list[Any]:
    if all(_NUMBER.fullmatch(cell) for cell in cells if cell):
        return [_number(cell) if cell else None for cell in cells]
    return [restored(cell) if cell else None for cell in cells]


def _number(text: str) -> int | float:
    return int(text) if text.lstrip("-").isdigit() else float(text)
