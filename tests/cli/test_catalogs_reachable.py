"""Every method of every catalog can be asked for from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import Result

from ketameta.cli.app import COMMANDS, cli
from ketameta.cli.sensitivity import KINDS, SPELLINGS
from ketameta.pooling import catalog
from ketameta.pooling.bayes.prior_catalog import PRIORS
from ketameta.pooling.glmm.models import GLMM_MODELS
from ketameta.pooling.network.splitting import SPLITS
from ketameta.pooling.regression_choices import COEFFICIENT_TESTS
from ketameta.pooling.regression_multiplicity import ADJUSTMENTS
from ketameta.sensitivity.bias.names import TESTS
from ketameta.sensitivity.catalog import METHODS

Run = Callable[..., Result]
RunJson = Callable[..., Any]
Write = Callable[[str | bytes], Path]

COUNTS = """study,events_1,n_1,events_2,n_2,x
A,13,27,3,28,1
B,14,17,15,23,2
C,13,26,6,27,4
D,73,111,24,100,8
E,9,30,5,31,5
"""
RATES = "study,events_1,time_1,events_2,time_2\nA,13,270,3,280\nB,14,170,15,230\nC,9,100,5,120\n"
# Filled in where a command of the catalog stands in capitals.
FILLED = {"COLUMN": "x", "NUMBERS": "1", "COLUMN=LOW:VALUE:HIGH": "n_1=1:2:3"}


@pytest.mark.parametrize("code", METHODS)
def test_every_sensitivity_method_names_a_command_that_exists(code: str) -> None:
    name, *words = METHODS[code].command.split()
    assert name in COMMANDS
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    options = {option for parameter in command.params for option in parameter.opts}
    for option, value in zip(words[::2], words[1::2], strict=True):
        assert option in options
        if option == "--kind":
            assert value in KINDS
        elif option == "--test":
            assert value in TESTS
        else:
            assert value in FILLED


@pytest.mark.parametrize("code", [code for code in METHODS if METHODS[code].takes != "outcomes"])
def test_every_sensitivity_method_runs(run: Run, table: Write, code: str) -> None:
    if code in ("tornado", "pustejovsky-rodgers"):  # need tables of their own; tested elsewhere
        return
    words = [FILLED.get(word, word) for word in METHODS[code].command.split()]
    result = run(*words, "--data", table(COUNTS), "--measure", "OR", "--format", "json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)


def test_every_test_and_kind_belongs_to_a_method() -> None:
    commands = {tuple(method.command.split()[:3]) for method in METHODS.values()}
    for kind in KINDS:
        assert ("sensitivity", "--kind", kind) in commands
    parts = {"pet": "pet-peese", "peese": "pet-peese", "contours": "funnel"}
    for test in TESTS:
        assert ("bias", "--test", test) in commands or parts[test] in METHODS
    assert set(SPELLINGS.values()) <= set(KINDS)


@pytest.mark.parametrize(
    ("option", "names"),
    [
        ("--tau2", catalog.TAU2_METHODS),
        ("--ci", catalog.INTERVAL_METHODS),
        ("--prediction", catalog.PREDICTION_METHODS),
        ("--tau2-ci", catalog.TAU2_INTERVAL_METHODS),
    ],
)
def test_every_pooling_method_can_be_chosen(
    run: Run, table: Write, option: str, names: dict[str, Any]
) -> None:
    path = table(COUNTS)
    fits = {"--tau2": ("--ci", "wald"), "--ci": ("--tau2", "ML")}.get(option, ())
    for code in names:
        # Kenward-Roger needs REML; its prediction interval its interval.
        more = ("--tau2", "REML") if code == "kr" else fits
        more = (*more, "--ci", "kr") if (option, code) == ("--prediction", "kr") else more
        result = run("pool", "--data", path, "--measure", "OR", *more, option, code)
        assert result.exit_code == 0, (code, result.stderr)


def test_every_method_on_counts_can_be_chosen(run: Run, table: Write) -> None:
    for codes, content in (
        (catalog.COMMON_EFFECT_METHODS, COUNTS),
        (catalog.COMMON_RATE_METHODS, RATES),
    ):
        path = table(content)
        for code in codes:
            name, measure = code.split("-")
            words = ("--method", name.lower(), "--measure", measure)
            assert run("pool", "--data", path, *words).exit_code == 0, code


def test_every_model_prior_and_adjustment_can_be_chosen(run: Run, table: Write) -> None:
    path = table(COUNTS)
    words = ("--data", path, "--measure", "OR")
    for code, model in GLMM_MODELS.items():
        if "OR" in model.measures:
            done = run("pool", *words, "--method", f"glmm:{code.lower()}")
            assert done.exit_code == 0, (code, done.stderr)
    for code in COEFFICIENT_TESTS:
        assert run("regress", *words, "--formula", "~ x", "--ci", code).exit_code == 0
    for code in ADJUSTMENTS:
        assert run("regress", *words, "--formula", "~ x", "--adjust", code).exit_code == 0
    for code, prior in PRIORS.items():
        given = "" if prior.words else ",".join(["0.5"] * min(prior.counts))
        done = run("bayes", *words, "--prior", f"{code}:{given}" if given else code)
        assert done.exit_code == 0, (code, done.stderr)


def test_every_way_to_split_can_be_chosen(run: Run, table: Write) -> None:
    path = table("study,treatment_1,treatment_2,yi,vi\n1,A,B,1,1\n2,B,C,1,1\n3,A,C,3,1\n")
    for code in SPLITS:
        assert run("network", "--data", path, "--tau2", "EE", "--split", code).exit_code == 0
