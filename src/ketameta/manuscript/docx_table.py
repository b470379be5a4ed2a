"""Any `Table` as a real Word table that can be edited: header row repeated, caption, notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ketameta.manuscript.docx_file import REPLACED, is_legal, legal, new_document, saved
from ketameta.manuscript.house_styles import HOUSE_STYLES, HouseStyle
from ketameta.manuscript.table_key import table_key
from ketameta.manuscript.table_widths import landscape, widths
from ketameta.tables.table import Cell, Column, Table

if TYPE_CHECKING:
    from docx.document import Document as Word

POINTS, SMALL = 9, 8
TEXT = "Table text"
"""The paragraph style of everything in tables, so that all of them can be changed at once."""
REPORTED = "Reported words"
"""The same for cells that tell what a source says; `lint-text` leaves them alone."""
GREY = "595959"


@dataclass(frozen=True, slots=True)
class CaptionedTable:
    """A table with the label it has in the manuscript: "Table 2"; "" without one."""

    table: Table
    label: str = ""


def docx_table(table: Table, style: HouseStyle = HOUSE_STYLES["default"]) -> bytes:
    """One table as a Word document: the columns for readers, landscape where they are wide."""
    return docx_tables(table.caption, (CaptionedTable(table),), style)


def docx_tables(title: str, tables: Sequence[CaptionedTable], style: HouseStyle) -> bytes:
    """Several tables in one Word document; every text stays text.

    Characters that a Word file cannot hold are replaced, and a note below the table says so.
    """
    from docx.shared import Cm

    word = new_document(title, style)
    _text_style(word)
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.0)
    if any(landscape(item.table.for_readers()) for item in tables):
        _turn(section)
    across = (section.page_width - section.left_margin - section.right_margin) / Cm(1)
    for item in tables:
        _add(word, item, across)
    return saved(word)


def _turn(section: Any) -> None:
    from docx.enum.section import WD_ORIENT

    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width


def _text_style(word: Word) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt

    made: Any = word.styles.add_style(TEXT, WD_STYLE_TYPE.PARAGRAPH)
    made.base_style = word.styles["Normal"]
    made.font.size = Pt(POINTS)
    made.paragraph_format.space_after = made.paragraph_format.space_before = Pt(1)
    reported: Any = word.styles.add_style(REPORTED, WD_STYLE_TYPE.PARAGRAPH)
    reported.base_style = made


def _add(word: Word, item: CaptionedTable, across: float) -> None:
    """Caption, table and notes."""
    shown = item.table.for_readers()
    caption = word.add_paragraph(style="Caption")
    caption.paragraph_format.keep_with_next = True
    if item.label:
        caption.add_run(f"{item.label}. ").bold = True
    caption.add_run(legal(shown.caption)).bold = False
    made = word.add_table(rows=1, cols=len(shown.columns))
    made.autofit = False
    _describe(made, item, shown)
    _fill_head(made, shown.columns)
    for row in shown.rows:
        added = made.add_row()
        _mark(added, "cantSplit")
        cells = added.cells
        for place, (column, cell) in enumerate(zip(shown.columns, row.cells, strict=True)):
            _fill(cells[place], cell, column, bold=row.kind == "main" and place == 0)
    _set_widths(made, widths(shown, across))
    for note in _notes(shown):
        word.add_paragraph(legal(note), style=TEXT)
    word.add_paragraph(style=TEXT)


def _notes(table: Table) -> Iterator[str]:
    """The notes of the table, its key, and what had to be replaced."""
    yield from table.notes
    yield from table_key(table)
    cells = [cell for row in table.rows for cell in row.cells]
    if not all(is_legal(cell.text + cell.detail) for cell in cells):
        yield f"{REPLACED} stands for a character that a Word file cannot hold."


def _describe(made: Any, item: CaptionedTable, shown: Table) -> None:
    """Borders above, below and between rows; title and description for screen readers."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = made._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for side, size, colour in (
        ("top", "8", "000000"),
        ("bottom", "8", "000000"),
        ("insideH", "2", "BFBFBF"),
    ):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", size), ("space", "0"), ("color", colour)):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    layout = properties.find(qn("w:tblLayout"))
    (layout.addprevious if layout is not None else properties.append)(borders)
    said = f"{len(shown.rows)} rows, {len(shown.columns)} columns"
    for name, value in (("tblCaption", item.label or shown.caption), ("tblDescription", said)):
        element = OxmlElement(f"w:{name}")
        element.set(qn("w:val"), legal(value))
        properties.append(element)


def _fill_head(made: Any, columns: Sequence[Column]) -> None:
    """The titles in a row that Word repeats on every page."""
    row = made.rows[0]
    _mark(row, "cantSplit", "tblHeader")
    for cell, column in zip(row.cells, columns, strict=True):
        _fill(cell, Cell(column.title), replace(column, reported=False), bold=True)


def _mark(row: Any, *names: str) -> None:
    """Properties of a row: not broken over two pages, or repeated on each."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = row._tr.get_or_add_trPr()
    for name in names:
        element = OxmlElement(f"w:{name}")
        element.set(qn("w:val"), "true")
        properties.append(element)


def _fill(box: Any, cell: Cell, column: Column, *, bold: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt, RGBColor

    paragraph = box.paragraphs[0]
    paragraph.style = REPORTED if column.reported else TEXT
    if column.align == "right":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    text = legal(" ".join(mark.code for mark in cell.marks) or cell.text)
    if cell.href.startswith(("https://", "http://")):
        _link(paragraph, text, cell.href)
    elif text:
        paragraph.add_run(text).bold = bold
    if cell.detail:
        second = paragraph.add_run(f"\n{legal(cell.detail)}" if text else legal(cell.detail))
        second.font.size, second.font.color.rgb = Pt(SMALL), RGBColor.from_string(GREY)


def _link(paragraph: Any, text: str, address: str) -> None:
    """Text that leads to an address; the address is kept apart from the document's text."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    place = paragraph.part.relate_to(legal(address), RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), place)
    run = paragraph.add_run(text)
    run.font.underline = True
    link.append(run._r)
    paragraph._p.append(link)


def _set_widths(made: Any, across: Sequence[float]) -> None:
    from docx.shared import Cm

    for column, width in zip(made.columns, across, strict=True):
        column.width = Cm(width)
    for row in made.rows:
        for cell, width in zip(row.cells, across, strict=True):
            cell.width = Cm(width)
