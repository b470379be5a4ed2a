"""`ketameta grade` in every form, and what `check` says of decisions."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.records.real import ROOT

from ketameta.cli.app import cli
from ketameta.cli.review_json_keys import REVIEW_JSON_KEYS

FILE = Path("reports/ketamine-addiction/certainty.yaml")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("COLUMNS", "100")
    return lambda *words: CliRunner().invoke(cli, [str(word) for word in words])


def keys(command: str) -> set[str]:
    return {name.strip() for names, _ in REVIEW_JSON_KEYS[command] for name in names.split(",")}


def test_json_has_the_keys_that_are_documented(run: Callable[..., Result]) -> None:
    for command, words in {
        "grade": ("grade",),
        "grade QUESTION": ("grade", "days-abstinent"),
        "grade --sof": ("grade", "days-abstinent", "--sof"),
    }.items():
        found = json.loads(run(*words, "--format", "json").stdout)
        assert found
        assert all(set(row) == keys(command) for row in found), command


def test_the_terminal_says_what_the_signs_mean(run: Callable[..., Result]) -> None:
    found = run("grade")
    assert found.exit_code == 0
    assert "Percentage of days abstinent" in found.stdout
    assert "⊕○○○ very low" in found.stdout
    assert "decided otherwise than the rules propose" in " ".join(found.stdout.split())
    assert found.stderr == ""
    assert max(map(len, found.stdout.splitlines())) <= 100


def test_a_question_shows_every_reason(run: Callable[..., Result]) -> None:
    said = " ".join(run("grade", "days-abstinent").stdout.split())
    assert "10 is the smallest difference that matters" in said
    assert "Proposed: serious. Decided: The trial is registered" in said
    assert "Drafted on 22 November 2026; not yet confirmed by a person." in said


def test_the_summary_says_what_it_means(run: Callable[..., Result]) -> None:
    said = " ".join(run("grade", "craving", "--sof").stdout.split())
    assert "Craving: What ketamine does to craving is not known" in said
    assert "NNTB" in said


def test_an_unknown_question_is_named(run: Callable[..., Result]) -> None:
    found = run("grade", "abstinence")
    assert found.exit_code == 2
    assert 'no question has the id "abstinence"' in found.stderr


def test_two_results_at_once_are_refused(run: Callable[..., Result], tmp_path: Path) -> None:
    assert run("grade", "--sof", "--draft").exit_code == 2
    assert run("grade", "craving", "--sof", "-o", tmp_path / "sof.svg").exit_code == 2


@pytest.mark.parametrize("name", ["g.svg", "g.csv", "g.md", "g.txt"])
def test_files_by_their_ending(run: Callable[..., Result], tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert run("grade", "days-abstinent", "-o", path).exit_code == 0
    first = path.read_bytes()
    assert len(first) > 100
    assert run("grade", "days-abstinent", "-o", path).exit_code == 0
    assert path.read_bytes() == first


@pytest.mark.parametrize("words", [("--format", "json"), ("-o", "draft.csv"), ("-o", "x.json")])
def test_a_draft_is_yaml_and_nothing_else(run: Callable[..., Result], words: list[str]) -> None:
    done = run("grade", "--draft", *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--draft is certainty.yaml, which is YAML. Leave --format out" in done.stderr
    assert not Path(words[-1]).exists()


def test_a_draft_goes_to_a_file_of_yaml(run: Callable[..., Result], tmp_path: Path) -> None:
    path = tmp_path / "certainty.yaml"
    assert run("grade", "--draft", "-o", path).exit_code == 0
    assert path.read_text(encoding="utf-8") == (ROOT / FILE).read_text(encoding="utf-8")


def test_the_draft_is_the_file(run: Callable[..., Result]) -> None:
    assert run("grade", "--draft").stdout == (ROOT / FILE).read_text(encoding="utf-8")


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the records and the review, to spoil."""
    shutil.copytree(ROOT / "studies", tmp_path / "studies")
    shutil.copytree(ROOT / "reports", tmp_path / "reports", ignore=shutil.ignore_patterns("output"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_check_names_the_line_of_a_stale_decision(run: Callable[..., Result], copied: Path) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert 'people: "402"' in text
    FILE.write_text(text.replace('people: "402"', 'people: "400"', 1), encoding="utf-8")
    line = next(
        i for i, one in enumerate(text.splitlines(), start=1) if "domain: imprecision" in one
    )
    found = run("check", FILE)
    assert f"{FILE.as_posix()}:{line}:" in found.stdout
    assert "people: 400 then, 402 now" in found.stdout
    assert "R085" in found.stderr
    assert found.exit_code == 0
    assert run("check", FILE, "--fail-on", "warning").exit_code == 1
    told = run("grade", "abstinence-longest")
    assert "Stale: people: 400 then, 402 now." in told.stdout
    assert "decided on other inputs" in told.stderr


def test_check_names_form_and_missing_reasons(run: Callable[..., Result], copied: Path) -> None:
    text = FILE.read_text(encoding="utf-8")
    FILE.write_text(text.replace("question: craving", "question: cravings"), encoding="utf-8")
    found = run("check", FILE)
    assert found.exit_code == 1
    assert "R084" in found.stderr
    at = text.index("level: serious")
    FILE.write_text(f"{text[:at]}level: not serious{text[at + 14 :]}", encoding="utf-8")
    assert "R086" in run("check", FILE).stderr
