"""The forest plot as an HTML table with one small inline SVG per row.

A table is what a screen reader can walk through and what a narrow screen can fold: below 54rem a
row becomes a label, an effect, the drawing and the details, one under the other. No script, no
image, no reference to any other file.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from ketameta.figures.forest.arm_columns import EVENTS_TITLE
from ketameta.figures.forest.css import FOREST_CSS
from ketameta.figures.forest.html_glyphs import axis_svg, row_svg
from ketameta.figures.forest.model import (
    PLOT,
    Cell,
    Column,
    Disc,
    ForestLayout,
    Row,
    group_spans,
    slug,
)
from ketameta.notation.effects import capital
from ketameta.notation.risk_of_bias import level_mark

__all__ = ["FOREST_CSS", "forest_html", "html_page"]


def forest_html(layout: ForestLayout, *, element_id: str | None = None) -> str:
    """The plot as an HTML fragment; the page must hold `FOREST_CSS` once.

    Parameters
    ----------
    element_id
        Id of the figure, unique in the page; by default made from the question's id.
    """
    name = element_id or layout.element_id
    table = _Table(layout)
    return "\n".join(
        [
            f'<figure class="km-forest km-forest-{slug(layout.style.name)}" id="{escape(name)}" '
            f'aria-labelledby="{escape(name)}-title">',
            f'<div class="km-forest-scroll" role="region" tabindex="0" '
            f'aria-label="Forest plot: {escape(layout.title)}">',
            '<table role="table">',
            f'<caption><span class="km-forest-title" id="{escape(name)}-title">'
            f"{escape(layout.title or 'Forest plot')}</span> "
            f'<span class="km-forest-alt">{escape(capital(layout.summary))}</span></caption>',
            *table.head(),
            *table.body(),
            table.foot(),
            "</table>",
            "</div>",
            *_notes(layout),
            "</figure>",
        ]
    )


def html_page(layout: ForestLayout) -> str:
    """The plot as a complete page."""
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{escape(layout.title or 'Forest plot')}</title>",
            f"<style>{_PAGE_CSS}{FOREST_CSS}</style>",
            "</head>",
            f"<body>\n<main>\n{forest_html(layout)}\n</main>\n</body>",
            "</html>\n",
        ]
    )


_PAGE_CSS = (
    ":root{color-scheme:light dark}\n"
    "body{font-family:system-ui,sans-serif;margin:0 auto;padding:0 1rem;max-width:72rem}\n"
)


def _notes(layout: ForestLayout) -> Iterator[str]:
    if layout.footer:
        lines = "".join(f"<li>{escape(line.text)}</li>" for line in layout.footer)
        yield f'<figcaption><ul class="km-forest-notes">{lines}</ul></figcaption>'


class _Table:
    def __init__(self, layout: ForestLayout) -> None:
        self.layout = layout
        self.columns = layout.columns
        self.padding = [_padding(layout, i) for i in range(len(layout.columns))]

    def head(self) -> Iterator[str]:
        """Titles; columns that share a title stand under it in a second row."""
        spans = dict(group_spans(self.columns))
        grouped = {i for start, end in spans.items() for i in range(start, end)}
        yield '<thead role="rowgroup">'
        cells = []
        for i, column in enumerate(self.columns):
            if i in spans:
                span = spans[i] - i
                scope = f'scope="colgroup" colspan="{span}"' if span > 1 else 'scope="col"'
                group = escape(column.group)
                cells.append(f'<th role="columnheader" class="km-group" {scope}>{group}</th>')
            elif i not in grouped:
                cells.append(self._title(column, ' rowspan="2"' if spans else ""))
        yield f'<tr role="row">{"".join(cells)}</tr>'
        if spans:
            seconds = "".join(self._title(self.columns[i], "", sub=True) for i in sorted(grouped))
            yield f'<tr role="row">{seconds}</tr>'
        yield "</thead>"

    def _title(self, column: Column, more: str, *, sub: bool = False) -> str:
        title = escape(column.title or "Plot")
        name = f"km-{column.align}{' km-sub' if sub else ''}"
        if column.key == PLOT:
            title = f'<span class="km-plot-title">{title}</span>'
        return f'<th role="columnheader" class="{name}" scope="col"{more}>{title}</th>'

    def body(self) -> Iterator[str]:
        """One table row per row of the layout; a heading begins a group of rows."""
        yield '<tbody role="rowgroup">'
        for i, row in enumerate(self.layout.rows):
            if i and row.kind in ("heading", "overall"):
                yield '</tbody>\n<tbody role="rowgroup">'
            yield f'<tr role="row" class="km-{row.kind}">{"".join(self._cells(i, row))}</tr>'
        yield "</tbody>"

    def _cells(self, index: int, row: Row) -> Iterator[str]:
        first = self._first_filled(row)
        span = f' colspan="{first}"' if first > 1 else ""
        scope = "rowgroup" if row.kind == "heading" else "row"
        indent = ' class="km-indent"' if row.indent else ""
        label = _row_label(row)
        yield f'<th role="rowheader" scope="{scope}"{span}{indent}>{label}</th>'
        for j in range(first, len(self.columns)):
            if self.columns[j].key == PLOT:
                yield f'<td role="cell" class="km-plot">{row_svg(self.layout, index)}</td>'
            else:
                yield self._cell(row.cells[j], j)

    def _first_filled(self, row: Row) -> int:
        """Where the label must end: the plot, or the first cell with text."""
        return next(
            j
            for j in range(1, len(self.columns))
            if self.columns[j].key == PLOT or row.cells[j].text
        )

    def _cell(self, cell: Cell, index: int) -> str:
        column = self.columns[index]
        if not cell.text:
            return '<td role="cell"></td>'
        kind = "km-effect" if column.key == "effect" else "km-detail"
        label = f' data-label="{escape(_label(column))}"' if kind == "km-detail" else ""
        if cell.disc is not None:
            return _disc_cell(cell.disc, column)
        if cell.marks:
            text = " ".join(
                f'<abbr class="km-{slug(mark.severity)}" title="{escape(mark.message)}">'
                f"{escape(mark.code)}</abbr>"
                for mark in cell.marks
            )
            return f'<td role="cell" class="km-flags {kind}"{label}>{text}</td>'
        pieces = " km-pieces" if cell.pieces else ""
        text = self._pieces(cell, index) if cell.pieces else escape(cell.text)
        return f'<td role="cell" class="km-{column.align} {kind}{pieces}"{label}>{text}</td>'

    def _pieces(self, cell: Cell, index: int) -> str:
        """Pieces that line up: each is filled up, invisibly, to the widest of its place."""
        hanging = self.columns[index].hanging
        parts = []
        for i, (piece, widest) in enumerate(zip(cell.pieces, self.padding[index], strict=True)):
            side = "after" if i in hanging else "before"
            lack = _lack(piece, widest, hanging=i in hanging)
            fill = f' data-{side}="{escape(lack)}"' if lack else ""
            parts.append(f"<span{fill}>{escape(piece)}</span>")
        return "".join(parts)

    def foot(self) -> str:
        """The axis under the plot."""
        plot = self.layout.plot_column
        after = len(self.columns) - plot - 1
        cells = f'<td role="cell" colspan="{plot}"></td>'
        cells += f'<td role="cell" class="km-plot">{axis_svg(self.layout)}</td>'
        cells += f'<td role="cell" colspan="{after}"></td>' if after else ""
        return f'<tfoot role="rowgroup"><tr role="row" class="km-axis">{cells}</tr></tfoot>'


def _disc_cell(disc: Disc, column: Column) -> str:
    """A disc with its words for screen readers, and on hovering."""
    words = escape(f"{disc.name}: {disc.level}")
    kind = level_mark(disc.level).kind
    label = "Risk of bias" if not column.group else column.title
    return (
        f'<td role="cell" class="km-center km-detail" data-label="{escape(label)}">'
        f'<span class="km-disc km-disc-{kind}" role="img" aria-label="{words}" title="{words}">'
        f"{escape(disc.glyph)}</span></td>"
    )


def _padding(layout: ForestLayout, index: int) -> tuple[str, ...]:
    """The longest piece of a column at each place."""
    pieces = [row.cells[index].pieces for row in layout.rows if row.cells[index].pieces]
    return tuple(max(column, key=len) for column in zip(*pieces, strict=True)) if pieces else ()


def _lack(piece: str, widest: str, *, hanging: bool) -> str:
    """What a piece lacks to be as wide as the widest of its place."""
    lack = len(widest) - len(piece)
    return widest[len(piece) :] if hanging else widest.lstrip()[:lack]


def _row_label(row: Row) -> str:
    """The label; that of a pooled row may break before its bracket and nowhere else."""
    start, bracket, rest = row.label.partition(" (")
    if row.kind not in ("overall", "subtotal") or not bracket:
        return escape(row.label)
    return f'<span class="km-whole">{escape(start)}</span> ' + (
        f'<span class="km-whole km-sub">({escape(rest)}</span>'
    )


def _label(column: Column) -> str:
    if column.title == EVENTS_TITLE:
        return column.group
    return f"{column.group} {column.title}".strip()
