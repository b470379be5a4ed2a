"""`check` on unchanged files: quick, and the same to the letter."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from ketameta.cli import check_cache, checking_records, checking_reviews
from ketameta.records.kept import FOLDER

Run = Callable[..., Result]

BIRCH = Path("studies/cocaine/birch-2019.yaml")
REVIEW = Path("reports/ketamine/review.yaml")


def said(result: Result) -> tuple[int, str, str]:
    return result.exit_code, result.stdout, result.stderr


def spoil() -> None:
    text = BIRCH.read_text(encoding="utf-8")
    BIRCH.write_text(text.replace("ketamine: {events: 13, n: 27}", "ketamine: {events: 31, n: 27}"))


def fail(*_: object, **__: object) -> None:
    pytest.fail("checked again")


@pytest.mark.parametrize("words", [(), ("--format", "json"), ("studies/cocaine",), (REVIEW,)])
def test_what_is_kept_says_the_same_without_checking(
    run: Run, small_root: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    spoil()
    expected = said(run("check", "--no-cache", *words))
    assert not (small_root / FOLDER).exists()
    assert said(run("check", *words)) == expected
    with monkeypatch.context() as patch:
        patch.setattr(checking_records, "check_records", fail)
        patch.setattr(checking_reviews, "check_reviews", fail)
        assert said(run("check", *words)) == expected


def test_every_change_is_seen(run: Run, small_root: Path) -> None:
    changes = {
        BIRCH: ("ketamine: {events: 13, n: 27}", "ketamine: {events: 31, n: 27}"),
        REVIEW: ("tau2: REML", "tau2: REMI"),
        Path("studies/excluded.yaml"): ("elder-1998", "birch-2019"),
        Path("studies/vocabulary.yaml"): ("instruments:", "instrument:"),
    }
    assert run("check").exit_code == 0
    for path, (before, after) in changes.items():
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after, 1), encoding="utf-8")
        found = said(run("check"))
        assert found[0] == 1, path
        assert found == said(run("check", "--no-cache"))
        path.write_text(text, encoding="utf-8")
        assert run("check").exit_code == 0
    new = BIRCH.with_name("oak-2020.yaml")
    new.write_bytes(BIRCH.read_bytes())
    assert run("check").exit_code == 1
    new.unlink()
    assert run("check").exit_code == 0


def test_from_another_folder_paths_are_shown_as_seen_from_there(
    run: Run, small_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil()
    assert run("check").stdout.startswith("studies/cocaine/")
    monkeypatch.chdir(small_root / "studies")
    assert run("check").stdout.startswith("cocaine/")


@pytest.mark.parametrize("content", [b"", b"{}", b"\x80\x04\x95", b"ketameta x y\n{}"])
def test_a_spoiled_file_is_as_good_as_none(run: Run, small_root: Path, content: bytes) -> None:
    spoil()
    expected = said(run("check"))
    for file in (small_root / FOLDER).glob("*.json"):
        file.write_bytes(content)
    assert said(run("check")) == expected
    assert said(run("check")) == expected


def test_a_file_that_changes_during_the_check_is_not_taken_for_checked(
    run: Run, small_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_records = checking_records.check_records

    def meanwhile(*words: object, **named: object) -> object:
        found = check_records(*words, **named)  # type: ignore[arg-type]
        spoil()
        return found

    with monkeypatch.context() as patch:
        patch.setattr(checking_records, "check_records", meanwhile)
        assert run("check").exit_code == 0
    assert run("check").exit_code == 1


def test_a_changed_record_is_checked_without_the_catalogs_of_methods(
    run: Run, small_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("check").exit_code == 0
    spoil()
    monkeypatch.setattr(checking_reviews, "check_reviews", fail)
    assert run("check").exit_code == 1


PROGRAM = """
import sys
from ketameta.cli.app import cli
try:
    cli(["check"], prog_name="ketameta")
except SystemExit as end:
    assert end.code == 0, end.code
heavy = {"numpy", "pydantic", "ruamel", "scipy", "pandas", "filelock"}
print("LOADED", sorted(heavy & {name.partition(".")[0] for name in sys.modules}))
"""


def test_unchanged_files_are_checked_without_models_and_numbers(run: Run, small_root: Path) -> None:
    assert run("check").exit_code == 0
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "LOADED []"


def test_the_stamp_covers_every_rule_and_every_name_a_review_may_use() -> None:
    package = Path(check_cache.__file__).parent.parent
    for name in (*check_cache._OF_RECORDS, *check_cache._OF_REVIEWS):
        assert (package / name).exists(), name
