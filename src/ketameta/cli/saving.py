"""Writing a result to a file: whole or not at all, and never over somebody else's work."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from ketameta.errors import UsageError

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


def save(path: Path, content: bytes | str) -> None:
    """Write a file so that readers see the old one or the new one, never half of it."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    target = path.resolve()
    if target.exists() and not target.is_file():  # a pipe or a device: nothing to replace
        target.write_bytes(data)
        return
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode(target))
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _mode(target: Path) -> int:
    """Permissions of the file replaced, or those a new file would have got."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
