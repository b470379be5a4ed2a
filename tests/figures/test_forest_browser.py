"""The HTML forest plot in a real browser: nothing collides, nothing scrolls sideways."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ketameta.figures.forest.layout import layout
from ketameta.figures.forest.save import save
from ketameta.synthesis.answer import Answer

from .builders import Trial, answer, ketamine_answer, normal_trials

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    # Where the browser is required its absence must fail, not pass by silently.
    pytest.mark.skipif(
        CHROMIUM is None and os.environ.get("KETAMETA_REQUIRE_BROWSER") != "1",
        reason="no Chromium on this machine",
    ),
]

COLLISIONS = """() => {
  const boxes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.textContent.trim() || node.parentElement.closest('title, thead.hidden')) continue;
    if (node.parentElement.closest('.km-plot-title')) continue;
    const head = node.parentElement.closest('thead');
    if (head && getComputedStyle(head).position === 'absolute') continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const r of range.getClientRects())
      if (r.width > 0.5) boxes.push([node.textContent.trim(), r.left, r.top, r.right, r.bottom]);
  }
  const found = [];
  for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
    const [a, al, at, ar, ab] = boxes[i], [b, bl, bt, br, bb] = boxes[j];
    const w = Math.min(ar, br) - Math.max(al, bl), h = Math.min(ab, bb) - Math.max(at, bt);
    if (w > 1 && h > 3) found.push(`${a} | ${b}`);
  }
  return [boxes.length, found];
}"""

LONG = "An extraordinarily long list of authors, all their friends, and the Collaborative Group"


def long_labels() -> Answer:
    trials = [Trial(f"{LONG} {i}", 0.2 * i, 0.4, control_type="inert placebo") for i in range(3)]
    return answer(trials, sets={f"{LONG} and nobody else": (0, 1)})


CASES = {
    "none": lambda: answer([]),
    "one": lambda: answer(normal_trials(1)),
    "subgroups": ketamine_answer,
    "forty": lambda: answer(normal_trials(40)),
    "long": long_labels,
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.mark.parametrize(
    ("case", "style"),
    [*((case, "default") for case in CASES), ("subgroups", "cochrane"), ("long", "jama")],
)
def test_no_texts_collide_and_the_page_never_scrolls_sideways(
    browser: Any, tmp_path: Path, case: str, style: str
) -> None:
    path = save(layout(CASES[case](), style=style), tmp_path / "plot.html")
    page = browser.new_page()
    noise: list[str] = []
    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on("request", lambda request: noise.append(request.url))
    page.goto(path.as_uri())
    for width in (375, 768, 1100, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        count, collisions = page.evaluate(COLLISIONS)
        assert count > 3
        assert collisions == [], width
        wide = "document.documentElement.scrollWidth - window.innerWidth"
        assert page.evaluate(wide) <= 0, width
        if width == 375:
            inner = (
                "(e => e.scrollWidth - e.clientWidth)(document.querySelector('.km-forest-scroll'))"
            )
            assert page.evaluate(inner) <= 0
    page.close()
    assert noise == [path.as_uri()]


def test_readers_get_a_table_with_row_headers_and_named_drawings(
    browser: Any, tmp_path: Path
) -> None:
    path = save(layout(ketamine_answer()), tmp_path / "plot.html")
    for width in (375, 1100):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.goto(path.as_uri())
        tree = page.locator("main").aria_snapshot()
        assert tree.count('table "Abstinence') == 1
        assert 'rowheader "Krupitsky 1997"' in tree
        assert 'img "Krupitsky 1997: odds ratio 6.08 (95% CI 3.33 to 11.12), weight' in tree
        assert 'columnheader "Control type"' in tree
        page.close()


def test_dark_pages_get_light_text_and_other_fills(browser: Any, tmp_path: Path) -> None:
    path = save(layout(ketamine_answer()), tmp_path / "plot.html")
    fills = set()
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        page.goto(path.as_uri())
        fill = "getComputedStyle(document.querySelector('.km-square')).fill"
        fills.add(page.evaluate(fill))
        page.close()
    assert fills == {"rgb(1, 115, 178)", "rgb(86, 180, 233)"}
