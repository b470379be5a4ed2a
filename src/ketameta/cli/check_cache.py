"""`ketameta check` on files that have not changed since they were last checked.

Then nothing is read but the files themselves: neither the models nor the catalogs of methods are
imported, which is what takes the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ketameta.cli.check_paths import alone, asked_for, files_of, under
from ketameta.cli.checked import (
    Checked,
    problem_of,
    problem_values,
    waived_of,
    waived_values,
)
from ketameta.cli.workspace import Workspace, shown
from ketameta.records.kept import FOLDER, digest, keep, read_kept, stamp_of_code

_CODE = (
    "records",
    "questions",
    "measures",
    "pooling",
    "synthesis/review_names.py",
    "cli/checking.py",
)
"""Where the rules are, and the names that a review may use."""


def checked_all(workspace: Workspace, paths: Sequence[Path] = (), *, cached: bool) -> Checked:
    """Every problem of the workspace, or those under some paths.

    A record among `paths` that lies outside the studies folder, and a review outside `reports`,
    is checked by itself.

    Raises
    ------
    UsageError
        For a path that does not exist or holds nothing that can be checked.
    """
    apart = alone(paths, workspace)
    whole = _whole(workspace, cached=cached)
    if not paths:
        return whole
    wanted = [path.resolve() for path in paths]
    parts = [
        Checked(
            tuple(p for p in whole.problems if under(p.path.resolve(), wanted)),
            tuple(w for w in whole.waived if under(w.problem.path.resolve(), wanted)),
            tuple(asked_for(whole.files, workspace, paths)),
        )
    ]
    if apart:
        from ketameta.cli.checking import check_alone

        parts += [check_alone(path, workspace.folder) for path in apart]
    return Checked(
        tuple(sorted({p for part in parts for p in part.problems})),
        tuple(sorted({w for part in parts for w in part.waived})),
        tuple(name for part in parts for name in part.files),
    )


def _whole(workspace: Workspace, *, cached: bool) -> Checked:
    from ketameta.records.places import PACKAGED

    cached = cached and not workspace.folder.is_relative_to(PACKAGED)
    if not cached:
        from ketameta.cli.checking import check_workspace

        return check_workspace(workspace, cached=False)
    file = workspace.root / FOLDER / f"check-{workspace.folder.name}.json"
    stamp = digest(stamp_of_code(*_CODE).encode(), *_contents(workspace))
    known = _restored(read_kept(file, stamp))
    if known is not None:
        return known
    from ketameta.cli.checking import check_workspace

    found = check_workspace(workspace, cached=True)
    if digest(stamp_of_code(*_CODE).encode(), *_contents(workspace)) == stamp:
        keep(file, stamp, _kept(found))  # not when a file changed while it was being checked
    return found


def _contents(workspace: Workspace) -> list[bytes]:
    """Names, as shown, and contents of every file that the result depends on."""
    schemas = sorted((workspace.folder / "schema").glob("*.json"))
    parts: list[bytes] = []
    for path in [*files_of(workspace), *schemas]:
        parts.append(shown(path).as_posix().encode("utf-8", "surrogateescape"))
        try:
            parts.append(path.read_bytes())
        except OSError as error:
            parts.append(f"unreadable: {error.strerror}".encode())
    return parts


def _kept(checked: Checked) -> dict[str, Any]:
    return {
        "problems": [problem_values(problem) for problem in checked.problems],
        "waived": [waived_values(waived) for waived in checked.waived],
        "files": list(checked.files),
    }


def _restored(values: Any) -> Checked | None:
    try:
        return Checked(
            tuple(problem_of(found) for found in values["problems"]),
            tuple(waived_of(found) for found in values["waived"]),
            tuple(str(name) for name in values["files"]),
        )
    except (TypeError, KeyError, ValueError):
        return None
