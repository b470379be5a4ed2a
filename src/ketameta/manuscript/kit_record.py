"""kit.json: what a kit was made of and the hash of each file, so that edits are never lost."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from ketameta.errors import UsageError
from ketameta.reports.provenance import software_versions

RECORD = "kit.json"
FORMAT = "ketameta.manuscript/1"
SHOWN = 3
"""Files that a message names."""


def record_text(folder: Path, digest: str) -> str:
    """The record of a finished kit.

    Parameters
    ----------
    digest
        The hash of the records and the review.
    """
    said = {
        "format": FORMAT,
        "inputs": digest,
        "software": dict(software_versions()),
        "files": _hashes(folder),
    }
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def refuse_others_work(out: Path, *, force: bool) -> None:
    """Refuse a folder that is no kit, or a kit in which a file was changed or added since.

    Parameters
    ----------
    force
        Overwrite changed files of a kit; a folder that is no kit is refused all the same.

    Raises
    ------
    UsageError
        With the files that stand in the way.
    """
    if not out.is_dir() or not any(out.iterdir()):
        return
    recorded = _recorded(out / RECORD)
    if recorded is None:
        raise UsageError(
            f"{out}: holds other files. Name an empty folder, or one that a manuscript kit was "
            "written to before."
        )
    now = _hashes(out)
    added = sorted(set(now) - set(recorded))
    if added:
        raise UsageError(f"{out}: holds other files ({_named(added)}). Move them elsewhere first.")
    changed = sorted(name for name in now if now[name] != recorded[name])
    if changed and not force:
        raise UsageError(
            f"{out}: {_named(changed)} changed since the kit was written. Name another folder, or "
            "add --force to overwrite them."
        )


def _named(files: list[str]) -> str:
    more = f" and {len(files) - SHOWN} more" if len(files) > SHOWN else ""
    return ", ".join(files[:SHOWN]) + more


def _recorded(path: Path) -> dict[str, str] | None:
    """Hash by file as the record says; None where there is no such record."""
    try:
        said: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        return None
    files = said.get("files")
    return files if isinstance(files, dict) else None


def _hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / RECORD
    }
