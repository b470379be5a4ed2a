"""`--set` and `--without`: the line that the page gives for a view computes just that view."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.reports.real_report import real_inputs

from ketameta.cli.app import cli
from ketameta.reports.explorer.universe import universe

ANSWER = real_inputs().answers[0]
FOUND = universe(ANSWER)


def run(*arguments: str) -> tuple[int, str, str]:
    found = CliRunner().invoke(cli, [*arguments])
    return found.exit_code, found.stdout, found.stderr


@pytest.mark.parametrize("mask", [0b0011, 0b1110, 0b10110, 0b11111, 0b101001])
def test_the_line_of_a_view_pools_its_studies(mask: int) -> None:
    narrowest = min(
        (s for s in FOUND.sets if s.mask & mask == mask), key=lambda s: s.mask.bit_count()
    )
    line = ["pool", ANSWER.question.id, "--format", "json", "--set", narrowest.id]
    for i in FOUND.members(narrowest.mask & ~mask):
        line += ["--without", FOUND.rows[i].study]
    code, out, _ = run(*line)
    assert code == 0
    studies = [study["study"] for study in json.loads(out)["studies"]]
    assert sorted(studies) == sorted(FOUND.rows[i].study for i in FOUND.members(mask))


def test_names_that_do_not_exist_are_named() -> None:
    assert run("pool", ANSWER.question.id, "--set", "placbo")[0] == 2
    code, _, err = run("pool", ANSWER.question.id, "--without", "dakwar-2091")
    assert code == 2
    assert "Did you mean dakwar-20" in err


def test_without_a_question_there_is_nothing_to_narrow(tmp_path: Path) -> None:
    assert run("pool", "--set", "placebo")[0] == 2
    table = tmp_path / "t.csv"
    table.write_text("study,yi,vi\na,1,1\n", encoding="utf-8")
    out = str(tmp_path / "f.svg")
    assert run("forest", "--data", str(table), "--without", "a", "-o", out)[0] == 2


def test_a_forest_plot_of_fewer_studies(tmp_path: Path) -> None:
    out = tmp_path / "f.svg"
    code, _, err = run("forest", ANSWER.question.id, "--without", "grabski-2022", "-o", str(out))
    assert code == 0
    assert "3 studies" in err
    assert "without Grabski 2022" in " ".join(out.read_text(encoding="utf-8").split())
