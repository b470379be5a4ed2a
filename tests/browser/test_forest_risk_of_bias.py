"""Forest plots with risk of bias in a real browser: nothing collides, nothing scrolls sideways."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.browser.chromium import collisions, sideways
from tests.figures.builders import assessed, ketamine_answer

from ketameta.figures.forest.layout import layout
from ketameta.figures.forest.save import save
from ketameta.figures.forest.style import forest_style

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("tools", "shown"), [(("RoB 2",), "domains"), (("RoB 2", "ROBINS-I", ""), "overall")]
)
def test_pages_do_not_collide_or_scroll_sideways(
    chromium: Browser, tmp_path: Path, tools: tuple[str, ...], shown: str
) -> None:
    style = replace(forest_style("default"), risk_of_bias=shown)
    plot = layout(assessed(ketamine_answer(), *tools), style=style)
    context = chromium.new_context()
    page = context.new_page()
    page.goto(save(plot, tmp_path / "plot.html").as_uri())
    for width in (375, 768, 1100, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert collisions(page) == [], width
        assert sideways(page) == 0
    context.close()
