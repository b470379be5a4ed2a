"""Word documents: real tables, every text as text, the same bytes each time."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from matplotlib.figure import Figure

from ketameta.figures.picture import Picture
from ketameta.figures.saving import picture_bytes, save_picture
from ketameta.manuscript.docx_figures import docx_figures
from ketameta.manuscript.docx_file import EPOCH, REPLACED, bookmark_name, legal
from ketameta.manuscript.docx_table import CaptionedTable, docx_table, docx_tables
from ketameta.manuscript.docx_texts import docx_texts
from ketameta.manuscript.figures import ManuscriptFigure
from ketameta.manuscript.house_styles import HOUSE_STYLES
from ketameta.manuscript.table_key import table_key
from ketameta.manuscript.table_widths import landscape, widths
from ketameta.manuscript.text_blocks import Run
from ketameta.manuscript.texts import NumberedBlock
from ketameta.tables.table import FILES, Cell, Column, Mark, Row, Table

NASTY = (
    "<img src=x onerror=alert(1)>",
    "{{7*7}}",
    '=HYPERLINK("http://example.org","x")',
    "</w:t></w:r><w:r><w:t>broken",
    "&amp; & <!-- --> ]]>",
    "a\x00b\x07c\x1bd\ufffee",
    "tab\tand\nline",
    "\u202eright to left",
)
PLAIN = HOUSE_STYLES["default"]


def table(*texts: str, columns: int = 2) -> Table:
    titles = tuple(Column(f"c{i}", f"Column {i}") for i in range(columns))
    rows = tuple(Row((Cell(text), *(Cell("x") for _ in range(columns - 1)))) for text in texts)
    return Table("t", "A caption", titles, rows, ("A note.",))


def opened(data: bytes) -> Any:
    return Document(BytesIO(data))


def test_a_table_is_a_table_with_a_head_that_repeats() -> None:
    made = opened(docx_table(table("one", "two")))
    (found,) = made.tables
    assert [[cell.text for cell in row.cells] for row in found.rows] == [
        ["Column 0", "Column 1"],
        ["one", "x"],
        ["two", "x"],
    ]
    head = found.rows[0]._tr.trPr
    assert head.find(qn("w:tblHeader")) is not None
    assert [row._tr.trPr.find(qn("w:tblHeader")) for row in found.rows[1:]] == [None, None]
    for row in found.rows:  # no row is broken over two pages
        assert row._tr.trPr.find(qn("w:cantSplit")) is not None
    texts = [paragraph.text for paragraph in made.paragraphs]
    assert "A caption" in texts
    assert "A note." in texts
    assert made.paragraphs[0].style.name == "Caption"
    assert found.rows[1].cells[0].paragraphs[0].style.name == "Table text"


@pytest.mark.parametrize("nasty", NASTY)
def test_every_text_stays_text(nasty: str) -> None:
    item = Table(
        "t",
        nasty,
        (Column("a", nasty), Column("b", "B")),
        (Row((Cell(nasty, detail=nasty), Cell("y", href=f"https://example.org/{nasty}"))),),
        (nasty,),
    )
    data = docx_tables(nasty, (CaptionedTable(item, "Table 1"),), PLAIN)
    made = opened(data)
    cells = [cell.text for row in made.tables[0].rows for cell in row.cells]
    assert cells[0] == legal(nasty)
    assert cells[2] == f"{legal(nasty)}\n{legal(nasty)}"
    assert made.core_properties.title == legal(nasty)
    assert not [name for name in zipfile.ZipFile(BytesIO(data)).namelist() if "onerror" in name]
    blocks = (NumberedBlock("x.y", nasty, (Run(nasty),)),)
    words = opened(docx_texts(nasty, blocks, ((1, nasty),), PLAIN))
    assert legal(nasty) in [paragraph.text for paragraph in words.paragraphs]


def test_what_a_word_file_cannot_hold_is_replaced_and_said() -> None:
    made = opened(docx_table(table("a\x00b\x1bc")))
    assert made.tables[0].rows[1].cells[0].text == f"a{REPLACED}b{REPLACED}c"
    assert any("cannot hold" in paragraph.text for paragraph in made.paragraphs)
    clean = opened(docx_table(table("abc")))
    assert not any("cannot hold" in paragraph.text for paragraph in clean.paragraphs)


def test_files_do_not_depend_on_when_they_are_made() -> None:
    first, second = (docx_table(table(*NASTY)) for _ in range(2))
    assert first == second
    parts = zipfile.ZipFile(BytesIO(first)).infolist()
    assert {part.date_time for part in parts} == {EPOCH}
    assert parts[0].filename == "[Content_Types].xml"
    properties = opened(first).core_properties
    assert (properties.author, properties.created.year) == ("ketameta", 1980)


def test_wide_tables_turn_the_page_and_columns_fill_it() -> None:
    narrow, wide = table("x" * 20), table("words " * 20, columns=8)
    many = Table(
        "t",
        "c",
        tuple(Column(f"{i}", "A long title here") for i in range(9)),
        (Row(tuple(Cell("words " * 9) for _ in range(9))),),
    )
    assert not landscape(narrow)
    assert landscape(many)
    assert sum(widths(many, 17.0)) == pytest.approx(17.0)
    page = opened(docx_table(many)).sections[0]
    assert page.page_width > page.page_height
    page = opened(docx_table(narrow)).sections[0]
    assert page.page_width < page.page_height
    long = Table(
        "t", "c", (Column("a", "A"), Column("b", "B")), (Row((Cell("x" * 300), Cell("y"))),)
    )
    assert sum(widths(long, 17.0)) == pytest.approx(17.0)
    assert min(widths(wide, 17.0)) > 0.5


def test_readers_see_their_columns_flags_have_a_key_and_addresses_are_links() -> None:
    item = Table(
        "t",
        "c",
        (Column("a", "A"), Column("f", "F"), Column("secret", "S", audience=FILES)),
        (
            Row(
                (
                    Cell("doi", href="https://doi.org/10.1/x"),
                    Cell("NP", marks=(Mark("NP", "serious"),)),
                    Cell("hidden"),
                ),
                "main",
            ),
            Row((Cell("no", href="javascript:alert(1)"), Cell("-"), Cell("hidden"))),
        ),
    )
    made = opened(docx_table(item))
    assert "hidden" not in "".join(cell.text for row in made.tables[0].rows for cell in row.cells)
    assert any(p.text == "Flags: NP, no placebo control." for p in made.paragraphs)
    targets = [r.target_ref for r in made.part.rels.values() if r.is_external]
    assert targets == ["https://doi.org/10.1/x"]


def test_abbreviations_are_explained_where_they_stand_for_something() -> None:
    def keyed(title: str, text: str, *notes: str) -> list[str]:
        columns = (Column("a", "Study"), Column("b", title))
        return list(table_key(Table("t", "c", columns, (Row((Cell("x"), Cell(text))),), notes)))

    both = ["CI, confidence interval; OR, odds ratio."]
    assert keyed("OR (95% CI)", "1.20") == both
    assert keyed("Effect (95% CI)", "OR 1.20") == both
    assert keyed("OR (95% CI)", "1.20", "OR: odds ratio. CI: confidence interval.") == []
    assert keyed("Where", "Which measure: OR or RD, and any CI") == []
    flags = (Mark("CI", "caution"), Mark("NP", "serious"))
    marked = Table("t", "c", (Column("f", "Flags"),), (Row((Cell("CI NP", marks=flags),)),))
    assert list(table_key(marked)) == ["Flags: NP, no placebo control; CI, conflict of interest."]


def test_texts_have_bookmarks_raised_citations_and_numbered_lines() -> None:
    runs = (Run("One."), Run("1", cited=True))
    blocks = (
        NumberedBlock("results.abstinence-end-of-treatment.finding", "Finding", runs),
        NumberedBlock("results.abstinence-end-of-treatment.caveats", "Caveats", runs),
    )
    made = opened(docx_texts("Results", blocks, ((1, "A reference."),), HOUSE_STYLES["bmj"]))
    marks = [m.get(qn("w:name")) for m in made.element.body.iter(qn("w:bookmarkStart"))]
    assert marks == [bookmark_name(one.id) for one in blocks]
    assert len(set(marks)) == 2
    assert all(len(mark) <= 40 for mark in marks)
    raised = [run.text for p in made.paragraphs for run in p.runs if run.font.superscript]
    assert raised == ["1", "1"]
    assert made.sections[0]._sectPr.find(qn("w:lnNumType")) is not None
    assert made.paragraphs[-1].text == "1.\tA reference."


def drawn(number: int, inches: tuple[float, float]) -> tuple[ManuscriptFigure, bytes]:
    figure = Figure(figsize=inches)
    figure.add_subplot().plot([0, 1])
    picture = Picture("p", "Title <b>", figure, "Alt & text", "Legend {{7*7}}")
    words = ("Title <b>", "Legend {{7*7}}", "Alt & text")
    made = ManuscriptFigure(number, "p", "p", "", *words, lambda path: save_picture(picture, path))
    return made, picture_bytes(picture, "png", dpi=30)


def test_figures_have_alternative_text_and_the_page_on_which_they_are_largest() -> None:
    sizes = ((30, 10), (6, 9), (3, 2))
    found = [drawn(number, inches) for number, inches in enumerate(sizes, start=1)]
    made = opened(docx_figures("Figures", found, PLAIN))
    assert [shape._inline.docPr.get("descr") for shape in made.inline_shapes] == ["Alt & text"] * 3
    # By hand: 25.7 cm between the margins of a turned page; 20 cm of height on an upright one,
    # 20 * 6 / 9 wide; 3 inches fit as they are.
    across = [shape.width.cm for shape in made.inline_shapes]
    assert across == [pytest.approx(w, abs=0.02) for w in (25.7, 20 * 6 / 9, 3 * 2.54)]
    turned = [section.page_width > section.page_height for section in made.sections]
    assert turned == [True, False, False]
    assert made.paragraphs[-1].text == "Figure 3. Title <b>. Legend {{7*7}}"
