"""A report on records that mean harm, or that merely have very long words."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.browser.chromium import collisions
from tests.reports.small_review import TRIALS, Trial, write_root

from ketameta.reports.document import document
from ketameta.reports.html import html_report
from ketameta.reports.inputs import read_inputs

pytestmark = pytest.mark.browser

RUNS = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
LONG = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 6


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    trials = (
        Trial("adams-2001", title=RUNS + "{{7*7}}", note=RUNS, document=RUNS),
        Trial("brown-2005", (10, 30, 8, 30), title=LONG, note=LONG, document=LONG),
    )
    root = write_root(folder, (*trials, *TRIALS[2:]))
    review = root / "reports" / "small" / "review.yaml"
    text = review.read_text(encoding="utf-8")
    review.write_text(text.replace("title: Abstinence\n", f"title: {LONG}\n"), encoding="utf-8")
    path = folder / "index.html"
    path.write_text(html_report(document(read_inputs(root))), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [375, 1280])
def test_nothing_runs_and_nothing_breaks_out_of_the_page(
    chromium: Browser, hostile: Path, width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(hostile.as_uri())
    page.evaluate("() => document.querySelectorAll('details').forEach(d => { d.open = true })")
    page.wait_for_timeout(100)
    assert page.title() == "A small review"
    assert requests == [hostile.as_uri()]
    assert "{{7*7}}" in page.locator("#study-adams-2001").inner_text()
    wider = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) == 0
    assert collisions(page) == []
    context.close()
