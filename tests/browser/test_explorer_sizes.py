"""Ticking 7, 12 and 13 results: every subset up to twelve, beyond that a line that computes it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.chromium import collisions, cut_off, sideways
from tests.browser.explorer_pages import ExplorerPage, every_subset, explorer_page

from ketameta.reports.explorer.universe import universe

pytestmark = pytest.mark.browser

SEED = 20_261_122
LARGEST_PAGE = 2_000_000
"""Bytes of a page with one question of twelve results, all of whose 4095 subsets it holds."""
LOOK_UP = """
masks => masks.map(([mask, ticks]) => {
  history.replaceState(null, '', `#explore/abstinence/${ticks}/REML/hksj`);
  dispatchEvent(new HashChangeEvent('hashchange'));
  const lead = document.getElementById('explorer-estimate');
  return [mask, lead ? lead.textContent : ''];
})
"""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def ticks(mask: int, made: ExplorerPage) -> str:
    """What the mask ticks as it stands in the address: each result by its name."""
    found = universe(made.inputs.answers[0])
    return "+".join(found.ids[i] for i in found.members(mask))


def shown(page: Page, masks: list[int], made: ExplorerPage) -> dict[int, str]:
    """What the page says for each of these ways of ticking."""
    found: list[list[object]] = page.evaluate(LOOK_UP, [[m, ticks(m, made)] for m in masks])
    return {int(str(mask)): str(text) for mask, text in found}


def open_page(page: Page, made: ExplorerPage, folder: Path) -> None:
    path = folder / "index.html"
    path.write_text(made.html, encoding="utf-8")
    page.goto(path.as_uri())


def test_seven_results_ticked_by_hand_show_what_the_engine_says(page: Page, tmp_path: Path) -> None:
    made = explorer_page(7)
    assert made.k == 7
    open_page(page, made, tmp_path)
    engine, last = every_subset(made), (1 << 7) - 1
    for mask in random.Random(SEED).sample(sorted(engine), 10):
        for i in range(7):
            if (mask ^ last) >> i & 1:
                page.locator(f"#explore-row-{i}").click()
        last = mask
        assert f": {engine[mask]};" in page.locator("#explorer-estimate").inner_text()
        assert page.locator(".explorer .km-overall .km-effect").inner_text() == engine[mask]
        assert f"#explore/abstinence/{ticks(mask, made)}/REML/hksj" in page.url


def test_all_4095_subsets_of_twelve_results_are_those_of_the_engine(
    page: Page, tmp_path: Path
) -> None:
    made = explorer_page(12)
    open_page(page, made, tmp_path)
    engine = every_subset(made)
    assert len(engine) == 4095 - 12
    found = shown(page, sorted(engine), made)
    assert {m: t for m, t in found.items() if f": {engine[m]};" not in t} == {}
    assert len(made.html.encode()) < LARGEST_PAGE


def test_of_thirteen_results_other_subsets_are_greyed_out_with_the_line(
    page: Page, tmp_path: Path
) -> None:
    made = explorer_page(13)
    open_page(page, made, tmp_path)
    engine, rows = every_subset(made), universe(made.inputs.answers[0]).rows
    every = (1 << 13) - 1
    known = [every, *(every & ~(1 << i) for i in range(13))]
    found = shown(page, known, made)
    assert {m: t for m, t in found.items() if f": {engine[m]};" not in t} == {}
    shown(page, [every], made)
    for i in (2, 5):
        page.locator(f"#explore-row-{i}").click()
    assert page.locator("#explorer-estimate").count() == 0
    assert page.locator(".explorer-found.unknown").is_visible()
    assert page.locator(".explorer .km-overall").count() == 0
    line = page.locator("#explorer-command").inner_text()
    left_out = " ".join(f"--without {rows[i].study}" for i in (2, 5))
    assert line == f"ketameta pool abstinence {left_out}"


@pytest.mark.parametrize("width", [375, 768, 1280])
def test_thirteen_results_fit_every_width(page: Page, tmp_path: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    open_page(page, explorer_page(13), tmp_path)
    assert sideways(page) == 0
    assert collisions(page) == []
    assert cut_off(page) == []
