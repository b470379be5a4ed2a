"""The report in a real browser: legible at every width, quiet, and usable without seeing it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.chromium import collisions, sideways
from tests.reports.real_report import real_document

pytestmark = pytest.mark.browser

WIDTHS = (375, 768, 1280)
OPEN_EVERYTHING = "() => document.querySelectorAll('details').forEach(d => { d.open = true })"
A4_POINTS = (595, 842)
A4_TEXT_PIXELS = 703
"""186 mm at 96 pixels per inch: A4 less the margins of the page rule."""


@pytest.fixture
def page(chromium: Browser, report: Path) -> Iterator[Page]:
    context = chromium.new_context()
    opened = context.new_page()
    opened.goto(report.as_uri())
    yield opened
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_no_texts_collide_and_the_page_does_not_scroll_sideways(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    assert sideways(page) == 0
    assert collisions(page) == []
    page.evaluate(OPEN_EVERYTHING)
    assert sideways(page) == 0
    assert collisions(page) == []


def test_on_a_laptop_no_forest_plot_has_to_be_scrolled(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    hidden = page.evaluate(
        """() => [...document.querySelectorAll('.km-forest-scroll, .table')]
          .filter(e => e.scrollWidth > e.clientWidth)
          .map(e => `${(e.closest('[id]') || {}).id}: ${e.scrollWidth} in ${e.clientWidth}`)"""
    )
    assert hidden == []


def test_on_a_phone_only_maps_have_to_be_scrolled(page: Page) -> None:
    """Maps are read across and down, and drawings keep their size; all else fits."""
    page.set_viewport_size({"width": 375, "height": 900})
    page.evaluate(OPEN_EVERYTHING)
    hidden = page.evaluate(
        """() => [...document.querySelectorAll('.km-forest-scroll, .table')]
          .filter(e => e.scrollWidth > e.clientWidth).map(e => e.id || e.className)"""
    )
    assert hidden
    assert [name for name in hidden if not re.match(r"(evidence-map-|availability$)", name)] == []
    reachable = page.evaluate(
        """() => [...document.querySelectorAll('.drawing, .table')]
          .filter(e => e.scrollWidth > e.clientWidth)
          .every(e => e.tabIndex === 0 && e.getAttribute('role') === 'region')"""
    )
    assert reachable


def test_on_a_phone_the_levels_of_risk_of_bias_stand_side_by_side(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 900})
    block = page.locator("#risk-of-bias-rob-2 tbody tr").first
    discs = [disc.bounding_box() for disc in block.locator(".km-disc").all()]
    lines = {round(disc["y"]) for disc in discs if disc}
    assert len(discs) == 6
    assert len(lines) <= 2
    height = block.bounding_box()
    assert height
    assert height["height"] < 170


def test_on_a_phone_the_letters_of_drawings_can_be_read(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 900})
    page.evaluate(OPEN_EVERYTHING)
    sizes = page.evaluate(LETTERS_OF_DRAWINGS)
    assert len(sizes) > 10
    assert {name: size for name, size in sizes.items() if size < 9.3} == {}


LETTERS_OF_DRAWINGS = """
() => Object.fromEntries([...document.querySelectorAll('.drawing svg')].map(svg => {
  const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  const size = e => parseFloat(getComputedStyle(e).fontSize);
  const sizes = [...svg.querySelectorAll('text')].map(size);
  return [svg.id, scale * Math.min(...sizes)];
}))
"""
"""The smallest letters of each drawing in CSS pixels; seven points are 9.33 of them."""


@pytest.mark.parametrize(("name", "turned"), [("grade", False), ("funnel", True)])
def test_in_the_dark_drawings_are_turned_unless_darker_means_worse(
    chromium: Browser, report: Path, name: str, turned: bool
) -> None:
    opened = chromium.new_page(color_scheme="dark")
    opened.goto(report.as_uri())
    shown = opened.evaluate(
        f"getComputedStyle(document.querySelector('.drawing svg[id^={name}]')).filter"
    )
    opened.close()
    assert ("invert" in shown) is turned


def test_the_measure_of_collisions_finds_one(page: Page) -> None:
    page.evaluate("() => { document.querySelector('h1').style.marginBottom = '-2rem' }")
    assert any("Ketamine for addiction" in pair for pair in collisions(page))


def test_nothing_is_requested_and_nothing_is_reported(chromium: Browser, report: Path) -> None:
    context = chromium.new_context()
    opened = context.new_page()
    requests: list[str] = []
    complaints: list[str] = []
    opened.on("request", lambda request: requests.append(request.url))
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(report.as_uri())
    opened.evaluate(OPEN_EVERYTHING)
    opened.wait_for_timeout(200)
    context.close()
    assert requests == [report.as_uri()]
    assert complaints == []


def test_everything_is_there_with_javascript_off(chromium: Browser, report: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(report.as_uri())
    assert opened.locator("h1").inner_text() == real_document().title
    assert opened.locator(".km-forest table").count() == len(
        [q for q in real_document().questions if q.forest is not None]
    )
    card = opened.locator("details.card").first
    card.locator("summary").first.click()
    assert card.locator("h3").is_visible()
    context.close()


def test_a_link_to_a_study_opens_its_card(page: Page) -> None:
    link = page.locator(".against a[href^='#study-']").first
    target = (link.get_attribute("href") or "").removeprefix("#")
    assert not page.locator(f"#{target}").is_visible()
    link.click()
    page.locator(f"#{target}").wait_for(state="visible", timeout=5000)


def test_forest_plots_are_tables_with_row_headers(page: Page) -> None:
    for question in real_document().questions:
        if question.forest is None:
            continue
        figure = page.locator(f"#forest-{question.id}")
        tree = figure.aria_snapshot()
        assert len(re.findall(r"^\s*- '?table ", tree, re.M)) == 1, question.id
        labels = [row.label for row in question.forest.rows if row.kind == "study"]
        headers = re.findall(r'- rowheader "([^"]+)"', tree)
        assert set(labels) <= set(headers), question.id


def test_every_drawing_has_a_name(page: Page) -> None:
    names = page.evaluate(
        """() => [...document.querySelectorAll('svg[role=img]')].map(svg =>
          svg.getAttribute('aria-label')
          || (svg.querySelector('title') || {}).textContent
          || (document.getElementById(svg.getAttribute('aria-labelledby')) || {}).textContent
          || '')"""
    )
    assert len(names) > 10
    assert all(name.strip() for name in names)


def test_the_page_can_be_walked_by_keyboard(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(chromium: Browser, report: Path, scheme: str) -> None:
    context = chromium.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    opened = context.new_page()
    opened.goto(report.as_uri())
    opened.evaluate(OPEN_EVERYTHING)
    faint = opened.evaluate(CONTRASTS)
    context.close()
    assert faint == []


CONTRASTS = """
() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = colour => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].map(v => v / 255);
  };
  const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3]));
  const light = c => c.map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = e => {
    const own = rgba(getComputedStyle(e).backgroundColor);
    if (own[3] === 1 || !e.parentElement) return own.slice(0, 3);
    return over(own, ground(e.parentElement));
  };
  const seen = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const e = node.parentElement;
    if (!node.data.trim() || !e.checkVisibility() || e.closest('title, desc, .picture')) continue;
    const style = getComputedStyle(e);
    const paint = e.closest('svg') ? style.fill : style.color;
    const key = paint + '|' + style.opacity + '|' + e.className + e.tagName;
    if (seen.has(key)) continue;
    const below = ground(e);
    const colour = rgba(paint);
    colour[3] *= Number(style.opacity);
    const [a, b] = [light(over(colour, below)), light(below)];
    seen.set(key, [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), node.data.trim()]);
  }
  const faint = [...seen.values()].filter(([ratio]) => ratio < 4.5);
  return faint.map(([ratio, text]) => `${ratio.toFixed(2)} ${text}`);
}
"""


def test_the_print_fits_a4(page: Page, tmp_path: Path) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size({"width": A4_TEXT_PIXELS, "height": 1000})
    assert sideways(page) == 0
    assert collisions(page) == []
    document = page.pdf(prefer_css_page_size=True)
    boxes = set(re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", document))
    assert len(boxes) == 1
    size = tuple(round(float(number)) for number in boxes.pop())
    assert size == pytest.approx(A4_POINTS, abs=1)


def test_everything_printed_has_letters_of_seven_points(page: Page) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size({"width": A4_TEXT_PIXELS, "height": 1000})
    page.evaluate(OPEN_EVERYTHING)
    assert sideways(page) == 0
    assert page.evaluate(SMALL_PRINT) == []


SMALL_PRINT = """
() => {
  const zoom = parseFloat(getComputedStyle(document.querySelector('main')).zoom);
  const small = new Set();
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const e = node.parentElement;
    if (!node.data.trim() || !e.checkVisibility() || e.closest('title, desc, style')) continue;
    const drawing = e.closest('.drawing svg');
    const drawn = drawing && drawing.getBoundingClientRect().width;
    const scale = drawing ? drawn / drawing.viewBox.baseVal.width : zoom;
    const points = parseFloat(getComputedStyle(e).fontSize) * scale * 72 / 96;
    if (points < 6.9) small.add(`${points.toFixed(1)} pt: ${node.data.trim().slice(0, 40)}`);
  }
  return [...small];
}
"""
"""Texts below seven points on paper, a tenth forgiven for rounding."""


def test_what_is_open_is_printed_and_what_is_closed_is_not(page: Page) -> None:
    cards = page.locator("details.card")
    cards.nth(1).locator("summary").first.click()
    page.emulate_media(media="print")
    assert not cards.nth(0).locator("h3").first.is_visible()
    assert cards.nth(1).locator("h3").first.is_visible()
    assert not page.locator("nav").is_visible()
