"""`ketameta map` in every form."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from ketameta.cli.app import cli


def run(*arguments: str) -> tuple[int, str, str]:
    found = CliRunner().invoke(cli, ["map", *arguments])
    return found.exit_code, found.stdout, found.stderr


def test_the_terminal_says_what_the_signs_mean() -> None:
    code, out, _ = run()
    assert code == 0
    assert "■ numbers that compare arms" in " ".join(out.split())
    assert "Methamphetamine: no controlled result." in out


def test_no_word_is_broken_on_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Heads such as "Methamp/hetamin/e" once made some 200 lines."""
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = run()
    assert code == 0
    lines = out.splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) < 140
    told = [re.split(r" {2,}", line.strip()) for line in lines]
    assert [part for parts in told for part in parts if re.match(r"\(\d|[■□▫?▷]$", part)] == []
    words = set(out.split())
    assert {"Outcome", "Methamphetamine", "Benzodiazepine", "cardiovascular"} <= words
    assert [line for line in lines if line.isupper()][:3] == [
        "PLACEBO",
        "OTHER CONTROL",
        "NO CONTROL GROUP",
    ]
    assert "■ 1 (40)" in out
    assert "⊕○○○*" in out
    assert "□ 2 (161)" in out


def test_json_has_every_combination_gaps_included() -> None:
    code, out, _ = run("--format", "json")
    cells = json.loads(out)
    assert code == 0
    assert {"gap", "compared"} <= {cell["kind"] for cell in cells}
    assert len({(c["substance"], c["outcome"], c["control"]) for c in cells}) == len(cells)


def test_results_name_every_study() -> None:
    code, out, _ = run("--results", "--format", "csv")
    assert code == 0
    assert "grabski-2022" in out
    assert "in the analysis" in out


@pytest.mark.parametrize("name", ["map.svg", "map.pdf", "map.png", "map.html", "map.csv", "m.md"])
def test_files_by_their_ending(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert run("-o", str(path))[0] == 0
    assert len(path.read_bytes()) > 500
    code, _, err = run("-o", str(path))
    assert (code, f"Unchanged: {path}" in err) == (0, True)


def test_the_page_explains_its_marks_and_names_the_question_of_a_certainty(tmp_path: Path) -> None:
    path = tmp_path / "map.html"
    assert run("-o", str(path))[0] == 0
    page = path.read_text(encoding="utf-8").replace("\u00a0", " ")
    assert page.count("<table") == 3
    assert "▷ a trial, running or ended, no results seen" in page
    assert "■ 1 (40) ⊕○○○* □ 2 (161)" in page
    assert "of the question abstinence-end-of-treatment, over 2 substances" in page
    assert "Methamphetamine: no controlled result." in page


def test_the_matrix_is_no_figure(tmp_path: Path) -> None:
    code, _, err = run("--results", "-o", str(tmp_path / "map.svg"))
    assert code == 2
    assert "--results is a table" in err
