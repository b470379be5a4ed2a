"""Running commands as a user would, and a folder of records to run them on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ketameta.cli.app import cli

SMALL = Path(__file__).parent / "small"

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line at a width of 100, without colour; standard output and error apart."""
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def invoke(*words: str | Path, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(cli, [str(word) for word in words], input=stdin)

    return invoke


@pytest.fixture
def run_json(run: Run) -> Callable[..., Any]:
    """Run a command with `--format json`; the value it prints."""

    def invoke(*words: str | Path, stdin: str | bytes | None = None) -> Any:
        result = run(*words, "--format", "json", stdin=stdin)
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    return invoke


@pytest.fixture
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def table(in_folder: Path) -> Callable[[str], Path]:
    """Write a table of trial results as trials.csv in the working directory."""

    def write(content: str | bytes) -> Path:
        path = Path("trials.csv")
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def small_root(in_folder: Path) -> Path:
    """A working directory with three short records made for these tests, and a review."""
    return Path(shutil.copytree(SMALL, in_folder, dirs_exist_ok=True))
