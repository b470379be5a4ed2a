"""A state of the evidence: a folder, or a revision in git that is laid out in a temporary one."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ketameta.errors import DataError, UsageError
from ketameta.reports.inputs import ReportInputs, read_inputs

PARTS = ("studies", "reports")
SHORT = 10
"""Digits of a commit that are shown."""
LARGEST = 200_000_000
"""Bytes of a revision; records are text, so that more is not a folder of records."""


@dataclass(frozen=True, slots=True)
class State:
    """One state: its name for readers, and everything that a report reads of it."""

    name: str
    inputs: ReportInputs


@contextmanager
def state_of(spec: str, root: Path, review: str | None = None) -> Iterator[State]:
    """A state, readable while the context lasts.

    Parameters
    ----------
    spec
        A folder with `studies` and `reports` in it, or a git revision of `root`.
    root
        The folder that holds the present records.
    review
        Name of the review's folder below `reports`; needed only where there are several.

    Raises
    ------
    UsageError
        When it is neither a folder of records nor a revision.
    DataError
        When the records of that state cannot be used.
    """
    folder = Path(spec)
    if folder.is_dir():
        if not (folder / "studies").is_dir():
            raise UsageError(f"{spec}: there is no folder studies in it. Name the folder above it.")
        yield State(_folder_name(folder), _inputs(spec, folder, review))
        return
    commit = _git(
        root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{spec}^{{commit}}"
    )
    if not commit:
        raise UsageError(f"{spec}: neither a folder nor a revision of {root}. Check the name.")
    with tempfile.TemporaryDirectory(prefix="ketameta-") as place:
        found = commit.decode().strip()
        _lay_out(root, found, spec, Path(place))
        name = spec if found.startswith(spec) else f"{spec} ({found[:SHORT]})"
        yield State(name, _inputs(spec, Path(place), review))


def _folder_name(folder: Path) -> str:
    """A folder for readers: the end of its path, which is all that they know it by."""
    if folder.resolve() == Path.cwd():
        return "the present folder"
    return f"the folder {folder.resolve().name}"


def _inputs(spec: str, folder: Path, review: str | None) -> ReportInputs:
    path = None if review is None else folder / "reports" / review / "review.yaml"
    try:
        return read_inputs(folder, path)
    except (DataError, UsageError) as error:
        text = str(error).replace(f"{folder}/", "")
        raise type(error)(f"{spec}: {text}") from None


def _git(root: Path, *arguments: str) -> bytes:
    """Standard output of git; empty where it fails or is not there."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, check=False, timeout=120
        )
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return done.stdout if done.returncode == 0 else b""


def _lay_out(root: Path, commit: str, spec: str, place: Path) -> None:
    """Write the records of a commit; nothing outside `place`, no links."""
    top = _git(root, "rev-parse", "--show-prefix").decode().strip()
    packed = _git(root, "archive", "--format=tar", f"{commit}:{top}" if top else commit, *PARTS)
    if not packed:
        raise UsageError(f"{spec}: this revision has no studies and reports to compare.")
    if len(packed) > LARGEST:
        raise DataError(f"{spec}: this revision is larger than records can be.")
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        members = [m for m in archive.getmembers() if m.isfile() or m.isdir()]
        archive.extractall(place, members=members, filter="data")
