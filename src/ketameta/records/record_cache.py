"""What the files of a studies folder said when they were last read, so that they need not be again.

An entry is used only for a file with exactly the same bytes, beside the same vocabulary, under the
same version of ketameta. Places in the file are not kept: they are found again when asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ketameta.records.kept import FOLDER, digest, keep, read_kept, stamp_of_code
from ketameta.records.problems import Problem, Severity


@dataclass(frozen=True, slots=True)
class Entry:
    """The data of a file, None without the form of a record, and its problems."""

    data: Any
    found: tuple[Problem, ...]


class RecordCache:
    """Entries by file name; kept as one JSON file beside the studies folder."""

    def __init__(self, folder: Path) -> None:
        self._file = folder.resolve().parent / FOLDER / f"records-{folder.resolve().name}.json"
        self._stamp = stamp_of_code("records")
        old = read_kept(self._file, self._stamp)
        self._old: dict[str, Any] = old if isinstance(old, dict) else {}
        self._new: dict[str, Any] = {}

    def get(self, name: str, key: str, shown: Path) -> Entry | None:
        """The entry of a file of this name with this key, its problems placed in `shown`."""
        kept: Any = self._old.get(name)
        try:
            if kept["key"] != key:
                return None
            entry = Entry(kept["data"], _problems(kept["found"], shown))
        except (TypeError, KeyError, ValueError):
            return None
        self._new[name] = kept
        return entry

    def put(self, name: str, key: str, entry: Entry) -> None:
        """Keep an entry."""
        self._new[name] = {"key": key, "data": entry.data, "found": _rows(entry.found)}

    def save(self) -> None:
        """Write what changed; where that is not possible the next run is slower, no more."""
        if self._new != self._old:
            keep(self._file, self._stamp, self._new)


def key_of(raw: bytes, vocabulary: bytes) -> str:
    """What an entry depends on besides the name of its file."""
    return digest(raw, vocabulary)


def _rows(problems: Sequence[Problem]) -> list[list[Any]]:
    return [
        [p.line, p.column, p.field, p.message, p.hint, p.code, str(p.severity)] for p in problems
    ]


def _problems(rows: Sequence[Sequence[Any]], shown: Path) -> tuple[Problem, ...]:
    return tuple(
        Problem(shown, line, column, field, message, hint, code, Severity(severity))
        for line, column, field, message, hint, code, severity in rows
    )
