"""`ketameta bayes`: the model by brute force, priors from text, and refusals."""

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

Run = Callable[..., Result]
RunJson = Callable[..., Any]
Write = Callable[[str | bytes], Path]

Y, V = (0.2, 0.9, 1.4), (0.1, 0.2, 0.3)
TABLE = "study,yi,vi\n" + "".join(f"{n},{y},{v}\n" for n, y, v in zip("ABC", Y, V, strict=True))
WORDS = ("--measure", "OR", "--prior", "half-normal:0.5")


def on_a_grid() -> tuple[float, float, float]:
    """Posterior mean and SD of mu, posterior mean of tau, by summing over a fine grid of tau."""
    tau = (np.arange(400_000) + 0.5) * 1e-5
    y, v = np.array(Y)[:, None], np.array(V)[:, None]
    weight = 1 / (v + tau**2)
    total = weight.sum(axis=0)
    mean = (weight * y).sum(axis=0) / total
    log = 0.5 * np.log(weight).sum(axis=0) - 0.5 * np.log(total)
    log -= 0.5 * (weight * (y - mean) ** 2).sum(axis=0) + tau**2 / (2 * 0.5**2)
    share = np.exp(log - log.max())
    share /= share.sum()
    mu = float((share * mean).sum())
    second = float((share * (1 / total + mean**2)).sum())
    return mu, math.sqrt(second - mu**2), float((share * tau).sum())


def test_the_posterior_agrees_with_a_sum_over_a_grid(run_json: RunJson, table: Write) -> None:
    found = run_json("bayes", "--data", table(TABLE), *WORDS)
    mu, sd, tau = on_a_grid()
    assert found["mu"]["mean"] == pytest.approx(mu, rel=1e-8)
    assert found["mu"]["sd"] == pytest.approx(sd, rel=1e-8)
    assert found["tau"]["mean"] == pytest.approx(tau, rel=1e-8)
    assert set(found) | {"prior_sensitivity"} == key_names("bayes")
    assert found["prior"] == "half-normal(0.5)"
    assert sum(study["weight"] for study in found["studies"]) == pytest.approx(100, rel=1e-9)
    assert found["display"]["mu"]["median"] == pytest.approx(
        math.exp(found["mu"]["median"]), rel=1e-14
    )
    assert found["log_marginal_likelihood"] is None  # the prior of the mean is improper


def test_the_default_prior_and_the_short_form_of_the_mean_prior(
    run_json: RunJson, table: Write
) -> None:
    words = ("bayes", "--data", table(TABLE), "--measure", "OR")
    assert run_json(*words) == run_json("bayes", "--data", "trials.csv", *WORDS)
    short, long = (run_json(*words, "--mean-prior", text) for text in ("0,2", "normal:0,2"))
    assert short == long
    assert short["log_marginal_likelihood"] is not None
    assert short["mu"]["mean"] < run_json(*words)["mu"]["mean"]


def test_level_and_threshold(run_json: RunJson, table: Write) -> None:
    words = ("bayes", "--data", table(TABLE), *WORDS)
    wide, narrow = run_json(*words), run_json(*words, "--level", "80", "--threshold", "0.5")
    assert narrow["level"] == 80
    assert wide["mu"]["ci_low"] < narrow["mu"]["ci_low"]
    assert narrow["mu_above"] < wide["mu_above"] < 1


def test_one_model_for_each_value_of_a_column(run_json: RunJson, table: Write) -> None:
    path = table("study,yi,vi,drug\nA,0.2,0.1,x\nB,0.9,0.2,x\nC,1.4,0.3,y\nD,,,z\n")
    found = run_json("bayes", "--data", path, "--measure", "OR", "--by", "drug")
    assert [(group["by"], group["k"]) for group in found] == [("x", 2), ("y", 1), ("z", 0)]
    assert "single_study" in [warning["code"] for warning in found[1]["warnings"]]
    assert found[2]["excluded"][0]["study"] == "D"


def test_other_priors_side_by_side(run: Run, run_json: RunJson, table: Write) -> None:
    words = ("bayes", "--data", table(TABLE), *WORDS, "--sensitivity")
    others = run_json(*words)["prior_sensitivity"]
    assert [other["prior"] for other in others][:3] == [
        "half-normal(0.25)",
        "half-normal(0.5)",
        "half-normal(1)",
    ]
    lines = list(csv.DictReader(io.StringIO(run(*words, "--format", "csv").stdout)))
    assert len(lines) == 1 + len(others)
    assert float(lines[0]["mu_median"]) == run_json(*words)["mu"]["median"]
    shown = run(*words).stdout
    assert "UNDER OTHER PRIORS" in shown
    assert "Mean (3 studies)" in shown


def test_a_question_of_the_review(run_json: RunJson, small_root: Path) -> None:
    questions = run_json("pool")
    asked = next(q for q in questions if q["k"] > 1)
    found = run_json("bayes", asked["question"])
    assert found["question"] == asked["question"]
    assert found["k"] == asked["k"]
    same = [(study["yi"], study["vi"]) for study in asked["studies"]]
    assert [(study["yi"], study["vi"]) for study in found["studies"]] == same


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--measure", "OR", "--prior", "half-norml:1"), 2, "prior: there is none called 'half-n"),
        (("--measure", "OR", "--prior", "half-normal:-1"), 2, ""),
        (("--measure", "OR", "--prior", "half-normal"), 2, "prior 'half-normal': it is written"),
        (("--measure", "OR", "--mean-prior", "0"), 2, "prior of the mean"),
        (("--measure", "OR", "--mean-prior", "a,b"), 2, "prior"),
        (("--measure", "OR", "--threshold", "nan"), 2, "--threshold: is not a finite number."),
        (("--measure", "MD"), 2, "prior: MD is measured in units of its own"),
        (("question", "--measure", "OR"), 2, "estimates: name either a table with --data FILE or"),
        (("--measure", "OR", "--zero-cells", "al"), 2, "zero cells: there is no rule 'al'."),
    ],
)
def test_what_cannot_be_done(
    run: Run, table: Write, words: tuple[str, ...], code: int, message: str
) -> None:
    result = run("bayes", "--data", table(TABLE), *words)
    assert (result.exit_code, result.stdout) == (code, ""), result.stderr
    assert result.stderr.startswith(message)
    assert "internal error" not in result.stderr


def test_without_anything_to_work_on(run: Run, in_folder: Path) -> None:
    result = run("bayes")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("estimates: name either a table")


@pytest.mark.parametrize(
    "rows",
    [
        "A,0,1e-16\nB,1,1e16\n",
        "A,1e9,1\nB,1e9,1\nC,1e9,2\n",
        "A,1e308,1e-308\nB,-1e308,1e-308\n",
        "A,1e-300,1e-300\nB,0,1\n",
    ],
)
def test_numbers_far_apart_give_a_result_or_one_clear_message(
    run: Run, table: Write, rows: str
) -> None:
    path = table(f"study,yi,vi\n{rows}")
    result = run("bayes", "--data", path, "--prior", "half-normal:0.5")
    assert result.exit_code in (0, 3), result.stderr
    assert "internal error" not in result.stderr
    assert "nan" not in result.stdout


def test_one_study_is_counted_in_the_singular(run: Run, table: Write) -> None:
    shown = run("bayes", "--data", table(TABLE.split("B,")[0]), *WORDS).stdout
    assert "Mean (1 study)" in shown
