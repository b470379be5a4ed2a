"""Writing a result to a file: whole or not at all, and never over somebody else's work."""

from __future__ import annotations

from pathlib import Path

from ketameta.errors import UsageError
from ketameta.whole_files import write_whole as save

__all__ = ["MARK", "check_target", "save"]

MARK = b"ketameta"
"""Every file ketameta writes holds this word, so that it knows its own."""


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
        raise UsageError(
            f"{path}: exists and was not written by this command. Choose another name, or add "
            "--force."
        )
