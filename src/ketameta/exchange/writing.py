"""Writing tables by the extension of the file: one line per format."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ketameta.errors import DataError, UsageError
from ketameta.exchange import statistical_writing
from ketameta.exchange.data_set import DataSet, of_report_table, of_rows, of_table
from ketameta.exchange.delimited_writing import to_csv, to_tsv
from ketameta.exchange.parquet_writing import to_parquet
from ketameta.exchange.spreadsheet_writing import to_xlsx
from ketameta.exchange.statistical_writing import Encoded
from ketameta.exchange.table import Table
from ketameta.tables.table import Table as ReportTable
from ketameta.whole_files import write_whole

Writable = DataSet | ReportTable | Table | Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Writer:
    """A file format: its name, and the function from a data set to bytes."""

    name: str
    encode: Callable[[DataSet], Encoded]


WRITERS: Mapping[str, Writer] = {
    ".csv": Writer("comma-separated text", to_csv),
    ".tsv": Writer("tab-separated text", to_tsv),
    ".tab": Writer("tab-separated text", to_tsv),
    ".xlsx": Writer("Excel", to_xlsx),
    ".sav": Writer("SPSS", statistical_writing.to_sav),
    ".zsav": Writer("SPSS, compressed", statistical_writing.to_zsav),
    ".por": Writer("SPSS, portable", statistical_writing.to_por),
    ".dta": Writer("Stata", statistical_writing.to_dta),
    ".xpt": Writer("SAS transport", statistical_writing.to_xpt),
    ".parquet": Writer("Parquet", to_parquet),
}
_INSTEAD = {
    ".sas7bdat": "only SAS itself writes .sas7bdat files. Write .xpt, which SAS reads.",
    ".xls": "the old .xls format is not written. Write .xlsx.",
    ".xlsm": "workbooks with macros are not written. Write .xlsx.",
}


def writer_for(path: Path) -> Writer:
    """The writer for a file.

    Raises
    ------
    UsageError
        For an extension that cannot be written, with what can.
    """
    extension = path.suffix.lower()
    if extension in WRITERS:
        return WRITERS[extension]
    if extension in _INSTEAD:
        raise UsageError(f"{path}: {_INSTEAD[extension]}")
    said = f"no writer for {extension} files" if extension else "the file has no ending"
    raise UsageError(f"{path}: {said}. Writable: {', '.join(WRITERS)}.")


def write_table(table: Writable, path: str | Path) -> tuple[str, ...]:
    """Write a table in the format that the file's extension names, whole or not at all.

    Beside .xpt, a program in .sas holds what that format cannot: notes and labels of missing codes.

    Parameters
    ----------
    table
        A data set, a table of a report, a table that was read, or rows as `--format json` gives
        them.
    path
        The file: .csv, .tsv, .tab, .xlsx, .sav, .zsav, .por, .dta, .xpt or .parquet.

    Returns
    -------
    What a user should know: names that had to be shortened, labels that were cut.

    Raises
    ------
    UsageError
        For an extension that cannot be written.
    DataError
        For a table without columns, and for text that the format cannot hold.
    """
    target = Path(path)
    encoded = encoded_table(table, target)
    for file, content in files_of(encoded, target).items():
        write_whole(file, content)
    return encoded.notes


def files_of(encoded: Encoded, path: Path) -> dict[Path, bytes]:
    """The file, and those that belong to it: a program beside a transport file of SAS."""
    beside = {
        path.with_suffix(ending): text(path.name).encode()
        for ending, text in encoded.beside.items()
    }
    return {path: encoded.content, **beside}


def encoded_table(table: Writable, path: Path) -> Encoded:
    """The content of the file that `write_table` would write; see there."""
    encode = writer_for(path).encode
    data = as_data_set(table, name=path.stem)
    if not data.variables:
        raise DataError(f"{path}: there are no columns to write. Check what was asked for.")
    return encode(data)


def as_data_set(table: Writable, *, name: str) -> DataSet:
    """Any table as a data set; `name` is used for those that have none."""
    if isinstance(table, DataSet):
        return table
    if isinstance(table, ReportTable):
        return of_report_table(table)
    if isinstance(table, Table):
        return of_table(table, name=name)
    return of_rows(table, name=name, label=name)
