"""`ketameta prisma` in every form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ketameta.cli.app import cli


def run(*arguments: str) -> tuple[int, str, str]:
    found = CliRunner().invoke(cli, ["prisma", *arguments])
    return found.exit_code, found.stdout, found.stderr


def test_sums_are_listed_and_nothing_is_broken() -> None:
    code, out, _ = run("check", "--format", "json")
    assert code == 0
    assert {"holds", "cannot be checked"} == {row["state"] for row in json.loads(out)}


def test_the_checklist_has_all_items_and_strict_fails_while_some_are_missing() -> None:
    code, out, _ = run("checklist", "--format", "json")
    assert code == 0
    assert len(json.loads(out)) == 42
    assert run("checklist", "--strict", "--format", "csv")[0] == 1


@pytest.mark.parametrize("name", ["flow.svg", "flow.pdf", "flow.png", "flow.csv"])
def test_the_flow_as_a_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert run("flow", "-o", str(path))[0] == 0
    assert path.stat().st_size > 500


def test_csv_goes_round_through_yaml(tmp_path: Path) -> None:
    table, stated = tmp_path / "flow.csv", tmp_path / "prisma.yaml"
    assert run("flow", "-o", str(table))[0] == 0
    assert run("import", str(table), "-o", str(stated))[0] == 0
    from ketameta.questions.prisma import load_prisma

    assert load_prisma(tmp_path).flow.new_studies == 12


def test_what_is_no_flow_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"\xff\xfe\x00")
    code, _, err = run("import", str(path))
    assert code == 3
    assert "not UTF-8" in err
    assert run("import", str(tmp_path / "none.csv"))[0] == 2
    assert run("flow", "-o", str(tmp_path / "flow.docx"))[0] == 2


def test_the_checklist_breaks_no_word_on_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = run("checklist")
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
    words = set(out.split())
    assert {"prisma.yaml.", "Characteristics", "manuscript."} <= words
    assert "stated: not done" in " ".join(out.split())
    assert " ".join(out.split()).count("Why the review, given what is known.") <= 1
