"""Commands on effect estimates, asked about a question of the review rather than a table."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from tests.cli.documented_keys import key_names

Run = Callable[..., Result]
RunJson = Callable[..., Any]

# Every command that takes a QUESTION, with what it needs beside it.
COMMANDS: dict[str, tuple[str, ...]] = {
    "effects": (),
    "bayes": (),
    "trim-fill": (),
    "selection": ("--steps", ".5"),
    "multiverse": (),
    "reconcile": (),
    "sensitivity": ("--kind", "leave-one-out"),
    "bias": ("--test", "egger"),
    "multilevel": ("--cluster", "study"),
}


@pytest.fixture
def answer(run_json: RunJson, small_root: Path) -> dict[str, Any]:
    """What `pool` makes of the question."""
    found: dict[str, Any] = run_json("pool", "abstinence")
    assert found["k"] >= 2
    return found


@pytest.mark.parametrize("command", [c for c in COMMANDS if c not in ("trim-fill", "selection")])
def test_a_question_gives_its_estimates(run: Run, answer: dict[str, Any], command: str) -> None:
    done = run(command, "abstinence", *COMMANDS[command], "--format", "json")
    assert done.exit_code in (0, 3), done.stderr
    if done.exit_code == 3:  # too few studies in the small review: said in words
        assert "Traceback" not in done.stderr
        return
    found = json.loads(done.stdout)
    assert set(found) - {"question"} <= key_names(command)
    assert found["question"] == "abstinence"


def test_the_estimates_are_those_of_the_answer(run_json: RunJson, answer: dict[str, Any]) -> None:
    found = run_json("effects", "abstinence")
    assert [(s["study"], s["yi"], s["vi"], s["n"]) for s in found["studies"]] == [
        (s["label"], s["yi"], s["vi"], s["n"]) for s in answer["studies"]
    ]
    assert {item["study"] for item in found["excluded"]} == {
        item["label"] for item in answer["left_out"]
    }


def test_the_same_program_answers_as_in_the_engine(
    run_json: RunJson, answer: dict[str, Any]
) -> None:
    """Cochrane's present methods are those of the review, but for RevMan's formulas."""
    row = run_json("reconcile", "abstinence", "--preset", "metafor")["rows"][0]
    same = run_json("pool", "abstinence", "--preset", "metafor")
    assert row["estimate"] == pytest.approx(same["estimate"], rel=1e-9)
    assert row["ci_low"] == pytest.approx(same["ci_low"], rel=1e-9)
    assert row["tau2"] == pytest.approx(same["tau2"], rel=1e-7, abs=1e-12)


def test_columns_of_a_question_can_be_clusters(run: Run, answer: dict[str, Any]) -> None:
    done = run("multilevel", "abstinence", "--cluster", "subtance")
    assert (done.exit_code, done.stdout) == (2, "")
    assert 'there is no column "subtance". Did you mean substance?' in done.stderr


def test_a_preset_makes_the_estimates_of_a_question_anew(
    run_json: RunJson, answer: dict[str, Any]
) -> None:
    plain = run_json("effects", "abstinence")["studies"]
    again = run_json("effects", "abstinence", "--preset", "metafor")["studies"]
    assert [s["yi"] for s in again] == pytest.approx([s["yi"] for s in plain], rel=1e-12)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_question_that_does_not_exist(run: Run, small_root: Path, command: str) -> None:
    done = run(command, "abstinense", *COMMANDS[command])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith('no question has the id "abstinense". Did you mean "abst')


@pytest.mark.parametrize("command", COMMANDS)
def test_neither_a_table_nor_a_question(run: Run, small_root: Path, command: str) -> None:
    done = run(command, *COMMANDS[command])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("estimates: name either a table with --data FILE or a QUESTION.")
