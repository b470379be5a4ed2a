"""The HTML table: well formed, escaped, self-contained, and saying the same as the layout."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from ketameta.figures.forest.css import FOREST_CSS
from ketameta.figures.forest.html import forest_html, html_page
from ketameta.figures.forest.html_glyphs import LARGEST_SIDE
from ketameta.figures.forest.layout import layout
from ketameta.figures.forest.model import Diamond, ForestLayout, StudyGlyph
from ketameta.figures.forest.style import STYLES
from ketameta.synthesis.answer import Flag

from .builders import Trial, answer, ketamine_answer, ketamine_trials, normal_trials

PLOT = layout(ketamine_answer())


def parsed(plot: ForestLayout) -> ET.Element:
    return ET.fromstring(forest_html(plot))


def table_rows(plot: ForestLayout) -> list[ET.Element]:
    return parsed(plot).findall(".//tbody/tr")


def words(element: ET.Element) -> str:
    """Visible text, without the titles of drawings."""
    parts = [element.text or ""] if element.tag != "title" else []
    for child in element:
        parts += [words(child), child.tail or ""]
    return " ".join("".join(parts).split())


@pytest.mark.parametrize("style", sorted(STYLES))
def test_every_row_has_as_many_columns_as_the_layout(style: str) -> None:
    plot = layout(ketamine_answer(), style=style)
    figure = parsed(plot)
    for row in figure.findall(".//tbody/tr") + figure.findall(".//tfoot/tr"):
        assert sum(int(cell.get("colspan", "1")) for cell in row) == len(plot.columns)
    first = figure.findall(".//thead/tr")[0]
    assert sum(int(cell.get("colspan", "1")) for cell in first) == len(plot.columns)


def test_rows_say_what_the_layout_says() -> None:
    rows = table_rows(PLOT)
    assert len(rows) == len(PLOT.rows)
    for element, row in zip(rows, PLOT.rows, strict=True):
        assert words(element[0]) == " ".join(row.label.split())
        shown = "".join(words(element).split())
        for cell in row.cells:
            assert "".join(cell.text.split()) in shown


def test_it_is_a_table_that_a_screen_reader_can_walk() -> None:
    figure = parsed(PLOT)
    caption = figure.find(".//caption")
    assert caption is not None
    assert "Random-effects meta-analysis of 5 studies" in words(caption)
    region = figure.find("div")
    assert region is not None
    assert (region.get("role"), region.get("tabindex")) == ("region", "0")
    assert (region.get("aria-label") or "").startswith("Forest plot: ")
    for row in figure.findall(".//tbody/tr"):
        assert row[0].tag == "th"
        assert row[0].get("scope") in ("row", "rowgroup")
    for header in figure.findall(".//thead//th"):
        assert header.get("scope") in ("col", "colgroup")
    drawings = figure.findall(".//svg[@role='img']")
    assert len(drawings) == sum(row.glyph is not None for row in PLOT.rows) + 1
    assert all((drawing.findtext("title") or "").strip() for drawing in drawings)
    first = "Krupitsky 1997: odds ratio 6.08 (95% CI 3.33 to 11.12), weight "
    assert (drawings[0].findtext("title") or "").startswith(first)


def test_hidden_drawings_are_hidden_from_readers_too() -> None:
    for drawing in parsed(PLOT).findall(".//td/svg"):
        assert drawing.get("role") == "img" or drawing.get("aria-hidden") == "true"


def test_labels_are_text_wherever_they_stand() -> None:
    evil = "\"><script>alert(1)</script>&'<img src=x onerror=alert(1)>"
    raised = (Flag("SM", evil, evil), Flag(evil, "serious", "x"))
    first = Trial(evil, 0.1, 0.3, how=evil, control_type=evil, flags=raised)
    trials = [first, Trial("B", 0.2, 0.3)]
    found = answer(trials, sets={evil: (0, 1)})
    for text in (forest_html(layout(found), element_id=evil), html_page(layout(found))):
        assert "<script" not in text
        assert "<img" not in text
    ET.fromstring(forest_html(layout(found), element_id=evil))


@pytest.mark.parametrize("text", [html_page(PLOT), FOREST_CSS])
def test_nothing_is_fetched_from_elsewhere(text: str) -> None:
    assert not re.search(r"https?:|url\(|@import|<link|<script|\ssrc=|\shref=|\sstyle=", text)


def test_glyphs_stand_where_the_axis_puts_them() -> None:
    for element, row in zip(table_rows(PLOT), PLOT.rows, strict=True):
        if isinstance(row.glyph, StudyGlyph):
            square = element.find(".//rect")
            assert square is not None
            at = PLOT.axis.fraction(row.glyph.estimate)
            assert float(square.get("x", "").rstrip("%")) == pytest.approx(100 * at, abs=0.01)
            assert float(square.get("width", "")) == pytest.approx(
                row.glyph.side * LARGEST_SIDE, abs=0.001
            )
        if isinstance(row.glyph, Diamond):
            shape = element.find(".//polygon")
            assert shape is not None
            xs = [float(point.split(",")[0]) for point in shape.get("points", "").split()]
            assert min(xs) == pytest.approx(
                1000 * PLOT.axis.fraction(row.glyph.extent.low), abs=0.01
            )
            assert max(xs) == pytest.approx(
                1000 * PLOT.axis.fraction(row.glyph.extent.high), abs=0.01
            )


def test_arrows_are_there_exactly_for_cut_intervals() -> None:
    wild = [Trial("Wide", 0.3, 400.0), *(Trial(f"T{i}", 0.1 * i, 0.2) for i in range(4))]
    arrows = [
        len(row.findall(".//path[@class='km-arrow']")) for row in table_rows(layout(answer(wild)))
    ]
    assert arrows[0] == 2
    assert sum(arrows) == 2


def test_numbers_are_filled_up_to_the_widest_above_and_below() -> None:
    cells = parsed(layout(answer(ketamine_trials()))).findall(".//td[@class='km-effect']")
    cells += [
        cell for cell in parsed(layout(answer(ketamine_trials()))).iter("td")
        if "km-effect" in (cell.get("class") or "")
    ]  # fmt: skip
    lengths = {
        sum(len(span.text or "") + len(span.get("data-before") or "") for span in cell)
        for cell in cells
    }
    assert len(lengths) == 1


def test_the_style_sheet_knows_every_class_and_every_style() -> None:
    used: set[str] = set()
    for style in STYLES:
        plot = layout(ketamine_answer(), style=style)
        used |= {f"km-forest-{style}"}
        for element in parsed(plot).iter():
            used |= set((element.get("class") or "").split())
    without_look = {
        "km-study", "km-prediction", "km-sensitivity", "km-subtotal", "km-left", "km-flags",
        "km-caution",
    }  # fmt: skip
    unknown = {name for name in used - without_look if f".{name}" not in FOREST_CSS}
    assert not unknown


@pytest.mark.parametrize("k", [0, 1, 80])
def test_any_number_of_studies_makes_a_page(k: int) -> None:
    page = html_page(layout(answer(normal_trials(k))))
    assert page.startswith("<!doctype html>")
    assert page.count("<tr ") >= k + 2
    assert len(page) < 20_000 + 1_600 * k


def test_two_figures_in_a_page_can_have_two_ids() -> None:
    assert 'id="forest-abstinence"' in forest_html(PLOT)
    assert 'id="main-plot"' in forest_html(PLOT, element_id="main-plot")
