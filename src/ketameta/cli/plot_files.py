"""Where pictures go: the name is checked before drawing, and none replaces a file unasked."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ketameta.cli.output import Output
from ketameta.cli.saving import check_place, save, save_all
from ketameta.errors import UsageError
from ketameta.figures.figure_kind import PICTURE_FORMATS

if TYPE_CHECKING:
    from ketameta.cli.plot_kinds import Pictures
    from ketameta.figures.picture import Picture


DPI = 300
dpi_option = click.option(
    "--dpi",
    type=click.IntRange(36, 1200),
    default=DPI,
    metavar="NUMBER",
    show_default=True,
    help="Dots per inch of PNG and TIFF files; journals ask for 300 to 600.",
)


def check_picture_place(
    out: Path, data: Path | None = None, formats: tuple[str, ...] = PICTURE_FORMATS
) -> None:
    """Refuse a name that says no kind of file, the table that is read, and impossible places."""
    if out.suffix.lower().lstrip(".") not in formats:
        known = ", ".join(formats)
        raise UsageError(f"{out}: the name must end in one of {known}. For example plot.svg")
    check_place(out, data)


def save_drawn(draw: Callable[[], Picture], out: Path, *, force: bool, output: Output) -> Picture:
    """Draw a picture and write it, saying so; the picture."""
    check_picture_place(out)
    picture = draw()
    output.say(save(out, _content(picture, out), force=force))
    if picture.lacks_letters:
        output.say(f"{NO_SIGN}.")
    return picture


def write_pictures(
    pictures: Pictures, out: Path, *, force: bool, output: Output, dpi: int = DPI
) -> list[Path]:
    """Write every picture: under the name given, or with the group's name added to it."""
    places = [out if key is None else _place(out, key) for key, _ in pictures]
    if len(set(places)) < len(places):
        raise UsageError(
            "--by: the names of two groups give the same file name. Draw them one by one."
        )
    for place in places:
        check_place(place)
    drawn = zip(places, pictures, strict=True)
    contents = {place: _content(picture, place, dpi=dpi) for place, (_, picture) in drawn}
    if any(picture.lacks_letters for _, picture in pictures):
        output.say(f"{NO_SIGN}.")
    for said in save_all(contents, force=force):
        output.say(said)
    return places


NO_SIGN = (
    "Note: the figure's font has no sign for some letters, in whose place stands \ufffd. Write the "
    "names in Latin letters"
)


def _content(picture: Picture, path: Path, *, dpi: int = DPI) -> bytes:
    from ketameta.figures.saving import file_format, picture_bytes

    return picture_bytes(picture, file_format(path), dpi=dpi)


def _place(out: Path, key: str) -> Path:
    words = re.sub(r"[^\w]+", "-", key.casefold()).strip("-") or "group"
    return out.with_name(f"{out.stem}-{words}{out.suffix}")
