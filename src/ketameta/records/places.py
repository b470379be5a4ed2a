"""Where study records are: found without reading any, and without the models."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ketameta.errors import DataError, UsageError

VOCABULARY = "vocabulary.yaml"
EXCLUDED = "excluded.yaml"
PACKAGED = Path(__file__).resolve().parent.parent / "evidence"
CHECKOUT = Path(__file__).resolve().parents[3]
REPORTS = "reports"
CORRECTIONS, EXTRACTIONS, DRAFTS = "corrections", "extractions", ".drafts"
_NOT_SUBSTANCES = ("claims", "schema", CORRECTIONS, EXTRACTIONS)


def find_root(explicit: Path | None = None) -> Path:
    """The folder that holds the study records and, beside them, `reports/`.

    Parameters
    ----------
    explicit
        A folder of study records, whatever its name; its parent is the root.

    Returns
    -------
    Without an explicit folder: the working directory or the closest folder above it with a
    `studies/vocabulary.yaml`; then the evidence that came with the package; then the checkout
    that an editable install points at.
    """
    if explicit is not None:
        if not (explicit / VOCABULARY).is_file():
            raise UsageError(
                f"{explicit}: no {VOCABULARY} here. Point --studies at a folder of study records."
            )
        return explicit.resolve().parent
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "studies" / VOCABULARY).is_file():
            return folder
    for folder in (PACKAGED, CHECKOUT):
        if (folder / "studies" / VOCABULARY).is_file():
            return folder
    raise DataError("no study records found. Run inside a checkout, or give --studies DIR.")


def study_files(folder: Path) -> Iterator[Path]:
    """The study files of a folder: `<substance>/<id>.yaml`, sorted; nothing from hidden folders."""
    yield from sorted(p for p in folder.glob("*/*.yaml") if _may_be_substance(p.parent.name))


def stray_files(folder: Path) -> list[Path]:
    """YAML files in a folder of records that no reader looks at, sorted; none in hidden folders."""
    read = {folder / VOCABULARY, folder / EXCLUDED, *study_files(folder)}
    for name in ("claims", CORRECTIONS):
        read |= set((folder / name).glob("*.yaml"))
    apart = folder / EXTRACTIONS
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in (".yaml", ".yml")
        and path not in read
        and apart not in path.parents
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def correction_files(folder: Path) -> list[Path]:
    """The corrections of a folder: `corrections/<name>.yaml`, sorted."""
    return sorted((folder / CORRECTIONS).glob("*.yaml"))


LED_OUT = "is a link that leads out of its folder, and is not followed."
COPY_IT = "Put a copy of the file in its place."


def leads_out(path: Path) -> bool:
    """Whether a path in a folder of records, or of reviews, is a link to somewhere else.

    Such a link would show, or change, what is not part of the records to whoever checks them.
    Files elsewhere are whoever names them to answer for, and so is a folder of records that is
    itself a link.
    """
    here = Path(os.path.abspath(path))
    try:
        real = here.resolve()
    except (OSError, RuntimeError):  # links in a circle: nothing can be read
        return False
    if real == here:
        return False
    folders = [folder for folder in here.parents if (folder / VOCABULARY).is_file()]
    if not folders and len(here.parents) > 1 and here.parents[1].name == REPORTS:
        folders = [here.parents[1]]
    return bool(folders) and not real.is_relative_to(folders[-1].resolve())


def _may_be_substance(name: str) -> bool:
    return name not in _NOT_SUBSTANCES and not name.startswith(".")
