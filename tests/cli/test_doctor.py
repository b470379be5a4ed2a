"""`ketameta doctor`: what is found, what to do, and that it falls ill over nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ketameta.cli import doctor_checks

Run = Callable[..., Any]

NAMES = [
    *("Python", "packages", "browser", "fonts", "R and metafor", "encoding", "write access"),
    *("records", "line ends", "schemas", "cache", "git"),
]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other program is run."""
    monkeypatch.setattr(doctor_checks, "_said", lambda command: "")


def examined(run: Run, code: int = 0) -> dict[str, dict[str, str]]:
    done = run("doctor", "--format", "json")
    assert done.exit_code == code, done.stdout
    found = json.loads(done.stdout)
    assert found["ok"] is (code == 0)
    return {check["name"]: check for check in found["checks"]}


def test_everything_is_looked_at(run: Run, small_root: Path) -> None:
    found = examined(run)
    assert list(found) == NAMES
    assert {check["state"] for check in found.values()} <= {"ok", "note"}
    assert "ketameta 0." in found["packages"]["found"]
    table = run("doctor").stdout
    assert all(name in table for name in NAMES)


@pytest.mark.usefixtures("quick")
def test_what_is_wrong_is_named_with_what_to_do(run: Run, small_root: Path) -> None:
    record = Path("studies/alcohol/ash-2020.yaml")
    record.write_bytes(record.read_bytes().replace(b"\n", b"\r\n"))
    Path("studies/schema").mkdir()
    Path("studies/cocaine/broken.yaml").write_text("a: [1")
    Path("constraints.txt").write_text("# pins\nnumpy==0.1\n")
    found = examined(run, 1)
    assert "ash-2020.yaml" in found["line ends"]["found"]
    assert found["schemas"]["remedy"] == "Run: ketameta schema --write"
    assert found["records"]["state"] == found["schemas"]["state"] == "problem"
    assert "instead of 0.1" in found["packages"]["found"]
    run("schema", "--write")
    Path("studies/cocaine/broken.yaml").unlink()
    run("fmt")
    again = examined(run)
    assert again["line ends"]["state"] == again["schemas"]["state"] == "ok"


@pytest.mark.usefixtures("quick")
def test_what_is_absent_is_a_note(
    run: Run, small_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    found = examined(run)
    for name in ("browser", "R and metafor", "git"):
        assert found[name]["state"] == "note"
        assert found[name]["remedy"]


@pytest.mark.usefixtures("quick")
def test_a_check_that_fails_is_a_finding(
    run: Run, small_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ill() -> None:
        raise RuntimeError("no fonts\nat all")

    monkeypatch.setattr(doctor_checks, "_fonts", ill)
    assert examined(run, 1)["fonts"]["found"] == "cannot be looked at (RuntimeError: no fonts)."
