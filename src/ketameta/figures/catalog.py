"""Every figure that ketameta draws: name, what it shows, where it is made, and its file formats.

Importing this module loads no plotting library: names and texts are wanted by help pages; the
function is looked up when a figure is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from ketameta.errors import UsageError


@dataclass(frozen=True, slots=True)
class FigureKind:
    """One figure.

    Attributes
    ----------
    name, title, summary
        What it is called and what it shows.
    function
        "module.function" within `ketameta.figures`: takes an answer and a path, and the style and
        kind of SVG text by keyword, and writes the file.
    formats
        Extensions it can be written as, without the dot.
    reference
        Literature.
    """

    name: str
    title: str
    summary: str
    function: str
    formats: tuple[str, ...]
    reference: str

    def writer(self) -> Callable[..., Path]:
        """The function that writes the figure."""
        module, name = self.function.rsplit(".", 1)
        found: Callable[..., Path] = getattr(import_module(f"ketameta.figures.{module}"), name)
        return found


FIGURES: Mapping[str, FigureKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            FigureKind(
                name="forest",
                title="Forest plot",
                summary="Every study with its interval and weight, the pooled mean, the prediction "
                "interval, subgroups and other analyses of the same question.",
                function="forest.save.write_forest",
                formats=("svg", "pdf", "png", "html"),
                reference="Lewis and Clarke (2001), doi:10.1136/bmj.322.7300.1479",
            ),
        )
    }
)


def figure_kind(name: str) -> FigureKind:
    """The figure of that name; `UsageError` with the nearest names otherwise."""
    if name in FIGURES:
        return FIGURES[name]
    near = get_close_matches(name, FIGURES, n=2, cutoff=0.5)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(FIGURES)}."
    raise UsageError(f"figure: there is no figure {name!r}. {hint}")
