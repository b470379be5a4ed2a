"""On paper: A4, every page of a long forest plot or table with its header row, tagged."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.browser.forest_pages import CASES

from ketameta.figures.forest.css import FOREST_CSS
from ketameta.figures.forest.html import forest_html
from ketameta.figures.forest.layout import layout
from ketameta.reports.html import TEMPLATES
from ketameta.tables.html import to_html
from ketameta.tables.table import Cell, Column, Row, Table

pytestmark = pytest.mark.browser

A4 = (595, 842)
ROWS = 150
HEADS = {"plot": "Control type", "table": "A header"}


@pytest.fixture(scope="module")
def printed(chromium: Browser) -> dict[str, bytes]:
    """A forest plot of 120 studies and a table of 150 rows in the report's look, as PDF."""
    css = FOREST_CSS + (TEMPLATES / "report.css").read_text(encoding="utf-8")
    rows = tuple(Row((Cell(f"Row {i}"), Cell("words " * 9))) for i in range(ROWS))
    table = Table("t", "Caption", (Column("a", "First"), Column("b", HEADS["table"])), rows)
    bodies = {"plot": forest_html(layout(CASES["plain-120"]())), "table": to_html(table)}
    page = chromium.new_page()
    made = {}
    for name, body in bodies.items():
        page.set_content(
            f'<!doctype html><html lang="en"><title>Print</title><style>{css}</style>'
            f"<main><h1>Title</h1><h2>Part</h2>{body}</main>"
        )
        made[name] = page.pdf(prefer_css_page_size=True, tagged=True, outline=True)
    page.close()
    return made


@pytest.mark.parametrize("name", sorted(HEADS))
def test_pages_are_a4_tagged_and_have_bookmarks(printed: dict[str, bytes], name: str) -> None:
    found = printed[name]
    assert b"/StructTreeRoot" in found
    assert b"/Outlines" in found
    boxes = set(re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", found))
    (size,) = ((round(float(w)), round(float(h))) for w, h in boxes)
    assert size == pytest.approx(A4, abs=1)


@pytest.mark.parametrize("name", sorted(HEADS))
def test_every_page_repeats_the_header_row(
    printed: dict[str, bytes], tmp_path: Path, name: str
) -> None:
    reader = shutil.which("pdftotext")
    if reader is None:
        reason = "pdftotext is not installed (apt install poppler-utils)"
        if os.environ.get("KETAMETA_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    path = tmp_path / "print.pdf"
    path.write_bytes(printed[name])
    text = subprocess.run(
        [reader, "-layout", str(path), "-"], check=True, capture_output=True, text=True
    ).stdout
    pages = [page for page in text.split("\f") if page.strip()]
    rows = [page for page in pages if re.search(r"^\s*(Row \d|Author [A-Z])", page, re.M)]
    assert len(rows) > 1
    assert [page.count(HEADS[name]) for page in rows] == [1] * len(rows)
