"""Writing a result to a file: whole or not at all, and never over somebody else's work."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from ketameta.cli.output import Output
from ketameta.cli.table_files import TABLE_FILES, TableOutput
from ketameta.errors import UsageError
from ketameta.whole_files import write_whole as save

__all__ = ["MARK", "FileOutput", "check_target", "output_to", "save"]

MARK = b"ketameta"
"""Every document ketameta writes holds this word, so that it knows its own."""
DATA_FORMS = ("json", "csv")
"""Forms without room for a signature; they are known by the names of their columns or keys."""


@dataclass(frozen=True, slots=True)
class FileOutput(Output):
    """Results go to the file `path`, in one form of `--format`; documents are signed."""

    path: Path
    style: str
    force: bool

    def result(self, text: str) -> None:
        """Write the result to the file.

        Raises
        ------
        UsageError
            For a file with something else in it, unless `force`.
        """
        if self.style in DATA_FORMS:
            if not self.force and self.path.is_file() and not self._same_kind(text):
                raise _foreign(self.path)
        else:
            text = f"{text.rstrip()}\n\nMade by ketameta {version('ketameta')}.\n"
        save(self.path, text)
        self.say(f"Written: {self.path}")

    def _same_kind(self, text: str) -> bool:
        """Whether the file is empty, or holds about the same columns or keys as the new text."""
        if not self.path.stat().st_size:
            return True
        try:
            old, new = (_names(t, self.style) for t in (self.path.read_text("utf-8-sig"), text))
        except (ValueError, OSError, csv.Error, RecursionError):
            return False
        return 2 * len(old & new) >= len(old | new)


def _names(text: str, style: str) -> set[str]:
    if style == "csv":
        return set(next(csv.reader(text.splitlines()[:1]), []))
    found = json.loads(text)
    first = found[0] if isinstance(found, list) and found else found
    return set(first) if isinstance(first, dict) else set()


def output_to(out: Path | None, style: str, data: Path | None, *, force: bool) -> Output:
    """Standard output, or a file that may be written; looked at before the work starts.

    Parameters
    ----------
    out
        The file; None for standard output.
    style
        json, csv, md or table.
    data
        The table that is read, which is never overwritten.
    force
        Overwrite what something else wrote.

    Raises
    ------
    UsageError
        For a file that must not be overwritten, or cannot be written.
    """
    here = Output.here()
    if out is None:
        return here
    if data is not None and out.exists() and data.exists() and out.samefile(data):
        raise UsageError(f"{out}: is the table that is read. Choose another name.")
    if out.suffix.lower() in TABLE_FILES:
        if style != "csv":
            raise UsageError(
                f"{out}: such a file holds a table, not {style}. Leave --format out, or choose "
                "another name."
            )
        _check_table(out, force=force)
        return TableOutput(colour=False, width=here.width, path=out)
    check_target(out, force=force or style in DATA_FORMS)
    return FileOutput(colour=False, width=here.width, path=out, style=style, force=force)


def check_target(path: Path, *, mark: bytes = MARK, force: bool = False) -> None:
    """Refuse a place that cannot be written to, or that holds something ketameta did not write.

    Called before the work starts, so that nobody waits for a refusal.

    Parameters
    ----------
    path
        Where the result is to go.
    mark
        Bytes that an earlier result of the same kind holds.
    force
        Overwrite whatever is there.

    Raises
    ------
    UsageError
        With what stands in the way.
    """
    if path.is_dir():
        raise UsageError(f"{path}: is a folder. Name a file in it.")
    if not path.parent.is_dir():
        raise UsageError(f"{path}: the folder {path.parent} does not exist. Create it first.")
    if path.is_file() and not force and path.stat().st_size and mark not in path.read_bytes():
        raise _foreign(path)


def _check_table(path: Path, *, force: bool) -> None:
    """Tables of other programs carry no signature: none is replaced unasked."""
    check_target(path, force=True)
    if path.exists() and not force:
        raise UsageError(f"{path}: exists. Choose another name, or add --force.")


def _foreign(path: Path) -> UsageError:
    return UsageError(
        f"{path}: exists and was not written by this command. Choose another name, or add --force."
    )
