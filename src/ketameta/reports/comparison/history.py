"""The changelog of the evidence: every accepted state, from the history of the lock in git."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ketameta.errors import UsageError
from ketameta.reports.comparison.accepted import comparable, shared_moves
from ketameta.reports.comparison.headline import of_headline
from ketameta.reports.lock import LOCK
from ketameta.reports.lock_table import Move

_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One accepted state.

    Attributes
    ----------
    commit, day, subject
        From git, the commit shortened.
    records
        Record files that came (+), went (-) or changed (~).
    moves
        What moved in main analyses: studies, estimate, intervals, tau², questions; None where
        the state before was kept in a form that cannot be compared.
    """

    commit: str
    day: str
    subject: str
    records: tuple[tuple[str, str], ...]
    moves: tuple[Move, ...] | None


def history(
    root: Path, review_folder: Path, *, limit: int | None = None
) -> tuple[HistoryEntry, ...]:
    """Accepted states, newest first, in which a record or a main answer moved.

    Parameters
    ----------
    root
        The folder that holds `studies` and `reports`.
    review_folder
        Where the lock lies.
    limit
        At most so many of the newest entries.

    Raises
    ------
    UsageError
        Without git, or where the lock has no history.
    """
    lock = review_folder / LOCK
    lines = _git(root, "log", f"--format=%H{_SEPARATOR}%cs{_SEPARATOR}%s", "--", str(lock))
    if not lines:
        raise UsageError(f"{lock}: no history in git. The changelog is made from it.")
    commits = [line.split(_SEPARATOR, 2) for line in lines.splitlines()]
    entries = []
    for entry in _entries(root, lock, commits):
        entries.append(entry)
        if limit is not None and len(entries) >= limit:
            break
    return tuple(entries)


def _entries(root: Path, lock: Path, commits: list[list[str]]) -> Iterator[HistoryEntry]:
    after: Mapping[str, Any] | None = None
    for i, (commit, day, subject) in enumerate(commits):
        now = after if after is not None else _lock_at(root, lock, commit)
        before = _lock_at(root, lock, commits[i + 1][0]) if i + 1 < len(commits) else None
        after = before
        if now is None:
            continue
        records = tuple(_records((before or {}).get("files", {}), now["files"]))
        found = _main_moves((before or {}).get("questions", {}), now["questions"])
        if records or found:
            yield HistoryEntry(commit[:10], day, subject, records, found)


def _records(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in sorted(before.keys() | now.keys()):
        if not name.startswith("studies/"):
            continue
        if name not in before:
            yield "+", name
        elif name not in now:
            yield "-", name
        elif before[name] != now[name]:
            yield "~", name


def _main_moves(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Move, ...] | None:
    """Moves that a reader of the headline would want to know of."""
    if not (comparable(before) and comparable(now)):
        return None
    return tuple(m for m in shared_moves(before, now) if of_headline(m))


def _lock_at(root: Path, lock: Path, commit: str) -> Mapping[str, Any] | None:
    """The lock of a commit; None where it cannot be read any more."""
    place = lock.resolve().relative_to(root.resolve()).as_posix()
    try:
        found = json.loads(_git(root, "show", f"{commit}:./{place}") or "null")
    except ValueError:
        return None
    usable = isinstance(found, dict) and {"files", "questions"} <= found.keys()
    return found if usable else None


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments],
            capture_output=True,
            check=False,
            timeout=120,
            encoding="utf-8",
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return ""
    return done.stdout if done.returncode == 0 else ""
