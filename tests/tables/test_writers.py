"""Writers: full precision in CSV, nothing read as markup in HTML and Markdown."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from ketameta.tables.csv import to_csv
from ketameta.tables.html import SCROLL, safe_address, styles_once, to_html
from ketameta.tables.markdown import escape, to_markdown
from ketameta.tables.table import FILES, Cell, Column, Mark, Row, Table

HOSTILE = '<img src=x onerror=alert(1)> {{7*7}} "quoted" | a_b *c* `d`'


def table(*cells: Cell, kind: str = "") -> Table:
    columns = tuple(Column(f"c{i}", f"C{i}") for i in range(len(cells)))
    return Table("t", "Caption <b>", columns, (Row(cells, kind),), ("Note & more",))


class Tags(HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


# -- CSV -----------------------------------------------------------------------------------------


def test_csv_keeps_every_bit_of_a_number() -> None:
    values = (0.1 + 0.2, 1 / 3, 1e-300, -0.0, 12345678901234.567)
    text = to_csv(table(*(Cell("shown", value) for value in values)))
    header, row = list(csv.reader(io.StringIO(text)))
    assert header == ["c0", "c1", "c2", "c3", "c4"]
    assert [float(cell) for cell in row] == list(values)
    assert text.endswith("\n")
    assert "\r" not in text


def test_csv_returns_text_with_commas_quotes_and_lines_as_it_was() -> None:
    texts = ('a,b "c"', "two\nlines", "ünï", "")
    rows = list(csv.reader(io.StringIO(to_csv(table(*(Cell(t) for t in texts))))))
    assert rows[1] == list(texts)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_csv_text_cannot_become_a_formula(start: str) -> None:
    rows = list(
        csv.reader(io.StringIO(to_csv(table(Cell(f"{start}HYPERLINK(1)"), Cell("-2", -2)))))
    )
    assert rows[1] == [f"'{start}HYPERLINK(1)", "-2"]


def test_csv_leaves_out_what_only_readers_see() -> None:
    columns = (Column("a", "A", audience="readers"), Column("b", "B", audience=FILES))
    text = to_csv(Table("t", "", columns, (Row((Cell("1"), Cell("2"))),)))
    assert text == "b\n2\n"


# -- HTML ----------------------------------------------------------------------------------------


def test_html_shows_hostile_text_as_text() -> None:
    page = to_html(table(Cell(HOSTILE, detail=HOSTILE, marks=()), Cell("x")))
    tags = Tags(page)
    assert not tags.of("img")
    assert "".join(tags.text).count(HOSTILE) == 2
    marked = to_html(table(Cell("", marks=(Mark("XX", '"><script>', HOSTILE),))))
    assert not Tags(marked).of("script")
    assert Tags(marked).of("a")[0]["title"] == HOSTILE


def test_html_names_rows_columns_and_table() -> None:
    page = to_html(table(Cell("first"), Cell("second"), kind="main"))
    tags = Tags(page)
    assert [a["scope"] for a in tags.of("th")] == ["col", "col", "row"]
    assert tags.of("caption")[0]["id"] == "caption-t"
    assert ' td:nth-child(2){--title:"C1"}' in page
    assert tags.of("tr")[1]["class"] == "main"
    assert "Caption &lt;b&gt;" in page
    assert "Note &amp; more" in page


def test_titles_of_stacked_rows_are_said_once_for_tables_that_share_them() -> None:
    def styles(page: str) -> list[str]:
        return re.findall(r"<style>(.*?)</style>", page)

    two, other = (replace(table(Cell("a"), Cell("b")), id=name) for name in ("one", "two"))
    page = to_html(two) + to_html(other) + to_html(table(Cell("a"), Cell("b"), Cell("c")))
    assert len(styles(page)) == 3
    once = styles_once(page)
    assert len(styles(once)) == 2
    frames = [frame["class"].split()[-1] for frame in Tags(once).of("div")]
    assert frames[0] == frames[1] != frames[2]
    assert all(any(rule.startswith(f".{name} ") for rule in styles(once)) for name in frames)


def test_html_that_scrolls_can_be_reached_by_keyboard_and_has_a_name() -> None:
    frame = Tags(to_html(table(Cell("a")), narrow=SCROLL)).of("div")[0]
    assert (frame["role"], frame["tabindex"]) == ("region", "0")
    assert frame["aria-labelledby"] == "caption-t"


def test_html_marks_lead_to_the_key() -> None:
    cell = Cell("NP", marks=(Mark("NP", "serious", "The control was usual care."),))
    link = Tags(to_html(table(cell))).of("a")[0]
    assert link["href"] == "#flag-NP"
    assert link["class"] == "flag serious"


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://doi.org/10.1000/x", True),
        ("http://example.org", True),
        ("#study-doe-2020", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("https://example.org/a b", False),
        ("#a b", False),
        ("", False),
    ],
)
def test_only_web_addresses_and_places_in_the_page_become_links(address: str, safe: bool) -> None:
    assert safe_address(address) is safe
    assert bool(Tags(to_html(table(Cell("text", href=address)))).of("a")) is safe


# -- Markdown ------------------------------------------------------------------------------------


def test_markdown_rows_have_as_many_cells_as_columns_whatever_they_hold() -> None:
    lines = to_markdown(table(Cell("a | b"), Cell("c\nd | e"))).split("\n")
    rows = [line for line in lines if line.startswith("|")]
    assert len(rows) == 3
    assert all(row.replace("\\|", "").count("|") == 3 for row in rows)


def test_markdown_text_is_neither_markup_nor_html() -> None:
    assert escape(HOSTILE) == (
        '&lt;img src=x onerror=alert(1)&gt; \\{\\{7\\*7\\}\\} "quoted" \\| a\\_b \\*c\\* \\`d\\`'
    )


def test_markdown_links_cannot_end_early() -> None:
    text = to_markdown(table(Cell("[paper]", href="https://example.org/a)(b|c")))
    assert "[\\[paper\\]](https://example.org/a%29(b%7Cc)" in text


def test_markdown_sets_the_main_row_off_and_keeps_details_quiet() -> None:
    text = to_markdown(table(Cell("Main"), Cell("1", detail="one study"), kind="main"))
    assert "| **Main** | 1<br><sub>one study</sub> |" in text
    assert text.startswith("**Caption &lt;b&gt;**\n\n| C0 | C1 |\n| :--- | :--- |")
    assert text.endswith("\n\nNote &amp; more")


def test_levels_of_risk_of_bias_are_discs_with_words_for_who_hears_the_page() -> None:
    page = to_html(table(Cell("Adams"), Cell("\u2212", level="high"), Cell("+ low", level="low")))
    discs = [a for a in Tags(page).of("span") if "km-disc" in (a.get("class") or "")]
    assert discs == [
        {"class": "km-disc km-disc-high", "role": "img", "aria-label": "high"},
        {"class": "km-disc km-disc-low", "aria-hidden": "true"},
    ]
    assert ">+</span> low</td>" in page
    assert "\u2212" in to_csv(table(Cell("\u2212", level="high")))
