"""The flow diagram of PRISMA 2020 as a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, Rectangle

from ketameta.appraisal.prisma.flow import Column, FlowDiagram, Number
from ketameta.figures.colours import INK
from ketameta.figures.page import MARGIN, SMALL, WIDTH, open_page, picture_style
from ketameta.figures.picture import Picture
from ketameta.figures.text_metrics import broken, drawable

UNKNOWN = "not\N{NO-BREAK SPACE}recorded"
LINE, PAD, GAP, INDENT = SMALL * 1.32, 5.0, 13.0, 5.0
FILLS = {"plain": "#ffffff", "head": "#e8e8e8", "included": "#d9e8f2"}


@dataclass(frozen=True, slots=True)
class Box:
    """A box with its lines; `side` boxes stand to the right of the one before."""

    lines: tuple[str, ...]
    fill: str = "plain"
    side: bool = False


def prisma_flow_figure(diagram: FlowDiagram) -> Picture:
    """Draw the diagram; numbers that were not kept are named so."""
    title = "Flow of records and studies (PRISMA 2020)"
    columns = [
        ("Databases and registers", _databases(diagram)),
        ("Other methods", _others(diagram)),
    ]
    room = (WIDTH - 2 * MARGIN - GAP) / 2
    width = (room - GAP) / 2
    heights = [_height(boxes, width) for _, boxes in columns]
    final = _final(diagram)
    wide = [
        (line, 0.0) for text in final for line in broken(drawable(text), SMALL, WIDTH - 4 * MARGIN)
    ]
    body = 16.0 + max(heights) + GAP + len(wide) * LINE + 2 * PAD + 6.0
    notes = [diagram.not_kept] if diagram.not_kept else []
    with picture_style():
        page = open_page(title, body, notes=notes)
        axes = page.panel(0.0, 0.0, WIDTH, body)
        axes.set_axis_off()
        axes.set_xlim(0.0, WIDTH)
        axes.set_ylim(body, 0.0)
        bottom = body - 6.0 - len(wide) * LINE - 2 * PAD
        for i, (head, boxes) in enumerate(columns):
            left = MARGIN + i * (room + GAP)
            axes.text(left, 8.0, head, fontsize=SMALL + 0.5, weight="bold", va="center_baseline")
            _draw(axes, boxes, left, width, bottom)
        _box(axes, (MARGIN, bottom), WIDTH - 2 * MARGIN, wide, FILLS["included"])
    return Picture("prisma-flow", title, page.figure, _alt(diagram), _legend())


def _text(label: str, n: Number) -> str:
    return f"{label}: {UNKNOWN if n is None else _count(n)}"


def _count(n: int) -> str:
    """The number in a piece that is never broken."""
    return f"n\u00a0=\u00a0{n}"


def _databases(d: FlowDiagram) -> list[Box]:
    found = [_text(name, n) for kind, name, n in d.identified if kind in ("Databases", "Registers")]
    removed = [_text(name, n) for name, n in d.removed]
    return [
        Box(("Records identified", *(found or [_text("In all", None)]))),
        Box(("Removed before screening", *removed), side=True),
        Box((_text("Records screened", d.databases.screened),)),
        Box((_text("Records excluded", d.databases.excluded),), side=True),
        *_reports(d.databases),
    ]


def _others(d: FlowDiagram) -> list[Box]:
    found = [
        _text(name, n) for kind, name, n in d.identified if kind not in ("Databases", "Registers")
    ]
    return [Box(("Records identified", *(found or [_text("In all", None)]))), *_reports(d.other)]


def _reports(column: Column) -> list[Box]:
    reasons = [f"{reason}: {_count(n)}" for reason, n in column.reasons]
    return [
        Box((_text("Reports sought", column.sought),)),
        Box((_text("Reports not retrieved", column.not_retrieved),), side=True),
        Box((_text("Reports assessed", column.assessed),)),
        Box((_text("Reports excluded", column.excluded_reports), *reasons), side=True),
    ]


def _final(d: FlowDiagram) -> list[str]:
    lines = [f"{_text('New studies included', d.new_studies)} ({_text('reports', d.new_reports)})"]
    if d.previous_studies:
        lines.append(
            f"{_text('Studies of earlier versions', d.previous_studies)}; "
            f"{_text('studies in all', d.total_studies)}"
        )
    lines.append(_text("Of these in the main analysis of a question", d.pooled))
    lines += [f"Beside these: {_text(name[:1].lower() + name[1:], n)}" for name, n in d.apart]
    return lines


def _lines(box: Box, width: float) -> list[tuple[str, float]]:
    """Lines with their indents: each item after the head begins, and goes on, further in."""
    found: list[tuple[str, float]] = []
    for item, text in enumerate(box.lines):
        start, on = (INDENT, 2 * INDENT) if item else (0.0, 0.0)
        parts = broken(drawable(text), SMALL, width - 2 * PAD - on)
        found += [(part, on if i else start) for i, part in enumerate(parts)]
    return found


def _rows(boxes: Sequence[Box]) -> list[list[Box]]:
    """Boxes of one row: a main box and, where there is one, the box at its side."""
    rows: list[list[Box]] = []
    for box in boxes:
        if box.side:
            rows[-1].append(box)
        else:
            rows.append([box])
    return rows


def _row_height(row: Sequence[Box], width: float) -> float:
    return max(len(_lines(box, width)) for box in row) * LINE + 2 * PAD


def _height(boxes: Sequence[Box], width: float) -> float:
    rows = _rows(boxes)
    return sum(_row_height(row, width) for row in rows) + GAP * (len(rows) - 1)


def _draw(axes: Axes, boxes: Sequence[Box], left: float, width: float, bottom: float) -> None:
    down = 16.0
    middle = left + width / 2
    rows = _rows(boxes)
    for i, row in enumerate(rows):
        height = _row_height(row, width)
        for j, box in enumerate(row):
            at = (left + j * (width + GAP), down)
            _box(axes, at, width, _lines(box, width), FILLS[box.fill], height)
        if len(row) > 1:
            y = down + height / 2
            _arrow(axes, (left + width, y), (left + width + GAP, y))
        end = bottom if i == len(rows) - 1 else down + height + GAP
        _arrow(axes, (middle, down + height), (middle, end))
        down += height + GAP


def _box(
    axes: Axes,
    at: tuple[float, float],
    width: float,
    lines: Sequence[tuple[str, float]],
    fill: str,
    height: float | None = None,
) -> None:
    tall = len(lines) * LINE + 2 * PAD if height is None else height
    axes.add_patch(Rectangle(at, width, tall, facecolor=fill, edgecolor=INK, linewidth=0.8))
    for i, (line, indent) in enumerate(lines):
        y = at[1] + PAD + (i + 0.5) * LINE
        axes.text(at[0] + PAD + indent, y, line, fontsize=SMALL, va="center_baseline")


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="-|>",
            mutation_scale=7,
            linewidth=0.8,
            color=INK,
            shrinkA=0,
            shrinkB=0,
        )
    )


def _alt(d: FlowDiagram) -> str:
    return (
        f"PRISMA 2020 flow diagram. {_text('Records screened', d.databases.screened)}; "
        f"{_text('reports assessed', d.databases.assessed)} from databases and registers, "
        f"{_text('reports assessed', d.other.assessed)} from other methods; "
        f"{_text('new studies included', d.new_studies)} in {d.new_reports} reports; "
        f"{d.pooled} in the main analysis of a question."
    )


def _legend() -> str:
    return (
        "Flow of records, reports and studies by PRISMA 2020 (Page et al. 2021, "
        "doi:10.1136/bmj.n71). Left, databases and registers; right, other methods. Numbers that "
        "nobody kept are marked as not recorded."
    )
