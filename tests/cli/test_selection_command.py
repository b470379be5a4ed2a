"""`ketameta selection`: the likelihood by hand, every weight function, and refusals."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from tests.cli.documented_keys import key_names

from ketameta.cli.selection import FIXED, TYPES

Run = Callable[..., Result]
RunJson = Callable[..., Any]
Write = Callable[[str | bytes], Path]

Y = (0.55, 0.4, 0.35, 0.65, 0.1, 1.6, -0.2, 0.3)
V = (0.01, 0.02, 0.04, 0.05, 0.1, 0.4, 0.2, 0.06)
TABLE = "study,yi,vi,drug\n" + "".join(
    f"{'ABCDEFGH'[i]},{Y[i]},{V[i]},d{i % 2}\n" for i in range(8)
)
Z = 1.959963984540054


def normal_cdf(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))


def log_likelihood(mu: float, tau2: float, weight: float) -> float:
    """One step at 0.025 in one-sided p values, towards greater effects."""
    total = 0.0
    for y, v in zip(Y, V, strict=True):
        s2 = v + tau2
        seen = 1.0 if y / math.sqrt(v) >= Z else weight
        below = normal_cdf((Z * math.sqrt(v) - mu) / math.sqrt(s2))
        chance = 1 - below + weight * below
        total += math.log(seen / chance) - 0.5 * (math.log(2 * math.pi * s2) + (y - mu) ** 2 / s2)
    return total


def test_the_maximum_of_the_likelihood_by_hand(run_json: RunJson, table: Write) -> None:
    found = run_json("selection", "--data", table(TABLE), "--type", "step", "--steps", ".025")
    assert set(found) == key_names("selection")
    assert (found["model"], found["alternative"], found["k"]) == ("step", "greater", 8)
    at = (found["estimate"], found["tau2"], found["weights"][1]["value"])
    best = log_likelihood(*at)
    assert found["log_likelihood"] == pytest.approx(best, rel=1e-9)
    for step in (1e-3, -1e-3):
        for i in range(3):
            moved = [value + (step if j == i else 0) for j, value in enumerate(at)]
            if moved[1] >= 0:
                assert log_likelihood(*moved) < best


def test_the_means_are_said_to_be_others_than_those_of_pool(
    run: Run, run_json: RunJson, table: Write
) -> None:
    words = ("--data", table(TABLE))
    text = " ".join(run("selection", *words).stdout.split())
    assert "Both means are by maximum likelihood with a normal (Wald) interval" in text
    plain = run_json("selection", *words)["unadjusted"]
    assert (plain["tau2_method"], plain["interval_method"]) == ("ML", "wald")
    pooled = run_json("pool", *words, "--tau2", "ML", "--ci", "wald")
    for name in ("estimate", "ci_low", "ci_high"):
        assert plain[name] == pytest.approx(pooled[name], rel=1e-9)
    assert "Both means are by equal effects" in " ".join(
        run("selection", *words, "--equal-effects").stdout.split()
    )


@pytest.mark.parametrize("model", TYPES)
def test_every_weight_function_in_every_form(
    run: Run, run_json: RunJson, table: Write, model: str
) -> None:
    words = ("selection", "--data", table(TABLE), "--type", model)
    found = run_json(*words)
    assert found["model"] == model
    assert math.isfinite(found["estimate"])
    assert "Before selection" in run(*words).stdout
    lines = list(csv.DictReader(io.StringIO(run(*words, "--format", "csv").stdout)))
    assert float(lines[0]["estimate"]) == found["estimate"]


def test_weights_that_are_fixed(run_json: RunJson, table: Write) -> None:
    words = ("selection", "--data", table(TABLE), "--steps", ".025,.5")
    found = run_json(*words, "--weights", "1,1,1")
    assert [one["fixed"] for one in found["weights"]] == [True] * 3
    # Without selection this is the plain likelihood.
    assert found["estimate"] == pytest.approx(found["unadjusted"]["estimate"], rel=1e-7)
    estimates = {run_json(*words[:3], "--vevea-woods", name)["estimate"] for name in FIXED}
    assert len(estimates) == 4


def test_by_a_column_and_for_a_question(run_json: RunJson, table: Write, small_root: Path) -> None:
    fixed = ("--steps", ".025", "--weights", "1,.5")
    found = run_json("selection", "--data", table(TABLE), "--by", "drug", *fixed)
    assert [(group["by"], group["k"]) for group in found] == [("d0", 4), ("d1", 4)]
    asked = next(q for q in run_json("pool") if q["k"] > 1)["question"]
    assert run_json("selection", asked, *fixed)["question"] == asked


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--type", "stp"), 2, "ketameta selection: invalid value for '--type'"),
        (("--steps", "a"), 2, "--steps: 'a' is not numbers."),
        (("--steps", ".5,.1"), 2, "selection model: the steps must increase"),
        (("--weights", "1"), 2, "selection model: 1 steps below 1 make 2 intervals"),
        (("--type", "beta", "--weights", "1,2"), 2, "--weights: goes with --type step."),
        (("--type", "beta", "--precision", "se"), 2, "selection model: beta takes no measure"),
        (("--vevea-woods", FIXED[0], "--weights", "1,2"), 2, "--vevea-woods: has steps"),
        (("--steps", "1e-12"), 3, ""),
    ],
)
def test_what_cannot_be_fitted(
    run: Run, table: Write, words: tuple[str, ...], code: int, message: str
) -> None:
    result = run("selection", "--data", table(TABLE), *words)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith(message)
    assert "internal error" not in result.stderr


@pytest.mark.parametrize(
    "rows", ["A,1,1\n", "A,1,1e-16\nB,2,1e16\nC,3,1\n", "A,5,1\nB,5,1\n", "A,1e9,1\nB,2e9,2\n"]
)
def test_few_equal_or_distant_studies(run: Run, table: Write, rows: str) -> None:
    path = table(f"study,yi,vi\n{rows}")
    result = run("selection", "--data", path, "--weights", "1,.5", "--format", "json")
    assert result.exit_code in (0, 3), result.stderr
    assert "internal error" not in result.stderr
