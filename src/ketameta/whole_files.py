"""Writing files so that nothing is ever lost: whole or not at all, and one writer at a time.

A write goes to a temporary file in the same folder, which is synchronised with the disk and then
renamed over the target. Whatever happens in between (a full disk, a power cut, a killed process),
the target holds its old content or its new one. What a killed process leaves behind is swept up by
the next write of the same file.
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path

PART = ".part"
"""Ending of temporary files: `.<name>.<random>.part`."""
WAIT = 20.0
"""Seconds to wait for another process that writes the same file; a write takes milliseconds."""


class FileInUseError(OSError):
    """Another process has been writing the same file for too long."""


def write_whole(path: Path, content: bytes | str, *, replace: bool = True) -> None:
    """Write a file so that readers see the old one or the new one, never half of it.

    Parameters
    ----------
    path
        The file; a link is followed. Its permissions are kept.
    content
        Everything that is to stand in it; text as UTF-8.
    replace
        Whether a file that is there may be replaced. If not, it is certain that none is, even one
        that another process makes at the same moment.

    Raises
    ------
    FileExistsError
        When there is such a file and `replace` is false.
    FileInUseError
        When another process holds the file.
    OSError
        When the file cannot be written, with its name; the old one is then still whole.
    """
    if path.exists() and not path.is_file() and not path.is_dir():  # a pipe or a device
        with _named(path):
            path.write_bytes(_encoded(content))
        return
    target = path.resolve()
    with locked(path), _named(path):
        _put(target, _encoded(content), replace=replace)


def replace_quickly(path: Path, data: bytes) -> None:
    """Write a file that may be lost but never be half there, such as a cache.

    Neither locked nor synchronised with the disk: of two writers one wins, whole.

    Raises
    ------
    OSError
        When it cannot be written.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=PART)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def update_whole(path: Path, change: Callable[[bytes], bytes | str]) -> None:
    """Read a file, change it and write it, while no other process can do the same.

    Parameters
    ----------
    path
        The file; one that does not exist reads as empty.
    change
        From the old content to the new. When it raises, the file stays as it was.

    Raises
    ------
    OSError
        As `write_whole`.
    """
    target = path.resolve()
    with locked(path), _named(path):
        old = target.read_bytes() if target.exists() else b""
        _put(target, _encoded(change(old)), replace=True)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other processes from writing a file or folder until the block ends.

    The lock is a hidden file beside it, removed at the end. That of a process that was killed does
    not bind: the operating system frees it. The same thread may lock a file twice.

    Raises
    ------
    FileInUseError
        When another process holds it for longer than `WAIT`.
    OSError
        At once, where no file can be made in the folder.
    """
    from filelock import FileLock, Timeout

    target = path.resolve()
    if not target.parent.is_dir():  # filelock would make it
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    lock_file = target.with_name(f".{target.name}.lock")
    lock = FileLock(lock_file, is_singleton=True)
    try:
        with _named(path):
            _made(lock_file)
            lock.acquire(timeout=WAIT, poll_interval=0.005)
    except Timeout:
        reason = "another ketameta has been writing it for too long"
        raise FileInUseError(errno.EBUSY, reason, str(path)) from None
    try:
        yield
    finally:
        if lock.lock_counter == 1:
            with suppress(OSError):  # Windows keeps open files; the next one will reuse it
                lock_file.unlink()
        lock.release()


def _made(lock_file: Path) -> None:
    """Make the file, which a lock would go on trying, as if another process held it."""
    try:
        os.close(os.open(lock_file, os.O_RDWR | os.O_CREAT, 0o644))
    except FileNotFoundError:  # the folder is there, so it is one that takes no files
        raise OSError(errno.EROFS, "no file can be made in this folder") from None


def sync_folder(folder: Path) -> None:
    """Make renames within a folder survive a power cut, where the system can do that."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows, and folders that may be written but not read
        return
    try:
        os.fsync(handle)
    except OSError:  # file systems that cannot synchronise folders
        pass
    finally:
        os.close(handle)


def _encoded(content: bytes | str) -> bytes:
    return content.encode("utf-8") if isinstance(content, str) else content


def _put(target: Path, data: bytes, *, replace: bool) -> None:
    """Write under the lock."""
    if not replace and target.exists():
        raise FileExistsError(errno.EEXIST, "exists already")
    _sweep(target)
    temporary = _filled(target, data)
    try:
        if replace:
            temporary.replace(target)
        else:
            _move_to_free_name(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(target.parent)


def _move_to_free_name(temporary: Path, target: Path) -> None:
    """A link fails where a file is, also one that was made a moment ago by another program."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        temporary.replace(target)


def _filled(target: Path, data: bytes) -> Path:
    """A temporary file beside the target with the data in it, safe on the disk."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=PART)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode(target))
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _sweep(target: Path) -> None:
    """Remove what a killed process left behind; under the lock, no living one has such a file."""
    for stale in target.parent.glob(f".{escape(target.name)}.*{PART}"):
        with suppress(OSError):
            stale.unlink()


def _mode(target: Path) -> int:
    """Permissions of the file replaced, or those a new file would have got."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Give errors the name of the file that was to be written, which is the one the user knows."""
    try:
        yield
    except (
        FileInUseError,
        TimeoutError,
    ):  # the latter is filelock's, translated where it is caught
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise type(error)(error.errno, reason, str(path)) from error
