"""Commands that change records, where nothing can be written: said in one sentence."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

Run = Callable[..., Any]

WHY = ("--reason", "R", "--source", "S", "--by", "AB")
COMMANDS: dict[str, tuple[str, ...]] = {
    "new study": ("new", "study", "doe-2020", "--set", "substance=alcohol"),
    "new study, asked": ("new", "study", "doe-2020"),
    "new question": (
        *("new", "question", "q", "--title", "T", "--text", "Q?", "--construct", "craving"),
        *("--better", "lower", "--measure", "SMD", "--time", "longest"),
    ),
    "fmt": ("fmt", "studies/alcohol/ash-2020.yaml"),
    "correct": ("correct", "ash-2020", "design.team", "Somebody", *WHY),
}


def closed(*_: object, **__: object) -> NoReturn:
    raise PermissionError(13, "Permission denied", "a temporary name")


def contents(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".ketameta-cache" not in path.parts
    }


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS.keys())
def test_a_folder_that_cannot_be_written_is_named(
    run: Run, small_root: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    record = Path("studies/alcohol/ash-2020.yaml")
    record.write_bytes(record.read_bytes().replace(b"\n", b"\r\n", 1))
    before = contents(small_root)
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "mkstemp", closed)
        done = run(*words, stdin="alcohol\n")
    assert done.exit_code == 3, done.stderr
    last = done.stderr.splitlines()[-1]
    assert "Permission denied. Check the path." in last
    assert "a temporary name" not in last
    assert contents(small_root) == before
