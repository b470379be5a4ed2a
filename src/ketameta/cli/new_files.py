"""Places for new files: nothing that is there is overwritten unless that is asked for."""

from __future__ import annotations

from pathlib import Path

from ketameta.errors import UsageError


def check_new_file(path: Path, *, force: bool) -> None:
    """Refuse a place that cannot be written to, or where something is already.

    Called before the work starts, so that nobody waits for a refusal.

    Raises
    ------
    UsageError
        With what stands in the way.
    """
    if path.is_dir():
        raise UsageError(f"{path}: is a folder. Name a file in it.")
    if not path.parent.is_dir():
        raise UsageError(f"{path}: the folder {path.parent} does not exist. Create it first.")
    if path.exists() and not force:
        raise UsageError(f"{path}: exists. Choose another name, or add --force to replace it.")
