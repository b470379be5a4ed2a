"""Many pictures inline in one page of a real browser: no id twice, no text on another."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from ketameta.figures.saving import svg_text

from .samples import picture

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    # Where the browser is required its absence must fail, not pass by silently.
    pytest.mark.skipif(
        CHROMIUM is None and os.environ.get("KETAMETA_REQUIRE_BROWSER") != "1",
        reason="no Chromium on this machine",
    ),
]
KINDS = ("funnel", "leave-one-out", "influence", "multiverse", "gosh", "net-heat", "labbe")
NARROW, WIDE = 375, 900

COLLISIONS = """() => {
  const found = [];
  for (const svg of document.querySelectorAll('svg')) {
    const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]);
    for (let i = 0; i < texts.length; i++) for (let j = 0; j < i; j++) {
      const a = texts[i][1], b = texts[j][1];
      const w = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const h = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (w > 1 && h > 0.35 * Math.min(a.height, b.height)) found.push(texts[i][0] + ' | ' + texts[j][0]);
    }
  }
  return found;
}"""  # noqa: E501
IDS = "() => [...document.querySelectorAll('[id]')].map(e => e.id)"
NAMED = "() => [...document.querySelectorAll('svg')].every(s => s.getAttribute('role') === 'img')"
SIDEWAYS = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


def test_pictures_share_a_page(tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    figures = "".join(f"<figure>{svg_text(picture(kind, 7))}</figure>" for kind in KINDS)
    path = tmp_path / "page.html"
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Figures</title>'
    path.write_text(f"{head}<body>{figures}</body></html>", encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDE, "height": 900})
        page.goto(path.as_uri())
        ids = page.evaluate(IDS)
        assert len(ids) == len(set(ids)) > 3 * len(KINDS) - 1
        assert page.evaluate(NAMED)
        for width in (WIDE, NARROW):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(COLLISIONS) == []
            assert not page.evaluate(SIDEWAYS)
        browser.close()
