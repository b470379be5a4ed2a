"""Where pictures go: checked before drawing, each written whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ketameta.cli.saving import check_target
from ketameta.errors import UsageError
from ketameta.figures.figure_kind import PICTURE_FORMATS

if TYPE_CHECKING:
    from ketameta.cli.plot_kinds import Pictures
    from ketameta.figures.picture import Picture

MARKS = {".svg": b'aria-labelledby="ketameta-', ".pdf": b"ketameta", ".png": b"XtDescription"}
"""What an earlier figure of the same kind holds."""


def check_picture_target(out: Path, data: Path | None, *, force: bool) -> None:
    """Refuse a name that says no kind of file, and files that must not be overwritten."""
    kind = out.suffix.lower()
    if kind not in MARKS:
        known = ", ".join(PICTURE_FORMATS)
        raise UsageError(f"{out}: the name must end in one of {known}. For example plot.svg")
    if data is not None and out.exists() and data.exists() and out.samefile(data):
        raise UsageError(f"{out}: is the table that is read. Choose another name.")
    check_target(out, mark=MARKS[kind], force=force)


def write_pictures(pictures: Pictures, out: Path, *, force: bool) -> Iterator[tuple[Path, Picture]]:
    """Write every picture: under the name given, or with the group's name added to it."""
    from ketameta.figures.saving import save_picture

    places = [out if key is None else _place(out, key) for key, _ in pictures]
    if len(set(places)) < len(places):
        raise UsageError(
            "--by: the names of two groups give the same file name. Draw them one by one."
        )
    for place in places:
        check_target(place, mark=MARKS[out.suffix.lower()], force=force)
    for place, (_, picture) in zip(places, pictures, strict=True):
        yield save_picture(picture, place), picture


def _place(out: Path, key: str) -> Path:
    words = re.sub(r"[^\w]+", "-", key.casefold()).strip("-") or "group"
    return out.with_name(f"{out.stem}-{words}{out.suffix}")
