"""Putting a finished folder in the place of an old one, so that either is there whole.

Where the system can exchange two names at once (Linux, macOS), there is no moment without one of
them. Elsewhere there is a short one; a process killed just then leaves the old folder beside it,
and the next one puts it back first.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path

from ketameta.errors import UsageError
from ketameta.whole_files import locked, sync_folder

_BUILDING = ".building"
_AT_FDCWD, _RENAME_EXCHANGE, _RENAME_SWAP = -100, 2, 2
"""Of linux/fs.h and of macOS's sys/stdio.h."""


@contextmanager
def replaced_folder(out: Path, *, ours: frozenset[str]) -> Iterator[Path]:
    """A new folder to fill, which takes the place of `out` when the block ends without an error.

    Only one process at a time can do that for the same folder.

    Parameters
    ----------
    out
        The folder to replace; it need not exist.
    ours
        Names that a folder made by this program holds. A folder with anything else in it is not
        ours to delete.

    Raises
    ------
    UsageError
        When `out` is a file, or holds anything that is not ours.
    FileInUseError
        When another process has been building it for too long.
    """
    out = out.resolve()
    _refuse_foreign(out, ours)
    out.parent.mkdir(parents=True, exist_ok=True)
    with locked(out):
        _tidy_up(out)
        work = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=_BUILDING, dir=out.parent))
        try:
            with _named(out, work):
                new = work / "new"
                new.mkdir()
                yield new
                _refuse_foreign(out, ours)
                _sync(new)
                _swap(new, out, work / "old")
                sync_folder(out.parent)
        finally:
            shutil.rmtree(work, ignore_errors=True)


@contextmanager
def _named(out: Path, work: Path) -> Iterator[None]:
    """Give errors of the folder at work the name of the one that the user knows."""
    try:
        yield
    except OSError as error:
        inside = error.filename is None or str(error.filename).startswith(str(work))
        if error.errno is None or not inside:
            raise
        raise type(error)(error.errno, error.strerror, str(out)) from error


def _swap(new: Path, out: Path, old: Path) -> None:
    """Put `new` in the place of `out`; the old one comes back if that fails."""
    if not out.exists():
        os.replace(new, out)
        return
    if exchanged(new, out):
        return
    os.replace(out, old)
    try:
        os.replace(new, out)
    except OSError:
        os.replace(old, out)
        raise


def exchanged(one: Path, other: Path) -> bool:
    """Exchange the names of two folders at once; False where the system cannot do that."""
    import ctypes

    names = os.fsencode(one), os.fsencode(other)
    try:
        library = ctypes.CDLL(None)
        if sys.platform == "darwin":
            return int(library.renamex_np(*names, _RENAME_SWAP)) == 0
        first, second = names
        result = library.renameat2(_AT_FDCWD, first, _AT_FDCWD, second, _RENAME_EXCHANGE)
    except (OSError, AttributeError, TypeError):  # Windows, and systems of before 2018
        return False
    return int(result) == 0


def _tidy_up(out: Path) -> None:
    """Bring back and remove what a killed process left; under the lock, no living one has such."""
    for work in sorted(out.parent.glob(f".{escape(out.name)}.*{_BUILDING}")):
        if not out.exists() and (work / "old").is_dir():
            os.replace(work / "old", out)
        shutil.rmtree(work, ignore_errors=True)


def _sync(folder: Path) -> None:
    """Everything in a folder on the disk, before its name says that it is there."""
    for parent, _, names in os.walk(folder, topdown=False):
        for name in names:
            with (Path(parent) / name).open("rb") as file, suppress(OSError):
                os.fsync(file.fileno())
        sync_folder(Path(parent))


def _refuse_foreign(out: Path, ours: frozenset[str]) -> None:
    if not out.exists():
        return
    if not out.is_dir():
        raise UsageError(f"{out}: this is a file. Name a folder for the report.")
    foreign = sorted(path.name for path in out.iterdir() if path.name not in ours)
    if foreign:
        raise UsageError(
            f"{out}: holds other files ({', '.join(foreign[:3])}). Name an empty folder, or one "
            "that a report was written to before."
        )
