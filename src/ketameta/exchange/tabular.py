"""Reading tables of trial results: one line per extension, nothing ever executed."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ketameta.errors import DataError, UsageError
from ketameta.exchange import statistical
from ketameta.exchange.delimited import read_delimited, read_tabbed
from ketameta.exchange.table import Table, numbers

__all__ = ["READERS", "Reader", "Table", "numbers", "read_delimited", "read_table"]


@dataclass(frozen=True, slots=True)
class Reader:
    """A file format: its extensions, its name, and the function from bytes to a table."""

    extensions: tuple[str, ...]
    name: str
    read: Callable[[bytes, str], Table]


_FORMATS = (
    Reader((".csv", ".txt"), "comma- or semicolon-separated text", read_delimited),
    Reader((".tsv", ".tab"), "tab-separated text", read_tabbed),
    Reader((".sav",), "SPSS", statistical.read_sav),
    Reader((".zsav",), "SPSS, compressed", statistical.read_zsav),
    Reader((".por",), "SPSS, portable", statistical.read_por),
    Reader((".dta",), "Stata", statistical.read_dta),
    Reader((".xpt",), "SAS transport", statistical.read_xpt),
    Reader((".sas7bdat",), "SAS", statistical.read_sas),
)
READERS: Mapping[str, Reader] = {ext: form for form in _FORMATS for ext in form.extensions}


def read_table(path: str | Path) -> Table:
    """The table in a file, read by its extension; a file without one is read as CSV.

    Raises
    ------
    UsageError
        When there is no such file, or no reader for its extension.
    DataError
        When the file cannot be read as a table; the message begins with `file:line:`.
    """
    source = str(path)
    reader = _reader(Path(path))
    try:
        raw = Path(path).read_bytes()
    except FileNotFoundError:
        raise UsageError(f"{source}: there is no such file. {_nearby(Path(path))}") from None
    except IsADirectoryError:
        raise UsageError(f"{source}: is a folder. Name a file in it.") from None
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise DataError(f"{source}: cannot be opened ({reason}). Check the path.") from None
    return reader.read(raw, source)


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
