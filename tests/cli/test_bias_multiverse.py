"""`ketameta bias`, `trim-fill` and `multiverse`: lines by hand, and agreement with `pool`."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result
from tests.cli.documented_keys import key_names

from ketameta.sensitivity.bias.names import TESTS

Run = Callable[..., Result]
RunJson = Callable[..., Any]
Write = Callable[[str | bytes], Path]

Y = (0.1, 0.3, 0.35, 0.65, 0.9, 1.6, 0.45)
V = (0.01, 0.02, 0.04, 0.1, 0.2, 0.4, 0.05)
ESTIMATES = "study,yi,vi\n" + "".join(f"{'ABCDEFG'[i]},{Y[i]},{V[i]}\n" for i in range(7))
COUNTS = """study,events_1,n_1,events_2,n_2,blind,drug
A,13,27,3,28,yes,x
B,14,17,15,23,no,x
C,13,26,6,27,yes,x
D,73,111,24,100,no,y
E,4,20,0,21,yes,y
F,9,30,5,31,no,y
"""


def test_egger_by_hand(run_json: RunJson, table: Write) -> None:
    found = run_json("bias", "--data", table(ESTIMATES), "--test", "egger")["tests"][0]
    y, se = np.array(Y), np.sqrt(np.array(V))
    x = np.column_stack([np.ones(7), se])
    w = np.diag(1 / np.array(V))
    covariance = np.linalg.inv(x.T @ w @ x)
    beta = covariance @ x.T @ w @ y
    residual = y - x @ beta
    factor = residual @ w @ residual / 5
    assert found["slope"] == pytest.approx(beta[1], rel=1e-9)
    assert found["slope_se"] == pytest.approx((factor * covariance[1, 1]) ** 0.5, rel=1e-9)
    assert found["limit"] == pytest.approx(beta[0], rel=1e-9)
    assert (found["df"], found["model"], found["predictor"]) == (5, "multiplicative", "se")
    assert "fewer_than_ten_studies" in [one["code"] for one in found["warnings"]]


def test_every_test_in_every_form(run: Run, run_json: RunJson, table: Write) -> None:
    names = [name for name in TESTS if name != "pustejovsky"]
    words = ("bias", "--data", table(COUNTS), "--measure", "OR", "--test", ",".join(names))
    found = run_json(*words)
    assert set(found) == key_names("bias")
    assert [one["test"] for one in found["tests"]] == names
    lines = list(csv.DictReader(io.StringIO(run(*words, "--format", "csv").stdout)))
    assert [line["test"] for line in lines] == names
    for line, one in zip(lines, found["tests"], strict=True):
        assert line["p_value"] == ("" if one["p_value"] is None else repr(one["p_value"]))
    shown = run(*words).stdout
    assert "advise against it below 10 studies" in shown.replace("\n", " ")
    grouped = run_json(*words[:5], "--by", "drug")
    assert [(group["by"], group["k"]) for group in grouped] == [("x", 3), ("y", 3)]


def test_the_additive_model_and_other_predictors(run_json: RunJson, table: Write) -> None:
    words = ("bias", "--data", table(COUNTS), "--measure", "OR", "--test", "egger")
    plain, additive = run_json(*words), run_json(*words, "--model", "additive")
    assert additive["tests"][0]["model"] == "additive"
    assert additive["tests"][0]["p_value"] != plain["tests"][0]["p_value"]
    assert run_json(*words, "--predictor", "1/n")["tests"][0]["predictor"] == "1/n"


def test_standardised_differences_have_a_test_of_their_own(run_json: RunJson, table: Write) -> None:
    rows = "".join(f"{i},{10 + i},2,{10 + 5 * i},8,3,{12 + 4 * i}\n" for i in range(5))
    path = table(f"study,m1i,sd1i,n1i,m2i,sd2i,n2i\n{rows}")
    words = ("bias", "--data", path, "--measure", "SMD", "--test", "pustejovsky")
    assert 0 < run_json(*words)["tests"][0]["p_value"] < 1


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--test", "eger"), 2, "--test: there is none called 'eger'. Known: egger, begg,"),
        (("--test", ","), 2, "--test: none is named."),
        (("--test", "egger", "--predictor", "x"), 2, "Egger's test: there is no predictor 'x'."),
        (("--test", "harbord"), 2, "--test harbord: needs counts of events"),
        (("--test", "pustejovsky"), 2, "--test pustejovsky: is for a table of standardised"),
        (("--test", "egger", "--predictor", "n"), 3, "Egger's test: the predictor n needs"),
    ],
)
def test_tests_that_cannot_be_run(
    run: Run, table: Write, words: tuple[str, ...], code: int, message: str
) -> None:
    result = run("bias", "--data", table(ESTIMATES), *words)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith(message)


def test_trim_and_fill_by_mirror_images(run: Run, run_json: RunJson, table: Write) -> None:
    words = ("trim-fill", "--data", table(ESTIMATES), "--tau2", "DL", "--ci", "wald")
    found = run_json(*words)
    assert set(found) == key_names("trim-fill")
    assert (found["side"], found["estimator"]) == ("left", "L0")
    assert found["missing"] == len(found["filled"]) > 0
    # Each added study mirrors one of the observed around the centre, with its variance.
    observed = dict(zip(V, Y, strict=True))
    for one in found["filled"]:
        assert one["yi"] == pytest.approx(2 * found["centre"] - observed[one["vi"]], rel=1e-12)
    pooled = run_json("pool", "--data", "trials.csv", "--tau2", "DL", "--ci", "wald")
    assert found["observed"]["estimate"] == pooled["estimate"]
    both = ESTIMATES + "".join(
        f"m{i},{m['yi']!r},{m['vi']!r}\n" for i, m in enumerate(found["filled"])
    )
    again = run_json("pool", "--data", table(both), "--tau2", "DL", "--ci", "wald")
    assert found["adjusted"]["estimate"] == pytest.approx(again["estimate"], rel=1e-12)
    table(ESTIMATES)
    assert "to be missing on the left (estimator L0)." in run(*words).stdout
    lines = list(csv.DictReader(io.StringIO(run(*words, "--format", "csv").stdout)))
    assert [line["result"] for line in lines] == ["observed", "adjusted"]
    other = run_json(*words, "--side", "right", "--estimator", "r0")
    assert (other["side"], other["estimator"]) == ("right", "R0")


def test_a_multiverse_holds_the_plain_analysis(run: Run, run_json: RunJson, table: Write) -> None:
    words = ("multiverse", "--data", table(COUNTS), "--measure", "OR")
    found = run_json(*words, "--without", "blind")
    assert set(found) == key_names("multiverse")
    assert {row["inclusion"] for row in found["universes"]} == {
        "all studies",
        "blind: without yes",
        "blind: without no",
    }
    pooled = run_json("pool", "--data", "trials.csv", "--measure", "OR")
    same = next(
        row
        for row in found["universes"]
        if row["inclusion"] == "all studies"
        and (row["tau2_method"], row["interval_method"]) == ("REML", "hksj")
        and row["zero_cells"].startswith("only0")
    )
    for name in ("k", "estimate", "se", "ci_low", "ci_high", "p_value", "tau2", "pi_low"):
        assert same[name] == pytest.approx(pooled[name], rel=1e-10), name
    summary = found["summary"][0]
    estimates = [row["estimate"] for row in found["universes"]]
    assert (summary["lowest"], summary["highest"]) == (min(estimates), max(estimates))
    shown = run(*words).stdout
    assert f"from {math.exp(min(run_json(*words)['summary'][0]['lowest'], 9)):.2f} to" in shown
    lines = list(csv.DictReader(io.StringIO(run(*words, "--format", "csv").stdout)))
    assert len(lines) == len(run_json(*words)["universes"])


def test_an_estimate_of_one_measure_is_not_used_for_another(
    run_json: RunJson, table: Write
) -> None:
    lines = COUNTS.splitlines()
    path = table(
        "\n".join([f"{lines[0]},yi,vi", *(f"{x},," for x in lines[1:]), "G,,,,,no,y,0.3,0.2"])
    )
    found = run_json("multiverse", "--data", path, "--measure", "OR", "--also", "RD")
    sizes = {(row["measure"], row["k"]) for row in found["universes"]}
    assert ("OR", 7) in sizes
    assert {k for code, k in sizes if code == "RD"} == {6}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--also", "XX"), "measure: there is no measure 'XX'."),
        (("--tau2", "XX"), "tau2 method: there is none called 'XX'."),
        (("--ci", "kr", "--tau2", "DL"), "multiverse: no tau2 method fits any of the intervals."),
        (("--zero-cells", "x"), "zero cells: there is no rule 'x'."),
        (("--without", "x"), 'trials.csv:1: there is no column "x".'),
    ],
)
def test_multiverses_that_cannot_be(
    run: Run, table: Write, words: tuple[str, ...], message: str
) -> None:
    result = run("multiverse", "--data", table(COUNTS), "--measure", "OR", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(message)


@pytest.mark.parametrize("command", ["bias", "trim-fill", "multiverse"])
def test_a_question_of_the_review(run_json: RunJson, small_root: Path, command: str) -> None:
    asked = next(q for q in run_json("pool") if q["k"] > 1)
    found = run_json(command, asked["question"])
    assert (found["question"], found["k"]) == (asked["question"], asked["k"])


@pytest.mark.parametrize("command", ["bias", "trim-fill", "multiverse"])
@pytest.mark.parametrize(
    "rows",
    ["A,1,1\n", "A,1,1e-16\nB,2,1e16\nC,3,1\n", "A,5,1\nB,5,1\nC,5,1\n", "A,1e9,1\nB,1e9,2\n"],
)
def test_few_equal_or_distant_studies(run: Run, table: Write, command: str, rows: str) -> None:
    path = table(f"study,yi,vi\n{rows}")
    result = run(command, "--data", path, "--format", "json")
    assert result.exit_code in (0, 3), result.stderr
    assert "internal error" not in result.stderr


def test_a_multiverse_of_one_study_is_said_to_be_none(
    run: Run, run_json: RunJson, table: Write
) -> None:
    one = table("study,yi,vi\nA,0.1,0.2\n")
    assert [w["code"] for w in run_json("multiverse", "--data", one)["warnings"]] == ["one_study"]
    text = " ".join(run("multiverse", "--data", one).stdout.split())
    assert "one result counted several times" in text
    assert run_json("multiverse", "--data", table(ESTIMATES))["warnings"] == []
