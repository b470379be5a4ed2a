"""Running commands as a user would, and folders of records to run them on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ketameta.cli.app import cli

ROOT = Path(__file__).resolve().parents[2]

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
    """A working directory with three of the project's records and its review."""
    studies = in_folder / "studies"
    for name in ("cocaine/dakwar-2019", "alcohol/grabski-2022", "opioid/krupitsky-2007"):
        target = studies / f"{name}.yaml"
        target.parent.mkdir(parents=True)
        shutil.copy(ROOT / "studies" / f"{name}.yaml", target)
    for name in ("vocabulary.yaml", "schema"):
        source = ROOT / "studies" / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, studies / name)
    review = in_folder / "reports" / "ketamine-addiction" / "review.yaml"
    review.parent.mkdir(parents=True)
    shutil.copy(ROOT / "reports" / "ketamine-addiction" / "review.yaml", review)
    return in_folder
