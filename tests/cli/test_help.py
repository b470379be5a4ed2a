"""Help that helps: summaries, examples that parse, and every option explained."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable

import click
import pytest
from click.testing import Result

from ketameta.cli.app import COMMANDS, cli
from ketameta.measures.zero_cells import RULES
from ketameta.pooling.catalog import (
    INTERVAL_METHODS,
    PREDICTION_METHODS,
    TAU2_INTERVAL_METHODS,
    TAU2_METHODS,
)

Run = Callable[..., Result]


def command(name: str) -> click.Command:
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    return found


def examples(name: str) -> list[str]:
    lines = (command(name).epilog or "").splitlines()
    return [line.strip() for line in lines if line.strip().startswith("ketameta ")]


def test_the_commands_are_those_agreed() -> None:
    assert list(COMMANDS) == [
        *("check", "list", "show", "pool", "effects", "convert", "bayes", "sensitivity"),
        *("regress", "multilevel", "aggregate", "network", "reconcile", "bias", "trim-fill"),
        *("selection", "multiverse"),
        *(
            "forest",
            "plot",
            "safety",
            "moderators",
            "durability",
            "map",
            "rob",
            "grade",
            "claims",
            "prisma",
            "report",
            "diff",
            "changelog",
            "manuscript",
            "lint-text",
            "cite",
            "import",
            "export",
            "template",
            "new",
            "fmt",
            "correct",
            "reconcile-extractions",
            "explain",
            "schema",
            "doctor",
        ),
    ]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_summary_in_the_table_is_the_first_sentence_of_the_help(name: str) -> None:
    help_text = command(name).help or ""
    assert help_text.split("\n")[0] == COMMANDS[name].summary
    assert len(COMMANDS[name].summary) <= 60


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_explained(name: str) -> None:
    for parameter in command(name).params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
            assert parameter.help.endswith((".", "]")), parameter.help


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_examples_that_parse(name: str) -> None:
    assert examples(name)
    for example in examples(name):
        words = shlex.split(re.split(r" [|>] ", example)[0])[1:]
        assert words[0] == name
        command(name).make_context(name, words[1:])


def test_the_methods_that_help_names_exist(run: Run) -> None:
    text = " ".join(re.sub(r"-\n\s+", "-", run("pool", "--help").stdout).split())
    for start, catalog, usual in (
        ("Estimator of the between-study variance: ", TAU2_METHODS, ["REML", "DL", "PM", "SJ"]),
        ("Interval of the mean: ", INTERVAL_METHODS, ["hksj", "wald"]),
        ("Prediction interval: ", PREDICTION_METHODS, ["t(k-1)"]),
        ("Interval of the between-study variance: ", TAU2_INTERVAL_METHODS, ["QP"]),
        ("What is done about zero counts: ", RULES, ["only0", "none"]),
    ):
        listed = re.match(r"[^.;]+", text.split(start)[1])
        assert listed is not None
        codes = [word.removesuffix("(default)").strip() for word in listed[0].split(",")]
        codes = [code for code in codes if code]
        assert set(usual) <= set(codes) <= set(catalog)


def test_help_fits_in_80_columns(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for words in (["--help"], *([name, "--help"] for name in COMMANDS)):
        assert max(len(line) for line in run(*words).stdout.splitlines()) <= 80, words


def test_without_a_command_the_help_goes_to_standard_error(run: Run) -> None:
    result = run()
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Commands:" in result.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["chek"], 'ketameta: there is no command "chek". Did you mean check? See ketameta --help'),
        (["xyz"], 'ketameta: there is no command "xyz". Known: check, list, show, pool, effects,'),
        (["--debig"], "ketameta: no such option '--debig'. Did you mean '--debug'? See ketameta"),
        (["show"], "ketameta show: missing argument 'ID'. See ketameta show --help."),
        (["show", "a", "b"], "ketameta show: got unexpected extra argument"),
    ],
)
def test_mistyped_words(run: Run, words: list[str], message: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(message)
