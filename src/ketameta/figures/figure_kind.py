"""`FigureKind`: one line of the catalog of figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ketameta.figures.picture import Picture

PICTURE_FORMATS = ("svg", "pdf", "png", "tiff", "eps")
"""Endings of files that a picture can be written as, without the dot."""
ENDINGS = tuple(f".{kind}" for kind in PICTURE_FORMATS)
"""The same with it."""


@dataclass(frozen=True, slots=True)
class FigureKind:
    """One figure.

    Attributes
    ----------
    name, title, summary
        What it is called and what it shows.
    function
        "module.function" within `ketameta.figures`. With `makes` "picture" it takes plain data
        and a `Subject` and returns a `Picture` (figure, alt text, legend), which
        `saving.save_picture` writes and `saving.svg_text` puts into a page. With `makes` "file"
        it takes an answer and a path, and writes the file.
    formats
        Extensions it can be written as, without the dot.
    reference
        Literature.
    makes
        "picture" or "file".
    command
        The command that draws it.
    """

    name: str
    title: str
    summary: str
    function: str
    formats: tuple[str, ...]
    reference: str
    makes: str = "picture"
    command: str = "plot"

    def writer(self) -> Callable[..., Path]:
        """The function that writes the figure, where it `makes` a file."""
        found: Callable[..., Path] = self._function()
        return found

    def drawer(self) -> Callable[..., Picture]:
        """The function that draws the figure, where it `makes` a picture."""
        found: Callable[..., Picture] = self._function()
        return found

    def _function(self) -> Any:
        module, name = self.function.rsplit(".", 1)
        return getattr(import_module(f"ketameta.figures.{module}"), name)
