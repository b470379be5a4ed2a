"""`ketameta regress` and `ketameta multilevel`: least squares by hand, refusals, rows left out."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result
from tests.cli.documented_keys import key_names

Run = Callable[..., Result]
RunJson = Callable[..., Any]
Write = Callable[[str | bytes], Path]

Y = (0.2, 0.9, 1.4, 0.8, 1.1, 0.1)
V = (0.1, 0.2, 0.1, 0.1, 0.3, 0.05)
YEAR = (2001, 2005, 2010, 2008, 2009, 2003)
ALLOCATION = ("random", "alternate", "random", "alternate", "random", "random")
LAB = ("x", "x", "y", "y", "z", "z")
TABLE = "study,yi,vi,year,allocation,lab,drug\n" + "".join(
    f"{'ABCDEF'[i]},{Y[i]},{V[i]},{YEAR[i]},{ALLOCATION[i]},{LAB[i]},d{i // 3}\n" for i in range(6)
)
FORMULA = ("--formula", "~ year + C(allocation)")


def test_weighted_least_squares_by_hand(run_json: RunJson, table: Write) -> None:
    found = run_json("regress", "--data", table(TABLE), *FORMULA, "--tau2", "EE")
    x = np.array([[1, year, word == "random"] for year, word in zip(YEAR, ALLOCATION, strict=True)])
    w = np.diag(1 / np.array(V))
    covariance = np.linalg.inv(x.T @ w @ x)
    beta = covariance @ x.T @ w @ np.array(Y)
    assert set(found) == key_names("regress")
    assert [one["name"] for one in found["coefficients"]][:2] == ["Intercept", "year"]
    for i, one in enumerate(found["coefficients"]):
        assert one["estimate"] == pytest.approx(beta[i], rel=1e-7)
        assert one["se"] == pytest.approx(covariance[i, i] ** 0.5, rel=1e-7)
    residual = np.array(Y) - x @ beta
    assert found["q"] == pytest.approx(residual @ w @ residual, rel=1e-8)
    assert (found["q_df"], found["p"], found["k"]) == (3, 3, 6)
    assert [study["fitted"] for study in found["studies"]] == pytest.approx(x @ beta, rel=1e-8)


def test_rows_without_a_moderator_are_left_out(run_json: RunJson, run: Run, table: Write) -> None:
    path = table(TABLE.replace("2008,alternate", ",alternate"))
    found = run_json("regress", "--data", path, *FORMULA)
    assert found["k"] == 5
    assert found["excluded"] == [{"study": "D", "reason": "missing: year", "where": "trials.csv:5"}]
    shown = run("regress", "--data", path, *FORMULA).stdout
    assert "Residual τ²" in shown
    assert "D  missing: year (trials.csv:5)" in shown


def test_csv_has_a_line_for_each_coefficient(run: Run, run_json: RunJson, table: Write) -> None:
    words = ("regress", "--data", table(TABLE), "--formula", "~ year")
    lines = list(csv.DictReader(io.StringIO(run(*words, "--format", "csv").stdout)))
    same = run_json(*words)["coefficients"]
    assert [float(line["estimate"]) for line in lines] == [one["estimate"] for one in same]
    grouped = run_json(*words, "--by", "drug")
    assert [(group["by"], group["k"]) for group in grouped] == [("d0", 3), ("d1", 3)]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ((), 2, "ketameta regress: missing option '--formula'"),
        (("--formula", "~ yeer"), None, ""),
        (("--formula", "~ year +"), None, ""),
        (("--formula", "~ __import__('os').getcwd()"), None, ""),
        (("--formula", "~ lab + C(allocation) + year + drug"), 3, "trials.csv: regress: "),
        (("--formula", "~ year", "--prediction", "z"), 2, "--prediction: has no place here"),
        (("--formula", "~ year", "--ci", "pl"), 2, "coefficient test: there is none called 'pl'."),
        (("--formula", "~ year", "--tau2", "X"), 2, "tau2 method: there is none called 'X'."),
    ],
)
def test_regressions_that_cannot_be(
    run: Run, table: Write, words: tuple[str, ...], code: int | None, message: str
) -> None:
    result = run("regress", "--data", table(TABLE), *words)
    assert result.exit_code in ((2, 3) if code is None else (code,)), result.stderr
    assert result.stdout == ""
    assert result.stderr.startswith(message)
    assert "internal error" not in result.stderr


def test_a_balanced_three_level_model_by_hand(run_json: RunJson, table: Write) -> None:
    # Three labs of two estimates, v = 0.1 throughout: the one-way analysis of variance.
    y = np.array([[0.0, 0.8], [2.0, 2.6], [3.4, 5.2]])
    rows = "".join(f"{i}{j},{y[i, j]},0.1,{i}\n" for i in range(3) for j in range(2))
    found = run_json("multilevel", "--data", table(f"study,yi,vi,lab\n{rows}"), "--cluster", "lab")
    between = 2 * y.mean(axis=1).var(ddof=1)
    within = ((y - y.mean(axis=1, keepdims=True)) ** 2).sum() / 3
    sigma2 = {one["level"]: one["sigma2"] for one in found["components"]}
    assert sigma2["within"] == pytest.approx(within - 0.1, rel=1e-6)
    assert sigma2["between"] == pytest.approx((between - within) / 2, rel=1e-6)
    mean = found["coefficients"][0]
    assert mean["estimate"] == pytest.approx(y.mean(), rel=1e-9)
    assert mean["se"] == pytest.approx((between / 6) ** 0.5, rel=1e-6)
    assert mean["df"] == 2
    # CR2 of a balanced design: the standard error of the three means.
    assert found["robust"]["coefficients"][0]["se"] == pytest.approx(mean["se"], rel=1e-6)
    assert set(found) == key_names("multilevel")


def test_correlated_errors_units_moderators_and_groups(
    run: Run, run_json: RunJson, table: Write
) -> None:
    words = ("multilevel", "--data", table(TABLE), "--cluster", "lab")
    plain, together = run_json(*words), run_json(*words, "--rho", "0.6")
    assert plain["rho"] is None
    assert together["rho"] == 0.6
    assert plain["q"] != together["q"]
    assert "sampling_errors_independent" in [one["code"] for one in plain["warnings"]]
    by_units = run_json(*words, "--within", "study", "--method", "ml")
    assert by_units["method"] == "ML"
    moderated = run_json(*words, "--formula", "~ year")
    assert [one["name"] for one in moderated["coefficients"]] == ["Intercept", "year"]
    assert moderated["pi_low"] is None
    shown = run(*words).stdout
    assert "σ² between clusters" in shown
    assert "Cluster-robust" in shown
    lines = list(csv.DictReader(io.StringIO(run(*words, "--format", "csv").stdout)))
    assert float(lines[0]["estimate"]) == plain["coefficients"][0]["estimate"]
    grouped = run_json(*words, "--by", "drug")
    assert [(group["by"], group["clusters"]) for group in grouped] == [("d0", 2), ("d1", 2)]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ((), 2, "ketameta multilevel: missing option '--cluster'"),
        (("--cluster", "labb"), 2, 'trials.csv:1: there is no column "labb".'),
        (("--cluster", "lab", "--rho", "2"), None, ""),
        (("--cluster", "lab", "--rho", "nan"), None, ""),
        (("--cluster", "lab", "--test", "F"), 2, "multilevel test: there is none called 'F'."),
        (("--cluster", "lab", "--robust", "CR9"), 2, "robust variance: there is none called"),
        (("--cluster", "one"), 3, "trials.csv: multilevel: all estimates are in one"),
        (("--cluster", "lab", "--formula", "~ C(lab)"), 3, "trials.csv: multilevel: the moder"),
    ],
)
def test_multilevel_models_that_cannot_be(
    run: Run, table: Write, words: tuple[str, ...], code: int | None, message: str
) -> None:
    lines = TABLE.splitlines()
    path = table("\n".join([f"{lines[0]},one", *(f"{line},1" for line in lines[1:])]) + "\n")
    result = run("multilevel", "--data", path, *words)
    assert result.exit_code in ((2, 3) if code is None else (code,)), result.stderr
    assert result.stdout == ""
    assert result.stderr.startswith(message)
    assert "internal error" not in result.stderr


@pytest.mark.parametrize("command", ["regress", "multilevel"])
def test_questions_of_the_review_have_columns_of_their_own(
    run: Run, small_root: Path, command: str
) -> None:
    option = {"regress": "--formula", "multilevel": "--cluster"}[command]
    result = run(command, "abstinence", option, "x")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr
    assert "internal error" not in result.stderr


@pytest.mark.parametrize(
    "rows",
    ["A,1,1,1,x\n", "A,1,1e-16,1,x\nB,2,1e16,2,y\nC,3,1,3,y\n", "A,1e9,1,1,x\n" * 4, "A,,,1,x\n"],
)
def test_few_equal_or_distant_estimates(run: Run, table: Write, rows: str) -> None:
    path = table(f"study,yi,vi,z,g\n{rows}")
    for words in (("regress", "--formula", "~ z"), ("multilevel", "--cluster", "g")):
        result = run(*words, "--data", path, "--format", "json")
        assert result.exit_code in (0, 3), result.stderr
        assert "internal error" not in result.stderr


@pytest.mark.parametrize("command", ["multilevel", "aggregate"])
@pytest.mark.parametrize(
    ("words", "same", "advice"),
    [
        (("--rho", "0.5"), "--time (year 2019): line 3, line 4", "Add --outcome COLUMN, if"),
        ((), "--time (year 2019): line 3, line 4", "Add --rho and --outcome COLUMN, if"),
        (
            ("--rho", "0.5", "--outcome", "scale"),
            "--time and --outcome (year 2019): line 4",
            "Correct them, or give the covariances with --covariance.",
        ),
    ],
)
def test_rows_at_one_time_are_named(
    run: Run, table: Write, command: str, words: tuple[str, ...], same: str, advice: str
) -> None:
    rows = "A,2019,x,0.1,0.1\nA,2019,y,0.3,0.1\nA,2019,x,0.2,0.1\nB,2018,x,0.2,0.1\nB,2019,y,1,1\n"
    path = table("study,year,scale,yi,vi\n" + rows)
    errors = ("--cluster", "study", "--phi", "0.9", "--time", "year", *words)
    done = run(command, "--data", path, *errors)
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr.startswith("trials.csv:2: cluster A has other rows with the same " + same)
    assert advice in done.stderr


@pytest.mark.parametrize("command", ["multilevel", "aggregate"])
def test_rows_of_a_declared_cluster_need_no_warning(
    run_json: RunJson, table: Write, command: str
) -> None:
    rows = "A,p,0.1,0.1\nA,p,0.3,0.1\nB,p,0.2,0.1\nB,q,0.5,0.1\nC,q,1,0.1\n"
    path = table("study,lab,yi,vi\n" + rows)

    def codes(cluster: str) -> list[str]:
        found = run_json(command, "--data", path, "--rho", "0.5", "--cluster", cluster)
        return [one["code"] for one in found["warnings"]]

    assert "labels_repeated" not in codes("study")
    assert "labels_repeated" in codes("lab")  # the two rows of B are in two clusters
