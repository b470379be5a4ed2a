"""The evidence map as a figure: outcomes down, substances across, one panel per kind of control."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from ketameta.appraisal.evidence_map import (
    AWAITED,
    COMPARED,
    CONTROLS,
    KINDS,
    ONE_ARM,
    WORDS,
    EvidenceMap,
    MapCell,
)
from ketameta.figures.colours import HAIRLINE, INK
from ketameta.figures.page import MARGIN, SMALL, open_page, picture_style
from ketameta.figures.picture import Picture
from ketameta.figures.text_metrics import text_width

FILLS = {COMPARED: "#08306b", WORDS: "#6baed6", ONE_ARM: "#d6e6f4", AWAITED: "#ffffff"}
INKS = {COMPARED: "#ffffff", WORDS: "#000000", ONE_ARM: "#000000", AWAITED: "#000000"}
MEANINGS = {
    COMPARED: "numbers that compare arms",
    WORDS: "a comparison in words only",
    ONE_ARM: "one group only",
    AWAITED: "not extracted or not reported (?)",
}
CERTAINTIES = {"high": "⊕⊕⊕⊕", "moderate": "⊕⊕⊕○", "low": "⊕⊕○○", "very low": "⊕○○○"}
ROW, GAP, HEAD, WIDTH = 21.0, 10.0, 62.0, 760.0
"""Points: height of a row, distance between panels, room for the names of substances, and the
width of the page, which is meant for paper laid across."""
IN_CELL = 5.6


def evidence_map_figure(found: EvidenceMap) -> Picture:
    """Draw the map; each filled cell holds the number of studies of its most useful kind."""
    title = "Evidence map: studies by outcome, substance and control"
    label_width = max(text_width(name, SMALL) for name in found.outcomes) + 8.0
    room = WIDTH - 2 * MARGIN - label_width - GAP * (len(CONTROLS) - 1)
    width, height = room / len(CONTROLS), ROW * len(found.outcomes)
    with picture_style():
        page = open_page(
            title,
            HEAD + height + 16.0,
            key=[
                Patch(facecolor=FILLS[kind], edgecolor=INK, label=MEANINGS[kind]) for kind in KINDS
            ],
            notes=(_note(), *found.silences),
            width=WIDTH,
        )
        for i, control in enumerate(found.controls):
            left = MARGIN + label_width + i * (width + GAP)
            axes = page.panel(left, HEAD, width, height)
            _panel(axes, found, control, names=i == 0)
            page.write(control.capitalize(), (left, HEAD + height + 9.0), size=SMALL + 0.5)
    return Picture("map", title, page.figure, _alt(found), _legend())


def _panel(axes: Axes, found: EvidenceMap, control: str, *, names: bool) -> None:
    import seaborn as sns
    from matplotlib.colors import ListedColormap

    cells = [[found.cell(s, o, control) for s in found.substances] for o in found.outcomes]
    levels = np.array([[_level(cell) for cell in row] for row in cells], dtype=np.float64)
    sns.heatmap(
        levels,
        ax=axes,
        mask=levels < 0,
        cmap=ListedColormap([FILLS[kind] for kind in KINDS]),
        vmin=-0.5,
        vmax=len(KINDS) - 0.5,
        cbar=False,
        linewidths=0.6,
        linecolor=HAIRLINE,
        annot=np.array([[_mark(cell) for cell in row] for row in cells]),
        fmt="",
        annot_kws={"size": IN_CELL, "linespacing": 1.05},
    )
    for text in axes.texts:
        x, y = text.get_position()
        cell = cells[int(y)][int(x)]
        text.set_color(INKS.get(cell.kind, INK))
    axes.set_frame_on(True)
    for spine in axes.spines.values():
        spine.set_visible(True)
        spine.set_color(INK)
    axes.xaxis.tick_top()
    axes.set_xticks(np.arange(len(found.substances)) + 0.5, found.substances, rotation=90)
    axes.set_yticks(np.arange(len(found.outcomes)) + 0.5, found.outcomes if names else [])
    axes.tick_params(labelsize=SMALL, length=0, axis="y", labelrotation=0)
    axes.tick_params(labelsize=SMALL, length=0, axis="x", labelrotation=90)


def _level(cell: MapCell) -> int:
    return KINDS.index(cell.kind) if cell.entries else -1


def _mark(cell: MapCell) -> str:
    """Studies of the most useful kind, their people, the certainty; "?" where nothing is known."""
    if not cell.entries:
        return ""
    if cell.kind == AWAITED:
        return "?"
    lines = [str(len(cell.of(cell.kind)))]
    if cell.people:
        lines.append(f"N {cell.people}")
    if cell.certainty:
        lines.append(CERTAINTIES.get(cell.certainty, cell.certainty))
    return "\n".join(lines)


def _note() -> str:
    return (
        "A cell gives the count of studies of the kind that the fill shows, the most useful in "
        "it; N, the people of all its studies with results; and the certainty where an answer for "
        "this substance was rated. Empty cells are gaps."
    )


def _alt(found: EvidenceMap) -> str:
    filled = [cell for cell in found.cells if cell.entries]
    compared = [cell for cell in filled if cell.kind == COMPARED]
    return (
        f"Evidence map of {len(found.outcomes)} outcomes, {len(found.substances)} substances and "
        f"{len(found.controls)} kinds of control: {len(compared)} of {len(found.cells)} cells hold "
        f"numbers that compare arms, {len(filled) - len(compared)} hold less, "
        f"{len(found.cells) - len(filled)} are gaps. {' '.join(found.silences)}"
    )


def _legend() -> str:
    kinds = "; ".join(MEANINGS.values())
    return (
        "Evidence map. Rows are outcomes, columns substances, panels the kind of control. The fill "
        f"shows the most useful kind of knowledge in a cell, from dark to light: {kinds}. Numbers "
        "are counts of studies of that kind, N the people of all studies with results in the cell, "
        "circles the certainty (GRADE) where it was rated; a study counts once per cell. Empty "
        "cells are gaps: "
        "no study on record measured the outcome or plans to, as far as its sources show."
    )
