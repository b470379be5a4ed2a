"""`ketameta fmt`: what changes is named, and nothing is written that says something else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]

RECORD = Path("studies/alcohol/ash-2020.yaml")


def untidy() -> str:
    text = RECORD.read_text().replace("\n", "\r\n", 3)
    RECORD.write_bytes(text.encode())
    return text


def test_check_and_diff_change_nothing(run: Run, small_root: Path) -> None:
    run("fmt")
    tidy = RECORD.read_bytes()
    untidy()
    before = RECORD.read_bytes()
    for option in ("--check", "--diff"):
        done = run("fmt", option)
        assert done.exit_code == 1
        assert str(RECORD) in done.stdout
        assert done.stderr.endswith("files would change.\n")
    assert RECORD.read_bytes() == before
    done = run("fmt", RECORD)
    assert (done.exit_code, done.stdout) == (0, f"{RECORD}\n")
    assert RECORD.read_bytes() == tidy
    assert run("fmt", "--check").exit_code == 0


def test_broken_files_are_named_and_the_others_formatted(run: Run, small_root: Path) -> None:
    run("fmt")
    untidy()
    broken = Path("studies/alcohol/broken.yaml")
    broken.write_text("a: [1\n")
    done = run("fmt", "studies/alcohol")
    assert done.exit_code == 3
    assert "studies/alcohol/broken.yaml:2:1: not valid YAML" in done.stderr
    assert done.stdout == f"{RECORD}\n"
    assert broken.read_text() == "a: [1\n"


def test_files_that_are_none(run: Run, small_root: Path) -> None:
    assert "there is no such file" in run("fmt", "nowhere.yaml").stderr
    Path("x.txt").write_text("x")
    done = run("fmt", "x.txt")
    assert (done.exit_code, done.stdout) == (2, "")


def test_a_file_that_cannot_be_written_stays(run: Run, small_root: Path, monkeypatch: Any) -> None:
    untidy()
    before = RECORD.read_bytes()
    monkeypatch.setattr("os.fsync", _full)
    done = run("fmt", RECORD)
    assert done.exit_code == 3
    assert f"{RECORD}: No space left on device. Nothing was changed." in done.stderr
    assert RECORD.read_bytes() == before


def _full(handle: int) -> None:
    raise OSError(28, "No space left on device")
