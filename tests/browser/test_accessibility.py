"""The page for people who do not see it, and on paper: axe, headings, tagged PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

OPEN_EVERYTHING = "() => document.querySelectorAll('details').forEach(d => { d.open = true })"


@pytest.fixture
def page(chromium: Browser, report: Path) -> Iterator[Page]:
    # axe is put into the page by the test, which the page's own policy would forbid
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    opened = context.new_page()
    opened.goto(report.as_uri())
    yield opened
    context.close()


@pytest.mark.parametrize(("width", "opened"), [(375, True), (1280, False)])
def test_axe_finds_nothing(page: Page, width: int, opened: bool) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    if opened:
        page.evaluate(OPEN_EVERYTHING)
    found = Axe().run(page).response["violations"]
    assert [(f["id"], f["help"], [n["html"][:200] for n in f["nodes"][:3]]) for f in found] == []


def test_axe_finds_what_is_wrong(page: Page) -> None:
    page.evaluate("() => { document.querySelector('main').innerHTML += '<img src=\"x.png\">' }")
    assert "image-alt" in {f["id"] for f in Axe().run(page).response["violations"]}


def test_the_print_is_a_tagged_pdf_with_bookmarks(page: Page) -> None:
    made = page.pdf(prefer_css_page_size=True, tagged=True, outline=True)
    assert b"/StructTreeRoot" in made
    assert b"/Outlines" in made
    assert b"/Lang" in made
    assert re.search(rb"/Marked\s+true", made)


def test_forced_colours_keep_every_text(chromium: Browser, report: Path) -> None:
    context = chromium.new_context(forced_colors="active")
    opened = context.new_page()
    opened.goto(report.as_uri())
    hidden = opened.evaluate(
        """() => [...document.querySelectorAll('main p, main th, main td, main h2')]
          .filter(e => e.checkVisibility() && e.textContent.trim())
          .filter(e => getComputedStyle(e).color === getComputedStyle(e).backgroundColor)
          .map(e => e.textContent.slice(0, 40))"""
    )
    context.close()
    assert hidden == []
