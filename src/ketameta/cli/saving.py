"""Writing a result to a file: whole or not at all, and never over a file that is there unasked.

A file that exists is replaced with `--force` only. The one that already holds the same bytes needs
no replacing: it is left alone, and that is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ketameta.cli.output import Output
from ketameta.cli.table_files import TABLE_FILES, table_of
from ketameta.errors import UsageError
from ketameta.whole_files import write_whole

if TYPE_CHECKING:
    from ketameta.exchange.data_set import DataSet
    from ketameta.exchange.writing import Writable


@dataclass(frozen=True, slots=True)
class FileOutput(Output):
    """Results go to the file `path`: the same text that standard output would get."""

    path: Path
    force: bool

    def result(self, text: str) -> None:
        """Write the result to the file.

        Raises
        ------
        UsageError
            For a file with something else in it, unless `force`.
        """
        text = text if text.endswith("\n") else f"{text}\n"
        self.say(save(self.path, text, force=self.force))


@dataclass(frozen=True, slots=True)
class TableOutput(Output):
    """Results go to the file `path`, whose ending names the format of a table."""

    path: Path
    force: bool

    def result(self, text: str) -> None:
        """Write the lines of a CSV text; a column of nothing but numbers holds numbers.

        Raises
        ------
        DataError
            For a result without columns, and for text that the format cannot hold.
        UsageError
            For a file with something else in it, unless `force`.
        """
        save_table(table_of(text, self.path.stem), self.path, force=self.force, output=self)

    def sheets(self, tables: Mapping[str, DataSet]) -> None:
        """Write a workbook with several tables; see `result`."""
        from ketameta.exchange.spreadsheet_writing import to_sheets

        self.say(save(self.path, to_sheets(tables).content, force=self.force))


def output_to(out: Path | None, style: str, data: Path | None, *, force: bool) -> Output:
    """Standard output, or a file; that it can be written is looked at before the work starts.

    Parameters
    ----------
    out
        The file; None for standard output.
    style
        json, csv, md or table.
    data
        The table that is read, which is never overwritten.
    force
        Replace a file that is there.

    Raises
    ------
    UsageError
        For a file that must not be overwritten, or cannot be written.
    """
    here = Output.here()
    if out is None:
        return here
    check_place(out, data)
    if out.suffix.lower() not in TABLE_FILES:
        return FileOutput(colour=False, width=here.width, path=out, force=force)
    if style != "csv":
        raise UsageError(
            f"{out}: such a file holds a table, not {style}. Leave --format out, or choose "
            "another name."
        )
    return TableOutput(colour=False, width=here.width, path=out, force=force)


def check_place(path: Path, data: Path | None = None) -> None:
    """Refuse a place where no file can be written, and the table `data` that is read.

    Called before the work starts, so that nobody waits for a refusal. Whether a file that is there
    holds something else can only be known afterwards.

    Raises
    ------
    UsageError
        With what stands in the way.
    """
    if data is not None and path.exists() and data.exists() and path.samefile(data):
        raise UsageError(f"{path}: is the table that is read. Choose another name.")
    if path.is_dir():
        raise UsageError(f"{path}: is a folder. Name a file in it.")
    if not path.parent.is_dir():
        raise UsageError(f"{path}: the folder {path.parent} does not exist. Create it first.")


def save(path: Path, content: bytes | str, *, force: bool) -> str:
    """Write a file; a sentence on what was done.

    Raises
    ------
    UsageError
        For a file with something else in it, unless `force`; it stays as it is.
    """
    return save_all({path: content}, force=force)[0]


def save_all(files: Mapping[Path, bytes | str], *, force: bool) -> list[str]:
    """Write files that belong together; a sentence on each.

    None is written where one of them is refused.

    Raises
    ------
    UsageError
        For a file with something else in it, unless `force`; all stay as they are.
    """
    data = {p: text.encode() if isinstance(text, str) else text for p, text in files.items()}
    same = {path for path, content in data.items() if _holds(path, content)}
    for path in data:
        if not force and path not in same and path.is_file():
            raise _exists(path)
    for path, content in data.items():
        if path not in same:
            _write(path, content, force=force)
    return [f"{'Unchanged' if path in same else 'Written'}: {path}" for path in data]


def save_table(table: Writable, path: Path, *, force: bool, output: Output) -> None:
    """Write a table in the format that the ending of the file names, and say so.

    Raises
    ------
    UsageError
        For an ending that cannot be written, and as `save`.
    DataError
        For a table without columns, and for text that the format cannot hold.
    """
    from ketameta.exchange.writing import encoded_table, files_of

    encoded = encoded_table(table, path)
    done = save_all(files_of(encoded, path), force=force)
    for note in encoded.notes:
        output.say(f"{path}: {note}")
    for line in done:
        output.say(line)


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.is_file() and path.read_bytes() == content
    except OSError:  # it may be replaced all the same
        return False


def _write(path: Path, content: bytes, *, force: bool) -> None:
    try:
        write_whole(path, content, replace=force)
    except FileExistsError:  # made by another process since we looked
        raise _exists(path) from None


def _exists(path: Path) -> UsageError:
    return UsageError(
        f"{path}: exists and holds something else. Choose another name, or add --force to "
        "replace it."
    )
