"""One browser and one report for all browser tests; without one, each test says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.browser.chromium import browser, chromium_or_skip
from tests.reports.real_report import real_page


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") is not None:
        chromium_or_skip(item.nodeid)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with browser(chromium_or_skip("tests/browser")) as running:
        yield running


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "index.html"
    path.write_text(real_page(), encoding="utf-8")
    return path
