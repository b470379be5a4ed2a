"""Which files `ketameta check` looks at, and which of them were asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ketameta.cli.workspace import Workspace, shown
from ketameta.errors import UsageError

REVIEW = "review.yaml"
CLAIMS = "claims"
CERTAINTY = "certainty.yaml"
PRISMA = "prisma.yaml"


def files_of(workspace: Workspace) -> list[Path]:
    """The records, lists, claims and reviews of a workspace."""
    folder = workspace.folder
    return [*sorted(_records(folder)), *claims_of(workspace), *reviews_of(workspace)]


def claims_of(workspace: Workspace) -> list[Path]:
    """The claims of a workspace."""
    return sorted(workspace.folder.glob(f"{CLAIMS}/*.yaml"))


def reviews_of(workspace: Workspace) -> list[Path]:
    """The reviews of a workspace."""
    return sorted(workspace.root.glob(f"reports/*/{REVIEW}"))


def decisions_of(workspace: Workspace) -> list[Path]:
    """The decisions on certainty beside the reviews of a workspace."""
    return sorted(workspace.root.glob(f"reports/*/{CERTAINTY}"))


def statements_of(workspace: Workspace) -> list[Path]:
    """What teams state for PRISMA beside the reviews of a workspace."""
    return sorted(workspace.root.glob(f"reports/*/{PRISMA}"))


def all_of(workspace: Workspace) -> list[Path]:
    """Every file that is looked at."""
    return [*files_of(workspace), *decisions_of(workspace), *statements_of(workspace)]


def alone(paths: Sequence[Path], workspace: Workspace) -> list[Path]:
    """Those of some paths that are not part of the workspace but can be checked by themselves.

    Raises
    ------
    UsageError
        For a path that does not exist or holds nothing that can be checked.
    """
    known = {path.resolve() for path in all_of(workspace)}
    return [path for path in paths if _is_alone(path, workspace, known)]


def under(path: Path, places: Sequence[Path]) -> bool:
    """Whether a path is one of the places or lies in one of them; all resolved."""
    return any(path == place or place in path.parents for place in places)


def asked_for(names: Sequence[str], workspace: Workspace, paths: Sequence[Path]) -> list[str]:
    """The names of files, as shown, that lie under the paths."""
    wanted = [path.resolve() for path in paths]
    real = {shown(path).as_posix(): path.resolve() for path in all_of(workspace)}
    return [name for name in names if name in real and under(real[name], wanted)]


def _records(folder: Path) -> list[Path]:
    from ketameta.records.places import (
        EXCLUDED,
        VOCABULARY,
        correction_files,
        stray_files,
        study_files,
    )

    lists = [path for name in (EXCLUDED, VOCABULARY) if (path := folder / name).exists()]
    return [*lists, *study_files(folder), *correction_files(folder), *stray_files(folder)]


def _is_alone(path: Path, workspace: Workspace, known: set[Path]) -> bool:
    if not path.exists():
        raise UsageError(f"{path}: there is no such file or folder. Check the path.")
    resolved, folder = path.resolve(), workspace.folder.resolve()
    if path.is_dir():
        inside = under(resolved, [folder, workspace.root / "reports"])
        if inside or folder.is_relative_to(resolved):
            return False
        raise UsageError(f"{path}: holds no study records. Use --studies for another folder.")
    if resolved in known:
        return False
    if path.suffix.lower() not in (".yaml", ".yml"):
        raise UsageError(f"{path}: is neither a study record nor a review. Records end in .yaml.")
    return True
