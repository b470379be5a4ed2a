"""The list of files with their hashes in a folder that is written whole, so that edits stay."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ketameta.errors import UsageError

SHOWN = 3
"""Files that a message names."""


@dataclass(frozen=True, slots=True)
class FolderRecord:
    """How a folder of ours is known.

    Attributes
    ----------
    name
        The file with the list.
    format
        What stands in it under `format`.
    what
        What the folder holds, in words.
    names
        What lies at the top of a folder of ours. A folder with nothing else, written before there
        were lists, may be replaced by force; without names no folder without a list may.
    """

    name: str
    format: str
    what: str
    names: frozenset[str] = frozenset()

    def text(self, folder: Path, about: Mapping[str, Any]) -> str:
        """The list of a finished folder, with what else is to be said `about` it."""
        said = {"format": self.format, **about, "files": self._hashes(folder)}
        return json.dumps(said, ensure_ascii=False, indent=2) + "\n"

    def refuse_others_work(self, out: Path, *, force: bool) -> None:
        """Refuse a folder that is not ours, or in which a file was changed or added since.

        Parameters
        ----------
        force
            Overwrite changed files, and a folder without the list that holds nothing but `names`;
            files that were added are refused all the same.

        Raises
        ------
        UsageError
            With the files that stand in the way.
        """
        if not out.is_dir() or not any(out.iterdir()):
            return
        recorded = self._recorded(out / self.name)
        if recorded is None:
            self._refuse_unlisted(out, force=force)
            return
        now = self._hashes(out)
        added = sorted(set(now) - set(recorded))
        if added:
            raise UsageError(
                f"{out}: holds other files ({_named(added)}). Move them elsewhere first."
            )
        changed = sorted(name for name in now if now[name] != recorded[name])
        if changed and not force:
            raise UsageError(
                f"{out}: {_named(changed)} changed since the {self.what} was written. Name another "
                "folder, or add --force to overwrite what was changed."
            )

    def _refuse_unlisted(self, out: Path, *, force: bool) -> None:
        names = {path.name for path in out.iterdir()}
        if names - self.names:
            raise UsageError(
                f"{out}: holds other files ({_named(sorted(names))}), or a {self.what} without "
                f"{self.name}, the list of its own. Name an empty folder, or move them elsewhere "
                "first."
            )
        if not force:
            raise UsageError(
                f"{out}: holds a {self.what} without {self.name}, the list of its files, so that "
                "what was changed in it cannot be known. Remove it, or add --force to overwrite it."
            )

    def _recorded(self, path: Path) -> dict[str, str] | None:
        """Hash by file as the list says; None where there is no such list."""
        try:
            said: Any = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return None
        if not isinstance(said, dict) or said.get("format") != self.format:
            return None
        files = said.get("files")
        return files if isinstance(files, dict) else None

    def _hashes(self, folder: Path) -> dict[str, str]:
        return {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path != folder / self.name
        }


def _named(files: list[str]) -> str:
    more = f" and {len(files) - SHOWN} more" if len(files) > SHOWN else ""
    return ", ".join(files[:SHOWN]) + more
