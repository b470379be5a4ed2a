"""Net heat plot: which designs of a network disagree with which."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from ketameta.figures.colours import INK, MUTED
from ketameta.figures.page import MARGIN, SMALL, open_page, picture_style, shortened
from ketameta.figures.picture import Picture, Subject, number
from ketameta.figures.text_metrics import text_width
from ketameta.pooling.network.heat import NetHeat

CELL, GAP, BAR, HEAD = 26.0, 8.0, 40.0, 8.0
NAME_WIDTH = 150.0
LARGEST_NAMED = 3
NONE = "No design of this network lies in a loop with others, so none can disagree with another."


def draw_net_heat(heat: NetHeat, subject: Subject) -> Picture:
    """Change of each design's inconsistency when another is detached, over its influence.

    Parameters
    ----------
    heat
        From `pooling.network.net_heat`.

    References
    ----------
    Krahn U, Binder H, König J. BMC Med Res Methodol 2013;13:35. doi:10.1186/1471-2288-13-35.
    """
    title = f"Net heat: {subject.about}"
    size = len(heat.designs)
    with picture_style():
        if size == 0:
            page = open_page(title, 20.0)
            page.write(NONE, (MARGIN, 8.0), size=SMALL)
            return Picture("net-heat", title, page.figure, f"Net heat plot: {NONE}", _LEGEND)
        names = [shortened(name, NAME_WIDTH, size=SMALL) for name in heat.designs]
        wide = max(text_width(name, SMALL) for name in names)
        cell = min(CELL, (432.0 - 2 * MARGIN - wide - GAP - BAR - 30.0) / size)
        side = cell * size
        page = open_page(title, HEAD + side + wide + GAP + 4.0)
        left = MARGIN + wide + GAP
        axes = page.panel(left, HEAD, side, side)
        scale = page.panel(left + side + 18.0, HEAD, 10.0, min(side, 120.0))
        _cells(axes, scale, heat)
        for i, name in enumerate(names):
            down = HEAD + (i + 0.5) * cell
            page.write(name, (left - GAP / 2, down), size=SMALL, align="right")
            axes.text((i + 0.5) / size, -4.0 / side, name, rotation=90, ha="center", va="top",
                      fontsize=SMALL, transform=axes.transAxes)  # fmt: skip
    return Picture("net-heat", title, page.figure, _alt(heat), _LEGEND)


def _cells(axes: Axes, scale: Axes, heat: NetHeat) -> None:
    import seaborn as sns

    most = float(np.max(np.abs(heat.change))) or 1.0
    colours = sns.diverging_palette(240, 30, s=85, l=45, as_cmap=True)
    sns.heatmap(
        heat.change, ax=axes, cbar_ax=scale, cmap=colours,
        vmin=-most, vmax=most, linewidths=0.6, linecolor="white", xticklabels=False,
        yticklabels=False,
    )  # fmt: skip
    # 256 little rectangles would be most of the file.
    scale.collections[0].set_rasterized(True)
    scale.tick_params(labelsize=SMALL, length=2.0)
    scale.set_yticks([-most, 0.0, most], [number(-most, 2), "0", number(most, 2)])
    for which, edge in ((~np.eye(len(heat.q), dtype=bool), MUTED), (np.eye(len(heat.q)), INK)):
        axes.add_patch(
            PathPatch(_squares(heat.influence, which), facecolor="none", edgecolor=edge,
                      linewidth=0.8)
        )  # fmt: skip


def _squares(influence: np.ndarray, which: np.ndarray) -> Path:
    """Squares in the middle of cells as one path; an influence of 1 nearly fills its cell."""
    half = 0.45 * np.sqrt(np.clip(influence, 0.0, 1.0))
    rows, columns = np.nonzero(np.asarray(which, dtype=bool) & (half > 0.02))
    middle = np.column_stack([columns + 0.5, rows + 0.5])
    corners = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    sides = half[rows, columns][:, None, None]
    if rows.size == 0:
        return Path(np.empty((0, 2)))
    return Path.make_compound_path_from_polys(middle[:, None, :] + sides * corners)


def _alt(heat: NetHeat) -> str:
    off = heat.change.copy()
    np.fill_diagonal(off, -np.inf)
    order = np.argsort(-heat.q)[:LARGEST_NAMED].tolist()
    largest = ", ".join(f"{heat.designs[i]} {number(float(heat.q[i]), 2)}" for i in order)
    said = (
        f"Net heat plot of {len(heat.designs)} designs; the largest contributions to the "
        f"inconsistency between designs: {largest}"
    )
    if off.size > 1:
        row, column = np.unravel_index(int(np.argmax(off)), off.shape)
        said += (
            f"; detaching {heat.designs[column]} lowers that of {heat.designs[row]} most, by "
            f"{number(float(off[row, column]), 2)}"
        )
    return f"{said}."


_LEGEND = (
    "Net heat plot. Colour: by how much the inconsistency of the design in the row falls (orange) "
    "or rises (blue) when the design in the column is detached from the network; orange cells off "
    "the diagonal mark designs whose evidence disagrees. Outlined squares: weight of the direct "
    "evidence of the column in the network estimate of the row. Designs outside loops are not "
    "shown, for they cannot disagree. Krahn and colleagues (2013)."
)
