"""Reading tables of trial results: one line per extension, nothing ever executed."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ketameta.errors import DataError, UsageError
from ketameta.exchange import statistical
from ketameta.exchange.delimited import read_delimited, read_tabbed
from ketameta.exchange.header import MAX_BYTES
from ketameta.exchange.parquet import read_parquet
from ketameta.exchange.spreadsheet import read_workbook
from ketameta.exchange.table import Table, numbers

__all__ = ["READERS", "Reader", "Table", "numbers", "read_delimited", "read_table"]


@dataclass(frozen=True, slots=True)
class Reader:
    """A file format: its extensions, its name, and the function from bytes to a table.

    `sheets` says whether the function takes the name of a sheet as well.
    """

    extensions: tuple[str, ...]
    name: str
    read: Callable[..., Table]
    sheets: bool = False


_FORMATS = (
    Reader((".csv", ".txt"), "comma- or semicolon-separated text", read_delimited),
    Reader((".tsv", ".tab"), "tab-separated text", read_tabbed),
    Reader((".sav",), "SPSS", statistical.read_sav),
    Reader((".zsav",), "SPSS, compressed", statistical.read_zsav),
    Reader((".por",), "SPSS, portable", statistical.read_por),
    Reader((".dta",), "Stata", statistical.read_dta),
    Reader((".xpt",), "SAS transport", statistical.read_xpt),
    Reader((".sas7bdat",), "SAS", statistical.read_sas),
    Reader((".xlsx", ".xlsm"), "Excel", read_workbook, sheets=True),
    Reader((".parquet",), "Parquet", read_parquet),
)
READERS: Mapping[str, Reader] = {ext: form for form in _FORMATS for ext in form.extensions}


def read_table(path: str | Path, *, sheet: str | None = None) -> Table:
    """The table in a file, read by its extension; a file without one is read as CSV.

    Parameters
    ----------
    path
        The file; a sheet of a workbook may follow, as in `trials.xlsx#Sheet2`.
    sheet
        The sheet of a workbook; by default the first that is not hidden.

    Raises
    ------
    UsageError
        When there is no such file or sheet, or no reader for its extension.
    DataError
        When the file cannot be read as a table; the message begins with `file:line:`.
    """
    file, named = _without_sheet(Path(path))
    source = str(file)
    reader = _reader(file)
    wanted = sheet or named
    if wanted is not None and not reader.sheets:
        raise UsageError(f"{source}: {reader.name} files have no sheets. Leave the sheet out.")
    raw = _bytes(file)
    return reader.read(raw, source, wanted) if reader.sheets else reader.read(raw, source)


def _without_sheet(path: Path) -> tuple[Path, str | None]:
    """The file, and the sheet that follows it after a number sign."""
    name, mark, sheet = path.name.rpartition("#")
    if not mark or Path(name).suffix.lower() not in READERS or path.exists():
        return path, None
    return path.with_name(name), sheet or None


def _bytes(path: Path) -> bytes:
    source = str(path)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DataError(
                f"{source}: has {size:,} bytes, which no table of trial results needs. Give the "
                "rows and columns needed."
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"{source}: there is no such file. {_nearby(path)}") from None
    except IsADirectoryError:
        raise UsageError(f"{source}: is a folder. Name a file in it.") from None
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise DataError(f"{source}: cannot be opened ({reason}). Check the path.") from None


def _reader(path: Path) -> Reader:
    extension = path.suffix.lower()
    if not extension:
        return READERS[".csv"]
    if extension in READERS:
        return READERS[extension]
    if path.is_dir():
        raise UsageError(f"{path}: is a folder. Name a file in it.")
    known = ", ".join(READERS)
    raise UsageError(
        f"{path}: no reader for {extension} files. Save the table as CSV (readable: {known})."
    )


def _nearby(path: Path) -> str:
    try:
        names = [item.name for item in path.parent.iterdir()]
    except OSError:
        return f"The folder {path.parent} does not exist either."
    close = difflib.get_close_matches(path.name, names, n=1, cutoff=0.6)
    return f"Did you mean {path.parent / close[0]}?" if close else "Check the path."
