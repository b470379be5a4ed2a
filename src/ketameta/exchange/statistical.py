"""Files of SPSS, Stata and SAS as tables, through pyreadstat.

Cells keep their codes: labels of values are told, not put in their place, and a value that the
file declares missing is missing, whatever number stands for it (`Table.coding` says which one).
"""

from __future__ import annotations

import re
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ketameta.errors import DataError
from ketameta.exchange.header import MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from ketameta.exchange.portable_missing import declared_missing
from ketameta.exchange.table import Cell, Coding, Table
from ketameta.exchange.transport_missing import special_missing

if TYPE_CHECKING:
    import pandas as pd

Codes = Mapping[str, Mapping[int, str]]
"""By column and row, the code of a missing value as the file writes it."""

_DECLARES_MISSING = ("read_sav", "read_dta", "read_sas7bdat")
_LEGACY = "WINDOWS-1252"
_UNREADABLE_TEXT = ("unable to convert string", "codec can't decode")
_MEMBER = re.compile(rb"HEADER RECORD\*{7}MEMB(?:ER|V8) ")


def reader(extension: str, function: str) -> Callable[[bytes, str], Table]:
    """A reader from bytes for one kind of file; `function` is pyreadstat's name for it."""

    def read(raw: bytes, source: str) -> Table:
        content = _content(raw, source, extension, function)
        spelled = str.lower if function == "read_por" else str  # which holds capitals only
        return _table(content, source, spelled)

    read.__doc__ = f"The table in a {extension} file (pyreadstat.{function})."
    return read


@dataclass(frozen=True, slots=True)
class _Content:
    """What the library read, what was told, and the missing codes that it does not know."""

    frame: pd.DataFrame
    meta: Any
    notes: tuple[str, ...]
    codes: Codes


def _content(raw: bytes, source: str, extension: str, function: str) -> _Content:
    if not raw:
        raise DataError(f"{source}: the file is empty. Save it again from the program it is from.")
    members = len(_MEMBER.findall(raw)) if function == "read_xport" else 1
    if members > 1:  # read on, the headers of the second would become rows of the first
        raise DataError(
            f"{source}: holds {members} data sets. Save the one with the studies in a file of its "
            "own."
        )
    # pyreadstat reads from a path only; the copy vanishes with the folder.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table{extension}"
        path.write_bytes(raw)
        try:
            frame, meta, notes = _read(path, source, function)
        except DataError:
            raise
        except Exception as error:  # whatever a broken file makes the library raise
            reason = " ".join(str(error).replace(str(path), "the file").split())
            raise DataError(
                f"{source}: cannot be read as a {extension} file ({reason.rstrip('.')}). "
                "Save it again, or as CSV."
            ) from None
    codes: Codes = {}
    if function == "read_xport":
        codes = _of_transport(raw, frame)
    elif function == "read_por":
        codes, told = _of_portable(raw, frame, source)
        notes = (*notes, *told)
    return _Content(frame, meta, notes, codes)


def _of_transport(raw: bytes, frame: pd.DataFrame) -> Codes:
    return {
        str(frame.columns[column]): {row: f".{letter}" for row, letter in rows.items()}
        for column, rows in special_missing(raw, len(frame)).items()
    }


def _of_portable(raw: bytes, frame: pd.DataFrame, source: str) -> tuple[Codes, tuple[str, ...]]:
    declared = declared_missing(raw)
    codes = {
        name: {
            row: value if isinstance(value, str) else f"{value:g}" for row, value in rows.items()
        }
        for name, rows in declared.cells.items()
        if all(row < len(frame) for row in rows)
    }
    if not declared.unstated:
        return codes, ()
    names = ", ".join(name.lower() for name in declared.unstated)
    return codes, (
        f"{source}: declares a range of missing values in {names} without saying where it begins. "
        "Save the file as .sav, or give the values with --missing.",
    )


def _read(path: Path, source: str, function: str) -> tuple[pd.DataFrame, Any, tuple[str, ...]]:
    import pyreadstat

    read = getattr(pyreadstat, function)
    options: dict[str, Any] = {"row_limit": MAX_ROWS + 1}
    if function in _DECLARES_MISSING:
        options["user_missing"] = True
    notes: tuple[str, ...] = ()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            _refuse_large(read(str(path), metadataonly=True)[1], source)
            frame, meta = read(str(path), **options)
        except (pyreadstat.ReadstatError, UnicodeDecodeError) as error:
            if not any(sign in str(error) for sign in _UNREADABLE_TEXT):
                raise
            frame, meta = read(str(path), encoding=_LEGACY, **options)
            notes = (f"{source}: is not UTF-8 and was read as Windows-1252. Check the accents.",)
        except OverflowError:  # a date that Python cannot hold, as some programs write for none
            frame, meta = read(str(path), disable_datetime_conversion=True, **options)
            notes = (
                f"{source}: has impossible dates; dates were read as the numbers behind them.",
            )
    if len(frame) > MAX_ROWS:
        raise DataError(f"{source}: more than {MAX_ROWS:,} rows. Give the rows of one review.")
    return frame, meta, notes


def _refuse_large(meta: Any, source: str) -> None:
    columns, rows = int(meta.number_columns or 0), int(meta.number_rows or 0)
    if columns > MAX_COLUMNS or rows > MAX_ROWS or columns * rows > MAX_CELLS:
        raise DataError(
            f"{source}: {rows:,} rows of {columns:,} columns. Give the rows and columns needed."
        )


def _table(content: _Content, source: str, spelled: Callable[[str], str]) -> Table:
    frame, meta = content.frame, content.meta
    columns: dict[str, tuple[Cell, ...]] = {}
    coding: dict[str, Coding] = {}
    types = getattr(meta, "readstat_variable_types", None) or {}
    for name in map(str, frame.columns):
        values = frame[name].tolist()
        if types.get(name) == "float":
            values = [_typed(value) for value in values]
        raw = [_cell(value) for value in values]
        labels = (meta.variable_value_labels or {}).get(name) or {}
        absent = _absent(name, raw, meta, labels)
        for row, code in content.codes.get(name, {}).items():
            absent.setdefault(row, _named(code.strip(), _label_of(code, labels)))
        columns[spelled(name)] = tuple(
            None if row in absent else cell for row, cell in enumerate(raw)
        )
        label = (meta.column_names_to_labels or {}).get(name) or ""
        coding[spelled(name)] = Coding(str(label), labels, absent)
    if not columns or not len(frame):
        raise DataError(f"{source}: there are no rows. Give one row per study.")
    return Table(
        source,
        columns,
        tuple(range(1, len(frame) + 1)),
        notes=(*content.notes, *_notes(columns, coding, source)),
        counted="row",
        header_line=0,
        coding=coding,
    )


def _cell(value: Any) -> Cell:
    """A cell as plain text or number; what the system calls missing is None."""
    if value is None or value != value:
        return None
    return float(value) if isinstance(value, int | float) else str(value)


def _typed(value: Any) -> Any:
    """A number in single precision, the default of Stata, as it was typed: 5.1, not 5.09999990."""
    import numpy as np

    return float(str(np.float32(value))) if isinstance(value, float) else value


def _absent(name: str, cells: list[Cell], meta: Any, labels: Mapping[Any, str]) -> dict[int, str]:
    """Rows with a value that the file declares missing, each with that value and its label."""
    letters = (getattr(meta, "missing_user_values", None) or {}).get(name) or ()
    ranges = (getattr(meta, "missing_ranges", None) or {}).get(name) or ()
    found: dict[int, str] = {}
    for row, cell in enumerate(cells):
        if cell is None:
            continue
        if cell in letters:
            found[row] = _named(f".{cell}", labels.get(cell))
        elif any(_within(cell, limits) for limits in ranges):
            code = f"{cell:g}" if isinstance(cell, float) else cell
            found[row] = _named(code, labels.get(cell))
    return found


def _within(cell: str | float, limits: Mapping[str, Any]) -> bool:
    low, high = limits["lo"], limits["hi"]
    if isinstance(cell, str) or isinstance(low, str):
        return isinstance(cell, str) and isinstance(low, str) and cell.rstrip() == low.rstrip()
    return bool(low <= cell <= high)


def _named(code: str, label: str | None) -> str:
    return f"{code} ({label})" if label else code


def _label_of(code: str, labels: Mapping[Any, str]) -> str | None:
    """The label of a code as written: labels stand under numbers or texts."""
    return next(
        (label for value, label in labels.items() if f"{value:g}" == code)
        if all(isinstance(value, float | int) for value in labels)
        else (label for value, label in labels.items() if str(value).rstrip() == code.rstrip()),
        None,
    )


def _notes(
    columns: Mapping[str, tuple[Cell, ...]], coding: Mapping[str, Coding], source: str
) -> Iterator[str]:
    for name, said in coding.items():
        if said.absent:
            counts = sorted(Counter(said.absent.values()).items())
            listed = ", ".join(f"{count} x {code}" for code, count in counts)
            yield f"{source}: values declared missing were left out in {name}: {listed}."
    labelled = [
        name for name, said in coding.items() if any(cell in said.values for cell in columns[name])
    ]
    if labelled:
        yield (
            f"{source}: numbers are codes, not their labels, in {', '.join(sorted(labelled))}; "
            "labels name groups and rows."
        )


read_sav = reader(".sav", "read_sav")
read_zsav = reader(".zsav", "read_sav")
read_por = reader(".por", "read_por")
read_dta = reader(".dta", "read_dta")
read_xpt = reader(".xpt", "read_xport")
read_sas = reader(".sas7bdat", "read_sas7bdat")
