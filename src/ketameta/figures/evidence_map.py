"""The evidence map as a figure: outcomes down, substances across, one panel per kind of control."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from ketameta.appraisal.evidence_map import (
    AWAITED,
    COMPARED,
    KINDS,
    ONE_ARM,
    WORDS,
    EvidenceMap,
    MapCell,
)
from ketameta.figures.colours import HAIRLINE, INK
from ketameta.figures.page import MARGIN, SIZE, SMALL, WIDTH, open_page, picture_style
from ketameta.figures.picture import Picture
from ketameta.figures.text_metrics import text_width

FILLS = {COMPARED: "#08306b", WORDS: "#6baed6", ONE_ARM: "#d6e6f4", AWAITED: "#ffffff"}
INKS = {COMPARED: "#ffffff", WORDS: "#000000", ONE_ARM: "#000000", AWAITED: "#000000"}
MEANINGS = {
    COMPARED: "numbers that compare arms",
    WORDS: "a comparison in words, or only its P value",
    ONE_ARM: "one group only",
    AWAITED: "not extracted or not reported (?)",
}
CERTAINTIES = {"high": "⊕⊕⊕⊕", "moderate": "⊕⊕⊕○", "low": "⊕⊕○○", "very low": "⊕○○○"}
ROW, GAP, TITLE_ROOM, IN_CELL = 10.4, 9.0, 12.0, 7.0
"""Points: height of a row, distance between panels, room for the title of a panel, and size of the
text in a cell, which is read in print at the width of a page."""


def evidence_map_figure(found: EvidenceMap) -> Picture:
    """Draw the map, a panel per kind of control below each other."""
    title = "Evidence map: studies by outcome, substance and control"
    label_width = max(text_width(_capital(name), SMALL) for name in found.outcomes) + 9.0
    parts = [part for control in found.controls if (part := _part(found, control)).outcomes]
    width = WIDTH - 2 * MARGIN - label_width
    heads = [_head_room(part, width) for part in parts]
    height = sum(
        TITLE_ROOM + head + ROW * len(part.outcomes) + GAP
        for part, head in zip(parts, heads, strict=True)
    )
    with picture_style():
        page = open_page(
            title,
            height,
            key=[
                Patch(facecolor=FILLS[kind], edgecolor=INK, label=_capital(MEANINGS[kind]))
                for kind in KINDS
            ],
            notes=(_note(), *found.silences),
        )
        down = 0.0
        for part, head in zip(parts, heads, strict=True):
            page.write(
                part.control.capitalize(), (MARGIN, down + TITLE_ROOM / 2), size=SIZE, bold=True
            )
            after = MARGIN + text_width(part.control.capitalize(), SIZE, bold=True) + 4.0
            page.write(_gaps(found, part), (after, down + TITLE_ROOM / 2), size=SMALL)
            down += TITLE_ROOM + head
            body = ROW * len(part.outcomes)
            axes = page.panel(MARGIN + label_width, down, width, body)
            _panel(axes, part, turned=head > ROW)
            down += body + GAP
    return Picture("map", title, page.figure, _alt(found), _legend())


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands in one panel: rows and columns with anything in them."""

    control: str
    outcomes: tuple[str, ...]
    substances: tuple[str, ...]
    cells: tuple[tuple[MapCell, ...], ...]


def _part(found: EvidenceMap, control: str) -> _Part:
    filled = [c for c in found.cells if c.control == control and c.entries]
    outcomes = tuple(o for o in found.outcomes if any(c.outcome == o for c in filled))
    substances = tuple(s for s in found.substances if any(c.substance == s for c in filled))
    cells = tuple(tuple(found.cell(s, o, control) for s in substances) for o in outcomes)
    return _Part(control, outcomes, substances, cells)


def _head_room(part: _Part, width: float) -> float:
    """Room for the names of substances, which are turned where a column is too narrow for them."""
    longest = max(text_width(_capital(name), SMALL) for name in part.substances)
    return ROW if longest + 2.0 <= width / len(part.substances) else longest + 5.0


def _gaps(found: EvidenceMap, part: _Part) -> str:
    absent = [name for name in found.substances if name not in part.substances]
    return f"(nothing on record for {', '.join(absent)})" if absent else ""


def _capital(name: str) -> str:
    """As a name stands alone in a figure."""
    return f"{name[:1].upper()}{name[1:]}"


def _panel(axes: Axes, part: _Part, *, turned: bool) -> None:
    import seaborn as sns
    from matplotlib.colors import ListedColormap

    levels = np.array([[_level(cell) for cell in row] for row in part.cells], dtype=np.float64)
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
        annot=np.array([[_mark(cell) for cell in row] for row in part.cells]),
        fmt="",
        annot_kws={"size": IN_CELL},
    )
    for text in axes.texts:
        x, y = text.get_position()
        text.set_color(INKS.get(part.cells[int(y)][int(x)].kind, INK))
    axes.set_frame_on(True)
    for spine in axes.spines.values():
        spine.set_visible(True)
        spine.set_color(INK)
    axes.xaxis.tick_top()
    axes.set_xticks(np.arange(len(part.substances)) + 0.5, map(_capital, part.substances))
    axes.set_yticks(np.arange(len(part.outcomes)) + 0.5, map(_capital, part.outcomes))
    axes.tick_params(labelsize=SMALL, length=0, axis="y", labelrotation=0)
    axes.tick_params(labelsize=SMALL, length=0, axis="x", labelrotation=90 if turned else 0)


def _level(cell: MapCell) -> int:
    return KINDS.index(cell.kind) if cell.entries else -1


def _mark(cell: MapCell) -> str:
    """Studies of the most useful kind with their people, and the certainty; "?" for nothing yet."""
    if not cell.entries:
        return ""
    if cell.kind == AWAITED:
        return "?"
    people = cell.people_of(cell.kind)
    count = str(len(cell.of(cell.kind)))
    parts = [f"{count} ({people})" if people else count]
    if cell.certainty:
        parts.append(CERTAINTIES.get(cell.certainty, cell.certainty))
    return " ".join(parts)


def _note() -> str:
    return (
        "A cell gives the studies of the kind that the fill shows, the most useful in it, in "
        "brackets the people in these studies, and the certainty where an answer for this "
        "substance was rated. Empty cells are gaps, as are outcomes that stand in another panel "
        "only."
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
        "are counts of studies of that kind, in brackets the people in these studies where their "
        "number is known, circles the certainty (GRADE) where it was rated; a study counts once "
        "per cell. Empty cells, and outcomes that stand in another panel only, are gaps: no study "
        "on record measured the outcome or plans to, as far as its sources show."
    )
