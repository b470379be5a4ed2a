"""What happens where there is no browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.browser.chromium import chromium_or_skip, find_chromium


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("KETAMETA_CHROMIUM", "KETAMETA_REQUIRE_BROWSER"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("nowhere")
def test_without_a_browser_a_test_is_left_out_by_name() -> None:
    with pytest.raises(pytest.skip.Exception, match=r"test_x needs Chromium .* none was found"):
        chromium_or_skip("test_x")


@pytest.mark.usefixtures("nowhere")
def test_where_a_browser_is_required_its_absence_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KETAMETA_REQUIRE_BROWSER", "1")
    with pytest.raises(pytest.fail.Exception, match="test_x needs Chromium"):
        chromium_or_skip("test_x")


@pytest.mark.usefixtures("nowhere")
def test_the_browser_is_found_on_the_path_unless_it_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert find_chromium() is None
    program = tmp_path / "chromium-browser"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert find_chromium() == str(program)
    monkeypatch.setenv("KETAMETA_CHROMIUM", "elsewhere/chrome")
    assert find_chromium() == "elsewhere/chrome"
