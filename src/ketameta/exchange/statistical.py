"""Files of SPSS, Stata and SAS as tables, through pyreadstat."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ketameta.errors import DataError
from ketameta.exchange.table import Cell, Table

if TYPE_CHECKING:
    import pandas as pd

MAX_ROWS = 1_000_000
"""A table of trial results is far smaller; more is a wrong file."""


def reader(extension: str, function: str) -> Callable[[bytes, str], Table]:
    """A reader from bytes for one kind of file; `function` is pyreadstat's name for it."""

    def read(raw: bytes, source: str) -> Table:
        frame, meta = _frame(raw, source, extension, function)
        return _table(frame, meta, source)

    read.__doc__ = f"The table in a {extension} file (pyreadstat.{function})."
    return read


def _frame(raw: bytes, source: str, extension: str, function: str) -> tuple[pd.DataFrame, Any]:
    import pyreadstat

    if not raw:
        raise DataError(f"{source}: the file is empty. Save it again from the program it is from.")
    # pyreadstat reads from a path only; the copy vanishes with the folder.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table{extension}"
        path.write_bytes(raw)
        try:
            frame, meta = getattr(pyreadstat, function)(str(path))
            if function == "read_sav":  # declared missing values are told only on request
                _, meta = pyreadstat.read_sav(str(path), metadataonly=True, user_missing=True)
        except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError, OSError) as error:
            reason = " ".join(str(error).replace(str(path), "the file").split())
            raise DataError(
                f"{source}: cannot be read as a {extension} file ({reason.rstrip('.')}). "
                "Save it again, or as CSV."
            ) from None
    if len(frame) > MAX_ROWS:
        raise DataError(f"{source}: {len(frame):,} rows. A row is expected to be one study.")
    return frame, meta


def _table(frame: pd.DataFrame, meta: Any, source: str) -> Table:
    columns: dict[str, tuple[Cell, ...]] = {}
    for name in frame.columns:
        columns[str(name)] = tuple(_cell(value) for value in frame[name].tolist())
    return Table(
        source, columns, tuple(range(1, len(frame) + 1)), notes=tuple(_notes(meta, source))
    )


def _cell(value: Any) -> Cell:
    """A cell as plain text or number; a missing one, also one declared missing, is None."""
    if value is None or value != value:
        return None
    return float(value) if isinstance(value, int | float) else str(value)


def _notes(meta: Any, source: str) -> list[str]:
    notes = []
    if declared := sorted(getattr(meta, "missing_ranges", None) or {}):
        notes.append(f"{source}: values declared missing were left out in {', '.join(declared)}.")
    if labelled := sorted(getattr(meta, "variable_value_labels", None) or {}):
        notes.append(f"{source}: codes, not their labels, were read in {', '.join(labelled)}.")
    return notes


read_sav = reader(".sav", "read_sav")
read_zsav = reader(".zsav", "read_sav")
read_por = reader(".por", "read_por")
read_dta = reader(".dta", "read_dta")
read_xpt = reader(".xpt", "read_xport")
read_sas = reader(".sas7bdat", "read_sas7bdat")
