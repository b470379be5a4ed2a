"""Finding and starting Chromium, and measuring the text it has laid out."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

VISIBLE_TEXTS = """
() => {
  const found = [], known = new Map();
  const frameOf = e => {
    if (e === document.body) return { frame: null, clipped: false };
    if (known.has(e)) return known.get(e);
    const style = getComputedStyle(e), above = frameOf(e.parentElement);
    const frames = style.overflowX !== 'visible' || style.overflowY !== 'visible';
    const all = {
      frame: frames ? e.getBoundingClientRect() : above.frame,
      clipped: above.clipped || style.clipPath !== 'none',
    };
    known.set(e, all);
    return all;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim()) continue;
    const owner = node.parentElement;
    if (!owner.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true })) continue;
    if (owner.closest('style, script, title, desc, .skip')) continue;
    const { frame, clipped } = frameOf(owner);
    if (clipped) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      const left = frame ? Math.max(box.left, frame.left) : box.left;
      const right = frame ? Math.min(box.right, frame.right) : box.right;
      const top = frame ? Math.max(box.top, frame.top) : box.top;
      const bottom = frame ? Math.min(box.bottom, frame.bottom) : box.bottom;
      if (right - left < 1 || bottom - top < 1) continue;
      found.push({ text: node.data.trim().slice(0, 50), left, right, top, bottom });
    }
  }
  return found;
}
"""

CUT_OFF = """
() => {
  const found = [], known = new Map();
  const reachOf = e => {
    if (e === document.body) {
      const right = document.documentElement.scrollWidth - scrollX;
      return { left: -scrollX, right, hidden: false };
    }
    if (known.has(e)) return known.get(e);
    const style = getComputedStyle(e), above = reachOf(e.parentElement);
    let { left, right } = above;
    if (style.overflowX !== 'visible' && !(e instanceof SVGElement)) {
      left = e.getBoundingClientRect().left - e.scrollLeft;
      right = left + e.scrollWidth;
    }
    const reach = { left, right, hidden: above.hidden || style.clipPath !== 'none' };
    known.set(e, reach);
    return reach;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const owner = node.parentElement;
    if (!node.data.trim() || !owner.checkVisibility()) continue;
    if (owner.closest('title, desc, .skip')) continue;
    const { left, right, hidden } = reachOf(owner);
    if (hidden) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width && (box.left < left - 1 || box.right > right + 1)) {
        found.push(node.data.trim().slice(0, 50));
      }
    }
  }
  return found;
}
"""


def find_chromium() -> str | None:
    """The browser to use: KETAMETA_CHROMIUM, else the first known name on the path."""
    named = os.environ.get("KETAMETA_CHROMIUM")
    if named:
        return named
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def chromium_or_skip(test: str) -> str:
    """The browser; without one the test is skipped, or fails where that is not allowed."""
    found = find_chromium()
    if found is not None:
        return found
    reason = f"{test} needs Chromium ({', '.join(NAMES)} or KETAMETA_CHROMIUM); none was found"
    if os.environ.get("KETAMETA_REQUIRE_BROWSER") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@contextmanager
def browser(executable: str) -> Iterator[Browser]:
    """A running browser."""
    with sync_playwright() as playwright:
        try:
            running = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        except Error as error:
            pytest.fail(f"{executable} does not start: {error}", pytrace=False)
        try:
            yield running
        finally:
            running.close()


def collisions(page: Page) -> list[str]:
    """Pairs of visible texts whose boxes overlap by more than a pixel each way."""
    boxes: list[dict[str, Any]] = page.evaluate(VISIBLE_TEXTS)
    boxes.sort(key=lambda box: box["top"])
    found = []
    for i, one in enumerate(boxes):
        for two in boxes[i + 1 :]:
            if two["top"] >= one["bottom"] - 1:
                break
            across = min(one["right"], two["right"]) - max(one["left"], two["left"])
            down = min(one["bottom"], two["bottom"]) - max(one["top"], two["top"])
            if across > 1 and down > _LEADING * min(_height(one), _height(two)):
                found.append(f"{one['text']!r} and {two['text']!r}")
    return found


def cut_off(page: Page) -> list[str]:
    """Texts of which a part can be reached by no scrolling: it lies beyond a frame's own edge."""
    found: list[str] = page.evaluate(CUT_OFF)
    return found


def sideways(page: Page) -> int:
    """Pixels by which the page is wider than the window."""
    return int(
        page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
    )


_LEADING = 0.3
"""Boxes of text are taller than its letters: lines set close may share this part of a line."""


def _height(box: dict[str, Any]) -> float:
    return float(box["bottom"] - box["top"])
