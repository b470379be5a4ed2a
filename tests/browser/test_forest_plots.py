"""The HTML forest plot in a real browser: nothing collides, nothing is cut, in any common font."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.chromium import collisions, cut_off, sideways
from tests.browser.forest_pages import CASES, forest_page
from tests.figures.builders import assessed, ketamine_answer

from ketameta.figures.forest.style import STYLES

pytestmark = pytest.mark.browser

FONTS = ("DejaVu Sans", "Liberation Sans", "DejaVu Serif", "DejaVu Sans Mono")
"""Wide, narrow, with serifs, and wider than any that a reader is likely to have."""
WIDTHS = (375, 768, 1280)
HIDDEN = "(e => e.scrollWidth - e.clientWidth)(document.querySelector('.km-forest-scroll'))"
SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; "
    "word-spacing: 0.16em !important; }"
)
"""What a page must bear by WCAG 2.2, success criterion 1.4.12."""
FAINT_SHAPES = """
() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const light = colour => {
    canvas.fillStyle = getComputedStyle(document.documentElement).colorScheme && ground;
    canvas.fillRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
      .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  };
  const box = document.body.appendChild(document.createElement('i'));
  box.style.backgroundColor = 'Canvas';
  const ground = getComputedStyle(box).backgroundColor;
  box.remove();
  const shapes = document.querySelectorAll('.km-outline, .km-line, .km-null');
  const below = light(ground);
  return [...new Set([...shapes].map(e => getComputedStyle(e).stroke))].map(stroke => {
    const own = light(stroke);
    return [stroke, (Math.max(own, below) + 0.05) / (Math.min(own, below) + 0.05)];
  });
}
"""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    opened = chromium.new_page()
    yield opened
    opened.close()


def misfits(page: Page, *, where: str, roomy: bool) -> list[str]:
    """What does not fit at this width; a `roomy` plot may be scrolled in its frame if wide."""
    found = [f"{where}: {pair}" for pair in collisions(page)[:3]]
    found += [f"{where}: {text} is cut off" for text in cut_off(page)[:3]]
    if sideways(page):
        found.append(f"{where}: the page scrolls sideways")
    if page.evaluate(HIDDEN) > 0 and not roomy:
        found.append(f"{where}: the plot scrolls sideways")
    return found


@pytest.mark.parametrize("case", CASES)
def test_no_texts_collide_or_are_cut_at_any_width_in_any_font(page: Page, case: str) -> None:
    page.set_content(forest_page(CASES[case]()))
    page.add_style_tag(content="* { font-family: var(--tried) !important; }")
    found = []
    for font in FONTS if "120" not in case else FONTS[::3]:
        page.evaluate("f => document.documentElement.style.setProperty('--tried', f)", f"'{font}'")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            roomy = case.startswith(("hard", "unbroken")) and width == 1280
            found += misfits(page, where=f"{font}, {width}", roomy=roomy)
    assert found == []


@pytest.mark.parametrize("style", sorted(STYLES))
def test_every_style_bears_wider_spacing(page: Page, style: str) -> None:
    page.set_content(forest_page(assessed(ketamine_answer(), "RoB 2"), style=style))
    page.add_style_tag(content=SPACING)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert misfits(page, where=f"{style}, {width}", roomy=width == 1280) == []


def test_the_measures_find_what_does_not_fit(page: Page) -> None:
    page.set_content(forest_page(CASES["plain-2"]()))
    page.add_style_tag(content=".km-effect { margin-left: -3rem; transform: translateX(-60vw); }")
    page.set_viewport_size({"width": 375, "height": 900})
    assert collisions(page)
    page.add_style_tag(content=".km-effect { transform: translateX(-95vw); }")
    assert cut_off(page)
    page.add_style_tag(content="main { width: 500px }")
    assert sideways(page) > 0


def test_the_page_asks_for_nothing_and_reports_nothing(page: Page) -> None:
    noise: list[str] = []
    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on("request", lambda request: noise.append(request.url))
    page.set_content(forest_page(CASES["hard-7"]()))
    page.wait_for_timeout(100)
    assert noise == []


@pytest.mark.parametrize("case", ["plain-1", "hard-7", "plain-120"])
@pytest.mark.parametrize("width", [375, 1280])
def test_the_accessibility_tree_has_one_table_with_a_header_per_row(
    page: Page, case: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    made = CASES[case]()
    page.set_content(forest_page(made))
    tree = page.locator("main").aria_snapshot()
    assert len(re.findall(r"^\s*- '?table ", tree, re.M)) == 1
    heads = re.findall(r'- \'?rowheader "([^"]+)"', tree)
    assert [row.label for row in made.main.rows if row.label not in heads] == []
    assert 'columnheader "Control type"' in tree
    assert f'img "{made.main.rows[0].label}: odds ratio' in tree


def test_readers_get_row_headers_and_named_drawings(page: Page) -> None:
    page.set_content(forest_page(ketamine_answer()))
    for width in (375, 1100):
        page.set_viewport_size({"width": width, "height": 900})
        tree = page.locator("main").aria_snapshot()
        assert tree.count('table "Abstinence') == 1
        assert 'rowheader "Krupitsky 1997"' in tree
        assert 'img "Krupitsky 1997: odds ratio 6.08 (95% CI 3.33 to 11.12), weight' in tree


@pytest.mark.parametrize(
    ("scheme", "fill"), [("light", "rgb(1, 115, 178)"), ("dark", "rgb(86, 180, 233)")]
)
def test_fills_and_outlines_suit_light_and_dark_pages(
    chromium: Browser, scheme: str, fill: str
) -> None:
    page = chromium.new_page(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_content(forest_page(CASES["hard-7"]()))
    assert page.evaluate("getComputedStyle(document.querySelector('.km-square')).fill") == fill
    ratios = page.evaluate(FAINT_SHAPES)
    page.close()
    assert ratios
    assert [shape for shape, ratio in ratios if ratio < 3] == []
