"""Network graph: which treatments were compared, and by how many studies."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from ketameta.figures.colours import GUIDE, POINT, POINT_EDGE
from ketameta.figures.page import MARGIN, SIZE, SMALL, open_page, picture_style, shortened
from ketameta.figures.picture import Picture, Subject, studies
from ketameta.figures.text_metrics import text_width
from ketameta.pooling.network.evidence import NetworkEvidence

RADIUS = 112.0
LARGEST, SMALLEST = 24.0, 6.0
THICKEST, PER_STUDY = 9.0, 1.5
"""Points: lines are as wide as the count of their studies, scaled down where one has many."""


def draw_network(evidence: NetworkEvidence, subject: Subject) -> Picture:
    """Treatments on a circle; areas and widths say how many studies there are.

    Parameters
    ----------
    evidence
        From `pooling.network.evidence.network_evidence`.

    References
    ----------
    Salanti G. Res Synth Methods 2012;3:80-97. doi:10.1002/jrsm.1037.
    """
    title = f"Network of treatments: {subject.about}"
    height = 2 * RADIUS + 4 * SIZE + 2 * LARGEST
    with picture_style():
        page = open_page(title, height)
        axes = page.panel(MARGIN, 0.0, page.width - 2 * MARGIN, height)
        axes.set_axis_off()
        half = (page.width / 2 - MARGIN, height / 2)
        axes.set_xlim(-half[0], half[0])
        axes.set_ylim(-half[1], half[1])
        _graph(axes, evidence)
    return Picture("network", title, page.figure, _alt(evidence), _LEGEND)


def _graph(axes: Axes, evidence: NetworkEvidence) -> None:
    """In points: one unit of the axes is one point on the page."""
    count = len(evidence.treatments)
    angle = np.pi / 2 - 2 * np.pi * np.arange(count) / count
    x, y = RADIUS * np.cos(angle), RADIUS * np.sin(angle)
    most = max(number for _, _, number in evidence.comparisons)
    for a, b, number in evidence.comparisons:
        width = number * min(PER_STUDY, THICKEST / most)
        axes.plot([x[a], x[b]], [y[a], y[b]], color=GUIDE, lw=width, zorder=1,
                  solid_capstyle="round")  # fmt: skip
    _edge_counts(axes, evidence, x, y)
    size = LARGEST * np.sqrt(np.array(evidence.studies_with) / max(evidence.studies_with))
    for i, name in enumerate(evidence.treatments):
        wide = max(float(size[i]), SMALLEST)
        axes.plot([x[i]], [y[i]], marker="o", ms=wide, mfc=POINT, mec=POINT_EDGE, zorder=3)
        _name(axes, (name, f" ({evidence.studies_with[i]})"), (x[i], y[i]), wide / 2 + 4.0)


def _name(axes: Axes, words: tuple[str, str], at: tuple[float, float], gap: float) -> None:
    """Outside the circle, turned away from its middle; the name is cut, its number is not."""
    (x, y), (name, count) = at, words
    side = 0 if abs(x) < 1e-6 * RADIUS else int(np.sign(x))
    align = {-1: "right", 0: "center", 1: "left"}[side]
    rise = np.sign(y) * (gap + SIZE / 2) if side == 0 else y / RADIUS * gap
    edge = axes.get_xlim()[1]
    room = (edge - abs(x) - gap if side else 2 * edge) - text_width(count, SIZE)
    axes.text(x + side * gap, y + rise, shortened(name, room) + count, ha=align,
              va="center_baseline", fontsize=SIZE, zorder=4)  # fmt: skip


def _edge_counts(axes: Axes, evidence: NetworkEvidence, x: np.ndarray, y: np.ndarray) -> None:
    """Numbers of studies on the edges, where two would not lie on each other."""
    taken: list[tuple[float, float, float]] = []
    for a, b, number in sorted(evidence.comparisons, key=lambda one: -one[2]):
        text = str(number)
        wide = text_width(text, SMALL) + 4.0
        for share in (0.5, 0.4, 0.6, 0.33, 0.67):
            px, py = x[a] + share * (x[b] - x[a]), y[a] + share * (y[b] - y[a])
            if all(abs(px - u) > (wide + w) / 2 or abs(py - v) > SMALL + 4 for u, v, w in taken):
                taken.append((float(px), float(py), wide))
                axes.text(px, py, text, ha="center", va="center_baseline", fontsize=SMALL, zorder=2,
                          bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0})  # fmt: skip
                break


def _alt(evidence: NetworkEvidence) -> str:
    most = max(evidence.comparisons, key=lambda one: one[2])
    pair = f"{evidence.treatments[most[0]]} and {evidence.treatments[most[1]]}"
    several = len(evidence.several_arms)
    possible = len(evidence.treatments) * (len(evidence.treatments) - 1) // 2
    said = (
        f"Network graph of {len(evidence.treatments)} treatments, "
        f"{len(evidence.comparisons)} of {possible} pairs compared directly; most often {pair} "
        f"({studies(most[2])})"
    )
    if several:
        sets = "1 set" if several == 1 else f"{several} sets"
        said += f"; {sets} of three or more treatments compared within studies"
    return f"{said}."


_LEGEND = (
    "Network graph. Each circle is a treatment, its area proportional to the number of studies "
    "that have it (in brackets); a line joins treatments that were compared directly, its width "
    "and number saying in how many studies. A study of three arms counts in three lines. "
    "Treatments without a line between them are compared through others only. Salanti (2012)."
)
