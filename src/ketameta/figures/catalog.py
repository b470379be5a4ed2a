"""Every figure that ketameta draws: name, what it shows, where it is made, and its file formats.

Importing this module loads no plotting library: names and texts are wanted by help pages; the
function is looked up when a figure is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType

from ketameta.errors import UsageError
from ketameta.figures.appraisal_kinds import APPRAISALS
from ketameta.figures.diagnostics.kinds import DIAGNOSTICS
from ketameta.figures.figure_kind import PICTURE_FORMATS, FigureKind
from ketameta.figures.map_kinds import MAPS
from ketameta.figures.question_kinds import ASKED

__all__ = ["FIGURES", "FigureKind", "figure_kind"]

FOREST = FigureKind(
    name="forest",
    title="Forest plot",
    summary="Every study with its interval and weight, the pooled mean, the prediction "
    "interval, subgroups and other analyses of the same question.",
    function="forest.save.write_forest",
    formats=(*PICTURE_FORMATS, "html"),
    reference="Lewis and Clarke (2001), doi:10.1136/bmj.322.7300.1479",
    makes="file",
    command="forest",
)

FIGURES: Mapping[str, FigureKind] = MappingProxyType(
    {kind.name: kind for kind in (FOREST, *DIAGNOSTICS, *MAPS, *APPRAISALS, *ASKED)}
)


def figure_kind(name: str) -> FigureKind:
    """The figure of that name; `UsageError` with the nearest names otherwise."""
    if name in FIGURES:
        return FIGURES[name]
    near = get_close_matches(name, FIGURES, n=2, cutoff=0.5)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(FIGURES)}."
    raise UsageError(f"figure: there is no figure {name!r}. {hint}")
