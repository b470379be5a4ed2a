"""Records that came with ketameta are read from anywhere; who is elsewhere does not change them."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ketameta.records import places

Run = Callable[..., Any]

QUESTION = (
    *("--title", "Craving", "--text", "Does it?", "--construct", "craving", "--better", "lower"),
    *("--measure", "SMD", "--time", "longest"),
)
WRITERS: dict[str, tuple[str, ...]] = {
    "new study": ("new", "study", "doe-2020", "--set", "substance=alcohol"),
    "new question": ("new", "question", "wanting", *QUESTION),
    "fmt": ("fmt",),
    "schema": ("schema", "--write"),
    "correct": (
        *("correct", "ash-2020", "design.enrolled_n", "41", "--expected", "40"),
        *("--reason", "Misread", "--source", "Methods", "--by", "AB", "--date", "2026-11-20"),
    ),
    "import workbook": ("import", "workbook", "all.xlsx"),
    "import references": (
        *("import", "references", "new.ris", "--records", "--set", "substance=alcohol"),
    ),
    "report": ("report", "--write-lock"),
}
"""Every command that changes records or a review, as somebody far from them might type it."""


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".ketameta-cache" not in path.parts
    }


@pytest.fixture(params=["editable", "installed"])
def borrowed(
    small_root: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, run: Run
) -> Path:
    """Records elsewhere, found because ketameta points there; the working directory has none."""
    away = small_root.parent / f"{small_root.name}-away"
    lent, here = away / "lent", away / "here"
    shutil.copytree(small_root, lent)
    here.mkdir()
    assert run("export", "workbook", "-o", here / "all.xlsx").exit_code == 0
    (here / "new.ris").write_text(
        "TY  - JOUR\nTI  - A trial\nAU  - Doe, J\nPY  - 2021\nER  - \n", encoding="utf-8"
    )
    monkeypatch.chdir(here)
    editable = request.param == "editable"
    monkeypatch.setattr(places, "CHECKOUT", lent if editable else away / "nowhere")
    monkeypatch.setattr(places, "PACKAGED", away / "nowhere" if editable else lent)
    return lent


@pytest.mark.parametrize("name", WRITERS)
def test_what_is_borrowed_is_not_changed(run: Run, borrowed: Path, name: str) -> None:
    before = contents(borrowed)
    done = run(*WRITERS[name], stdin="")
    assert done.exit_code == 2, done.stderr
    assert "belongs to the installed ketameta. Run inside a checkout, or give " in done.stderr
    assert contents(borrowed) == before


def test_reading_is_fine_and_results_go_to_the_working_directory(run: Run, borrowed: Path) -> None:
    before = contents(borrowed)
    for words in (("list",), ("check",), ("fmt", "--check"), ("schema",), ("doctor",)):
        assert run(*words).exit_code in (0, 1), words
    for name in ("new question", "correct"):
        assert run(*WRITERS[name], "--dry-run", stdin="").exit_code == 0
    assert run("pool", "abstinence", "-o", "here.md").exit_code == 0
    assert contents(borrowed) == before


def test_records_that_are_named_are_changed_unless_they_are_the_packages(
    run: Run, borrowed: Path
) -> None:
    before = contents(borrowed)
    done = run(*WRITERS["new study"], "--studies", borrowed / "studies", stdin="")
    if borrowed == places.PACKAGED:
        assert (done.exit_code, contents(borrowed) == before) == (2, True)
    else:
        assert "belongs to" not in done.stderr
        assert contents(borrowed) != before
    done = run("import", "workbook", "all.xlsx", "--to", "mine")
    assert done.exit_code in (0, 1), done.stderr
    assert Path("mine/alcohol/ash-2020.yaml").is_file()
