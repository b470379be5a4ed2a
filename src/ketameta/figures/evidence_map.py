"""The evidence map as a figure: outcomes down, substances across, one panel per kind of control."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import NullLocator
from numpy.typing import NDArray

from ketameta.appraisal.evidence_map import (
    AWAITED,
    COMPARED,
    KINDS,
    ONE_ARM,
    ONGOING,
    WORDS,
    EvidenceMap,
    MapCell,
)
from ketameta.appraisal.map_marks import (
    CERTAINTY_KEY,
    COUNTS_KEY,
    MEANINGS,
    NO_BREAK,
    SIGNS,
    SIGNS_KEY,
    marks,
)
from ketameta.figures.colours import HAIRLINE, INK
from ketameta.figures.page import MARGIN, SIZE, SMALL, WIDTH, Page, open_page, picture_style
from ketameta.figures.picture import Picture
from ketameta.figures.text_metrics import broken, text_width

FILLS = {
    COMPARED: "#08306b",
    WORDS: "#6baed6",
    ONE_ARM: "#d6e6f4",
    AWAITED: "#ffffff",
    ONGOING: "#ffffff",
}
INKS = {kind: "#ffffff" if kind == COMPARED else "#000000" for kind in KINDS}
LINE, PADDING, GAP, TITLE_ROOM, IN_CELL = 8.4, 2.4, 9.0, 12.0, 7.0
"""Points: height of a line and of the room around the lines of a row, distance between panels, room
for the title of a panel, and size of the text in a cell, which is read at the width of a page."""

LABEL = 84.0
"""Points in which the names of outcomes are broken into lines."""


def evidence_map_figure(found: EvidenceMap) -> Picture:
    """Draw the map, a panel per kind of control below each other."""
    title = "Evidence map: studies by outcome, substance and control"
    parts = [part for control in found.controls if (part := _part(found, control)).outcomes]
    height = sum(TITLE_ROOM + part.head + part.body + GAP for part in parts)
    with picture_style():
        page = open_page(title, height, key=_key(), notes=_notes(found))
        down = 0.0
        for part in parts:
            _title(page, part, down + TITLE_ROOM / 2)
            down += TITLE_ROOM + part.head
            left = WIDTH - MARGIN - part.width
            _panel(page.panel(left, down, part.width, part.body), part)
            down += part.body + GAP
    return Picture("map", title, page.figure, _alt(found), _legend(found))


def _key() -> list[Artist]:
    return [
        Patch(
            facecolor=FILLS[kind], edgecolor=INK, label=f"{SIGNS[kind]} {_capital(MEANINGS[kind])}"
        )
        for kind in KINDS
    ]


def _title(page: Page, part: _Part, down: float) -> None:
    title = _capital(part.control)
    page.write(title, (MARGIN, down), size=SIZE, bold=True)
    after = MARGIN + text_width(title, SIZE, bold=True) + 4.0
    if part.absent:
        gaps = f"(nothing on record for {', '.join(part.absent)})"
        page.write(gaps, (after, down), size=SMALL)


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands in one panel: rows and columns with anything in them; lengths in points."""

    control: str
    labels: tuple[str, ...]
    substances: tuple[str, ...]
    absent: tuple[str, ...]
    cells: tuple[tuple[MapCell, ...], ...]
    texts: tuple[tuple[str, ...], ...]
    width: float

    @property
    def outcomes(self) -> int:
        """Number of rows."""
        return len(self.labels)

    @property
    def edges(self) -> NDArray[np.float64]:
        """Where rows begin and end, from the top; a row is as high as its lines need."""
        rows = zip(self.labels, self.texts, strict=True)
        most = [max(text.count("\n") for text in (label, *texts)) + 1 for label, texts in rows]
        return np.concatenate([[0.0], np.cumsum(np.array(most) * LINE + PADDING)])

    @property
    def body(self) -> float:
        """Height of the rows."""
        return float(self.edges[-1])

    @property
    def turned(self) -> bool:
        """Whether the names of substances are turned, as a column is too narrow for one."""
        longest = max(text_width(_capital(name), SMALL) for name in self.substances)
        return longest + 2.0 > self.width / len(self.substances)

    @property
    def head(self) -> float:
        """Room for the names of substances."""
        longest = max(text_width(_capital(name), SMALL) for name in self.substances)
        return longest + 5.0 if self.turned else LINE + PADDING


def _part(found: EvidenceMap, control: str) -> _Part:
    filled = [c for c in found.cells if c.control == control and c.entries]
    outcomes = [o for o in found.outcomes if any(c.outcome == o for c in filled)]
    substances = tuple(s for s in found.substances if any(c.substance == s for c in filled))
    cells = tuple(tuple(found.cell(s, o, control) for s in substances) for o in outcomes)
    width = WIDTH - 2 * MARGIN - _label_width(found)
    room = 0.9 * width / max(1, len(substances))
    return _Part(
        control,
        tuple(_label(name) for name in outcomes),
        substances,
        tuple(name for name in found.substances if name not in substances),
        cells,
        tuple(tuple(_text(cell, room) for cell in row) for row in cells),
        width,
    )


def _label(outcome: str) -> str:
    return "\n".join(broken(_capital(outcome), SMALL, LABEL))


def _label_width(found: EvidenceMap) -> float:
    lines = [line for name in found.outcomes for line in _label(name).split("\n")]
    return max(text_width(line, SMALL) for line in lines) + 6.0


def _text(cell: MapCell, room: float) -> str:
    """The marks in lines of so many points; only a mark that is wider is broken."""
    fitting = (
        mark if text_width(mark, IN_CELL) <= room else mark.replace(NO_BREAK, " ")
        for mark in marks(cell)
    )
    return "\n".join(broken(" ".join(fitting), IN_CELL, room))


def _capital(name: str) -> str:
    """As a name stands alone in a figure."""
    return f"{name[:1].upper()}{name[1:]}"


def _panel(axes: Axes, part: _Part) -> None:
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
        annot=np.array(part.texts),
        fmt="",
        annot_kws={"size": IN_CELL, "linespacing": 1.1},
    )
    for text in axes.texts:
        x, y = text.get_position()
        text.set_color(INKS.get(part.cells[int(y)][int(x)].kind, INK))
    places = np.arange(part.outcomes + 1, dtype=np.float64)
    axes.set_yscale(
        "function",
        functions=(
            lambda row: np.interp(row, places, part.edges),
            lambda point: np.interp(point, part.edges, places),
        ),
    )
    axes.set_ylim(part.outcomes, 0)
    axes.set_frame_on(True)
    for spine in axes.spines.values():
        spine.set_visible(True)
        spine.set_color(INK)
    axes.xaxis.tick_top()
    axes.set_xticks(np.arange(len(part.substances)) + 0.5, map(_capital, part.substances))
    axes.set_yticks(np.arange(part.outcomes) + 0.5, part.labels, linespacing=1.05)
    axes.yaxis.set_minor_locator(NullLocator())
    axes.tick_params(labelsize=SMALL, length=0, axis="y", labelrotation=0)
    axes.tick_params(labelsize=SMALL, length=0, axis="x", labelrotation=90 if part.turned else 0)


def _level(cell: MapCell) -> int:
    return KINDS.index(cell.kind) if cell.entries else -1


def _notes(found: EvidenceMap) -> tuple[str, ...]:
    counts = (
        f"The fill shows the most useful kind of knowledge in a cell. {COUNTS_KEY} An outcome that "
        "stands in another panel only is a gap here too."
    )
    return (counts, *((CERTAINTY_KEY,) if _graded(found) else ()), *found.silences)


def _graded(found: EvidenceMap) -> bool:
    return any(cell.certainty for cell in found.cells)


def _alt(found: EvidenceMap) -> str:
    filled = [cell for cell in found.cells if cell.entries]
    compared = [cell for cell in filled if cell.kind == COMPARED]
    waiting = [cell for cell in filled if cell.of(AWAITED) or cell.of(ONGOING)]
    return (
        f"Evidence map of {len(found.outcomes)} outcomes, {len(found.substances)} substances and "
        f"{len(found.controls)} kinds of control: {len(compared)} of {len(found.cells)} cells hold "
        f"numbers that compare arms, {len(filled) - len(compared)} hold less, "
        f"{len(found.cells) - len(filled)} are gaps; {len(waiting)} await results of a trial or "
        f"of a study that measured the outcome. {' '.join(found.silences)}"
    )


def _legend(found: EvidenceMap) -> str:
    return (
        "Evidence map. Rows are outcomes, columns substances, panels the kind of control. The fill "
        f"shows the most useful kind of knowledge in a cell, the signs every kind: {SIGNS_KEY}. "
        f"{COUNTS_KEY} An outcome that stands in another panel only is a gap here too: no study on "
        "record measured it or plans to, as far as its sources show."
        f"{f' {CERTAINTY_KEY}' if _graded(found) else ''}"
    )
