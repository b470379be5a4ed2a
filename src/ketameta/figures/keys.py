"""Entries of a figure's key, and the dashes of its lines."""

from __future__ import annotations

from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ketameta.figures.colours import GUIDE

Dashes = tuple[float, tuple[float, ...]]

SOLID: Dashes = (0.0, ())
DASHED: Dashes = (0.0, (4.0, 2.0))
DOTTED: Dashes = (0.0, (1.0, 1.5))


def point_key(label: str, fill: str, edge: str, *, mark: str = "o") -> Line2D:
    """A mark as it is drawn for a study."""
    return Line2D([], [], ls="", marker=mark, ms=5.0, mfc=fill, mec=edge, label=label)


def line_key(label: str, colour: str, width: float, *, dashes: Dashes = SOLID) -> Line2D:
    """A line or a curve."""
    return Line2D([], [], color=colour, lw=width, ls=dashes, label=label)


def area_key(label: str, fill: str) -> Patch:
    """A shaded region with its edge."""
    return Patch(facecolor=fill, edgecolor=GUIDE, lw=0.5, label=label)
