"""Zip archives of unknown origin, read in memory: refused where they mean harm."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from ketameta.errors import DataError, UsageError

MAX_FILES = 2_000
MAX_PACKED = 100_000_000
MAX_UNPACKED = 200_000_000
MAX_RATIO = 200
"""A table of numbers shrinks to a tenth; what shrinks to 1/200 was made to fill a memory."""
_SMALL = 1_000_000


def read_zip(path: Path, *, endings: tuple[str, ...]) -> Mapping[str, bytes]:
    """The files of an archive that have one of some endings, by name; nothing goes to the disk.

    Parameters
    ----------
    path
        The archive.
    endings
        Endings to read, in lower case: (".csv", ".ris").

    Raises
    ------
    UsageError
        When there is no such file.
    DataError
        When it is no zip archive, is encrypted, has names that lead out of their folder or stand
        twice, or unpacks to more than any review needs.
    """
    if path.is_dir():
        raise UsageError(f"{path}: is a folder. Name the .zip file itself.")
    try:
        if path.stat().st_size > MAX_PACKED:
            raise DataError(f"{path}: has more than {MAX_PACKED:,} bytes, which no review needs.")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"{path}: there is no such file. Check the path.") from None
    except OSError as error:
        raise DataError(f"{path}: cannot be opened ({error.strerror}). Check the path.") from None
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = [info for info in archive.infolist() if not info.is_dir()]
            _refuse(entries, path)
            return {
                info.filename: archive.read(info)
                for info in entries
                if PurePosixPath(info.filename).suffix.lower() in endings
            }
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise DataError(
            f"{path}: is not a zip archive that can be read ({error}). "
            "Download it again, and give it as it came."
        ) from None


def _refuse(entries: list[zipfile.ZipInfo], path: Path) -> None:
    if len(entries) > MAX_FILES:
        raise DataError(f"{path}: holds {len(entries):,} files, which no review needs.")
    seen: set[str] = set()
    total = 0
    for info in entries:
        name = info.filename
        if info.flag_bits & 0x1:
            raise DataError(f"{path}: {name[:80]} is encrypted. Save the archive without password.")
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if ".." in parts or name.startswith(("/", "\\")) or ":" in name[:3]:
            raise DataError(f"{path}: {name[:80]} leads out of its folder. It was not read.")
        if name in seen:
            raise DataError(f"{path}: {name[:80]} stands twice in the archive. It was not read.")
        seen.add(name)
        total += info.file_size
        ratio = info.file_size / max(info.compress_size, 1)
        if total > MAX_UNPACKED or (info.file_size > _SMALL and ratio > MAX_RATIO):
            raise DataError(f"{path}: unpacks to more than any review needs. It was not read.")
