"""Putting a finished folder in the place of an old one, so that either is there whole."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ketameta.errors import UsageError


@contextmanager
def replaced_folder(out: Path, *, ours: frozenset[str]) -> Iterator[Path]:
    """A new folder to fill, which takes the place of `out` when the block ends without an error.

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
    """
    out = out.resolve()
    _refuse_foreign(out, ours)
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        new = work / "new"
        new.mkdir()
        yield new
        _refuse_foreign(out, ours)
        _swap(new, out, work / "old")
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _swap(new: Path, out: Path, old: Path) -> None:
    """Put `new` in the place of `out`; the old one comes back if that fails."""
    if not out.exists():
        os.replace(new, out)
        return
    os.replace(out, old)
    try:
        os.replace(new, out)
    except OSError:
        os.replace(old, out)
        raise


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
